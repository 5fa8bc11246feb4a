/* Shared by the files of this folder: building nodes, escaping, and data computed from a case. */
#ifndef REPORT_INT_H
#define REPORT_INT_H

#include <casebook/base64.h>
#include <casebook/diff.h>
#include <casebook/expiry.h>
#include <casebook/redacted.h>
#include <casebook/report.h>
#include <casebook/rnode.h>
#include <casebook/sink.h>
#include <casebook/text_set.h>
#include <casebook/xalloc.h>

/* ---- node.c ---- */
/* Text is cleaned to one line; clean text is borrowed, not copied.  Returns the new node. */
struct rnode *rn_add(struct report *r, struct rnode *parent, enum rnode_kind kind, const char *text);
/* The same with lines kept: code and quotes. */
struct rnode *rn_lines(struct report *r, struct rnode *parent, enum rnode_kind kind, const char *text);
struct rnode *rn_fmt(struct report *r, struct rnode *parent, enum rnode_kind kind, const char *fmt, ...)
        PRINTF_LIKE(4, 5);
struct rnode *rn_section(struct report *r, struct rnode *parent, int level, const char *id,
                         const char *title);
struct rnode *rn_cell(struct report *r, struct rnode *row, enum rnode_kind span, const char *text);
/* Rows generated on demand: a timeline of 10,000 records need not exist as a tree. */
struct row_source {
	size_t n;
	void (*fill)(struct report *r, const void *of, size_t i, struct rnode *row);
	const void *of; /* what the rows are about */
	struct report *r;
};
void rn_rows(struct report *r, struct rnode *table, size_t n,
             void (*fill)(struct report *r, const void *of, size_t i, struct rnode *row), const void *of);
/* A header row from names; ends with NULL. */
void rn_head(struct report *r, struct rnode *table, const char *const *names);
/* A term and its value as one span; nothing when the value is NULL. */
void rn_term(struct report *r, struct rnode *terms, const char *name, enum rnode_kind span,
             const char *value);
/* The next line of a text, *n bytes; *rest goes on behind it.  NULL after the last, and for no text. */
const char *rn_line(const char **rest, size_t *n);
const char *rn_clean(struct report *r, const char *text, bool lines);
/* Up to three texts as one; NULL is none. */
const char *rn_join(struct arena *mem, const char *a, const char *b, const char *c);
/* Whether a blank belongs before a span: not before punctuation, nor where its level says it is glued. */
bool rn_spaced(const struct rnode *next);
const char *rn_glyph(enum report_mark m); /* one column, or "" */

/* Whether it is a block, not part of a line of text. */
static inline bool rn_is_block(const struct rnode *n)
{
	return n->kind < R_TEXT;
}

/* ---- escaping ---- */
void esc_html(struct sink *s, const char *text); /* for text and for quoted attributes */
enum { MD_TABLE = 1, MD_START = 2 };
void esc_md(struct sink *s, const char *text, unsigned where); /* prose of one line */
void esc_md_code(struct sink *s, const char *text, bool in_table);
void esc_md_fence(struct sink *s, const char *text, const char *indent);

/* The member "needs" of both JSON objects: files that would decide something, and how to get each. */
struct jsonw;
void report_summary_json(const struct report *r, struct jsonw *j); /* "summary": the ticket */
void report_needs_json(const struct report *r, struct jsonw *j);
/* ---- drawing ---- */
void svg_graph(const struct rnode *graph, struct sink *s);

/* ---- seen_json.c: keys of the object of `run --auto --json` ---- */
struct jsonw;
void seen_json(const struct report *r, struct jsonw *j);
void devices_json(const struct report *r, struct jsonw *j);

/* ---- the evidence of a finding ---- */
struct citation {
	const struct evidence *e;
	const struct fact *fact; /* NULL: the measurement as a whole */
	const struct pin *pin;   /* NULL when no line is known */
	size_t more;             /* number of similar lines not listed */
};
struct citations {
	struct citation *all;
	size_t n, cap;
};
/* The facts that decide a finding in each piece of its evidence, with their lines. */
struct citations report_cite(struct report *r, const struct finding *f);
const char *citation_fact(const struct citation *c); /* which one it is about; NULL: none */
const struct evidence *report_evidence(const struct report *r, uint32_t pos); /* NULL when it is none */

