/* Times and encodings of a practice case's files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/clock.h>

#include "practice.h"

static void expands(const char *text, const char *wanted)
{
	struct buf out;
	struct err err;
	int64_t now;

	assert_true(clock_parse_iso("2026-11-30T09:05:07Z", &now));
	buf_init(&out, 4096);
	assert_int_equal(moment_expand(&out, text, strlen(text), now, &err), 0);
	assert_string_equal(buf_cstr(&out), wanted);
	buf_release(&out);
}

static void test_formats(void **state)
{
	(void)state;
	expands("a {{-2h iis}} b", "a 2026-11-30 07:05:07 b");
	expands("{{now iso}}", "2026-11-30T09:05:07Z");
	expands("{{-2h30m+7s xml}}", "2026-11-30T06:35:14.4412093Z");
	expands("u_ex{{-1d yymmdd}}.log", "u_ex261129.log");
	expands("{{-3d de +120}}|{{-3d us}}", "27.11.2026 11:05:07|11/27/2026 9:05:07 AM");
	expands("{{+6h us}}", "11/30/2026 3:05:07 PM");
	expands("{{-9h us}}", "11/30/2026 12:05:07 AM");
	expands("{{-29d syslog}}", "Nov  1 09:05:07");
	expands("{{now http}}", "Mon, 30 Nov 2026 09:05:07 GMT");
	expands("{{-1s epoch}}", "1796029506");
	/* An English listing does not tell the order of day and month up to the 12th. */
	expands("{{-20d us-m}}", "10/31/2026 9:05 AM");
	expands("no place {{", "no place {{");
}

static void test_wrong_places(void **state)
{
	static const char *const wrong[] = {"{{}}",       "{{-2h}}",         "{{-2h nothing}}",
	                                    "{{2x iis}}", "{{-2h iis +1h}}", "{{-h iis}}"};
	struct buf out;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		buf_init(&out, 4096);
		assert_int_equal(moment_expand(&out, wrong[i], strlen(wrong[i]), 0, &err), -1);
		assert_non_null(strstr(err.msg, "names no time"));
		buf_release(&out);
	}
}

static void encodes(const char *words, const char *text, const char *wanted, size_t n)
{
	struct buf out;
	struct err err;

	buf_init(&out, 4096);
	assert_int_equal(bytes_encode(&out, text, strlen(text), words, &err), 0);
	assert_int_equal(out.n, n);
	assert_memory_equal(buf_cstr(&out), wanted, n);
	buf_release(&out);
}

static void test_encodings(void **state)
{
	struct buf out;
	struct err err;

	(void)state;
	encodes("", "a\nb", "a\nb", 3);
	encodes("crlf", "a\nb\r\n", "a\r\nb\r\n", 6);
	encodes("bom", "a",
	        "\xef\xbb\xbf"
	        "a",
	        4);
	encodes("utf-16 crlf", "\xc3\xa4\n", "\xff\xfe\xe4\0\r\0\n\0", 8);
	encodes("cp850", "\xc3\xa4", "\x84", 1);
	buf_init(&out, 64);
	assert_int_equal(bytes_encode(&out, "\xe3\x81\x82", 3, "cp850", &err), -1);
	assert_int_equal(bytes_encode(&out, "a", 1, "no-such-set", &err), -1);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_formats),
	                                   cmocka_unit_test(test_wrong_places),
	                                   cmocka_unit_test(test_encodings)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
