/*
 * The fold: log + flow -> where we are, what is in force, what is concluded.
 * Pure; the session, the report, --auto and --replay all use this one.
 */
#ifndef CASEBOOK_REPLAY_H
#define CASEBOOK_REPLAY_H

#include <casebook/casefile.h>
#include <casebook/flow.h>

/* One step that was walked. */
struct visit {
	node_id node;
	const struct record *answer;  /* REC_ANSWER in force; NULL for an input step, an end, and the step we
	                               * stand on (but for a fix that was escalated: there the path ends) */
	const struct record *put_off; /* REC_PUT_OFF: passed without an answer, which is NULL then */
	bool contradicts;             /* a person answered against what the checks saw */
	const char *saw;              /* the answer that the checks propose for it; NULL when none */
	uint32_t since; /* position of the last "fixed" before it: what is older does not count here */
};

struct replay {
	const struct flow *flow;
	const struct casefile *cf;
	node_id at; /* where we stand */
	struct visit *path;
	size_t npath;    /* the last one is `at` */
	bool *retracted; /* by pos-1: the record no longer counts */
	struct arena *mem;
	struct replay_index *index; /* the module's own */
	struct diagnosis *diag;     /* computed at most once */
	bool supposed;              /* it tries what a word would change */
};
#define REPLAY_MAX_PATH 4096 /* a fix that is tried again and again walks in circles */

/* Caller releases. The log may name steps that the flow no longer has: those answers are
 * ignored and `lost` of them are counted (NULL when not wanted). */
void replay_init(struct replay *r, const struct flow *flow, const struct casefile *cf, unsigned *lost);
void replay_release(struct replay *r);

/* What a visit's way on rests on: the id of its answer, or of the one that claims nothing where the step was
 * put off; NULL where it stands. */
const char *visit_way(const struct replay *r, const struct visit *v);
/* The answer of a step that claims nothing; NULL: it has none. */
const struct answer_def *node_blank(const struct node *n);

const char *replay_input(const struct replay *r, const char *key); /* NULL when unset or skipped */
bool replay_input_skipped(const struct replay *r, const char *key);
/* The condition environment of this replay; valid while r lives. Evidence older than the last "fixed" answer
 * does not count for the steps walked after it. */
struct cond_env replay_env(struct replay *r);
/* The answer that the checks of a NODE_ASK propose: first `when` that is TRI_YES with no
 * TRI_UNKNOWN before it that could still decide otherwise; -1 when none. */
int replay_suggest(struct replay *r, const struct node *n);
/* The same when it rests on evidence; -1 for what only follows from inputs or from nothing. */
int replay_saw(struct replay *r, const struct node *n);
/* Checks of the node that could run now (inputs known, condition not TRI_NO) and have no
 * evidence in force yet. */
size_t replay_due(struct replay *r, const struct node *n, const struct check **out, size_t cap);
/* Inputs that the node's checks lack and that were neither given nor skipped; after a fix a file that was
 * given before it is lacking again. */
size_t replay_missing(struct replay *r, const struct node *n, const struct input_def **out, size_t cap);
/* Whether it is a file that was given before the fix; def is one of the flow's inputs. */
bool replay_is_from_before(const struct replay *r, const struct input_def *def);
/* The arguments of a check with inputs put in; strings live in r->mem.  0 when one is missing. */
size_t replay_args(struct replay *r, const struct check *c, struct probe_arg *out, size_t cap);
#define CHECK_MAX_ARGS 8
/* Whether a check runs without this argument when its input is not given: the probe does not require
 * it, and it is not what the check is about (a file; for a live check also a url or host). */
bool check_can_do_without(const struct check *c, size_t arg);
/* What evidence.call holds for these arguments: 16 hex digits, in mem. */
const char *call_id(struct arena *mem, const char *probe, const struct probe_arg *args, size_t nargs);
/* The same for a check with the inputs of now; NULL when one is missing. */
const char *replay_call(struct replay *r, const struct check *c);
/* The newest evidence of exactly this check that counts now; NULL when there is none. */
const struct evidence *replay_check_evidence(struct replay *r, const struct check *c);
/* The evidence of the first known fact that the condition rests on; NULL when it rests on none. */
const struct evidence *replay_decider(struct replay *r, const struct cond *c);
/* "scep.url.page = other; tls.handshake.days_left < 30 (was 12)": why a condition holds now, or what
 * of it fails or is unknown; in r->mem. */
