/*
 * A report is one tree, built once from the saved case, in many formats. A format reads the tree (for JSON,
 * the case behind it), writes to a sink and decides nothing. Secrets are replaced before the tree is built.
 */
#ifndef CASEBOOK_REPORT_H
#define CASEBOOK_REPORT_H

#include <casebook/redact.h>
#include <casebook/replay.h>

struct rnode;
struct sink;

struct report_options {
	int64_t made_ms; /* REPORT_MADE_BY_CASE: the time of the last record, never "now" */
	enum redact_level redact;
	const char *const *hide; /* more words to replace, from --hide; may be NULL */
	size_t nhide;
	bool details;  /* Markdown: with the appendix that other forms fold */
	bool excerpts; /* with lines of the logs that the checks pinned down */
};
#define REPORT_MADE_BY_CASE INT64_MIN

struct report_model;
struct brief;
struct report {
	const struct flow *flow;
	/* Redacted copy, or the case itself at REDACT_FULL; up to casefile_told(), so that what was exported
	 * meanwhile changes no report. */
	const struct casefile *cf;
	const char *head;       /* of the chain at the last record of cf, 64 digits; NULL: not saved */
	struct replay *replay;  /* of the original: conditions must see the real values */
	struct diagnosis *diag; /* redacted texts */
	unsigned lost;          /* answers in the log to steps that the flow no longer has */
	enum redact_level level;
	bool tokens_kept; /* of a redacted copy: it is shown as it is */
	bool details, excerpts;
	struct redaction *redaction; /* NULL at REDACT_FULL, and of a redacted copy */
	enum confidence confidence;
	const char *confidence_why;
	bool confidence_counted;          /* it says no more than how many sources there are */
	const struct report_model *model; /* private to the module */
	const struct brief *brief;        /* its slots, redacted */
	struct rnode *doc;
	int64_t made_ms;
	struct arena *mem;
	struct arena *scratch; /* for tables that generate rows while writing; NULL when none */
};

/* Caller frees.  Borrows flow and cf, which must outlive the report.  options NULL: standard redaction,
 * REPORT_MADE_BY_CASE. */
struct report *report_new(const struct flow *flow, const struct casefile *cf,
                          const struct report_options *options);
void report_free(struct report *r); /* accepts NULL */

struct report_format {
	const char *name, *ext, *title; /* "md", ".md", "Markdown" */
	void (*write)(const struct report *, struct sink *);
};
extern const struct report_format *const report_formats[];        /* from formats.def; ends with NULL */
const struct report_format *report_format_find(const char *name); /* NULL when there is none */

/* To a file: written beside it, checked for leaks, fsynced, renamed.  path "-" is standard output.  A
 * failure leaves no partial file; a leak is FAIL_CONFLICT and says what and where. sha256, of what was
 * written, may be NULL. */
int report_save(const struct report *r, const struct report_format *f, const char *path,
                char sha256[CASE_HASH], struct err *err) MUST_CHECK;
/* The same into memory; `out` is the caller's. */
int report_render(const struct report *r, const struct report_format *f, struct buf *out,
                  struct err *err) MUST_CHECK;
/* Bytes to a file with the same care; mode as for open(2). */
int report_save_bytes(const void *mem, size_t n, const char *path, unsigned mode, struct err *err) MUST_CHECK;

/* The object of `run --auto --json` (contract.md), one line with its newline. */
void report_run_json(const struct report *r, struct buf *out);

#endif
