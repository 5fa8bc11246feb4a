/*
 * The way between two pages: the wizard is --auto with a person where it stops.  Whatever checks and files
 * decide is answered as --auto would; it stands still where a person must say or do something, where somebody
 * went back to look, and where a fix is to be compared with what was before.
 */
#include "drive_int.h"

#include <stdlib.h>

#include <casebook/xalloc.h>

struct ahead {
	struct drive *d;
	struct run_own own;
	struct walker walker;
	bool walking;   /* its own intents come by here too */
	bool held;      /* a person went back: what was decided is theirs to change */
	bool asked;     /* a person wants the checks again: one with a side effect may be asked for */
	bool reading;   /* files are being read: what they say counts when all are */
	bool begins;    /* the case was just opened */
	bool finishing; /* to the end, by the answers that claim nothing */
	bool fresh;     /* something was recorded or ended since it last looked */
};

static bool wait_quietly(void *arg)
{
	struct ahead *a = arg;

	jobs_wait(a->d->opt.jobs, NULL, 0, -1);
	return true;
}

struct ahead *ahead_new(struct drive *d)
{
	struct ahead *a = xcalloc(1, sizeof(*a));

	a->d = d;
	run_own_init(&a->own, d, (struct run_wait){wait_quietly, a}, NULL);
	walker_init(&a->walker, d, &a->own, NULL);
	return a;
}

void ahead_free(struct ahead *a)
{
	if (a == NULL)
		return;
	run_own_release(&a->own);
	free(a);
}

void ahead_before(struct ahead *a, const struct intent *in)
{
	if (a->walking)
		return;
	switch ((int)in->kind) {
	case IN_BACK:
	case IN_GOTO:
	case IN_UNDO:
	case IN_REDO:
		a->held = true;
		a->asked = false;
		break;
	case IN_CHOOSE:
	case IN_SET:
	case IN_SKIP:
	case IN_CONFIRM:
	case IN_ABOUT:
	case IN_AFTER:
		a->held = a->asked = false;
		break;
	case IN_AGAIN:
		a->asked = true;
		break;
	default:
		break;
	}
	if (in->kind != IN_PROGRESS && in->kind != IN_EVIDENCE && in->kind != IN_SAVED &&
	    in->kind != IN_LOOKING)
		a->finishing = in->kind == IN_AFTER && in->n == AFTER_FINISH;
	a->fresh |= in->kind != IN_PROGRESS && in->kind != IN_SAVED && in->kind != IN_TICK;
	a->begins |= in->kind == IN_START;
}

void ahead_reading(struct drive *d, bool on)
{
	if (d->ahead == NULL)
		return;
	d->ahead->reading = on;
	d->ahead->fresh = true;
	ahead_after(d->ahead);
}

/* A fix is compared with what was before on a page of its own. */
static bool compares(const struct session *s)
{
	return session_after_fix(s) != NULL;
}

/* What the command line gave of a form is all that there is. */
static bool was_given(const struct ahead *a, const struct node *n)
{
	const struct session *s = &a->d->s;

	return a->begins && n->kind == NODE_INPUT && n->ninputs != 0 &&
	       replay_input(&s->now, s->flow->inputs[n->inputs[0]].key) != NULL;
}

/* Nothing is claimed on the way to the end; false where nothing can be left open. */
static bool finish(struct ahead *a, const struct node *n)
{
	size_t i = 0;

	while (i < n->nanswers && !n->answers[i].blank)
		i++;
	if (!a->finishing || n->kind != NODE_ASK || i == n->nanswers || run_own_count(&a->own) != 0)
		return false;
	drive_send(a->d, (struct intent){.kind = IN_CHOOSE, .n = (uint32_t)i, .by = BY_PERSON});
	return true;
}

/* One step; false where it stands. */
static bool step(struct ahead *a)
{
	struct session *s = &a->d->s;
	const struct node *n = &s->flow->nodes[s->now.at];
	size_t nlog = s->cf.nlog;

	if (s->pending >= 0 || s->held.text != NULL || s->now.npath >= REPLAY_MAX_PATH)
		return false;
	if (was_given(a, n)) {
		walker_skip_form(&a->walker, n);
		return s->cf.nlog != nlog;
	}
	if (s->pending_check >= 0) {
		if (a->held || a->asked)
			return false;
		drive_send(a->d, (struct intent){.kind = IN_DECLINE});
		return true;
	}
	if (a->held || !session_settled(s) || compares(s) || replay_asks_whose(&s->now) != NULL)
		return false;
	return n->kind == NODE_ASK && (walker_answer(&a->walker, n) || finish(a, n)) && s->cf.nlog != nlog;
}

/* What the other checks find may answer where the way stops. */
static void look_further(struct ahead *a)
{
	struct session *s = &a->d->s;
	const struct node *n = &s->flow->nodes[s->now.at];

	if (a->held || s->pending >= 0 || s->held.text != NULL || s->pending_check >= 0 ||
	    n->kind == NODE_INPUT || !session_settled(s) || compares(s))
		return;
	walker_explore(&a->walker);
	drive_send(a->d, (struct intent){.kind = IN_LOOKING, .n = (uint32_t)run_own_count(&a->own)});
}

void ahead_after(struct ahead *a)
{
	if (a->walking || a->reading || !a->fresh)
		return;
	a->walking = true;
	a->fresh = false;
	while (step(a))
		;
	a->begins = false;
	look_further(a);
	a->walking = false;
}
