/* casebook explain CODE... | TEXT | -: what the codes of the field mean, one by one or wherever a pasted text
 * holds them. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/explain.h>
#include <casebook/json.h>
#include <casebook/secret.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"list", 'l', OPT_FLAG, NULL, "the whole table"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

struct explain_run {
	struct cli *c;
	struct arena *mem;
	const struct explain *x;
	struct buf out;
	struct jsonw *j; /* NULL: as text */
	const char **texts;
	size_t ntexts;
	int rc;
};

static void line(struct buf *out, const char *label, const char *text)
{
	if (strcmp(text, "-") != 0)
		buf_fmt(out, "  %-8s %s\n", label, text);
}

static void row_text(struct buf *out, const struct code_row *r, const char *found)
{
	buf_fmt(out, "%s %s%s%s\n", r->dialect, r->code, strcmp(r->name, "-") != 0 ? "  " : "",
	        strcmp(r->name, "-") != 0 ? r->name : "");
	if (found != NULL)
		line(out, "found", found);
	if (strcmp(r->dialect, "hresult") == 0 && strlen(r->code) == 10) {
		uint32_t v = (uint32_t)strtoul(r->code, NULL, 16);

		buf_fmt(out, "  %-8s %d, %u\n", "decimal", (int)(int32_t)v, (unsigned)v);
	}
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

static const char *clean(struct arena *mem, const char *text, size_t n)
{
	struct buf b;
	const char *out;

	buf_init(&b, BUF_MAX_TEXT);
	utf8_clean(&b, text, n, UTF8_ONE_LINE);
	out = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

static size_t line_of(const char *text, size_t at)
{
	size_t n = 1;

	for (size_t i = 0; i < at; i++)
		n += text[i] == '\n';
	return n;
}

static bool same_row(const struct code_row *a, const struct code_row *b)
{
	return strcmp(a->code, b->code) == 0 && strcmp(a->dialect, b->dialect) == 0;
}

/* Rows that an earlier place of the same text has shown already are not shown again. */
static bool shown(const struct explain_result *r, size_t hit, const struct code_row *row)
{
	for (size_t i = 0; i < hit; i++)
		for (size_t k = 0; k < r->hits[i].nrows; k++)
			if (same_row(&r->hits[i].rows[k], row))
				return true;
	return false;
}

static size_t places(const struct explain_result *r, const struct code_row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += same_row(&r->hits[i].rows[0], row);
	return n;
}

/* Where a code stands, when the text is more than the code. */
static const char *place(struct arena *mem, const char *text, const struct explain_result *r, size_t i)
{
	const struct explained *h = &r->hits[i];
	size_t n = places(r, &h->rows[0]), len = h->len < 80 ? h->len : utf8_fit(text + h->at, h->len, 76);
	const char *piece = clean(mem, text + h->at, len);

	if (r->n == 1 && strlen(text) < h->len + 4)
		return NULL;
	if (strchr(text, '\n') == NULL)
		return arena_fmt(mem, "\"%s%s\"", piece, len < h->len ? "..." : "");
	return n > 1 ? arena_fmt(mem, "line %zu: \"%s%s\", and %zu more", line_of(text, h->at), piece,
	                         len < h->len ? "..." : "", n - 1)
	             : arena_fmt(mem, "line %zu: \"%s%s\"", line_of(text, h->at), piece,
	                         len < h->len ? "..." : "");
}

static void result_text(struct explain_run *e, const char *text, const struct explain_result *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const char *found = place(e->mem, text, r, i);

		for (size_t k = 0; k < r->hits[i].nrows; k++) {
			if (shown(r, i, &r->hits[i].rows[k]))
				continue;
			row_text(&e->out, &r->hits[i].rows[k], found);
			found = NULL;
		}
	}
	if (r->cut)
		buf_fmt(&e->out,
		        "The text is longer than %u KB or holds more than %u codes: what follows was not "
		        "looked at.\n\n",
		        EXPLAIN_TEXT_MAX >> 10, EXPLAIN_HITS_MAX);
}

static void found_json(struct explain_run *e, const char *text, const struct explained *h)
{
	struct jsonw *j = e->j;

	jsonw_open(j, '{');
	jsonw_kint(j, "at", (int64_t)h->at);
	jsonw_kint(j, "length", (int64_t)h->len);
	jsonw_kint(j, "line", (int64_t)line_of(text, h->at));
	jsonw_kstr(j, "text", clean(e->mem, text + h->at, h->len));
	jsonw_kstr(j, "dialect", h->dialect);
	jsonw_kstr(j, "code", h->code);
	jsonw_kstr(j, "meaning", strcmp(h->meaning, "-") != 0 ? h->meaning : NULL);
	jsonw_kbool(j, "known", h->known);
	jsonw_close(j, '}');
}

static void result_json(struct explain_run *e, const char *text, const struct explain_result *r)
{
	struct jsonw *j = e->j;

	jsonw_open(j, '{');
	jsonw_kstr(j, "query", clean(e->mem, text, strlen(text)));
	jsonw_kbool(j, "cut", r->cut);
	jsonw_key(j, "found");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->n; i++)
		found_json(e, text, &r->hits[i]);
	jsonw_close(j, ']');
	jsonw_key(j, "rows");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->hits[i].nrows; k++)
			if (!shown(r, i, &r->hits[i].rows[k]))
				row_json(j, &r->hits[i].rows[k]);
	jsonw_close(j, ']');
	jsonw_close(j, '}');
}

