/*
 * The fold: log + flow -> current step, answers in force, conclusions.
 * Pure; shared by the session, the report, --auto and --replay.
 */
#ifndef CASEBOOK_REPLAY_H
#define CASEBOOK_REPLAY_H

#include <casebook/casefile.h>
#include <casebook/flow.h>

/* One visited step. */
struct visit {
	node_id node;
	const struct record *answer;  /* REC_ANSWER in force; NULL for an input step, an end, and the step we
	                               * stand on (but for a fix that was escalated: there the path ends) */
	const struct record *put_off; /* REC_PUT_OFF: passed without an answer, which is NULL then */
	bool contradicts;             /* a person overruled the checks */
	const char *saw;              /* the answer proposed by the checks; NULL: none */
	uint32_t since; /* position of the last "fixed" before it: older evidence does not count */
};

struct replay {
	const struct flow *flow;
	const struct casefile *cf;
	node_id at; /* current step */
	struct visit *path;
	size_t npath;    /* the last is `at` */
	bool *retracted; /* by pos-1: taken back */
	struct arena *mem;
	struct replay_index *index; /* private to the module */
	struct diagnosis *diag;     /* computed at most once */
	bool supposed;              /* a what-if copy: "would a person's word change this?" */
};
#define REPLAY_MAX_PATH 4096 /* retrying a fix for ever walks in circles */

/* Caller releases. Answers to steps that have left the flow are ignored and counted
 * in `lost` (may be NULL). */
void replay_init(struct replay *r, const struct flow *flow, const struct casefile *cf, unsigned *lost);
void replay_release(struct replay *r);

/* What a visit's way on rests on: the id of its answer, or of the one that claims nothing where the step was
 * put off; NULL where it stands. */
const char *visit_way(const struct replay *r, const struct visit *v);
/* The answer of a step that claims nothing; NULL: it has none. */
const struct answer_def *node_blank(const struct node *n);

const char *replay_input(const struct replay *r, const char *key); /* NULL when unset or skipped */
bool replay_input_skipped(const struct replay *r, const char *key);
/* The condition environment; valid while r lives. Steps after a "fixed" answer ignore evidence older
 * than it. */
struct cond_env replay_env(struct replay *r);
/* The answer proposed by the checks of a NODE_ASK: the first `when` that is TRI_YES, unless an earlier
 * TRI_UNKNOWN could still win; -1: none. */
int replay_suggest(struct replay *r, const struct node *n);
/* The same, but only if based on evidence; -1 when it follows from inputs alone, or from nothing. */
int replay_saw(struct replay *r, const struct node *n);
/* Checks of the node that can run now (inputs known, condition not TRI_NO) and have no
 * evidence in force. */
size_t replay_due(struct replay *r, const struct node *n, const struct check **out, size_t cap);
/* Inputs missing for the node's checks, neither given nor skipped; after a fix, files from before it are
 * missing again. */
size_t replay_missing(struct replay *r, const struct node *n, const struct input_def **out, size_t cap);
/* True for a file given before the fix; def is one of the flow's inputs. */
bool replay_is_from_before(const struct replay *r, const struct input_def *def);
/* Arguments of a check with inputs filled in; strings live in r->mem.  0 when one is missing. */
size_t replay_args(struct replay *r, const struct check *c, struct probe_arg *out, size_t cap);
#define CHECK_MAX_ARGS 8
/* Whether a check can run without this argument: the probe does not require it, and it is not the
 * subject of the check (a file; for a live check also a url or host). */
bool check_can_do_without(const struct check *c, size_t arg);
/* The evidence.call of these arguments: 16 hex digits, in mem. */
const char *call_id(struct arena *mem, const char *probe, const struct probe_arg *args, size_t nargs);
/* The same for a check with current inputs; NULL when one is missing. */
const char *replay_call(struct replay *r, const struct check *c);
/* The newest evidence in force of exactly this check; NULL: none. */
const struct evidence *replay_check_evidence(struct replay *r, const struct check *c);
/* The evidence of the first known fact behind the condition; NULL: none. */
const struct evidence *replay_decider(struct replay *r, const struct cond *c);
/* "scep.url.page = other; tls.handshake.days_left < 30 (was 12)": why a condition holds now, or which
 * part fails or is unknown; in r->mem. */
