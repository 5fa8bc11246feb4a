/*
 * Carries out what a session asks for: saves, starts and stops checks, and brings
 * the results back as intents.  The loops of the screen, of --plain and of --auto
 * all drive a case through this; they add only where intents come from.
 */
#ifndef CASEBOOK_UI_DRIVE_H
#define CASEBOOK_UI_DRIVE_H

#include <poll.h>

#include <casebook/runner.h>
#include <casebook/session.h>
#include <casebook/store.h>

struct drive {
	struct session s;
	struct store *store; /* borrowed; NULL while it could not be opened */
	/* Asked before each save while store is NULL; NULL: a store is always there. */
	int (*open)(void *arg, struct store **out, struct err *err);
	void *open_arg;
	struct runner *runner; /* owned; starts its helper with the first check */
	struct err failed;     /* the last save that failed; code FAIL_NONE when all is durable */
	/* Jobs from DRIVE_OWN_JOB on are the loop's own: their end goes here, not to the session. */
	void (*own_done)(void *arg, uint32_t job, const struct evidence *e);
	void *arg;
};
#define DRIVE_OWN_JOB (1u << 30)

/* A new case in memory: host filled in, titled (NULL: after its server, once that is known). */
void drive_fresh_case(const struct flow *flow, const char *title, struct casefile *out);
/* A new case in the store: number given, host filled in, titled.  Caller releases *out, or
 * gives it to drive_init. */
int drive_new_case(struct store *store, const struct flow *flow, const char *title, struct casefile *out,
                   struct err *err) MUST_CHECK;
/* Takes over *cf, whose first `saved` records are durable; borrows the rest. */
void drive_init(struct drive *d, struct store *store, const struct flow *flow, struct casefile *cf,
                uint32_t saved, const struct runner_options *runner, const struct session_options *session);
/* Ends what runs; says nothing to the store. */
void drive_release(struct drive *d);
/* The same, but the case goes on elsewhere: the caller owns *out; its first *saved records are durable. */
void drive_hand_over(struct drive *d, struct casefile *out, uint32_t *saved);

/* Apply one intent and do what it asks for, to the end: on return the log is saved, or
 * d->failed says why it is not. */
void drive_send(struct drive *d, struct intent in);
/* Waits for checks or for one of `extra`, at most timeout_ms (-1: as long as it takes), and
 * applies what came.  True when the session may have changed. */
bool drive_wait(struct drive *d, struct pollfd *extra, size_t nextra, int timeout_ms);
/* What casebook waits for at this step, for the list of cases. */
enum case_state drive_state(struct drive *d);

#endif
