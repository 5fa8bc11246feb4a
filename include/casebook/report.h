/*
 * A report is one tree, built from what was saved, and many formats.  A format
 * sees the tree, writes to a sink and checks nothing.
 */
#ifndef CASEBOOK_REPORT_H
#define CASEBOOK_REPORT_H

#include <casebook/replay.h>

enum rnode_kind {
	R_DOC,
	R_SECTION,
	R_PARA,
	R_LIST,
	R_ITEM,
	R_TABLE,
	R_ROW,
	R_CELL,
	R_CODE,
	R_QUOTE,
	R_FOLD,
	R_TERM,
	R_VERDICT,
	R_GRAPH,
};
struct rnode {
	enum rnode_kind kind;
	int level;        /* R_SECTION: 1..4 */
	const char *id;   /* anchor, stable; NULL when none */
	const char *text; /* already cleaned; NULL when only children */
	int mark;         /* enum mark of page.h, 0 when none */
	struct rnode *child, *next;
};
struct report {
	const struct flow *flow;
	const struct casefile *cf;
	struct replay *replay;
	struct diagnosis *diag;
	struct rnode *doc;
	int64_t made_ms; /* SOURCE_DATE_EPOCH, or the case's last record: never "now" */
	struct arena *mem;
};

struct sink {
	int (*write)(void *arg, const void *mem, size_t n);
	void *arg;
	int failed; /* the first failure sticks: errno */
};
void sink_put(struct sink *s, const void *mem, size_t n);
void sink_str(struct sink *s, const char *text);
void sink_fmt(struct sink *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct report_format {
	const char *name, *ext, *title;
	void (*write)(const struct report *, struct sink *);
};
extern const struct report_format *const report_formats[]; /* from formats.def; ends with NULL */
const struct report_format *report_format_find(const char *name);

/* Caller frees.  Borrows flow and cf. */
struct report *report_new(const struct flow *flow, const struct casefile *cf, int64_t made_ms);
void report_free(struct report *r);
/* To a file: written beside it, fsynced, renamed.  path "-" is standard output. */
int report_save(const struct report *r, const struct report_format *f, const char *path,
                struct err *err) MUST_CHECK;

/* The object of `run --auto --json` (contract.md). */
void report_run_json(const struct report *r, struct buf *out);

#endif
