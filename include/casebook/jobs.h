/*
 * The single list of running checks, and the single place that waits: for casebook-probe, for signals
 * (signals.h), and for the caller's own descriptors.  The wizard, --plain, --auto, analyze and probe all run
 * their checks through it.
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
	const void *owner; /* the job's owner; owner and tag identify it */
	uint32_t tag;
	const struct probe *probe;
	const struct probe_arg *args;
	size_t nargs;
	const char *step, *call; /* may be NULL; returned at the end; strings and arguments are copied */
	/* Phase or progress of the running check; may be NULL. */
	void (*progress)(void *arg, uint32_t tag, const struct runner_event *e);
	/* Called once, however the job ended. May start jobs, drop jobs and wait. */
	void (*done)(void *arg, const struct job_end *end);
	void *arg;
};

/* The strings of *runner are copied.  Starts nothing yet. Caller frees; freeing kills running checks. */
struct jobs *jobs_new(const struct runner_options *runner);
void jobs_free(struct jobs *b);
/* To be called after the first frame: gets casebook-probe ready for the first check. */
void jobs_warm(struct jobs *b);
/* -1 when casebook-probe cannot be started or too many jobs run; then `done` is not called. */
int jobs_start(struct jobs *b, const struct job_ask *ask, struct err *err) MUST_CHECK;

/* A cancelled job still ends with its results so far. */
void jobs_cancel(struct jobs *b, const void *owner, uint32_t tag);
void jobs_cancel_all(struct jobs *b, const void *owner);
/* Stops and forgets every job of the owner; `done` is not called. */
void jobs_drop(struct jobs *b, const void *owner);
size_t jobs_count(const struct jobs *b, const void *owner);
bool jobs_runs(const struct jobs *b, const void *owner, const char *call);

/* Delivers pending events. When there are none, waits for checks, a signal or one of `extra` (at most 6),
 * up to timeout_ms (-1: no limit), then delivers. True when something was delivered. */
bool jobs_wait(struct jobs *b, struct pollfd *extra, size_t nextra, int timeout_ms);

/* Runs one check from start to end; a signal (signals.h) stops it and sets *stopped.  The evidence is
 * copied into `mem`; -1 when it could not be started. */
int jobs_run(struct jobs *b, const struct job_ask *ask, struct arena *mem, struct evidence *out, int *fault,
             bool *stopped, struct err *err) MUST_CHECK;

#endif
