/*
 * What a process that reads foreign bytes may still do: resource limits, system calls (seccomp) and files
 * (Landlock), by kind of work.  The one table of it is engine/confine/calls.def and kinds.def; where the
 * kernel has only a part, that part is used and confine_describe() says so.
 */
#ifndef CASEBOOK_CONFINE_H
#define CASEBOOK_CONFINE_H

#include <stddef.h>

#include <casebook/buf.h>

enum confine_work {
	CONFINE_FILE,    /* reads the files that it is given */
	CONFINE_LIVE,    /* talks to the network, reads the trust store and the resolver's files */
	CONFINE_SIGN_IN, /* the same until it is signed in to a directory: its ticket too, and what Kerberos
	                    loads */
	CONFINE_ZIP,     /* turns its standard input into its standard output */
	CONFINE_COUNT
};

/* Makes the filter of one kind ready, so that a forked child only has to take it: 2 ms once.  Without it
 * confine_enter() does this itself. */
void confine_warm(enum confine_work work);
/*
 * Gives up the rest for good, in this process and what it starts.  Call it with one thread and nothing left
 * to open but `paths` (n files or folders that may be read, NULL and missing ones are passed over; each
 * folder with all below it).  cpu_seconds limits processor time, 0: the kind's own limit.  What the kernel
 * does not know is left out; nothing here fails.
 */
void confine_enter(enum confine_work work, const char *const *paths, size_t n, unsigned cpu_seconds);
/* "seccomp, Landlock ABI 7", or which of them is missing and why; for --version. */
void confine_describe(struct buf *out);

#endif
