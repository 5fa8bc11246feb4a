/*
 * Checks that a loop starts by itself: to recognise files, and to look further
 * than the step where the case stands.
 */
#include "drive_int.h"

#include <string.h>

#define AT_ONCE 64 /* a folder may hold a year of logs */

struct own_job {
	struct run_own *own;
	void (*done)(void *arg, const struct evidence *e); /* NULL: it is evidence of the case */
	void *arg;
};

static void own_done(void *arg, const struct job_end *end)
{
	const struct own_job *j = arg;
	struct evidence out = *end->evidence;

	if (j->done != NULL) {
		j->done(j->arg, end->evidence);
		return;
	}
	out.step = end->step;
	out.call = end->call;
	drive_send(j->own->d, (struct intent){.kind = IN_EVIDENCE, .evidence = &out});
}

void run_own_init(struct run_own *o, struct drive *d, struct run_wait wait, void (*say)(const char *text))
{
	*o = (struct run_own){.d = d, .wait = wait, .say = say, .mem = arena_new()};
}

void run_own_release(struct run_own *o)
{
	jobs_drop(o->d->opt.jobs, o);
	jobs_drop(o->d->opt.jobs, &o->told);
	run_files_release(o);
	arena_free(o->mem);
	*o = (struct run_own){0};
}

void run_own_start(struct run_own *o, const struct probe *p, const struct probe_arg *args, size_t nargs,
                   const char *step, const char *call, void (*done)(void *arg, const struct evidence *e),
                   void *arg)
{
	struct own_job *j = arena_alloc(o->mem, sizeof(*j));
	/* Waiting may bring evidence, and with it a new fold: what is borrowed from the old one goes. */
	struct job_ask ask = {.owner = done != NULL ? (const void *)&o->told : o,
	                      .probe = p,
	                      .nargs = nargs,
	                      .step = arena_strdup(o->mem, step),
	                      .call = arena_strdup(o->mem, call),
	                      .done = own_done,
	                      .arg = j};
	struct probe_arg *copy = arena_array(o->mem, nargs, sizeof(*copy));
	struct err err;

	for (size_t i = 0; i < nargs; i++)
		copy[i] = (struct probe_arg){arena_strdup(o->mem, args[i].key),
		                             arena_strdup(o->mem, args[i].value)};
	ask.args = copy;
	*j = (struct own_job){o, done, arg};
	(void)run_own_wait(o, AT_ONCE - 1);
	if (jobs_start(o->d->opt.jobs, &ask, &err) != 0) {
		struct evidence e = evidence_unstarted(o->d, p, nargs != 0 ? copy[0].value : "", &err);

		own_done(j, &(struct job_end){.step = ask.step, .call = ask.call, .evidence = &e});
	}
}

void run_own_cancel(struct run_own *o)
{
	jobs_cancel_all(o->d->opt.jobs, o);
	jobs_cancel_all(o->d->opt.jobs, &o->told);
}

void run_own_forget(struct run_own *o)
{
	jobs_drop(o->d->opt.jobs, &o->told);
}

size_t run_own_count(const struct run_own *o)
{
	return jobs_count(o->d->opt.jobs, o) + jobs_count(o->d->opt.jobs, &o->told);
}

bool run_own_runs(const struct run_own *o, const char *call)
{
	return jobs_runs(o->d->opt.jobs, o, call);
}

bool run_own_wait(struct run_own *o, size_t left)
{
	while (run_own_count(o) > left)
		if (!o->wait.wait(o->wait.arg))
			return false;
	return true;
}
