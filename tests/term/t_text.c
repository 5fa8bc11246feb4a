/* Wrapping by display width, lists, columns, small texts; and choosing and scrolling. */
#include "test.h"

#include "list.h"
#include "text.h"

#include <locale.h>
#include <string.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* The document as text, one '|' after each line. */
static const char *shown(struct arena *mem, const struct doc *d)
{
	struct frame f = {0};
	struct buf b;
	const char *out;

	frame_resize(&f, (int)d->n, d->width);
	doc_draw(d, &f, (struct rect){0, 0, (int)d->n, d->width}, 0);
	buf_init(&b, BUF_MAX_LINE);
	frame_dump(&f, false, &b);
	out = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	frame_release(&f);
	return out;
}

static void prose(void **state)
{
	static const struct {
		int width;
		const char *in, *out;
	} rows[] = {
	        {20, "one two three four five", "one two three four\nfive\n"},
	        {20, "exactly twenty wide!", "exactly twenty wide!\n"},
	        {10, "exactly ten is it", "exactly\nten is it\n"},
	        {8, "unbreakablelongword", "unbreaka\nblelongw\nord\n"},
	        {12, "C:\\Windows\\System32\\inetsrv", "C:\\Windows\\\nSystem32\\\ninetsrv\n"},
	        {30, "first\nsame paragraph\n\nsecond", "first same paragraph\n\nsecond\n"},
	        {16, "- an item that wraps\n- next",
	         "\xe2\x80\xa2 an item that\n  wraps\n\xe2\x80\xa2 next\n"},
	        {16, "1. one that wraps a lot\n2. two", "1. one that\n   wraps a lot\n2. two\n"},
	        {30, "type:\n    a  literal   line", "type:\n  a  literal   line\n"},
	        {30, "**bold** and `code`, 2 * 3 ** 4", "bold and code, 2 * 3 ** 4\n"},
	        {30, "un`closed and **open", "un`closed and **open\n"},
	        {6, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x96\x87",
	         "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\n\xe6\x96\x87\n"},
	        {20, "\n\n  \nlate\n\n\n", "late\n"},
	        {20, "", ""},
	        {1, "ab", "a\nb\n"},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct arena *mem = arena_new();
		struct doc d;

		doc_init(&d, mem, rows[i].width);
		doc_prose(&d, 0, ST_TEXT, rows[i].in);
		assert_string_equal(shown(mem, &d), rows[i].out);
		arena_free(mem);
	}
}

static void columns(void **state)
{
	struct arena *mem = arena_new();
	struct doc d;

	(void)state;
	doc_init(&d, mem, 20);
	doc_line(&d);
	doc_cell(&d, 6, ST_TEXT, "a label");
	doc_add(&d, ST_TEXT, " ");
	doc_wrap(&d, 7, 7, ST_TEXT, "and its text wrapped");
	doc_line(&d);
	doc_add(&d, ST_TEXT, "left");
	doc_right(&d, ST_TEXT, "right");
	doc_right(&d, ST_TEXT, "no room");
	doc_blank(&d);
	doc_blank(&d);
	doc_line(&d);
	doc_add(&d, ST_TEXT, "longer than the line is");
	assert_string_equal(shown(mem, &d), "a lab\xe2\x80\xa6 and its text\n"
	                                    "       wrapped\n"
	                                    "left           right\n"
	                                    "\n"
	                                    "longer than the lin\xe2\x80\xa6\n");
	arena_free(mem);
}

