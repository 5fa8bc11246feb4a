/*
 * Evidence files: recognised by content, given to the inputs whose checks read
 * them, and read on their own when no input takes them.  A folder whose probe
 * reads it as a whole is one piece of evidence; otherwise each file is one.
 */
#include "drive_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/file_name.h>
#include <casebook/xalloc.h>

struct found_file {
	const char *root, *path; /* as named by the person, and the file in it */
	const char *kind, *why;  /* kind NULL: not recognised */
	bool idle;               /* nothing in it can say how an enrolment went */
};
struct files {
	struct run_own *own;
	struct found_file *found;
	size_t n, cap;
	struct root *roots;
	size_t nroots;
};
/* What is known of one kind; lives in own->mem. */
struct group {
	struct files *all;
	const char *kind;
	const struct found_file *files;
	size_t n;
	const struct check *check; /* one that reads this kind; NULL when the flow has none */
	int input;                 /* the only input that takes it; -1 */
};

/* ---- recognising ---- */

struct root {
	struct files *all;
	const char *path;
	const char *from; /* where the next part of its list begins; NULL: at the beginning */
	size_t seen;
	bool done; /* its list is whole */
};

static void recognised(void *arg, const struct evidence *e);

static void recognise_part(struct root *root)
{
	struct probe_arg args[] = {{"file", root->path}, {"hash", "no"}, {"from", root->from}};
	const struct probe *p = probe_find("file.recognise");

	if (p != NULL)
		run_own_start(root->all->own, p, args, root->from != NULL ? 3 : 2, NULL, NULL, recognised,
		              root);
}

static void add_found(struct files *f, const char *root, const char *path, const char *kind, const char *why,
                      bool idle)
{
	struct arena *mem = f->own->mem;

	if (f->n == f->cap) {
		f->cap = f->cap != 0 ? 2 * f->cap : 16;
		f->found = xrealloc(f->found, f->cap * sizeof(*f->found));
	}
	f->found[f->n++] = (struct found_file){.root = root,
	                                       .path = arena_strdup(mem, path),
	                                       .kind = arena_strdup(mem, kind),
	                                       .why = arena_strdup(mem, why),
	                                       .idle = idle};
}

static void recognised(void *arg, const struct evidence *e)
{
	struct root *root = arg;
	const struct value *files = evidence_fact(e, "files"), *left = evidence_fact(e, "left_why");
	const struct value *next = evidence_fact(e, "next");
	bool list = files != NULL && files->type == VAL_LIST;

	for (size_t i = 0; list && i < files->u.list.n; i++) {
		const struct value *row = &files->u.list.items[i];

		if (row->type == VAL_MAP && value_find_str(row, "path") != NULL)
			add_found(root->all, root->path, value_find_str(row, "path"),
			          value_find_str(row, "kind"), value_find_str(row, "why"),
			          value_find(row, "idle") != NULL);
		root->seen++;
	}
	root->from =
	        next != NULL && next->type == VAL_STR ? arena_strdup(root->all->own->mem, next->u.s) : NULL;
	if (left != NULL && left->type == VAL_STR)
		add_found(root->all, root->path, root->path, NULL, left->u.s, false);
	else if (!list || e->outcome != EV_MEASURED)
		add_found(root->all, root->path, root->path, NULL,
		          e->why != NULL ? e->why : "could not be looked at", false);
	else if (root->seen == 0 && root->from == NULL)
		add_found(root->all, root->path, root->path, NULL, "is an empty folder", true);
	root->done = root->from == NULL;
	if (root->from != NULL)
		recognise_part(root);
}

static bool recognise(struct files *f, const char *const *paths, size_t n)
{
	f->roots = arena_array(f->own->mem, n, sizeof(*f->roots));
	for (size_t i = 0; i < n; i++) {
		struct root *root = &f->roots[f->nroots++];

		*root = (struct root){.all = f, .path = file_name_given(f->own->mem, paths[i])};
		recognise_part(root);
	}
	return run_own_wait(f->own, 0);
}

/* ---- reading ---- */

/* As the flow's own check would, with this file; what the flow says of its file (a store's name) is a claim
 * about the one that a person puts there, and nobody did. */
static size_t args_with(const struct group *g, const char *path, struct probe_arg *out)
{
	struct session *s = &g->all->own->d->s;
	size_t n = 0;

	if (g->check == NULL) {
		out[0] = (struct probe_arg){"file", path};
		return 1;
	}
	for (size_t a = 0; a < g->check->nargs && n < CHECK_MAX_ARGS; a++) {
		const struct check_arg *arg = &g->check->args[a];
		const char *v = NULL;

		if (arg->input >= 0)
			v = replay_input(&s->now, s->flow->inputs[arg->input].key);
		if (strcmp(arg->key, "file") == 0)
			v = path;
		if (v != NULL)
			out[n++] = (struct probe_arg){arg->key, v};
	}
	return n;
}

