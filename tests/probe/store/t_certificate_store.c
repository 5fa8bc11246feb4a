/*
 * certificate.store against certificates made here: every form of export gives the same judgement, a private
 * key is no certificate, and damage is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

#include "probe_seen.h"

#include <cmocka.h>

static EVP_PKEY *key;
static X509 *root, *inter, *expired;

static X509 *make(const char *subject, const char *issuer, long from_days, long to_days, const char *eku)
{
	X509 *x = X509_new();
	X509_NAME *s = X509_get_subject_name(x), *i = X509_get_issuer_name(x);

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 42);
	X509_NAME_add_entry_by_txt(s, "CN", MBSTRING_ASC, (const unsigned char *)subject, -1, -1, 0);
	X509_NAME_add_entry_by_txt(i, "CN", MBSTRING_ASC, (const unsigned char *)issuer, -1, -1, 0);
	X509_gmtime_adj(X509_getm_notBefore(x), from_days * 86400);
	X509_gmtime_adj(X509_getm_notAfter(x), to_days * 86400 + 3600);
	X509_set_pubkey(x, key);
	if (eku != NULL) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, eku);

		X509_add_ext(x, e, -1);
		X509_EXTENSION_free(e);
	}
	X509_sign(x, key, EVP_sha256());
	return x;
}

static int set_up(void **state)
{
	(void)state;
	key = EVP_RSA_gen(2048);
	root = make("Contoso Root", "Contoso Root", -100, 1000, NULL);
	inter = make("Contoso Issuing", "Contoso Root", -100, 40, NULL);
	expired = make("ndes01.contoso.example", "Contoso Issuing", -100, -1, "clientAuth");
	return key == NULL || root == NULL;
}

static int tear_down(void **state)
{
	X509_free(root);
	X509_free(inter);
	X509_free(expired);
	EVP_PKEY_free(key);
	return test_folder_remove(state);
}

static size_t der_of(X509 *x, unsigned char *to)
{
	return (size_t)i2d_X509(x, &to);
}

static void le32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

/* 0, "CERT", for each certificate a property (friendly name) and the certificate, then zeroes */
static const char *sst_file(size_t cut)
{
	static unsigned char buf[16384];
	X509 *all[] = {root, inter, expired};
	size_t n = 8;

	memset(buf, 0, sizeof(buf));
	memcpy(buf + 4, "CERT", 4);
	for (size_t i = 0; i < 3; i++) {
		size_t len;

		le32(buf + n, 11), le32(buf + n + 4, 1), le32(buf + n + 8, 6);
		memcpy(buf + n + 12, "a\0b\0\0", 6);
		n += 18;
		len = der_of(all[i], buf + n + 12);
		le32(buf + n, 32), le32(buf + n + 4, 1), le32(buf + n + 8, (uint32_t)len);
		n += 12 + len;
	}
	return test_file("root.sst", buf, cut != 0 ? cut : n + 12);
}

static const char *bio_file(const char *name, BIO *bio)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	const char *path = test_file(name, p, (size_t)n);

	BIO_free(bio);
	return path;
}

static const char *pem_file(void)
{
	BIO *bio = BIO_new(BIO_s_mem());

	PEM_write_bio_X509(bio, root);
	PEM_write_bio_X509(bio, inter);
	PEM_write_bio_X509(bio, expired);
	return bio_file("store.pem", bio);
}

static const char *p7b_file(void)
{
	BIO *bio = BIO_new(BIO_s_mem());
	PKCS7 *p7 = PKCS7_new();

	PKCS7_set_type(p7, NID_pkcs7_signed);
	PKCS7_content_new(p7, NID_pkcs7_data);
	PKCS7_add_certificate(p7, root);
	PKCS7_add_certificate(p7, inter);
	PKCS7_add_certificate(p7, expired);
	i2d_PKCS7_bio(bio, p7);
	PKCS7_free(p7);
	return bio_file("store.p7b", bio);
}

static void sha1_of(X509 *x, char out[64])
{
	unsigned char md[20];
	unsigned n = sizeof(md);

	X509_digest(x, EVP_sha1(), md, &n);
	for (unsigned i = 0; i < n; i++)
		snprintf(out + 3 * i, 4, "%02X ", md[i]);
}

