/* The helper process: found, started, ended. */
#ifndef CASEBOOK_HELPER_H
#define CASEBOOK_HELPER_H

#include <sys/types.h>

#include <casebook/err.h>

/* `program` NULL: $CASEBOOK_PROBE, beside this executable, the libexec folder, the build tree.
 * *fd is our end of its socket: non-blocking, closed on exec. */
int helper_start(const char *program, pid_t *pid, int *fd, struct err *err) MUST_CHECK;
/* Until it has ended: 0 when it did so with exit code 0. */
int helper_wait(pid_t pid);
/* Kills and reaps it; its children end with it. */
void helper_end(pid_t pid, int fd);

#endif
