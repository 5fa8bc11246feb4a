/* What the files of this module share; nobody outside includes it. */
#ifndef CASEBOOK_CASE_INT_H
#define CASEBOOK_CASE_INT_H

#include <casebook/replay.h>

/* All evidence of one probe, oldest first. */
struct probe_log {
	const char *probe;
	uint32_t *pos;
	size_t n, cap;
	bool file; /* it reads files: several of them add up */
};

#define CALL_SLOTS 256
struct call_slot {
	const struct check *check;
	const char *call; /* NULL: an argument is missing */
};

/* What newest_of_each() found: conditions ask for the same probe hundreds of times. */
#define LOOK_MAX_SOURCES 32
#define SOURCE_SLOTS 64
struct source_slot {
	const struct probe_log *log; /* NULL: free */
	uint32_t lo, hi;
	size_t n;
	const struct evidence *e[LOOK_MAX_SOURCES];
};

struct view;
/* What a view answered: it depends on nothing but what counts. */
#define VIEW_SLOTS 256
struct view_slot {
	const struct view *view; /* NULL: free */
	uint32_t lo, hi;
	struct seen seen;
};

struct replay_index {
	struct question question;
	bool whose_known; /* whose_asked was looked for */
	const struct whose *whose_asked;
	struct view_slot views[VIEW_SLOTS];
	struct probe_log *logs;
	size_t nlogs;
	const struct record **inputs; /* by input: the record in force, NULL when none */
	bool *stale;                  /* by pos-1: evidence about inputs that have changed since */
	struct call_slot calls[CALL_SLOTS];
	struct source_slot sources[SOURCE_SLOTS];
};

void index_build(struct replay *r);
const struct record *input_record(const struct replay *r, const char *key);

/* A way to look at the evidence: whose checks come first, which part of the log counts, and
 * which of several files of one kind is read first. */
#define LOOK_MAX_TURNS 8
struct look {
	struct replay *r;
	const struct node *node; /* NULL: no step's checks come first */
	uint32_t lo, hi;         /* evidence with lo < position <= hi counts */
	struct {
		const char *probe;
		size_t first;
	} turns[LOOK_MAX_TURNS];
	size_t nturns;
	bool words_only; /* of answers only those that a person gave by themselves count */
};
struct look look_now(struct replay *r, const struct node *node);
struct cond_env look_env(struct look *k);
/* What counts for one probe, best first.  Facts of files are taken from the first that has them;
 * a live probe speaks only through the first. */
size_t look_sources(const struct look *k, const char *probe, const struct evidence *out[LOOK_MAX_SOURCES]);
/* The first known value, whatever the question. */
bool look_raw(const struct look *k, const char *probe, const char *fact, struct seen *out);
const struct value *look_fact(const struct look *k, const char *probe, const char *fact,
                              const struct evidence **from);
/* The same as the case asks for it, with how well it is heard and when it was so; false when unknown. */
bool case_fact(const struct look *k, const char *probe, const char *fact, struct seen *out);
void question_build(struct replay *r);
/* Whose computers and files are (whose.c). */
void whose_build(struct replay *r, struct question *q);
/* What the source as a whole is about: its first part, or what was said of it. */
const struct about *whose_whole(const struct question *q, const struct evidence *e);
bool evidence_counts(const struct replay *r, size_t i);
int look_suggest(struct look *k, const struct node *n);
int look_saw(struct look *k, const struct node *n);
/* As a visit of the path sees it: the step's own checks first, from its last "fixed" to the next. */
struct look look_visit(struct replay *r, size_t visit);
uint32_t replay_since(const struct replay *r);

/* Whether every check of the step that can run has its evidence there, and there is some. */
bool look_complete(struct look *k, const struct node *n);
/* Evaluates with every combination of files that count, until one says yes; k keeps that one. */
enum tri look_any(struct look *k, const struct cond *c);

/* The combinations of files, one by one: probes that a condition reads are added, then counted through. */
bool look_add_turn(void *look, const char *probe, const char *fact);
bool look_next_turn(struct look *k); /* false after the last */

/* Positions of the evidence that a condition looked at and found, newest last, in r->mem. */
struct positions {
	uint32_t *pos;
	size_t n;
};
struct positions look_rests_on(struct look *k, const struct cond *c);

/* The check that would fetch or give this input, as a command; in r->mem. */
const char *how_to_give(struct replay *r, const struct check *c, const struct input_def *def);

/* ---- what the path says about a cause ---- */
enum concluded {
	CONCLUDED_NEVER,
	CONCLUDED_OPEN,   /* we stand on it, it was escalated, or it is an end */
	CONCLUDED_FAILED, /* the fix did not help: the next cause was tried */
	CONCLUDED_DONE,   /* "fixed" was said */
};
struct conclusion {
	enum concluded how;
	size_t visit;   /* index in the path */
	size_t decider; /* visit of the question that led to it; SIZE_MAX when none */
	bool by_person; /* nobody but a person says so */
	size_t unknown; /* visit of a later question whose answer claims nothing; SIZE_MAX when none */
	uint32_t fixed; /* position of "fixed"; 0 when none */
	bool moved_on;  /* the step that proves the fix was answered */
	bool proven;    /* ... as its checks say */
};
/* One per cause of the flow, in r->mem. */
struct conclusion *conclusions(struct replay *r);

/* How sure the proofs of a supported cause make it: two witnesses of known time, one of them of this cause
 * alone, or one that is proof by itself. */
enum confidence proofs_weight(struct replay *r, const struct cause *c);
void list_proposals(struct replay *r, struct diagnosis *d);
void list_needs(struct replay *r, struct diagnosis *d);
/* What was given and could not be read (unread.c); before the verdict. */
void list_unread(struct replay *r, struct diagnosis *d);
/* Adds to that list the file with an error that nothing has mended since (view_tries.c); false: none. */
bool list_not_over(struct replay *r, struct diagnosis *d);
void list_contradictions(struct replay *r, struct diagnosis *d);
/* "scep.url.page = service-unavailable", of the evidence that k sees; in r->mem. */
const char *reason_of(struct look *k, const struct cond *c);
/* What was not measured of what the cause reads, as one line. */
const char *reason_untested(struct look *k, const struct cause *c);

#endif
