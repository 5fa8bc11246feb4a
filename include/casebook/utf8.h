/*
 * The one place where foreign text is cleaned: everything that reaches a terminal, HTML or Markdown has
 * passed utf8_clean().
 */
#ifndef CASEBOOK_UTF8_H
#define CASEBOOK_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/buf.h>

/* Decode one code point at s (n > 0).  Returns its length in bytes, 1..4, and sets *cp; an invalid byte
 * gives 1 and 0xFFFD.  Overlong forms, surrogates and values past U+10FFFF are invalid (RFC 3629 section
 * 3). */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
size_t utf8_encode(uint32_t cp, char out[4]);
bool utf8_valid(const char *s, size_t n);
/* First byte that is not valid UTF-8, or n. */
size_t utf8_valid_prefix(const char *s, size_t n);

/* C0 and C1 controls, DEL, bidi controls and overrides (UAX #9: U+061C, U+200E/F,
 * U+202A..E, U+2066..9), line and paragraph separators, zero-width format
 * characters, BOM inside text, noncharacters. */
bool utf8_is_unsafe(uint32_t cp);

enum utf8_keep { UTF8_ONE_LINE, UTF8_LINES /* newline and tab stay */ };
/* Append s with every unsafe or invalid character as U+FFFD. */
void utf8_clean(struct buf *out, const char *s, size_t n, enum utf8_keep keep);

/* Columns of one code point: 0, 1 or 2 (wcwidth in a UTF-8 locale; unknown is 1). */
int utf8_width_cp(uint32_t cp);
/* Columns of a string. */
size_t utf8_width(const char *s, size_t n);
/* Bytes of the longest prefix of at most `cols` columns. */
size_t utf8_fit(const char *s, size_t n, size_t cols);

/* UTF-16 (the BOM gives the byte order, `little` if there is none) to UTF-8. Unpaired surrogates become
 * U+FFFD. */
void utf8_from_utf16(struct buf *out, const void *bytes, size_t n, bool little);
void utf8_from_latin1(struct buf *out, const char *s, size_t n);

#endif
