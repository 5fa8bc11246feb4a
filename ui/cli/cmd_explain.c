/* casebook explain CODE...: what a code of the field means. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/json.h>

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"list", 'l', OPT_FLAG, NULL, "the whole table"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static void line(struct buf *out, const char *label, const char *text)
{
	if (strcmp(text, "-") != 0)
		buf_fmt(out, "  %-8s %s\n", label, text);
}

static void row_text(struct buf *out, const struct code_row *r)
{
	buf_fmt(out, "%s %s%s%s\n", r->dialect, r->code, strcmp(r->name, "-") != 0 ? "  " : "",
	        strcmp(r->name, "-") != 0 ? r->name : "");
	line(out, "means", r->meaning);
	line(out, "seen in", r->seen);
	line(out, "next", r->next);
	line(out, "source", r->source);
	buf_char(out, '\n');
}

static void row_json(struct jsonw *j, const struct code_row *r)
{
	const char *const keys[] = {"dialect", "code", "name", "meaning", "seen", "next", "source"};
	const char *const values[] = {r->dialect, r->code, r->name, r->meaning, r->seen, r->next, r->source};

	jsonw_open(j, '{');
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		jsonw_kstr(j, keys[i], strcmp(values[i], "-") != 0 ? values[i] : NULL);
	jsonw_close(j, '}');
}

static void rows_out(struct buf *out, struct jsonw *j, const char *query, const struct code_row *rows,
                     size_t n)
{
	if (j != NULL) {
		jsonw_open(j, '{');
		jsonw_kstr(j, "query", query);
		jsonw_key(j, "rows");
		jsonw_open(j, '[');
		for (size_t i = 0; i < n; i++)
			row_json(j, &rows[i]);
		jsonw_close(j, ']');
		jsonw_close(j, '}');
		return;
	}
	for (size_t i = 0; i < n; i++)
		row_text(out, &rows[i]);
}

static int explain(struct cli *c)
{
	bool json = cli_flag(c, "json"), list = cli_flag(c, "list");
	struct arena *mem = arena_new();
	const struct code_row *rows;
	struct jsonw j;
	struct buf out;
	struct err err;
	int rc = EXIT_DONE, wrote;

	buf_init(&out, BUF_MAX_TEXT);
	jsonw_init(&j, &out);
	if (json) {
		jsonw_open(&j, '{');
		jsonw_kint(&j, "schema_version", 1);
		jsonw_key(&j, "codes");
		jsonw_open(&j, '[');
	}
	if (list) {
		size_t n = explain_all(mem, &rows);

		rows_out(&out, json ? &j : NULL, NULL, rows, n);
	}
	for (size_t i = 0; i < c->nargs; i++) {
		size_t n = explain_find(mem, c->args[i], &rows);

		rows_out(&out, json ? &j : NULL, c->args[i], rows, n);
		if (n != 0)
			continue;
		err_set(&err, FAIL_NOT_FOUND, 0,
		        "the table knows no '%.60s'; assets/codes.tsv is where it grows", c->args[i]);
		(void)cli_fail(&err);
		rc = EXIT_INCONCLUSIVE;
	}
	if (json) {
		jsonw_close(&j, ']');
		jsonw_close(&j, '}');
		buf_char(&out, '\n');
	}
	wrote = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	arena_free(mem);
	return wrote != EXIT_DONE ? wrote : rc;
}

static int run(struct cli *c)
{
	if (c->nargs == 0 && !cli_flag(c, "list"))
		return cli_usage(c, "explain needs a code, such as 500.0.1346, 0x80190194 or \"failInfo 2\"");
	return explain(c);
}

const struct command cmd_explain = {
        "explain",
        "CODE... [--json]",
        "what a code of the field means, where it is seen, what to do next",
        opts,
        run,
        "CODE is as the field writes it: 500.0.1346, 403, 0x80190194, 2148204809, \"failInfo 2\", \"event "
        "36\",\n"
        "\"curl 60\", AppOffline, 22013. Several at once are explained in turn. Exit code 4: one is not "
        "known.",
};
