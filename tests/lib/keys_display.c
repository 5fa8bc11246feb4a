/*
 * casebook with a display that a script drives: takes the place of display_curses.c in a program that is
 * otherwise the same.  Whenever the screen stands still it writes one line of JSON about it to one file
 * descriptor and takes the next key from a line of another: "Enter", "Space", "text:...", "paste:...".
 * KEYS_DISPLAY has both numbers.  At the end of the keys the person leaves.
 */
#include "app.h"
#include "display.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/buf.h>
#include <casebook/drive.h>
#include <casebook/json.h>
#include <casebook/utf8.h>

struct display_curses {
	const struct app *app; /* as last drawn */
	int wake[2];           /* readable when a key may be taken */
	bool armed, reading;
	FILE *keys;
	int told;
	char line[8192];
	size_t at; /* of a text that is typed or pasted; 0: none */
	bool pasted;
};
static struct display_curses the;

void __real_app_draw(struct app *a, struct frame *f, struct arena *mem);
void __wrap_app_draw(struct app *a, struct frame *f, struct arena *mem);
bool __real_drive_read(struct drive *d, const char *path, const struct drive_reading *r);
bool __wrap_drive_read(struct drive *d, const char *path, const struct drive_reading *r);

void __wrap_app_draw(struct app *a, struct frame *f, struct arena *mem)
{
	the.app = a;
	__real_app_draw(a, f, mem);
}

bool __wrap_drive_read(struct drive *d, const char *path, const struct drive_reading *r)
{
	bool done;

	the.reading = true;
	done = __real_drive_read(d, path, r);
	the.reading = false;
	return done;
}

static bool still(void)
{
	const struct app *a = the.app;

	if (the.reading || a->reading)
		return false;
	if (a->page == NULL)
		return a->start == NULL || a->start->loaded || a->start->error != NULL;
	return !a->page->busy && session_settled(a->session);
}

static const char *kind_of(const struct page *p)
{
	static const char *const names[] = {[PAGE_ASK] = "ask",
	                                    [PAGE_FORM] = "form",
	                                    [PAGE_FIX] = "fix",
	                                    [PAGE_END] = "end",
	                                    [PAGE_CONFIRM] = "confirm"};

	return p != NULL ? names[p->kind] : "start";
}

static const char *marked_of(const struct app *a, struct arena *mem)
{
	const struct page *p = a->page;
	const struct field *f = p != NULL ? item_field(p, a->pv.sel) : NULL;
	const struct tick *t = p != NULL ? item_tick(p, a->pv.sel) : NULL;
	const struct pick *k = p != NULL ? item_pick(p, a->pv.sel) : NULL;

	if (f != NULL)
		return arena_fmt(mem, "field %s", f->def->key);
	if (t != NULL)
		return arena_fmt(mem, "tick %s", t->text);
	return k != NULL ? arena_fmt(mem, "pick %s", k->label) : "";
}

static void quoted(struct buf *out, const char *text)
{
	buf_char(out, '"');
	json_escape(out, text, strlen(text));
	buf_char(out, '"');
}

static void row_of(struct buf *out, const struct frame *f, int y)
{
	struct buf row;

	buf_init(&row, 1 << 16);
	for (int x = 0; x < f->cols; x++)
		buf_put(&row, frame_at(f, y, x)->ch, frame_at(f, y, x)->len);
	quoted(out, buf_cstr(&row));
	buf_release(&row);
}

/* The answers of the flow that claim nothing. */
static void blanks(struct buf *out, const struct flow *flow)
{
	const char *comma = "";

	for (size_t i = 0; flow != NULL && i < flow->nnodes; i++)
		for (size_t k = 0; k < flow->nodes[i].nanswers; k++)
			if (flow->nodes[i].answers[k].blank) {
				buf_fmt(out, "%s\"%s %s\"", comma, flow->nodes[i].id,
				        flow->nodes[i].answers[k].id);
				comma = ", ";
			}
}

/* The inputs whose file the page asks for. */
static void wanted(struct buf *out, const struct page *p)
{
	const char *comma = "";

	for (size_t i = 0; p != NULL && i < p->nfields; i++)
		if (p->fields[i].def->type == INPUT_FILE && !p->fields[i].given && !p->fields[i].skipped) {
			buf_fmt(out, "%s\"%s\"", comma, p->fields[i].def->key);
			comma = ", ";
		}
}

