/* The list of what was measured, the newest last. */
#include "case_text.h"
#include "panel.h"

#include <inttypes.h>
#include <string.h>

#include <casebook/clock.h>

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

static const char *probe_title(const struct flow *flow, const struct evidence *e)
{
	const struct probe *p = e->probe != NULL && flow != NULL ? flow_probe(flow, e->probe) : NULL;

	return p != NULL ? p->title : e->probe != NULL ? e->probe : "?";
}

static void piece_line(struct view *v, struct doc *d, const struct replay *now, const struct record *r,
                       bool sel)
{
	const struct evidence *e = &r->u.evidence;
	bool old = now->retracted != NULL && now->retracted[r->pos - 1];
	enum mark m = old ? MARK_OPEN : outcome_mark(e->outcome);
	int begin = v->plain ? 5 : 2, lead = begin + (v->ascii ? 5 : 2);
	int name = d->width >= 100 ? 28 : d->width >= 60 ? 22 : 14;
	int tail = d->width >= 70 ? 22 : d->width >= 50 ? 11 : 0;
	int target = d->width - lead - name - 1 - tail;

	doc_line(d);
	if (v->plain)
		doc_add(d, ST_DIM, arena_fmt(v->mem, "%3d", d->item + 1));
	else
		doc_add(d, ST_SELECTED, sel ? glyph(GL_POINTER, v->ascii) : " ");
	doc_tab(d, begin);
	doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
	doc_tab(d, lead);
	doc_cell(d, name, sel ? ST_SELECTED : old ? ST_DIM : ST_TEXT, probe_title(now->flow, e));
	doc_add(d, ST_TEXT, " ");
	if (target > 6)
		doc_cell(d, target - 1, old ? ST_DIM : ST_TEXT,
		         text_middle(v->mem, e->target != NULL ? e->target : "", target - 2, v->ascii));
	doc_tab(d, d->width - tail);
	if (tail > 0)
		doc_cell(d, 11, ST_DIM, clock_of(v, r->at_ms));
	if (tail > 11)
		doc_right(d, ST_DIM, took_text(v->mem, e->took_ms));
	if ((sel || v->plain) && e->why != NULL) {
		doc_line(d);
		doc_wrap(d, lead + 2, lead + 2, ST_DIM, e->why);
	}
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct replay *r = at->in->now;
	const struct record **rec;
	size_t n = evidence_of(r->cf, v->mem, &rec);

	list_fit(&at->own->list, n);
	for (size_t i = 0; i < n; i++) {
		d->item = (int)i;
		piece_line(v, d, r, rec[i], at->own->list.sel == i);
	}
	if (n == 0)
		doc_wrap(d, 0, 0, ST_DIM, "Nothing was measured yet.");
}

static struct wish look_at(struct panel_at *at, const char *text)
{
	(void)text;
	if (at->own->list.n == 0)
		return (struct wish){.kind = WISH_NONE};
	return (struct wish){.kind = WISH_PANEL, .panel = &panel_piece, .n = at->own->list.sel};
}

static const struct binding keys[] = {
        {.key = KEY(K_ENTER),
         .act = ACT_ENTER,
         .foot = "look at it",
         .help = "show the chosen piece of evidence"},
        {.act = ACT_NONE},
};

const struct panel panel_files = {
        .name = "files",
        .title = "Evidence",
        .context = CX_LIST,
        .key = KEY_CHAR('f'),
        .foot = "evidence",
        .help = "what was measured, down to the very line of a log",
        .keys = keys,
        .open = panel_open_last,
        .lines = lines,
        .take = look_at,
};
