/* Effects of a session, carried out; see drive.h.  The clock of the program is read here. */
#include "drive.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/url.h>
#include <casebook/utf8.h>

/* ---- cases ---- */

static const char *host_name(struct arena *mem)
{
	char name[256] = "";
	struct buf b;
	const char *out;

	(void)gethostname(name, sizeof(name) - 1);
	buf_init(&b, sizeof(name));
	utf8_clean(&b, name, strlen(name), UTF8_ONE_LINE);
	out = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

void drive_fresh_case(const struct flow *flow, const char *title, struct casefile *out)
{
	casefile_init(out, NULL, flow->id, flow->hash, clock_now_ms());
	out->title = arena_strdup(out->mem, title != NULL ? title : "");
	out->host = host_name(out->mem);
}

int drive_new_case(struct store *store, const struct flow *flow, const char *title, struct casefile *out,
                   struct err *err)
{
	drive_fresh_case(flow, title, out);
	if (store_begin(store, out, err) == 0)
		return 0;
	casefile_release(out);
	return err_wrap(err, "the case could not be begun");
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

static void apply(struct drive *d, struct intent in, struct effects *fx)
{
	session_apply(&d->s, &in, clock_now_ms(), fx);
}

/* A case without a name is called after the server that it is about. */
static void name_after_server(struct drive *d)
{
	const struct flow *flow = d->s.flow;
	struct effects fx;

	for (size_t i = 0; d->s.cf.title[0] == '\0' && i < flow->ninputs; i++) {
		const char *v = replay_input(&d->s.now, flow->inputs[i].key);
		struct url url;

		if (v == NULL)
			continue;
		if (flow->inputs[i].type == INPUT_URL && url_parse(v, &url, NULL) == 0)
			apply(d, (struct intent){.kind = IN_TITLE, .text = url.host}, &fx);
		else if (flow->inputs[i].type == INPUT_HOST)
			apply(d, (struct intent){.kind = IN_TITLE, .text = v}, &fx);
	}
}

/* What the list shows; losing it loses nothing. */
static void mark(struct drive *d)
{
	const struct node *n = &d->s.flow->nodes[d->s.now.at];
	struct err err;

	name_after_server(d);
	(void)!store_mark(d->store, d->s.cf.id, d->s.cf.title, n->label != NULL ? n->label : n->id,
	                  drive_state(d), &err);
}

/* ---- effects ---- */

/* The screen opens its store after the first frame, and begins a case with its first record. */
static int have_store(struct drive *d)
{
	struct casefile cf = d->s.cf;
	struct effects fx;

	if (d->store == NULL && (d->open == NULL || d->open(d->open_arg, &d->store, &d->failed) != 0))
		return -1;
	if (cf.number != 0)
		return 0;
	if (store_begin(d->store, &cf, &d->failed) != 0)
		return -1;
	apply(d, (struct intent){.kind = IN_NUMBER, .n = cf.number}, &fx);
	return 0;
}

/* Another window may have gone on with the same case: its records come first. */
static void save(struct drive *d)
{
	uint32_t saved = d->s.saved, foreign = 0;
	struct effects fx;
	int rc = have_store(d);

	if (rc == 0)
		rc = store_append(d->store, &d->s.cf, d->s.saved, &saved, &d->failed);
	if (rc != 0 && d->store != NULL && d->failed.code == FAIL_CONFLICT) {
		struct casefile cf = d->s.cf;

		rc = store_append_merge(d->store, &cf, d->s.saved, &saved, &foreign, &d->failed);
		if (rc == 0 && foreign != 0)
			session_reload(&d->s, &cf);
	}
	if (rc != 0) {
		apply(d, (struct intent){.kind = IN_SAVE_FAILED, .text = d->failed.msg}, &fx);
		return;
	}
	d->failed.code = FAIL_NONE;
	apply(d, (struct intent){.kind = IN_SAVED, .n = saved}, &fx);
	mark(d);
}

/* A check that could not even be started ends as any other does: with evidence. */
static void could_not_start(struct drive *d, uint32_t job, const struct probe *probe, const char *target,
                            const struct err *why)
{
	struct evidence e = {.probe = probe->id,
	                     .target = target,
	                     .outcome = EV_CRASHED,
	                     .why = why->msg,
	                     .host = d->s.cf.host,
	                     .started_ms = clock_now_ms()};

	drive_send(d, (struct intent){.kind = IN_EVIDENCE, .job = job, .evidence = &e});
}

struct unstarted {
	uint32_t job;
	const struct probe *probe;
	char target[512];
	struct err why;
};

void drive_send(struct drive *d, struct intent in)
{
	struct unstarted failed[FLOW_MAX_CHECKS];
	struct effects fx;
	size_t nfailed = 0;
	bool to_save = false;

	apply(d, in, &fx);
	for (size_t i = 0; i < fx.n; i++) {
		const struct effect *e = &fx.e[i];
		struct unstarted *u = &failed[nfailed];

		if (e->kind == EF_SAVE)
			to_save = true;
		else if (e->kind == EF_CANCEL)
			runner_cancel(d->runner, e->job);
		else if (runner_start(d->runner, e->job, e->probe, e->args, e->nargs, e->step, &u->why) !=
		         0) {
			u->job = e->job;
			u->probe = e->probe;
			snprintf(u->target, sizeof(u->target), "%s", e->nargs != 0 ? e->args[0].value : "");
			nfailed += nfailed + 1 < FLOW_MAX_CHECKS;
		}
	}
	if (to_save)
		save(d);
	for (size_t i = 0; i < nfailed; i++)
		could_not_start(d, failed[i].job, failed[i].probe, failed[i].target, &failed[i].why);
}

/* ---- waiting ---- */

static bool take_all(struct drive *d)
{
	struct runner_event e;
	bool some = false;

	while (runner_take(d->runner, &e)) {
		some = true;
		if (e.kind == RUNNER_PROGRESS)
			drive_send(d, (struct intent){.kind = IN_PROGRESS,
			                              .job = e.job,
			                              .text = e.phase,
			                              .done = e.done,
			                              .total = e.total});
		else if (e.kind == RUNNER_DONE && e.job >= DRIVE_OWN_JOB && d->own_done != NULL)
			d->own_done(d->arg, e.job, e.evidence);
		else if (e.kind == RUNNER_DONE)
			drive_send(d, (struct intent){
			                      .kind = IN_EVIDENCE, .job = e.job, .evidence = e.evidence});
	}
	return some;
}

static int sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

bool drive_wait(struct drive *d, struct pollfd *extra, size_t nextra, int timeout_ms)
{
	enum { MOST = 7 };
	struct pollfd fds[MOST + 1];
	size_t n = nextra < MOST ? nextra : MOST;

	if (take_all(d))
		return true;
	for (size_t i = 0; i < n; i++)
		fds[i] = extra[i];
	fds[n] = (struct pollfd){.fd = runner_fd(d->runner), .events = POLLIN};
	if (poll(fds, (nfds_t)n + 1, sooner(timeout_ms, runner_wait_ms(d->runner))) < 0)
		for (size_t i = 0; i < n; i++)
			fds[i].revents = 0;
	for (size_t i = 0; i < n; i++)
		extra[i].revents = fds[i].revents;
	return take_all(d);
}

/* ---- from begin to end ---- */

void drive_init(struct drive *d, struct store *store, const struct flow *flow, struct casefile *cf,
                uint32_t saved, const struct runner_options *runner, const struct session_options *session)
{
	memset(d, 0, sizeof(*d));
	d->store = store;
	d->runner = runner_new(runner);
	session_init(&d->s, flow, cf, saved, session);
}

void drive_release(struct drive *d)
{
	runner_free(d->runner);
	session_release(&d->s);
	memset(d, 0, sizeof(*d));
}

void drive_hand_over(struct drive *d, struct casefile *out, uint32_t *saved)
{
	*out = d->s.cf;
	*saved = d->s.saved;
	memset(&d->s.cf, 0, sizeof(d->s.cf));
	drive_release(d);
}
