/*
 * Searches big text for many literal words at once. Each word is found by three of its bytes that are rare in
 * this text, so that most of it is skipped 32 bytes at a time.  Case matters; words have 4 to 64 bytes; at
 * most PAT_MOST of them.
 */
#ifndef CASEBOOK_PAT_H
#define CASEBOOK_PAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAT_MOST 64u
#define PAT_AFTER 64u /* bytes after the text that must be readable */

struct pat_set;
/* `sample`: part of the text, to learn its rare bytes.  Words are borrowed; the table ends with NULL.
 * Caller frees. */
struct pat_set *pat_new(const char *const *words, const void *sample, size_t n);
void pat_free(struct pat_set *s);
void pat_use_isa(struct pat_set *s, int isa); /* tests: 0 portable, 1 SSSE3, 2 AVX2 */
bool pat_isa_has(int isa);
/* Every occurrence until the callback returns false; lines in order, within a line in any order. */
void pat_scan(const struct pat_set *s, const char *p, const char *end,
              bool (*each)(void *arg, unsigned word, const char *at), void *arg);

#endif
