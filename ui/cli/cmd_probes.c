/* casebook probes: every check, what it asks for, what facts it yields. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include <casebook/json.h>
#include <casebook/nearest.h>
#include <casebook/probe.h>

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static const char *const type_names[] = {"bool", "int", "str", "time", "list", "map"};

/* ---- text ---- */

static void put_fact(struct buf *out, const struct fact_def *f)
{
	buf_fmt(out, "    %-24s %-5s %s\n", f->key, type_names[f->type], f->help);
	if (f->values == NULL)
		return;
	buf_fmt(out, "    %-24s       one of:", "");
	for (const char *const *v = f->values; *v != NULL; v++)
		buf_fmt(out, " %s", *v);
	buf_char(out, '\n');
}

static void put_probe(struct buf *out, const struct probe *p)
{
	buf_fmt(out, "%s: %s\n", p->id, p->title);
	buf_fmt(out, "  %s check, at most %u.%u s%s%s\n", p->kind == PROBE_FILE ? "file" : "live",
	        p->timeout_ms / 1000, p->timeout_ms / 100 % 10, p->source != NULL ? "; rests on " : "",
	        p->source != NULL ? p->source : "");
	if (p->side_effect != NULL)
		buf_fmt(out, "  leaves a trace: %s\n", p->side_effect);
	buf_str(out, "  asks for\n");
	for (const struct param_def *d = p->params; d->key != NULL; d++)
		buf_fmt(out, "    %-24s %s%s\n", d->key, d->help, d->required ? " (needed)" : "");
	buf_str(out, "  yields\n");
	for (const struct fact_def *f = p->facts; f->key != NULL; f++)
		put_fact(out, f);
	if (p->fetch != NULL)
		buf_fmt(out, "  the file comes from\n    %s\n", p->fetch);
}

static void put_row(struct buf *out, const struct probe *p)
{
	buf_fmt(out, "%-18s %-6s %s\n", p->id, p->kind == PROBE_FILE ? "file" : "live", p->title);
}

/* ---- JSON ---- */

static void params_json(struct jsonw *j, const struct probe *p)
{
	jsonw_key(j, "params");
	jsonw_open(j, '[');
	for (const struct param_def *d = p->params; d->key != NULL; d++) {
		jsonw_open(j, '{');
		jsonw_kstr(j, "key", d->key);
		jsonw_kbool(j, "required", d->required);
		jsonw_kstr(j, "help", d->help);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void facts_json(struct jsonw *j, const struct probe *p)
{
	jsonw_key(j, "facts");
	jsonw_open(j, '[');
	for (const struct fact_def *f = p->facts; f->key != NULL; f++) {
		jsonw_open(j, '{');
		jsonw_kstr(j, "key", f->key);
		jsonw_kstr(j, "type", type_names[f->type]);
		jsonw_key(j, "values");
		if (f->values == NULL) {
			jsonw_null(j);
		} else {
			jsonw_open(j, '[');
			for (const char *const *v = f->values; *v != NULL; v++)
				jsonw_str(j, *v);
			jsonw_close(j, ']');
		}
		jsonw_kstr(j, "help", f->help);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void probe_json(struct jsonw *j, const struct probe *p)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", p->id);
	jsonw_kstr(j, "title", p->title);
	jsonw_kstr(j, "kind", p->kind == PROBE_FILE ? "file" : "live");
	params_json(j, p);
	facts_json(j, p);
	jsonw_kint(j, "timeout_ms", p->timeout_ms);
	jsonw_kstr(j, "side_effect", p->side_effect);
	jsonw_kstr(j, "by_hand", p->by_hand);
	jsonw_kstr(j, "source", p->source);
	jsonw_kstr(j, "fetch", p->fetch);
	jsonw_close(j, '}');
}

static void all_json(struct buf *out, const struct cli *c)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_key(&j, "probes");
	jsonw_open(&j, '[');
	if (c->nargs == 0)
		for (size_t i = 0; probe_table[i] != NULL; i++)
			probe_json(&j, probe_table[i]);
	for (size_t i = 0; i < c->nargs; i++)
		probe_json(&j, probe_find(c->args[i]));
	jsonw_close(&j, ']');
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

int cli_no_such_check(const struct cli *c, const char *word)
{
	struct nearest near = {.word = word};

	for (size_t i = 0; probe_table[i] != NULL; i++)
		nearest_try(&near, probe_table[i]->id);
	return cli_no_such(c, "check", "casebook probes", &near);
}

static int run(struct cli *c)
{
	struct buf out;
	int rc;

	for (size_t i = 0; i < c->nargs; i++)
		if (probe_find(c->args[i]) == NULL)
			return cli_no_such_check(c, c->args[i]);
	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json")) {
		all_json(&out, c);
	} else if (c->nargs == 0) {
		for (size_t i = 0; probe_table[i] != NULL; i++)
			put_row(&out, probe_table[i]);
		buf_str(&out, "\n`casebook probes ID` lists a check's arguments and facts.\n");
	}
	for (size_t i = 0; i < c->nargs && !cli_flag(c, "json"); i++)
		put_probe(&out, probe_find(c->args[i]));
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

const struct command cmd_probes = {
        .name = "probes",
        .usage = "[ID...] [--json]",
        .help = "every check: its arguments and its facts",
        .opts = opts,
        .run = run,
};
