/* casebook flow coverage: which section of the article is put to work where, and back. */
#include "flow_cmd.h"
#include "flow_sections.h"

static void put_ids(struct buf *out, const char *what, const char *const *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_fmt(out, "  %s %s\n", what, ids[i]);
}

static void put_text(struct buf *out, const struct flow *f, const struct sections *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct section *one = &s->list[i];

		buf_fmt(out, "%s%s\n", one->name, section_is_cited(one) ? "" : ": NOT CITED");
		put_ids(out, "step ", one->steps, one->nsteps);
		put_ids(out, "cause", one->causes, one->ncauses);
	}
	if (s->n == 0)
		buf_fmt(out, "%s has no list of sections in assets/article-sections.tsv\n", f->id);
	if (s->nunlisted > 0)
		buf_str(out, "\nCite a section that the list does not have\n");
	put_ids(out, "     ", s->unlisted, s->nunlisted);
	buf_str(out, "\nBeyond the article\n");
	for (size_t i = 0; i < f->nnodes; i++)
		if (f->nodes[i].section == NULL)
			buf_fmt(out, "  step  %s\n", f->nodes[i].id);
	for (size_t i = 0; i < f->ncauses; i++)
		if (f->causes[i].section == NULL)
			buf_fmt(out, "  cause %s\n", f->causes[i].id);
	if (s->n > 0)
		buf_fmt(out, "\n%zu of %zu sections are cited\n", s->n - s->missing, s->n);
}

static void json_ids(struct jsonw *j, const char *key, const char *const *ids, size_t n)
{
	jsonw_key(j, key);
	jsonw_open(j, '[');
	for (size_t i = 0; i < n; i++)
		jsonw_str(j, ids[i]);
	jsonw_close(j, ']');
}

static void json_steps(struct jsonw *j, const struct flow *f)
{
	jsonw_key(j, "steps");
	jsonw_open(j, '{');
	for (size_t i = 0; i < f->nnodes; i++)
		jsonw_kstr(j, f->nodes[i].id, f->nodes[i].section);
	jsonw_close(j, '}');
	jsonw_key(j, "causes");
	jsonw_open(j, '{');
	for (size_t i = 0; i < f->ncauses; i++)
		jsonw_kstr(j, f->causes[i].id, f->causes[i].section);
	jsonw_close(j, '}');
}

static void put_json(struct buf *out, const struct flow *f, const struct sections *s)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "flow", f->id);
	jsonw_key(&j, "sections");
	jsonw_open(&j, '[');
	for (size_t i = 0; i < s->n; i++) {
		jsonw_open(&j, '{');
		jsonw_kstr(&j, "section", s->list[i].name);
		jsonw_kstr(&j, "sha256", s->list[i].sha256);
		json_ids(&j, "steps", s->list[i].steps, s->list[i].nsteps);
		json_ids(&j, "causes", s->list[i].causes, s->list[i].ncauses);
		jsonw_close(&j, '}');
	}
	jsonw_close(&j, ']');
	json_ids(&j, "unlisted", s->unlisted, s->nunlisted);
	json_steps(&j, f);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

int flow_coverage(struct cli *c)
{
	struct arena *mem = arena_new();
	struct flow_ref r;
	struct buf out;
	int rc = EXIT_DONE;

	if (c->nargs != 1) {
		arena_free(mem);
		return cli_usage(c, "`flow coverage` needs one flow; `flow list` names the built-in ones");
	}
	buf_init(&out, BUF_MAX_TEXT);
	if (flow_ref_load(c->args[0], &r) < 0) {
		flow_ref_print(&r, &out);
		rc = cli_fail(&r.err);
	} else {
		struct sections *s = sections_of(mem, r.flow);

		if (cli_flag(c, "json"))
			put_json(&out, r.flow, s);
		else
			put_text(&out, r.flow, s);
		if (s->missing + s->nunlisted > 0)
			rc = EXIT_USAGE;
	}
	rc = flow_out(&out, rc);
	flow_ref_release(&r);
	arena_free(mem);
	return rc;
}
