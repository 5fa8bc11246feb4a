/* The line that shows the same by hand: what is filled in can only ever be one argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/wire.h>

static void filled(void **state)
{
	static const struct {
		const char *pattern, *key, *value, *want;
	} rows[] = {
	        {"curl -sv {url}", "url", "https://a.test/x", "curl -sv https://a.test/x"},
	        {"curl -sv {url}", "url", "https://a.test/x?a=b&c=d", "curl -sv 'https://a.test/x?a=b&c=d'"},
	        {"curl {url}?operation=GetCACaps", "url", "https://a.test/x",
	         "curl 'https://a.test/x?operation=GetCACaps'"},
	        {"nc -vz {host} {port}", "url", "https://a.test:8443/x", "nc -vz a.test 8443"},
	        {"nc -vz {host} {port}", "url", "http://a.test/x", "nc -vz a.test 80"},
	        {"nc -vz {host} {port}", "host", "a.test", "nc -vz a.test 443"},
	        {"curl {url}", "host", "a.test", "curl https://a.test/"},
	        {"curl {url}", "host", "::1", "curl 'https://[::1]/'"},
	        {"openssl s_client -connect {host}:{port}", "url", "https://a.test/",
	         "openssl s_client -connect a.test:443"},
	        {"grep x {file}", "file", "my log.txt", "grep x 'my log.txt'"},
	        {"grep x {file}", "file", "it's.log", "grep x 'it'\\''s.log'"},
	        {"grep x {file}", "file", "$(reboot)", "grep x '$(reboot)'"},
	        {"grep x {file}", "file", "", "grep x ''"},
	        {"Get-Content \"{file}\" | x", "file", "a\"b$c`d\\",
	         "Get-Content \"a\\\"b\\$c\\`d\\\\\" | x"},
	        {"sh -c 'cat {file}'", "file", "a'b", "sh -c 'cat a'\\''b'"},
	        {"one {file}\ntwo {file}", "file", "f", "one f\ntwo f"},
	        {"awk '{print $1}' {file}", "file", "f", "awk '{print $1}' f"},
	        {"no {such} thing {host", "host", "h", "no {such} thing {host"},
	        {"grep x {file}", "file", "a\x1b[2Jb", "grep x 'a\xEF\xBF\xBD[2Jb'"},
	        {"curl {url}", "port", "1", "curl {url}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_arg arg = {rows[i].key, rows[i].value};
		struct buf out;

		buf_init(&out, 10000);
		by_hand_fill(&out, rows[i].pattern, &arg, 1);
		assert_string_equal(buf_cstr(&out), rows[i].want);
		buf_release(&out);
	}
	for (size_t i = 0; i < 2; i++) {
		const struct probe_arg both[] = {{"url", "https://a.test/x"}, {"file", "app.log"}};
		struct buf out;

		buf_init(&out, 1000);
		target_of(&out, i == 1, both, 2);
		assert_string_equal(buf_cstr(&out), i == 1 ? "app.log" : "https://a.test/x");
		buf_release(&out);
	}
}

static void nothing(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	by_hand_fill(&out, NULL, NULL, 0);
	assert_string_equal(buf_cstr(&out), "");
	buf_release(&out);
}

static void proxies(void **state)
{
	static const char *const rows[][2] = {
	        {"http://p.test:1/", "http://p.test:1/"},
	        {"http://user:secret@p.test:1", "http://p.test:1"},
	        {"user:se@cret@p.test:1/@x", "p.test:1/@x"},
	        {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		proxy_shown(&out, rows[i][0]);
		assert_string_equal(buf_cstr(&out), rows[i][1]);
		buf_release(&out);
	}
}

static void targets(void **state)
{
	static const struct {
		struct probe_arg args[2];
		size_t n;
		const char *want;
	} rows[] = {
	        {{{"url", "https://a.test/x"}}, 1, "https://a.test/x"},
	        {{{"host", "a.test"}, {"port", "8443"}}, 2, "a.test:8443"},
	        {{{"port", "8443"}, {"host", "::1"}}, 2, "[::1]:8443"},
	        {{{"host", "::1"}}, 1, "::1"},
	        {{{"file", "some\nfile\x1b"}},
	         1,
	         "some\xEF\xBF\xBD"
	         "file\xEF\xBF\xBD"},
	        {{{"other", "x"}}, 1, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		target_of(&out, false, rows[i].args, rows[i].n);
		assert_string_equal(buf_cstr(&out), rows[i].want);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(filled),
	        cmocka_unit_test(nothing),
	        cmocka_unit_test(proxies),
	        cmocka_unit_test(targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
