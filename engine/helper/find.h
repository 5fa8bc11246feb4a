/* Where the programs that casebook starts lie. */
#ifndef CASEBOOK_FIND_H
#define CASEBOOK_FIND_H

#include <stddef.h>

#include <casebook/err.h>

/* "casebook-probe", say: the file that the environment variable names, else beside this executable, in the
 * libexec folder, or in `room` ("engine/probe") of the build tree.  -1 and FAIL_CHILD when it is in none of
 * them, or when the variable names what cannot be run. */
int helper_find(const char *name, const char *variable, const char *room, char *out, size_t size,
                struct err *err) MUST_CHECK;

#endif
