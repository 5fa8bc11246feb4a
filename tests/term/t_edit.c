/* The line editor: keys in, text and cursor out; drawing with horizontal scroll. */
#include "test.h"

#include "edit.h"
#include "key_named.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void type(struct edit *e, const char *keys)
{
	char *copy = strdup(keys), *save = NULL;

	for (char *w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
		struct key k = key_named(w);

		assert_true(edit_key(e, k));
	}
	free(copy);
}

/* '|' in the result is the cursor. */
static void editing(void **state)
{
	static const struct {
		const char *from, *keys, *to;
	} rows[] = {
	        {"", "a b c", "abc|"},
	        {"abc", "Left x", "abx|c"},
	        {"abc", "Home x", "x|abc"},
	        {"abc", "Ctrl-A x Ctrl-E y", "xabcy|"},
	        {"abc", "Backspace", "ab|"},
	        {"abc", "Home Delete", "|bc"},
	        {"abc", "Home Backspace", "|abc"},
	        {"abc", "Delete", "abc|"},
	        {"abc", "Left Left Ctrl-K", "a|"},
	        {"abc", "Left Ctrl-U", "|c"},
	        {"/home/jo/file.log", "Ctrl-W", "/home/jo/|"},
	        {"/home/jo/", "Ctrl-W", "/home/|"},
	        {"two words  ", "Ctrl-W", "two |"},
	        {"gr\xc3\xbc\xc3\x9f", "Left Backspace", "gr|\xc3\x9f"},
	        {"xe\xcc\x81", "Backspace", "x|"},
	        {"xe\xcc\x81y", "Home Right Right", "xe\xcc\x81|y"},
	        {"\xe6\x97\xa5\xe6\x9c\xac", "Left Left Delete", "|\xe6\x9c\xac"},
	        {"abc", "Ctrl-B Ctrl-B Ctrl-D Ctrl-F x", "acx|"},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct edit e;
		char got[64];

		edit_set(&e, rows[i].from);
		type(&e, rows[i].keys);
		memcpy(got, e.text, e.at);
		got[e.at] = '|';
		memcpy(got + e.at + 1, e.text + e.at, e.n - e.at + 1);
		assert_string_equal(got, rows[i].to);
	}
}

static void takes_only_text(void **state)
{
	struct edit e;
	char big[EDIT_MAX + 100];

	(void)state;
	edit_set(&e, "a\nb\tc\x1b[31m\xff\xe2\x80\xae");
	assert_string_equal(e.text, "a b c[31m");
	assert_false(edit_key(&e, (struct key){K_ENTER, 0, false}));
	assert_false(edit_key(&e, (struct key){K_UP, 0, false}));
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	edit_set(&e, big);
	assert_int_equal(e.n, EDIT_MAX);
	edit_insert(&e, "\xc3\xbc", 2);
	assert_int_equal(e.n, EDIT_MAX);
	assert_int_equal(e.text[EDIT_MAX], '\0');
}

/* Wherever the cursor is, it is within the field, on the character that it stands before. */
static void scrolls(void **state)
{
	struct frame f = {0};
	struct edit e;

	(void)state;
	frame_resize(&f, 1, 40);
	edit_set(&e, "https://ndes01-contoso.example/certsrv/\xe6\x97\xa5\xe6\x9c\xac/mscep/"
	             "mscep.dll?operation=GetCACaps");
	for (int cols = 4; cols < 30; cols++) {
		for (;;) {
			frame_clear(&f);
			edit_draw(&e, &f, 0, 5, cols, true);
			assert_true(f.cursor_col >= 5 && f.cursor_col < 5 + cols);
			assert_int_equal(frame_at(&f, 0, 4)->style, ST_TEXT);
			assert_int_equal(frame_at(&f, 0, 5 + cols)->style, ST_TEXT);
			if (e.at < e.n && (unsigned char)e.text[e.at] < 0x80 && f.cursor_col > 5 &&
			    f.cursor_col < 4 + cols)
				assert_int_equal(frame_at(&f, 0, f.cursor_col)->ch[0], e.text[e.at]);
			if (e.at == 0)
				break;
			edit_key(&e, (struct key){K_LEFT, 0, false});
		}
		edit_key(&e, (struct key){K_END, 0, false});
	}
	frame_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(editing), cmocka_unit_test(takes_only_text),
	                                   cmocka_unit_test(scrolls)};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
