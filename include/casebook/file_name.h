/*
 * Names of files as text.  A file's name is bytes and may hold any; reports, JSON and screens hold clean
 * UTF-8. So a name is shown with what is not clean as \xHH, which names the file as well as its bytes do:
 * what was printed can be given back.  A backslash that would read as such an escape is itself shown as \x5C.
 */
#ifndef CASEBOOK_FILE_NAME_H
#define CASEBOOK_FILE_NAME_H

#include <stdbool.h>

#include <casebook/arena.h>
#include <casebook/buf.h>

/* Appends the name as it is shown; a name of clean text as it is. */
void file_name_show(struct buf *out, const char *name);
/* The same in `mem`; `name` itself when it is clean. */
const char *file_name_shown(struct arena *mem, const char *name);
/* A name that a person gave: the bytes of a file's name, or a name as it was shown.  It is shown from here
 * on. */
const char *file_name_given(struct arena *mem, const char *name);
/* The bytes of a shown name, at most max - 1 and a NUL.  False when they do not fit, or hold a NUL. */
bool file_name_real(const char *shown, char *out, size_t max);

#endif
