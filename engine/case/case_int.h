/* Private to this module. */
#ifndef CASEBOOK_CASE_INT_H
#define CASEBOOK_CASE_INT_H

#include <casebook/replay.h>

/* All evidence of one probe, oldest first. */
struct probe_log {
	const char *probe;
	uint32_t *pos;
	size_t n, cap;
	bool file; /* a file probe: several files add up */
};

#define CALL_SLOTS 256
struct call_slot {
	const struct check *check;
	const char *call; /* NULL: an argument is missing */
};

/* Cache of newest_of_each(): conditions ask for the same probe hundreds of times. */
#define LOOK_MAX_SOURCES 32
#define SOURCE_SLOTS 64
struct source_slot {
	const struct probe_log *log; /* NULL: free */
	uint32_t lo, hi;
	size_t n;
	const struct evidence *e[LOOK_MAX_SOURCES];
};

struct view;
/* Cached answer of a view: it depends only on the evidence in force. */
#define VIEW_SLOTS 256
struct view_slot {
	const struct view *view; /* NULL: free */
	uint32_t lo, hi;
	struct seen seen;
};

struct replay_index {
	struct question question;
	bool whose_known; /* whose_asked is computed */
	const struct whose *whose_asked;
	struct view_slot views[VIEW_SLOTS];
	struct probe_log *logs;
	size_t nlogs;
	const struct record **inputs; /* by input: the record in force; NULL: none */
	bool *stale;                  /* by pos-1: its inputs have changed since */
	struct call_slot calls[CALL_SLOTS];
	struct source_slot sources[SOURCE_SLOTS];
};

void index_build(struct replay *r);
const struct record *input_record(const struct replay *r, const char *key);

/* A view of the evidence: whose checks come first, which part of the log counts, and
 * which of several files of one kind comes first. */
#define LOOK_MAX_TURNS 8
struct look {
	struct replay *r;
	const struct node *node; /* its checks come first; NULL: no step's do */
	uint32_t lo, hi;         /* evidence with lo < position <= hi counts */
	struct {
		const char *probe;
		size_t first;
	} turns[LOOK_MAX_TURNS];
	size_t nturns;
	bool words_only; /* count only answers a person gave unprompted */
};
/* Records that lie further apart are of another time: a weekend may lie between a log and the attempt, not
 * more.
 */
#define OTHER_TIME (3 * 86400000ll)
/* What a server's log says says nothing about a live answer that came so long after its end. */
#define LONG_AGO (30 * 86400000ll)
struct look look_now(struct replay *r, const struct node *node);
struct cond_env look_env(struct look *k);
/* Evidence in force of one probe, best first.  A fact of files comes from the first that has it; a live
 * probe uses only the first. */
size_t look_sources(const struct look *k, const char *probe, const struct evidence *out[LOOK_MAX_SOURCES]);
/* The first known value, whatever the question. */
bool look_raw(const struct look *k, const char *probe, const char *fact, struct seen *out);
const struct value *look_fact(const struct look *k, const char *probe, const char *fact,
                              const struct evidence **from);
/* The same as seen by the case's question, with strength and time; false when unknown. */
bool case_fact(const struct look *k, const char *probe, const char *fact, struct seen *out);
void question_build(struct replay *r);
/* Whose computers and files are (whose.c). */
void whose_build(struct replay *r, struct question *q);
/* The URL under test as the checks get it; NULL: none was given. */
const char *question_url(const struct replay *r);
/* The subject of a whole source: its first part, or a person's statement. */
const struct about *whose_whole(const struct question *q, const struct evidence *e);
bool evidence_counts(const struct replay *r, size_t i);
int look_suggest(struct look *k, const struct node *n);
int look_saw(struct look *k, const struct node *n);
/* As a visit of the path sees it: the step's own checks first, from its last "fixed" to the next. */
struct look look_visit(struct replay *r, size_t visit);
uint32_t replay_since(const struct replay *r);

/* Whether every runnable check of the step has evidence, and there is at least one. */
bool look_complete(struct look *k, const struct node *n);
/* Tries combinations of files until one yields yes; k keeps it. */
enum tri look_any(struct look *k, const struct cond *c);

/* Enumerates combinations of files: add the probes a condition reads, then step through. */
bool look_add_turn(void *look, const char *probe, const char *fact);
bool look_next_turn(struct look *k); /* false after the last */

/* Positions of the evidence a condition used, newest last, in r->mem. */
struct positions {
	uint32_t *pos;
	size_t n;
};
struct positions look_rests_on(struct look *k, const struct cond *c);

/* The command that fetches or supplies this input; in r->mem. */
const char *how_to_give(struct replay *r, const struct check *c, const struct input_def *def);

/* ---- what the path says about a cause ---- */
enum concluded {
	CONCLUDED_NEVER,
	CONCLUDED_OPEN,   /* the current step, escalated, or an end */
	CONCLUDED_FAILED, /* the fix did not help: the next cause was tried */
	CONCLUDED_DONE,   /* "fixed" was said */
};
struct conclusion {
	enum concluded how;
	size_t visit;   /* index into the path */
	size_t decider; /* visit of the question that led to it; SIZE_MAX when none */
	bool by_person; /* on a person's word alone */
	size_t unknown; /* visit of a later question with a blank answer; SIZE_MAX: none */
	uint32_t fixed; /* position of "fixed"; 0 when none */
	bool moved_on;  /* the step that proves the fix was answered */
	bool proven;    /* ... by its checks */
};
/* One per cause of the flow, in r->mem. */
struct conclusion *conclusions(struct replay *r);

/* How sure the proofs of a supported cause make it: two witnesses of known time, one of them of this cause
 * alone, or one that is proof by itself. */
enum confidence proofs_weight(struct replay *r, const struct cause *c);
void list_proposals(struct replay *r, struct diagnosis *d);
void list_needs(struct replay *r, struct diagnosis *d);
/* Collects unreadable evidence (unread.c); runs before the verdict. */
void list_unread(struct replay *r, struct diagnosis *d);
/* Adds to that list the file with an error that nothing has mended since (view_tries.c); false: none. */
bool list_not_over(struct replay *r, struct diagnosis *d);
void list_contradictions(struct replay *r, struct diagnosis *d);
/* "scep.url.page = service-unavailable", from the evidence k sees; in r->mem. */
const char *reason_of(struct look *k, const struct cond *c);
/* The unmeasured facts of a cause, in one line. */
const char *reason_untested(struct look *k, const struct cause *c);

#endif
