/*
 * Drives a case: does what a session asks for (saving, starting and stopping checks) and returns the results
 * as intents.  The screen, --plain and --auto all drive cases through this and differ only in where intents
 * come from.
 */
#ifndef CASEBOOK_DRIVE_H
#define CASEBOOK_DRIVE_H

#include <casebook/jobs.h>
#include <casebook/session.h>
#include <casebook/store.h>

struct drive;

struct drive_options {
	struct jobs *jobs;   /* borrowed; jobs_wait() brings the results */
	struct store *store; /* borrowed; NULL: `open` is asked before each save until there is one */
	int (*open)(void *arg, struct store **out, struct err *err);
	void *arg;
	struct session_options session;
	bool ahead; /* what checks and files decide is answered as --auto would: for a person at a screen */
};

/* A new case in memory, with its host and title; title NULL: named after its server once that is known. */
void drive_fresh_case(const struct flow *flow, const char *title, struct casefile *out);
/* Takes over *cf, whose first `saved` records are durable.  A case with number 0 was never stored; its first
 * record puts it into the store.  Borrows flow.  Caller frees. */
struct drive *drive_new(const struct drive_options *o, const struct flow *flow, struct casefile *cf,
                        uint32_t saved);
/* Stops what runs and leaves the store alone.  Accepts NULL. */
void drive_free(struct drive *d);
/* The same, but the case lives on: the caller owns *out, whose first *saved records are durable. */
void drive_hand_over(struct drive *d, struct casefile *out, uint32_t *saved);

/* For reading; only drive_send() changes it. */
struct session *drive_session(struct drive *d);
/* Applies one intent with everything that follows from it: on return the log is saved, or drive_failed()
 * says why not. */
void drive_send(struct drive *d, struct intent in);
const struct err *drive_failed(const struct drive *d); /* of the last save; NULL when it did not fail */
bool drive_all_saved(const struct drive *d);
/* The case for a report: as saved, loaded into *loaded (*copied: the caller releases it), or as it is in
 * memory while saving fails. */
const struct casefile *drive_case_to_report(struct drive *d, struct casefile *loaded, bool *copied);
/* For the list of cases: what casebook waits for at this step. */
enum case_state drive_state(struct drive *d);

/* Once the server is named, or is another: looks for earlier cases on it and tells the session, which shows
 * them (session_before). Reads the store, so for when nobody waits for a key. True when that changed what is
 * shown. It enters neither log nor judgement. */
bool drive_look_back(struct drive *d);

/* Recognises each path by its content and gives it to the input whose checks read it; what fits no input is
 * read on its own.  `say` gets a line about each path that is not used. */
void drive_files(struct drive *d, const char *const *paths, size_t n, void (*say)(const char *text));

/* The same while a person waits: `wait` lets time pass (jobs_wait) and is false when they want no more of it;
 * `field` is the input that they gave it to, for kinds of files that several inputs take.  False when it was
 * ended early. */
struct drive_reading {
	bool (*wait)(void *arg);
	void *arg;
	const char *field; /* NULL: none */
	void (*say)(void *arg, const char *text);
};
bool drive_read(struct drive *d, const char *path, const struct drive_reading *r);

#endif
