/* What is said of RA certificates as their end comes near: by the clock alone, to the millisecond. */
#include "scep_cacert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#define DAY INT64_C(86400000)
#define MADE INT64_C(1790000000) /* seconds; every certificate is valid from then on */

static void add_extension(X509 *x, X509V3_CTX *ctx, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, ctx, nid, value);

	assert_true(e != NULL && X509_add_ext(x, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static X509 *certificate(EVP_PKEY *key, const char *name, const char *issuer, const char *usage, int days)
{
	X509 *x = X509_new();
	X509V3_CTX ctx;

	X509_set_version(x, 2);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)name,
	                           -1, -1, 0);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), "CN", MBSTRING_ASC, (const unsigned char *)issuer,
	                           -1, -1, 0);
	ASN1_TIME_set(X509_getm_notBefore(x), MADE);
	ASN1_TIME_adj(X509_getm_notAfter(x), MADE, days, 0);
	X509_set_pubkey(x, key);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	add_extension(x, &ctx, NID_key_usage, usage);
	add_extension(x, &ctx, NID_basic_constraints,
	              strcmp(usage, "critical,keyCertSign") == 0 ? "CA:TRUE" : "CA:FALSE");
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

/* A CA of ten years, and an RA pair of which the encrypting one ends first, after 100 days. */
static int setup(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	STACK_OF(X509) *all = sk_X509_new_null();

	sk_X509_push(all, certificate(key, "CA", "CA", "critical,keyCertSign", 3650));
	sk_X509_push(all, certificate(key, "RA", "CA", "critical,digitalSignature", 200));
	sk_X509_push(all, certificate(key, "RA", "CA", "critical,keyEncipherment", 100));
	EVP_PKEY_free(key);
	*state = all;
	return 0;
}

static int teardown(void **state)
{
	sk_X509_pop_free(*state, X509_free);
	return 0;
}

static void warnings(void **state)
{
	static const struct {
		int64_t left; /* ms until the shorter one ends */
		int days;
		const char *warning;
	} rows[] = {
	        {60 * DAY, 60, "none"},    {60 * DAY - 1, 59, "60-days"},
	        {30 * DAY, 30, "60-days"}, {30 * DAY - 1, 29, "30-days"},
	        {14 * DAY, 14, "30-days"}, {14 * DAY - 1, 13, "14-days"},
	        {1, 0, "14-days"},         {-1, -1, "expired"},
	        {-DAY - 1, -2, "expired"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scep_certs c;

		scep_certs_judge(&c, *state, MADE * 1000 + 100 * DAY - rows[i].left);
		assert_true(c.ra_present && c.ra_sign != NULL && c.ra_encrypt != NULL);
		assert_int_equal(c.ra_days_left, rows[i].days);
		assert_int_equal(c.ra_expired, rows[i].left < 0);
		assert_int_equal(c.ra_not_after, MADE * 1000 + 100 * DAY);
		assert_string_equal(ra_warnings[c.warning], rows[i].warning);
	}
}

static const struct value *of(const struct value *list, const char *client)
{
	for (size_t i = 0; i < list->u.list.n; i++)
		if (strcmp(value_find(&list->u.list.items[i], "client")->u.s, client) == 0)
			return &list->u.list.items[i];
	fail_msg("nothing is said of %s", client);
	return NULL;
}

static void takes(const struct value *choices, const char *client, bool want)
{
	const struct value *c = of(choices, client), *why = value_find(c, "why");

	if (value_find(c, "takes")->u.b != want)
		fail_msg("%s: takes is %s", client, want ? "false" : "true");
	if (!want)
		assert_true(why->type == VAL_STR && *why->u.s != '\0');
}

/* Which client takes what the server has, in the last second and in the one after. */
static void clients(void **state)
{
	struct arena *mem = arena_new();
	struct scep_certs c;
	struct value v;

	scep_certs_judge(&c, *state, MADE * 1000 + 100 * DAY - 1000);
	v = scep_choices(mem, &c);
	for (size_t i = 0; i < 4; i++)
		takes(&v, (const char *const[]){"windows", "apple", "jscep", "sscep"}[i], true);
	scep_certs_judge(&c, *state, MADE * 1000 + 100 * DAY + 1000);
	v = scep_choices(mem, &c);
	takes(&v, "windows", false);
	takes(&v, "apple", false);
	takes(&v, "jscep", true); /* it does not look at dates */
	takes(&v, "sscep", true);
	/* An RA that the CA sent along did not issue. */
	X509_free(sk_X509_delete(*state, 0));
	scep_certs_judge(&c, *state, MADE * 1000 + DAY);
	assert_false(c.ra_issuer_ok);
	v = scep_choices(mem, &c);
	takes(&v, "jscep", false);
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(warnings, setup, teardown),
	                                   cmocka_unit_test_setup_teardown(clients, setup, teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
