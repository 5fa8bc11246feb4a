/* casebook flow test: runs the walks beside a flow, and with --mutate asks whether they would notice
 * a change.  Finds the files and prints; the walking is engine/walk's. */
#include "flow_cmd.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/mutate.h>
#include <casebook/utf8.h>
#include <casebook/walk.h>
#include <casebook/xalloc.h>

#define WALK_MAX (1u << 20) /* bytes of one walk */
#define WALKS_MAX 5000      /* of one flow */
#define WALK_ENDING ".walk.yaml"

struct walks {
	const struct flow *flow;
	struct arena *mem;
	struct buf out;
	const char **files;
	const struct walk **walks; /* NULL where the file is no walk */
	bool **steps;              /* by walk: the steps that it visits */
	size_t n, failed;
	/* mutation */
	size_t mutants, survivors;
	size_t last; /* the walk that noticed the last mutant: the next is likely near */
};

/* ---- files ---- */

static const char *walks_folder(struct cli *c, const struct flow_ref *r, struct arena *mem)
{
	const char *given = cli_value(c, "walks"), *slash;

	if (given != NULL)
		return given;
	if (r->own != NULL)
		return arena_fmt(mem, "flows/walks/%s", r->flow->id);
	slash = strrchr(r->name, '/');
	return arena_fmt(mem, "%.*swalks/%s", slash == NULL ? 0 : (int)(slash - r->name) + 1, r->name,
	                 r->flow->id);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), e = strlen(end);

	return n > e && strcmp(s + n - e, end) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int list_folder(struct walks *w, const char *folder, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	if (dir == NULL)
		return err_set(err, FAIL_NOT_FOUND, errno,
		               "there are no walks in %s (%s); --walks names another folder", folder,
		               strerror(errno));
	w->files = arena_array(w->mem, WALKS_MAX, sizeof(*w->files));
	while ((e = readdir(dir)) != NULL && w->n < WALKS_MAX)
		if (ends_with(e->d_name, WALK_ENDING))
			w->files[w->n++] = arena_fmt(w->mem, "%s/%s", folder, e->d_name);
	closedir(dir);
	if (w->n == 0)
		return err_set(err, FAIL_NOT_FOUND, 0, "there are no walks in %s; a walk is called NAME%s",
		               folder, WALK_ENDING);
	qsort(w->files, w->n, sizeof(*w->files), by_name);
	return 0;
}

static int read_file(const char *path, struct buf *out, struct err *err)
{
	FILE *in = fopen(path, "rb");
	char block[8192];
	size_t n;
	bool bad;

	if (in == NULL)
		return err_set(err, FAIL_IO, errno, "%s could not be opened: %s", path, strerror(errno));
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		buf_put(out, block, n);
	bad = ferror(in) != 0;
	fclose(in);
	if (bad || out->over)
		return err_set(err, bad ? FAIL_IO : FAIL_LIMIT, bad ? errno : 0, "%s could not be read%s",
		               path, bad ? "" : ": it is too large for a walk");
	return 0;
}

/* ---- walking ---- */

static void problem(void *arg, const struct diag *d)
{
	struct walks *w = arg;

	utf8_clean(&w->out, d->file, strlen(d->file), UTF8_ONE_LINE);
	buf_fmt(&w->out, ":%u:%u: %s\n", d->line, d->col, d->text);
}

