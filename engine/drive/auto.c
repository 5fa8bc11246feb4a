/*
 * run --auto: nobody is asked.  Questions are answered by checks, files, inputs and
 * the answers file; where none of them can, the run stops and says what would.
 * Then every other check that could tell causes apart is run too, so that the
 * differential is as complete as the evidence allows.
 */
#include "drive_int.h"

#include <string.h>

#include <casebook/clock.h>
#include <casebook/signals.h>

#define STOP_MS 5000 /* what was stopped has to end within this */

struct autorun {
	struct drive *d;
	struct run_own own;
	struct walker walker;
	const struct run_setup *setup;
	int64_t deadline; /* monotonic; 0: none */
	struct auto_end end;
};

/* ---- waiting ---- */

/* One turn; false when the person or the clock ended the run. */
static bool wait_turn(void *arg)
{
	struct autorun *a = arg;
	int64_t left = a->deadline != 0 ? a->deadline - clock_monotonic_ms() : -1;

	if (a->deadline != 0 && left <= 0)
		a->end.late = true;
	if (a->end.late || a->end.interrupted)
		return false;
	jobs_wait(a->d->opt.jobs, NULL, 0, left > 60000 ? 60000 : (int)left);
	if (signals_stop_seen())
		a->end.interrupted = true;
	return !a->end.interrupted;
}

static bool wait_settled(struct autorun *a)
{
	while (!session_settled(&a->d->s) || run_own_count(&a->own) != 0) {
		if (a->d->s.pending_check >= 0)
			drive_send(a->d, (struct intent){.kind = IN_DECLINE});
		else if (!wait_turn(a))
			return false;
	}
	return true;
}

/* Everything that runs is ended and keeps what it saw. */
static void stop_all(struct autorun *a)
{
	int64_t until = clock_monotonic_ms() + STOP_MS;

	drive_send(a->d, (struct intent){.kind = IN_CANCEL});
	run_own_cancel(&a->own);
	while ((session_busy(&a->d->s) || run_own_count(&a->own) != 0) && clock_monotonic_ms() < until) {
		jobs_wait(a->d->opt.jobs, NULL, 0, 100);
		(void)signals_stop_seen(); /* it is stopping already */
	}
	run_own_settle(&a->own, true);
}

/* ---- walking ---- */

/* The answers file speaks for a person: it is asked where a person would be, after what other checks see. */
static bool asks_file(const struct autorun *a, const struct node *n)
{
	return n->kind == NODE_ASK && answers_find(&a->setup->answers, n->id) != NULL &&
	       replay_saw(&a->d->s.now, n) < 0;
}

/* As far as it goes without a person; false when the run was ended. */
static bool walk(struct autorun *a)
{
	struct session *s = &a->d->s;

	while (s->now.npath < REPLAY_MAX_PATH) {
		const struct node *n = &s->flow->nodes[s->now.at];
		size_t nlog = s->cf.nlog;

		if (!wait_settled(a))
			return false;
		if (asks_file(a, n) && walker_explore(&a->walker) != 0)
			continue;
		if (n->kind == NODE_INPUT)
			walker_skip_form(&a->walker, n);
		else if (n->kind != NODE_ASK || !walker_answer(&a->walker, n))
			return true;
		if (s->cf.nlog == nlog)
			return true; /* the case is full */
	}
	return true;
}

/* ---- whose it is ---- */

/* What somebody said of a file that was never read would be lost in silence. */
static void say_unheard(struct autorun *a)
{
	const struct session_options *o = &a->d->s.opt;

	for (size_t i = 0; i < o->nsaid; i++) {
		bool fits = false;

		for (size_t k = 0; k < a->d->s.cf.nlog && !fits; k++)
			fits = a->d->s.cf.log[k].kind == REC_EVIDENCE &&
			       said_of_fits(&o->said[i], &a->d->s.cf.log[k].u.evidence);
		if (!fits && a->setup->say != NULL)
			a->setup->say(arena_fmt(a->own.mem,
			                        "Nothing that was read is %s: that it is %s was "
			                        "not used.",
			                        o->said[i].name, role_name(o->said[i].role)));
	}
}

/* ---- from begin to end ---- */

static void go(struct autorun *a)
{
	const struct run_setup *setup = a->setup;

	for (size_t i = 0; i < setup->nset; i++)
		drive_send(a->d, (struct intent){.kind = IN_SET,
		                                 .key = setup->set[i].key,
		                                 .text = setup->set[i].value});
	if (!run_files(&a->own, setup->evidence, setup->nevidence))
		return;
	drive_send(a->d, (struct intent){.kind = IN_START});
	/* What the other checks find may answer where the path stopped. */
	while (walk(a) && walker_explore(&a->walker) != 0)
		if (!wait_settled(a))
			return;
}

struct auto_end run_auto(struct drive *d, const struct run_setup *setup)
{
	struct autorun a = {.d = d, .setup = setup};

	if (setup->max_time_ms != 0)
		a.deadline = clock_monotonic_ms() + setup->max_time_ms;
	run_own_init(&a.own, d, (struct run_wait){wait_turn, &a}, setup->say);
	walker_init(&a.walker, d, &a.own, &setup->answers);
	go(&a);
	stop_all(&a);
	run_files_unread(&a.own, a.end.late          ? "--max-time was up before it was read"
	                         : a.end.interrupted ? "the run was stopped before it was read"
	                                             : "no step asked for it");
	say_unheard(&a);
	run_own_release(&a.own);
	return a.end;
}
