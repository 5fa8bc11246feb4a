/* Keys in, wishes out: what a person does on each screen, and random keys over a real session. */
#include "test.h"

#include "app.h"
#include "key_named.h"
#include "session_int.h"
#include "pages.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/utf8.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct format_card formats[] = {{"html", ".html", "one web page"}, {"md", ".md", "Markdown"}};

/* Keys separated by blanks; the wish of the last one. */
static struct wish press(struct app *a, const char *keys)
{
	char *copy = strdup(keys), *save = NULL;
	struct wish w = {.kind = WISH_NONE};

	for (char *word = strtok_r(copy, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
		w = app_key(a, key_named(word));
	free(copy);
	return w;
}

static struct wish type(struct app *a, const char *text)
{
	struct wish w = {.kind = WISH_NONE};

	for (size_t i = 0, n = strlen(text); i < n;) {
		struct key k = {.kind = K_CHAR};

		i += utf8_decode(text + i, n - i, &k.cp);
		w = app_key(a, k);
	}
	return w;
}

static struct app *new_app(const struct page *p)
{
	struct app *a = calloc(1, sizeof(*a));

	a->start = start_full();
	a->in.formats = formats;
	a->in.nformats = N(formats);
	if (p != NULL)
		app_page(a, p);
	return a;
}

static void draw(struct app *a, int rows, int cols)
{
	struct frame f = {0};
	struct arena *mem = arena_new();

	frame_resize(&f, rows, cols);
	app_draw(a, &f, mem);
	frame_release(&f);
	arena_free(mem);
}

/* ---- a question ---- */

static void answers(void **state)
{
	static const struct {
		const char *keys;
		int kind; /* enum wish_kind */
		uint32_t n;
	} rows[] = {
	        {"Enter", WISH_INTENT, 3},       {"Down Enter", WISH_INTENT, 4},
	        {"Up Up Enter", WISH_INTENT, 1}, {"Home Enter", WISH_INTENT, 0},
	        {"End Enter", WISH_INTENT, 7},   {"2", WISH_INTENT, 1},
	        {"8", WISH_INTENT, 7},           {"9", WISH_NONE, 0},
	        {"j Enter", WISH_INTENT, 4},     {"End Down Enter", WISH_INTENT, 7},
	        {"Space", WISH_NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct app *a = new_app(page_question());
		struct wish w = press(a, rows[i].keys);

		assert_int_equal(w.kind, rows[i].kind);
		if (w.kind == WISH_INTENT) {
			assert_int_equal(w.intent.kind, IN_CHOOSE);
			assert_int_equal(w.intent.n, rows[i].n);
			assert_int_equal(w.intent.by, BY_PERSON);
		}
		free(a);
	}
}

static void step_keys(void **state)
{
	static const struct {
		const char *keys;
		enum intent_kind kind;
	} rows[] = {{"<", IN_BACK},  {"Left", IN_BACK}, {"Backspace", IN_BACK},
	            {"r", IN_AGAIN}, {"u", IN_UNDO},    {"Ctrl-R", IN_REDO}};
	struct app *a = new_app(page_question());

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct wish w = press(a, rows[i].keys);

		assert_int_equal(w.kind, WISH_INTENT);
		assert_int_equal(w.intent.kind, rows[i].kind);
	}
	assert_int_equal(press(a, "Esc").kind, WISH_NONE); /* nothing runs */
	assert_int_equal(press(a, "q").kind, WISH_QUIT);
	assert_int_equal(press(a, "s").kind, WISH_START);
	assert_int_equal(press(a, "Ctrl-L").kind, WISH_REDRAW);
	press(a, ":");
	assert_int_equal((int)app_place(a).cx, CX_COMMAND);
	type(a, "nite it works");
	press(a, "Enter"); /* the nearest of its word, whatever stands behind it */
	assert_non_null(strstr(a->message, ":nite is no command. The nearest is :note"));
	free(a);
}

/* While checks run nothing is chosen; what they tell is chosen, unless the person has chosen. */
static void choice_follows_the_checks(void **state)
{
	struct app *a = new_app(page_measuring());

	(void)state;
	assert_int_equal(a->pv.sel, -1);
	assert_int_equal(press(a, "Enter").kind, WISH_NONE);
	assert_true(a->message[0] != '\0');
	assert_int_equal(press(a, "Esc").intent.kind, IN_CANCEL);
	app_page(a, page_question());
	assert_int_equal(a->pv.sel, 3);
	free(a);

	a = new_app(page_measuring());
	press(a, "Down Down");
	assert_int_equal(a->pv.sel, 1);
	app_page(a, page_question());
	assert_int_equal(a->pv.sel, 1);
	assert_int_equal(press(a, "Enter").intent.n, 1);
	free(a);
}

static void long_text_scrolls(void **state)
{
	struct app *a = new_app(page_long());

	(void)state;
	draw(a, 24, 80);
	press(a, "PgDn");
	assert_true(a->pv.read.top > 0);
	press(a, "PgUp PgUp");
	assert_int_equal(a->pv.read.top, 0);
	free(a);
}

/* ---- fields ---- */

static void typing_a_field(void **state)
{
	struct app *a = new_app(page_form());
	struct wish w;

	(void)state;
	assert_int_equal(a->pv.sel, 1); /* the first is given, the second is not */
	assert_int_equal((int)app_place(a).cx, CX_CHOICE);
	w = press(a, "Enter"); /* nobody said anything, so nothing is stated */
	assert_int_equal(w.intent.kind, IN_SKIP);
	assert_string_equal(w.intent.key, "platform");
	w = press(a, "Left Enter");
	assert_int_equal(w.intent.kind, IN_SET);
	assert_string_equal(w.intent.key, "platform");
	assert_string_equal(w.intent.text, "windows");
	w = press(a, "Left Enter");
	assert_string_equal(w.intent.text, "ios");
	w = press(a, "Right Right Enter"); /* past the last is what is not known */
	assert_int_equal(w.intent.kind, IN_SKIP);
	w = press(a, "1");
	assert_string_equal(w.intent.text, "android");
	press(a, "Up");
	assert_int_equal((int)app_place(a).cx, CX_EDIT);
	press(a, "Ctrl-U");
	w = type(a, "https://q?n=c");
	assert_int_equal(w.kind, WISH_NONE);
	w = press(a, "Enter");
	assert_int_equal(w.intent.kind, IN_SET);
	assert_string_equal(w.intent.key, "server_url");
	assert_string_equal(w.intent.text, "https://q?n=c");
	assert_int_equal(w.intent.n, 1); /* Enter sends the whole form */
	w = press(a, "Ctrl-U Enter");    /* nothing there: said once what that costs */
	assert_int_equal(w.kind, WISH_NONE);
	assert_non_null(strstr(a->message, "Enter again"));
	w = press(a, "Enter");
	assert_int_equal(w.intent.kind, IN_SKIP);
	assert_int_equal(w.intent.n, 1);
	w = press(a, "Ctrl-N");
	assert_int_equal(w.intent.kind, IN_SKIP);
	free(a);
}

/* What is typed is taken when one goes on with the arrows; what is refused stays to be mended. */
static void leaving_a_field(void **state)
{
	struct app *a = new_app(page_form());
	struct wish w;

	(void)state;
	press(a, "Up");
	assert_int_equal(press(a, "Down").kind, WISH_NONE);
	assert_int_equal(a->pv.sel, 1);
	press(a, "Up x");
	w = press(a, "Down");
	assert_int_equal(w.intent.kind, IN_SET);
	assert_int_equal(a->pv.sel, 0);
	app_page(a, page_form()); /* given: goes on */
	assert_int_equal(a->pv.sel, 1);

	press(a, "Enter");
	app_page(a, page_form()); /* the platform was not taken: stays */
	assert_int_equal(a->pv.sel, 1);
	press(a, "Up");
	press(a, "Esc");
	assert_int_equal((int)app_place(a).cx, CX_FIELD);
	press(a, "n");
	assert_ptr_equal(app_panel(a), &panel_note);
	free(a);
}

static void a_path(void **state)
{
	char dir[] = "/tmp/casebook-app-XXXXXX", path[64];
	struct app *a = new_app(page_file());
	struct wish w;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/u_ex.log", dir);
	fclose(fopen(path, "w"));
	assert_int_equal((int)app_place(a).cx, CX_FIELD);
	assert_int_equal(press(a, "c Esc").kind, WISH_NONE); /* single keys work until one types */
	assert_int_equal((int)app_place(a).cx, CX_FIELD);
	type(a, dir);
	assert_int_equal((int)app_place(a).cx, CX_EDIT);
	type(a, "/nothing");
	assert_int_equal(press(a, "Enter").kind, WISH_NONE);
	assert_non_null(strstr(a->message, "no file or folder"));
	press(a, "Ctrl-W u Tab");
	assert_string_equal(a->pv.edit.text, path);
	w = press(a, "Enter");
	assert_int_equal(w.kind, WISH_FILES); /* it may be another than the one asked for, or a folder */
	assert_string_equal(w.text, path);
	press(a, "Ctrl-U");
	type(a, "'file://");
	type(a, dir);
	w = type(a, "'");
	w = press(a, "Enter");
	assert_int_equal(w.kind, WISH_FILES);
	assert_string_equal(w.text, dir);
	w = press(a, "Enter"); /* what was just read is not read again: the choice leaves the field */
	assert_int_equal(w.kind, WISH_NONE);
	assert_non_null(strstr(a->message, "That was read"));
	assert_int_not_equal((int)app_place(a).cx, CX_EDIT);
	free(a);
	a = new_app(NULL);
	for (int i = 0; i < 2; i++, a->page = NULL) { /* the case is left; the next one has not read it */
		app_page(a, page_file());
		type(a, dir);
		assert_int_equal(press(a, "Enter").kind, WISH_FILES);
	}
	free(a);
	a = new_app(page_file());
	type(a, path);
	w = press(a, "Ctrl-U Enter"); /* nothing is stated: the same */
	assert_int_equal(w.kind, WISH_NONE);
	assert_int_not_equal((int)app_place(a).cx, CX_EDIT);
	w = press(a, "Ctrl-N");
	unlink(path);
	rmdir(dir);
	free(a);
}

static void a_paste_is_text(void **state)
{
	struct app *a = new_app(page_question());
	struct key q = {K_CHAR, 'q', true}, three = {K_CHAR, '3', true};

	(void)state;
	assert_int_equal(app_key(a, q).kind, WISH_NONE);
	assert_int_equal(app_key(a, three).kind, WISH_NONE);
	free(a);
	a = new_app(page_file());
	app_key(a, q);
	assert_string_equal(a->pv.edit.text, "q");
	free(a);
}

/* ---- a fix ---- */

static void a_fix(void **state)
{
	struct app *a = new_app(page_fix());
	struct wish w;

	(void)state;
	assert_int_equal(a->pv.sel, 1); /* the first line that is not done */
	w = press(a, "Space");
	assert_int_equal(w.intent.kind, IN_TICK);
	assert_int_equal(w.intent.n, 1);
	w = press(a, "1");
	assert_int_equal(w.intent.kind, IN_TICK);
	assert_int_equal(w.intent.n, 0);
	w = press(a, "3"); /* the answers go on counting */
	assert_int_equal(w.intent.kind, page_fix()->picks[0].intent.kind);
	w = press(a, "End Enter");
	assert_int_equal(w.intent.kind, page_fix()->picks[2].intent.kind);
	free(a);
}

/* ---- panels ---- */

static void a_note(void **state)
{
	struct app *a = new_app(page_question());
	struct wish w;

	(void)state;
	press(a, "n");
	w = type(a, "quit? no");
	assert_int_equal(w.kind, WISH_NONE);
	w = press(a, "Enter");
	assert_int_equal(w.intent.kind, IN_NOTE);
	assert_string_equal(w.intent.text, "quit? no");
	assert_null(app_panel(a));
	press(a, "n x Esc");
	assert_null(app_panel(a));
	assert_int_equal(press(a, "n Enter").kind, WISH_NONE); /* an empty note is none */
	free(a);
}

static void an_export(void **state)
{
	char dir[] = "/tmp/casebook-app-XXXXXX", path[64];
	struct app *a = new_app(page_question());
	struct wish w;

	(void)state;
	assert_non_null(mkdtemp(dir));
	press(a, "e");
	assert_string_equal(a->typed.text, "casebook.html");
	press(a, "Down");
	assert_string_equal(a->typed.text, "casebook.md");
	press(a, "Ctrl-U");
	type(a, dir);
	assert_int_equal(press(a, "Enter").kind, WISH_NONE); /* a folder */
	w = type(a, "/r.md");
	press(a, "Up");
	snprintf(path, sizeof(path), "%s/r.html", dir);
	assert_string_equal(a->typed.text, path);
	w = press(a, "Enter");
	assert_int_equal(w.kind, WISH_EXPORT);
	assert_int_equal(w.n, 0);
	assert_string_equal(w.text, path);
	press(a, "e Down Backspace Backspace");
	type(a, "html"); /* the name chooses the format */
	assert_int_equal(a->own[PANEL_export].list.sel, 0);
	press(a, "Esc");
	fclose(fopen(path, "w"));
	press(a, "e Ctrl-U");
	type(a, path);
	assert_int_equal(press(a, "Enter").kind, WISH_NONE); /* it exists */
	assert_non_null(strstr(a->message, "exists"));
	assert_int_equal(press(a, "Enter").kind, WISH_EXPORT);
	press(a, "e Ctrl-U");
	assert_int_equal(press(a, "Enter").kind, WISH_NONE); /* no name */
	unlink(path);
	rmdir(dir);
	free(a);
}

static struct session *a_session(struct arena *mem)
{
	struct session *s = arena_alloc(mem, sizeof(*s));

	s->now = *some_replay();
	s->flow = s->now.flow;
	return s;
}

/* Each panel of the table opens by its key from a step and is left by Esc. */
static void every_panel_opens_and_closes(void **state)
{
	struct app *a = new_app(page_question());
	struct arena *mem = arena_new();

	(void)state;
	a->session = a_session(mem);
	for (size_t i = 0; panels[i] != NULL; i++) {
		struct wish w;

		if (panels[i]->key.kind == K_NONE)
			continue;
		w = app_key(a, panels[i]->key);
		assert_int_equal(w.kind, panels[i] == &panel_report || panels[i] == &panel_export
		                                 ? WISH_REPORT
		                                 : WISH_NONE);
		assert_ptr_equal(app_panel(a), panels[i]);
		if (panels[i] != &panel_causes) /* its flow has no conditions to judge by */
			draw(a, 24, 80);
		assert_int_equal(press(a, "Esc").kind, WISH_NONE);
		assert_null(app_panel(a));
	}
	arena_free(mem);
	free(a);
}

/* The list, a piece of it, help: each closes to what it lies over. */
static void panels_over_panels(void **state)
{
	struct app *a = new_app(page_question());
	struct arena *mem = arena_new();

	(void)state;
	a->session = a_session(mem);
	press(a, "f");
	draw(a, 24, 80);
	press(a, "Up Enter");
	assert_ptr_equal(app_panel(a), &panel_piece);
	assert_int_equal(a->own[PANEL_piece].n, 0);
	draw(a, 24, 80);
	press(a, "?");
	assert_ptr_equal(app_panel(a), &panel_help);
	assert_ptr_equal(a->in.from.panel, &panel_piece);
	press(a, "Esc");
	assert_ptr_equal(app_panel(a), &panel_piece);
	press(a, "q");
	assert_ptr_equal(app_panel(a), &panel_files);
	assert_int_equal(a->own[PANEL_files].list.sel, 0);
	press(a, "f");
	assert_null(app_panel(a));
	press(a, "v e Esc"); /* one instead of the other */
	assert_null(app_panel(a));
	arena_free(mem);
	free(a);
}

static void back_along_the_trail(void **state)
{
	struct app *a = new_app(page_question());
	struct arena *mem = arena_new();
	struct wish w;

	(void)state;
	a->session = a_session(mem);
	press(a, "t");
	draw(a, 24, 80);
	assert_int_equal(press(a, "Enter").kind, WISH_NONE); /* it opens where the case stands */
	assert_string_equal(a->message, "You are there.");
	assert_ptr_equal(app_panel(a), &panel_trail);
	w = press(a, "Home Enter");
	assert_int_equal(w.kind, WISH_INTENT);
	assert_int_equal(w.intent.kind, IN_GOTO);
	assert_string_equal(w.intent.text, "profile");
	assert_int_equal(w.intent.n, 1);
	assert_null(app_panel(a));
	arena_free(mem);
	free(a);
}

/* The numbers that --plain asks for, and all that a line has to say. */
static void lines_as_text(void **state)
{
	struct panel_in in = {.now = some_replay()};
	struct panel_own own = {0};
	struct panel_at at = {.panel = &panel_files, .in = &in, .own = &own};
	struct view v = {.mem = arena_new(), .plain = true, .ascii = true, .now_ms = PAGES_NOW_MS};
	struct buf b;

	(void)state;
	buf_init(&b, BUF_MAX_LINE);
	panel_text(&v, &at, 78, &b);
	assert_non_null(strstr(buf_cstr(&b), "  1  [ok] iis.log "));
	assert_non_null(strstr(buf_cstr(&b), "  2  [??] scep.url "));
	assert_non_null(strstr(buf_cstr(&b), "no answer within 10 s\n"));
	assert_int_equal(own.list.n, 2);
	buf_release(&b);
	arena_free(v.mem);
}

static void help_comes_back(void **state)
{
	struct app *a = new_app(page_question());

	(void)state;
	press(a, "n F1");
	assert_ptr_equal(app_panel(a), &panel_help);
	assert_ptr_equal(a->in.from.panel, &panel_note);
	press(a, "Esc");
	assert_ptr_equal(app_panel(a), &panel_note);
	press(a, "Esc ?");
	assert_int_equal((int)a->in.from.cx, CX_PAGE);
	press(a, "q");
	assert_null(app_panel(a));
	free(a);
}

/* ---- the start screen ---- */

static void starting(void **state)
{
	struct app *a = new_app(NULL);
	struct wish w;

	(void)state;
	w = press(a, "Down Enter");
	assert_int_equal(w.kind, WISH_OPEN);
	assert_string_equal(w.text, "01B");
	press(a, "n");
	assert_int_equal(a->sv.sel, 3);
	w = press(a, "Down Enter"); /* begins at once; it is called after its server */
	assert_int_equal(w.kind, WISH_BEGIN);
	assert_int_equal(w.n, 1);
	assert_string_equal(w.text, "");
	assert_int_equal(press(a, "End Enter").kind, WISH_OPEN);
	free(a);
}

static void searching(void **state)
{
	struct app *a = new_app(NULL);
	struct wish w;

	(void)state;
	press(a, "/");
	type(a, "acme");
	w = press(a, "Enter");
	assert_int_equal(w.kind, WISH_FIND);
	assert_string_equal(w.text, "acme");
	w = press(a, "/ Esc");
	assert_int_equal(w.kind, WISH_FIND);
	assert_null(w.text);
	free(a);
}

static void deleting(void **state)
{
	struct app *a = new_app(NULL);
	struct wish w;

	(void)state;
	press(a, "d");
	assert_int_equal((int)app_place(a).cx, CX_DELETE);
	assert_non_null(strstr(a->message, "#14"));
	assert_int_equal(press(a, "Enter").kind, WISH_NONE); /* only y deletes */
	assert_int_equal((int)app_place(a).cx, CX_DELETE);
	assert_int_equal(press(a, "n").kind, WISH_NONE);
	assert_int_equal((int)app_place(a).cx, CX_START);
	w = press(a, "d y");
	assert_int_equal(w.kind, WISH_DELETE);
	assert_string_equal(w.text, "01A");
	press(a, "n"); /* on a flow there is nothing to delete */
	press(a, "d");
	assert_int_equal((int)app_place(a).cx, CX_START);
	free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(answers),
	        cmocka_unit_test(step_keys),
	        cmocka_unit_test(choice_follows_the_checks),
	        cmocka_unit_test(long_text_scrolls),
	        cmocka_unit_test(typing_a_field),
	        cmocka_unit_test(leaving_a_field),
	        cmocka_unit_test(a_path),
	        cmocka_unit_test(a_paste_is_text),
	        cmocka_unit_test(a_fix),
	        cmocka_unit_test(a_note),
	        cmocka_unit_test(an_export),
	        cmocka_unit_test(every_panel_opens_and_closes),
	        cmocka_unit_test(panels_over_panels),
	        cmocka_unit_test(back_along_the_trail),
	        cmocka_unit_test(lines_as_text),
	        cmocka_unit_test(help_comes_back),
	        cmocka_unit_test(starting),
	        cmocka_unit_test(searching),
	        cmocka_unit_test(deleting),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