static void walk_one(struct walks *w, size_t i, const struct buf *text, bool show)
{
	struct flow_env env = {probe_find, problem, w};
	struct walk_trace trace;
	struct buf why, was;

	w->walks[i] = walk_load(w->mem, w->files[i], buf_cstr(text), text->n, w->flow, &env);
	if (w->walks[i] == NULL) {
		w->failed++;
		return;
	}
	w->steps[i] = arena_array(w->mem, w->flow->nnodes, sizeof(bool));
	trace.steps = w->steps[i];
	buf_init(&why, BUF_MAX_LINE);
	buf_init(&was, BUF_MAX_LINE);
	if (!walk_run_traced(w->walks[i], w->flow, &why, &was, &trace)) {
		w->failed++;
		w->walks[i] = NULL;
		utf8_clean(&w->out, buf_cstr(&why), why.n, UTF8_LINES);
	}
	if (show) {
		buf_fmt(&w->out, "# %s\n", w->files[i]);
		utf8_clean(&w->out, buf_cstr(&was), was.n, UTF8_LINES);
	}
	buf_release(&why);
	buf_release(&was);
}

static int walk_all(struct walks *w, bool show, struct err *err)
{
	w->walks = arena_array(w->mem, w->n, sizeof(const struct walk *));
	w->steps = arena_array(w->mem, w->n, sizeof(*w->steps));
	for (size_t i = 0; i < w->n; i++) {
		struct buf text;
		int rc;

		buf_init(&text, WALK_MAX);
		rc = read_file(w->files[i], &text, err);
		if (rc == 0)
			walk_one(w, i, &text, show);
		buf_release(&text);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* ---- mutants ---- */

static bool notices(struct walks *w, size_t i, const struct mutant *m)
{
	struct buf why;
	bool same;

	if (w->walks[i] == NULL)
		return false;
	if (m->node != NODE_NONE && !w->steps[i][m->node])
		return false; /* it never comes there */
	buf_init(&why, BUF_MAX_LINE);
	same = walk_run(w->walks[i], m->flow, &why, NULL);
	buf_release(&why);
	return !same;
}

static bool try_mutant(void *arg, const struct mutant *m)
{
	struct walks *w = arg;

	w->mutants++;
	for (size_t i = 0; i < w->n; i++) {
		size_t at = (w->last + i) % w->n;

		if (notices(w, at, m)) {
			w->last = at;
			return true;
		}
	}
	w->survivors++;
	buf_fmt(&w->out, "not noticed: %s\n", m->what);
	return true;
}

/* ---- the command ---- */

static void put_summary(struct walks *w, bool mutate)
{
	buf_fmt(&w->out, "%s: %zu walks, %zu of them fail\n", w->flow->id, w->n, w->failed);
	if (!mutate)
		return;
	if (w->failed > 0)
		buf_str(&w->out, "not mutated: the walks have to hold first\n");
	else
		buf_fmt(&w->out, "%zu changes of the flow, %zu not noticed: score %.1f %%\n", w->mutants,
		        w->survivors,
		        w->mutants == 0 ? 0.0
		                        : 100.0 * (double)(w->mutants - w->survivors) / (double)w->mutants);
}

static int test_flow(struct cli *c, const struct flow_ref *r, struct walks *w)
{
	struct err err;

	if (list_folder(w, walks_folder(c, r, w->mem), &err) < 0 ||
	    walk_all(w, cli_flag(c, "show"), &err) < 0)
		return cli_fail(&err);
	if (cli_flag(c, "mutate") && w->failed == 0)
		flow_mutants(w->flow, try_mutant, w);
	put_summary(w, cli_flag(c, "mutate"));
	return w->failed + w->survivors == 0 ? EXIT_DONE : EXIT_USAGE;
}

int flow_test(struct cli *c)
{
	struct walks w = {.mem = arena_new()};
	struct flow_ref r;
	int rc;

	if (c->nargs != 1)
		return cli_usage(c, "`flow test` needs one flow; `flow list` names those built in");
	buf_init(&w.out, BUF_MAX_TEXT);
	if (flow_ref_load(c->args[0], &r) < 0) {
		flow_ref_print(&r, &w.out);
		rc = cli_fail(&r.err);
	} else {
		w.flow = r.flow;
		rc = test_flow(c, &r, &w);
	}
	rc = flow_out(&w.out, rc);
	flow_ref_release(&r);
	arena_free(w.mem);
	return rc;
}
