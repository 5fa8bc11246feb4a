/* Bodies as text: encodings believed in the right order, titles, visible words, redirect hosts, dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http.h"
#include "net.h"

#define S(text) text, sizeof(text) - 1

static struct arena *mem;

static struct http_reply page(const char *body, size_t n, const char *type)
{
	struct http_header *h = arena_array(mem, 1, sizeof(*h));
	struct http_reply r = {.body = (const unsigned char *)body, .body_n = n, .text = ""};

	if (type != NULL) {
		*h = (struct http_header){"Content-Type", type};
		r.headers = h;
		r.nheaders = 1;
	}
	http_decode(&r, mem);
	return r;
}

static void charsets(void **state)
{
	static const struct {
		const char *body;
		size_t n;
		const char *type, *charset, *text;
	} rows[] = {
	        {S("plain"), NULL, "utf-8", "plain"},
	        {S("\xEF\xBB\xBF"
	           "bom"),
	         "text/html; charset=iso-8859-1", "utf-8", "bom"},
	        {S("\xFF\xFEh\0i\0"), "text/html; charset=utf-8", "utf-16le", "hi"},
	        {S("\xFE\xFF\0h\0i"), NULL, "utf-16be", "hi"},
	        {S("h\0e\0l\0l\0o\0 \0y\0o\0u\0"), "text/html", "utf-16le", "hello you"},
	        {S("\0h\0e\0l\0l\0o\0 \0y\0o\0u"), NULL, "utf-16be", "hello you"},
	        {S("caf\xE9"), "text/html; charset=iso-8859-1", "windows-1252", "caf\xC3\xA9"},
	        {S("can\x92t"), NULL, "windows-1252", "can\xE2\x80\x99t"},
	        {S("caf\xC3\xA9"), "text/html; charset=ISO-8859-1", "utf-8",
	         "caf\xC3\xA9"}, /* labelled wrongly */
	        {S("\xEF\xF0\xE8"), "text/html; charset=\"windows-1251\"", "windows-1251",
	         "\xD0\xBF\xD1\x80\xD0\xB8"},
	        {S("<meta charset='windows-1251'>\xEF"), NULL, "windows-1251",
	         "<meta charset='windows-1251'>\xD0\xBF"},
	        {S("caf\xE9"), "text/html; charset=no-such-thing", "windows-1252", "caf\xC3\xA9"},
	        {S("caf\xE9"), "text/html; charset=//TRANSLIT", "windows-1252", "caf\xC3\xA9"},
	        {S("0\x82\x03\x01\0\x02\x01"), "application/x-x509-ca-cert", NULL, ""},
	        {S(""), "text/html", NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_reply r = page(rows[i].body, rows[i].n, rows[i].type);

		if (rows[i].charset == NULL)
			assert_null(r.charset);
		else
			assert_string_equal(r.charset, rows[i].charset);
		assert_string_equal(r.text, rows[i].text);
	}
}

static void titles(void **state)
{
	static const struct {
		const char *body, *title;
	} rows[] = {
	        {"<html><head><TITLE>\n 403 - Forbidden:\n Access</title>", "403 - Forbidden: Access"},
	        {"<title lang='en'>a &amp; b &#39;c&#x27; &lt;d&gt; &bad; &#0;</title>",
	         "a & b 'c' <d> &bad; &#0;"},
	        {"<title></title>", ""},
	        {"<title>never ends", "never ends"},
	        {"<title", NULL},
	        {"<titles>no</titles>", NULL},
	        {"none", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_reply r = page(rows[i].body, strlen(rows[i].body), NULL);
		const char *got = http_title(&r, mem);

		if (rows[i].title == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].title);
	}
}

