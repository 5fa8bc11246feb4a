/* Effects of a session, carried out; see drive.h.  The clock of the program is read here. */
#include "drive_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/brief.h>
#include <casebook/clock.h>
#include <casebook/host.h>
#include <casebook/xalloc.h>

/* ---- cases ---- */

void drive_fresh_case(const struct flow *flow, const char *title, struct casefile *out)
{
	char host[HOST_SIZE];

	host_name(host);
	casefile_init(out, NULL, flow->id, flow->hash, clock_now_ms());
	out->title = secret_clean(out->mem, arena_strdup(out->mem, title != NULL ? title : ""), NULL);
	out->host = arena_strdup(out->mem, host);
}

enum case_state drive_state(struct drive *d)
{
	const struct node *n = &d->s.flow->nodes[d->s.now.at];
	const struct input_def *missing[FLOW_MAX_CHECKS];
	size_t count;

	if (n->kind == NODE_END || (n->kind == NODE_FIX && d->s.now.path[d->s.now.npath - 1].answer != NULL))
		return CASE_CLOSED;
	count = n->kind == NODE_ASK ? replay_missing(&d->s.now, n, missing, FLOW_MAX_CHECKS) : 0;
	for (size_t i = 0; i < count; i++)
		if (missing[i]->type == INPUT_FILE)
			return CASE_WAITING;
	return CASE_OPEN;
}

/* ---- effects ---- */

/* One intent and what follows from it. */
struct turn {
	struct drive *d;
	bool to_save;
	struct unstarted {
		uint32_t job;
		const struct probe *probe;
		char target[512];
		struct err why;
	} failed[FLOW_MAX_CHECKS];
	size_t nfailed;
};

static void job_moves(void *arg, uint32_t tag, const struct runner_event *e)
{
	drive_send(arg, (struct intent){.kind = IN_PROGRESS,
	                                .job = tag,
	                                .text = e->phase,
	                                .done = e->done,
	                                .total = e->total});
}

static void job_ends(void *arg, const struct job_end *end)
{
	drive_send(arg, (struct intent){.kind = IN_EVIDENCE, .job = end->tag, .evidence = end->evidence});
}

static void start(struct turn *t, const struct effect *e)
{
	struct unstarted *u = &t->failed[t->nfailed];
	struct job_ask ask = {.owner = &t->d->s,
	                      .tag = e->job,
	                      .probe = e->probe,
	                      .args = e->args,
	                      .nargs = e->nargs,
	                      .step = e->step,
	                      .progress = job_moves,
	                      .done = job_ends,
	                      .arg = t->d};

	if (jobs_start(t->d->opt.jobs, &ask, &u->why) == 0)
		return;
	u->job = e->job;
	u->probe = e->probe;
	snprintf(u->target, sizeof(u->target), "%s", e->nargs != 0 ? e->args[0].value : "");
	t->nfailed += t->nfailed + 1 < FLOW_MAX_CHECKS;
}

/* All that the intent asks for but saving, which waits for the end of the turn. */
static void carry_out(struct turn *t, struct intent in)
{
	struct effects fx;

	session_apply(&t->d->s, &in, clock_now_ms(), &fx);
	for (size_t i = 0; i < fx.n; i++) {
		if (fx.e[i].kind == EF_SAVE)
			t->to_save = true;
		else if (fx.e[i].kind == EF_CANCEL)
			jobs_cancel(t->d->opt.jobs, &t->d->s, fx.e[i].job);
		else
			start(t, &fx.e[i]);
	}
}

/* ---- saving ---- */

/* A case that nobody named is called after what was found and where. */
static void name_case(struct turn *t)
{
	struct session *s = &t->d->s;
	struct arena *mem = arena_new();
	const char *title = brief_is_title(mem, &s->now, s->cf.title) ? brief_case_title(mem, &s->now) : NULL;

	if (title != NULL && strcmp(title, s->cf.title) != 0)
		carry_out(t, (struct intent){.kind = IN_TITLE, .text = title});
	arena_free(mem);
}

/* What the list shows becomes part of the log. */
static void mark(struct turn *t)
{
	struct drive *d = t->d;
	const struct node *n = &d->s.flow->nodes[d->s.now.at];

	name_case(t);
	carry_out(t, (struct intent){.kind = IN_MARK,
	                             .text = n->label != NULL ? n->label : n->id,
	                             .n = (uint32_t)drive_state(d)});
}

/* The screen opens its store after the first frame, and begins a case with its first record. */
static int have_store(struct turn *t)
{
	struct drive *d = t->d;
	struct casefile cf = d->s.cf;

	if (d->store == NULL && (d->opt.open == NULL || d->opt.open(d->opt.arg, &d->store, &d->failed) != 0))
		return -1;
	if (cf.number != 0)
		return 0;
	if (store_begin(d->store, &cf, &d->failed) != 0)
		return -1;
	carry_out(t, (struct intent){.kind = IN_NUMBER, .n = cf.number});
	return 0;
}

