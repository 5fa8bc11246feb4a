/*
 * Looks at files without a case: recognises every path by content, reads what was
 * found, and holds what it shows against the causes of a flow.
 */
#ifndef CASEBOOK_ANALYZE_H
#define CASEBOOK_ANALYZE_H

#include <casebook/flow.h>
#include <casebook/jobs.h>

struct analyzed {
	const char *path;         /* as it is shown */
	const char *real;         /* as it is opened: a copy of standard input has another name */
	const struct probe *kind; /* NULL: no check reads it */
	const char *why;          /* when kind is NULL */
	const char *sha256;       /* NULL when not known */
	struct evidence e;        /* when kind is known and it was looked at */
	bool looked;
	int fault; /* as in struct runner_event */
};

struct analysis {
	struct arena *mem;
	struct analyzed *files; /* the caller frees it */
	size_t n, cap;
	const struct flow *flow; /* whose causes are the findings; NULL: none are sought */
	bool stopped;            /* by a signal (signals.h): what was seen is kept */
	/* File i of n moves on or has ended (total 0: nothing to count); NULL: not told. */
	void (*moves)(size_t i, size_t n, bool ended, uint64_t done, uint64_t total);
};

/* Recognises and reads every path; 0, or -1 when casebook-probe cannot be started. */
int analyze_paths(struct analysis *a, struct jobs *jobs, char *const *paths, size_t n,
                  struct err *err) MUST_CHECK;

/* Calls back for each cause that evidence supports and none excludes: of file i alone, or of all
 * files together when i is SIZE_MAX.  Stops when the callback returns false. */
void analyze_findings(const struct analysis *a, size_t i, bool (*each)(void *arg, const struct cause *c),
                      void *arg);
/* The pins of the evidence that the cause's condition reads. */
void analyze_pins(const struct analysis *a, const struct cause *c,
                  bool (*each)(void *arg, const struct analyzed *f, const struct pin *p, const char *fact),
                  void *arg);

enum analyze_verdict {
	ANALYZE_CLEAN, /* all was read, and no fault seen */
	ANALYZE_FAULT, /* a file alone or all of them together show one */
	ANALYZE_OPEN   /* no fault, but a file is not known or could not be read to its end */
};
enum analyze_verdict analyze_verdict(const struct analysis *a);
/* The causes that one measurement alone supports. */
void analyze_one(const struct flow *flow, const struct probe *p, const struct evidence *e,
                 bool (*each)(void *arg, const struct cause *c), void *arg);

#endif
