/* The parts of `casebook analyze`: what was looked at, what it showed, how it is said. */
#ifndef CASEBOOK_ANALYZE_H
#define CASEBOOK_ANALYZE_H

#include <casebook/flow.h>
#include <casebook/runner.h>

#include "cli.h"

#define ANALYZE_FLOW "intune-scep-ndes" /* whose causes single measurements are held against */

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
	struct analyzed *files;
	size_t n, cap;
	const struct flow *flow; /* whose causes are the findings; NULL when it cannot be loaded */
	bool stopped;            /* Ctrl-C: what was seen is kept */
};

/* Recognises and reads every path; 0, or -1 when the helper cannot be started. */
int analyze_paths(struct analysis *a, char *const *paths, size_t n, struct err *err) MUST_CHECK;

/* Calls back for each cause that evidence supports and none excludes: of file i alone, or of all
 * files together when i is SIZE_MAX.  Stops when the callback returns false. */
void analyze_findings(const struct analysis *a, size_t i, bool (*each)(void *arg, const struct cause *c),
                      void *arg);
/* The pins of the evidence that the cause's condition reads. */
void analyze_pins(const struct analysis *a, const struct cause *c,
                  bool (*each)(void *arg, const struct analyzed *f, const struct pin *p, const char *fact),
                  void *arg);

void analyze_text(const struct analysis *a, struct buf *out);
void analyze_json(const struct analysis *a, struct buf *out);

#endif
