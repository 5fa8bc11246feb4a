/* file.lines: which lines come, cleaned, and what it says when there are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_seen.h"

static char path[64];

static void file_is(const void *bytes, size_t n)
{
	int fd;

	snprintf(path, sizeof(path), "/tmp/casebook-lines-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static void look(struct probe_seen *r, const char *line, const char *around)
{
	if (around != NULL)
		probe_run(r, "file.lines", "file", path, "line", line, "around", around, NULL);
	else
		probe_run(r, "file.lines", "file", path, "line", line, NULL);
	unlink(path);
}

static int64_t number(const struct probe_seen *r, size_t i)
{
	return value_find(&seen_fact(r, "lines")->u.list.items[i], "line")->u.i;
}

static const char *text(const struct probe_seen *r, size_t i)
{
	return value_find_str(&seen_fact(r, "lines")->u.list.items[i], "text");
}

static void lines_on_both_sides(void **state)
{
	static const char log[] = "one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix";
	struct probe_seen r;

	(void)state;
	file_is(log, strlen(log));
	look(&r, "4", "1");
	assert_int_equal(r.e.outcome, EV_MEASURED);
	assert_int_equal(seen_fact(&r, "lines")->u.list.n, 3);
	assert_int_equal(number(&r, 0), 3);
	assert_string_equal(text(&r, 1), "four");
	assert_true(seen_fact(&r, "more")->u.b);
	probe_seen_release(&r);
	file_is(log, strlen(log));
	look(&r, "6", NULL);
	assert_int_equal(seen_fact(&r, "lines")->u.list.n, 6);
	assert_string_equal(text(&r, 5), "six");
	assert_false(seen_fact(&r, "more")->u.b);
	probe_seen_release(&r);
}

static void what_a_terminal_or_a_thief_would_take_is_gone(void **state)
{
	static const char log[] = "\033[2Jclear\npassword=hunter2 user\n";
	struct probe_seen r;
	char *wide = malloc(100000);

	(void)state;
	file_is(log, strlen(log));
	look(&r, "1", NULL);
	assert_null(strchr(text(&r, 0), '\033'));
	assert_non_null(strstr(text(&r, 0), "clear"));
	assert_null(strstr(text(&r, 1), "hunter2"));
	probe_seen_release(&r);
	memset(wide, 'x', 100000);
	file_is(wide, 100000);
	look(&r, "1", NULL);
	assert_true(strlen(text(&r, 0)) <= 600);
	assert_true(value_find(&seen_fact(&r, "lines")->u.list.items[0], "cut")->u.b);
	probe_seen_release(&r);
	free(wide);
}

static void wide_characters_are_read(void **state)
{
	static const char log[] = "\377\376a\0\n\0\344\0\n";
	struct probe_seen r;

	(void)state;
	file_is(log, sizeof(log));
	look(&r, "2", NULL);
	assert_string_equal(text(&r, 1), "\303\244");
	probe_seen_release(&r);
}

static void none_says_why(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *line, *why;
	} rows[] = {{"one\ntwo\n", 8, "7", "has 2 lines, not 7"},
	            {"one\n", 4, "x", "no number of a line"},
	            {"one\n", 4, "0", "no number of a line"},
	            {"one\n", 4, "99999999999999999999", "no number of a line"},
	            {"\xFF\xD8\xFF\xE0 jpeg\1\2\3\4\5", 14, "1", "only a text has lines"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen r;

		file_is(rows[i].bytes, rows[i].n);
		look(&r, rows[i].line, NULL);
		assert_int_equal(r.e.outcome, EV_UNREADABLE);
		assert_non_null(strstr(r.e.why, rows[i].why));
		probe_seen_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(lines_on_both_sides),
	        cmocka_unit_test(what_a_terminal_or_a_thief_would_take_is_gone),
	        cmocka_unit_test(wide_characters_are_read),
	        cmocka_unit_test(none_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
