/*
 * Evidence files: recognised by content, given to the inputs whose checks read
 * them, and read on their own when no input takes them.  Also runs single checks
 * outside the step where the case stands.
 */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define RECOGNISE "file.recognise"

static void own_done(void *arg, uint32_t job, const struct evidence *e);

void run_files_init(struct run_files *f, struct drive *d, struct run_wait wait)
{
	*f = (struct run_files){.d = d, .wait = wait, .next_job = DRIVE_OWN_JOB, .mem = arena_new()};
	d->own_done = own_done;
	d->arg = f;
}

void run_files_release(struct run_files *f)
{
	if (f->d != NULL)
		f->d->own_done = NULL;
	free(f->jobs);
	free(f->found);
	arena_free(f->mem);
	*f = (struct run_files){0};
}

/* ---- running ---- */

static const char *target_of(const struct probe_arg *args, size_t nargs)
{
	return nargs != 0 ? args[0].value : "";
}

void run_files_start(struct run_files *f, const struct probe *p, const struct probe_arg *args, size_t nargs,
                     const char *step, const char *call)
{
	uint32_t id = f->next_job++;
	struct err err;

	if (f->njobs == f->cap) {
		f->cap = f->cap != 0 ? 2 * f->cap : 16;
		f->jobs = xrealloc(f->jobs, f->cap * sizeof(*f->jobs));
	}
	f->jobs[f->njobs++] = (struct own_job){id, p, arena_strdup(f->mem, step), arena_strdup(f->mem, call)};
	if (runner_start(f->d->runner, id, p, args, nargs, step, &err) != 0) {
		struct evidence e = {.probe = p->id,
		                     .target = target_of(args, nargs),
		                     .outcome = EV_CRASHED,
		                     .why = err.msg,
		                     .host = f->d->s.cf.host,
		                     .started_ms = clock_now_ms()};

		own_done(f, id, &e);
	}
}

static void add_found(struct run_files *f, const char *path, const char *kind, const char *why)
{
	if (f->nfound == f->cap_found) {
		f->cap_found = f->cap_found != 0 ? 2 * f->cap_found : 16;
		f->found = xrealloc(f->found, f->cap_found * sizeof(*f->found));
	}
	f->found[f->nfound++] = (struct found_file){arena_strdup(f->mem, path), arena_strdup(f->mem, kind),
	                                            arena_strdup(f->mem, why)};
}

static const char *text_in(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_STR ? v->u.s : NULL;
}

static void take_recognised(struct run_files *f, const struct evidence *e)
{
	const struct value *files = evidence_fact(e, "files");

	if (e->outcome != EV_MEASURED || files == NULL || files->type != VAL_LIST) {
		add_found(f, e->target, NULL, e->why != NULL ? e->why : "could not be read");
		return;
	}
	for (size_t i = 0; i < files->u.list.n; i++) {
		const struct value *row = &files->u.list.items[i];

		if (row->type == VAL_MAP && text_in(row, "path") != NULL)
			add_found(f, text_in(row, "path"), text_in(row, "kind"), text_in(row, "why"));
	}
}

static void own_done(void *arg, uint32_t job, const struct evidence *e)
{
	struct run_files *f = arg;
	struct evidence out = *e;
	size_t i = 0;

	while (i < f->njobs && f->jobs[i].id != job)
		i++;
	if (i == f->njobs)
		return;
	out.step = f->jobs[i].step;
	out.call = f->jobs[i].call;
	f->jobs[i] = f->jobs[--f->njobs];
	if (strcmp(e->probe, RECOGNISE) == 0)
		take_recognised(f, e);
	else
		drive_send(f->d, (struct intent){.kind = IN_EVIDENCE, .evidence = &out});
}

static bool wait_all(struct run_files *f)
{
	while (f->njobs != 0)
		if (!f->wait.wait(f->wait.arg))
			return false;
	return true;
}

/* ---- which input takes which kind ---- */