static void every_form_gives_the_same(void **state)
{
	const char *paths[] = {pem_file(), p7b_file(), sst_file(0)};
	const char *forms[] = {"pem", "pkcs7", "sst"};
	char print[64];

	(void)state;
	sha1_of(expired, print);
	for (size_t i = 0; i < 3; i++) {
		struct probe_seen seen;

		probe_run(&seen, "certificate.store", "file", paths[i], "store", "root", "thumbprint", print,
		          NULL);
		assert_int_equal(seen.e.outcome, EV_MEASURED);
		assert_string_equal(seen_str(&seen, "form"), forms[i]);
		assert_int_equal(seen_int(&seen, "count"), 3);
		assert_int_equal(seen_int(&seen, "intermediates"), 2);
		assert_int_equal(seen_int(&seen, "expired"), 1);
		assert_true(seen_int(&seen, "next_expiry_days") == 40 ||
		            seen_int(&seen, "next_expiry_days") == 39);
		assert_true(seen_bool(&seen, "intermediate_in_root"));
		assert_true(seen_bool(&seen, "policy_found"));
		assert_true(seen_bool(&seen, "policy_expired"));
		assert_true(seen_bool(&seen, "policy_client_auth"));
		probe_seen_release(&seen);
		probe_run(&seen, "file.recognise", "file", paths[i], NULL);
		assert_string_equal(seen_str(&seen, "kind"), "certificate.store");
		probe_seen_release(&seen);
		/* which store it is nobody said: no judgement */
		probe_run(&seen, "certificate.store", "file", paths[i], NULL);
		assert_null(evidence_fact(&seen.e, "intermediate_in_root"));
		assert_null(evidence_fact(&seen.e, "policy_found"));
		probe_seen_release(&seen);
	}
}

static void one_certificate_alone_is_read(void **state)
{
	unsigned char der[4096];
	struct probe_seen seen;

	(void)state;
	probe_run(&seen, "certificate.store", "file", test_file("root.cer", der, der_of(root, der)), "store",
	          "root", NULL);
	assert_string_equal(seen_str(&seen, "form"), "der");
	assert_int_equal(seen_int(&seen, "intermediates"), 0);
	assert_false(seen_bool(&seen, "intermediate_in_root"));
	probe_seen_release(&seen);
}

#define CERTUTIL(head)                                                                                       \
	head "\r\n================ Certificate 0 ================\r\nSerial Number: 01\r\nIssuer: "          \
	     "CN=Contoso Root\r\n NotBefore: 1/1/2020 1:00 AM\r\n"                                           \
	     " NotAfter: 1/1/2030 1:00 AM\r\nSubject: CN=Contoso Root\r\nSignature matches Public "          \
	     "Key\r\nRoot Certificate: Subject matches Issuer\r\n"                                           \
	     "Cert Hash(sha1): 0a0b0c0d0e0f101112131415161718191a1b1c1d\r\n\r\n================ Zertifikat " \
	     "1 ================\r\nSeriennummer: 02\r\n"                                                    \
	     "Aussteller: CN=Contoso Root\r\n Nicht vor: 01.01.2020 01:00\r\nAntragsteller: CN=Contoso "     \
	     "Issuing, DC=contoso\r\n"                                                                       \
	     "Zertifikathash(sha1): 1a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c "               \
	     "1d\r\n\r\nCertUtil: -store command completed successfully.\r\n"

static void certutil_output_is_read_in_any_language(void **state)
{
	struct probe_seen seen;

	(void)state;
	probe_run(&seen, "certificate.store", "file",
	          test_file("r.txt", CERTUTIL("Root \"Trusted Root Certification Authorities\""), SIZE_MAX),
	          NULL);
	assert_int_equal(seen.e.outcome, EV_MEASURED);
	assert_int_equal(seen_int(&seen, "count"), 2);
	assert_int_equal(seen_int(&seen, "intermediates"), 1);
	assert_true(seen_bool(&seen, "intermediate_in_root"));
	assert_string_equal(seen_json(&seen, "intermediate_subjects"),
	                    "[\"CN=Contoso Issuing, DC=contoso\"]");
	assert_null(evidence_fact(&seen.e, "expired"));
	assert_int_equal(seen_pin(&seen, "intermediates")->line, 16);
	probe_seen_release(&seen);
	probe_run(&seen, "certificate.store", "file",
	          test_file("m.txt", CERTUTIL("My \"Personal\""), SIZE_MAX), NULL);
	assert_false(seen_bool(&seen, "root_store"));
	assert_null(evidence_fact(&seen.e, "intermediate_in_root"));
	probe_seen_release(&seen);
}

