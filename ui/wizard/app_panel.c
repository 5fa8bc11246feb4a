/* The keys of what lies over a step: help, causes, trail, evidence, note, export. */
#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/report.h>

static void close_panel(struct app *a)
{
	if (a->panel == PANEL_HELP) {
		a->panel = a->help_over;
		a->help_over = PANEL_NONE;
	} else {
		a->panel = a->panel == PANEL_PIECE ? PANEL_FILES : PANEL_NONE;
	}
}

/* The name a report gets: number and format; the person may change it. */
static void name_file(struct app *a)
{
	const struct report_format *f = a->formats[a->ev.format.sel];
	char name[64];

	a->overwrite = false;
	if (a->ev.named) { /* only the ending follows the format */
		char *dot = strrchr(a->ev.file.text, '.');

		if (dot != NULL && strchr(dot, '/') == NULL) {
			a->ev.file.n = a->ev.file.at = (size_t)(dot - a->ev.file.text);
			*dot = '\0';
			edit_insert(&a->ev.file, f->ext, strlen(f->ext));
		}
		return;
	}
	if (a->session != NULL && a->session->cf.number != 0)
		snprintf(name, sizeof(name), "casebook-%u%s", a->session->cf.number, f->ext);
	else
		snprintf(name, sizeof(name), "casebook%s", f->ext);
	edit_set(&a->ev.file, name);
}

static void open_export(struct app *a)
{
	size_t n = 0;

	while (a->formats != NULL && a->formats[n] != NULL)
		n++;
	if (n == 0)
		return;
	a->panel = PANEL_EXPORT;
	a->ev.named = false;
	a->ev.folder = a->folder;
	if (a->ev.format.n == 0) /* the first time: what opens anywhere */
		for (size_t i = 0; i < n; i++)
			a->ev.format.sel = strcmp(a->formats[i]->name, "html") == 0 ? i : a->ev.format.sel;
	list_fit(&a->ev.format, n);
	name_file(a);
}

struct wish panel_open(struct app *a, enum action act)
{
	switch ((int)act) {
	case ACT_NOTE:
		a->panel = PANEL_NOTE;
		edit_set(&a->typed, NULL);
		break;
	case ACT_CAUSES:
		a->panel = PANEL_CAUSES;
		a->causes = (struct scroll){0};
		break;
	case ACT_TRAIL:
		a->panel = PANEL_TRAIL;
		a->trail = (struct list){0, a->session->now.npath > 0 ? a->session->now.npath - 1 : 0};
		break;
	case ACT_MAP:
		a->panel = PANEL_MAP;
		a->map = (struct scroll){0};
		break;
	case ACT_EXPIRY:
		a->panel = PANEL_EXPIRY;
		a->expiry = (struct scroll){0};
		break;
	case ACT_FILES:
		a->panel = PANEL_FILES;
		a->files = (struct list){0, a->session->cf.nlog}; /* the newest, once the list is fitted */
		break;
	case ACT_EXPORT:
		open_export(a);
		break;
	case ACT_REPORT:
		a->report_at = (struct scroll){0};
		return (struct wish){.kind = WISH_REPORT};
	default:
		break;
	}
	return (struct wish){.kind = WISH_NONE};
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

static struct wish go_there(struct app *a)
{
	const struct replay *r = &a->session->now;
	struct wish w = wish_intent(IN_GOTO);

	if (a->trail.sel + 1 >= r->npath) {
		app_say(a, MARK_NONE, "You are there.");
		return (struct wish){.kind = WISH_NONE};
	}
	w.intent.text = r->flow->nodes[r->path[a->trail.sel].node].id;
	a->panel = PANEL_NONE;
	return w;
}

static struct wish note_key(struct app *a, enum action act, struct key k)
{
	struct wish w = {.kind = WISH_NONE};

