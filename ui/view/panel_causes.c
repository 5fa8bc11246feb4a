/* The differential: every cause of the flow, its state, and by what evidence. */
#include "panel.h"

#include <string.h>

#include <casebook/words.h>

static enum mark cause_mark(enum cause_state s)
{
	return s == CAUSE_SUPPORTED || s == CAUSE_CONTRADICTED ? MARK_WARN
	       : s == CAUSE_EXCLUDED                           ? MARK_OK
	                                                       : MARK_OPEN;
}

static const char *cause_word(enum cause_state s)
{
	return s == CAUSE_SUPPORTED      ? "supported"
	       : s == CAUSE_EXCLUDED     ? "excluded"
	       : s == CAUSE_CONTRADICTED ? "disputed"
	                                 : "open";
}

/* The cause, its state at the right end, the reason beneath; a narrow screen gives the
 * whole width to the cause and says the state with the reason. */
static void row(struct view *v, struct doc *d, const struct cause_row *c, const char *by)
{
	enum mark m = cause_mark(c->state);
	int lead = v->ascii ? 5 : 2, state = 9;
	bool sup = c->state == CAUSE_SUPPORTED, wide = d->width >= 60;

	doc_line(d);
	doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
	doc_tab(d, lead);
	if (wide) {
		doc_cell(d, d->width - lead - state - 1, sup ? ST_STRONG : ST_TEXT, c->cause->title);
		doc_tab(d, d->width - state);
		doc_add(d, sup ? ST_WARN : ST_DIM, cause_word(c->state));
	} else {
		doc_wrap(d, lead, lead, sup ? ST_STRONG : ST_TEXT, c->cause->title);
	}
	if (by[0] == '\0' && wide)
		return;
	doc_line(d);
	doc_wrap(d, lead + 2, lead + 2, ST_DIM,
	         wide ? by : arena_fmt(v->mem, "%s: %s", cause_word(c->state), by));
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	static const enum cause_state order[] = {CAUSE_SUPPORTED, CAUSE_CONTRADICTED, CAUSE_UNTESTED,
	                                         CAUSE_EXCLUDED};
	const struct diagnosis *g = diagnose(at->in->now);

	for (size_t k = 0; k < 4; k++) {
		bool any = false;

		for (size_t i = 0; i < g->nrows; i++) {
			if (g->rows[i].state != order[k])
				continue;
			if (!any)
				doc_blank(d);
			any = true;
			row(v, d, &g->rows[i], words_said(at->in->now, NULL, g->rows[i].by, v->mem));
		}
	}
	if (d->n == 0)
		doc_wrap(d, 0, 0, ST_DIM, "This flow names no causes.");
}

const struct panel panel_causes = {
        .name = "causes",
        .title = "Causes",
        .context = CX_READ,
        .key = KEY_CHAR('c'),
        .foot = "causes",
        .help = "the causes: which are open, excluded, supported, and why",
        .lines = lines,
};