const char *replay_reason(struct replay *r, const struct cond *c);
/* Why the checks proposed the answer of a visit, in one line; NULL when they did not. */
const char *replay_why(struct replay *r, size_t visit);
/* The answers of every fix, in the order offered. */
enum fix_answer { FIX_DONE, FIX_FAILED, FIX_ESCALATE, FIX__MAX };
const char *fix_answer_name(enum fix_answer a);  /* "fixed", "not-fixed", "escalate" */
const char *fix_answer_label(enum fix_answer a); /* the label: "Check again" */
/* A fix is passed over for another cause's, which is stronger: its answer then is this and the cause's id. */
#define FIX_INSTEAD "instead:"
/* The step that fixes a cause; NODE_NONE: the flow has none. */
node_id cause_fix(const struct flow *flow, const struct cause *c);
/* Where such an answer leads; NODE_NONE for any other. */
node_id fix_instead(const struct flow *flow, const char *answer);
/* Whether a checklist line of the cause has been ticked since the last "fixed". */
bool replay_ticked(const struct replay *r, const struct cause *c, uint32_t item);
bool replay_ticked_ever(const struct replay *r, const struct cause *c, uint32_t item); /* in any attempt */

/* ---- the question ---- */
/*
 * Totals over weeks of log answer nobody's question.  A case asks about one time, the NDES server and, if
 * named, one platform; facts of files answer that question (engine/case/view.h).  The time is determined
 * once.
 */
enum at_by {
	AT_UNKNOWN,    /* no time known: all evidence counts */
	AT_SAID,       /* a person named an attempt */
	AT_DEVICE_LOG, /* the newest attempt in the device's own log */
	AT_NEWEST_DAY  /* the 24 hours before the newest record in the server's logs */
};
#define QUESTION_MAX_COMPUTERS 32
struct whose {
	const char *computer;
	unsigned traces;           /* TRACE_NDES, TRACE_DEVICE, from any source */
	enum role said;            /* by a person or its own files; ROLE_UNKNOWN: by nobody */
	bool word;                 /* a person answered, possibly "I do not know" */
	const struct evidence *in; /* the first source naming it */
};
/* A person's statement about a source. */
struct claim {
	const struct evidence *e; /* its subject */
	enum role role;
	enum role own;      /* the conflicting role per the source itself; ROLE_UNKNOWN: none */
	struct about whole; /* for a source without parts */
};
struct question {
	int64_t at_ms; /* ABOUT_NO_TIME when AT_UNKNOWN */
	enum at_by by;
	const char *platform; /* NULL: any */
	struct whose computers[QUESTION_MAX_COMPUTERS];
	size_t ncomputers;
	bool named_ndes; /* one is known to be the NDES server */
	const struct claim *claims;
	size_t nclaims;
};
const struct question *replay_question(const struct replay *r);
const char *at_by_name(enum at_by by); /* "said", "of the device's log", "newest day", "unknown" */
/* The role behind a part of a source, as far as known. */
enum role question_role(const struct question *q, const struct about *a);
/* Whether an ownership record covers this whole source. */
bool about_is_of(const struct rec_about *a, const struct evidence *e);
/* A computer of unknown role on which a conclusion depends; NULL:
 * none. */
const struct whose *replay_asks_whose(struct replay *r);

/* How far a source can be trusted to be ours. */
enum strength {
	HEARD_NOT,     /* from another machine */
	HEARD_PERHAPS, /* a named machine, not known to be ours */
	HEARD_UNNAMED, /* an unnamed machine */
	HEARD_OURS,
	HEARD_LIVE /* measured now */
};
struct seen {
	struct value value; /* null: unknown */
	enum strength strength;
	int64_t at_ms; /* when it was true; ABOUT_NO_TIME: undated */
	const struct evidence *from;
	uint64_t line; /* 0: none */
};

