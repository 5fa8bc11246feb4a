/* casebook flow list and show: which flows there are, and what one of them does. */
#include <stdio.h>
#include <string.h>

#include "flow_cmd.h"

/* ---- list ---- */

static void row_json(struct jsonw *j, const struct flow *f, const struct builtin_flow *b)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", f->id);
	jsonw_kstr(j, "group", b->group);
	jsonw_kstr(j, "title", f->title);
	jsonw_kstr(j, "summary", f->summary);
	jsonw_kstr(j, "version", f->version);
	jsonw_kstr(j, "sha256", f->hash);
	jsonw_kint(j, "steps", (int64_t)f->nnodes);
	jsonw_kint(j, "causes", (int64_t)f->ncauses);
	jsonw_close(j, '}');
}

static int list_rows(struct buf *out, struct jsonw *j)
{
	for (const struct builtin_flow *b = builtin_flows; b->id != NULL; b++) {
		struct flow_ref r;
		int rc = flow_ref_load(b->id, &r);

		if (rc < 0)
			rc = cli_fail(&r.err);
		else if (j != NULL)
			row_json(j, r.flow, b);
		else
			buf_fmt(out, "%-24s %s\n%-24s %s\n", r.flow->id, r.flow->title, "",
			        r.flow->summary != NULL ? r.flow->summary : "");
		flow_ref_release(&r);
		if (rc != EXIT_DONE)
			return rc;
	}
	return EXIT_DONE;
}

int flow_list(struct cli *c)
{
	struct jsonw j;
	struct buf out;
	int rc;

	if (c->nargs > 0)
		return cli_usage(c, "`flow list` takes no names; `flow show %s` shows one flow", c->args[0]);
	buf_init(&out, BUF_MAX_TEXT);
	if (!cli_flag(c, "json")) {
		rc = list_rows(&out, NULL);
		return flow_out(&out, rc);
	}
	jsonw_init(&j, &out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_key(&j, "flows");
	jsonw_open(&j, '[');
	rc = list_rows(&out, &j);
	jsonw_close(&j, ']');
	jsonw_close(&j, '}');
	buf_char(&out, '\n');
	return flow_out(&out, rc);
}

/* ---- show ---- */

static void show_inputs(const struct flow *f, struct buf *out)
{
	static const char *const types[] = {"text", "url", "host", "file", "choice", "time"};

	if (f->ninputs > 0)
		buf_str(out, "\nInputs\n");
	for (size_t i = 0; i < f->ninputs; i++) {
		const struct input_def *in = &f->inputs[i];

		buf_fmt(out, "  %-20s %-7s %s", in->key, types[in->type], in->label);
		for (size_t k = 0; k < in->nchoices; k++)
			buf_fmt(out, "%s%s", k == 0 ? ": " : ", ", in->choices[k].id);
		buf_char(out, '\n');
	}
}

static void show_answers(const struct flow *f, const struct node *n, struct buf *out)
{
	for (size_t i = 0; i < n->nchecks; i++)
		buf_fmt(out, "      checks %s\n", n->checks[i].probe->id);
	for (size_t i = 0; i < n->nanswers; i++)
		buf_fmt(out, "      %-20s %s -> %s%s\n", n->answers[i].id, n->answers[i].label,
		        f->nodes[n->answers[i].go].id, n->answers[i].when == NULL ? "  (by a person)" : "");
}

static void show_step(const struct flow *f, const struct node *n, struct buf *out)
{
	static const char *const verdicts[] = {"inconclusive", "fault", "healthy"};

	buf_fmt(out, "  %s", n->id);
	switch (n->kind) {
	case NODE_ASK:
		buf_fmt(out, ": %s\n", n->ask);
		show_answers(f, n, out);
		return;
	case NODE_INPUT:
		buf_str(out, ": asks for");
		for (size_t i = 0; i < n->ninputs; i++)
			buf_fmt(out, "%s %s", i > 0 ? "," : "", f->inputs[n->inputs[i]].key);
		buf_fmt(out, " -> %s\n", f->nodes[n->go].id);
		return;
	case NODE_FIX:
		buf_fmt(out, ": fixes %s; not fixed -> %s\n", f->causes[n->cause].id, f->nodes[n->go].id);
		return;
	case NODE_END:
		buf_fmt(out, ": ends %s", verdicts[n->verdict]);
		buf_fmt(out, "%s%s\n", n->cause == CAUSE_NONE ? "" : ", concludes ",
		        n->cause == CAUSE_NONE ? "" : f->causes[n->cause].id);
		return;
	}
}

static void show(const struct flow *f, struct buf *out)
{
	buf_fmt(out, "%s, version %s\n%s\n", f->id, f->version, f->title);
	if (f->summary != NULL)
		buf_fmt(out, "%s\n", f->summary);
	if (f->source_title != NULL)
		buf_fmt(out, "Source: %s%s%s\n", f->source_title, f->source_url != NULL ? ", " : "",
		        f->source_url != NULL ? f->source_url : "");
	buf_fmt(out, "SHA-256: %s\n", f->hash);
	show_inputs(f, out);
	buf_fmt(out, "\nSteps, from %s\n", f->nodes[f->start].id);
	for (size_t i = 0; i < f->nnodes; i++)
		show_step(f, &f->nodes[i], out);
	if (f->ncauses > 0)
		buf_str(out, "\nCauses\n");
	for (size_t i = 0; i < f->ncauses; i++)
		buf_fmt(out, "  %-32s %s\n", f->causes[i].id, f->causes[i].title);
}

int flow_show(struct cli *c)
{
	struct flow_ref r;
	struct buf out;
	int rc = EXIT_DONE;

	if (c->nargs != 1)
		return cli_usage(c, "`flow show` needs one flow; `flow list` names them");
	buf_init(&out, BUF_MAX_TEXT);
	if (flow_ref_load(c->args[0], &r) < 0) {
		flow_ref_print(&r, &out);
		fputs(buf_cstr(&out), stderr);
		buf_clear(&out);
		rc = cli_fail(&r.err);
	} else if (!cli_flag(c, "yaml")) {
		show(r.flow, &out);
	} else if (r.own != NULL) {
		buf_put(&out, r.own->text, *r.own->n);
	} else {
		rc = cli_usage(c, "--yaml prints a built-in flow; %s is a file already", c->args[0]);
	}
	flow_ref_release(&r);
	return flow_out(&out, rc);
}
