/* Attributes of the directory: times and their never, flags, names, and what a filter may not be told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ad_value.h"

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t v;
	} rows[] = {{"0", true, 0},
	            {"-1", true, -1},
	            {"9223372036854775807", true, INT64_MAX},
	            {"-9223372036854775808", true, INT64_MIN},
	            {"9223372036854775808", false, 0},
	            {"-9223372036854775809", false, 0},
	            {"", false, 0},
	            {"-", false, 0},
	            {"12 ", false, 0},
	            {"+1", false, 0},
	            {"0x10", false, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t v = 0;

		assert_int_equal(ad_int(rows[i].text, strlen(rows[i].text), &v), rows[i].good);
		assert_int_equal(v, rows[i].v);
	}
}

static void times(void **state)
{
	static const struct {
		const char *text;
		enum ad_time kind;
		int64_t ms;
	} rows[] = {{"0", AD_TIME_NEVER, 0},
	            {"9223372036854775807", AD_TIME_NEVER, 0},
	            {"116444736000000000", AD_TIME_AT, 0},
	            {"132539328000000000", AD_TIME_AT, 1609459200000},
	            {"1", AD_TIME_AT, -11644473600000},
	            {"-1", AD_TIME_BAD, 0},
	            {"never", AD_TIME_BAD, 0},
	            {"", AD_TIME_BAD, 0}};
	static const char *const bad[] = {"",
	                                  "20261201041500",
	                                  "20261301041500Z",
	                                  "2026120104150Z",
	                                  "20261201041500.0",
	                                  "20261201041500.0Zx",
	                                  "20261201041500+01"};
	int64_t ms = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ms = 0;
		assert_int_equal(ad_filetime(rows[i].text, strlen(rows[i].text), &ms), rows[i].kind);
		assert_int_equal(ms, rows[i].ms);
	}
	assert_true(ad_generalized("20210101000000.0Z", 17, &ms));
	assert_int_equal(ms, 1609459200000);
	assert_true(ad_generalized("20210101000001Z", 15, &ms));
	assert_int_equal(ms, 1609459201000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ad_generalized(bad[i], strlen(bad[i]), &ms));
}

static void flags(void **state)
{
	(void)state;
	assert_int_equal(ad_flag("514", 3, AD_DISABLED), AD_YES);
	assert_int_equal(ad_flag("512", 3, AD_DISABLED), AD_NO);
	assert_int_equal(ad_flag("66048", 5, AD_PASSWORD_STAYS), AD_YES);
	assert_int_equal(ad_flag("8388608", 7, AD_PASSWORD_EXPIRED), AD_YES);
	assert_int_equal(ad_flag("8388608", 7, AD_LOCKED), AD_NO);
	assert_int_equal(ad_flag("16", 2, AD_LOCKED), AD_YES);
	assert_int_equal(ad_flag("-2147483646", 11, AD_DISABLED), AD_YES); /* bit 31 is set too */
	assert_int_equal(ad_flag("", 0, AD_LOCKED), AD_UNKNOWN);
	assert_int_equal(ad_flag("locked", 6, AD_LOCKED), AD_UNKNOWN);
}

static void filters(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, BUF_MAX_LINE);
	ad_escape(&b, "svc-ndes$", 9);
	assert_string_equal(buf_cstr(&b), "svc-ndes$");
	buf_release(&b);
	buf_init(&b, BUF_MAX_LINE);
	ad_escape(&b, "*)(|(a=\\2a\0\n\xC3\xBC", 14);
	assert_string_equal(buf_cstr(&b), "\\2a\\29\\28\\7c\\28a\\3d\\5c2a\\00\\0a\\c3\\bc");
	assert_null(strpbrk(buf_cstr(&b), "*()"));
	buf_release(&b);
}

static void names(void **state)
{
	static const struct {
		const char *text;
		bool good, upn, local;
		const char *domain, *name;
	} rows[] = {{"svc-ndes", true, false, false, "", "svc-ndes"},
	            {"CONTOSO\\svc-ndes", true, false, false, "CONTOSO", "svc-ndes"},
	            {"svc@contoso.com", true, true, false, "contoso.com", "svc"},
	            {"CONTOSO\\gmsa$", true, false, false, "CONTOSO", "gmsa$"},
	            {"a@b@contoso.com", true, true, false, "contoso.com", "a@b"},
	            {"IIS APPPOOL\\SCEP", true, false, true, "IIS APPPOOL", "SCEP"},
	            {"NT AUTHORITY\\NETWORK SERVICE", true, false, true, "NT AUTHORITY", "NETWORK SERVICE"},
	            {"LocalSystem", true, false, true, "", "LocalSystem"},
	            {".\\admin", true, false, true, ".", "admin"},
	            {"", false, false, false, "", ""},
	            {"CONTOSO\\", false, false, false, "CONTOSO", ""},
	            {"@contoso.com", false, true, false, "contoso.com", ""}};
	char longest[400];
	struct ad_name a;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(ad_name(rows[i].text, &a), rows[i].good);
		assert_int_equal(a.upn, rows[i].upn);
		assert_int_equal(a.local, rows[i].local);
		assert_string_equal(a.domain, rows[i].domain);
		assert_string_equal(a.name, rows[i].name);
	}
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_false(ad_name(longest, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(times),
	                                   cmocka_unit_test(flags), cmocka_unit_test(filters),
	                                   cmocka_unit_test(names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
