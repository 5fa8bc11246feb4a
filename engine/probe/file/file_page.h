/*
 * Which 8-bit code page a text is in.  Command output that was redirected has the console's (OEM: 437, 850,
 * 852, 866, 932), what programs save the system's (ANSI: 1250, 1251, 1252 ...); none says so, so the one is
 * taken in which the text reads best.
 */
#ifndef CASEBOOK_FILE_PAGE_H
#define CASEBOOK_FILE_PAGE_H

#include <casebook/buf.h>

/* Takes the page of the file at hand from its first bytes; what file_page_put() decodes from now on. */
void file_page_take(const unsigned char *p, size_t n);
const char *file_page_name(void); /* "CP850" */
/* Appends as UTF-8 and returns the bytes used: a character of two bytes that is not whole stays, unless
 * `last`. */
size_t file_page_put(struct buf *out, const char *p, size_t n, bool last);

#endif
