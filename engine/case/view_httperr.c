/* What HTTPERR answers: what HTTP.sys refused of SCEP around the time in question. */
#include "view.h"

#include <string.h>

static bool is_of(const struct hearing *h, const struct heard *r)
{
	return strcmp(r->row->kind, "refusal") == 0 && r->server != HEARD_NOT &&
	       in_window(h->q, WINDOW_REQUEST, r);
}

/* Entries for SCEP are the server's own, whoever it is. */
static enum strength of_scep(const struct heard *r)
{
	return r->server == HEARD_UNNAMED ? HEARD_OURS : r->server;
}

/* A map of counts by a text of the rows; known when something was refused or the log covers the time. */
static void by_text(const struct hearing *h, const char *key, struct seen *out)
{
	struct value_builder b;
	enum strength s = HEARD_UNNAMED;

	vb_init(&b, h->r->mem);
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_of(h, r) || row_text(r->row, key) == NULL)
			continue;
		count_more(&b, row_text(r->row, key), r->row->n);
		seen_by(out, r, value_bool(true), of_scep(r));
	}
	if (b.n == 0 && !covers(h, WINDOW_REQUEST, NULL, false, 5 * 60000, &s))
		return;
	if (b.n == 0)
		*out = (struct seen){.strength = s, .at_ms = h->q->at_ms, .from = h->src[0]};
	out->value = vb_map(&b);
}

static void scep_reasons(const struct hearing *h, struct seen *out)
{
	by_text(h, "reason", out);
}

static void scep_classes(const struct hearing *h, struct seen *out)
{
	by_text(h, "class", out);
}

static void last_reason(const struct hearing *h, struct seen *out)
{
	for (size_t i = 0; i < h->n; i++)
		if (is_of(h, &h->rows[i]) && row_text(h->rows[i].row, "reason") != NULL)
			seen_by(out, &h->rows[i], value_str(row_text(h->rows[i].row, "reason")),
			        of_scep(&h->rows[i]));
}

static void near_attempt(const struct hearing *h, struct seen *out)
{
	enum strength s = HEARD_UNNAMED;
	int64_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		if (!is_of(h, &h->rows[i]))
			continue;
		n += h->rows[i].row->n;
		seen_by(out, &h->rows[i], value_int(1), of_scep(&h->rows[i]));
	}
	if (n == 0 && !covers(h, WINDOW_REQUEST, NULL, false, 5 * 60000, &s))
		return;
	if (n == 0)
		*out = (struct seen){.strength = s, .at_ms = h->q->at_ms, .from = h->src[0]};
	out->value = value_int(n);
}

static void covers_attempt(const struct hearing *h, struct seen *out)
{
	covers_question(h, WINDOW_REQUEST, NULL, false, 0, out);
}

const struct view httperr_views[] = {
        {"scep_reasons", scep_reasons},
        {"scep_classes", scep_classes},
        {"last_scep_reason", last_reason},
        {"near_attempt", near_attempt},
        {"scep_records", near_attempt},
        {"covers_attempt", covers_attempt},
        {NULL, NULL},
};