static void tell(const struct frame *f)
{
	const struct app *a = the.app;
	const struct page *p = a->page;
	const struct replay *now = p != NULL ? session_now(a->session) : NULL;
	struct arena *mem = arena_new();
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_fmt(&b, "{\"page\": \"%s\", \"step\": \"%s\", \"ended\": %s, \"panel\": \"%s\", \"marked\": ",
	        kind_of(p), now != NULL ? now->flow->nodes[now->at].id : "",
	        now != NULL && (p->kind == PAGE_END || now->path[now->npath - 1].answer != NULL) ? "true"
	                                                                                         : "false",
	        app_panel(a) != NULL ? app_panel(a)->title : "");
	quoted(&b, marked_of(a, mem));
	buf_str(&b, ", \"blank\": [");
	blanks(&b, now != NULL ? now->flow : NULL);
	buf_str(&b, "], \"wants\": [");
	wanted(&b, p);
	buf_str(&b, "], \"rows\": [");
	for (int y = 0; y < f->rows; y++) {
		buf_str(&b, y > 0 ? ", " : "");
		row_of(&b, f, y);
	}
	buf_str(&b, "]}\n");
	if (write(the.told, buf_cstr(&b), b.n) != (ssize_t)b.n)
		exit(9);
	buf_release(&b);
	arena_free(mem);
}

/* ---- the display ---- */

static int nothing_to_open(void *self, struct err *err)
{
	(void)self;
	(void)err;
	return 0;
}

static void nothing(void *self)
{
	(void)self;
}

static void extent(void *self, int *rows, int *cols)
{
	const char *size = getenv("CASEBOOK_SIZE");

	(void)self;
	if (size == NULL || sscanf(size, "%dx%d", cols, rows) != 2) {
		*rows = 24;
		*cols = 80;
	}
}

static void present(void *self, const struct frame *f)
{
	(void)self;
	if (the.armed || the.at != 0 || !still())
		return;
	tell(f);
	the.armed = write(the.wake[1], "", 1) == 1;
}

static const struct {
	const char *name;
	struct key key;
} named[] = {{"Enter", {K_ENTER, 0, false}},      {"Space", {K_CHAR, ' ', false}},
             {"Esc", {K_ESC, 0, false}},          {"Up", {K_UP, 0, false}},
             {"Down", {K_DOWN, 0, false}},        {"Tab", {K_TAB, 0, false}},
             {"Left", {K_LEFT, 0, false}},        {"Right", {K_RIGHT, 0, false}},
             {"PgDn", {K_PGDN, 0, false}},        {"PgUp", {K_PGUP, 0, false}},
             {"Home", {K_HOME, 0, false}},        {"End", {K_END, 0, false}},
             {"Ctrl-R", {K_CTRL, 'R', false}},    {"Backspace", {K_BACKSPACE, 0, false}},
             {"WheelUp", {K_WHEEL_UP, 0, false}}, {"WheelDown", {K_WHEEL_DOWN, 0, false}}};

/* The next character of a text; false at its end. */
static bool of_text(struct key *out)
{
	uint32_t cp;

	if (the.at == 0 || the.line[the.at] == '\0') {
		the.at = 0;
		return false;
	}
	the.at += utf8_decode(the.line + the.at, strlen(the.line + the.at), &cp);
	*out = (struct key){K_CHAR, cp, the.pasted};
	return true;
}

static bool next_key(void *self, struct key *out)
{
	char byte;

	(void)self;
	if (of_text(out))
		return true;
	if (!the.armed || read(the.wake[0], &byte, 1) != 1)
		return false;
	the.armed = false;
	if (fgets(the.line, sizeof(the.line), the.keys) == NULL) {
		*out = (struct key){K_CHAR, 'q', false};
		return true;
	}
	the.line[strcspn(the.line, "\n")] = '\0';
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (strcmp(the.line, named[i].name) == 0) {
			*out = named[i].key;
			return true;
		}
	if (sscanf(the.line, "click:%u", &out->cp) == 1) {
		*out = (struct key){K_CLICK, out->cp, false};
		return true;
	}
	the.pasted = strncmp(the.line, "paste:", 6) == 0;
	the.at = the.pasted ? 6 : 5;
	return of_text(out);
}

static int wake_fd(void *self)
{
	(void)self;
	return the.wake[0];
}

struct display_curses *display_curses_new(bool color)
{
	const char *fds = getenv("KEYS_DISPLAY");
	int keys = -1;

	(void)color;
	if (fds != NULL && sscanf(fds, "%d %d", &the.told, &keys) == 2)
		the.keys = fdopen(keys, "r");
	if (the.keys == NULL || pipe(the.wake) != 0)
		exit(9);
	fcntl(the.told, F_SETFD, FD_CLOEXEC);
	fcntl(keys, F_SETFD, FD_CLOEXEC);
	return &the;
}

void display_curses_free(struct display_curses *d)
{
	(void)d;
}

struct display display_curses(struct display_curses *d)
{
	static const struct display_ops ops = {nothing_to_open, nothing, extent,  present, next_key,
	                                       wake_fd,         nothing, nothing, nothing, nothing};

	return (struct display){&ops, d};
}

void display_curses_panic(void)
{
}

void display_curses_last_words(const char *text)
{
	(void)text;
}
