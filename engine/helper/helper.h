/* The helper process: found, started, ended. */
#ifndef CASEBOOK_HELPER_H
#define CASEBOOK_HELPER_H

#include <sys/types.h>

#include <casebook/err.h>

/* `program` NULL: $CASEBOOK_PROBE, beside this executable, the libexec folder, the build tree.
 * *fd is our end of its socket: non-blocking, closed on exec. */
int helper_start(const char *program, pid_t *pid, int *fd, struct err *err) MUST_CHECK;
/* Starts a program that helper_find() finds, with ARGS (NULL ends them, at most 6) and the small environment;
 * the descriptors become its standard input and output. */
struct helper_program {
	const char *name, *variable, *room; /* as helper_find() takes them */
	const char *const *also;            /* as helper_env() takes it */
};
int helper_spawn(const struct helper_program *program, const char *const *args, int in, int out, pid_t *pid,
                 struct err *err) MUST_CHECK;
/* Until a child has ended: its exit code; -1 when it had none. */
int helper_wait(pid_t pid);
/* Kills and reaps it; its children end with it. */
void helper_end(pid_t pid, int fd);

#endif