/* Whatever the text and the width, nothing is drawn past the width and no word is lost. */
static void never_wider(void **state)
{
	static const char text[] = "Some **bold** words, a\xcc\x81 mark, \xe6\x97\xa5\xe6\x9c\xac, a "
	                           "`path/to/something/long`, and\n"
	                           "- item one with words\n\n    literal line with blanks\n1. number";

	(void)state;
	for (int width = 1; width < 90; width++) {
		struct arena *mem = arena_new();
		size_t letters = 0;
		struct doc d;

		doc_init(&d, mem, width);
		doc_prose(&d, width > 20 ? 4 : 0, ST_TEXT, text);
		for (size_t i = 0; i < d.n; i++) {
			/* A wide character cannot be narrower than two columns. */
			assert_true(d.line[i].used <= (width < 2 ? 2 : width) || width < 8);
			for (size_t r = 0; r < d.line[i].n; r++)
				for (size_t k = 0; k < d.line[i].run[r].n; k++)
					letters += strchr(" \n", d.line[i].run[r].s[k]) == NULL;
		}
		assert_true(letters >= 100);
		arena_free(mem);
	}
}

static void small_texts(void **state)
{
	static const struct {
		int64_t ago_ms;
		const char *out;
	} ages[] = {{0, "just now"},
	            {59999, "just now"},
	            {60000, "1 min ago"},
	            {3600000, "1 h ago"},
	            {86400000, "yesterday"},
	            {3 * 86400000LL, "3 days ago"},
	            {20 * 86400000LL, "2026-11-02"},
	            {-5000, "just now"}};
	static const struct {
		uint64_t bytes;
		const char *out;
	} sizes[] = {{0, "0 bytes"},      {999, "999 bytes"},     {1000, "1.0 KB"},
	             {48000000, "48 MB"}, {1250000000, "1.2 GB"}, {9990000000000, "9.9 TB"}};
	struct arena *mem = arena_new();
	int64_t now = 1795356131000; /* 2026-11-22T14:02:11Z */

	(void)state;
	for (size_t i = 0; i < N(ages); i++)
		assert_string_equal(text_age(mem, now - ages[i].ago_ms, now), ages[i].out);
	for (size_t i = 0; i < N(sizes); i++)
		assert_string_equal(text_size(mem, sizes[i].bytes), sizes[i].out);
	assert_string_equal(text_middle(mem, "short", 10, false), "short");
	assert_string_equal(text_middle(mem, "/home/jo/u_ex261122.log", 11, false), "/home\xe2\x80\xa6"
	                                                                            "2.log");
	assert_string_equal(text_middle(mem, "abcdef", 3, true), "a~f");
	arena_free(mem);
}

static void scrolling(void **state)
{
	static const struct {
		size_t top, rows, total, first, end, want;
	} to[] = {
	        {0, 5, 10, 0, 1, 0}, {0, 5, 10, 5, 6, 1}, {3, 5, 10, 1, 2, 1},  {9, 5, 10, 9, 10, 5},
	        {0, 3, 10, 4, 9, 4}, {0, 0, 10, 4, 9, 0}, {4, 20, 10, 0, 1, 0},
	};
	static const struct {
		size_t top, rows, total;
		int by;
		size_t want;
	} by[] = {{0, 5, 10, 3, 3}, {0, 5, 10, 30, 5}, {4, 5, 10, -9, 0}, {99, 5, 10, 0, 5}, {3, 5, 2, 1, 0}};
	struct list l = {5, 2};

	(void)state;
	for (size_t i = 0; i < N(to); i++)
		assert_int_equal(scroll_to(to[i].top, to[i].rows, to[i].total, to[i].first, to[i].end),
		                 to[i].want);
	for (size_t i = 0; i < N(by); i++)
		assert_int_equal(scroll_by(by[i].top, by[i].rows, by[i].total, by[i].by), by[i].want);
	list_move(&l, -7);
	assert_int_equal(l.sel, 0);
	list_move(&l, 3);
	assert_int_equal(l.sel, 3);
	list_move(&l, 100);
	assert_int_equal(l.sel, 4);
	list_fit(&l, 2);
	assert_int_equal(l.sel, 1);
	list_fit(&l, 0);
	list_move(&l, 1);
	assert_int_equal(l.sel, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(prose),       cmocka_unit_test(columns),   cmocka_unit_test(never_wider),
	        cmocka_unit_test(small_texts), cmocka_unit_test(scrolling),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
