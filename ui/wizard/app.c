/* Which part gets the key, which view is drawn. */
#include "app.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void app_say(struct app *a, enum mark m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->message, sizeof(a->message), fmt, ap);
	va_end(ap);
	a->message_mark = m;
}

struct wish wish_intent(enum intent_kind kind)
{
	return (struct wish){.kind = WISH_INTENT, .intent = {.kind = kind, .by = BY_PERSON}};
}

static enum context page_context(const struct app *a)
{
	const struct field *f = item_field(a->page, a->pv.sel);

	if (f == NULL)
		return CX_PAGE;
	if (f->def->type == INPUT_CHOICE)
		return CX_CHOICE;
	return a->pv.editing ? CX_EDIT : CX_FIELD;
}

enum context app_context(const struct app *a)
{
	static const enum context of_panel[] = {
	        [PANEL_NONE] = CX_PAGE,   [PANEL_HELP] = CX_HELP,     [PANEL_CAUSES] = CX_CAUSES,
	        [PANEL_TRAIL] = CX_TRAIL, [PANEL_FILES] = CX_FILES,   [PANEL_PIECE] = CX_PIECE,
	        [PANEL_NOTE] = CX_NOTE,   [PANEL_EXPORT] = CX_EXPORT, [PANEL_REPORT] = CX_REPORT,
	        [PANEL_MAP] = CX_MAP,     [PANEL_EXPIRY] = CX_EXPIRY,
	};

	if (a->panel != PANEL_NONE)
		return of_panel[a->panel];
	if (a->page != NULL)
		return page_context(a);
	switch (a->prompt) {
	case PROMPT_FIND:
		return CX_FIND;
	case PROMPT_NAME:
		return CX_NAME;
	case PROMPT_DELETE:
		return CX_DELETE;
	case PROMPT_NONE:
		break;
	}
	return CX_START;
}

struct wish app_key(struct app *a, struct key k)
{
	enum context cx = app_context(a);
	enum action act = keymap_find(cx, k);

	if (k.kind == K_RESIZE)
		return (struct wish){.kind = WISH_NONE};
	a->message[0] = '\0';
	a->page_message_seen = true;
	if (act == ACT_REDRAW)
		return (struct wish){.kind = WISH_REDRAW};
	if (act == ACT_QUIT)
		return (struct wish){.kind = WISH_QUIT};
	if (act == ACT_HELP && a->panel != PANEL_HELP) {
		a->help_over = a->panel;
		a->help_for = cx;
		a->help = (struct scroll){0};
		a->panel = PANEL_HELP;
		return (struct wish){.kind = WISH_NONE};
	}
	if (a->panel != PANEL_NONE)
		return panel_action(a, act, k);
	if (a->page == NULL)
		return start_action(a, act, k);
	return cx == CX_PAGE ? page_action(a, act, k) : field_action(a, act, k);
}

/* ---- drawing ---- */

static unsigned what_there_is(const struct app *a)
{
	const struct page *p = a->page;
	const struct scroll *s = p != NULL ? &a->pv.read : &a->sv.scroll;
	unsigned have = 0;

	switch (a->panel) {
	case PANEL_HELP:
		s = &a->help;
		break;
	case PANEL_CAUSES:
		s = &a->causes;
		break;
	case PANEL_MAP:
		s = &a->map;
		break;
	case PANEL_EXPIRY:
		s = &a->expiry;
		break;
	case PANEL_PIECE:
		s = &a->piece;
		break;
	case PANEL_REPORT:
		s = &a->report_at;
		break;
	case PANEL_TRAIL:
		s = &a->trail_at;
		break;
	case PANEL_FILES:
		s = &a->files_at;
		break;
	case PANEL_NONE:
	case PANEL_NOTE:
	case PANEL_EXPORT:
		break;
	}
	have |= s->total > s->rows ? NEED_LONG : 0;
	if (p == NULL) {
		bool is_case = a->start != NULL && start_items(a->start) > 0 &&
		               start_item(a->start, a->sv.sel).row != NULL;

		return have | (is_case ? NEED_CASE : 0);
	}
	have |= p->busy ? NEED_BUSY : NEED_IDLE;
	have |= p->npicks > 0 ? NEED_PICKS : 0;
	have |= p->nticks > 0 ? NEED_TICKS : 0;
	have |= p->ntrail > 1 ? NEED_BACK : 0;
	for (size_t i = 0; i < p->nblocks; i++)
		have |= p->blocks[i].kind == BLOCK_CHECK ? NEED_CHECKS : 0;
	if (item_field(p, a->pv.sel) != NULL && item_field(p, a->pv.sel)->def->type == INPUT_FILE)
		have |= NEED_FILE;
	return have;
}

