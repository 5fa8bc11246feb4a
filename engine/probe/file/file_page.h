/*
 * Guesses the 8-bit code page of a text. Redirected command output uses the console's (OEM: 437, 850, 852,
 * 866, 932), saved files the system's (ANSI: 1250, 1251, 1252 ...); nothing states which, so the page with
 * the most plausible text wins.
 */
#ifndef CASEBOOK_FILE_PAGE_H
#define CASEBOOK_FILE_PAGE_H

#include <casebook/buf.h>

/* Guesses the current file's page from its first bytes; file_page_put() uses it from now on. */
void file_page_take(const unsigned char *p, size_t n);
/* Appends as UTF-8 and returns the bytes consumed; an incomplete two-byte character is left, unless
 * `last`. */
size_t file_page_put(struct buf *out, const char *p, size_t n, bool last);
/* Loads the system's tables of every page, also of those that only an XML file's heading names: a confined
 * child may not. */
void file_page_warm(void);

#endif
