/* Where a JSON text ends, and where it is said to be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_comes_after_the_text),
	        cmocka_unit_test(errors_have_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
