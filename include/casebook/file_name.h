/*
 * File names as text. A file name may hold any bytes; reports, JSON and screens hold clean UTF-8. Unclean
 * bytes are shown as \xHH, and the shown name works as an argument again. A backslash that would read as such
 * an escape is shown as \x5C.
 */
#ifndef CASEBOOK_FILE_NAME_H
#define CASEBOOK_FILE_NAME_H

#include <stdbool.h>

#include <casebook/arena.h>
#include <casebook/buf.h>

/* Appends the shown name; clean text is unchanged. */
void file_name_show(struct buf *out, const char *name);
/* The same in `mem`; `name` itself when it is clean. */
const char *file_name_shown(struct arena *mem, const char *name);
/* The shown form of a name given by a person, be it raw bytes or a shown name. */
const char *file_name_given(struct arena *mem, const char *name);
/* What stands behind the last slash of either kind; the whole when nothing does. */
const char *file_name_base(const char *path);
/* The bytes of a shown name, at most max - 1 and a NUL.  False when they do not fit, or hold a NUL. */
bool file_name_real(const char *shown, char *out, size_t max);

#endif