	if (act == ACT_NONE) {
		edit_key(&a->typed, k);
	} else if (act == ACT_ENTER) {
		a->panel = PANEL_NONE;
		if (a->typed.n > 0) {
			w = wish_intent(IN_NOTE);
			w.intent.text = a->typed.text;
		}
	} else if (act == ACT_CLOSE) {
		a->panel = PANEL_NONE;
	}
	return w;
}

static struct wish write_file(struct app *a)
{
	char *path = path_absolute(a->ev.file.text);
	struct wish w = {.kind = WISH_NONE};

	if (strspn(a->ev.file.text, " ") == a->ev.file.n) {
		app_say(a, MARK_WARN, "The file needs a name.");
	} else if (path_is_folder(path)) {
		app_say(a, MARK_WARN, "%s is a folder; add the name of a file.", path);
	} else if (path_exists(path) && !a->overwrite) {
		app_say(a, MARK_WARN, "%s exists. Enter again overwrites it.", path);
		a->overwrite = true;
	} else {
		snprintf(a->text, sizeof(a->text), "%s", path);
		w = (struct wish){.kind = WISH_EXPORT, .n = a->ev.format.sel, .text = a->text};
		a->panel = PANEL_NONE;
	}
	free(path);
	return w;
}

/* A name that ends as a format does chooses that format. */
static void format_of_name(struct app *a)
{
	for (size_t i = 0; i < a->ev.format.n; i++) {
		size_t n = strlen(a->formats[i]->ext);

		if (a->ev.file.n > n && strcmp(a->ev.file.text + a->ev.file.n - n, a->formats[i]->ext) == 0)
			a->ev.format.sel = i;
	}
}

static struct wish export_key(struct app *a, enum action act, struct key k)
{
	struct wish none = {.kind = WISH_NONE};

	switch ((int)act) {
	case ACT_UP:
	case ACT_DOWN:
		list_move(&a->ev.format, act == ACT_UP ? -1 : 1);
		name_file(a);
		return none;
	case ACT_ENTER:
		return write_file(a);
	case ACT_LEVEL:
		a->ev.level = (a->ev.level + 1) % 3;
		return none;
	case ACT_CLOSE:
		a->panel = PANEL_NONE;
		return none;
	default:
		if (edit_key(&a->ev.file, k)) {
			a->ev.named = true;
			a->overwrite = false;
			format_of_name(a);
		}
		return none;
	}
}

/* Where the text of a reading panel stands. */
static struct scroll *read_in(struct app *a)
{
	if (a->panel == PANEL_HELP)
		return &a->help;
	if (a->panel == PANEL_CAUSES)
		return &a->causes;
	if (a->panel == PANEL_MAP)
		return &a->map;
	if (a->panel == PANEL_EXPIRY)
		return &a->expiry;
	return a->panel == PANEL_REPORT ? &a->report_at : &a->piece;
}

struct wish panel_action(struct app *a, enum action act, struct key k)
{
	struct wish none = {.kind = WISH_NONE};

	switch (a->panel) {
	case PANEL_NOTE:
		return note_key(a, act, k);
	case PANEL_EXPORT:
		return export_key(a, act, k);
	case PANEL_HELP:
	case PANEL_CAUSES:
	case PANEL_TRAIL:
	case PANEL_MAP:
	case PANEL_EXPIRY:
	case PANEL_FILES:
	case PANEL_PIECE:
	case PANEL_REPORT:
	case PANEL_NONE:
		break;
	}
	if (a->panel == PANEL_REPORT && act == ACT_EXPORT)
		return panel_open(a, act);
	if (act == ACT_CLOSE || act == ACT_HELP) {
		close_panel(a);
		return none;
	}
	if (a->panel == PANEL_TRAIL && act == ACT_ENTER)
		return go_there(a);
	if (a->panel == PANEL_FILES && act == ACT_ENTER && a->files.n > 0) {
		a->panel = PANEL_PIECE;
		a->piece = (struct scroll){0};
		return none;
	}
	if (a->panel == PANEL_TRAIL)
		choosing(&a->trail, &a->trail_at, act);
	else if (a->panel == PANEL_FILES)
		choosing(&a->files, &a->files_at, act);
	else
		reading(read_in(a), act);
	return none;
}
