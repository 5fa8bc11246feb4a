/*
 * Looking at files for `casebook analyze`: recognise every path, then read what
 * was found, some at a time, in the order in which it was found.  Holds what the
 * evidence shows against the causes of the flow.
 */
#include "analyze.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/file_name.h>
#include <casebook/xalloc.h>

#include "run.h"

#define RECOGNISE "file.recognise"
#define AT_A_TIME 3

struct looking {
	struct analysis *a;
	struct runner *r;
	int interrupt;
	/* One job is one index: of paths in the first round, of files in the second. */
	void (*done)(struct looking *l, size_t i, const struct runner_event *e);
	bool (*start)(struct looking *l, size_t i);
	const char *path; /* of the first round: one at a time, so that files stand in the order given */
	const char *from; /* where its next part begins; NULL: at the beginning, or all was seen */
	size_t seen;      /* files of the parts before */
	struct err err;
};

/* ---- running ---- */

static bool start(struct looking *l, size_t i, const char *probe, const struct probe_arg *args, size_t n)
{
	const struct probe *p = probe_find(probe);

	return p != NULL && runner_start(l->r, (uint32_t)i + 1, p, args, n, NULL, &l->err) == 0;
}

static void wait_some(struct looking *l)
{
	struct pollfd fds[2] = {{.fd = runner_fd(l->r), .events = POLLIN},
	                        {.fd = l->interrupt, .events = POLLIN}};

	(void)poll(fds, l->interrupt < 0 ? 1 : 2, runner_wait_ms(l->r));
	if (interrupt_seen())
		l->a->stopped = true;
}

static void show(size_t i, size_t n, const struct runner_event *e)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (e->kind == RUNNER_PROGRESS && e->total != 0)
		fprintf(stderr, "\r%zu of %zu: %d %%  ", i + 1, n, (int)(e->done * 100 / e->total));
	else if (e->kind == RUNNER_DONE)
		fprintf(stderr, "\r%*s\r", 40, "");
	fflush(stderr);
}

/* Every index from 0 to n, AT_A_TIME of them at once. */
static int run_all(struct looking *l, size_t n)
{
	size_t next = 0, running = 0;

	while (next < n || running != 0) {
		struct runner_event e;

		while (running < AT_A_TIME && next < n && !l->a->stopped) {
			running += l->start(l, next++);
			if (l->err.code)
				return -1;
		}
		if (l->a->stopped) {
			next = n;
			for (size_t i = 0; i < n; i++)
				runner_cancel(l->r, (uint32_t)i + 1);
		}
		while (runner_take(l->r, &e)) {
			show(e.job - 1, n, &e);
			if (e.kind != RUNNER_DONE)
				continue;
			l->done(l, e.job - 1, &e);
			running--;
		}
		if (running != 0)
			wait_some(l);
	}
	return 0;
}

/* ---- first round: what is there ---- */

static struct analyzed *add(struct analysis *a, const char *path, const char *real)
{
	if (a->n == a->cap) {
		a->cap = a->cap != 0 ? 2 * a->cap : 16;
		a->files = xrealloc(a->files, a->cap * sizeof(*a->files));
	}
	a->files[a->n] = (struct analyzed){
	        .path = arena_strdup(a->mem, path), .real = arena_strdup(a->mem, real), .fault = -1};
	return &a->files[a->n++];
}

static bool start_recognise(struct looking *l, size_t i)
{
	/* The checksum of what no check reads is made at once: nothing opens it again. */
	struct probe_arg args[] = {{"file", l->path}, {"hash", "others"}, {"from", l->from}};

	return start(l, i, RECOGNISE, args, l->from != NULL ? 3 : 2);
}

/* What is no file that a check reads, with the reason. */
static struct analyzed *add_unread(struct looking *l, const char *path, const char *why)
{
	struct analyzed *f = add(l->a, path, path);

	f->why = arena_strdup(l->a->mem, why);
	return f;
}

static void add_row(struct looking *l, const struct value *row)
{
	const char *path = value_find_str(row, "path"), *kind = value_find_str(row, "kind"),
	           *why = value_find_str(row, "why");
	struct analyzed *f;

	if (path == NULL)
		path = l->path;
	f = add_unread(l, path, why != NULL ? why : "is not known");
	f->kind = kind != NULL ? probe_find(kind) : NULL;
	f->sha256 = arena_strdup(l->a->mem, value_find_str(row, "sha256"));
}

static void recognised(struct looking *l, size_t i, const struct runner_event *e)
{
	const struct value *files = evidence_fact(e->evidence, "files");
	const struct value *left = evidence_fact(e->evidence, "left_why");
	const struct value *next = evidence_fact(e->evidence, "next");
	bool list = files != NULL && files->type == VAL_LIST;

	(void)i;
	l->from = next != NULL && next->type == VAL_STR ? arena_strdup(l->a->mem, next->u.s) : NULL;
	for (size_t k = 0; list && k < files->u.list.n; k++)
		add_row(l, &files->u.list.items[k]);
	l->seen += list ? files->u.list.n : 0;
	if (left != NULL && left->type == VAL_STR)
		add_unread(l, l->path, left->u.s);
	else if (!list || e->evidence->outcome != EV_MEASURED)
		add_unread(l, l->path,
		           e->evidence->why != NULL ? e->evidence->why : "could not be looked at");
	else if (l->seen == 0 && l->from == NULL)
		add_unread(l, l->path, "is an empty folder");
}

