/*
 * A report is one tree, built once from the saved case, in many formats. A format reads the tree (for JSON,
 * the case behind it), writes to a sink and decides nothing. Secrets are replaced before the tree is built.
 */
#ifndef CASEBOOK_REPORT_H
#define CASEBOOK_REPORT_H

#include <string.h>

#include <casebook/redact.h>
#include <casebook/replay.h>

/* ---- the tree ---- */
enum rnode_kind {
	R_DOC,     /* text: the title of the report */
	R_SECTION, /* level 1..4, id, text: the heading */
	R_PARA,    /* text, or spans as children */
	R_LIST,    /* items */
	R_ITEM,    /* text or spans; may end with one R_LIST */
	R_TABLE,   /* text: the caption, level 1: worth reading; rows; a row with level 1 is the header */
	R_ROW,     /* cells; mark */
	R_CELL,    /* text or spans; level 1: heads its row */
	R_CODE,    /* text: lines to type or to keep verbatim */
	R_QUOTE,   /* text: a person's words, line breaks kept */
	R_FOLD,    /* text: the summary; children; level 1: open at first */
	R_TERMS,   /* R_TERM children */
	R_TERM,    /* text: the name; children: spans of the value; mark */
	R_VERDICT, /* text: the verdict in words, mark; children: R_TERMS with the essentials */
	R_GRAPH,   /* id, text: description; children: R_STOP, one per step of the path */
	R_STOP,    /* text: label; mark; children: R_TEXT answer, R_MUTED who, R_ALT other answers */
	/* spans; level 1: no blank before it */
	R_TEXT,
	R_MONO, /* foreign or technical text: a probe, a code, a line of a log */
	R_STRONG,
	R_MUTED,
	R_MARK, /* mark, text: its meaning in a word */
	R_REF,  /* id: the target anchor, text */
	R_TIME, /* ISO 8601, UTC */
	R_ALT,
	R__MAX
};
struct row_source;
struct rnode {
	unsigned char kind, level, mark; /* enum rnode_kind; enum report_mark */
	unsigned char span;              /* span kind of the text: R_MONO, ...; 0 is plain */
	const char *id;                  /* anchor: a-z, 0-9, dash; stable; NULL when none */
	const char *text;                /* clean UTF-8; NULL when it has only children */
	struct rnode *child, *last, *next;
	struct row_source *rows; /* R_TABLE only: further rows after the children, too many to store */
};
/* Iterates over a table's rows, header first; row NULL begins. A row lives until the next call. */
const struct rnode *rnode_next_row(const struct rnode *table, const struct rnode *row, size_t *state);
/* Meaning, never a colour; the same five as on the screen. */
enum report_mark { RM_NONE, RM_OK, RM_BAD, RM_WARN, RM_OPEN };
const char *rnode_kind_name(enum rnode_kind k);
const char *report_mark_word(enum report_mark m); /* "ok", "bad", "attention", "open"; "" for none */

struct report_options {
	int64_t made_ms; /* REPORT_MADE_BY_CASE: the time of the last record, never "now" */
	enum redact_level redact;
	const char *const *hide; /* more words to replace, from --hide; may be NULL */
	size_t nhide;
};
#define REPORT_MADE_BY_CASE INT64_MIN

