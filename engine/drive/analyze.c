/*
 * Looking at files without a case: recognise every path, then read what was found,
 * some at a time, in the order in which it was found.  Holds what the evidence shows
 * against the causes of the flow that it is given.
 */
#include "analyze_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/file_name.h>
#include <casebook/signals.h>
#include <casebook/xalloc.h>

#define RECOGNISE "file.recognise"
#define AT_A_TIME 3

struct looking {
	struct analysis *a;
	struct jobs *jobs;
	/* One job is one index: of paths in the first round, of files in the second. */
	void (*done)(struct looking *l, size_t i, const struct job_end *end);
	bool (*start)(struct looking *l, size_t i);
	size_t n;         /* of this round */
	const char *path; /* of the first round: one at a time, so that files stand in the order given */
	const char *from; /* where its next part begins; NULL: at the beginning, or all was seen */
	size_t seen;      /* files of the parts before */
	struct err err;
};

/* ---- running ---- */

static void job_moves(void *arg, uint32_t tag, const struct runner_event *e)
{
	const struct looking *l = arg;

	if (l->a->moves != NULL)
		l->a->moves(tag, l->n, false, e->done, e->total);
}

static void job_ends(void *arg, const struct job_end *end)
{
	struct looking *l = arg;

	if (l->a->moves != NULL)
		l->a->moves(end->tag, l->n, true, 0, 0);
	l->done(l, end->tag, end);
}

static bool start(struct looking *l, size_t i, const char *probe, const struct probe_arg *args, size_t n)
{
	struct job_ask ask = {.owner = l,
	                      .tag = (uint32_t)i,
	                      .probe = probe_find(probe),
	                      .args = args,
	                      .nargs = n,
	                      .progress = job_moves,
	                      .done = job_ends,
	                      .arg = l};

	return ask.probe != NULL && jobs_start(l->jobs, &ask, &l->err) == 0;
}

/* Every index from 0 to n, AT_A_TIME of them at once. */
static int run_all(struct looking *l, size_t n)
{
	size_t next = 0;

	l->n = n;
	while (next < n || jobs_count(l->jobs, l) != 0) {
		while (jobs_count(l->jobs, l) < AT_A_TIME && next < n && !l->a->stopped) {
			(void)l->start(l, next++);
			if (l->err.code)
				return -1;
		}
		if (jobs_count(l->jobs, l) != 0)
			jobs_wait(l->jobs, NULL, 0, -1);
		l->a->stopped |= signals_stop_seen();
		if (l->a->stopped) {
			next = n;
			jobs_cancel_all(l->jobs, l);
		}
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
	a->files[a->n] = (struct analyzed){.path = arena_strdup(a->mem, path),
	                                   .real = arena_strdup(a->mem, real),
	                                   .codes = value_null(),
	                                   .fault = -1};
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
	const struct value *codes = value_find(row, "codes");
	struct analyzed *f;

	if (path == NULL)
		path = l->path;
	f = add_unread(l, path, why != NULL ? why : "is not known");
	f->kind = kind != NULL ? probe_find(kind) : NULL;
	f->codes = codes != NULL ? value_copy(l->a->mem, codes) : value_null();
	f->sha256 = arena_strdup(l->a->mem, value_find_str(row, "sha256"));
}

static void recognised(struct looking *l, size_t i, const struct job_end *end)
{
	const struct value *files = evidence_fact(end->evidence, "files");
	const struct value *left = evidence_fact(end->evidence, "left_why");
	const struct value *next = evidence_fact(end->evidence, "next");
	bool list = files != NULL && files->type == VAL_LIST;

	(void)i;
	l->from = next != NULL && next->type == VAL_STR ? arena_strdup(l->a->mem, next->u.s) : NULL;
	for (size_t k = 0; list && k < files->u.list.n; k++)
		add_row(l, &files->u.list.items[k]);
	l->seen += list ? files->u.list.n : 0;
	if (left != NULL && left->type == VAL_STR)
		add_unread(l, l->path, left->u.s);
	else if (!list || end->evidence->outcome != EV_MEASURED)
		add_unread(l, l->path,
		           end->evidence->why != NULL ? end->evidence->why : "could not be looked at");
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

static void was_read(struct looking *l, size_t i, const struct job_end *end)
{
	struct analyzed *f = &l->a->files[i];

	f->e = evidence_copy(l->a->mem, end->evidence);
	f->sha256 = f->e.sha256;
	f->fault = end->fault;
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

int analyze_paths(struct analysis *a, struct jobs *jobs, char *const *paths, size_t n, struct err *err)
{
	struct looking l = {.a = a, .jobs = jobs};
	int rc = 0;

	l.start = start_recognise;
	l.done = recognised;
	for (size_t i = 0; i < n && rc == 0 && !a->stopped; i++)
		rc = look_at(&l, paths[i]);
	l.start = start_reading;
	l.done = was_read;
	if (rc == 0)
		rc = run_all(&l, a->n);
	jobs_drop(jobs, &l);
	if (rc != 0)
		*err = l.err;
	else
		analyze_judge_all(a);
	return rc;
}

/* ---- findings ---- */

static void each_shown(const struct shown *s, bool (*each)(void *arg, const struct cause *c), void *arg)
{
	for (size_t i = 0; i < s->n && each(arg, s->causes[i]); i++)
		;
}

void analyze_findings(const struct analysis *a, size_t i, bool (*each)(void *arg, const struct cause *c),
                      void *arg)
{
	each_shown(i == SIZE_MAX ? &a->shown : &a->files[i].shown, each, arg);
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

static bool note_fault(void *arg, const struct cause *c)
{
	*(bool *)arg |= c->severity == SEV_FAULT;
	return true;
}

enum analyze_verdict analyze_verdict(const struct analysis *a)
{
	bool fault = false, open = a->n == 0;

	analyze_findings(a, SIZE_MAX, note_fault, &fault);
	for (size_t i = 0; i < a->n; i++) {
		const struct analyzed *f = &a->files[i];

		analyze_findings(a, i, note_fault, &fault);
		fault |= f->fault == 1;
		open |= f->kind == NULL || !f->looked || f->e.outcome != EV_MEASURED;
	}
	return fault ? ANALYZE_FAULT : open ? ANALYZE_OPEN : ANALYZE_CLEAN;
}

void analyze_one(const struct flow *flow, const struct evidence *e,
                 bool (*each)(void *arg, const struct cause *c), void *arg)
{
	struct arena *mem = arena_new();
	struct shown s = {NULL, 0};

	if (e->outcome == EV_MEASURED)
		s.n = analyze_judge(flow, mem, &e, 1, false, &s.causes);
	each_shown(&s, each, arg);
	arena_free(mem);
}
