/* Shared by residue.c, which cuts a text into words, and shapes.c, which looks at one. */
#ifndef RESIDUE_INT_H
#define RESIDUE_INT_H

#include <casebook/residue.h>

/* What the word is by its shape; NULL: nothing that names somebody. `before`: the two characters before it.
 */
const char *residue_kind(const char *s, size_t n, const char before[2]);

#endif
