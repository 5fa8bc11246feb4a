/* Texts seen before. */
#ifndef CASEBOOK_TEXT_SET_H
#define CASEBOOK_TEXT_SET_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/arena.h>

struct text_set { /* zeroed to begin with; the texts are borrowed */
	const char **slots;
	size_t n, cap;
};
bool text_set_add(struct arena *mem, struct text_set *set, const char *text); /* whether it is new */

#endif
