/*
 * Builds PKCSReq and verifies CertRep with OpenSSL's CMS.  Knows no HTTP.
 */
#include "scep_request.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "ossl.h"
#include "x509_facts.h"

#define KEY_BITS 2048 /* what every NDES template takes */
#define DAY 86400

#define OID_TYPE "2.16.840.1.113733.1.9.2"
#define OID_NONCE "2.16.840.1.113733.1.9.5"
#define OID_TRANSACTION "2.16.840.1.113733.1.9.7"

static X509 *self_signed(EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	unsigned char serial[8];
	BIGNUM *bn;

	RAND_bytes(serial, sizeof(serial));
	serial[0] &= 0x7f;
	bn = BN_bin2bn(serial, sizeof(serial), NULL);
	BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x));
	BN_free(bn);
	X509_set_version(x, X509_VERSION_3);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)SCEP_PROBE_NAME, -1, -1,
	                           0);
	X509_set_issuer_name(x, name);
	X509_gmtime_adj(X509_getm_notBefore(x), -DAY); /* the server's clock may be behind */
	X509_gmtime_adj(X509_getm_notAfter(x), 2 * DAY);
	X509_set_pubkey(x, key);
	if (X509_sign(x, key, EVP_sha256()) > 0)
		return x;
	X509_free(x);
	return NULL;
}

/* The CSR in DER; the caller frees with OPENSSL_free. */
static int csr(EVP_PKEY *key, unsigned char **der)
{
	AUTO(X509_REQ) req = X509_REQ_new();
	X509_NAME *name = X509_REQ_get_subject_name(req);

	X509_REQ_set_version(req, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)SCEP_PROBE_NAME, -1, -1,
	                           0);
	X509_REQ_set_pubkey(req, key);
	X509_REQ_add1_attr_by_NID(req, NID_pkcs9_challengePassword, MBSTRING_ASC,
	                          (const unsigned char *)SCEP_NO_CHALLENGE, (int)strlen(SCEP_NO_CHALLENGE));
	*der = NULL;
	return X509_REQ_sign(req, key, EVP_sha256()) > 0 ? i2d_X509_REQ(req, der) : -1;
}

/* EnvelopedData for the request's own certificate; in a BIO that the caller frees. */
static BIO *envelope(const struct scep_request *r, bool aes)
{
	AUTO(BIO) in = NULL;
	STACK_OF(X509) *to = sk_X509_new_null();
	unsigned char *der;
	int n = csr(r->key, &der);
	BIO *out = BIO_new(BIO_s_mem());
	bool ok = false;

	sk_X509_push(to, r->self);
	if (n > 0) {
		in = BIO_new_mem_buf(der, n);
		AUTO(CMS_ContentInfo)
		cms = CMS_encrypt(to, in, aes ? EVP_aes_128_cbc() : EVP_des_ede3_cbc(), CMS_BINARY);
		ok = cms != NULL && i2d_CMS_bio(out, cms) == 1;
	}
	OPENSSL_free(der);
	sk_X509_free(to);
	if (ok)
		return out;
	BIO_free(out);
	return NULL;
}

static int add(CMS_SignerInfo *si, const char *oid, int type, const void *bytes, size_t n)
{
	return CMS_signed_add1_attr_by_txt(si, oid, type, bytes, (int)n);
}

static int sign(struct scep_request *r, BIO *content, bool sha2)
{
	AUTO(CMS_ContentInfo)
	cms = CMS_sign(NULL, NULL, NULL, content, CMS_PARTIAL | CMS_STREAM | CMS_BINARY);
	CMS_SignerInfo *si;
	unsigned char *der = NULL;
	int n;

	if (cms == NULL)
		return -1;
	si = CMS_add1_signer(cms, r->self, r->key, sha2 ? EVP_sha256() : EVP_sha1(),
	                     CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL);
	if (si == NULL || !add(si, OID_TYPE, V_ASN1_PRINTABLESTRING, "19", 2) ||
	    !add(si, OID_TRANSACTION, V_ASN1_PRINTABLESTRING, r->transaction, strlen(r->transaction)) ||
	    !add(si, OID_NONCE, V_ASN1_OCTET_STRING, r->nonce, sizeof(r->nonce)) ||
	    !CMS_final(cms, content, NULL, CMS_BINARY))
		return -1;
	n = i2d_CMS_ContentInfo(cms, &der);
	if (n <= 0)
		return -1;
	r->der = der;
	r->n = (size_t)n;
	return 0;
}

