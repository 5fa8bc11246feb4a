/* One probe in a restricted child process that dies with its server. */
#ifndef CASEBOOK_CHILD_H
#define CASEBOOK_CHILD_H

#include <sys/types.h>

#include <casebook/wire.h>

#include "probe_int.h"

/* Forks.  The child writes its wire lines to a pipe and ends; *fd is the parent's end,
 * non-blocking and closed on exec. */
int child_start(const struct probe_impl *impl, const struct wire_request *r, pid_t *pid, int *fd,
                struct err *err) MUST_CHECK;

#endif
