/* Reading SCEP messages: whole, streamed in BER, cut at every byte, hidden in logs; and the request that is
 * sent. */
#include "ber.h"
#include "ossl.h"
#include "scep_message.h"
#include "scep_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/cms.h>

static struct scep_request req;
static struct arena *mem;

static int setup(void **state)
{
	struct err err;

	(void)state;
	mem = arena_new();
	return scep_request_make(&req, true, false, &err);
}

static int teardown(void **state)
{
	(void)state;
	scep_request_release(&req);
	arena_free(mem);
	return 0;
}

/* ---- BER ---- */

static void items(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool ok, cut, indefinite;
		uint32_t tag;
		size_t body;
	} rows[] = {
	        {"", 0, false, false, false, 0, 0},
	        {"\x30", 1, false, false, false, 0, 0},
	        {"\x30\x00", 2, true, false, false, 16, 0},
	        {"\x02\x01\x05", 3, true, false, false, 2, 1},
	        {"\x30\x05\x02\x01\x05", 5, true, true, false, 16, 3},
	        {"\x30\x82\x00\x03\x02\x01\x05", 7, true, false, false, 16, 3},
	        {"\x30\x84\xff\xff\xff\xff\x01", 7, true, true, false, 16, 1},
	        {"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, true, true, false, 16, 1},
	        {"\x30\x89\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 12, false, false, false, 0, 0},
	        {"\x30\x80\x02\x01\x05\x00\x00", 7, true, false, true, 16, 3},
	        {"\x30\x80\x30\x80\x00\x00\x00\x00", 8, true, false, true, 16, 4},
	        {"\x30\x80\x02\x01\x05", 5, true, true, true, 16, 3},
	        {"\x04\x80\x00\x00", 4, false, false, false, 0, 0},      /* primitive, indefinite */
	        {"\x00\x00", 2, false, false, false, 0, 0},              /* end-of-contents alone */
	        {"\x9f\x81\x01\x01\x07", 5, true, false, false, 129, 1}, /* a tag of two bytes */
	        {"\x9f\xff\xff\xff\xff\xff", 6, false, false, false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ber in = {(const unsigned char *)rows[i].bytes, rows[i].n};
		struct ber_item it;
		bool ok = ber_next(&in, &it);
		if (ok != rows[i].ok ||
		    (ok && (it.cut != rows[i].cut || it.indefinite != rows[i].indefinite ||
		            it.tag != rows[i].tag || it.body.n != rows[i].body)))
			fail_msg("row %zu: ok %d cut %d indefinite %d tag %u body %zu", i, ok, it.cut,
			         it.indefinite, it.tag, it.body.n);
	}
}

static void object_identifiers(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} rows[] = {
	        {"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11, "1.2.840.113549.1.7.2"},
	        {"\x06\x03\x55\x04\x03", 5, "2.5.4.3"},
	        {"\x06\x02\x88\x37", 4, "2.999"},
	        {"\x06\x01\x2a", 3, "1.2"},
	        {"\x06\x00", 2, NULL},
	        {"\x06\x02\x2a\x86", 4, NULL}, /* ends in mid-arc */
	        {"\x06\x0c\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 14, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ber in = {(const unsigned char *)rows[i].bytes, rows[i].n};
		struct ber_item it;
		char text[64] = "";
		bool ok = ber_next(&in, &it) && ber_oid(&it, text, sizeof(text));
		assert_int_equal(ok, rows[i].text != NULL);
		if (ok)
			assert_string_equal(text, rows[i].text);
	}
}

/* ---- the request that is made ---- */

static void request_is_whole(void **state)
{
	struct scep_message m;
	struct scep_verdict v;

	(void)state;
	assert_true(scep_message_read(mem, req.der, req.n, &m));
	assert_false(m.cut);
	assert_int_equal(m.message_type, 19);
	assert_string_equal(m.transaction, req.transaction);
	assert_int_equal(m.sender_nonce.n, SCEP_NONCE);
	assert_memory_equal(m.sender_nonce.b, req.nonce, SCEP_NONCE);
	assert_string_equal(m.digest, "SHA-256");
	assert_string_equal(m.cipher, "DES3");
	assert_int_equal(m.certificates, 1);
	assert_int_equal(m.nto, 1);
	assert_string_equal(m.to[0].issuer, "CN=" SCEP_PROBE_NAME);
	assert_string_equal(m.signer.serial, m.to[0].serial);
	scep_reply_verify(req.der, req.n, NULL, &v);
	assert_true(v.parsed && v.verified);
	X509_free(v.signer);
}

/* Opened with its own key: a CSR whose challenge is the marker. */
static void request_holds_no_challenge(void **state)
{
	AUTO(BIO) in = BIO_new_mem_buf(req.der, (int)req.n);
	AUTO(BIO) inner = BIO_new(BIO_s_mem());
	AUTO(BIO) plain = BIO_new(BIO_s_mem());
	AUTO(CMS_ContentInfo) outer = d2i_CMS_bio(in, NULL);
	AUTO(CMS_ContentInfo) env = NULL;
	AUTO(X509_REQ) csr = NULL;
	X509_ATTRIBUTE *a;
	ASN1_TYPE *challenge;
	int at;

	(void)state;
	assert_non_null(outer);
	assert_int_equal(CMS_verify(outer, NULL, NULL, NULL, inner, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY),
	                 1);
	env = d2i_CMS_bio(inner, NULL);
	assert_non_null(env);
	assert_int_equal(CMS_decrypt(env, req.key, req.self, NULL, plain, CMS_BINARY), 1);
	csr = d2i_X509_REQ_bio(plain, NULL);
	assert_non_null(csr);
	assert_int_equal(X509_REQ_verify(csr, req.key), 1);
	at = X509_REQ_get_attr_by_NID(csr, NID_pkcs9_challengePassword, -1);
	assert_true(at >= 0);
	a = X509_REQ_get_attr(csr, at);
	challenge = X509_ATTRIBUTE_get0_type(a, 0);
	assert_int_equal(ASN1_STRING_length(challenge->value.asn1_string), strlen(SCEP_NO_CHALLENGE));
	assert_memory_equal(ASN1_STRING_get0_data(challenge->value.asn1_string), SCEP_NO_CHALLENGE,
	                    strlen(SCEP_NO_CHALLENGE));
}

/* ---- cut messages ---- */

/* Whatever is missing, what is told is right, and no byte beyond the end is read (ASan watches the copy). */
static void cut_at_every_byte(void **state)
{
	bool cipher = false, type = false;

	(void)state;
	for (size_t n = 0; n <= req.n; n++) {
		struct arena *scratch = arena_new();
		unsigned char *copy = malloc(n + (n == 0));
		struct scep_message m;
		memcpy(copy, req.der, n);
		if (scep_message_read(scratch, copy, n, &m)) {
			assert_int_equal(m.cut, n < req.n);
			if (m.cipher != NULL)
				assert_string_equal(m.cipher, "DES3");
			if (m.nto > 0 && m.to[0].issuer != NULL)
				assert_string_equal(m.to[0].issuer, "CN=" SCEP_PROBE_NAME);
			assert_true(m.message_type == -1 || m.message_type == 19);
			assert_true(m.cipher != NULL || !cipher); /* what was seen once stays */
			assert_true(m.message_type == 19 || !type);
			cipher = m.cipher != NULL;
			type = m.message_type == 19;
		}
		free(copy);
		arena_free(scratch);
	}
	assert_true(cipher && type);
}

/* As Apple's client writes it: every layer of indefinite length, the content in pieces. */
static size_t streamed(unsigned char *out, size_t max)
{
	AUTO(BIO) text = BIO_new_mem_buf("what is asked for", -1);
	AUTO(BIO) inner = BIO_new(BIO_s_mem());
	AUTO(BIO) outer = BIO_new(BIO_s_mem());
	STACK_OF(X509) *to = sk_X509_new_null();
	AUTO(CMS_ContentInfo) env = NULL;
	AUTO(CMS_ContentInfo) cms = NULL;
	char *p;
	long n;

	sk_X509_push(to, req.self);
	env = CMS_encrypt(to, text, EVP_des_ede3_cbc(), CMS_STREAM | CMS_BINARY);
	assert_int_equal(i2d_CMS_bio_stream(inner, env, text, CMS_STREAM | CMS_BINARY), 1);
	cms = CMS_sign(req.self, req.key, NULL, inner, CMS_STREAM | CMS_BINARY | CMS_NOSMIMECAP);
	assert_int_equal(i2d_CMS_bio_stream(outer, cms, inner, CMS_STREAM | CMS_BINARY), 1);
	sk_X509_free(to);
	n = BIO_get_mem_data(outer, &p);
	assert_true(n > 0 && (size_t)n < max);
	memcpy(out, p, (size_t)n);
	return (size_t)n;
}

static void streamed_and_cut(void **state)
{
	static unsigned char der[8192], base64[12000];
	static char line[16000];
	size_t n = streamed(der, sizeof(der)), got;
	struct scep_message m;
	unsigned char *p;

	(void)state;
	assert_int_equal(der[1], 0x80);
	assert_true(scep_message_read(mem, der, n, &m));
	assert_false(m.cut);
	assert_string_equal(m.cipher, "DES3");
	assert_string_equal(m.to[0].issuer, "CN=" SCEP_PROBE_NAME);
	assert_int_equal(m.certificates, 1);

	/* a line of a device's log, ended in mid-message by a backslash */
	EVP_EncodeBlock(base64, der, (int)n);
	snprintf(line, sizeof(line),
	         "debug 10:00:00.1 -0500 profiled Performing synchronous URL request: "
	         "https://ndes.contoso.test/certsrv/mscep/"
	         "mscep.dll?operation=PKIOperation&message=%.700s\\\n",
	         base64);
	p = scep_capture(mem, (const unsigned char *)line, strlen(line), &got);
	assert_non_null(p);
	assert_int_equal(got, 700 * 3 / 4);
	assert_true(scep_message_read(mem, p, got, &m));
	assert_true(m.cut);
	assert_string_equal(m.cipher, "DES3");
	assert_string_equal(m.to[0].issuer, "CN=" SCEP_PROBE_NAME);
	assert_null(m.transaction);
}

static void captures(void **state)
{
	const char *query = scep_request_query(mem, &req);
	char *base64 = arena_alloc(mem, req.n * 2);
	const char *forms[5];
	size_t n;

	(void)state;
	EVP_EncodeBlock((unsigned char *)base64, req.der, (int)req.n);
	forms[0] = base64;
	forms[1] =
	        arena_fmt(mem, "https://h/certsrv/mscep/mscep.dll?operation=PKIOperation&message=%s", query);
	forms[2] = arena_fmt(
	        mem,
	        "2026-11-22 10:00:00 GET /certsrv/mscep/mscep.dll OPERATION=PKIOperation&message=%s 443 -",
	        query);
	forms[3] = arena_fmt(mem, "-----BEGIN PKCS7-----\n%s\n-----END PKCS7-----\n", base64);
	forms[4] = arena_fmt(mem, "operation=PKIOperation&message=%s&other=1", base64);
	for (size_t i = 0; i < 5; i++) {
		unsigned char *p = scep_capture(mem, (const unsigned char *)forms[i], strlen(forms[i]), &n);
		assert_non_null(p);
		assert_int_equal(n, req.n);
		assert_memory_equal(p, req.der, n);
	}
	assert_non_null(scep_capture(mem, req.der, req.n, &n));
	assert_int_equal(n, req.n);
	assert_null(scep_capture(mem, (const unsigned char *)"", 0, &n));
	assert_null(
	        scep_capture(mem, (const unsigned char *)"operation=PKIOperation&message=casebook", 39, &n));
	assert_null(scep_capture(mem, (const unsigned char *)"-----BEGIN ", 11, &n));
	assert_null(scep_capture(mem, (const unsigned char *)"<html>no</html>", 15, &n));
}

/* Real messages of others, when they are at hand. */
static void corpus(void **state)
{
	static const struct {
		const char *file;
		int type, status;
		const char *cipher, *to;
	} rows[] = {
	        {"micromdm_PKCSReq.der", 19, -1, "DES3", "OU=CA, O=etcd-ca, C=USA"},
	        {"smallstep_CertRep.der", 3, 0, "DES", "C=US, CN=MDM SCEP SIGNER"},
	        {"smallstep_CertRep_NoCertificatesForSigners.der", 3, 0, "AES-128-CBC",
	         "CN=SCEP SIGNER, O=scep-clients4"},
	};
	static unsigned char bytes[65536];
	const char *dir = getenv("CASEBOOK_CORPUS");

	(void)state;
	if (dir == NULL)
		skip();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char path[600];
		struct scep_message m;
		FILE *f;
		snprintf(path, sizeof(path), "%s/scep/%s", dir, rows[i].file);
		f = fopen(path, "rb");
		if (f == NULL)
			skip();
		assert_true(scep_message_read(mem, bytes, fread(bytes, 1, sizeof(bytes), f), &m));
		fclose(f);
		assert_int_equal(m.message_type, rows[i].type);
		assert_int_equal(m.pki_status, rows[i].status);
		assert_string_equal(m.cipher, rows[i].cipher);
		assert_string_equal(m.to[0].issuer, rows[i].to);
	}
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(scep_status_name(0), "success");
	assert_string_equal(scep_status_name(2), "failure");
	assert_string_equal(scep_status_name(3), "pending");
	assert_null(scep_status_name(1));
	assert_string_equal(scep_failure_name(0), "badAlg");
	assert_string_equal(scep_failure_name(4), "badCertId");
	assert_null(scep_failure_name(5));
	assert_non_null(scep_failure_text(2));
	assert_string_equal(scep_type_name(19), "PKCSReq");
	assert_null(scep_type_name(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(items),
	        cmocka_unit_test(object_identifiers),
	        cmocka_unit_test(request_is_whole),
	        cmocka_unit_test(request_holds_no_challenge),
	        cmocka_unit_test(cut_at_every_byte),
	        cmocka_unit_test(streamed_and_cut),
	        cmocka_unit_test(captures),
	        cmocka_unit_test(corpus),
	        cmocka_unit_test(words),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
