/* Which values may stand in an input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "session_test.h"

static const struct input_choice choices[] = {{"android", "Android"}, {"ios", "iOS"}};
static const struct input_def url = {.key = "u", .label = "URL", .type = INPUT_URL, .ends_with = "mscep.dll"};
static const struct input_def host = {.key = "h", .label = "Host", .type = INPUT_HOST};
static const struct input_def when = {.key = "t", .label = "Time", .type = INPUT_TIME};
static const struct input_def file = {.key = "f", .label = "File", .type = INPUT_FILE};
static const struct input_def pick = {
        .key = "c", .label = "Choice", .type = INPUT_CHOICE, .choices = choices, .nchoices = 2};

static void table(void **state)
{
	static const struct {
		const struct input_def *def;
		const char *value;
		bool ok, warns;
	} rows[] = {
	        {&url, "https://ndes.example.org/certsrv/mscep/mscep.dll", true, false},
	        {&url, "HTTP://NDES:8080/CertSrv/MSCEP/MSCEP.DLL", true, false},
	        {&url, "https://a/mscep.dll?operation=GetCACaps", true, false},
	        {&url, "https://[::1]:8443/mscep.dll", true, false},
	        {&url, "https://a/elsewhere", true, true},
	        {&url, "", false, false},
	        {&url, "ndes.example.org", false, false},
	        {&url, "ftp://a/mscep.dll", false, false},
	        {&url, "javascript://a/mscep.dll", false, false},
	        {&url, "https:///mscep.dll", false, false},
	        {&url, "https://a b/mscep.dll", false, false},
	        {&url, "https://a/\x1b[31m/mscep.dll", false, false},
	        {&url, "https://a/mscep.dll\n", false, false},
	        {&url,
	         "https://b\xc3\xbc"
	         "cher/mscep.dll",
	         false, false},
	        {&url, "https://user:secret@a/mscep.dll", false, false},
	        {&url, "https://a:port/mscep.dll", false, false},
	        {&url, "https://-a/mscep.dll", false, false},
	        {&host, "ndes.example.org", true, false},
	        {&host, "https://ndes", false, false},
	        {&host, "a/b", false, false},
	        {&when, "2026-11-22T14:02:00Z", true, false},
	        {&when, "yesterday", false, false},
	        {&file, "/var/log/u ex.log", true, false},
	        {&file,
	         "b\xc3\xbc"
	         "cher.log",
	         true, false},
	        {&file, "bad\x01name", false, false},
	        {&file, "bad\xffname", false, false},
	        {&pick, "ios", true, false},
	        {&pick, "Android", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char warn[240];
		struct err err = {0};

		if (input_accepts(rows[i].def, rows[i].value, warn, sizeof(warn), &err) != rows[i].ok)
			fail_msg("row %zu: %s", i, rows[i].value);
		if (!rows[i].ok)
			assert_true(err.msg[0] != '\0');
		else
			assert_int_equal(warn[0] != '\0', rows[i].warns);
	}
}

static void a_long_url_is_refused(void **state)
{
	char *text = calloc(1, 5000);
	struct err err = {0};

	(void)state;
	memset(text, 'a', 2100);
	memcpy(text, "https://a/", 10);
	assert_false(input_accepts(&url, text, NULL, 0, &err));
	assert_non_null(strstr(err.msg, "2048"));
	text[2048] = '\0';
	assert_true(input_accepts(&url, text, NULL, 0, &err));
	free(text);
}

static void a_wrong_choice_names_the_right_ones(void **state)
{
	struct err err = {0};

	(void)state;
	assert_false(input_accepts(&pick, "x", NULL, 0, &err));
	assert_non_null(strstr(err.msg, "android, ios"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(table),
	        cmocka_unit_test(a_long_url_is_refused),
	        cmocka_unit_test(a_wrong_choice_names_the_right_ones),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