static const char *panel_name(enum panel p)
{
	static const char *const names[] = {
	        [PANEL_NONE] = "",       [PANEL_HELP] = "Help",           [PANEL_CAUSES] = "Causes",
	        [PANEL_TRAIL] = "Trail", [PANEL_FILES] = "Evidence",      [PANEL_PIECE] = "Evidence",
	        [PANEL_NOTE] = "Note",   [PANEL_EXPORT] = "Export",       [PANEL_REPORT] = "Report",
	        [PANEL_MAP] = "Map",     [PANEL_EXPIRY] = "Certificates",
	};

	return names[p];
}

static struct chrome chrome_of(const struct app *a, struct arena *mem)
{
	const struct page *p = a->page;
	struct chrome c = {.cx = app_context(a), .title = "casebook"};

	if (p != NULL) {
		c.title = p->case_title;
		c.status = p->status;
		c.status_mark = p->status_mark;
		c.side = a->panel == PANEL_NONE;
		c.corner = arena_fmt(mem, "step %u", p->step_number);
		if (!a->page_message_seen)
			c.message = p->message;
	} else if (a->start != NULL && a->start->loaded) {
		c.corner = arena_fmt(mem, "%zu open %s %zu closed", a->start->open + a->start->waiting,
		                     glyph(GL_DOT, a->ascii), a->start->closed);
	}
	if (a->panel != PANEL_NONE && p != NULL)
		c.title = arena_fmt(mem, "%s  %s", panel_name(a->panel), p->case_title);
	else if (a->panel != PANEL_NONE)
		c.title = panel_name(a->panel);
	if (a->message[0] != '\0') {
		c.message = a->message;
		c.message_mark = a->message_mark;
	}
	return c;
}

static void draw_panel(struct app *a, struct view *v)
{
	const struct record **rec;
	size_t n;

	switch (a->panel) {
	case PANEL_HELP:
		view_help(v, a->help_for, &a->help);
		break;
	case PANEL_CAUSES:
		view_causes(v, a->session->now.flow, diagnose(&a->session->now), &a->causes);
		break;
	case PANEL_TRAIL:
		view_trail(v, &a->session->now, &a->trail, &a->trail_at);
		break;
	case PANEL_MAP:
		view_map(v, &a->session->now, &a->map);
		break;
	case PANEL_EXPIRY:
		view_expiry(v, &a->session->now, &a->expiry);
		break;
	case PANEL_FILES:
		view_files(v, &a->session->now, &a->files, &a->files_at);
		break;
	case PANEL_PIECE:
		n = evidence_of(&a->session->cf, v->mem, &rec);
		if (a->files.sel < n)
			view_piece(v, &rec[a->files.sel]->u.evidence, &a->piece);
		break;
	case PANEL_NOTE:
		view_note(v, &a->typed);
		break;
	case PANEL_EXPORT:
		view_export(v, a->formats, &a->ev);
		break;
	case PANEL_REPORT:
		view_report(v, a->report, &a->report_at);
		break;
	case PANEL_NONE:
		break;
	}
}

static void draw_start(struct app *a, struct view *v)
{
	view_start(v, a->start, &a->sv);
	if (a->prompt == PROMPT_FIND)
		view_prompt(v, "Search", "words of a title, an answer, a note, a host, a file", &a->typed);
	if (a->prompt == PROMPT_NAME)
		view_prompt(v, "Title", "a ticket, a server, what is wrong; may stay empty", &a->typed);
}

void app_draw(struct app *a, struct frame *f, struct arena *mem)
{
	struct view v = {.f = f, .mem = mem, .ascii = a->ascii, .now_ms = a->now_ms};
	struct chrome c = chrome_of(a, mem);

	frame_clear(f);
	if (view_chrome(&v, &c)) {
		if (a->panel != PANEL_NONE) {
			draw_panel(a, &v);
		} else if (a->page != NULL) {
			view_side(&v, a->page);
			view_page(&v, a->page, &a->pv);
		} else {
			draw_start(a, &v);
		}
		c.have = what_there_is(a);
		view_footer(&v, &c);
	}
	if (a->ascii)
		frame_to_ascii(f);
}
