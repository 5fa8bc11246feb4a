/* The book of running checks and the one poll(); see jobs.h.  Knows no session and no case. */
#include <casebook/jobs.h>

#include <stdlib.h>
#include <string.h>

#include <casebook/signals.h>
#include <casebook/xalloc.h>

struct entry {
	uint32_t id; /* the runner's name for it */
	struct job_ask ask;
	char *step, *call;
};
struct jobs {
	struct runner *runner;
	struct entry *entries;
	size_t n, cap;
	uint32_t next_id;
};

struct jobs *jobs_new(const struct runner_options *runner)
{
	struct jobs *b = xcalloc(1, sizeof(*b));

	b->runner = runner_new(runner);
	b->next_id = 1;
	return b;
}

static void entry_release(struct entry *e)
{
	free(e->step);
	free(e->call);
}

void jobs_free(struct jobs *b)
{
	if (b == NULL)
		return;
	runner_free(b->runner);
	for (size_t i = 0; i < b->n; i++)
		entry_release(&b->entries[i]);
	free(b->entries);
	free(b);
}

void jobs_warm(struct jobs *b)
{
	runner_warm(b->runner);
}

/* ---- the book ---- */

int jobs_start(struct jobs *b, const struct job_ask *ask, struct err *err)
{
	uint32_t id = b->next_id;

	if (runner_start(b->runner, id, ask->probe, ask->args, ask->nargs, ask->step, err) != 0)
		return -1;
	b->next_id++;
	if (b->n == b->cap) {
		b->cap = b->cap != 0 ? 2 * b->cap : 16;
		b->entries = xrealloc(b->entries, b->cap * sizeof(*b->entries));
	}
	b->entries[b->n++] = (struct entry){id, *ask, ask->step != NULL ? xstrdup(ask->step) : NULL,
	                                    ask->call != NULL ? xstrdup(ask->call) : NULL};
	return 0;
}

static struct entry *find(struct jobs *b, uint32_t id)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->entries[i].id == id)
			return &b->entries[i];
	return NULL;
}

static void forget(struct jobs *b, struct entry *e)
{
	*e = b->entries[--b->n];
}

void jobs_cancel(struct jobs *b, const void *owner, uint32_t tag)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->entries[i].ask.owner == owner && b->entries[i].ask.tag == tag)
			runner_cancel(b->runner, b->entries[i].id);
}

void jobs_cancel_all(struct jobs *b, const void *owner)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->entries[i].ask.owner == owner)
			runner_cancel(b->runner, b->entries[i].id);
}

void jobs_drop(struct jobs *b, const void *owner)
{
	jobs_cancel_all(b, owner);
	for (size_t i = b->n; i > 0; i--) {
		if (b->entries[i - 1].ask.owner != owner)
			continue;
		entry_release(&b->entries[i - 1]);
		forget(b, &b->entries[i - 1]);
	}
}

size_t jobs_count(const struct jobs *b, const void *owner)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->entries[i].ask.owner == owner;
	return n;
}

bool jobs_runs(const struct jobs *b, const void *owner, const char *call)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->entries[i].ask.owner == owner && b->entries[i].call != NULL &&
		    strcmp(b->entries[i].call, call) == 0)
			return true;
	return false;
}

/* ---- waiting ---- */

/* A job leaves the book before its end is told: who hears of it may start others. */
static void tell(struct jobs *b, const struct runner_event *e)
{
	struct entry *at = find(b, e->job), was;

	if (at == NULL)
		return; /* dropped */
	was = *at;
	if (e->kind == RUNNER_PROGRESS && was.ask.progress != NULL) {
		was.ask.progress(was.ask.arg, was.ask.tag, e);
	} else if (e->kind == RUNNER_DONE) {
		forget(b, at);
		was.ask.done(was.ask.arg,
		             &(struct job_end){was.ask.tag, was.step, was.call, e->evidence, e->fault});
		entry_release(&was);
	}
}

static bool tell_all(struct jobs *b)
{
	struct runner_event e;
	bool some = false;

	while (runner_take(b->runner, &e)) {
		some = true;
		tell(b, &e);
	}
	return some;
}

static int sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

bool jobs_wait(struct jobs *b, struct pollfd *extra, size_t nextra, int timeout_ms)
{
	enum { MOST = 6 };
	struct pollfd fds[MOST + 2];
	size_t n = nextra < MOST ? nextra : MOST;

	if (tell_all(b))
		return true;
	for (size_t i = 0; i < n; i++)
		fds[i] = extra[i];
	fds[n] = (struct pollfd){.fd = runner_fd(b->runner), .events = POLLIN};
	fds[n + 1] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
	if (poll(fds, (nfds_t)n + 2, sooner(timeout_ms, runner_wait_ms(b->runner))) < 0)
		for (size_t i = 0; i < n; i++)
			fds[i].revents = 0;
	for (size_t i = 0; i < n; i++)
		extra[i].revents = fds[i].revents;
	return tell_all(b);
}

/* ---- one check ---- */

struct one {
	const struct job_ask *ask;
	struct arena *mem;
	struct evidence *out;
	int *fault;
};

static void one_moves(void *arg, uint32_t tag, const struct runner_event *e)
{
	const struct one *o = arg;

	if (o->ask->progress != NULL)
		o->ask->progress(o->ask->arg, tag, e);
}

static void one_ends(void *arg, const struct job_end *end)
{
	const struct one *o = arg;

	*o->out = evidence_copy(o->mem, end->evidence);
	*o->fault = end->fault;
	if (o->ask->done != NULL)
		o->ask->done(o->ask->arg, end);
}

int jobs_run(struct jobs *b, const struct job_ask *ask, struct arena *mem, struct evidence *out, int *fault,
             bool *stopped, struct err *err)
{
	struct one o = {ask, mem, out, fault};
	struct job_ask mine = *ask;

	mine.owner = &o;
	mine.progress = one_moves;
	mine.done = one_ends;
	mine.arg = &o;
	*stopped = false;
	if (jobs_start(b, &mine, err) != 0)
		return -1;
	while (jobs_count(b, &o) != 0) {
		jobs_wait(b, NULL, 0, -1);
		if (!signals_stop_seen())
			continue;
		*stopped = true;
		jobs_cancel_all(b, &o);
	}
	return 0;
}