/* ---- conclusions ---- */
enum cause_state {
	CAUSE_UNTESTED,
	CAUSE_SUPPORTED,
	CAUSE_EXCLUDED,
	CAUSE_CONTRADICTED /* evidence on both sides; no verdict until it is settled */
};
enum confidence { CONFIDENCE_NONE, CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
struct cause_row {
	const struct cause *cause;
	enum cause_state state;
	const char *by; /* one line: the explained condition or "concluded at step ..."; never NULL */
	const uint32_t *evidence; /* positions in the log */
	size_t nevidence;
	bool symptom; /* supported by symptoms alone */
	bool word;    /* supported by a person's word alone */
	bool works;   /* excluded: a device got through anyway */
	bool outside; /* untested: seen, but at another time or on another machine */
	enum strength strength;
	int64_t at_ms;                    /* last seen; ABOUT_NO_TIME: undated */
	const struct cause *explained_by; /* supported, but the effect of this cause: no finding; NULL */
	const struct cause *alike;        /* untested: indistinguishable from this cause; NULL */
	const char *pro, *contra;         /* contradicted: both sides in words; else NULL */
	const uint32_t *against;          /* ... and the evidence of the side against it */
	size_t nagainst;
};
struct finding {
	const char *id, *title, *remedy;
	enum severity severity;
	const struct cause *cause;
	const uint32_t *evidence;
	size_t nevidence;
	const uint32_t *after; /* evidence of the same checks after the fix */
	size_t nafter;
	bool by_person;       /* concluded from a person's word, without or against a check */
	bool fixed;           /* a fix was applied, and the same checks no longer support it */
	bool fixed_by_person; /* ... or a person says so, unproven by checks */
	const char *by;       /* one line, as in the cause's row */
	bool later;           /* it strikes after the flow's own step */
	enum confidence confidence;
};
struct need {
	const char *step;
	const char *file; /* what would decide it: a kind of file ("iis.log"), an input's key, or "answer" */
	const char *says; /* the same for people: "IIS log of the NDES server" */
	const char *how;  /* the command that produces it */
	bool command;     /* `how` can be pasted; false: prose, or casebook's own options */
	const char *trip; /* who fetches it where; equal texts are one trip; NULL: unknown */
	const char **decides; /* ids of open causes it may decide */
	size_t ndecides;
};
struct contradiction {
	const struct cause *cause;   /* NULL: it concerns an answer or a check */
	const char *settle;          /* the check that would settle it; NULL: none known */
	const struct probe *settler; /* ... itself */
	const char *step, *said, *saw;
	uint32_t evidence;
	const char *text;
};
/* A check not run yet that would tell open causes apart. */
struct proposal {
	const struct check *check;
	const struct node *step;
	const struct input_def *missing; /* its missing input; NULL: it can run now */
	size_t decides, open;            /* may decide this many of `open` causes */
	const char *why;                 /* one sentence */
	const char *how;                 /* the command that runs it or produces its file */
};
#define DIAG_MAX_PROPOSALS 5
/* Effort for the user: 1 runs at once, 2 a value to look up, 3 leaves a trace, 4 a file to fetch. */
unsigned proposal_cost(const struct check *c, const struct input_def *missing);
struct diagnosis {
	enum verdict verdict;
	struct cause_row *rows;
	size_t nrows;
	struct finding *findings; /* most severe first, then in flow order */
	size_t nfindings;
	struct need *needs;
	size_t nneeds;
	struct contradiction *contradictions;
	size_t ncontradictions;
	struct proposal next[DIAG_MAX_PROPOSALS]; /* best first; ties in the order of the flow */
	size_t nnext;
	enum confidence confidence; /* of the verdict */
	const uint32_t *unread;     /* positions of given evidence that was unreadable or cut short */
	size_t nunread;
	bool unread_may_hold; /* ... which could have held a refusal */
	bool held_back;       /* healthy but for the unread evidence */
	bool proven;          /* an unfixed fault rests on more than a person's word */
	bool looked_ahead;    /* `next` and `needs` are filled in */
};
/* A fact as seen by this case's question; false when unknown. */
bool replay_fact(struct replay *r, const char *probe, const char *fact, struct seen *out);
/* The newest evidence in force of a probe; NULL: none. */
const struct evidence *replay_evidence(struct replay *r, const char *probe);
/* One fact for or against a cause, and where it was seen. */
struct proof {
	const char *probe, *fact;
	const struct evidence *e;
	uint64_t line; /* of the file, or the record; 0: none is known */
	int64_t at_ms; /* when it was true; ABOUT_NO_TIME: undated */
	enum strength strength;
	struct value value; /* as seen by the case's question */
	bool symptom;       /* a mere symptom, shared by other causes */
};
enum proof_side { PROOF_FOR, PROOF_AGAINST };
/* Every fact of every condition that holds, from every source: proofs first, then symptoms.  A fixed cause
 * is shown as of before the fix.  In r->mem; returns the count. */
size_t replay_proofs(struct replay *r, const struct cause *c, enum proof_side side, const struct proof **out);
#define PROOFS_MOST 48
/* How many witnesses they come from: everything that answers now is one; what was handed in is one for each
 * kind of record and machine, in however many files; a file that names no machine adds none to those that do.
 */
size_t proofs_witnesses(const struct proof *const *all, size_t n);
/* Of a fact from an export of events: which log it stands in; else NULL. */
const char *proof_log(const struct proof *p);
/* Why an entry of `unread` was not read. */
const char *unread_why(const struct evidence *e);
/* Everything in r->mem. */
struct diagnosis *diagnose(struct replay *r);
/* Without `next` and `needs`, the expensive part. */
struct diagnosis *diagnose_causes(struct replay *r);
const char *verdict_name(enum verdict v); /* "fault", "healthy", "inconclusive", "refused-later", "fixed" */
const char *cause_state_name(enum cause_state s); /* "supported", "excluded", "untested", "contradicted" */
const char *confidence_name(enum confidence c);   /* "none", "low", "medium", "high" */
const char *severity_name(enum severity s);

#endif
