/*
 * Drives a case: carries out what a session asks for - saves, starts and stops checks -
 * and brings the results back as intents.  The screen, --plain and --auto all drive a
 * case through this; they add only where intents come from.
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

/* A new case in memory: host filled in, titled (NULL: after its server, once that is known). */
void drive_fresh_case(const struct flow *flow, const char *title, struct casefile *out);
/* Takes over *cf, whose first `saved` records are durable; a case that was never stored has number 0 and
 * is begun in the store with its first record.  Borrows flow.  Caller frees. */
struct drive *drive_new(const struct drive_options *o, const struct flow *flow, struct casefile *cf,
                        uint32_t saved);
/* Ends what runs; says nothing to the store.  Accepts NULL. */
void drive_free(struct drive *d);
/* The same, but the case goes on elsewhere: the caller owns *out; its first *saved records are durable. */
void drive_hand_over(struct drive *d, struct casefile *out, uint32_t *saved);

/* To look at; drive_send() alone changes it. */
struct session *drive_session(struct drive *d);
/* Applies one intent and does what it asks for, to the end: on return the log is saved, or drive_failed()
 * says why it is not. */
void drive_send(struct drive *d, struct intent in);
const struct err *drive_failed(const struct drive *d); /* of the last save; NULL when it did not fail */
bool drive_all_saved(const struct drive *d);
/* The case as a report takes it: as it was saved, loaded into *loaded (*copied: the caller releases it);
 * while something could not be saved, as it is in memory. */
const struct casefile *drive_case_to_report(struct drive *d, struct casefile *loaded, bool *copied);
/* What casebook waits for at this step, for the list of cases. */
enum case_state drive_state(struct drive *d);

/* Recognises every path by content, gives the files to the inputs of the flow whose checks read them, and
 * reads on its own what no input takes.  `say` gets a line about each that is not used. */
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
