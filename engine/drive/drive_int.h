/* What the files of engine/drive share; nobody outside includes it. */
#ifndef CASEBOOK_DRIVE_INT_H
#define CASEBOOK_DRIVE_INT_H

#include <casebook/auto.h>
#include <casebook/drive.h>

#include "session_int.h"

struct drive {
	struct session s;
	struct drive_options opt;
	struct store *store; /* borrowed; NULL while it could not be opened */
	struct err failed;   /* the last save that failed; code FAIL_NONE when all is durable */
};

/* A check that could not even be started ends as any other does: with evidence. */
struct evidence evidence_unstarted(const struct drive *d, const struct probe *p, const char *target,
                                   const struct err *why);

/* ---- checks outside the step where the case stands (own.c) ---- */

/* One turn of waiting; false when the person or the clock ended it. */
struct run_wait {
	bool (*wait)(void *arg);
	void *arg;
};
struct run_own {
	struct drive *d;
	struct run_wait wait;
	void (*say)(const char *text); /* as in struct run_setup */
	struct files *files;           /* what run_files() found; NULL before it */
	struct arena *mem;
	char told; /* its address owns the jobs whose end goes to a function; `this` owns the others */
};
void run_own_init(struct run_own *o, struct drive *d, struct run_wait wait, void (*say)(const char *text));
void run_own_release(struct run_own *o);
/* Starts one more check; `step` and `call` go with its evidence and may be NULL.  Its end is told to
 * `done`, or, when that is NULL, becomes evidence of the case. */
void run_own_start(struct run_own *o, const struct probe *p, const struct probe_arg *args, size_t nargs,
                   const char *step, const char *call, void (*done)(void *arg, const struct evidence *e),
                   void *arg);
void run_own_cancel(struct run_own *o);
/* Those whose end would go to a function: it is not told any more. */
void run_own_forget(struct run_own *o);
size_t run_own_count(const struct run_own *o);
bool run_own_runs(const struct run_own *o, const char *call);
/* Until at most `left` of them run; false when the waiting was ended. */
bool run_own_wait(struct run_own *o, size_t left);

/* As drive_files(); false when the waiting was ended (files.c). */
bool run_files(struct run_own *o, const char *const *paths, size_t n);
/* At the end of a run: what was given and is not read by now goes into the record, with the reason. */
void run_files_unread(struct run_own *o, const char *why);
void run_files_release(struct run_own *o);

#endif
