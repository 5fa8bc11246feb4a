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

static enum context page_context(const struct app *a)
{
	const struct field *f = item_field(a->page, a->pv.sel);

	if (f == NULL)
		return CX_PAGE;
	if (f->def->type == INPUT_CHOICE)
		return CX_CHOICE;
	return a->pv.editing ? CX_EDIT : CX_FIELD;
}

struct place app_place(const struct app *a)
{
	static const enum context of_prompt[] = {
	        [PROMPT_NONE] = CX_START, [PROMPT_FIND] = CX_FIND, [PROMPT_DELETE] = CX_DELETE};
	const struct panel *p = app_panel(a);

	if (a->commanding)
		return (struct place){CX_COMMAND, NULL};
	if (p != NULL && a->searching)
		return (struct place){CX_SEEK, NULL};
	if (p != NULL)
		return (struct place){p->context, p};
	return (struct place){a->page != NULL ? page_context(a) : of_prompt[a->prompt], NULL};
}

/* A key that means nothing here says so, and where it does. */
static void say_no_key(struct app *a, struct place at, struct key k)
{
	char name[24];
	struct place p;

	if (k.pasted || k.kind == K_NONE || (at.cx & CX_TYPING) != 0 ||
	    (at.cx == CX_FIELD && k.kind == K_CHAR))
		return;
	key_label(k, name);
	for (size_t i = 0; place_nth(i, &p); i++) {
		struct binding b = keymap_find(p, k);

		if (b.act != ACT_NONE && b.help != NULL && (p.cx & CX_TYPING) == 0) {
			app_say(a, MARK_NONE, "%s: %s. That works elsewhere (%s).", name, b.help,
			        place_title(p));
			return;
		}
	}
	app_say(a, MARK_NONE, "%s means nothing here; ? shows the keys.", name);
}

struct wish app_key(struct app *a, struct key k)
{
	struct place at = app_place(a);
	struct binding b = keymap_find(at, k);

	if (k.kind == K_RESIZE || k.kind == K_NONE)
		return (struct wish){.kind = WISH_NONE};
	if (k.kind == K_CLICK || k.kind == K_WHEEL_UP || k.kind == K_WHEEL_DOWN)
		return app_mouse(a, k);
	a->message[0] = '\0';
	a->said_busy = false;
	a->page_message_seen = true;
	a->copied = a->copied && b.act == ACT_COPY;
	if (b.act == ACT_NONE)
		say_no_key(a, at, k);
	if (b.act == ACT_REDRAW)
		return (struct wish){.kind = WISH_REDRAW};
	if (b.act == ACT_QUIT)
		return (struct wish){.kind = WISH_QUIT};
	if (b.act == ACT_HELP && at.panel != &panel_help) {
		a->in.from = at;
		return panel_show(a, &panel_help, true);
	}
	if (a->commanding)
		return command_action(a, b.act, k);
	if (a->searching)
		return search_action(a, b.act, k);
	if (at.panel != NULL)
		return panel_action(a, &b, k);
	if (b.act == ACT_OPEN)
		return panel_show(a, b.panel, false);
	if (a->page == NULL)
		return start_action(a, b.act, k);
	if (k.pasted && at.cx != CX_EDIT && field_paste(a, k))
		return (struct wish){.kind = WISH_NONE};
	return at.cx == CX_PAGE ? page_action(a, b.act, k) : field_action(a, b.act, k);
}

/* ---- drawing ---- */

