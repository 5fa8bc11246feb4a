/*
 * Checks that a loop starts by itself: to recognise files, and to look further
 * than the step where the case stands.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#define AT_ONCE 64 /* a folder may hold a year of logs */

static void own_done(void *arg, uint32_t job, const struct evidence *e)
{
	struct run_own *o = arg;
	struct own_job j;
	size_t i = 0;

	while (i < o->njobs && o->jobs[i].id != job)
		i++;
	if (i == o->njobs)
		return;
	j = o->jobs[i];
	o->jobs[i] = o->jobs[--o->njobs];
	if (j.done != NULL) {
		j.done(j.arg, e);
	} else {
		struct evidence out = *e;

		out.step = j.step;
		out.call = j.call;
		drive_send(o->d, (struct intent){.kind = IN_EVIDENCE, .evidence = &out});
	}
}

void run_own_init(struct run_own *o, struct drive *d, struct run_wait wait)
{
	*o = (struct run_own){.d = d, .wait = wait, .next_job = DRIVE_OWN_JOB, .mem = arena_new()};
	d->own_done = own_done;
	d->arg = o;
}

void run_own_release(struct run_own *o)
{
	if (o->d != NULL)
		o->d->own_done = NULL;
	free(o->jobs);
	arena_free(o->mem);
	*o = (struct run_own){0};
}

void run_own_start(struct run_own *o, const struct probe *p, const struct probe_arg *args, size_t nargs,
                   const char *step, const char *call, void (*done)(void *arg, const struct evidence *e),
                   void *arg)
{
	/* Waiting may bring evidence, and with it a new fold: what is borrowed from the old one goes. */
	struct own_job job = {o->next_job++, arena_strdup(o->mem, step), arena_strdup(o->mem, call), done,
	                      arg};
	uint32_t id = job.id;
	struct err err;

	(void)run_own_wait(o, AT_ONCE - 1);
	if (o->njobs == o->cap) {
		o->cap = o->cap != 0 ? 2 * o->cap : 16;
		o->jobs = xrealloc(o->jobs, o->cap * sizeof(*o->jobs));
	}
	o->jobs[o->njobs++] =
	        (struct own_job){id, arena_strdup(o->mem, step), arena_strdup(o->mem, call), done, arg};
	if (runner_start(o->d->runner, id, p, args, nargs, step, &err) != 0) {
		struct evidence e = {.probe = p->id,
		                     .target = nargs != 0 ? args[0].value : "",
		                     .outcome = EV_CRASHED,
		                     .why = err.msg,
		                     .host = o->d->s.cf.host,
		                     .started_ms = clock_now_ms()};

		own_done(o, id, &e);
	}
}

void run_own_cancel(struct run_own *o)
{
	for (size_t i = 0; i < o->njobs; i++)
		runner_cancel(o->d->runner, o->jobs[i].id);
}

bool run_own_runs(const struct run_own *o, const char *call)
{
	for (size_t i = 0; i < o->njobs; i++)
		if (o->jobs[i].call != NULL && strcmp(o->jobs[i].call, call) == 0)
			return true;
	return false;
}

bool run_own_wait(struct run_own *o, size_t left)
{
	while (o->njobs > left)
		if (!o->wait.wait(o->wait.arg))
			return false;
	return true;
}