/* ---- second round: what they show ---- */

static bool start_reading(struct looking *l, size_t i)
{
	const struct analyzed *f = &l->a->files[i];
	struct probe_arg args[] = {{"file", f->real}};

	return f->kind != NULL && start(l, i, f->kind->id, args, 1);
}

static void was_read(struct looking *l, size_t i, const struct runner_event *e)
{
	struct analyzed *f = &l->a->files[i];

	f->e = evidence_copy(l->a->mem, e->evidence);
	f->sha256 = f->e.sha256;
	f->fault = e->fault;
	f->looked = true;
}

static int look_at(struct looking *l, const char *path)
{
	int rc;

	/* The path stands in the words that come back as a checked name, and opens the file all the same. */
	l->path = file_name_given(l->a->mem, path);
	l->seen = 0;
	do
		rc = run_all(l, 1);
	while (rc == 0 && l->from != NULL && !l->a->stopped);
	l->from = NULL;
	return rc;
}

int analyze_paths(struct analysis *a, char *const *paths, size_t n, struct err *err)
{
	struct runner_options options = {.program = NULL};
	struct looking l = {.a = a, .r = runner_new(&options)};
	int rc;

	l.interrupt = interrupt_begin();
	l.start = start_recognise;
	l.done = recognised;
	rc = 0;
	for (size_t i = 0; i < n && rc == 0 && !a->stopped; i++)
		rc = look_at(&l, paths[i]);
	l.start = start_reading;
	l.done = was_read;
	if (rc == 0)
		rc = run_all(&l, a->n);
	interrupt_end();
	runner_free(l.r);
	if (rc != 0)
		*err = l.err;
	return rc;
}

/* ---- findings ---- */

struct view {
	const struct analysis *a;
	size_t only; /* one file, or SIZE_MAX */
};

static const char *last_time_of(const struct analyzed *f)
{
	const struct value *v = evidence_fact(&f->e, "last_time");

	return v != NULL && v->type == VAL_STR ? v->u.s : "";
}

/* Of several files of a kind the one that ends last, as the newest evidence does in a case. */
static const struct value *fact_of(void *self, const char *probe, const char *fact)
{
	const struct view *v = self;
	const struct analyzed *best = NULL;

	size_t from = v->only != SIZE_MAX ? v->only : 0, to = v->only != SIZE_MAX ? v->only + 1 : v->a->n;

	for (size_t i = from; i < to; i++) {
		const struct analyzed *f = &v->a->files[i];

		if (f->looked && strcmp(f->kind->id, probe) == 0 && evidence_fact(&f->e, fact) != NULL &&
		    (best == NULL || strcmp(last_time_of(f), last_time_of(best)) >= 0))
			best = f;
	}
	return best != NULL ? evidence_fact(&best->e, fact) : NULL;
}

static const char *nothing(void *self, const char *key)
{
	(void)self;
	(void)key;
	return NULL;
}

void analyze_findings(const struct analysis *a, size_t i, bool (*each)(void *arg, const struct cause *c),
                      void *arg)
{
	struct view view = {a, i};
	struct cond_env env = {fact_of, nothing, nothing, &view};

	if (i != SIZE_MAX && !a->files[i].looked)
		return;
	for (size_t k = 0; a->flow != NULL && k < a->flow->ncauses; k++) {
		const struct cause *c = &a->flow->causes[k];

		if (!cause_speaks(c, &env))
			continue;
		if (c->excluded != NULL && cond_eval(c->excluded, &env) == TRI_YES)
			continue;
		if (!each(arg, c))
			return;
	}
}

struct pin_reader {
	const struct analysis *a;
	bool (*each)(void *arg, const struct analyzed *f, const struct pin *p, const char *fact);
	void *arg;
};

static bool pins_of_fact(void *arg, const char *probe, const char *fact)
{
	struct pin_reader *r = arg;

	for (size_t i = 0; i < r->a->n; i++) {
		const struct analyzed *f = &r->a->files[i];
		const struct pin *found = NULL;

		if (!f->looked || strcmp(f->kind->id, probe) != 0 || evidence_fact(&f->e, fact) == NULL)
			continue;
		for (size_t k = 0; k < f->e.npins && found == NULL; k++)
			if (strcmp(f->e.pins[k].fact, fact) == 0)
				found = &f->e.pins[k];
		if (!r->each(r->arg, f, found, fact))
			return false;
	}
	return true;
}

void analyze_pins(const struct analysis *a, const struct cause *c,
                  bool (*each)(void *arg, const struct analyzed *f, const struct pin *p, const char *fact),
                  void *arg)
{
	struct pin_reader r = {a, each, arg};

	cond_reads(c->supported, pins_of_fact, &r);
}
