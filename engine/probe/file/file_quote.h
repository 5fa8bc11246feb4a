/*
 * Quoted text: what mail programs put before each line of a message that is answered, "> ", ">> ", "> > ".
 * A text counts as quoted when most of its lines that are not empty begin so.
 */
#ifndef CASEBOOK_FILE_QUOTE_H
#define CASEBOOK_FILE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

bool file_is_quoted(const char *p, size_t n);
/* Bytes of the marks before a line, with the blank behind each; 0: none. */
size_t file_quote_length(const char *p, size_t n);
/* Takes the marks out of a quoted text, in place; returns its new length, which is n when it is not quoted.
 */
size_t file_unquote(char *p, size_t n);

#endif
