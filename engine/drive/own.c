/*
 * Checks that a loop starts by itself: to recognise files, and to look further
 * than the step where the case stands.
 */
#include "drive_int.h"

#include <string.h>

#define AT_ONCE 64 /* a folder may hold a year of logs */

/* Which of two checks ends first is chance; what they saw is told in the order in which they were started, so
 * that the same evidence makes the same case. */
struct own_job {
	struct run_own *own;
	void (*done)(void *arg, const struct evidence *e); /* NULL: it is evidence of the case */
	void *arg;
	struct evidence *seen; /* it has ended, and waits for those before it; NULL: it runs */
	const char *step, *call;
	struct own_job *next; /* started after it */
};

static void tell(const struct own_job *j, const struct evidence *e)
{
	struct evidence out = *e;

	if (j->done != NULL) {
		j->done(j->arg, e);
		return;
	}
	out.step = j->step;
	out.call = j->call;
	drive_send(j->own->d, (struct intent){.kind = IN_EVIDENCE, .evidence = &out});
}

static void take_first(struct run_own *o)
{
	o->first = o->first->next;
	if (o->first == NULL)
		o->last = NULL;
}

/* Telling may start others, or bring the next one's end. */
static void tell_ended(struct run_own *o)
{
	while (o->first != NULL && o->first->seen != NULL) {
		const struct own_job *j = o->first;

		take_first(o);
		tell(j, j->seen);
	}
}

static void own_done(void *arg, const struct job_end *end)
{
	struct own_job *j = arg;
	struct run_own *o = j->own;

	j->step = arena_strdup(o->mem, end->step);
	j->call = arena_strdup(o->mem, end->call);
	if (j == o->first) {
		take_first(o);
		tell(j, end->evidence);
		tell_ended(o);
		return;
	}
	j->seen = arena_alloc(o->mem, sizeof(*j->seen));
	*j->seen = evidence_copy(o->mem, end->evidence);
}

void run_own_settle(struct run_own *o, bool all)
{
	struct own_job **at = &o->first;

	o->last = NULL;
	while (*at != NULL) {
		struct own_job *j = *at;

		if (all ? j->seen == NULL || j->done != NULL : j->seen == NULL && j->done != NULL) {
			*at = j->next;
		} else {
			o->last = j;
			at = &j->next;
		}
	}
	tell_ended(o);
}

void run_own_init(struct run_own *o, struct drive *d, struct run_wait wait, void (*say)(const char *text))
{
	*o = (struct run_own){.d = d, .wait = wait, .say = say, .mem = arena_new()};
}

void run_own_release(struct run_own *o)
{
	jobs_drop(o->d->opt.jobs, o);
	jobs_drop(o->d->opt.jobs, &o->told);
	run_own_settle(o, true);
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
	*j = (struct own_job){.own = o, .done = done, .arg = arg};
	(void)run_own_wait(o, AT_ONCE - 1);
	*(o->last != NULL ? &o->last->next : &o->first) = j;
	o->last = j;
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
	run_own_settle(o, false);
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