int scep_request_make(struct scep_request *r, bool sha2, bool aes, struct err *err)
{
	unsigned char id[12] = {0};
	BIO *content;
	int ok = -1;

	memset(r, 0, sizeof(*r));
	RAND_bytes(r->nonce, sizeof(r->nonce));
	RAND_bytes(id, sizeof(id));
	snprintf(r->transaction, sizeof(r->transaction), "casebook-");
	for (size_t i = 0; i < sizeof(id); i++)
		snprintf(r->transaction + 9 + 2 * i, 3, "%02X", id[i]);
	r->key = EVP_RSA_gen(KEY_BITS);
	r->self = r->key != NULL ? self_signed(r->key) : NULL;
	content = r->self != NULL ? envelope(r, aes) : NULL;
	if (content != NULL)
		ok = sign(r, content, sha2);
	BIO_free(content);
	if (ok == 0)
		return 0;
	scep_request_release(r);
	(void)err_set(err, FAIL_FORMAT, 0, "OpenSSL could not create the request: %s",
	              ERR_reason_error_string(ERR_peek_error()) != NULL
	                      ? ERR_reason_error_string(ERR_peek_error())
	                      : "no reason given");
	ERR_clear_error();
	return -1;
}

void scep_request_release(struct scep_request *r)
{
	OPENSSL_free(r->der);
	X509_free(r->self);
	EVP_PKEY_free(r->key);
	memset(r, 0, sizeof(*r));
}

const char *scep_request_query(struct arena *mem, const struct scep_request *r)
{
	char *base64 = arena_alloc(mem, r->n / 3 * 4 + 8), *out, *w;

	EVP_EncodeBlock((unsigned char *)base64, r->der, (int)r->n);
	out = w = arena_alloc(mem, 3 * strlen(base64) + 1);
	for (const char *p = base64; *p != '\0'; p++) {
		const char *code = *p == '+' ? "%2B" : *p == '/' ? "%2F" : *p == '=' ? "%3D" : NULL;
		if (code == NULL) {
			*w++ = *p;
			continue;
		}
		memcpy(w, code, 3);
		w += 3;
	}
	return out;
}

/* Whether GetCACert gives this certificate, or one that issued it. */
static bool is_known(STACK_OF(X509) * known, X509 *x)
{
	for (int i = 0; i < sk_X509_num(known); i++)
		if (X509_cmp(sk_X509_value(known, i), x) == 0 ||
		    (cert_is_ca(sk_X509_value(known, i)) && cert_issued_by(x, sk_X509_value(known, i))))
			return true;
	return false;
}

void scep_reply_verify(const unsigned char *p, size_t n, STACK_OF(X509) * known, struct scep_verdict *v)
{
	AUTO(BIO) in = BIO_new_mem_buf(p, (int)n);
	AUTO(BIO) none = BIO_new(BIO_s_null());
	AUTO(BIO) out = BIO_new(BIO_s_null());
	AUTO(CMS_ContentInfo) cms = d2i_CMS_bio(in, NULL);
	ASN1_OCTET_STRING **inner;
	STACK_OF(X509) * signers;

	memset(v, 0, sizeof(*v));
	ERR_clear_error();
	if (cms == NULL || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		return;
	v->parsed = true;
	/* FAILURE and PENDING have no content: then the signature is over nothing. */
	inner = CMS_get0_content(cms);
	v->verified = CMS_verify(cms, known, NULL, inner == NULL || *inner == NULL ? none : NULL, out,
	                         CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
	if (!v->verified) {
		unsigned long e = ERR_peek_error();
		v->why = e != 0 ? ERR_reason_error_string(e) : "no reason given";
	}
	signers = CMS_get0_signers(cms);
	if (sk_X509_num(signers) > 0) {
		v->signer = sk_X509_value(signers, 0);
		X509_up_ref(v->signer);
		v->signer_sent = is_known(known, v->signer);
	}
	sk_X509_free(signers);
	ERR_clear_error();
}