/* The checks of the flow that read this kind of file, as input index and check; how many inputs. */
static size_t inputs_of_kind(const struct flow *flow, const char *kind, int *input,
                             const struct check **check)
{
	size_t n = 0;

	for (size_t i = 0; i < flow->nnodes; i++) {
		for (size_t k = 0; k < flow->nodes[i].nchecks; k++) {
			const struct check *c = &flow->nodes[i].checks[k];

			for (size_t a = 0; a < c->nargs && strcmp(c->probe->id, kind) == 0; a++) {
				if (c->args[a].input < 0 || strcmp(c->args[a].key, "file") != 0)
					continue;
				if (n == 0 || *input != c->args[a].input)
					n++;
				*input = c->args[a].input;
				*check = c;
			}
		}
	}
	return n;
}

static int by_path(const void *a, const void *b)
{
	const struct found_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* With what else the flow passes to such a check. */
static void read_alone(struct run_files *f, const char *kind, const char *path, const struct check *c)
{
	const struct probe *p = probe_find(kind);
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t n = 0;

	if (p == NULL)
		return;
	args[n++] = (struct probe_arg){"file", path};
	for (size_t a = 0; c != NULL && a < c->nargs && n < CHECK_MAX_ARGS; a++) {
		const char *v = c->args[a].literal;

		if (c->args[a].input >= 0)
			v = replay_input(&f->d->s.now, f->d->s.flow->inputs[c->args[a].input].key);
		if (v != NULL && strcmp(c->args[a].key, "file") != 0)
			args[n++] = (struct probe_arg){c->args[a].key, v};
	}
	run_files_start(f, p, args, n, NULL, call_id(f->mem, p->id, args, n));
}

/* Files of one kind: the last by name (logs bear their day in it) goes to the input that takes the
 * kind, when there is exactly one and nobody gave it; the others are read alone. */
static void give_kind(struct run_files *f, const struct found_file *files, size_t n)
{
	const struct flow *flow = f->d->s.flow;
	const struct check *check = NULL;
	int input = -1;
	size_t inputs = inputs_of_kind(flow, files[0].kind, &input, &check);
	size_t given = n;

	if (inputs == 1 && replay_input(&f->d->s.now, flow->inputs[input].key) == NULL) {
		given = n - 1;
		drive_send(f->d, (struct intent){.kind = IN_SET,
		                                 .key = flow->inputs[input].key,
		                                 .text = files[given].path,
		                                 .by = BY_FILE});
		if (replay_input(&f->d->s.now, flow->inputs[input].key) == NULL)
			given = n; /* a name that an input does not take */
	}
	for (size_t i = 0; i < n; i++)
		if (i != given)
			read_alone(f, files[i].kind, files[i].path, check);
}

static void note_unknown(struct run_files *f, const struct found_file *file)
{
	const char *text = arena_fmt(f->mem, "Evidence file %s was not used: %s", file->path,
	                             file->why != NULL ? file->why : "no check reads it");

	struct buf shown;

	buf_init(&shown, BUF_MAX_LINE);
	utf8_clean(&shown, text, strlen(text), UTF8_ONE_LINE);
	fprintf(stderr, "casebook: %s\n", buf_cstr(&shown));
	buf_release(&shown);
	drive_send(f->d, (struct intent){.kind = IN_NOTE, .text = text});
}

static void give_all(struct run_files *f)
{
	if (f->nfound == 0)
		return;
	qsort(f->found, f->nfound, sizeof(*f->found), by_path);
	for (size_t i = 0; i < f->nfound; i++) {
		struct found_file *same = xcalloc(f->nfound, sizeof(*same));
		size_t n = 0;
		bool first = true;

		if (f->found[i].kind == NULL)
			note_unknown(f, &f->found[i]);
		for (size_t k = 0; k < f->nfound && f->found[i].kind != NULL; k++) {
			if (f->found[k].kind == NULL || strcmp(f->found[k].kind, f->found[i].kind) != 0)
				continue;
			first = first && k >= i;
			same[n++] = f->found[k];
		}
		if (n != 0 && first)
			give_kind(f, same, n);
		free(same);
	}
}

bool run_files_take(struct run_files *f, const char *const *paths, size_t n)
{
	const struct probe *p = probe_find(RECOGNISE);

	for (size_t i = 0; i < n && p != NULL; i++) {
		struct probe_arg args[] = {{"file", paths[i]}, {"hash", "no"}};

		run_files_start(f, p, args, 2, NULL, NULL);
	}
	if (!wait_all(f))
		return false;
	give_all(f);
	return wait_all(f);
}