const char *replay_reason(struct replay *r, const struct cond *c);
/* Why the checks proposed the answer of a visit, as one line; NULL when they did not propose it. */
const char *replay_why(struct replay *r, size_t visit);
/* Names of the answers that every fix has, in the order in which they are offered. */
enum fix_answer { FIX_DONE, FIX_FAILED, FIX_ESCALATE, FIX__MAX };
const char *fix_answer_name(enum fix_answer a);  /* "fixed", "not-fixed", "escalate" */
const char *fix_answer_label(enum fix_answer a); /* what is offered: "Check again" */
/* A fix is passed over for another cause's, which is stronger: its answer then is this and the cause's id. */
#define FIX_INSTEAD "instead:"
/* The step that fixes a cause; NODE_NONE: the flow has none. */
node_id cause_fix(const struct flow *flow, const struct cause *c);
/* Where such an answer leads; NODE_NONE for any other. */
node_id fix_instead(const struct flow *flow, const char *answer);
/* Whether a line of the cause's checklist is ticked since the last "fixed". */
bool replay_ticked(const struct replay *r, const struct cause *c, uint32_t item);
bool replay_ticked_ever(const struct replay *r, const struct cause *c, uint32_t item); /* in whichever try */

/* ---- the question ---- */
/*
 * A log is asked, it does not testify: what a file adds up to over weeks answers nobody's question.  A case
 * asks about one time, the NDES server and, where it was named, one platform; facts of files answer that (see
 * engine/case/view.h).  The time is found once.
 */
enum at_by {
	AT_UNKNOWN,    /* no time is known: everything that was read counts */
	AT_SAID,       /* somebody named an attempt */
	AT_DEVICE_LOG, /* the newest try in the device's own log */
	AT_NEWEST_DAY  /* the 24 hours before the newest record of the server's logs */
};
#define QUESTION_MAX_COMPUTERS 32
struct whose {
	const char *computer;
	unsigned traces;           /* TRACE_NDES, TRACE_DEVICE: what it wrote anywhere */
	enum role said;            /* by a person or by its own files; ROLE_UNKNOWN when nobody did */
	bool word;                 /* a person said so, or that it is not known */
	const struct evidence *in; /* the first source that names it */
};
/* Somebody's word about a source. */
struct claim {
	const struct evidence *e; /* what it is about */
	enum role role;
	enum role own;      /* ... and what the source itself says against it; ROLE_UNKNOWN: nothing */
	struct about whole; /* for a source without parts */
};
struct question {
	int64_t at_ms; /* ABOUT_NO_TIME when AT_UNKNOWN */
	enum at_by by;
	const char *platform; /* NULL: any */
	struct whose computers[QUESTION_MAX_COMPUTERS];
	size_t ncomputers;
	bool named_ndes; /* one of them is known to be the NDES server */
	const struct claim *claims;
	size_t nclaims;
};
const struct question *replay_question(const struct replay *r);
const char *at_by_name(enum at_by by); /* "said", "of the device's log", "newest day", "unknown" */
/* Whose a part of a source is, as far as anything says. */
enum role question_role(const struct question *q, const struct about *a);
/* Whether a record about whose it is speaks of this source as a whole. */
bool about_is_of(const struct rec_about *a, const struct evidence *e);
/* The computer of which nobody knows whose it is, although a conclusion hangs on it; NULL when there is
 * none. */
const struct whose *replay_asks_whose(struct replay *r);

/* How well an answer is heard. */
enum strength {
	HEARD_NOT,     /* of another machine */
	HEARD_PERHAPS, /* named, and nothing says that it is ours */
	HEARD_UNNAMED, /* it does not say whose it is */
	HEARD_OURS,
	HEARD_LIVE /* measured now */
};
struct seen {
	struct value value; /* null: unknown */
	enum strength strength;
	int64_t at_ms; /* when it was so; ABOUT_NO_TIME: undated */
	const struct evidence *from;
	uint64_t line; /* 0: none */
};

