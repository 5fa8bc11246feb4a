/* The inside of a session: for the files of this folder, and for code that holds one by value. */
#ifndef CASEBOOK_SESSION_INT_H
#define CASEBOOK_SESSION_INT_H

#include <casebook/session.h>

struct session {
	const struct flow *flow; /* borrowed */
	struct casefile cf;      /* owned */
	struct session_options opt;
	struct replay now; /* always replay(flow, log) */
	struct job jobs[SESSION_MAX_JOBS];
	size_t njobs;
	uint32_t declined; /* by index: checks of this step with a refused side effect */
	uint32_t again;    /* by index: checks of this step to run again */
	uint32_t next_job;
	uint32_t saved;   /* records up to here are durable */
	uint32_t looking; /* checks of other steps that run */
	bool save_failed;
	char save_why[400]; /* then; the file first */
	char message[480];  /* one line for the person; "" when none */
	/* What earlier cases say of the same server, lines; borrowed, NULL: nothing. And the step that stood
	 * then. */
	const char *before;
	node_id before_at;
	int pending; /* answer index waiting for IN_CONFIRM; -1 when none */
	/* A note or an input that looks like a secret, waiting for IN_CONFIRM; text NULL when none. */
	struct {
		enum intent_kind kind;
		const char *key, *text, *what;
		bool ends_form; /* it was sent off with the rest of its form */
	} held;
	bool weighed;      /* the page before this step was passed: several causes, or a dispute */
	int pending_check; /* check with a side effect waiting for IN_CONFIRM; -1 when none */
};

/* One intent being applied. */
struct apply {
	struct session *s;
	const struct intent *in;
	int64_t now_ms;
	struct effects *out;
	int confirmed;    /* check whose side effect was just allowed; -1 */
	bool again_there; /* where it goes back to, the checks are run again */
};

const struct node *session_node(const struct session *s);
void session_say(struct session *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Appends and replays; false, with a message, when the case is full. */
bool session_append(struct apply *x, const struct record *r);
/* The same for what a person says is no secret. */
bool session_append_as_is(struct apply *x, const struct record *r);
/* Holds back what looks like a secret and asks about it, if somebody can be asked; key NULL: a note. */
bool session_hold(struct apply *x, const char *key, const char *text);
void session_effect(struct apply *x, struct effect e);

/* jobs.c */
struct job *job_find(struct session *s, uint32_t id);
const struct job *job_of_check(const struct session *s, const struct check *c);
void jobs_start_due(struct apply *x);
void jobs_drop_stale(struct apply *x); /* jobs whose arguments have changed */
void jobs_drop_all(struct apply *x);
void apply_progress(struct apply *x);
void apply_evidence(struct apply *x);
void apply_cancel(struct apply *x);
void apply_again(struct apply *x);
/* Checks of the present step, by bit, that will not be run: no network, refused. */
bool check_left_out(const struct session *s, size_t i);

/* back.c */
void apply_back(struct apply *x);
void apply_goto(struct apply *x);

/* undo.c */
void apply_undo(struct apply *x);
void apply_redo(struct apply *x);
/* "Server URL: 503 Service Unavailable": a record that somebody made, in words; in s->now.mem. */
const char *change_text(struct session *s, const struct record *r);

/* answer.c */
void apply_choose(struct apply *x);
void apply_confirm(struct apply *x);
void apply_decline(struct apply *x);
void apply_set(struct apply *x);
void apply_skip(struct apply *x);
void apply_tick(struct apply *x);
void apply_note(struct apply *x);
void apply_after(struct apply *x);
void apply_instead(struct apply *x);

/* whose.c */
void apply_about(struct apply *x);
/* Evidence was appended: what was said of it beforehand is recorded. */
void whose_note(struct apply *x);

#endif
