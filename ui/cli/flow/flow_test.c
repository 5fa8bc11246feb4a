/* casebook flow test: runs the walks beside a flow, and with --mutate asks whether they would notice
 * a change.  Finds the files and prints; the walking is engine/walk's. */
#include "flow_cmd.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/io.h>
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
	struct buf out, why, was;
	struct jsonw json; /* json.out is NULL when text is printed */
	const char **files;
	const struct walk **walks; /* NULL where the file is no walk, or does not hold */
	struct walk_trace *traces;
	size_t n, failed;
	/* --cost: of those that expect a fault */
	struct {
		size_t n, found;
		unsigned long cost, checks, trips;
	} spent;
	/* mutation */
	size_t mutants, survivors;
	struct walk_search *search;
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
	int sys = io_read_file(path, out);

	return sys == 0 ? 0
	                : err_set(err, sys == EFBIG ? FAIL_LIMIT : FAIL_IO, sys, "%s could not be read: %s",
	                          path, sys == EFBIG ? "it is too large for a walk" : strerror(sys));
}

/* ---- walking ---- */

static void problem(void *arg, const struct diag *d)
{
	struct walks *w = arg;

	utf8_clean(&w->why, d->file, strlen(d->file), UTF8_ONE_LINE);
	buf_fmt(&w->why, ":%u:%u: %s\n", d->line, d->col, d->text);
}

/* What is wrong with the walk goes to w->why, what came of it to w->was. */
static bool walk_one(struct walks *w, size_t i, const struct buf *text)
{
	struct flow_env env = {probe_find, problem, w};
	struct walk_trace *t = &w->traces[i];

	w->walks[i] = walk_load(w->mem, w->files[i], buf_cstr(text), text->n, w->flow, &env);
	if (w->walks[i] == NULL)
		return false;
	t->steps = arena_array(w->mem, w->flow->nnodes, sizeof(bool));
	if (walk_run_traced(w->walks[i], w->flow, &w->why, &w->was, t))
		return true;
	w->walks[i] = NULL;
	return false;
}

/* One object per walk, or the lines of those that fail and, when they are asked for, of all. */
static void put_walk(struct walks *w, size_t i, bool holds, struct cli *c)
{
	const char *why = buf_cstr(&w->why);

	if (cli_flag(c, "json")) {
		jsonw_open(&w->json, '{');
		jsonw_kstr(&w->json, "file", w->files[i]);
		jsonw_kbool(&w->json, "holds", holds);
		jsonw_key(&w->json, "differences");
		jsonw_open(&w->json, '[');
		while (*why != '\0') {
			const char *end = strchr(why, '\n');
			size_t n = end != NULL ? (size_t)(end - why) : strlen(why);

			jsonw_str(&w->json, arena_strndup(w->mem, why, n));
			why += end != NULL ? n + 1 : n;
		}
		jsonw_close(&w->json, ']');
		jsonw_close(&w->json, '}');
		return;
	}
	utf8_clean(&w->out, why, w->why.n, UTF8_LINES);
	if (!cli_flag(c, "show"))
		return;
	buf_fmt(&w->out, "# %s\n", w->files[i]);
	utf8_clean(&w->out, buf_cstr(&w->was), w->was.n, UTF8_LINES);
}

static int walk_all(struct walks *w, struct cli *c, struct err *err)
{
	w->walks = arena_array(w->mem, w->n, sizeof(const struct walk *));
	w->traces = arena_array(w->mem, w->n, sizeof(*w->traces));
	for (size_t i = 0; i < w->n; i++) {
		struct buf text;
		bool holds;

		buf_init(&text, WALK_MAX);
		if (read_file(w->files[i], &text, err) != 0) {
			buf_release(&text);
			return -1;
		}
		buf_clear(&w->why);
		buf_clear(&w->was);
		holds = walk_one(w, i, &text);
		w->failed += !holds;
		put_walk(w, i, holds, c);
		buf_release(&text);
	}
	return 0;
}

/* ---- mutants ---- */

static bool try_mutant(void *arg, const struct mutant *m)
{
	struct walks *w = arg;

	w->mutants++;
	if (walk_search_notices(w->search, m))
		return true;
	w->survivors++;
	if (w->json.out != NULL)
		jsonw_str(&w->json, m->what);
	else
		buf_fmt(&w->out, "not noticed: %s\n", m->what);
	return true;
}

static void try_mutants(struct walks *w)
{
	w->search = walk_search_new(w->mem, w->walks, w->traces, w->n);
	flow_mutants(w->flow, try_mutant, w);
}

static double score(const struct walks *w)
{
	return w->mutants == 0 ? 0.0 : 100.0 * (double)(w->mutants - w->survivors) / (double)w->mutants;
}

/* ---- the command ---- */

static void put_summary(struct walks *w, bool mutate)
{
	buf_fmt(&w->out, "%s: %zu walk%s, ", w->flow->id, w->n, w->n == 1 ? "" : "s");
	if (w->failed == 0)
		buf_str(&w->out, "none fails\n");
	else
		buf_fmt(&w->out, "%zu of them fail%s\n", w->failed, w->failed == 1 ? "s" : "");
	if (mutate && w->failed > 0)
		buf_str(&w->out, "not mutated: the walks have to pass first\n");
	else if (mutate)
		buf_fmt(&w->out, "%zu changes of the flow, %zu not noticed: score %.1f %%\n", w->mutants,
		        w->survivors, score(w));
}

