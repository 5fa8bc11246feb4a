/* One piece of evidence, down to the very lines of the file that its facts rest on. */
#include "case_text.h"
#include "panel.h"

#include <inttypes.h>
#include <string.h>

#include <casebook/clock.h>

static void row(struct doc *d, const char *label, enum style style, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	doc_line(d);
	doc_cell(d, 10, ST_DIM, label);
	doc_add(d, ST_TEXT, "  ");
	doc_wrap(d, 12, 12, style, text);
}

static void head(struct view *v, struct doc *d, const struct evidence *e)
{
	char iso[CLOCK_TEXT];

	row(d, "Target", ST_TEXT, e->target);
	row(d, "Outcome", ST_TEXT, evidence_outcome_name(e->outcome));
	row(d, "Why", ST_TEXT, e->why);
	row(d, "When", ST_TEXT,
	    arena_fmt(v->mem, "%s, took %s", clock_iso(e->started_ms - e->started_ms % 1000, iso),
	              took_text(v->mem, e->took_ms)));
	if (e->host != NULL)
		row(d, "From", ST_TEXT,
		    arena_fmt(v->mem, "%s%s%s, %s%s", e->host, e->network != NULL ? ", " : "",
		              e->network != NULL ? arena_fmt(v->mem, "%s the server's network", e->network)
		                                 : "",
		              e->proxy != NULL ? "proxy " : "no proxy", e->proxy != NULL ? e->proxy : ""));
	row(d, "SHA-256", ST_DIM, e->sha256);
}

static void pin_lines(struct view *v, struct doc *d, const struct pin *p)
{
	char iso[CLOCK_TEXT];
	const char *file = p->file != NULL ? strrchr(p->file, '/') : NULL;

	file = file != NULL ? file + 1 : p->file;
	doc_line(d);
	doc_tab(d, 4);
	if (file != NULL)
		doc_add(d, ST_CODE, text_middle(v->mem, file, 30, v->ascii));
	if (p->line != 0)
		doc_add(d, ST_TEXT, arena_fmt(v->mem, "%s line %" PRIu64, file != NULL ? "," : "", p->line));
	if (p->at_ms != PIN_NO_TIME) {
		doc_add(d, ST_TEXT, "  ");
		doc_add(d, ST_DIM, clock_iso(p->at_ms, iso) != NULL ? arena_strdup(v->mem, iso) : "");
	}
	if (p->text != NULL) {
		doc_line(d);
		doc_wrap(d, 4, 4, ST_PIN, p->text);
	}
}

static void fact_lines(struct view *v, struct doc *d, const struct evidence *e)
{
	for (size_t i = 0; i < e->nfacts; i++) {
		struct buf b;
		int cols = d->width >= 60 ? 24 : 16;

		buf_init(&b, CASE_MAX_TEXT);
		value_text(&b, &e->facts[i].value);
		doc_line(d);
		doc_tab(d, 2);
		doc_cell(d, cols, ST_STRONG, e->facts[i].key);
		doc_add(d, ST_TEXT, "  ");
		doc_wrap(d, 4 + cols, 4 + cols, e->facts[i].value.type == VAL_NULL ? ST_DIM : ST_TEXT,
		         arena_strdup(v->mem, buf_cstr(&b)));
		buf_release(&b);
		for (size_t k = 0; k < e->npins; k++)
			if (e->pins[k].fact != NULL && strcmp(e->pins[k].fact, e->facts[i].key) == 0)
				pin_lines(v, d, &e->pins[k]);
	}
}

static void loose_pins(struct view *v, struct doc *d, const struct evidence *e)
{
	bool any = false;

	for (size_t k = 0; k < e->npins; k++) {
		bool tied = false;

		for (size_t i = 0; i < e->nfacts; i++)
			tied = tied ||
			       (e->pins[k].fact != NULL && strcmp(e->pins[k].fact, e->facts[i].key) == 0);
		if (tied)
			continue;
		if (!any) {
			doc_blank(d);
			doc_line(d);
			doc_add(d, ST_ACCENT, "Lines");
		}
		any = true;
		pin_lines(v, d, &e->pins[k]);
	}
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct record **rec;
	size_t n = evidence_of(at->in->now->cf, v->mem, &rec);
	const struct evidence *e;

	if (at->own->n >= n)
		return;
	e = &rec[at->own->n]->u.evidence;
	head(v, d, e);
	if (e->nfacts > 0) {
		doc_blank(d);
		doc_line(d);
		doc_add(d, ST_ACCENT, "Facts");
		fact_lines(v, d, e);
	}
	loose_pins(v, d, e);
	if (e->by_hand != NULL) {
		doc_blank(d);
		doc_line(d);
		doc_add(d, ST_ACCENT, "The same by hand");
		doc_lines(d, 2, 4, ST_CODE, e->by_hand);
	}
}

const struct panel panel_piece = {
        .name = "piece",
        .title = "Evidence",
        .heading = "A piece of evidence",
        .context = CX_READ,
        .over = true,
        .lines = lines,
};
