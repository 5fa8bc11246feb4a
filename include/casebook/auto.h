/*
 * `run --auto`: a case is driven as far as checks, files, inputs and an answers file
 * lead, and every check that could still tell causes apart is run.  Nobody is asked.
 */
#ifndef CASEBOOK_AUTO_H
#define CASEBOOK_AUTO_H

#include <casebook/drive.h>

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
/* What the command line asks of a run. */
struct run_setup {
	struct runner_options runner;
	struct session_options session;
	struct setting *set; /* --set, checked against the flow */
	size_t nset;
	const char **evidence; /* --evidence, each is there */
	size_t nevidence;
	struct answers answers;
	int64_t max_time_ms; /* 0: as long as it takes */
	/* A line that the person must hear at once, not when the report is read; not cleaned. */
	void (*say)(const char *text);
	struct arena *mem;
};

/* Why it ended before everything was measured. */
struct auto_end {
	bool interrupted; /* by a signal (signals.h) */
	bool late;        /* max_time_ms is over */
	bool left_out; /* files of a folder were not looked at: nothing is healthy that they could have shown
	                */
};
struct auto_end run_auto(struct drive *d, const struct run_setup *setup);

#endif
