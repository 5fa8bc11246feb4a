/*
 * Shared by the files of this folder: the index over the tables, the rows found for one place, the tokens of
 * a text, and the list of places.
 */
#ifndef EXPLAIN_INT_H
#define EXPLAIN_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/explain.h>

#define ROWS_MAX 24u /* readings of one code */

struct phrase {
	const char *text; /* folded by phrase_fold(): lower case, single blanks, plain quotes */
	size_t n;
	const struct code_row *row;
};

struct explain {
	const struct code_row *rows;
	size_t nrows;
	uint32_t *by_code, *by_name; /* heads of chains: row + 1, 0 ends */
	uint32_t *next_code, *next_name;
	const struct phrase *phrases; /* sorted by their first two bytes */
	size_t nphrases;
	uint32_t first[257]; /* phrases with first byte b: first[b] .. first[b + 1] */
};

/* Rows for one place. */
struct found {
	const struct explain *x;
	struct arena *mem;
	struct code_row rows[ROWS_MAX];
	size_t n;
	bool known;
};

void found_start(struct found *f, const struct explain *x, struct arena *mem);
/* Adds the rows of a code; dialect may end with '*' (a prefix); NULL: every dialect. */
bool take(struct found *f, const char *dialect, const char *code);
bool take_name(struct found *f, const char *name);
/* A row from outside the tables. */
void take_made(struct found *f, const char *dialect, const char *code, const char *name, const char *meaning);
/* Likeliest first, by the usual origins of each code. */
void found_rank(struct found *f);

/* number.c */
void take_hresult(struct found *f, uint32_t v);
bool take_win32(struct found *f, uint32_t v);
void take_negative(struct found *f, long long v);   /* a decimal with a minus */
void take_cut(struct found *f, const char *digits); /* an HRESULT without its last digits */
bool hresult_likely(const struct explain *x, uint32_t v);
void take_status(struct found *f, unsigned status, long sub, unsigned long long win32); /* sub < 0: none */

/* tokens.c */
enum tok {
	TOK_END,
	TOK_LINE,
	TOK_WORD,
	TOK_INT,
	TOK_HEX,
	TOK_MIX /* digits and letters: 800B0109 */,
	TOK_PUNCT
};
struct token {
	uint32_t at, len;
	uint8_t kind;
	uint8_t gap; /* blanks before it */
	uint8_t neg; /* a number with a minus in front; len includes it */
	char c;      /* of TOK_PUNCT; typographic quotes, dashes and blanks as their plain twins */
};

struct scan {
	const struct explain *x;
	struct arena *mem;
	const char *text;
	size_t n;
	struct token *t; /* ends with two TOK_END */
	size_t nt;
	bool *used; /* per token: already part of a place */
	const struct mention *mentions;
	size_t nmentions;
	struct explained *hits;
	size_t nhits, room;
	bool cut;
	bool sscep; /* the text mentions sscep */
	bool apple; /* the text mentions Apple's domains or processes */
};

void scan_tokens(struct scan *s);
bool tok_is(const struct scan *s, size_t i, const char *word); /* a word, whatever its case */
bool tok_in(const struct scan *s, size_t i, const char *const *words);
bool tok_punct(const struct scan *s, size_t i, const char *set);
const char *tok_str(const struct scan *s, size_t i); /* in mem */
long long tok_int(const struct scan *s, size_t i);   /* with its sign; capped */
uint32_t tok_hex(const struct scan *s, size_t i, bool *fits);
/* Records a place that spans tokens a..b, and marks them used. */
void hit_add(struct scan *s, struct found *f, size_t a, size_t b);

/* lines.c, events.c, domains.c, labels.c, values.c, phrases.c: each finds one kind of place */
void scan_lines(struct scan *s);
void scan_events(struct scan *s);
void scan_domains(struct scan *s);
void scan_syncml(struct scan *s);
void scan_labels(struct scan *s);
void scan_values(struct scan *s);
void scan_phrases(struct scan *s);

/* A mention of an event source. */
struct mention {
	size_t at, end; /* bytes */
	const char *dialect;
	bool full; /* a provider's full name, not an everyday word */
};
void scan_mentions(struct scan *s);

/* query.c: a text that is just one code; false when it is more. */
bool query_bare(struct scan *s);

/* phrases.c */
void phrases_load(struct explain *x, struct arena *mem);
/* One byte of folded text from s, *took bytes consumed; 0 for a blank. */
char phrase_fold(const char *s, size_t n, size_t *took);

#endif
