/* The errors and warnings that a file of events holds, each once with its meaning and that of its code.
 * Decides nothing. */
#include "analyze_seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Whose the number of a row's event is: by the row's kind, as engine/probe/windows/win_rows.c names it. */
static const struct {
	const char *kind, *dialect;
} kinds[] = {
        {"crash", "event:app"},
        {"ndes_failed", "event:ndes"},
        {"ndes_password", "event:ndes"},
        {"ndes_submit", "event:ndes"},
        {"ndes_message", "event:ndes"},
        {"pool_disabled", "event:was"},
        {"pool_identity", "event:was"},
        {"worker_failed", "event:w"},
        {"capi2", "event:capi2"},
        {"connector", "event:connector"},
        {"old_connector", "event:connector"},
        {"ca_denied", "event:ca"},
        {"device_failed", "event:device"},
};

/* Text exports say their levels in words: these are no errors at any level. */
static bool is_news(const struct code_row *row)
{
	static const char *const news[] = {
	        "event:device 36",  "event:device 37",  "event:device 38",      "event:device 39",
	        "event:device 70",  "event:device 75",  "event:device 200",     "event:device 208",
	        "event:device 209", "event:device 256", "event:device 306",     "event:device 813",
	        "event:device 814", "event:ca 26",      "event:was 5074",       "event:was 5186",
	        "event:http 15300", "event:http 15301", "event:schannel 36880", "event:certenroll 19",
	};

	for (size_t i = 0; row != NULL && i < sizeof(news) / sizeof(news[0]); i++)
		if (strncmp(news[i], row->dialect, strlen(row->dialect)) == 0 &&
		    strcmp(news[i] + strlen(row->dialect) + 1, row->code) == 0)
			return true;
	return false;
}

/* NDES says with 1 and 3 that it runs; a connector says each success too. */
static bool is_bad(const char *kind, const struct code_row *row)
{
	if (strcmp(kind, "connector") == 0 || strcmp(kind, "old_connector") == 0)
		return row == NULL || strstr(row->name, "fail") != NULL ||
		       strstr(row->name, "refused") != NULL || strstr(row->name, "not ") != NULL;
	if (strcmp(kind, "ndes_message") == 0)
		return row == NULL || (strcmp(row->code, "1") != 0 && strcmp(row->code, "3") != 0);
	return !is_news(row);
}

static const struct code_row *event_row(const struct explain *x, struct arena *mem, const struct evrow *r,
                                        const char *code, const char **dialect)
{
	const char *source = value_find_str(&r->data, "source");

	*dialect = NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, r->kind) == 0)
			*dialect = kinds[i].dialect;
	if (*dialect != NULL && strcmp(*dialect, "event:w") == 0)
		*dialect = explain_row(x, "event:was", code) != NULL ? "event:was" : "event:w3wp";
	if (*dialect != NULL && strcmp(*dialect, "event:device") == 0 &&
	    explain_row(x, *dialect, code) == NULL)
		*dialect = "event:certenroll";
	if (*dialect == NULL && source != NULL) {
		const char *text = arena_fmt(mem, "%s %s", source, code);
		struct explain_result r2 = explain_text(x, mem, text, strlen(text));

		if (r2.n != 0 && strncmp(r2.hits[0].dialect, "event:", 6) == 0)
			*dialect = r2.hits[0].dialect;
	}
	return *dialect != NULL ? explain_row(x, *dialect, code) : NULL;
}

/* The code of a row, or of the line that a pin quotes: words stand for codes as well. */
static void code_of(const struct explain *x, struct arena *mem, const struct evidence *e,
                    const struct evrow *r, struct seen *out)
{
	const char *code = value_find_str(&r->data, "code");
	struct explain_result c = {.n = 0};

	if (code != NULL)
		c = explain_text(x, mem, code, strlen(code));
	for (size_t i = 0; c.n == 0 && i < e->npins; i++)
		if (e->pins[i].line == r->line && r->line != 0)
			c = explain_text(x, mem, e->pins[i].text, strlen(e->pins[i].text));
	for (size_t i = 0; i < c.n; i++) {
		if (strncmp(c.hits[i].dialect, "event:", 6) == 0)
			continue;
		out->code = c.hits[i].code;
		out->code_name = c.hits[i].rows[0].name;
		out->code_meaning = c.hits[i].meaning;
		return;
	}
	out->code = code;
}

static bool same(const struct seen *a, const struct seen *b)
{
	return strcmp(a->dialect, b->dialect) == 0 && strcmp(a->event, b->event) == 0 &&
	       strcmp(a->code != NULL ? a->code : "", b->code != NULL ? b->code : "") == 0;
}

static void add(struct seen *list, size_t *n, size_t max, const struct seen *s)
{
	for (size_t i = 0; i < *n; i++) {
		struct seen *old = &list[i];

		if (!same(old, s))
			continue;
		old->times += s->times;
		if (s->last_ms > old->last_ms) {
			old->last_ms = s->last_ms;
			old->line = s->line;
		}
		if (s->first_ms < old->first_ms)
			old->first_ms = s->first_ms;
		return;
	}
	if (*n < max)
		list[(*n)++] = *s;
}

static int newest(const void *a, const void *b)
{
	const struct seen *p = a, *q = b;

	if (p->last_ms != q->last_ms)
		return p->last_ms > q->last_ms ? -1 : 1;
	return p->line < q->line ? -1 : p->line > q->line;
}

size_t analyze_seen(const struct explain *x, struct arena *mem, const struct evidence *e, struct seen *list,
                    size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < e->nrows; i++) {
		const struct evrow *r = &e->rows[i];
		const struct value *event = value_find(&r->data, "event");
		struct seen s = {
		        .times = r->n, .first_ms = r->first_ms, .last_ms = r->last_ms, .line = r->line};
		const struct code_row *row;

		if (event == NULL || event->type != VAL_INT)
			continue;
		s.event = arena_fmt(mem, "%lld", (long long)event->u.i);
		row = event_row(x, mem, r, s.event, &s.dialect);
		if (s.dialect == NULL || !is_bad(r->kind, row))
			continue;
		s.name = row != NULL ? row->name : "-";
		s.meaning = row != NULL ? row->meaning : "-";
		code_of(x, mem, e, r, &s);
		add(list, &n, max, &s);
	}
	qsort(list, n, sizeof(*list), newest);
	return n;
}
