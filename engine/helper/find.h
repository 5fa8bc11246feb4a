/* Finds the programs that casebook starts. */
#ifndef CASEBOOK_FIND_H
#define CASEBOOK_FIND_H

#include <stddef.h>

#include <casebook/err.h>

/* Finds, say, "casebook-probe": the file named by the environment variable, else beside this executable,
 * in the libexec folder, or in `room` ("engine/probe") of the build tree. -1 and FAIL_CHILD when it is in
 * none of them, or the variable's file is not executable. */
int helper_find(const char *name, const char *variable, const char *room, char *out, size_t size,
                struct err *err) MUST_CHECK;

#endif
