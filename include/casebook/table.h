/* The rows of an embedded table: a line each, '#' begins a comment, empty lines are none. */
#ifndef CASEBOOK_TABLE_H
#define CASEBOOK_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* The next row in [*p, end) and its bytes without the line end; moves *p behind it. False: there is none. */
bool table_row(const char **p, const char *end, const char **row, size_t *n);

#endif
