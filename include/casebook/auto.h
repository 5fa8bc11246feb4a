/*
 * `run --auto`: drives a case as far as checks, files, inputs and an answers file lead, then runs every check
 * that could still tell causes apart. Asks nobody.
 */
#ifndef CASEBOOK_AUTO_H
#define CASEBOOK_AUTO_H

#include <casebook/drive.h>

/* step: answer, from a YAML file; every row exists in the flow.  `about` is no step but whose sources are. */
struct answers {
	struct answer_row {
		const char *step, *answer;
	} * rows;
	size_t n;
	struct said_of *said; /* of `about:`, a map of a file's name or a computer to whose it is */
	size_t nsaid;
	struct arena *mem;
};
/* "-" is standard input.  Problems name file, line and column.  Caller releases. */
int answers_load(const char *path, const struct flow *flow, struct answers *out, struct err *err) MUST_CHECK;
void answers_release(struct answers *a);
const char *answers_find(const struct answers *a, const char *step); /* NULL when absent */

struct setting {
	const char *key, *value;
};
/* A run's options from the command line. */
struct run_setup {
	struct runner_options runner;
	struct session_options session;
	struct setting *set; /* --set, checked against the flow */
	size_t nset;
	const char **evidence; /* --evidence; each path exists */
	size_t nevidence;
	const char *pasted; /* one of them, or of set: what stood on standard input; NULL when nothing did */
	struct answers answers;
	int64_t max_time_ms; /* 0: no limit */
	/* A line for the person to see at once, before any report; not cleaned. */
	void (*say)(const char *text);
	struct arena *mem;
};

/* Why it ended early. */
struct auto_end {
	bool interrupted; /* by a signal (signals.h) */
	bool late;        /* max_time_ms ran out */
};
struct auto_end run_auto(struct drive *d, const struct run_setup *setup);

#endif
