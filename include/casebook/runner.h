/*
 * Runs probes in another process.  casebook-probe starts on first use, loads libcurl, OpenSSL and the trust
 * store once, and forks a child per probe. Every job yields exactly one struct evidence, however it ended:
 * measured, unreached, timed out, cancelled, crashed, unreadable.
 */
#ifndef CASEBOOK_RUNNER_H
#define CASEBOOK_RUNNER_H

#include <casebook/evidence.h>
#include <casebook/probe.h>

struct runner;

struct runner_options {
	const char *program; /* NULL: beside this executable, then the libexec folder */
	const char *ca_file; /* --ca; NULL: the system's */
	const char *proxy;   /* --proxy; NULL: the environment's; "" forces direct */
	bool allow_external;
	bool allow_side_effects;
	unsigned timeout_ms; /* of one probe; 0: the probe's own */
};

enum runner_event_kind { RUNNER_PROGRESS, RUNNER_DONE };
struct runner_event {
	enum runner_event_kind kind;
	uint32_t job;
	const char *phase; /* RUNNER_PROGRESS */
	uint64_t done, total;
	const struct evidence *evidence; /* RUNNER_DONE */
	int fault; /* RUNNER_DONE: on its own it shows a fault (1), shows none (0), gave no verdict (-1) */
};

/* Does not start the helper process yet. Caller frees; freeing kills running probes. */
struct runner *runner_new(const struct runner_options *opt);
void runner_free(struct runner *r);
/* Starts the helper and preloads everything for live checks, which saves the first of them a tenth of a
 * second. To be called after the first frame; errors surface in runner_start. */
void runner_warm(struct runner *r);
/* Strings are copied.  Starts the helper when needed.  `step` may be NULL. */
int runner_start(struct runner *r, uint32_t job, const struct probe *p, const struct probe_arg *args,
                 size_t nargs, const char *step, struct err *err) MUST_CHECK;
/* The job still ends through RUNNER_DONE, with EV_CANCELLED and the facts seen so far. */
void runner_cancel(struct runner *r, uint32_t job);
/* For poll(); -1 before the helper runs. */
int runner_fd(const struct runner *r);
/* Milliseconds until runner_take is due even without input; -1: never. */
int runner_wait_ms(const struct runner *r);
/* Takes one event if there is one. Its pointers live until the next call. */
bool runner_take(struct runner *r, struct runner_event *out);

#endif