/* ---- computed once, for tree and JSON ---- */
struct change {
	const struct evidence *before, *after;
	const char *fact;
	const struct value *was, *is; /* NULL: not measured */
};
struct fix_try {
	const struct cause *cause;
	const struct record *answer; /* "fixed", "not-fixed" or "escalate" */
	const uint32_t *done;        /* checklist lines ticked by then */
	size_t ndone;
	bool rechecked; /* the same checks ran again afterwards */
	struct change *changes;
	size_t nchanges;
};
struct event {
	int64_t at_ms;
	uint32_t pos; /* the record; pins carry the position of their evidence */
	uint32_t pin; /* from 1 for a line of a file, 0 for the record itself */
};
struct event_text {
	const char *source, *what;
	bool foreign; /* a line of somebody's file */
};
#define CLOCK_HERE "this machine"
/* A source of times compared with another clock of the case.  Ahead is positive. */
struct clock_row {
	const char *source, *probe, *basis, *how;
	const char *against; /* the other clock: a file, or CLOCK_HERE; NULL when unknown */
	int64_t offset_ms, uncertainty_ms;
	uint32_t pos, beside; /* its evidence, and the evidence for the offset; 0 when unknown */
	bool known;
};
struct file_read {
	const char *name, *sha256;
	const struct evidence *e; /* the first that read it */
};
struct report_model {
	struct citations *cited; /* one per finding of the diagnosis */
	struct fix_try *fixes;
	size_t nfixes;
	struct expiry *expiries; /* the first to end comes first */
	size_t nexpiries;
	struct event *events; /* in time */
	size_t nevents, events_left_out;
	const struct evidence **evidence; /* by position */
	size_t nevidence;
	struct file_read *files;
	size_t nfiles;
	struct clock_row *clocks;
	size_t nclocks;
	const char **vantages, **proxies, **contacted; /* sorted, each once */
	size_t nvantages, nproxies, ncontacted;
};
#define REPORT_MAX_EVENTS 20000 /* two per record of the largest case; the JSON has every line */
void model_build(struct report *r);
void model_fixes(struct report *r, struct report_model *m);
void model_events(struct report *r, struct report_model *m);
void model_clocks(struct report *r, struct report_model *m); /* reads r->model */
struct event_text event_text(const struct report *r, struct arena *mem, const struct event *e);
void model_confidence(struct report *r);
bool report_retracted(const struct report *r, uint32_t pos);
/* An answer's label in the flow, or else its id. */
const char *answer_label(const struct report *r, const char *step, const char *answer);
const char *step_label(const struct report *r, const char *step);
const char *input_label(const struct input_def *d, const char *key); /* d: NULL when the flow has none */
const char *report_reason(struct report *r, const char *reason);     /* facts in it as sentences */
/* What the case is about, of the report's own diagnosis; NULL: no finding. */
const struct finding *report_main(const struct report *r);
bool finding_open(const struct finding *f); /* still to be dealt with */

/* A name as the report may show it; self is the report. */
const char *report_shown(void *self, struct arena *mem, const char *name);
/* The appendix: a fold of this id. */
#define TREE_DETAILS "details"
/* ---- the tree, section by section in the order of the report ---- */
void tree_build(struct report *r);
void tree_first(struct report *r, struct rnode *doc);
void tree_findings(struct report *r, struct rnode *doc);
void tree_differential(struct report *r, struct rnode *doc);
const char *tree_causes_counted(struct report *r); /* "2 supported, 9 excluded": states that there are */
void tree_needs(struct report *r, struct rnode *doc);
void tree_contradictions(struct report *r, struct rnode *doc);
void tree_fixes(struct report *r, struct rnode *doc);
void tree_path(struct report *r, struct rnode *doc);
void tree_timeline(struct report *r, struct rnode *doc);
void tree_notes(struct report *r, struct rnode *doc);
void tree_conversations(struct report *r, struct rnode *doc);
void tree_probes(struct report *r, struct rnode *doc);
void tree_expiries(struct report *r, struct rnode *doc);
void tree_files(struct report *r, struct rnode *doc);
void tree_by_hand(struct report *r, struct rnode *doc);
void tree_origin(struct report *r, struct rnode *doc);
void tree_scope(struct report *r, struct rnode *doc);
/* The lines of a fix: done or not, who, where, what it changes, the command. */
void tree_checklist(struct report *r, struct rnode *s, const struct cause *c, bool headed);
/* In the cell: missing files that would decide about the cause; false: there are none. */
bool tree_deciders(struct report *r, struct rnode *cell, const struct cause *c);
/* A term that lists inputs and files still missing; no term when there are none. */
void tree_not_given(struct report *r, struct rnode *terms);
/* The few that most open faults ask for, and how many more there are. */
void tree_not_given_first(struct report *r, struct rnode *terms);
void tree_redaction(struct report *r, struct rnode *doc);
/* On request only. */
void tree_excerpts(struct report *r, struct rnode *doc);
/* A line of a log, and the measurement that pinned it down; bounded, file by file, in mem. */
struct excerpt {
	const struct pin *pin;
	uint32_t evidence;
};
size_t report_excerpts(const struct report *r, struct arena *mem, struct excerpt **out);

/* ---- redact.c ---- */
/* Puts redacted copies into the report, unless its level is full. */
void redact_report(struct report *r, const struct report_options *options);
/* The search for leaks, fed in pieces; NULL when nothing was replaced. end frees it and reports hits. */
struct redaction_pass;
struct redaction_pass *redaction_pass_new(const struct report *r);
void redaction_pass_feed(struct redaction_pass *p, const void *mem, size_t n);
int redaction_pass_end(struct redaction_pass *p, const char *what, struct err *err) MUST_CHECK;

/* Text of a comparison, line by line with its tokens. */
void diff_put(const struct diff *d, const struct buf *raw, struct buf *out);

/* Small helpers for the sections. */
const char *tree_time(struct report *r, int64_t ms);             /* "30 Nov 2026 16:22:15 UTC" */
const char *tree_clock(struct report *r, int64_t ms);            /* the same under a heading that says UTC */
const char *tree_value(struct report *r, const struct value *v); /* one line, bounded */
const char *tree_number(struct arena *mem, const char *prefix, uint64_t n); /* "E12" */
/* "E12", linked to that piece of evidence. */
void tree_evidence_ref(struct report *r, struct rnode *parent, uint32_t pos);
const char *tree_place(struct report *r, const struct citation *c); /* "u_ex.log line 88" or the target */
enum report_mark tree_cause_mark(enum cause_state s);
/* Text of a flow with **bold** and `code` as spans; paragraphs and lists as blocks. */
void tree_prose(struct report *r, struct rnode *parent, const char *markdown);
void tree_spans(struct report *r, struct rnode *parent, const char *line, size_t n);

#endif
