/* The table of keys: no key twice where both would count, none missing from help, names that read back. */
#include "test.h"

#include "key_named.h"
#include "panel.h"

#include <locale.h>
#include <string.h>

static bool same(struct key a, struct key b)
{
	return a.kind == b.kind && a.cp == b.cp;
}

static void no_key_twice(void **state)
{
	struct place at;

	(void)state;
	for (size_t i = 0; place_nth(i, &at); i++) {
		for (struct key_walk a = {.at = at}; keymap_next(&a);) {
			struct key_walk b = a;
			char name[24];

			while (keymap_next(&b))
				if (same(a.b.key, b.b.key))
					fail_msg("%s stands twice in: %s", key_label(a.b.key, name),
					         place_title(at));
		}
	}
}

/* Where characters are text, no binding may take one. */
static void typing_is_typing(void **state)
{
	struct key pasted = {K_CHAR, 'q', true};
	struct place at;

	(void)state;
	for (size_t i = 0; place_nth(i, &at); i++) {
		for (struct key_walk w = {.at = at}; keymap_next(&w);)
			if ((at.cx & CX_TYPING) != 0)
				assert_int_not_equal(w.b.key.kind, K_CHAR);
		assert_int_equal(keymap_find(at, pasted).act, ACT_NONE);
	}
}

static void every_place_can_be_left(void **state)
{
	struct place at;

	(void)state;
	for (size_t i = 0; place_nth(i, &at); i++) {
		bool out = false;

		for (struct key_walk w = {.at = at}; keymap_next(&w);)
			out = out || w.b.act == ACT_QUIT || w.b.act == ACT_CLOSE || w.b.act == ACT_NO ||
			      w.b.act == ACT_CANCEL;
		assert_true(out);
		assert_true(strlen(place_title(at)) > 0);
		assert_int_equal(keymap_find(at, (struct key){K_HELP, 0, false}).act, ACT_HELP);
	}
}

static void names_read_back(void **state)
{
	struct place at;

	(void)state;
	for (size_t i = 0; place_nth(i, &at); i++) {
		for (struct key_walk w = {.at = at}; keymap_next(&w);) {
			char name[24];

			assert_true(same(key_named(key_label(w.b.key, name)), w.b.key));
		}
	}
}

static void draw_help(struct frame *f, struct place from, struct buf *out)
{
	struct view v = {.f = f, .mem = arena_new()};
	struct chrome c = {.title = "Help", .at = {panel_help.context, &panel_help}};
	struct panel_in in = {.from = from};
	struct panel_own own = {0};
	struct panel_at at = {.panel = &panel_help, .in = &in, .own = &own};

	frame_resize(f, 400, 300);
	assert_true(view_chrome(&v, &c));
	panel_draw(&v, &at);
	frame_dump(f, false, out);
	assert_true(own.scroll.total <= own.scroll.rows);
	arena_free(v.mem);
}

/* Every binding of a place is on the help screen that is opened from there. */
static void help_has_them_all(void **state)
{
	struct place at;

	(void)state;
	for (size_t i = 0; place_nth(i, &at); i++) {
		struct frame f = {0};
		struct buf b;

		buf_init(&b, BUF_MAX_LINE);
		draw_help(&f, at, &b);
		for (struct key_walk w = {.at = at}; keymap_next(&w);) {
			char name[24];

			if (w.b.help != NULL)
				assert_non_null(strstr(buf_cstr(&b), w.b.help));
			if (w.b.act != ACT_DIGIT)
				assert_non_null(strstr(buf_cstr(&b), key_label(w.b.key, name)));
		}
		buf_release(&b);
		frame_release(&f);
	}
}

/* What a row of panels.def promises: its key opens it, and closes it again where no text is typed. */
static void panels_have_their_keys(void **state)
{
	const struct place step = {CX_PAGE, NULL};

	(void)state;
	for (size_t i = 0; panels[i] != NULL; i++) {
		const struct panel *p = panels[i];
		const struct place in = {p->context, p};
		struct binding b = keymap_find(step, p->key);

		assert_int_equal(panel_index(p), i);
		assert_true(p->name != NULL && p->title != NULL && p->lines != NULL);
		assert_true((p->context & (CX_READ | CX_LIST | CX_TYPE)) != 0);
		if (p->key.kind == K_NONE)
			continue;
		assert_int_equal(b.act, ACT_OPEN);
		assert_ptr_equal(b.panel, p);
		assert_true(b.foot != NULL && b.help != NULL);
		if ((p->context & CX_TYPE) == 0)
			assert_int_equal(keymap_find(in, p->key).act, ACT_CLOSE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_key_twice),      cmocka_unit_test(typing_is_typing),
	        cmocka_unit_test(names_read_back),   cmocka_unit_test(every_place_can_be_left),
	        cmocka_unit_test(help_has_them_all), cmocka_unit_test(panels_have_their_keys),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
