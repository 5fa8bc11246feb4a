/*
 * Evidence: the list of what was measured, and one piece of it down to the very
 * lines of the file that its facts rest on.
 */
#include "view.h"

#include <inttypes.h>
#include <string.h>

#include <casebook/clock.h>

size_t evidence_of(const struct casefile *cf, struct arena *mem, const struct record ***out)
{
	size_t n = 0;

	*out = arena_array(mem, cf->nlog + 1, sizeof(**out));
	for (size_t i = 0; i < cf->nlog; i++)
		if (cf->log[i].kind == REC_EVIDENCE)
			(*out)[n++] = &cf->log[i];
	return n;
}

static enum mark outcome_mark(enum evidence_outcome o)
{
	switch (o) {
	case EV_MEASURED:
		return MARK_OK;
	case EV_CANCELLED:
		return MARK_OPEN;
	case EV_UNREACHED:
	case EV_TIMEOUT:
	case EV_CRASHED:
	case EV_UNREADABLE:
	case EV__MAX:
		break;
	}
	return MARK_WARN;
}

static const char *clock_of(struct view *v, int64_t ms)
{
	char iso[CLOCK_TEXT];

	return arena_fmt(v->mem, "%.8sZ", clock_iso(ms - ms % 1000, iso) + 11);
}

static const char *took(struct view *v, uint32_t ms)
{
	if (ms < 10000)
		return arena_fmt(v->mem, "%" PRIu32 " ms", ms);
	return arena_fmt(v->mem, "%" PRIu32 " s", ms / 1000);
}

static const char *probe_title(const struct evidence *e)
{
	return e->probe != NULL ? e->probe : "?";
}

static void piece_line(struct view *v, struct doc *d, const struct record *r, bool old, bool sel)
{
	const struct evidence *e = &r->u.evidence;
	enum mark m = old ? MARK_OPEN : outcome_mark(e->outcome);
	int name = d->width >= 60 ? 18 : 14, lead = v->ascii ? 7 : 4;
	int tail = d->width >= 70 ? 22 : d->width >= 50 ? 11 : 0;
	int target = d->width - lead - name - 1 - tail;

	doc_line(d);
	doc_add(d, ST_SELECTED, sel ? glyph(GL_POINTER, v->ascii) : " ");
	doc_tab(d, 2);
	doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
	doc_tab(d, lead);
	doc_cell(d, name, sel ? ST_SELECTED : old ? ST_DIM : ST_TEXT, probe_title(e));
	doc_add(d, ST_TEXT, " ");
	if (target > 6)
		doc_cell(d, target - 1, old ? ST_DIM : ST_TEXT,
		         text_middle(v->mem, e->target != NULL ? e->target : "", target - 2, v->ascii));
	doc_tab(d, d->width - tail);
	if (tail > 0)
		doc_cell(d, 11, ST_DIM, clock_of(v, r->at_ms));
	if (tail > 11)
		doc_right(d, ST_DIM, took(v, e->took_ms));
	if (sel && e->why != NULL) {
		doc_line(d);
		doc_wrap(d, lead + 2, lead + 2, ST_DIM, e->why);
	}
}

void view_files(struct view *v, const struct replay *r, struct list *l, struct scroll *s)
{
	const struct record **rec;
	size_t n = evidence_of(r->cf, v->mem, &rec);
	struct doc d;

	list_fit(l, n);
	doc_init(&d, v->mem, v->l.main.cols);
	for (size_t i = 0; i < n; i++) {
		d.item = (int)i;
		piece_line(v, &d, rec[i], r->retracted != NULL && r->retracted[rec[i]->pos - 1], l->sel == i);
	}
	if (n == 0)
		doc_wrap(&d, 0, 0, ST_DIM, "Nothing was measured yet.");
	view_choose(v, &d, v->l.main, s, (int)l->sel);
}

/* ---- one piece ---- */

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
	              took(v, e->took_ms)));
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

void view_piece(struct view *v, const struct evidence *e, struct scroll *s)
{
	struct doc d;

	doc_init(&d, v->mem, v->l.main.cols);
	head(v, &d, e);
	if (e->nfacts > 0) {
		doc_blank(&d);
		doc_line(&d);
		doc_add(&d, ST_ACCENT, "Facts");
		fact_lines(v, &d, e);
	}
	loose_pins(v, &d, e);
	if (e->by_hand != NULL) {
		doc_blank(&d);
		doc_line(&d);
		doc_add(&d, ST_ACCENT, "The same by hand");
		doc_lines(&d, 2, 4, ST_CODE, e->by_hand);
	}
	view_scroll(v, &d, v->l.main, s);
}
