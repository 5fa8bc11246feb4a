/* Cells: the door for foreign text, wide characters, marks, ASCII. */
#include "test.h"

#include "frame.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <casebook/utf8.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void row_text(const struct frame *f, int row, char out[256])
{
	size_t n = 0;

	for (int x = 0; x < f->cols; x++) {
		const struct cell *c = frame_at(f, row, x);

		memcpy(out + n, c->ch, c->len);
		n += c->len;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

/* What is put at column 0 of 10, and what then stands there. */
static void puts_what_it_should(void **state)
{
	static const struct {
		const char *in, *out;
		int max, used;
	} rows[] = {
	        {"plain", "plain", 10, 5},
	        {"cut at the edge", "cut at the", 10, 10},
	        {"cut", "cu", 2, 2},
	        {"\x1b[31mred", "\xEF\xBF\xBD[31mred", 10, 8},
	        {"a\nb\tc",
	         "a\xEF\xBF\xBD"
	         "b\xEF\xBF\xBD"
	         "c",
	         10, 5},
	        {"\x7f\xc2\x9b", "\xEF\xBF\xBD\xEF\xBF\xBD", 10, 2},
	        {"\xff\xfe", "\xEF\xBF\xBD\xEF\xBF\xBD", 10, 2},
	        {"\xe2\x80\xae"
	         "evil",
	         "\xEF\xBF\xBD"
	         "evil",
	         10, 5}, /* U+202E, right to left */
	        {"\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac", 10, 4},
	        {"\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5", 3, 2}, /* half of a wide one does not fit */
	        {"e\xcc\x81", "e\xcc\x81", 10, 1},                  /* a mark joins its letter */
	        {"\xcc\x81", "\xEF\xBF\xBD", 10, 1},                /* and cannot stand alone */
	        {"", "", 10, 0},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct frame f = {0};
		char got[256];

		frame_resize(&f, 1, 10);
		assert_int_equal(frame_str(&f, 0, 0, rows[i].max, ST_TEXT, rows[i].in), rows[i].used);
		row_text(&f, 0, got);
		assert_string_equal(got, rows[i].out);
		frame_release(&f);
	}
}

static void measures_as_it_draws(void **state)
{
	static const char *const texts[] = {"plain",
	                                    "\x1b[2J",
	                                    "\xe6\x97\xa5x",
	                                    "e\xcc\x81\xcc\x81",
	                                    "\xff",
	                                    "a\xe2\x80\x8b"
	                                    "b",
	                                    "\xcc\x81"
	                                    "a"};

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct frame f = {0};
		size_t n = strlen(texts[i]);

		frame_resize(&f, 1, 40);
		assert_int_equal(frame_str(&f, 0, 0, 40, ST_TEXT, texts[i]), (int)text_cols(texts[i], n));
		assert_int_equal(text_fit(texts[i], n, text_cols(texts[i], n)), n);
		frame_release(&f);
	}
}

/* A wide character that loses one half loses the other too. */
static void no_half_characters(void **state)
{
	struct frame f = {0};
	char got[256];

	(void)state;
	frame_resize(&f, 1, 6);
	frame_str(&f, 0, 0, 6, ST_TEXT, "\xe6\x97\xa5\xe6\x9c\xac");
	frame_str(&f, 0, 1, 1, ST_TEXT, "x");
	row_text(&f, 0, got);
	assert_string_equal(got, " x\xe6\x9c\xac");
	frame_str(&f, 0, 2, 1, ST_TEXT, "y");
	row_text(&f, 0, got);
	assert_string_equal(got, " xy");
	frame_str(&f, 0, 2, 2, ST_TEXT, "\xe6\x97\xa5");
	frame_blank(&f, (struct rect){0, 3, 1, 1});
	row_text(&f, 0, got);
	assert_string_equal(got, " x");
	frame_release(&f);
}

static void outside_is_nowhere(void **state)
{
	struct frame f = {0};

	(void)state;
	frame_resize(&f, 3, 4);
	assert_int_equal(frame_str(&f, -1, 0, 9, ST_TEXT, "x"), 0);
	assert_int_equal(frame_str(&f, 3, 0, 9, ST_TEXT, "x"), 0);
	assert_int_equal(frame_str(&f, 0, 4, 9, ST_TEXT, "x"), 0);
	assert_int_equal(frame_str(&f, 0, -1, 9, ST_TEXT, "x"), 0);
	assert_int_equal(frame_str(&f, 0, 3, 9, ST_TEXT, "xyz"), 1);
	assert_int_equal(frame_str(&f, 0, 3, 9, ST_TEXT, "\xe6\x97\xa5"), 0);
	frame_blank(&f, (struct rect){2, 2, 100, 100});
	frame_resize(&f, 1 << 20, 1 << 20);
	assert_int_equal(f.rows, FRAME_MAX_ROWS);
	assert_int_equal(f.cols, FRAME_MAX_COLS);
	frame_resize(&f, -3, 0);
	assert_null(frame_at(&f, 0, 0));
	frame_release(&f);
}

/* Every cell is one printable character of the width that it claims. */
static void assert_sound(const struct frame *f)
{
	for (int y = 0; y < f->rows; y++) {
		for (int x = 0; x < f->cols; x++) {
			const struct cell *c = frame_at(f, y, x);
			uint32_t cp;
			size_t at = 0;

			assert_true(c->style < ST__MAX);
			if (c->width == 0) {
				assert_int_equal(c->len, 0);
				assert_true(x > 0 && frame_at(f, y, x - 1)->width == 2);
				continue;
			}
			assert_true(c->width <= 2 && c->len > 0 && c->len < sizeof(c->ch));
			assert_true(c->width == 1 || x + 1 < f->cols);
			while (at < c->len) {
				size_t n = utf8_decode(c->ch + at, (size_t)c->len - at, &cp);

				assert_false(utf8_is_unsafe(cp));
				assert_true(cp >= 0x20 && cp != 0x7F);
				assert_true(at == 0 || utf8_width_cp(cp) == 0);
				at += n;
			}
		}
	}
}

/* Random bytes, half of them meant to hurt, at random places. */
static void fuzz_the_door(void **state)
{
	static const char *const nasty[] = {"\x1b[2J",
	                                    "\23331m", /* CSI in one byte */
	                                    "\r",
	                                    "\xe2\x80\xae",
	                                    "\xe6\x97\xa5",
	                                    "\xcc\x81\xcc\x81\xcc\x81",
	                                    "\xf0\x9f\x98\x80",
	                                    "\xe2\x80\x8d",
	                                    "\xf4\x8f\xbf\xbf",
	                                    "\xed\xa0\x80",
	                                    "\xc0\x80",
	                                    "\x00"};
	uint32_t seed = 12345;
	struct frame f = {0};

	(void)state;
	frame_resize(&f, 12, 30);
	for (int round = 0; round < 20000; round++) {
		char text[64];
		size_t n = 0;

		while (n < 40) {
			seed = seed * 1664525 + 1013904223;
			if ((seed >> 16 & 3) == 0) {
				const char *s = nasty[(seed >> 20) % N(nasty)];

				memcpy(text + n, s, strlen(s) + 1);
				n += strlen(s) + (s[0] == '\0');
			} else {
				text[n++] = (char)(seed >> 24);
			}
		}
		frame_put(&f, (int)(seed >> 8 & 15) - 2, (int)(seed >> 12 & 63) - 20, (int)(seed >> 3 & 31),
		          (enum style)(seed % ST__MAX), text, n);
		if (round % 500 == 0)
			assert_sound(&f);
	}
	assert_sound(&f);
	frame_to_ascii(&f);
	for (int y = 0; y < f.rows; y++)
		for (int x = 0; x < f.cols; x++) {
			const struct cell *c = frame_at(&f, y, x);

			assert_true(c->len == 1 && c->width == 1 && c->ch[0] >= 0x20 && c->ch[0] < 0x7F);
		}
	frame_release(&f);
}

static void ascii_says_the_same(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	        {"Gr\xc3\xbc\xc3\x9f"
	         "e",
	         "Gruse"},
	        {"caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d", "cafe \"x\""},
	        {"a \xe2\x86\x92 b", "a > b"},
	        {"\xe6\x97\xa5", "?"},
	        {"e\xcc\x81", "e"},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct frame f = {0};
		char got[256];

		frame_resize(&f, 1, 20);
		frame_str(&f, 0, 0, 20, ST_TEXT, rows[i].in);
		frame_to_ascii(&f);
		row_text(&f, 0, got);
		assert_string_equal(got, rows[i].out);
		frame_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(puts_what_it_should), cmocka_unit_test(measures_as_it_draws),
	        cmocka_unit_test(no_half_characters),  cmocka_unit_test(outside_is_nowhere),
	        cmocka_unit_test(fuzz_the_door),       cmocka_unit_test(ascii_says_the_same),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