static void read_alone(const struct group *g, const char *path)
{
	struct run_own *own = g->all->own;
	const struct probe *p = probe_find(g->kind);
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t n = args_with(g, path, args);

	if (p != NULL)
		run_own_start(own, p, args, n, NULL, call_id(own->mem, p->id, args, n), NULL, NULL);
}

static bool claims(const struct check *c)
{
	for (size_t a = 0; c != NULL && a < c->nargs; a++)
		if (c->args[a].input < 0)
			return true;
	return false;
}

/* A person gave it for this very input. */
static bool is_wanted(const struct group *g)
{
	const struct drive_reading *r = g->all->own->reading;

	return g->input >= 0 && r != NULL && r->field != NULL &&
	       strcmp(g->all->own->d->s.flow->inputs[g->input].key, r->field) == 0;
}

/* False when no input takes it, a person gave one already, or the flow would say more of it than is known. */
static bool give(const struct group *g, const char *path)
{
	struct drive *d = g->all->own->d;
	const struct input_def *def = g->input >= 0 ? &d->s.flow->inputs[g->input] : NULL;

	if (def == NULL || (!is_wanted(g) && (claims(g->check) || replay_input(&d->s.now, def->key) != NULL)))
		return false;
	drive_send(d, (struct intent){.kind = IN_SET, .key = def->key, .text = path, .by = BY_FILE});
	return replay_input(&d->s.now, def->key) != NULL;
}

/* The last by name (logs bear their day in it) goes to the input, the others are read alone. */
static void read_each(const struct group *g)
{
	bool given = give(g, g->files[g->n - 1].path);

	for (size_t i = 0; i < g->n - (given ? 1 : 0); i++)
		read_alone(g, g->files[i].path);
}

/* ---- a folder as a whole ---- */

static void folder_read(void *arg, const struct evidence *e)
{
	const struct group *g = arg;
	struct run_own *own = g->all->own;
	struct evidence out = *e;
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t n = args_with(g, g->files[0].root, args);

	if (e->outcome == EV_UNREADABLE || e->outcome == EV_CRASHED) {
		read_each(g);
		return;
	}
	out.step = NULL;
	out.call = call_id(own->mem, g->kind, args, n);
	drive_send(own->d, (struct intent){.kind = IN_EVIDENCE, .evidence = &out});
	give(g, g->files[0].root);
}

static bool one_root(const struct group *g)
{
	for (size_t i = 1; i < g->n; i++)
		if (strcmp(g->files[i].root, g->files[0].root) != 0)
			return false;
	return g->n > 1;
}

/* Logs of devices are of different people: each is one. */
static bool of_devices(const struct group *g)
{
	return strcmp(g->kind, "android.omadm") == 0 || strcmp(g->kind, "ios.console") == 0;
}

/* Somebody said whose some of these files are, not all of them: each is one. */
static bool told_apart(const struct group *g)
{
	const struct session_options *o = &g->all->own->d->s.opt;

	for (size_t i = 0; i < o->nsaid; i++) {
		size_t fit = 0;

		for (size_t k = 0; k < g->n; k++)
			fit += said_of_fits(&o->said[i], &(struct evidence){.target = g->files[k].path});
		if (fit != 0 && fit != g->n)
			return true;
	}
	return false;
}

static void read_group(struct group *g)
{
	const struct probe *p = probe_find(g->kind);
	struct probe_arg args[CHECK_MAX_ARGS];

	if (p != NULL && one_root(g) && !of_devices(g) && !told_apart(g))
		run_own_start(g->all->own, p, args, args_with(g, g->files[0].root, args), NULL, NULL,
		              folder_read, g);
	else
		read_each(g);
}

/* ---- which input takes which kind ---- */

static void find_input(struct group *g, const struct flow *flow)
{
	size_t inputs = 0;

	for (size_t i = 0; i < flow->nnodes; i++) {
		for (size_t k = 0; k < flow->nodes[i].nchecks; k++) {
			const struct check *c = &flow->nodes[i].checks[k];

			for (size_t a = 0; a < c->nargs && strcmp(c->probe->id, g->kind) == 0; a++) {
				if (c->args[a].input < 0 || strcmp(c->args[a].key, "file") != 0)
					continue;
				if (inputs != 0 && is_wanted(g))
					continue;
				inputs += inputs == 0 || g->input != c->args[a].input;
				g->input = c->args[a].input;
				g->check = c;
				inputs = is_wanted(g) ? 1 : inputs;
			}
		}
	}
	if (inputs != 1)
		g->input = -1;
}

static int by_kind_and_path(const void *a, const void *b)
{
	const struct found_file *x = a, *y = b;
	int kind;

	if (x->kind == NULL || y->kind == NULL)
		return (y->kind == NULL) - (x->kind == NULL);
	kind = strcmp(x->kind, y->kind);
	return kind != 0 ? kind : strcmp(x->path, y->path);
}

