/* Lists within a certificate: as many of their items are kept as a real one may have, and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "x509_facts.h"

#include <cmocka.h>

#define MOST 64 /* of one list */

static X509 *with(int nid, const char *text)
{
	X509 *x = X509_new();
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, text);

	assert_non_null(e);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	return x;
}

static const char *items(const char *fmt, int n)
{
	static char text[16384];
	size_t at = 0;

	for (int i = 0; i < n; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s", i != 0 ? "," : "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		at += (size_t)snprintf(text + at, sizeof(text) - at, fmt, i + 1);
#pragma GCC diagnostic pop
	}
	return text;
}

static void each_list_ends_at_its_limit(void **state)
{
	static const struct {
		int nid;
		const char *item;
	} lists[] = {
	        {NID_ext_key_usage, "1.3.6.1.4.1.99999.%d"},
	        {NID_crl_distribution_points, "URI:http://c.example/%d.crl"},
	        {NID_info_access, "caIssuers;URI:http://c.example/%d.cer"},
	};
	static const int sizes[] = {1, MOST - 1, MOST, MOST + 1, MOST + 30};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			struct arena *mem = arena_new();
			X509 *x = with(lists[i].nid, items(lists[i].item, sizes[k]));
			struct value v = lists[i].nid == NID_ext_key_usage ? cert_ekus(mem, x)
			                 : lists[i].nid == NID_crl_distribution_points
			                         ? cert_urls(mem, x, CERT_URL_CRL)
			                         : cert_urls(mem, x, CERT_URL_ISSUER);

			assert_int_equal(v.u.list.n, sizes[k] < MOST ? sizes[k] : MOST);
			X509_free(x);
			arena_free(mem);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_list_ends_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