static unsigned what_there_is(const struct app *a)
{
	const struct page *p = a->page;
	const struct panel *panel = app_panel(a);
	const struct scroll *s = panel != NULL ? &a->own[panel_index(panel)].scroll
	                         : p != NULL   ? &a->pv.read
	                                       : &a->sv.scroll;
	unsigned have = 0;

	have |= s->total > s->rows ? NEED_LONG : 0;
	if (p == NULL) {
		bool is_case = a->start != NULL && start_items(a->start) > 0 &&
		               start_item(a->start, a->sv.sel).row != NULL;

		return have | (is_case ? NEED_CASE : 0);
	}
	have |= p->busy ? NEED_BUSY : NEED_IDLE;
	have |= p->npicks > 0 ? NEED_PICKS : 0;
	have |= p->copy != NULL ? NEED_COPY : 0;
	have |= p->script != NULL ? NEED_SCRIPT : 0;
	have |= item_tick(p, a->pv.sel) != NULL ? NEED_TICK : 0;
	have |= p->ntrail > 1 ? NEED_BACK : 0;
	for (size_t i = 0; i < p->nblocks; i++)
		have |= p->blocks[i].kind == BLOCK_CHECK ? NEED_CHECKS : 0;
	if (item_field(p, a->pv.sel) != NULL && item_field(p, a->pv.sel)->def->type == INPUT_FILE)
		have |= NEED_FILE;
	return have;
}

/* "Case ▸Checks  Files  Fix  Proof": how far, which promises nothing false. */
static const char *stations(const struct app *a, struct arena *mem, enum station at, int cols)
{
	struct buf b;
	const char *text;

	if (cols < 76)
		return arena_fmt(mem, "%d/%d %s", (int)at + 1, (int)STATION__MAX, station_name(at));
	buf_init(&b, 200);
	for (int i = 0; i < (int)STATION__MAX; i++)
		buf_fmt(&b, "%s%s%s", i > 0 ? " " : "", i == (int)at ? glyph(GL_POINTER, a->ascii) : " ",
		        station_name((enum station)i));
	text = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

static struct chrome chrome_of(const struct app *a, struct arena *mem, int cols)
{
	const struct page *p = a->page;
	const struct panel *panel = app_panel(a);
	struct chrome c = {.at = app_place(a), .title = "casebook"};

	if (p != NULL) {
		c.title = p->case_title;
		c.status = p->status;
		c.status_mark = p->status_mark;
		c.side = panel == NULL;
		c.corner = stations(a, mem, p->station, cols);
		if (!a->page_message_seen)
			c.message = p->message;
	} else if (a->start != NULL && a->start->loaded) {
		c.corner = arena_fmt(mem, "%zu open %s %zu closed", a->start->open + a->start->waiting,
		                     glyph(GL_DOT, a->ascii), a->start->closed);
	}
	if (panel != NULL)
		c.title = p != NULL ? arena_fmt(mem, "%s  %s", panel->title, p->case_title) : panel->title;
	if (a->message[0] != '\0') {
		c.message = a->message;
		c.message_mark = a->message_mark;
	}
	if (p != NULL && p->unsaved != NULL && (c.message == NULL || c.message[0] == '\0')) {
		c.message = p->unsaved;
		c.message_mark = MARK_BAD;
	}
	return c;
}

static void draw_start(struct app *a, struct view *v)
{
	view_start(v, a->start, &a->sv);
	if (a->prompt == PROMPT_FIND)
		view_prompt(v, "Search", "words of a title, an answer, a note, a host, a file", &a->typed);
}

void app_draw(struct app *a, struct frame *f, struct arena *mem)
{
	struct view v = {.f = f, .mem = mem, .ascii = a->ascii, .now_ms = a->now_ms, .more = a->pv.more};
	struct chrome c = chrome_of(a, mem, f->cols);

	frame_clear(f);
	f->mouse = app_wants_mouse(a);
	a->drawn = f;
	if (view_chrome(&v, &c)) {
		if (app_panel(a) != NULL) {
			struct panel_at at = panel_at(a);

			panel_draw(&v, &at);
			if (a->searching)
				view_prompt(&v, "Search", "words of what is shown", &a->typed);
		} else if (a->page != NULL) {
			view_side(&v, a->page);
			view_page(&v, a->page, &a->pv);
			if (a->commanding)
				view_prompt(&v, ":", command_hint(a, mem), &a->typed);
		} else {
			draw_start(a, &v);
		}
		c.have = what_there_is(a);
		view_footer(&v, &c);
	}
	if (a->ascii)
		frame_to_ascii(f);
}