/* What was given and not read is part of the case: it could have held what decides. */
static void record_unread(struct files *f, const struct found_file *file, const char *why)
{
	const struct fact idle = {"idle", value_bool(true)};
	struct evidence e = {.probe = "file.recognise",
	                     .target = file->path,
	                     .outcome = EV_UNREADABLE,
	                     .facts = &idle,
	                     .nfacts = file->idle,
	                     .why = why,
	                     .host = f->own->d->s.cf.host,
	                     .started_ms = clock_now_ms()};

	drive_send(f->own->d, (struct intent){.kind = IN_EVIDENCE, .evidence = &e});
}

static void note_unknown(struct files *f, const struct found_file *file)
{
	const char *why = file->why != NULL ? file->why : "no check reads it";
	const char *text = arena_fmt(f->own->mem, "Evidence file %s was not used: %s", file->path, why);

	/* The person who named it must hear of it now, not when the report is read. */
	if (f->own->say != NULL)
		f->own->say(text);
	if (f->own->reading != NULL)
		f->own->reading->say(f->own->reading->arg, text);
	drive_send(f->own->d, (struct intent){.kind = IN_NOTE, .text = text});
	record_unread(f, file, why);
}

/* The unknown ones come first, then kind after kind. */
static void use_all(struct files *f)
{
	size_t i = 0;

	if (f->n != 0)
		qsort(f->found, f->n, sizeof(*f->found), by_kind_and_path);
	for (; i < f->n && f->found[i].kind == NULL; i++)
		note_unknown(f, &f->found[i]);
	while (i < f->n) {
		struct group *g = arena_alloc(f->own->mem, sizeof(*g));

		*g = (struct group){.all = f, .kind = f->found[i].kind, .files = &f->found[i], .input = -1};
		for (; i < f->n && strcmp(f->found[i].kind, g->kind) == 0; i++)
			g->n++;
		find_input(g, f->own->d->s.flow);
		read_group(g);
	}
}

bool run_files(struct run_own *o, const char *const *paths, size_t n)
{
	struct files *f = arena_alloc(o->mem, sizeof(*f));
	bool ok;

	*f = (struct files){.own = o};
	o->files = f;
	ok = recognise(f, paths, n);
	if (ok)
		use_all(f);
	ok = ok && run_own_wait(o, 0);
	if (!ok)
		run_own_cancel(o);
	/* What still runs would come back to files that are no longer waited for. */
	run_own_forget(o);
	return ok;
}

/* Whether evidence of that kind (NULL: any) is of this file, alone or within its folder. */
static bool was_read(const struct session *s, const char *kind, const char *path, const char *root)
{
	for (size_t i = 0; i < s->cf.nlog; i++) {
		const struct evidence *e = &s->cf.log[i].u.evidence;

		if (s->cf.log[i].kind == REC_EVIDENCE && e->target != NULL &&
		    (kind == NULL || strcmp(e->probe, kind) == 0) &&
		    (strcmp(e->target, path) == 0 || (root != NULL && strcmp(e->target, root) == 0)))
			return true;
	}
	return false;
}

static void inputs_unread(struct files *f, const char *why)
{
	struct session *s = &f->own->d->s;

	for (size_t i = 0; i < s->flow->ninputs; i++) {
		const char *path = s->flow->inputs[i].type == INPUT_FILE
		                           ? replay_input(&s->now, s->flow->inputs[i].key)
		                           : NULL;

		if (path != NULL && !was_read(s, NULL, path, NULL))
			record_unread(f, &(struct found_file){.path = arena_strdup(f->own->mem, path)}, why);
	}
}

void run_files_unread(struct run_own *o, const char *why)
{
	struct files none = {.own = o}, *f = o->files != NULL ? o->files : &none;
	const struct session *s = &o->d->s;

	for (size_t i = 0; i < f->nroots; i++)
		if (!f->roots[i].done)
			record_unread(f, &(struct found_file){.path = f->roots[i].path}, why);
	for (size_t i = 0; i < f->n; i++)
		if (!was_read(s, f->found[i].kind, f->found[i].path, f->found[i].root))
			record_unread(f, &f->found[i], why);
	inputs_unread(f, why);
}

void run_files_release(struct run_own *o)
{
	if (o->files != NULL)
		free(o->files->found);
}

static bool wait_quietly(void *arg)
{
	struct drive *d = arg;

	jobs_wait(d->opt.jobs, NULL, 0, -1);
	return true;
}

void drive_files(struct drive *d, const char *const *paths, size_t n, void (*say)(const char *text))
{
	struct run_own own;

	run_own_init(&own, d, (struct run_wait){wait_quietly, d}, say);
	(void)run_files(&own, paths, n);
	run_own_release(&own);
}

bool drive_read(struct drive *d, const char *path, const struct drive_reading *r)
{
	struct run_own own;
	bool done;

	run_own_init(&own, d, (struct run_wait){r->wait, r->arg}, NULL);
	own.reading = r;
	ahead_reading(d, true);
	done = run_files(&own, &path, 1);
	run_own_release(&own);
	ahead_reading(d, false);
	return done;
}
