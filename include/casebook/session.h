/*
 * The only way a session changes: session_apply(session, intent, now) appends to
 * the log and returns effects for the loop to carry out.  No I/O, no clock, no
 * globals.  Results of effects come back as intents.
 */
#ifndef CASEBOOK_SESSION_H
#define CASEBOOK_SESSION_H

#include <casebook/replay.h>

enum intent_kind {
	IN_START,   /* first, and after resume: starts due checks, saves unsaved records */
	IN_CHOOSE,  /* n: index of an answer; text: what an answers file said instead, which is kept too */
	IN_SET,     /* key, text: an input, by a person; n 1: and what its form still lacks is not at hand */
	IN_SKIP,    /* key: "I do not have it"; n as of IN_SET */
	IN_CONFIRM, /* yes to a confirmation: contradiction, side effect */
	IN_DECLINE,
	IN_BACK,   /* retract the last answer or input */
	IN_GOTO,   /* text: a step on the trail (n: its position from 1, 0: the last visit); asks it again and
	              keeps later answers, except after a fix; key "again": and runs its checks again */
	IN_UNDO,   /* the last answer, input, tick or word about a source is taken back, and named */
	IN_REDO,   /* what was taken back since the last change, the newest first */
	IN_AGAIN,  /* run the step's checks again */
	IN_CANCEL, /* stop running checks */
	IN_NOTE,   /* text */
	IN_ABOUT,  /* key: a computer, text: a role: whose it is, by a person */
	IN_TICK,   /* n: a line of the fix checklist */
	IN_PROGRESS,    /* job, text, done, total */
	IN_EVIDENCE,    /* evidence, job; job 0: a measurement from outside the session's jobs */
	IN_SAVED,       /* n: records up to this position are durable */
	IN_SAVE_FAILED, /* text */
	IN_SAVE_AGAIN,  /* retry the unsaved records, if any */
	IN_NUMBER,      /* n: the case's number in the store */
	IN_TITLE,       /* text: what the case is called */
	IN_MARK, /* text: label of the current step, n: enum case_state; goes into the last unsaved record */
	IN_EXPORTED, /* exported: the case was written as a report */
	IN_LOOKING,  /* n: so many checks of other steps are running */
	IN_INSTEAD,  /* key: a cause whose fix comes before the one that stands here */
	IN_AFTER,    /* n: what follows from comparing a fix with before, enum after_fix */
	IN__MAX
};
/* After a fix was compared with what was before.  Going on records what the checks saw; the others take
 * "fixed" back, for it was not. */
enum after_fix {
	AFTER_GO_ON,
	AFTER_NEXT_CAUSE,
	AFTER_HAND_OVER,
	AFTER_AGAIN,
	AFTER_FINISH /* on to the end: what no check decides is answered with what claims nothing */
};
struct intent {
	enum intent_kind kind;
	uint32_t n;
	const char *key, *text;
	enum answered_by by; /* IN_CHOOSE, IN_SET: whose answer */
	uint32_t job;
	uint64_t done, total; /* bytes */
	const struct evidence *evidence;
	const struct rec_export *exported;
};

enum effect_kind { EF_PROBE, EF_CANCEL, EF_SAVE };
struct effect {
	enum effect_kind kind;
	uint32_t job; /* EF_PROBE, EF_CANCEL */
	const struct probe *probe;
	const struct probe_arg *args; /* live until the next session_apply */
	size_t nargs;
	const char *step;
};
#define EFFECTS_MAX (3 * FLOW_MAX_CHECKS + 4) /* every job ended, every check started, one save */
struct effects {
	struct effect e[EFFECTS_MAX];
	size_t n;
};

/* A running check.  It continues when the person moves on; "fixed" and a changed input end it. */
struct job {
	uint32_t id;
	const struct check *check;
	const char *step, *call; /* live as long as the case */
	char phase[160];         /* current phase, from the wire; "" at first */
	uint64_t done, total;
	bool stopping; /* stop requested */
};
#define SESSION_MAX_JOBS (2 * FLOW_MAX_CHECKS)

/* Whose some file or computer is, said before it was read: it is recorded with each piece of evidence that it
 * fits. */
struct said_of {
	const char
	        *name; /* a file or folder as given; `loose`: also the end of a file's name, or a computer */
	bool loose;
	enum role role;
	enum answered_by by;
};
bool said_of_fits(const struct said_of *s, const struct evidence *e);

struct session_options {
	bool no_network;            /* live checks count as not measured */
	bool offline;               /* run no checks, not even on files: the log must suffice */
	bool allow_side_effects;    /* run such probes without asking */
	const struct said_of *said; /* borrowed */
	size_t nsaid;
	/* Who works on the case, what as, for which ticket: borrowed, recorded where it is new; NULL: not
	 * said. */
	const char *about[ABOUT_CASE__MAX];
	bool ask_secrets; /* somebody can be asked about a note or an input that looks like a secret */
};

struct session; /* engine/wizard/session_int.h; include that to embed it */

/* Takes over *cf (its arena too), whose records up to `saved` are durable.  Caller releases. */
void session_init(struct session *s, const struct flow *flow, struct casefile *cf, uint32_t saved,
                  const struct session_options *opt);
void session_release(struct session *s);
void session_apply(struct session *s, const struct intent *in, int64_t now_ms, struct effects *out);
/* Continues with *merged, the same case after another process's records were merged in
 * (store_append_merge).  Takes it over. */
void session_reload(struct session *s, const struct casefile *merged);

/* IN_GOTO to a visit of the path, counted from 0; again: and its checks are run again. */
struct intent intent_goto(const struct replay *now, size_t visit, bool again);

/* ---- reading a session ---- */
const struct flow *session_flow(const struct session *s);
const struct casefile *session_case(const struct session *s);
struct replay *session_now(struct session *s); /* always replay(flow, log) */
/* The running checks, *n of them; valid until the next session_apply. */
const struct job *session_jobs(const struct session *s, size_t *n);
uint32_t session_saved(const struct session *s); /* records up to here are durable */
bool session_save_failed(const struct session *s);
const char *session_message(const struct session *s); /* one line for the person; "" when none */
bool session_busy(const struct session *s);           /* a check is running */
bool session_asks_check(const struct session *s);     /* asking whether to run a check with a side effect */
size_t session_looking(const struct session *s);      /* checks of other steps that are running */
/* The cause whose fix was said to be done just now, while the case stands at the step that proves it; NULL
 * elsewhere. */
const struct cause *session_after_fix(const struct session *s);
/* What earlier cases say of the server, in lines for people: no part of the case, and nothing rests on it.
 * Borrowed until the next call; NULL: nothing. Shown where it comes in and where the case ends. */
void session_set_before(struct session *s, const char *lines);
const char *session_before(const struct session *s);
/* Whether every runnable check of the current step has ended or been ruled out. */
bool session_settled(struct session *s);

/* The value without what looks like a secret: of a URL its credentials and query go whole. The same pointer
 * when it holds none, NULL when nothing usable is left. */
const char *input_without_secret(struct arena *mem, const struct input_def *def, const char *value,
                                 struct secret_count *count);
/* Whether an input accepts the value; if not, err says why and what is valid. `warn` (may be NULL) gets a
 * sentence about an accepted but suspicious value, else "". */
bool input_accepts(const struct input_def *def, const char *value, char *warn, size_t nwarn, struct err *err);

#endif
