/*
 * The desk: one book of cases for many consoles, by choice, beside each console's own store.  A book only
 * grows: rows of the chains of cases (store_row), each proven by its own hash and named after its author.
 * Nothing waits for it: what the book lacks is what is sent, so there is no queue that could be lost.
 */
#ifndef CASEBOOK_DESK_H
#define CASEBOOK_DESK_H

#include <casebook/store.h>

struct desk;

#define DESK_NAME 64 /* bytes of an author's or a console's name, with its NUL */
#define DESK_MAX_CASES 200000
#define DESK_MAX_ROWS 100000 /* of one case, all branches together */

struct desk_who {
	const char *author;  /* whom a folder names as the author; a database knows its user by itself */
	const char *console; /* letters, digits, '-' and '_': a folder keeps a file per case and console */
};
/* `where`: a folder that desk_init() has made. Caller closes. FAIL_NET when it is not reached now, FAIL_USAGE
 * when it is no place for a book. */
int desk_open(const char *where, const struct desk_who *who, struct desk **out, struct err *err) MUST_CHECK;
void desk_close(struct desk *d); /* accepts NULL */
/* Makes an empty book; 0 as well when there is one already. */
int desk_init(const char *where, struct err *err) MUST_CHECK;
/* 0 when `where` may name a book, whether or not it is there; else says what is wrong with it. */
int desk_where_check(const char *where, struct err *err) MUST_CHECK;

/* A row as the book has it; its texts live for the call. */
struct desk_row {
	struct store_row row;
	const char *author;
};

/* ---- a case as the book has it ---- */

/* An end that nothing builds upon, and the way back to what the case began with. */
struct desk_branch {
	const char *head, *author;   /* of its last row */
	int64_t at_ms;               /* of its last record */
	uint32_t rows;               /* position of its last row: the number of records */
	const struct desk_row **way; /* rows + 1 of them, from position 0 */
	bool left;                   /* somebody went on with another one, and said so */
};
struct desk_case {
	char id[CASE_ID];
	struct desk_row *rows; /* that fit, each hash once */
	size_t nrows;
	struct desk_branch *branches; /* most records first */
	size_t nbranches;
	uint32_t tampered;       /* rows that are not what their hash was made of */
	const char *tampered_by; /* the author that such a row names; NULL: none */
	uint32_t loose;          /* rows that build upon one that the book does not have */
};
/* All of a case, in mem. FAIL_NOT_FOUND when the book has nothing of it. */
int desk_case_load(struct arena *mem, struct desk *d, const char *id, struct desk_case *out,
                   struct err *err) MUST_CHECK;
uint32_t desk_case_open_branches(const struct desk_case *c); /* those that nobody left */
/* The row of that hash; NULL: there is none. */
const struct desk_row *desk_case_find(const struct desk_case *c, const char *hash);
/* The cases of the book, each once. */
int desk_cases(struct arena *mem, struct desk *d, const char *const **out, size_t *n,
               struct err *err) MUST_CHECK;

/* The case as that branch tells it. Caller releases. */
int desk_branch_read(const struct desk_branch *b, struct casefile *out, struct err *err) MUST_CHECK;

/* ---- both ways ---- */

enum desk_news {
	DESK_SENT,      /* rows went to the book */
	DESK_TAKEN,     /* records came from it */
	DESK_BRANCHED,  /* it went on in two ways: a person chooses */
	DESK_TAMPERED,  /* rows of it do not fit */
	DESK_LOOSE,     /* rows of it build upon what is not there */
	DESK_NOT_TAKEN, /* what is there cannot be kept here: why */
	DESK_NEWS__MAX
};
struct desk_event {
	enum desk_news news;
	const struct desk_case *book; /* as it is after the push; NULL: the book had nothing */
	uint32_t number;              /* here; 0: not here */
	uint32_t n;                   /* how many rows or records */
	const char *why;
};
enum desk_way { DESK_PUSH = 1, DESK_PULL = 2 };
struct desk_sync {
	unsigned ways;
	bool dry;                                                            /* only say what would be done */
	void (*told)(void *arg, const char *id, const struct desk_event *e); /* NULL: only count */
	void *arg;
	uint32_t here, there;       /* cases; counted */
	uint32_t n[DESK_NEWS__MAX]; /* cases of which it was told */
};
/* Cases whose input ABOUT_LOCAL is "yes" stay here. Stops at the first failure of the book; what was done
 * until then holds. */
int desk_sync(struct desk *d, struct store *s, struct desk_sync *sync, struct err *err) MUST_CHECK;

/* Goes on with another branch of the case than the one here: its head's first digits, at least 8. The one
 * here must be in the book as it is, so that nothing is lost. A record of now_ms says which ones were left.
 */
int desk_take(struct desk *d, struct store *s, const char *id, const char *head, int64_t now_ms,
              struct store_import *out, struct err *err) MUST_CHECK;

#endif
