/*
 * The one book of running checks, and the one place that waits: for casebook-probe,
 * for signals (signals.h), and for what the caller reads beside them.  The wizard,
 * --plain, --auto, analyze and probe all run their checks through it.
 */
#ifndef CASEBOOK_JOBS_H
#define CASEBOOK_JOBS_H

#include <poll.h>

#include <casebook/runner.h>

struct jobs;

/* How a job ended.  All of it lives until `done` returns. */
struct job_end {
	uint32_t tag;
	const char *step, *call;
	const struct evidence *evidence;
	int fault; /* as in struct runner_event */
};

struct job_ask {
	const void *owner; /* whose job it is; with the tag its name in this book */
	uint32_t tag;
	const struct probe *probe;
	const struct probe_arg *args;
	size_t nargs;
	const char *step, *call; /* NULL or given back at the end; strings and arguments are copied */
	/* A phase or a progress of the running check; NULL: not told. */
	void (*progress)(void *arg, uint32_t tag, const struct runner_event *e);
	/* Once, however it ended.  May start jobs, drop jobs and wait. */
	void (*done)(void *arg, const struct job_end *end);
	void *arg;
};

/* The strings of *runner are copied.  Nothing is started yet.  Caller frees; that kills what runs. */
struct jobs *jobs_new(const struct runner_options *runner);
void jobs_free(struct jobs *b);
/* For the time after the first frame: the first check then finds casebook-probe ready. */
void jobs_warm(struct jobs *b);
/* -1: casebook-probe cannot be started or too many jobs run; `done` is not called then. */
int jobs_start(struct jobs *b, const struct job_ask *ask, struct err *err) MUST_CHECK;

/* Stopped, a job still ends with what it has seen. */
void jobs_cancel(struct jobs *b, const void *owner, uint32_t tag);
void jobs_cancel_all(struct jobs *b, const void *owner);
/* Stops every job of the owner and forgets it: nobody is told of its end. */
void jobs_drop(struct jobs *b, const void *owner);
size_t jobs_count(const struct jobs *b, const void *owner);
bool jobs_runs(const struct jobs *b, const void *owner, const char *call);

/* Tells what has come.  When nothing has, waits for checks, a signal or one of `extra` (at most 6), at most
 * timeout_ms (-1: as long as it takes), and tells then.  True when something was told. */
bool jobs_wait(struct jobs *b, struct pollfd *extra, size_t nextra, int timeout_ms);

/* One check from its start to its end; a signal of signals.h stops it, *stopped says so.  The evidence
 * is copied into `mem`; -1 when it could not be started. */
int jobs_run(struct jobs *b, const struct job_ask *ask, struct arena *mem, struct evidence *out, int *fault,
             bool *stopped, struct err *err) MUST_CHECK;

#endif