/* certutil -v: a name is a list below its label, and other names stand in extensions. */
#define LISTED(issuer, subject, usage)                                                                             \
	"================ Certificate 0 ================\r\nX509 Certificate:\r\nVersion: 3\r\nIssuer:\r\n" issuer \
	"  Name Hash(sha1): 0a1b2c3d4e5f60718293a4b5c6d7e8f900112233\r\n\r\n NotBefore: 1/10/2020 8:00 "           \
	"AM\r\n NotAfter: 1/10/2090 8:00 AM\r\n\r\nSubject:\r\n" subject                                           \
	"  Name Hash(sha1): 1a1b2c3d4e5f60718293a4b5c6d7e8f900112244\r\n\r\n    2.5.29.37: Flags = 0, "            \
	"Length = c\r\n    Enhanced Key Usage\r\n        " usage                                                   \
	"\r\n    2.5.29.35: Flags = 0\r\n        Certificate Issuer:\r\n             Directory "                   \
	"Address:\r\n                  CN=Somebody Else\r\n\r\nCert Hash(sha1): "                                  \
	"bb2a9d0c1b4e5f60718293a4b5c6d7e8f90011bb\r\n"

static void names_below_their_labels_are_read(void **state)
{
	static const char issuing[] = "my \"Personal\"\r\n" LISTED(
	        "    CN=Contoso Issuing\r\n    DC=contoso\r\n", "    CN=ndes01.contoso.example\r\n",
	        "Server Authentication (1.3.6.1.5.5.7.3.1)");
	static const char client[] = "my \"Personal\"\r\n" LISTED(
	        "    CN=Contoso Issuing\r\n", "    CN=ndes01.contoso.example\r\n",
	        "Client Authentication (1.3.6.1.5.5.7.3.2)");
	static const char own[] = "Root\r\n" LISTED("    CN=Contoso Root\r\n    DC=contoso\r\n",
	                                            "    CN=Contoso Root\r\n    DC=contoso\r\n",
	                                            "Client Authentication (1.3.6.1.5.5.7.3.2)");
	struct probe_seen seen;

	(void)state;
	probe_run(&seen, "certificate.store", "file", test_file("v.txt", issuing, SIZE_MAX), NULL);
	assert_int_equal(seen_int(&seen, "count"), 1);
	assert_non_null(strstr(seen_json(&seen, "certificates"), "\"CN=Contoso Issuing, DC=contoso\""));
	assert_non_null(strstr(seen_json(&seen, "certificates"), "\"client_auth\":false"));
	assert_non_null(strstr(seen_json(&seen, "certificates"), "bb2a9d0c1b4e5f60718293a4b5c6d7e8f90011bb"));
	assert_null(strstr(seen_json(&seen, "certificates"), "Somebody Else"));
	probe_seen_release(&seen);
	probe_run(&seen, "certificate.store", "file", test_file("v.txt", client, SIZE_MAX), NULL);
	assert_non_null(strstr(seen_json(&seen, "certificates"), "\"client_auth\":true"));
	probe_seen_release(&seen);
	probe_run(&seen, "certificate.store", "file", test_file("v.txt", own, SIZE_MAX), NULL);
	assert_int_equal(seen_int(&seen, "intermediates"), 0);
	probe_seen_release(&seen);
}

static void put_store(BIO *bio, const char *name, int count, X509 *const *certs, int n)
{
	BIO_printf(bio, "# store=LocalMachine\\%s computer=NDES01 utc=2026-11-30T08:31:07Z count=%d\r\n",
	           name, count);
	for (int i = 0; i < n; i++) {
		BIO_printf(bio, "# sha1=00 key=False\r\n");
		PEM_write_bio_X509(bio, certs[i]);
	}
}