struct report_model;
struct report {
	const struct flow *flow;
	const struct casefile *cf; /* redacted copy, or the case itself at REDACT_FULL */
	struct replay *replay;     /* of the original: conditions must see the real values */
	struct diagnosis *diag;    /* redacted texts */
	unsigned lost;             /* answers in the log to steps that the flow no longer has */
	enum redact_level level;
	struct redaction *redaction; /* NULL at REDACT_FULL */
	enum confidence confidence;
	const char *confidence_why;
	const struct report_model *model; /* private to the module */
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

/* ---- redaction, for preview ---- */
struct redact_item {
	const char *token, *kind, *value;
	unsigned count; /* places in this report */
	bool weak;      /* an ordinary word, replaced only where it is a whole field */
};
/* The i-th replaced value; false past the end. */
bool redaction_item(const struct redaction *r, size_t i, struct redact_item *out);
/* The key to the tokens, JSON; never to be sent along. */
void redaction_key(const struct report *r, struct buf *out);
/* Searches bytes for every original value in every form; FAIL_CONFLICT says which and where. */
int redaction_check(const struct report *r, const char *what, const void *mem, size_t n,
                    struct err *err) MUST_CHECK;

/* ---- writing ---- */
#define SINK_HOLD 16384
struct sink {
	int (*write)(void *arg, const void *mem, size_t n); /* 0, or an errno */
	void *arg;
	int failed; /* the first failure sticks: errno */
	size_t held;
	char hold[SINK_HOLD];
};
void sink_init(struct sink *s, int (*write)(void *, const void *, size_t), void *arg);
void sink_init_buf(struct sink *s, struct buf *b);         /* ENOSPC when the buffer is over */
void sink_long(struct sink *s, const void *mem, size_t n); /* flushes, then writes */
static inline void sink_put(struct sink *s, const void *mem, size_t n)
{
	if (n > SINK_HOLD - s->held) {
		sink_long(s, mem, n);
	} else if (n != 0) {
		memcpy(s->hold + s->held, mem, n);
		s->held += n;
	}
}
static inline void sink_str(struct sink *s, const char *text) /* NULL puts nothing */
{
	if (text != NULL)
		sink_put(s, text, strlen(text));
}
static inline void sink_char(struct sink *s, char c)
{
	sink_put(s, &c, 1);
}
void sink_fmt(struct sink *s, const char *fmt, ...) PRINTF_LIKE(2, 3); /* one line of at most 1023 bytes */
void sink_flush(struct sink *s);

struct report_format {
	const char *name, *ext, *title; /* "md", ".md", "Markdown" */
	void (*write)(const struct report *, struct sink *);
};
extern const struct report_format *const report_formats[];        /* from formats.def; ends with NULL */
const struct report_format *report_format_find(const char *name); /* NULL when there is none */

/* To a file: written beside it, checked for leaks, fsynced, renamed.  path "-" is standard output.  A
 * failure leaves no partial file; a leak is FAIL_CONFLICT and says what and where. */
int report_save(const struct report *r, const struct report_format *f, const char *path,
                struct err *err) MUST_CHECK;
/* The same into memory; `out` is the caller's. */
int report_render(const struct report *r, const struct report_format *f, struct buf *out,
                  struct err *err) MUST_CHECK;
/* Bytes to a file with the same care; mode as for open(2). */
int report_save_bytes(const void *mem, size_t n, const char *path, unsigned mode, struct err *err) MUST_CHECK;

/* ---- two cases compared, or one case before and after a fix ---- */
enum difference_kind {
	DIFF_FLOW,
	DIFF_INPUT,
	DIFF_FACT,
	DIFF_MEASURED,
	DIFF_ANSWER,
	DIFF_FINDING,
	DIFF_VERDICT,
	DIFF__MAX
};
struct difference {
	enum difference_kind kind;
	const char *what;          /* "scep.url page", "Server URL", "app-pool-stopped" */
	const char *target;        /* of the left measurement; NULL for other kinds */
	const struct value *a, *b; /* NULL: not there */
	uint32_t a_pos, b_pos;     /* records; 0 when none */
};
struct diff {
	const struct report *a, *b; /* borrowed; the same one for before and after */
	uint32_t fix;               /* the answer "fixed" between them; 0 for two cases */
	struct difference *all;     /* the first difference first, conclusions last */
	size_t n, cap;
	struct arena *mem;
};
/* Both reports at REDACT_FULL: tokens of two cases cannot be compared.  Caller frees. */
struct diff *diff_new(const struct report *a, const struct report *b);
/* Before and after the last "fixed" of one case; NULL when no fix was applied. */
struct diff *diff_of_fix(const struct report *r);
void diff_free(struct diff *d); /* accepts NULL */
const char *difference_kind_name(enum difference_kind k);
void diff_text(const struct diff *d, struct buf *out);
void diff_json(const struct diff *d, struct buf *out);

/* The object of `run --auto --json` (contract.md), one line with its newline. */
void report_run_json(const struct report *r, struct buf *out);

#endif
