#include "pki.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define DAY 86400L

struct extension {
	int nid;
	const char *value;
};
/* What Windows' templates give: CA, Exchange Enrollment Agent (Offline request), CEP Encryption, web server,
 * device. */
static const struct extension ca_extensions[] = {
        {NID_basic_constraints, "critical,CA:TRUE"},
        {NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature"},
        {NID_subject_key_identifier, "hash"},
        {0, NULL}};
static const struct extension sign_extensions[] = {{NID_key_usage, "critical,digitalSignature"},
                                                   {NID_ext_key_usage, "1.3.6.1.4.1.311.20.2.1"},
                                                   {NID_subject_key_identifier, "hash"},
                                                   {0, NULL}};
static const struct extension enc_extensions[] = {{NID_key_usage, "critical,keyEncipherment"},
                                                  {NID_ext_key_usage, "1.3.6.1.4.1.311.20.2.1"},
                                                  {NID_subject_key_identifier, "hash"},
                                                  {0, NULL}};
static const struct extension server_extensions[] = {
        {NID_key_usage, "critical,digitalSignature,keyEncipherment"},
        {NID_ext_key_usage, "serverAuth"},
        {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"},
        {NID_subject_key_identifier, "hash"},
        {0, NULL}};
static const struct extension device_extensions[] = {
        {NID_key_usage, "critical,digitalSignature,keyEncipherment"},
        {NID_ext_key_usage, "clientAuth"},
        {NID_subject_key_identifier, "hash"},
        {0, NULL}};

static bool extend(X509 *x, X509 *issuer, const struct extension *list)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	for (; list->value != NULL; list++) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, list->nid, list->value);
		bool ok = e != NULL && X509_add_ext(x, e, -1) == 1;

		X509_EXTENSION_free(e);
		if (!ok)
			return false;
	}
	return true;
}

static bool number(X509 *x)
{
	unsigned char raw[16];
	BIGNUM *n = RAND_bytes(raw, sizeof(raw)) == 1 ? BN_bin2bn(raw, sizeof(raw), NULL) : NULL;
	bool ok = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;

	BN_free(n);
	return ok;
}

/* NAME of the subject when SUBJECT is NULL.  ISSUER NULL: signed by its own key. */
static X509 *certificate(const char *name, X509_NAME *subject, EVP_PKEY *pub, const struct signer *issuer,
                         EVP_PKEY *own, long from, long to, const struct extension *list)
{
	X509 *x = X509_new(), *by = issuer != NULL ? issuer->cert : x;
	X509_NAME *made = subject == NULL ? X509_NAME_new() : NULL;
	bool ok = x != NULL && X509_set_version(x, 2) == 1 && number(x);

	if (made != NULL) {
		ok = ok &&
		     X509_NAME_add_entry_by_txt(made, "O", MBSTRING_UTF8,
		                                (const unsigned char *)"Contoso practice", -1, -1, 0) == 1;
		ok = ok && X509_NAME_add_entry_by_txt(made, "CN", MBSTRING_UTF8, (const unsigned char *)name,
		                                      -1, -1, 0) == 1;
		subject = made;
	}
	ok = ok && X509_set_subject_name(x, subject) == 1 &&
	     X509_set_issuer_name(x, X509_get_subject_name(by)) == 1 &&
	     X509_gmtime_adj(X509_getm_notBefore(x), from) != NULL &&
	     X509_gmtime_adj(X509_getm_notAfter(x), to) != NULL && X509_set_pubkey(x, pub) == 1 &&
	     extend(x, by, list) && X509_sign(x, issuer != NULL ? issuer->key : own, EVP_sha256()) > 0;
	X509_NAME_free(made);
	if (ok)
		return x;
	X509_free(x);
	return NULL;
}

/* A key of its own and the certificate for it. */
static bool signer(struct signer *out, const char *name, const struct signer *issuer, long from, long to,
                   const struct extension *list)
{
	out->key = EVP_RSA_gen(2048);
	out->cert =
	        out->key != NULL ? certificate(name, NULL, out->key, issuer, out->key, from, to, list) : NULL;
	return out->cert != NULL;
}

