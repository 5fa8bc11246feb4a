/*
 * Runs probes in another process.  casebook-probe is started on first use, loads
 * libcurl, OpenSSL and the trust store once, and forks a child per probe.
 * Every job ends with exactly one struct evidence, however it ended: measured,
 * unreached, timed out, cancelled, crashed, unreadable.
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

enum runner_event_kind { RUNNER_PROGRESS, RUNNER_FACT, RUNNER_DONE };
struct runner_event {
	enum runner_event_kind kind;
	uint32_t job;
	const char *phase; /* RUNNER_PROGRESS */
	uint64_t done, total;
	const struct fact *fact;         /* RUNNER_FACT: as it is seen */
	const struct evidence *evidence; /* RUNNER_DONE */
	int fault; /* RUNNER_DONE: judged alone it shows a fault (1), none (0), not said (-1) */
};

/* Does not start the helper process yet.  Caller frees; freeing kills what runs. */
struct runner *runner_new(const struct runner_options *opt);
void runner_free(struct runner *r);
/* Starts the helper and lets it load what live checks need, so that the first of them finds it
 * ready: a tenth of a second.  For the time after the first frame; a failure shows at the start. */
void runner_warm(struct runner *r);
/* Strings are copied.  Starts the helper when needed.  `step` may be NULL. */
int runner_start(struct runner *r, uint32_t job, const struct probe *p, const struct probe_arg *args,
                 size_t nargs, const char *step, struct err *err) MUST_CHECK;
/* The job still ends through RUNNER_DONE, with EV_CANCELLED and the facts seen so far. */
void runner_cancel(struct runner *r, uint32_t job);
/* For poll(); -1 before the helper runs. */
int runner_fd(const struct runner *r);
/* Milliseconds until runner_take must be called even without input; -1: never. */
int runner_wait_ms(const struct runner *r);
/* One event if there is one.  What it points to lives until the next call. */
bool runner_take(struct runner *r, struct runner_event *out);
size_t runner_running(const struct runner *r);

#endif