/* Another window may have gone on with the same case: its records come first. */
static void save(struct turn *t)
{
	struct drive *d = t->d;
	uint32_t saved = d->s.saved, foreign = 0;
	int rc;

	mark(t);
	rc = have_store(t);
	if (rc == 0)
		rc = store_append(d->store, &d->s.cf, d->s.saved, &saved, &d->failed);
	if (rc != 0 && d->store != NULL && d->failed.code == FAIL_CONFLICT) {
		struct casefile cf = d->s.cf;

		rc = store_append_merge(d->store, &cf, d->s.saved, &saved, &foreign, &d->failed);
		if (rc == 0 && foreign != 0)
			session_reload(&d->s, &cf);
	}
	if (rc != 0) {
		carry_out(t, (struct intent){.kind = IN_SAVE_FAILED, .text = d->failed.msg});
		return;
	}
	d->failed.code = FAIL_NONE;
	carry_out(t, (struct intent){.kind = IN_SAVED, .n = saved});
	store_keep(d->store);
}

struct evidence evidence_unstarted(const struct drive *d, const struct probe *p, const char *target,
                                   const struct err *why)
{
	return (struct evidence){.probe = p->id,
	                         .target = target,
	                         .outcome = EV_CRASHED,
	                         .why = why->msg,
	                         .host = d->s.cf.host,
	                         .started_ms = clock_now_ms()};
}

void drive_send(struct drive *d, struct intent in)
{
	struct turn t = {.d = d};

	if (d->ahead != NULL)
		ahead_before(d->ahead, &in);
	carry_out(&t, in);
	if (t.to_save)
		save(&t);
	for (size_t i = 0; i < t.nfailed; i++) {
		const struct unstarted *u = &t.failed[i];
		struct evidence e = evidence_unstarted(d, u->probe, u->target, &u->why);

		drive_send(d, (struct intent){.kind = IN_EVIDENCE, .job = u->job, .evidence = &e});
	}
	if (d->ahead != NULL)
		ahead_after(d->ahead);
}

/* ---- from begin to end ---- */

/* Who works on it from here on, unless the case says so already. */
static void sign(struct casefile *cf, const char *const about[ABOUT_CASE__MAX])
{
	for (int k = 0; k < ABOUT_CASE__MAX; k++) {
		const char *key = about_case_key((enum about_case)k), *was = NULL;
		struct record r = {
		        .kind = REC_INPUT, .at_ms = clock_now_ms(), .u.input = {key, NULL, BY_PERSON}};

		for (size_t i = 0; i < cf->nlog; i++)
			if (cf->log[i].kind == REC_INPUT && strcmp(cf->log[i].u.input.key, key) == 0)
				was = cf->log[i].u.input.value;
		if (about[k] == NULL || about[k][0] == '\0' || (was != NULL && strcmp(was, about[k]) == 0))
			continue;
		r.u.input.value = about[k];
		if (casefile_append(cf, &r, NULL) == NULL)
			return;
	}
}

struct drive *drive_new(const struct drive_options *o, const struct flow *flow, struct casefile *cf,
                        uint32_t saved)
{
	struct drive *d = xcalloc(1, sizeof(*d));

	d->opt = *o;
	d->store = o->store;
	sign(cf, o->session.about);
	session_init(&d->s, flow, cf, saved, &o->session);
	if (o->ahead)
		d->ahead = ahead_new(d);
	return d;
}

void drive_free(struct drive *d)
{
	if (d == NULL)
		return;
	ahead_free(d->ahead);
	if (d->before != NULL)
		arena_free(d->before);
	jobs_drop(d->opt.jobs, &d->s);
	session_release(&d->s);
	free(d);
}

void drive_hand_over(struct drive *d, struct casefile *out, uint32_t *saved)
{
	*out = d->s.cf;
	*saved = d->s.saved;
	memset(&d->s.cf, 0, sizeof(d->s.cf));
	drive_free(d);
}

/* ---- to look at ---- */

struct session *drive_session(struct drive *d)
{
	return &d->s;
}

const struct err *drive_failed(const struct drive *d)
{
	return d->failed.code != FAIL_NONE ? &d->failed : NULL;
}

bool drive_all_saved(const struct drive *d)
{
	return d->s.saved >= d->s.cf.nlog;
}

const struct casefile *drive_case_to_report(struct drive *d, struct casefile *loaded, bool *copied)
{
	struct err err;

	*copied =
	        drive_all_saved(d) && d->store != NULL && store_load(d->store, d->s.cf.id, loaded, &err) == 0;
	return *copied ? loaded : &d->s.cf;
}
