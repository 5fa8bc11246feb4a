/* Shared by the files of the space of outcomes. */
#ifndef CASEBOOK_SPACE_INT_H
#define CASEBOOK_SPACE_INT_H

#include "flow_int.h"

#define WORDS 4
#define CELLS (64 * WORDS) /* of one variable; beyond that undecided */
#define MAX_VARS 1000
#define BUDGET 20000 /* branches of one search: far more than real questions need */

struct cells {
	uint64_t w[WORDS];
};

enum var_kind { VAR_PLAIN, VAR_KNOWN, VAR_ELEMENT, VAR_OTHERS };
struct var {
	enum var_kind kind;
	const struct test *about; /* subject, type, closed set */
	const char *element;
	const char **words; /* VAR_PLAIN text: the words mentioned, when open */
	int64_t *cuts;      /* VAR_PLAIN number: sorted, each once */
	size_t n;
	bool vague; /* too many cells: nothing is known about it */
	struct cells all;
};
struct lit {
	size_t var;
	struct cells cells;
};
struct alt { /* restrictions that apply together */
	struct lit *lits;
	size_t n;
};
struct choice { /* one of these */
	struct alt *alts;
	size_t n;
};
struct region {
	struct cells *box;
	struct choice *choices; /* still open within the box */
	size_t n;
};
struct space {
	struct arena *mem;
	struct arena *scratch; /* of one question about a region */
	const struct cond *const *conds;
	size_t nconds;
	struct var *vars;
	size_t nvars, cap;
	uint32_t *slots; /* hash of a variable to its index + 1 */
	size_t nslots;   /* a power of two */
	bool vague;      /* a variable is vague, or there are too many */
	unsigned budget;
};

void set_cell(struct cells *c, size_t i);
bool has_cell(const struct cells *c, size_t i);
bool cells_meet(const struct cells *a, const struct cells *b, struct cells *out); /* false: empty */
bool cells_within(const struct cells *a, const struct cells *b);
struct cells cells_minus(const struct cells *a, const struct cells *b);
struct cells one_cell(size_t i);

bool is_number(const struct test *t);
bool is_whole(const struct test *t); /* a list or a map */
bool same_subject(const struct test *a, const struct test *b);
long find_var(const struct space *s, const struct test *t, enum var_kind kind, const char *element);
size_t last_cell(const struct var *v);

/* Adds the ways in which a test holds (or fails) to c, which has room for room_of(). */
size_t room_of(const struct space *s, const struct test *t);
void test_choice(struct space *s, const struct test *t, bool want, struct choice *c);
/* ... in which it cannot tell, since its subject is unknown; one way at most. */
void unknown_choice(struct space *s, const struct test *t, struct choice *c);

struct search {
	struct space *s;
	const struct choice *choices;
	size_t n;
};
bool apply_alt(const struct alt *a, struct cells *box); /* false: nothing is left */
/* Whether a way is open; `already`: the box lies within it. */
bool possible_alt(const struct alt *a, const struct cells *box, bool *already);
/* Applies choices with only one way left; `open` becomes the narrowest other, or n. False: no outcome is
 * left. */
bool propagate(const struct search *q, struct cells *box, size_t *open);
/* SPACE_SOME leaves outcomes in box that all fit.  Uses up the budget of the space. */
enum decision search(const struct search *q, struct cells *box);
void put_restrictions(const struct space *s, const struct cells *box, struct buf *out);
void put_outcome(const struct space *s, const struct cells *box, struct buf *out);

#endif
