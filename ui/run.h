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

/* ---- evidence files (run_files.c) ---- */

/* One turn of waiting; false when the person or the clock ended it. */
struct run_wait {
	bool (*wait)(void *arg);
	void *arg;
};
struct run_files {
	struct drive *d;
	struct run_wait wait;
	uint32_t next_job;
	struct own_job {
		uint32_t id;
		const struct probe *probe;
		const char *step, *call;
	} * jobs;
	size_t njobs, cap;
	struct found_file {
		const char *path, *kind; /* kind NULL: not recognised */
		const char *why;
	} * found;
	size_t nfound, cap_found;
	struct arena *mem;
};
void run_files_init(struct run_files *f, struct drive *d, struct run_wait wait);
void run_files_release(struct run_files *f);
/* Recognises every path, gives the files to the inputs of the flow whose checks read them, and
 * reads on its own what no input takes.  False when the waiting was ended. */
bool run_files_take(struct run_files *f, const char *const *paths, size_t n);
/* Runs a check of a step, or a probe outside of any (step NULL), as evidence of the case. */
void run_files_start(struct run_files *f, const struct probe *p, const struct probe_arg *args, size_t nargs,
                     const char *step, const char *call);

/* ---- the ways through a flow ---- */
int run_auto(struct cli *c, struct run_setup *setup, struct store *store);
int run_plain(struct cli *c, struct drive *d);
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