static void mutate_json(struct walks *w, bool mutate)
{
	jsonw_key(&w->json, "changes");
	if (!mutate) {
		jsonw_null(&w->json);
		return;
	}
	jsonw_open(&w->json, '{');
	jsonw_key(&w->json, "not_noticed");
	jsonw_open(&w->json, '[');
	try_mutants(w);
	jsonw_close(&w->json, ']');
	jsonw_kint(&w->json, "tried", (int64_t)w->mutants);
	jsonw_close(&w->json, '}');
}

/* ---- cost ---- */

static void add_cost(struct walks *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct walk_cost cost;

		if (w->walks[i] == NULL || !walk_cost(w->walks[i], w->flow, &cost))
			continue;
		w->spent.n++;
		w->spent.found += cost.found;
		w->spent.cost += cost.cost;
		w->spent.checks += cost.checks;
		w->spent.trips += cost.trips;
	}
}

static double mean(unsigned long sum, size_t n)
{
	return n == 0 ? 0.0 : (double)sum / (double)n;
}

static void cost_text(struct walks *w)
{
	add_cost(w);
	buf_fmt(&w->out,
	        "%zu walks expect a fault; by the best check each time %zu of them find it: mean cost %.1f, "
	        "%.1f checks, %.2f trips\n",
	        w->spent.n, w->spent.found, mean(w->spent.cost, w->spent.n),
	        mean(w->spent.checks, w->spent.n), mean(w->spent.trips, w->spent.n));
}

static void cost_json(struct walks *w, bool asked)
{
	jsonw_key(&w->json, "cost");
	if (!asked) {
		jsonw_null(&w->json);
		return;
	}
	add_cost(w);
	jsonw_open(&w->json, '{');
	jsonw_kint(&w->json, "walks", (int64_t)w->spent.n);
	jsonw_kint(&w->json, "found", (int64_t)w->spent.found);
	jsonw_kint(&w->json, "cost", (int64_t)w->spent.cost);
	jsonw_kint(&w->json, "checks", (int64_t)w->spent.checks);
	jsonw_kint(&w->json, "trips", (int64_t)w->spent.trips);
	jsonw_close(&w->json, '}');
}

static int test_text(struct cli *c, struct walks *w)
{
	bool mutate = cli_flag(c, "mutate");
	struct err err;

	if (walk_all(w, c, &err) < 0)
		return cli_fail(&err);
	if (mutate && w->failed == 0)
		try_mutants(w);
	put_summary(w, mutate);
	if (cli_flag(c, "cost"))
		cost_text(w);
	return w->failed + w->survivors == 0 ? EXIT_DONE : EXIT_USAGE;
}

static int test_json(struct cli *c, struct walks *w)
{
	struct err err;

	jsonw_init(&w->json, &w->out);
	jsonw_open(&w->json, '{');
	jsonw_kint(&w->json, "schema_version", 1);
	jsonw_kstr(&w->json, "flow", w->flow->id);
	jsonw_key(&w->json, "walks");
	jsonw_open(&w->json, '[');
	if (walk_all(w, c, &err) < 0) {
		buf_clear(&w->out); /* half an object is none */
		return cli_fail(&err);
	}
	jsonw_close(&w->json, ']');
	mutate_json(w, cli_flag(c, "mutate") && w->failed == 0);
	cost_json(w, cli_flag(c, "cost"));
	jsonw_close(&w->json, '}');
	buf_char(&w->out, '\n');
	return w->failed + w->survivors == 0 ? EXIT_DONE : EXIT_USAGE;
}

static int test_flow(struct cli *c, const struct flow_ref *r, struct walks *w)
{
	struct err err;

	w->flow = r->flow;
	if (list_folder(w, walks_folder(c, r, w->mem), &err) < 0)
		return cli_fail(&err);
	return cli_flag(c, "json") ? test_json(c, w) : test_text(c, w);
}

int flow_test(struct cli *c)
{
	struct walks w = {.mem = arena_new()};
	struct flow_ref r;
	int rc;

	if (c->nargs != 1) {
		arena_free(w.mem);
		return cli_usage(c, "`flow test` needs one flow; `flow list` names the built-in ones");
	}
	buf_init(&w.out, BUF_MAX_TEXT);
	buf_init(&w.why, BUF_MAX_LINE);
	buf_init(&w.was, BUF_MAX_LINE);
	if (flow_ref_load(c->args[0], &r) < 0) {
		flow_ref_print(&r, &w.out);
		rc = cli_fail(&r.err);
	} else if (cli_flag(c, "cases")) {
		rc = flow_test_cases(c, &r, &w.out);
	} else {
		rc = test_flow(c, &r, &w);
	}
	for (size_t i = 0; w.traces != NULL && i < w.n; i++)
		walk_trace_release(&w.traces[i]);
	buf_release(&w.why);
	buf_release(&w.was);
	rc = flow_out(&w.out, rc);
	flow_ref_release(&r);
	arena_free(w.mem);
	return rc;
}
