/* Residue: names of every shape, planted in a text, are each found where they stand; words are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/residue.h>

#define MOST 8

struct seen {
	struct residue all[MOST];
	size_t n, stop; /* stop after so many */
};

static bool note(void *arg, const struct residue *r)
{
	struct seen *s = arg;

	assert_true(s->n < MOST);
	s->all[s->n++] = *r;
	return s->n != s->stop;
}

static struct seen find(const char *text)
{
	struct seen s = {.stop = MOST};

	residue_find(text, strlen(text), note, &s);
	return s;
}

static void test_each_shape(void **state)
{
	static const struct {
		const char *name, *kind;
	} planted[] = {
	        {"ndes01.brightwater.de", "host"},
	        {"https://pki.larkspur.co.uk/certsrv", "host"},
	        {"https://harrowpike.zip/x", "host"},
	        {"DNS:ndes.metallbau-müßig.de", "host"},
	        {"brightwater.local.", "host"},
	        {"10.20.30.40", "address"},
	        {"fe80::1c2d:3e4f:5a6b", "address"},
	        {"2a02:8071:0:0:0:0:12:34ab", "address"},
	        {"olga@brightwater.de", "account"},
	        {"BRIGHT\\o.petrowa1", NULL}, /* a dot: as often a file */
	        {"BRIGHT\\petrowa", "account"},
	        {"\\\\filer\\certs", "account"},
	        {"C:\\Users\\petrowa\\x", "account"},
	        {"SRV-NDES01", "computer"},
	        {"DESKTOP-4F7A2B1", "computer"},
	        {"MDM-SRV01", "computer"},
	        {"S-1-5-21-1004336348-1177238915-682003330-1104", "id"},
	        {"00:1a:2b:3c:4d:5e", "id"},
	        {"490154203237518", "id"},
	        {"7c9e6679-7425-40de-944b-e07fc1f90ae7", "id"},
	        {"7c9e6679742540de944be07fc1f90ae7", "id"},
	};
	static const char *const around[] = {
	        "%s", "it says %s and goes on", "\"%s\",", "(%s)", "<b>%s</b>", "| %s |"};

	(void)state;
	for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++)
		for (size_t k = 0; k < sizeof(around) / sizeof(around[0]); k++) {
			char text[200];
			struct seen s;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(text, sizeof(text), around[k], planted[i].name);
#pragma GCC diagnostic pop
			s = find(text);
			if (s.n != (planted[i].kind != NULL) ||
			    (s.n == 1 && strcmp(s.all[0].kind, planted[i].kind) != 0))
				fail_msg("%s: %zu found, %s", text, s.n, s.n != 0 ? s.all[0].kind : "none");
			if (s.n == 1)
				assert_ptr_equal(s.all[0].text, strstr(text, planted[i].name));
		}
}

/* As Markdown, HTML and a URL write them. */
static void test_behind_escapes(void **state)
{
	static const char *const texts[] = {"olga&#64;brightwater.de", "olga&#x40;brightwater.de",
	                                    "olga%40brightwater.de",   "SRV\\-NDES01",
	                                    "ndes\\.brightwater\\.de", "10&#46;20&#46;30&#46;40"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct seen s = find(texts[i]);

		if (s.n != 1)
			fail_msg("%s: %zu found", texts[i], s.n);
		assert_ptr_equal(s.all[0].text, texts[i]);
		assert_int_equal(s.all[0].n, strlen(texts[i]));
	}
}

static void test_nobody(void **state)
{
	static const char *const texts[] = {
	        "ADDRESS-259 ACCOUNT-10@DOMAIN-1 GATEWAY-12 NDES-1 HOST-2.DOMAIN-1 USER-3@DOMAIN-1 DOMAIN-1\\USER-3 https://HOST-2.DOMAIN-1/certsrv",
	        "learn.microsoft.com https://login.microsoftonline.com/x ndes.example.com a.test",
	        "mscep.dll setup.zip install.sh README.md org.jscep.transport com.microsoft.intune",
	        "127.0.0.1 0.0.0.0 192.0.2.7 10.0.26100.2894 1.2.840.113549.1.9.7 2001:db8::1234",
	        "NT AUTHORITY\\SYSTEM HKLM\\SOFTWARE %windir%\\system32 C:\\Users\\Public\\x",
	        "\\certs\\x \\\\certs\\\\x",
	        "A\\bcd AB\\c %TEMP%\\casebook CERTS\\IIS\\x",
	        "start apppool /apppool.name:SCEP 43605\\nTest-NetConnection AAAA\\nResolve-DnsName CAHOST\\CA",
	        "SHA256 HMACSHA256 3DES-EDE SHA1RSA2048 ECDSA-P256 KB5034441 W3SVC1 TLS1.2 PKCS10 X509V3 0x80070005",
	        "S-1-5-18 2026-11-30 14:02:11 00000000-0000-0000-0000-000000000000 401.2",
	        "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct seen s = find(texts[i]);

		if (s.n != 0)
			fail_msg("%.*s is taken for a %s", (int)s.all[0].n, s.all[0].text, s.all[0].kind);
	}
}

static void test_lines_and_order(void **state)
{
	const char *text = "first\nSRV-NDES01 and 10.20.30.40\n\nolga@brightwater.de\n";
	struct seen s = find(text), one = {.stop = 1};

	(void)state;
	assert_int_equal(s.n, 3);
	assert_string_equal(s.all[0].kind, "computer");
	assert_int_equal(s.all[0].line, 2);
	assert_string_equal(s.all[1].kind, "address");
	assert_int_equal(s.all[1].line, 2);
	assert_string_equal(s.all[2].kind, "account");
	assert_int_equal(s.all[2].line, 4);
	residue_find(text, strlen(text), note, &one);
	assert_int_equal(one.n, 1);
}

/* Words longer than any name, bytes that are no text, a text that ends within an escape. */
static void test_hostile(void **state)
{
	static char big[5000];
	static const char bytes[] = "\0\xff\xfe&#\0%4\\\0&#64;@\\\\.:://SRV-NDES01";
	struct seen s = {.stop = MOST};

	(void)state;
	memset(big, 'a', sizeof(big));
	memcpy(big + 4000, " 10.20.30.40 ", 13);
	residue_find(big, sizeof(big), note, &s);
	assert_int_equal(s.n, 1);
	assert_ptr_equal(s.all[0].text, big + 4001);
	for (size_t n = 0; n < sizeof(bytes); n++) {
		struct seen part = {.stop = MOST};

		residue_find(bytes, n, note, &part);
	}
	for (const char *cut = "olga&#64;brightwater.de"; *cut != '\0'; cut++)
		residue_find(cut, 1, note, &s);
	assert_int_equal(s.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_each_shape), cmocka_unit_test(test_behind_escapes),
	        cmocka_unit_test(test_nobody),     cmocka_unit_test(test_lines_and_order),
	        cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
