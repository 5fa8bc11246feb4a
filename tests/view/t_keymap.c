/* The table of keys: no key twice where both would count, none missing from help, names that read back. */
#include "test.h"

#include "keymap.h"
#include "view.h"

#include <locale.h>
#include <string.h>

static bool same(struct key a, struct key b)
{
	return a.kind == b.kind && a.cp == b.cp;
}

static void no_key_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < keymap_rows; i++)
		for (size_t k = 0; k < i; k++)
			if ((keymap[i].in & keymap[k].in & (CX__END - 1)) != 0 &&
			    same(keymap[i].key, keymap[k].key)) {
				char name[24];

				fail_msg("%s stands twice for one context: rows %zu and %zu",
				         key_label(keymap[i].key, name), k, i);
			}
}

/* Where characters are text, no binding may take one. */
static void typing_is_typing(void **state)
{
	(void)state;
	for (size_t i = 0; i < keymap_rows; i++)
		if ((keymap[i].in & CX_TYPING) != 0)
			assert_int_not_equal(keymap[i].key.kind, K_CHAR);
	for (unsigned cx = 1; cx < CX__END; cx <<= 1) {
		struct key pasted = {K_CHAR, 'q', true};

		assert_int_equal(keymap_find((enum context)cx, pasted), ACT_NONE);
	}
}

static void every_context_can_be_left(void **state)
{
	(void)state;
	for (unsigned cx = 1; cx < CX__END; cx <<= 1) {
		bool out = false;

		for (size_t i = 0; i < keymap_rows; i++)
			out = out || ((keymap[i].in & cx) != 0 &&
			              (keymap[i].act == ACT_QUIT || keymap[i].act == ACT_CLOSE ||
			               keymap[i].act == ACT_NO || keymap[i].act == ACT_CANCEL));
		assert_true(out);
		assert_true(strlen(context_title((enum context)cx)) > 0);
		assert_int_equal(keymap_find((enum context)cx, (struct key){K_HELP, 0, false}), ACT_HELP);
	}
}

static void names_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < keymap_rows; i++) {
		char name[24];
		struct key back;

		assert_true(key_parse(key_label(keymap[i].key, name), &back));
		assert_true(same(back, keymap[i].key));
	}
	assert_false(key_parse("NoSuchKey", &(struct key){0}));
	assert_false(key_parse("", &(struct key){0}));
}

/* Every binding of a context is on the help screen that is opened from there. */
static void help_has_them_all(void **state)
{
	(void)state;
	for (unsigned cx = 1; cx < CX__END; cx <<= 1) {
		struct frame f = {0};
		struct view v = {.f = &f, .mem = arena_new()};
		struct chrome c = {.title = "Help", .cx = CX_HELP};
		struct scroll s = {0};
		struct buf b;

		frame_resize(&f, 400, 300);
		assert_true(view_chrome(&v, &c));
		view_help(&v, (enum context)cx, &s);
		buf_init(&b, BUF_MAX_LINE);
		frame_dump(&f, false, &b);
		assert_true(s.total <= s.rows);
		for (size_t i = 0; i < keymap_rows; i++) {
			char name[24];

			if ((keymap[i].in & cx) == 0)
				continue;
			if (keymap[i].help != NULL)
				assert_non_null(strstr(buf_cstr(&b), keymap[i].help));
			if (keymap[i].act != ACT_DIGIT)
				assert_non_null(strstr(buf_cstr(&b), key_label(keymap[i].key, name)));
		}
		buf_release(&b);
		frame_release(&f);
		arena_free(v.mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_key_twice),      cmocka_unit_test(typing_is_typing),
	        cmocka_unit_test(names_read_back),   cmocka_unit_test(every_context_can_be_left),
	        cmocka_unit_test(help_has_them_all),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
