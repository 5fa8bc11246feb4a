/*
 * Reads files without a case: recognises each path by content, reads it, and matches the facts against the
 * causes of a flow.
 */
#ifndef CASEBOOK_ANALYZE_H
#define CASEBOOK_ANALYZE_H

#include <casebook/flow.h>
#include <casebook/jobs.h>

struct shown {
	const struct cause *const *causes; /* the most severe first */
	size_t n;
};
struct analyzed {
	const char *path;         /* as shown */
	const char *real;         /* as opened: a copy of standard input has another name */
	const struct probe *kind; /* NULL: no check reads it */
	const char *why;          /* when kind is NULL */
	struct value codes; /* a list of dialect, code and line in a text that no check reads; or null */
	const char *sha256; /* NULL when not known */
	struct evidence e;  /* once `looked` */
	bool looked;
	int fault;          /* as in struct runner_event */
	struct shown shown; /* by this file alone, without causes that only symptoms speak for */
};

struct analysis {
	struct arena *mem;
	struct analyzed *files; /* caller frees */
	size_t n, cap;
	const struct flow *flow; /* its causes become findings; NULL: no findings */
	struct shown shown;      /* by all files together, as a case would have it */
	bool stopped;            /* by a signal (signals.h); results so far are kept */
	/* Progress or end of file i of n (total 0: size unknown); may be NULL. */
	void (*moves)(size_t i, size_t n, bool ended, uint64_t done, uint64_t total);
};

/* Recognises and reads every path; 0, or -1 when casebook-probe cannot be started. */
int analyze_paths(struct analysis *a, struct jobs *jobs, char *const *paths, size_t n,
                  struct err *err) MUST_CHECK;

/* Calls back for each cause that file i shows, or all files together when i is SIZE_MAX.  Stops when the
 * callback returns false. */
void analyze_findings(const struct analysis *a, size_t i, bool (*each)(void *arg, const struct cause *c),
                      void *arg);
/* Pins of the evidence read by the cause's condition. */
void analyze_pins(const struct analysis *a, const struct cause *c,
                  bool (*each)(void *arg, const struct analyzed *f, const struct pin *p, const char *fact),
                  void *arg);

enum analyze_verdict {
	ANALYZE_CLEAN, /* everything was read, no fault seen */
	ANALYZE_FAULT, /* shown by one file or by all together */
	ANALYZE_OPEN   /* no fault, but a file is of unknown kind or was not read to its end */
};
enum analyze_verdict analyze_verdict(const struct analysis *a);
/* Causes that one measurement proves alone. */
void analyze_one(const struct flow *flow, const struct evidence *e,
                 bool (*each)(void *arg, const struct cause *c), void *arg);

#endif