int pki_make(const struct pki_wish *w, struct pki *p, struct err *err)
{
	/* A pair has two years; it began when it will have had them at its end. */
	long ra_to = w->ra_days * DAY, ra_from = ra_to - 730 * DAY;
	const struct signer *authority;

	/* Clients of this protocol still send single DES, and NDES opens it. */
	(void)OSSL_PROVIDER_load(NULL, "legacy");
	(void)OSSL_PROVIDER_load(NULL, "default");
	*p = (struct pki){.wish = *w};
	authority = w->ra_other ? &p->other : &p->issuing;
	if (signer(&p->root, "Contoso practice root", NULL, -900 * DAY, 3650 * DAY, ca_extensions) &&
	    signer(&p->issuing, "Contoso practice issuing CA", &p->root, -899 * DAY, 1800 * DAY,
	           ca_extensions) &&
	    (!w->ra_other ||
	     signer(&p->other, "Fabrikam practice CA", NULL, -900 * DAY, 3650 * DAY, ca_extensions)) &&
	    signer(&p->ra_sign, "NDES01-MSCEP-RA", authority, ra_from, ra_to, sign_extensions) &&
	    signer(&p->ra_enc, "NDES01-MSCEP-RA", authority, ra_from, ra_to, enc_extensions) &&
	    (!w->two_nodes ||
	     (signer(&p->second_sign, "NDES02-MSCEP-RA", authority, ra_from, ra_to, sign_extensions) &&
	      signer(&p->second_enc, "NDES02-MSCEP-RA", authority, ra_from, ra_to, enc_extensions))) &&
	    signer(&p->server, "localhost", &p->issuing, w->tls_from * DAY, w->tls_to * DAY,
	           server_extensions))
		return 0;
	pki_release(p);
	return err_set(err, FAIL_FORMAT, 0, "the certificates for practice could not be made: %s",
	               ERR_reason_error_string(ERR_peek_last_error()));
}

void pki_release(struct pki *p)
{
	struct signer *all[] = {&p->root,   &p->issuing,     &p->other,      &p->ra_sign,
	                        &p->ra_enc, &p->second_sign, &p->second_enc, &p->server};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		X509_free(all[i]->cert);
		EVP_PKEY_free(all[i]->key);
		*all[i] = (struct signer){NULL, NULL};
	}
}

static bool put_bio(BIO *b, struct buf *out)
{
	char *mem;
	long n = BIO_get_mem_data(b, &mem);

	if (n > 0)
		buf_put(out, mem, (size_t)n);
	BIO_free(b);
	return n > 0;
}

bool pki_getcacert(const struct pki *p, bool second, struct buf *out)
{
	X509 *certs[] = {second ? p->second_sign.cert : p->ra_sign.cert,
	                 second ? p->second_enc.cert : p->ra_enc.cert, p->issuing.cert, p->root.cert};
	PKCS7 *p7 = PKCS7_new();
	BIO *b = BIO_new(BIO_s_mem());
	bool ok = p7 != NULL && b != NULL && PKCS7_set_type(p7, NID_pkcs7_signed) == 1 &&
	          PKCS7_content_new(p7, NID_pkcs7_data) == 1;

	for (size_t i = 0; ok && i < sizeof(certs) / sizeof(certs[0]); i++)
		ok = PKCS7_add_certificate(p7, certs[i]) == 1;
	PKCS7_set_detached(p7, 1);
	ok = ok && i2d_PKCS7_bio(b, p7) == 1;
	PKCS7_free(p7);
	return put_bio(b, out) && ok;
}

void pki_put_cert(X509 *x, struct buf *out)
{
	BIO *b = BIO_new(BIO_s_mem());

	PEM_write_bio_X509(b, x);
	put_bio(b, out);
}

void pki_put_key(EVP_PKEY *k, struct buf *out)
{
	BIO *b = BIO_new(BIO_s_mem());

	PEM_write_bio_PrivateKey(b, k, NULL, NULL, 0, NULL, NULL);
	put_bio(b, out);
}

X509 *pki_issue(const struct pki *p, X509_REQ *request)
{
	EVP_PKEY *pub = X509_REQ_get0_pubkey(request);

	if (pub == NULL || X509_REQ_verify(request, pub) != 1)
		return NULL;
	return certificate(NULL, X509_REQ_get_subject_name(request), pub, &p->issuing, NULL, -600, 365 * DAY,
	                   device_extensions);
}
