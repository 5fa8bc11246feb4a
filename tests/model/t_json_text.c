/* Where a JSON text ends, where it is said to be wrong, and how a string is written into one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <casebook/json.h>
#include <casebook/value.h>

#include <cmocka.h>

/* White space may follow, nothing else. */
static void nothing_comes_after_the_text(void **state)
{
	static const struct {
		const char *text;
		unsigned col; /* of what is too much; 0: it is JSON */
	} rows[] = {
	        {"{}", 0},         {"{} \t\r\n", 0}, {"[1]\n", 0},      {"7", 0},          {"{}garbage", 3},
	        {"{} x", 4},       {"{}{}", 3},      {"[1],", 4},       {"\"a\"\"b\"", 4}, {"null null", 6},
	        {"{\"a\":1}}", 8}, {"true,", 5},     {"{} // note", 4}, {"[]\x7f", 3},
	};
	struct arena *mem = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = {0};
		struct value v;
		int rc = value_parse_json(mem, rows[i].text, strlen(rows[i].text), &v, &err);

		if (rc != (rows[i].col != 0 ? -1 : 0) ||
		    (rc != 0 && (err.line != 1 || err.col != rows[i].col)))
			fail_msg("%s: %d, line %u, column %u", rows[i].text, rc, err.line, err.col);
	}
	arena_free(mem);
}

/* A line begins behind its line end: what stands on the first column of line 2 is not called the end of
 * line 1. */
static void errors_have_their_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line, col;
	} rows[] = {
	        {"x", 1, 1},         {"\nx", 2, 1},      {"\n\nx", 3, 1}, {"{}\nx", 2, 1},
	        {"{}\n\n  x", 3, 3}, {"[1]\r\nx", 2, 1}, {"[1\n", 1, 3},  {"{\"a\":1\n", 1, 7},
	        {"{}x\n{}\n", 1, 3}, {"[]\n[]", 2, 1},
	};
	struct arena *mem = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = {0};
		struct value v;

		assert_int_equal(value_parse_json(mem, rows[i].text, strlen(rows[i].text), &v, &err), -1);
		if (err.line != rows[i].line || err.col != rows[i].col)
			fail_msg("row %zu: line %u, column %u", i, err.line, err.col);
	}
	arena_free(mem);
}

/* What turns text around or clears a screen is written as an escape, above the basic plane as two (RFC 8259,
 * 7); a byte that is no UTF-8 is seen to have been one. */
static void what_a_string_is_written_as(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
	        {"plain \xc3\xa9", "plain \xc3\xa9"},
	        {"a\"b\\c", "a\\\"b\\\\c"},
	        {"a\nb\tc", "a\\nb\\tc"},
	        {"\x1b[2J", "\\u001b[2J"},
	        {"\xe2\x80\xae", "\\u202e"},
	        {"\xf3\xa0\x81\xbf", "\\udb40\\udc7f"},
	        {"\xf0\x9f\x94\xa5", "\xf0\x9f\x94\xa5"},
	        {"a\xff\xfe!", "a\\ufffd\\ufffd!"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;

		buf_init(&out, 200);
		json_escape(&out, rows[i].text, strlen(rows[i].text));
		assert_string_equal(buf_cstr(&out), rows[i].json);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_comes_after_the_text),
	        cmocka_unit_test(errors_have_their_line),
	        cmocka_unit_test(what_a_string_is_written_as),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