/* ---- conclusions ---- */
enum cause_state {
	CAUSE_UNTESTED,
	CAUSE_SUPPORTED,
	CAUSE_EXCLUDED,
	CAUSE_CONTRADICTED /* both sides stand; nobody is convicted until something settles it */
};
enum confidence { CONFIDENCE_NONE, CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
struct cause_row {
	const struct cause *cause;
	enum cause_state state;
	const char *by; /* one line: the explained condition or "concluded at step ..."; never NULL */
	const uint32_t *evidence; /* positions in the log */
	size_t nevidence;
	bool symptom; /* supported by how it looks alone */
	bool word;    /* supported by what a person said alone */
	bool works;   /* excluded, since a device got through nonetheless */
	bool outside; /* untested: seen, but not of the time, server or device in question */
	enum strength strength;
	int64_t at_ms;                    /* when it was last seen; ABOUT_NO_TIME: undated */
	const struct cause *explained_by; /* supported, but another cause says why: no finding; NULL */
	const struct cause *alike;        /* untested: this one looks the same; NULL */
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
	const uint32_t *after; /* what the checks saw after the fix, same step, same arguments */
	size_t nafter;
	bool by_person;       /* concluded by a person's word against or without a check */
	bool fixed;           /* a fix was applied and the same checks no longer support it */
	bool fixed_by_person; /* ... or a person says so without a check that proves it */
	const char *by;       /* one line: why, as in the cause's row */
	bool later;           /* the flow's step was passed before it */
	enum confidence confidence;
};
struct need {
	const char *step;
	const char *file;     /* what would decide: a kind of file ("iis.log"), an input's key, or "answer" */
	const char *says;     /* the same for people: "IIS log of the NDES server" */
	const char *how;      /* the command that makes it */
	bool command;         /* how works as pasted; false: it is in words, or of casebook's own options */
	const char *trip;     /* who goes where for it; the same text is the same trip; NULL: not said */
	const char **decides; /* ids of open causes that it may decide */
	size_t ndecides;
};
struct contradiction {
	const struct cause *cause;   /* of one cause; NULL: of an answer or a check */
	const char *settle;          /* the check that would decide; NULL when none is known */
	const struct probe *settler; /* ... itself */
	const char *step, *said, *saw;
	uint32_t evidence;
	const char *text;
};
/* A check that was not run and would tell the open causes apart. */
struct proposal {
	const struct check *check;
	const struct node *step;
	const struct input_def *missing; /* what it waits for; NULL: it can run now */
	size_t decides, open;            /* of `open` causes it may decide so many */
	const char *why;                 /* one sentence */
	const char *how;                 /* the command that runs it, or the one that makes its file */
};
#define DIAG_MAX_PROPOSALS 5
/* What a check costs a person: 1 runs at once, 2 a value to look up, 3 leaves a trace, 4 a file to fetch. */
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
	const uint32_t *unread;     /* positions: what was given and could not be read, or not to its end */
	size_t nunread;
	bool unread_may_hold; /* ... and could have shown a refusal */
	bool held_back;       /* it would be healthy, were it not for that */
	bool proven;          /* a fault that is not fixed rests on more than a person's word */
	bool looked_ahead;    /* `next` and `needs` are there */
};
/* A fact as this case asks for it; false when it is unknown. */
bool replay_fact(struct replay *r, const char *probe, const char *fact, struct seen *out);
/* The newest evidence of a probe that counts now; NULL when there is none. */
const struct evidence *replay_evidence(struct replay *r, const char *probe);
/* One fact that speaks for a cause or against it, and where it was seen. */
struct proof {
	const char *probe, *fact;
	const struct evidence *e;
	uint64_t line; /* of the file, or the record; 0: none is known */
	int64_t at_ms; /* when it was so; ABOUT_NO_TIME: undated */
	enum strength strength;
	struct value value; /* as the case asks for it */
	bool symptom;       /* only of how it looks; other causes may look the same */
};
enum proof_side { PROOF_FOR, PROOF_AGAINST };
/* Every fact of every condition that holds, of every source: what proves first, then what only looks so.  For
 * a cause that was fixed, as it was before the fix.  In r->mem; returns how many. */
size_t replay_proofs(struct replay *r, const struct cause *c, enum proof_side side, const struct proof **out);
/* Why something stands in the list of what was not read. */
const char *unread_why(const struct evidence *e);
/* Everything in r->mem. */
struct diagnosis *diagnose(struct replay *r);
/* The same without `next` and `needs`, which take most of the time. */
struct diagnosis *diagnose_causes(struct replay *r);
const char *verdict_name(enum verdict v); /* "fault", "healthy", "inconclusive", "refused-later", "fixed" */
const char *cause_state_name(enum cause_state s); /* "supported", "excluded", "untested", "contradicted" */
const char *confidence_name(enum confidence c);   /* "none", "low", "medium", "high" */
const char *severity_name(enum severity s);

#endif
