/* GetCACaps texts and what they promise. */
#include "scep_caps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *text;
	size_t n, known;
	bool post, sha2, aes;
	const char *digest, *cipher;
};
static const struct row rows[] = {
        {"", 0, 0, false, false, false, NULL, NULL},
        {"\r\n \n", 0, 0, false, false, false, NULL, NULL},
        {"POSTPKIOperation\nRenewal\nSHA-512\nSHA-256\nSHA-1\nDES3\n", 6, 6, true, true, false, "SHA-512",
         "DES3"},
        {"POSTPKIOperation\r\nSHA-1\r\nDES3", 3, 3, true, false, false, "SHA-1", "DES3"},
        {"postpkioperation \naes\nsha-256", 3, 3, true, true, true, "SHA-256", "AES"},
        {"SCEPStandard", 1, 1, true, true, true, "SHA-256", "AES"},
        {"GetNextCACert\nUpdate\nSomething-New", 3, 1, false, false, false, NULL, NULL},
        {"Please sign in to go on", 1, 0, false, false, false, NULL, NULL},
};

static void texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct scep_caps c;
		scep_caps_read(&c, r->text, strlen(r->text));
		if (c.n != r->n || c.known != r->known || c.post != r->post || c.sha2 != r->sha2 ||
		    c.aes != r->aes)
			fail_msg("row %zu: n %zu known %zu post %d sha2 %d aes %d", i, c.n, c.known, c.post,
			         c.sha2, c.aes);
		assert_string_equal(c.strongest_digest != NULL ? c.strongest_digest : "-",
		                    r->digest != NULL ? r->digest : "-");
		assert_string_equal(c.strongest_cipher != NULL ? c.strongest_cipher : "-",
		                    r->cipher != NULL ? r->cipher : "-");
	}
}

static void bounded(void **state)
{
	static char text[100000];
	struct scep_caps c;

	(void)state;
	memset(text, 'A', sizeof(text));
	scep_caps_read(&c, text, sizeof(text));
	assert_int_equal(c.n, 1);
	assert_int_equal(strlen(c.list[0]), CAPS_KEYWORD - 1);
	for (size_t i = 0; i < sizeof(text); i += 2)
		text[i] = '\n';
	scep_caps_read(&c, text, sizeof(text));
	assert_int_equal(c.n, CAPS_MAX);
	memset(text, 0, sizeof(text));
	scep_caps_read(&c, text, sizeof(text));
	assert_int_equal(c.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(texts), cmocka_unit_test(bounded)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
