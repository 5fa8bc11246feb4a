/* What the files of this folder share: building nodes, escaping, and what is computed from a case. */
#ifndef REPORT_INT_H
#define REPORT_INT_H

#include <casebook/report.h>
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
/* A header row from names; ends with NULL. */
void rn_head(struct report *r, struct rnode *table, const char *const *names);
/* A term and its value as one span; nothing at all when the value is NULL. */
void rn_term(struct report *r, struct rnode *terms, const char *name, enum rnode_kind span,
             const char *value);
const char *rn_clean(struct report *r, const char *text, bool lines);
/* Whether a blank belongs between two spans: not before punctuation. */
bool rn_spaced(const struct rnode *next);
const char *rn_glyph(enum report_mark m); /* one column, or "" */

/* ---- escaping ---- */
void esc_html(struct sink *s, const char *text);              /* for text and for quoted attributes */
void esc_md(struct sink *s, const char *text, bool in_table); /* prose of one line */
void esc_md_code(struct sink *s, const char *text, bool in_table);
void esc_md_fence(struct sink *s, const char *text, const char *indent);

/* ---- what a finding rests on ---- */
struct citation {
	const struct evidence *e;
	const struct fact *fact; /* NULL: the measurement as a whole */
	const struct pin *pin;   /* NULL when no line is known */
	size_t more;             /* lines like this one that are not listed */
};
struct citations {
	struct citation *all;
	size_t n, cap;
};
/* The facts that `c` (may be NULL) reads in the evidence at these positions, with their lines. */
struct citations report_cite(struct report *r, const struct cond *c, const uint32_t *positions, size_t n);
const struct evidence *report_evidence(const struct report *r, uint32_t pos); /* NULL when it is none */

/* Computed once, for the tree and for JSON alike. */
struct report_model {
	struct citations *cited; /* one per finding of the diagnosis */
};
void model_build(struct report *r);

/* ---- the tree ---- */
void tree_build(struct report *r);

#endif