/* Three stores in one file: an intermediate is a fault in Root alone. */
static void stores_below_their_lines_are_told_apart(void **state)
{
	X509 *const mine[] = {expired}, *const roots[] = {root, inter}, *const cas[] = {inter};
	struct probe_seen seen;

	(void)state;
	for (int odd = 0; odd < 2; odd++) {
		BIO *bio = BIO_new(BIO_s_mem());

		put_store(bio, "My", 1, mine, 1);
		put_store(bio, "Root", 1 + odd, roots, 1 + odd);
		put_store(bio, "CA", 1, cas, 1);
		probe_run(&seen, "certificate.store", "file", bio_file("certs.pem", bio), "store", "root",
		          NULL);
		assert_int_equal(seen_int(&seen, "count"), 3 + odd);
		assert_int_equal(seen_bool(&seen, "intermediate_in_root"), odd);
		assert_string_equal(seen_json(&seen, "intermediate_subjects"),
		                    odd ? "[\"CN=Contoso Issuing\"]" : "[]");
		assert_string_equal(seen.e.parts[0].about.computer, "NDES01");
		assert_true(seen.e.parts[0].about.as_of_ms == 1796027467000);
		assert_int_equal(seen.e.parts[0].about.complete, TRI_YES);
		probe_seen_release(&seen);
	}
}

static void a_store_that_was_cut_claims_nothing(void **state)
{
	X509 *const roots[] = {root};
	BIO *bio = BIO_new(BIO_s_mem());
	struct probe_seen seen;

	(void)state;
	put_store(bio, "My", 0, NULL, 0);
	put_store(bio, "Root", 4, roots, 1);
	probe_run(&seen, "certificate.store", "file", bio_file("certs.pem", bio), NULL);
	assert_true(seen_bool(&seen, "root_store"));
	assert_null(evidence_fact(&seen.e, "intermediate_in_root"));
	assert_int_equal(seen.e.parts[0].about.complete, TRI_NO);
	probe_seen_release(&seen);
	bio = BIO_new(BIO_s_mem());
	put_store(bio, "My", 2, roots, 1); /* and Root never came */
	probe_run(&seen, "certificate.store", "file", bio_file("certs.pem", bio), "store", "root", NULL);
	assert_false(seen_bool(&seen, "root_store"));
	assert_null(evidence_fact(&seen.e, "intermediate_in_root"));
	probe_seen_release(&seen);
	bio = BIO_new(BIO_s_mem());
	put_store(bio, "My", 0, NULL, 0);
	probe_run(&seen, "certificate.store", "file", bio_file("empty.pem", bio), NULL);
	assert_int_equal(seen.e.outcome, EV_MEASURED);
	assert_int_equal(seen_int(&seen, "count"), 0);
	probe_seen_release(&seen);
}

static void keys_and_damage_are_refused_or_counted(void **state)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct probe_seen seen;

	(void)state;
	PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	probe_run(&seen, "certificate.store", "file", bio_file("key.pem", bio), NULL);
	assert_int_equal(seen.e.outcome, EV_UNREADABLE);
	assert_non_null(strstr(seen.e.why, "without private keys"));
	probe_seen_release(&seen);
	probe_run(&seen, "certificate.store", "file", sst_file(1500), "store", "root", NULL);
	assert_int_equal(seen.e.outcome, EV_MEASURED);
	assert_int_equal(seen_int(&seen, "unreadable"), 1);
	assert_true(seen_int(&seen, "count") < 3);
	probe_seen_release(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_form_gives_the_same),
	        cmocka_unit_test(one_certificate_alone_is_read),
	        cmocka_unit_test(certutil_output_is_read_in_any_language),
	        cmocka_unit_test(names_below_their_labels_are_read),
	        cmocka_unit_test(stores_below_their_lines_are_told_apart),
	        cmocka_unit_test(a_store_that_was_cut_claims_nothing),
	        cmocka_unit_test(keys_and_damage_are_refused_or_counted),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
