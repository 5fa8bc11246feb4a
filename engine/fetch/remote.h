/*
 * A server reached by the person's own ssh: one connection that logs in (and asks on the terminal for what it
 * needs), and commands that share it. Nothing of a login passes through this process.
 */
#ifndef CASEBOOK_FETCH_REMOTE_H
#define CASEBOOK_FETCH_REMOTE_H

#include <sys/types.h>

#include <casebook/collect.h>

#include "sftp.h"

#define REMOTE_AT_ONCE 8 /* a server of Windows allows ten sessions for a connection */

struct remote {
	struct ssh_target target;
	char folder[64], control[96]; /* of the shared connection */
	char port[8];
	pid_t master;
	bool stopping; /* goes on although it was told to stop: for what must be deleted */
	int said;      /* what the master says on stderr; -1: closed */
	struct buf words;
};
enum remote_end { REMOTE_RUNS, REMOTE_ENDED, REMOTE_LATE, REMOTE_CUT /* at its bytes */ };
struct remote_job {
	pid_t pid;
	int out, err;   /* -1: closed */
	bool own_group; /* it has children */
	int64_t began_ms, until_ms;
	struct buf output, words; /* of stdout and stderr */
	enum remote_end end;
	int code; /* of ssh: 255 is its own */
};

/* Returns once the person is logged in. -1: *err says why in words for a person. */
int remote_open(struct remote *r, const struct ssh_target *target, struct err *err) MUST_CHECK;
void remote_close(struct remote *r);
/* Whether the shared connection still stands. */
bool remote_stands(struct remote *r);

int remote_start(struct remote *r, const char *command, unsigned seconds, size_t bytes,
                 struct remote_job *job, struct err *err) MUST_CHECK;
/* The same for work of our own, in a child: its output is what `work` writes to its standard output. */
int remote_fork(void (*work)(void *arg), void *arg, unsigned seconds, struct remote_job *job,
                struct err *err) MUST_CHECK;
/* Lets the jobs go on until one of them ends; false when none runs. */
bool remote_wait(struct remote *r, struct remote_job *const *jobs, size_t n);
void remote_release(struct remote_job *job);

struct remote_sftp {
	pid_t pid;
	struct sftp s;
};
int remote_sftp_open(struct remote *r, unsigned seconds, struct remote_sftp *out, struct err *err) MUST_CHECK;
void remote_sftp_close(struct remote_sftp *f);

#endif
