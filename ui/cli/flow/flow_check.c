/* casebook flow check: all problems of some flows; they are the data, so they go to stdout. */
#include <stdio.h>
#include <string.h>

#include "flow_cmd.h"
#include "flow_sections.h"

int flow_out(struct buf *out, int rc)
{
	int wrote = cli_out(buf_cstr(out), out->n);

	buf_release(out);
	return wrote != EXIT_DONE ? wrote : rc;
}

/* ---- as JSON ---- */

static void problem_json(struct jsonw *j, const struct diag *d)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", d->id);
	jsonw_kstr(j, "severity", d->severity == DIAG_ERROR ? "error" : "warning");
	jsonw_kint(j, "line", d->line);
	jsonw_kint(j, "col", d->col);
	jsonw_kstr(j, "text", d->text);
	jsonw_close(j, '}');
}

static void flow_json(struct jsonw *j, const struct flow_ref *r, const struct sections *s)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "file", r->name);
	jsonw_kstr(j, "flow", r->flow == NULL ? NULL : r->flow->id);
	jsonw_kbool(j, "checks", r->flow != NULL && s->missing == 0);
	jsonw_kstr(j, "sha256", r->flow == NULL ? NULL : r->flow->hash);
	jsonw_key(j, "problems");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->n; i++)
		problem_json(j, &r->problems[i]);
	jsonw_close(j, ']');
	jsonw_key(j, "uncited_sections");
	jsonw_open(j, '[');
	for (size_t i = 0; i < s->n; i++)
		if (!section_is_cited(&s->list[i]))
			jsonw_str(j, s->list[i].name);
	jsonw_close(j, ']');
	jsonw_close(j, '}');
}

/* ---- as text ---- */

static void flow_text(struct buf *out, const struct flow_ref *r, const struct sections *s)
{
	const struct flow *f = r->flow;

	flow_ref_print(r, out);
	for (size_t i = 0; i < s->n; i++)
		if (!section_is_cited(&s->list[i]))
			buf_fmt(out, "%s:1:1: uncited_section: nothing cites the article's section '%s'\n",
			        r->name, s->list[i].name);
	if (f != NULL && s->missing == 0)
		buf_fmt(out, "%s: checks: %zu steps, %zu causes, %zu inputs%s\n", f->id, f->nnodes,
		        f->ncauses, f->ninputs, r->n > 0 ? "; with warnings" : "");
}

/* ---- the command ---- */

static int check_one(const char *ref, struct buf *out, struct jsonw *j)
{
	static const struct sections none = {.n = 0};
	struct arena *mem = arena_new();
	const struct sections *s = &none;
	struct flow_ref r;
	int rc = EXIT_DONE;

	if (flow_ref_prove(ref, &r) < 0)
		rc = r.n > 0 ? EXIT_USAGE : cli_fail(&r.err);
	if (r.n == FLOW_MAX_DIAGS && rc == EXIT_USAGE)
		cli_fail(&r.err); /* says how many more there are */
	if (r.flow != NULL)
		s = sections_of(mem, r.flow);
	if (s->missing > 0)
		rc = EXIT_USAGE;
	if (j != NULL && (r.flow != NULL || r.n > 0))
		flow_json(j, &r, s);
	else if (j == NULL)
		flow_text(out, &r, s);
	flow_ref_release(&r);
	arena_free(mem);
	return rc;
}

static int worse(int a, int b)
{
	if (a == EXIT_PROGRAM || b == EXIT_PROGRAM)
		return EXIT_PROGRAM;
	return a != EXIT_DONE ? a : b;
}

/* Those named, or all that are built in. */
static int check_all(struct cli *c, struct buf *out, struct jsonw *j)
{
	int rc = EXIT_DONE;

	for (size_t i = 0; i < c->nargs; i++)
		rc = worse(rc, check_one(c->args[i], out, j));
	for (const struct builtin_flow *b = builtin_flows; c->nargs == 0 && b->id != NULL; b++)
		rc = worse(rc, check_one(b->id, out, j));
	return rc;
}

int flow_check(struct cli *c)
{
	bool json = cli_flag(c, "json");
	struct jsonw j;
	struct buf out;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	jsonw_init(&j, &out);
	if (json) {
		jsonw_open(&j, '{');
		jsonw_kint(&j, "schema_version", 1);
		jsonw_key(&j, "flows");
		jsonw_open(&j, '[');
	}
	rc = check_all(c, &out, json ? &j : NULL);
	if (json) {
		jsonw_close(&j, ']');
		jsonw_close(&j, '}');
		buf_char(&out, '\n');
	}
	return flow_out(&out, rc);
}
