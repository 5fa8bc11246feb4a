/* The panels over a step: which are open, and the keys that all of them share. */
#include "app.h"

#include <stdio.h>
#include <stdlib.h>

const struct panel *app_panel(const struct app *a)
{
	return a->nopen > 0 ? a->open[a->nopen - 1] : NULL;
}

struct panel_at panel_at(struct app *a)
{
	const struct panel *p = app_panel(a);

	a->in.now = a->session != NULL ? session_now(a->session) : NULL;
	return (struct panel_at){
	        .panel = p, .in = &a->in, .own = &a->own[panel_index(p)], .typed = &a->typed};
}

void panels_close(struct app *a)
{
	a->nopen = 0;
}

static void close_panel(struct app *a)
{
	a->nopen = app_panel(a)->over ? a->nopen - 1 : 0;
}

static struct wish carry_out(struct app *a, struct wish w);

struct wish panel_show(struct app *a, const struct panel *p, bool over)
{
	struct panel_at at;

	a->nopen = over && a->nopen < PANEL_DEPTH ? a->nopen : 0;
	a->open[a->nopen++] = p;
	a->overwrite = false;
	at = panel_at(a);
	return carry_out(a, panel_begin(&at));
}

static void reading(struct scroll *s, enum action act)
{
	int page = s->rows > 2 ? (int)s->rows - 1 : 1;

	switch ((int)act) {
	case ACT_UP:
		s->top = scroll_by(s->top, s->rows, s->total, -1);
		break;
	case ACT_DOWN:
		s->top = scroll_by(s->top, s->rows, s->total, 1);
		break;
	case ACT_PGUP:
		s->top = scroll_by(s->top, s->rows, s->total, -page);
		break;
	case ACT_PGDN:
		s->top = scroll_by(s->top, s->rows, s->total, page);
		break;
	case ACT_HOME:
		s->top = 0;
		break;
	case ACT_END:
		s->top = s->total;
		break;
	case ACT_NEXT:
		s->top = s->after;
		break;
	case ACT_PREV:
		s->top = s->before;
		break;
	default:
		break;
	}
}

static void choosing(struct list *l, const struct scroll *s, enum action act)
{
	int page = s->rows > 2 ? (int)s->rows - 1 : 1;

	switch ((int)act) {
	case ACT_UP:
		list_move(l, -1);
		break;
	case ACT_DOWN:
		list_move(l, 1);
		break;
	case ACT_PGUP:
		list_move(l, -page);
		break;
	case ACT_PGDN:
		list_move(l, page);
		break;
	case ACT_HOME:
		l->sel = 0;
		break;
	case ACT_END:
		list_move(l, (int)l->n);
		break;
	default:
		break;
	}
}

/* A report is not written over what is there, or into nowhere, without a word. */
static struct wish write_file(struct app *a, struct wish w)
{
	char *path = path_absolute(w.text);

	w.kind = WISH_NONE;
	if (path_is_folder(path)) {
		app_say(a, MARK_WARN, "%s is a folder; add the name of a file.", path);
	} else if (path_exists(path) && !a->overwrite) {
		app_say(a, MARK_WARN, "%s exists. Enter again overwrites it.", path);
		a->overwrite = true;
	} else {
		snprintf(a->text, sizeof(a->text), "%s", path);
		w = (struct wish){.kind = WISH_EXPORT, .n = w.n, .text = a->text};
		panels_close(a);
	}
	free(path);
	return w;
}

/* What a panel asks for: here what concerns panels, the rest goes on to the loop. */
static struct wish carry_out(struct app *a, struct wish w)
{
	switch ((int)w.kind) {
	case WISH_PANEL:
		a->own[panel_index(w.panel)].n = w.n;
		return panel_show(a, w.panel, w.panel->over);
	case WISH_SAY:
		app_say(a, w.mark, "%s", w.text);
		break;
	case WISH_EXPORT:
		return write_file(a, w);
	case WISH_INTENT:
		panels_close(a);
		return w;
	case WISH_CLOSE:
		close_panel(a);
		break;
	default:
		return w;
	}
	return (struct wish){.kind = WISH_NONE};
}

struct wish panel_action(struct app *a, const struct binding *b, struct key k)
{
	struct panel_at at = panel_at(a);
	const struct panel *p = at.panel;
	enum action act = b->act;
	size_t level = at.own->n;

	if (act == ACT_CLOSE || act == ACT_HELP)
		close_panel(a);
	else if (act == ACT_OPEN)
		return panel_show(a, b->panel, b->panel->over);
	else if (act == ACT_ENTER && p->take != NULL)
		return carry_out(a, p->take(&at, a->typed.text));
	else if (p->act != NULL && p->act(&at, act, k))
		a->overwrite = false;
	else if ((p->context & CX_READ) != 0 && search_key(a, act))
		; /* done */
	else if ((p->context & CX_TYPE) != 0)
		edit_key(&a->typed, k);
	else if ((p->context & CX_LIST) != 0)
		choosing(&at.own->list, &at.own->scroll, act);
	else
		reading(&at.own->scroll, act);
	/* Another degree of redaction: the preview again.  Another line: what stands around it. */
	if (p == &panel_lines && at.own->n != level)
		return carry_out(a, panel_begin(&at));
	return (struct wish){.kind = p == &panel_export && at.own->n != level ? WISH_REPORT : WISH_NONE};
}
