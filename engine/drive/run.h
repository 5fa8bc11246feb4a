/*
 * What the parts of `casebook run` share: what the command line asked for, and the
 * ways to go through a flow with it.
 */
#ifndef CASEBOOK_UI_RUN_H
#define CASEBOOK_UI_RUN_H

#include "cli.h"
#include "drive.h"
#include "flow_cmd.h"

/* step: answer, from a YAML file; every row exists in the flow. */
struct answers {
	struct answer_row {
		const char *step, *answer;
	} * rows;
	size_t n;
	struct arena *mem;
};
/* "-" is standard input.  Problems name file, line and column.  Caller releases. */
int answers_load(const char *path, const struct flow *flow, struct answers *out, struct err *err) MUST_CHECK;
void answers_release(struct answers *a);
const char *answers_find(const struct answers *a, const char *step); /* NULL when not answered */

struct setting {
	const char *key, *value;
};
struct run_setup {
	struct flow_ref flow;
	struct runner_options runner;
	struct session_options session;
	struct setting *set; /* --set, checked against the flow */
	size_t nset;
	const char **evidence; /* --evidence, each is there */
	size_t nevidence;
	struct answers answers;
	int64_t max_time_ms; /* 0: as long as it takes */
	struct arena *mem;
};

/* ---- checks outside the step where the case stands (run_own.c) ---- */

/* One turn of waiting; false when the person or the clock ended it. */
struct run_wait {
	bool (*wait)(void *arg);
	void *arg;
};
struct run_own {
	struct drive *d;
	struct run_wait wait;
	uint32_t next_job;
	struct own_job {
		uint32_t id;
		const char *step, *call;
		void (*done)(void *arg, const struct evidence *e); /* NULL: it is evidence of the case */
		void *arg;
	} * jobs;
	size_t njobs, cap;
	bool left_out; /* files of a folder were not looked at: nothing is healthy that they could have shown
	                */
	struct arena *mem;
};
void run_own_init(struct run_own *o, struct drive *d, struct run_wait wait);
void run_own_release(struct run_own *o);
/* Starts one more check; `step` and `call` go with its evidence and may be NULL.  Its end is told to
 * `done`, or, when that is NULL, becomes evidence of the case. */
void run_own_start(struct run_own *o, const struct probe *p, const struct probe_arg *args, size_t nargs,
                   const char *step, const char *call, void (*done)(void *arg, const struct evidence *e),
                   void *arg);
void run_own_cancel(struct run_own *o);
bool run_own_runs(const struct run_own *o, const char *call);
/* Until at most `left` of them run; false when the waiting was ended. */
bool run_own_wait(struct run_own *o, size_t left);

/* ---- evidence files (run_files.c) ---- */

/* Recognises every path by content, gives the files to the inputs of the flow whose checks read them, and
 * reads on its own what no input takes.  False when the waiting was ended. */
bool run_files(struct run_own *o, const char *const *paths, size_t n);

/* ---- the ways through a flow ---- */
int run_auto(struct cli *c, struct run_setup *setup, struct store *store);
int run_plain(struct cli *c, struct drive *d);
/* What this flow concludes from the evidence of a stored case; writes nothing (run_replay.c). */
int run_replay(struct cli *c, const char *ref, const struct flow *flow);
/* Goes on with a case, on the screen or, with --plain or without one, line by line.  Takes over *cf,
 * whose first `saved` records are durable; number 0: it is begun in the store first. */
int run_person(struct cli *c, struct run_setup *setup, struct casefile *cf, uint32_t saved);
/* --ca, --proxy, --timeout, --no-network, --allow-...; 0 or an exit code. */
int run_take_options(struct cli *c, struct run_setup *setup);
/* A short readable account of where the case stands (run_text.c). */
void run_text(struct drive *d, bool ascii, struct buf *out);

/* Ctrl-C as a descriptor that becomes readable; -1 on failure.  Restored by interrupt_end. */
int interrupt_begin(void);
void interrupt_end(void);
bool interrupt_seen(void); /* and forgotten */

#endif