/* A pasted text is told of in part, and whole in JSON: secrets are left out of it first, as out of a record.
 */
static void one_text(struct explain_run *e, const char *given)
{
	struct secret_count left_out = {0};
	const char *text = secret_clean(e->mem, given, &left_out);
	struct explain_result r = explain_text(e->x, e->mem, text, strlen(text));
	bool known = false;
	struct err err;

	if (e->j != NULL)
		result_json(e, text, &r);
	else
		result_text(e, text, &r);
	for (size_t i = 0; i < r.n; i++)
		known = known || r.hits[i].known;
	if (known)
		return;
	if (r.n != 0)
		err_set(&err, FAIL_NOT_FOUND, 0,
		        "the table does not know '%.60s'; here is what its parts mean", r.hits[0].code);
	else
		err_set(&err, FAIL_NOT_FOUND, 0,
		        "'%.60s' contains no known code; `casebook explain --list` shows all that "
		        "are",
		        text);
	(void)cli_fail(&err);
	e->rc = EXIT_INCONCLUSIVE;
}

static void whole_table(struct explain_run *e)
{
	const struct code_row *rows;
	size_t n = explain_all(e->mem, &rows);

	if (e->j == NULL) {
		for (size_t i = 0; i < n; i++)
			row_text(&e->out, &rows[i], NULL);
		return;
	}
	jsonw_open(e->j, '{');
	jsonw_kstr(e->j, "query", NULL);
	jsonw_kbool(e->j, "cut", false);
	jsonw_key(e->j, "found");
	jsonw_open(e->j, '[');
	jsonw_close(e->j, ']');
	jsonw_key(e->j, "rows");
	jsonw_open(e->j, '[');
	for (size_t i = 0; i < n; i++)
		row_json(e->j, &rows[i]);
	jsonw_close(e->j, ']');
	jsonw_close(e->j, '}');
}

/* What stdin holds, up to a little past the ceiling, so that a cut is told; UTF-16 as PowerShell writes it.
 */