static void visible(void **state)
{
	static const struct {
		const char *body;
		size_t max;
		const char *want;
	} rows[] = {
	        {"<p>one<br/>two</p><!-- three --><script>var x='<p>four';</script><style>p{}</style>five",
	         99, "one two five"},
	        {"a < b and c", 99, "a < b and c"},
	        {"<script>never ends", 99, ""},
	        {"<!-- never ends", 99, ""},
	        {"<p never ends", 99, ""},
	        {"  \n\t x \r\n", 99, "x"},
	        {"abc\xC3\xA9", 4, "abc"}, /* never half a letter */
	        {"&amp", 99, "&amp"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_reply r = page(rows[i].body, strlen(rows[i].body), NULL);

		assert_string_equal(http_words(&r, mem, rows[i].max), rows[i].want);
	}
}

static void redirects(void **state)
{
	static const struct {
		const char *location, *host;
	} rows[] = {
	        {"https://Login.Microsoftonline.com/common/oauth2/authorize?x", "login.microsoftonline.com"},
	        {"https://a.test:8443/", "a.test"},
	        {"/relative", NULL},
	        {"//a.test/x", NULL},
	        {"file:///etc/passwd", NULL},
	        {"javascript:alert(1)", NULL},
	        {"", NULL},
	};

	(void)state;
	assert_null(http_location_host(NULL, mem));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = http_location_host(rows[i].location, mem);

		if (rows[i].host == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].host);
	}
}

static void dates(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t ms;
	} rows[] = {
	        {"Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777000},
	        {"Sunday, 06-Nov-94 08:49:37 GMT", true, 784111777000},
	        {"Sun Nov  6 08:49:37 1994", true, 784111777000},
	        {"yesterday", false, 0},
	        {"", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_header h = {"date", rows[i].text};
		struct http_reply r = {.headers = &h, .nheaders = 1};
		int64_t ms;

		assert_int_equal(http_date(&r, &ms), rows[i].good);
		if (rows[i].good)
			assert_true(ms == rows[i].ms);
	}
}

/* net_proxy() reads the environment as curl does. */
static void proxies(void **state)
{
	static const struct {
		const char *http, *https, *all, *no, *url, *given, *want;
	} rows[] = {
	        {NULL, NULL, NULL, NULL, "http://a.test/", NULL, NULL},
	        {"p1", "p2", NULL, NULL, "http://a.test/", NULL, "p1"},
	        {"p1", "p2", NULL, NULL, "https://a.test/", NULL, "p2"},
	        {NULL, NULL, "p3", NULL, "https://a.test/", NULL, "p3"},
	        {"", "", "p3", NULL, "http://a.test/", NULL, "p3"},
	        {"p1", NULL, NULL, "*", "http://a.test/", NULL, NULL},
	        {"p1", NULL, NULL, "a.test", "http://a.test/", NULL, NULL},
	        {"p1", NULL, NULL, "x, .a.test", "http://b.A.test/", NULL, NULL},
	        {"p1", NULL, NULL, "a.test", "http://nota.test/", NULL, "p1"},
	        {"p1", NULL, NULL, "a.test.", "http://a.test/", NULL, NULL},
	        {"p1", NULL, NULL, "10.0.0.0/8", "http://10.1.2.3/", NULL, NULL},
	        {"p1", NULL, NULL, "10.0.0.0/9", "http://10.128.0.1/", NULL, "p1"},
	        {"p1", NULL, NULL, "2001:db8::/33", "http://[2001:db8:7fff::1]/", NULL, NULL},
	        {"p1", NULL, NULL, "2001:db8::/33", "http://[2001:db8:8000::1]/", NULL, "p1"},
	        {"p1", NULL, NULL, "10.0.0.0/99", "http://10.0.0.1/", NULL, "p1"},
	        {"p1", NULL, NULL, ",,,", "http://a.test/", NULL, "p1"},
	        {"p1", NULL, NULL, "*", "http://a.test/", "p9", "p9"}, /* --proxy means it */
	        {"p1", NULL, NULL, NULL, "http://a.test/", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const names[] = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"};
		const char *const values[] = {rows[i].http, rows[i].https, rows[i].all, rows[i].no};
		const char *got;

		for (int k = 0; k < 4; k++) {
			unsetenv(names[k]);
			if (values[k] != NULL)
				setenv(names[k], values[k], 1);
		}
		got = net_proxy(rows[i].url, rows[i].given, mem);
		if (rows[i].want == NULL ? got != NULL : got == NULL || strcmp(got, rows[i].want) != 0)
			fail_msg("row %zu: %s", i, got != NULL ? got : "direct");
	}
}

static int setup(void **state)
{
	static const char *const names[] = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"};

	(void)state;
	for (int k = 0; k < 4; k++)
		unsetenv(names[k]);
	mem = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(charsets),  cmocka_unit_test(titles), cmocka_unit_test(visible),
	        cmocka_unit_test(redirects), cmocka_unit_test(dates),  cmocka_unit_test(proxies),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
