/* What the files of engine/drive share; nobody outside includes it. */
#ifndef CASEBOOK_DRIVE_INT_H
#define CASEBOOK_DRIVE_INT_H

#include <casebook/auto.h>
#include <casebook/drive.h>

#include "session_int.h"

struct drive {
	struct session s;
	struct drive_options opt;
	struct store *store;  /* borrowed; NULL while it could not be opened */
	struct err failed;    /* the last save that failed; code FAIL_NONE when all is durable */
	struct arena *before; /* what earlier cases say, and of which server; NULL: not looked yet */
	const char *before_of;
	struct ahead *ahead; /* NULL: a person answers every question */
};

/* A check that fails to start ends like any other: with evidence. */
struct evidence evidence_unstarted(const struct drive *d, const struct probe *p, const char *target,
                                   const struct err *why);

/* ---- checks outside the current step (own.c) ---- */

/* One turn of waiting; false when the person or the clock ended it. */
struct run_wait {
	bool (*wait)(void *arg);
	void *arg;
};
struct run_own {
	struct drive *d;
	struct run_wait wait;
	void (*say)(const char *text);       /* as in struct run_setup */
	struct files *files;                 /* what run_files() found; NULL before it */
	const struct drive_reading *reading; /* who waits at a screen; NULL */
	struct arena *mem;
	struct own_job *first,
	        *last; /* as they were started: those that run, or ended and wait for one before */
	char told;     /* its address owns the jobs whose end goes to a function; `this` owns the others */
};
void run_own_init(struct run_own *o, struct drive *d, struct run_wait wait, void (*say)(const char *text));
void run_own_release(struct run_own *o);
/* Starts one more check; `step` and `call` go with its evidence and may be NULL.  Its end is told to
 * `done`, or, when that is NULL, becomes evidence of the case. */
void run_own_start(struct run_own *o, const struct probe *p, const struct probe_arg *args, size_t nargs,
                   const char *step, const char *call, void (*done)(void *arg, const struct evidence *e),
                   void *arg);
void run_own_cancel(struct run_own *o);
/* Running checks no longer hold up the ones behind them.  Without `all`: only those that report to a
 * function. */
void run_own_settle(struct run_own *o, bool all);
/* Checks that report to a function: it is no longer called. */
void run_own_forget(struct run_own *o);
size_t run_own_count(const struct run_own *o);
bool run_own_runs(const struct run_own *o, const char *call);
/* Waits until at most `left` are running; false when the wait was cut short. */
bool run_own_wait(struct run_own *o, size_t left);

/* ---- a step further without a person (walker.c) ---- */
struct walker {
	struct drive *d;
	struct run_own *own;
	const struct answers *answers; /* NULL: none */
	const char *read[128];         /* ids of the probes that some cause reads */
	size_t nread;
};
void walker_init(struct walker *w, struct drive *d, struct run_own *own, const struct answers *answers);
/* Answers a question from evidence, else from the answers file; false when neither decides. */
bool walker_answer(struct walker *w, const struct node *n);
/* Skips the missing inputs of a form. */
void walker_skip_form(struct walker *w, const struct node *n);
/* Starts every pending check, of any step, that could tell causes apart; returns the count. */
size_t walker_explore(struct walker *w);

/* ---- from one page to the next (ahead.c) ---- */
struct ahead;
struct ahead *ahead_new(struct drive *d);
void ahead_free(struct ahead *a); /* accepts NULL */
/* Called before and after an intent is applied with all its effects. */
void ahead_before(struct ahead *a, const struct intent *in);
void ahead_after(struct ahead *a);
/* Files are being read: it waits until all are. */
void ahead_reading(struct drive *d, bool on);

/* Like drive_files(); false when the wait was cut short (files.c). */
bool run_files(struct run_own *o, const char *const *paths, size_t n);
/* At the end of a run: records each given file that was not read, and why. */
void run_files_unread(struct run_own *o, const char *why);
void run_files_release(struct run_own *o);

#endif
