/* Two cases compared, or one case before and after a fix. */
#ifndef CASEBOOK_DIFF_H
#define CASEBOOK_DIFF_H

#include <stddef.h>
#include <stdint.h>

#include <casebook/buf.h>
#include <casebook/err.h>
#include <casebook/redact.h>

struct arena;
struct report;
struct value;

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
	struct redaction *redaction; /* NULL: names as written */
};
/* Both reports at REDACT_FULL: tokens of two cases cannot be compared.  Caller frees. */
struct diff *diff_new(const struct report *a, const struct report *b);
/* Before and after the last "fixed" of one case; NULL when no fix was applied. */
struct diff *diff_of_fix(const struct report *r);
void diff_free(struct diff *d); /* accepts NULL */
/* From now on names are tokens, one for each in both cases; nothing at REDACT_FULL.  What was written is
 * searched with diff_check() before it leaves. */
void diff_redact(struct diff *d, enum redact_level level);
int diff_check(const struct diff *d, const void *mem, size_t n, struct err *err) MUST_CHECK;
const char *difference_kind_name(enum difference_kind k);
/* As a person tells it: what decided in sentences, findings, what was not repeated, how much follows. */
void diff_text(const struct diff *d, struct buf *out);
/* Every difference, the first one first. */
void diff_list(const struct diff *d, struct buf *out);
void diff_json(const struct diff *d, struct buf *out);

#endif
