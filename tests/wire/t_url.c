/* Addresses taken apart, and those that are refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/url.h>

static void good(void **state)
{
	static const struct {
		const char *text, *scheme, *host;
		unsigned port;
		bool given, six;
		const char *path;
	} rows[] = {
	        {"https://ndes.test/certsrv/mscep/mscep.dll", "https", "ndes.test", 443, false, false,
	         "/certsrv/mscep/mscep.dll"},
	        {"HTTP://Ndes.Test", "http", "Ndes.Test", 80, false, false, ""},
	        {"http://a:8080/x?y=z#f", "http", "a", 8080, true, false, "/x?y=z#f"},
	        {"https://[2001:db8::1]:444/", "https", "2001:db8::1", 444, true, true, "/"},
	        {"https://[::1]", "https", "::1", 443, false, true, ""},
	        {"https://127.0.0.1:65535?a@b:c", "https", "127.0.0.1", 65535, true, false, "?a@b:c"},
	        {"https://b\xC3\xBC"
	         "cher.test/",
	         "https",
	         "b\xC3\xBC"
	         "cher.test",
	         443, false, false, "/"},
	        {"https://under_score.test:1/", "https", "under_score.test", 1, true, false, "/"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = {0};
		struct url u;

		if (url_parse(rows[i].text, &u, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.msg);
		assert_string_equal(u.scheme, rows[i].scheme);
		assert_string_equal(u.host, rows[i].host);
		assert_int_equal(u.port, rows[i].port);
		assert_int_equal(u.port_given, rows[i].given);
		assert_int_equal(u.literal6, rows[i].six);
		assert_string_equal(u.path, rows[i].path);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
	        {"", "begin with https://"},
	        {"ndes.test/x", "begin with https://"},
	        {"ftp://ndes.test/", "begin with https://"},
	        {"file:///etc/passwd", "begin with https://"},
	        {"https:/ndes.test/", "begin with https://"},
	        {"https://", "names no host"},
	        {"https:///x", "names no host"},
	        {"https://:443/", "names no host"},
	        {"https://a b/", "blank at position 10"},
	        {"https://a/\x01", "control character at position 11"},
	        {"https://a/\r\nHost: b", "control character"},
	        {"https://a/\x7F", "control character"},
	        {"https://user@a/", "user name"},
	        {"https://user:pass@a/", "user name"},
	        {"https://a:/", "port"},
	        {"https://a:0/", "port"},
	        {"https://a:65536/", "port"},
	        {"https://a:4a/", "port"},
	        {"https://a:-1/", "port"},
	        {"https://a:443443/", "port"},
	        {"https://[::1/", "'['"},
	        {"https://[::1]x/", "port"},
	        {"https://a;rm/", "an invalid character"},
	        {"https://$(x)/", "an invalid character"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = {0};
		struct url u;

		if (url_parse(rows[i].text, &u, &err) == 0)
			fail_msg("%s is taken", rows[i].text);
		if (strstr(err.msg, rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].text, err.msg);
	}
}

static void too_long(void **state)
{
	char *text = malloc(URL_MAX + 100);
	struct err err = {0};
	struct url u;

	(void)state;
	memset(text, 'a', URL_MAX + 99);
	text[URL_MAX + 99] = '\0';
	memcpy(text, "https://a/", 10);
	assert_int_equal(url_parse(text, &u, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	text[URL_MAX] = '\0';
	assert_int_equal(url_parse(text, &u, &err), 0);
	text[8] = 'a';
	text[300] = '/';
	text[9] = 'a'; /* a host of 292 bytes */
	assert_int_equal(url_parse(text, &u, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	for (size_t n = sizeof(u.host) - 1; n <= sizeof(u.host); n++) { /* the longest host, and one more */
		memset(text, 'a', URL_MAX);
		memcpy(text, "https://", 8);
		memcpy(text + 8 + n, "/", 2);
		assert_int_equal(url_parse(text, &u, &err), n < sizeof(u.host) ? 0 : -1);
	}
	free(text);
}

static void ports(void **state)
{
	unsigned port = 7;

	(void)state;
	assert_true(port_parse("443", &port));
	assert_int_equal(port, 443);
	assert_true(port_parse("00443", &port));
	assert_false(port_parse("", &port));
	assert_false(port_parse("443 ", &port));
	assert_false(port_parse("+443", &port));
	assert_false(port_parse("99999", &port));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(good),
	        cmocka_unit_test(refused),
	        cmocka_unit_test(too_long),
	        cmocka_unit_test(ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
