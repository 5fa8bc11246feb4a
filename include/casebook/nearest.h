/* The name that a mistyped word was meant to be. */
#ifndef CASEBOOK_NEAREST_H
#define CASEBOOK_NEAREST_H

#include <stddef.h>

/* {.word = "reprot"} before the first try; nothing is copied. */
struct nearest {
	const char *word, *best;
	size_t distance;
};

/* Letters that must be put in, left out or changed, or neighbours swapped (optimal string alignment); of two
 * as near the first one tried stays. */
void nearest_try(struct nearest *s, const char *candidate);
/* The nearest of those tried; NULL when it is too far off to be meant: more than three letters, or half of
 * the word. */
const char *nearest_found(const struct nearest *s);

#endif