static const char *read_stdin(struct arena *mem, struct err *err)
{
	size_t max = EXPLAIN_TEXT_MAX * 2 + 4;
	char *room = arena_room(mem, max + 1);
	size_t n = fread(room, 1, max, stdin);
	struct buf b;
	char *out;

	if (ferror(stdin)) {
		err_set(err, FAIL_IO, errno, "stdin could not be read: %s", strerror(errno));
		return NULL;
	}
	buf_init(&b, BUF_MAX_TEXT);
	if (n >= 2 && (((unsigned char)room[0] == 0xFF && (unsigned char)room[1] == 0xFE) ||
	               ((unsigned char)room[0] == 0xFE && (unsigned char)room[1] == 0xFF)))
		utf8_from_utf16(&b, room, n, true);
	else
		buf_put(&b, room, n);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\0')
			b.p[i] = ' ';
	out = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

static const char *join(struct arena *mem, char *const *args, size_t n)
{
	const char *text = args[0];

	for (size_t i = 1; i < n; i++)
		text = arena_fmt(mem, "%s %s", text, args[i]);
	return text;
}

static bool digits(const char *s, size_t max)
{
	size_t n = strlen(s);

	return n != 0 && n <= max && strspn(s, "0123456789") == n;
}

/* 404 2 1260 without quotes: how many arguments are one status. */
static size_t status_args(struct explain_run *e, char *const *args, size_t n)
{
	size_t k = 2;

	if (n < 2 || !digits(args[0], 3) || strlen(args[0]) != 3 ||
	    (args[0][0] != '4' && args[0][0] != '5') || !digits(args[1], 3))
		return 1;
	if (explain_row(e->x, "iis", arena_fmt(e->mem, "%s.%s", args[0], args[1])) == NULL &&
	    strcmp(args[1], "0") != 0)
		return 1;
	while (k < 4 && k < n && digits(args[k], 10))
		k++;
	return k;
}

/* "event 36", "Event ID: 31", "LogError 0x80190194" without quotes: a word and the code that it speaks of. */
static size_t word_args(struct explain_run *e, char *const *args, size_t n)
{
	static const char *const says[] = {"logerror", "error",  "code",      "hresult",
	                                   "result",   "status", "errorcode", "rc"};

	for (size_t k = 2; k <= 4 && k <= n; k++) {
		const char *text = join(e->mem, args, k);
		struct explain_result r = explain_text(e->x, e->mem, text, strlen(text));
		size_t last = strlen(text) - strlen(args[k - 1]);

		if (r.n == 0 || r.hits[r.n - 1].at + r.hits[r.n - 1].len < last)
			continue;
		if (r.hits[r.n - 1].at < last)
			return k;
		for (size_t i = 0; i < sizeof(says) / sizeof(says[0]) && k == 2; i++)
			if (strncasecmp(args[0], says[i], strlen(says[i])) == 0)
				return k;
	}
	return 1;
}

/* Each code of the command line, or all of it as one text when it is a sentence. */
static int gather(struct explain_run *e)
{
	char **args = e->c->args;
	size_t n = e->c->nargs, empty = 0;
	struct err err;

	e->texts = arena_array(e->mem, n + 1, sizeof(*e->texts));
	for (size_t i = 0, k; i < n; i += k) {
		const char *text = args[i];

		k = 1;
		if (strcmp(text, "-") == 0) {
			text = read_stdin(e->mem, &err);
			if (text == NULL)
				return cli_fail(&err);
		} else if (explain_text(e->x, e->mem, text, strlen(text)).n != 0) {
			k = status_args(e, args + i, n - i);
		} else {
			k = word_args(e, args + i, n - i);
			empty += k == 1;
		}
		e->texts[e->ntexts++] = k == 1 ? text : join(e->mem, args + i, k);
	}
	if (empty > 1 && n > 2) {
		e->texts[0] = join(e->mem, args, n);
		e->ntexts = 1;
	}
	return EXIT_DONE;
}

static int explain(struct explain_run *e)
{
	int wrote = gather(e);

	if (wrote != EXIT_DONE)
		return wrote;
	if (e->j != NULL) {
		jsonw_open(e->j, '{');
		jsonw_kint(e->j, "schema_version", 1);
		jsonw_key(e->j, "codes");
		jsonw_open(e->j, '[');
	}
	if (cli_flag(e->c, "list"))
		whole_table(e);
	for (size_t i = 0; i < e->ntexts; i++)
		one_text(e, e->texts[i]);
	if (e->j != NULL) {
		jsonw_close(e->j, ']');
		jsonw_close(e->j, '}');
		buf_char(&e->out, '\n');
	}
	wrote = cli_out(buf_cstr(&e->out), e->out.n);
	return wrote != EXIT_DONE ? wrote : e->rc;
}

static int run(struct cli *c)
{
	struct explain_run e = {.c = c, .rc = EXIT_DONE};
	struct jsonw j;
	int rc;

	if (c->nargs == 0 && !cli_flag(c, "list"))
		return cli_usage(c, "explain needs a code or a text, such as 500.0.1346, 0x80190194, "
		                    "\"failInfo 2\", or - for stdin");
	e.mem = arena_new();
	e.x = explain_new(e.mem);
	buf_init(&e.out, BUF_MAX_TEXT);
	jsonw_init(&j, &e.out);
	e.j = cli_flag(c, "json") ? &j : NULL;
	rc = explain(&e);
	buf_release(&e.out);
	arena_free(e.mem);
	return rc;
}

const struct command cmd_explain = {
        "explain",
        "CODE... | TEXT | - [--json]",
        "what an error code means, where it appears, what to do next",
        opts,
        run,
        "CODE is written as found: 500.0.1346, 404 2 1260, 403, 0x80190194, 80092013, -2146877422,\n"
        "2148204809, -1202, \"failInfo 2\", \"event 36\", \"ndes 31\", \"curl 60\", "
        "CERTSRV_E_TEMPLATE_DENIED,\n"
        "AppOffline, 22013. Several at once are explained in turn; a number alone gets every meaning that "
        "it\n"
        "has in this field, likeliest first. TEXT is a sentence, an event, lines of a log: every code in it "
        "is\n"
        "explained, its kind by what stands around it. - reads the text from stdin. A code that nobody "
        "knows\n"
        "is taken apart. (V) behind a source: read there; (K): general knowledge.\n"
        "Exit code 4: an argument contains no known code.",
};
