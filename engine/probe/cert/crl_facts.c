/*
 * Reads CRLs and OCSP answers with OpenSSL.  Opens no connection.
 */
#include "crl_facts.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>

#include "ossl.h"
#include "x509_facts.h"

#define SKEW 300 /* seconds that the responder's clock may differ; also the default of openssl ocsp */

static X509 *issuer_in(STACK_OF(X509) * all, X509 *x)
{
	for (int i = 0; i < sk_X509_num(all); i++)
		if (cert_issued_by(x, sk_X509_value(all, i)))
			return sk_X509_value(all, i);
	return NULL;
}

static X509_CRL *parse(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)n);

	if (crl == NULL) {
		AUTO(BIO) in = BIO_new_mem_buf(bytes, (int)n);
		crl = PEM_read_bio_X509_CRL(in, NULL, NULL, NULL);
	}
	ERR_clear_error();
	return crl;
}

void crl_judge(const void *bytes, size_t n, X509 *cert, STACK_OF(X509) * all, int64_t now_ms,
               struct crl_seen *out)
{
	AUTO(X509_CRL) crl = parse(bytes, n);
	X509 *issuer = issuer_in(all, cert);
	X509_REVOKED *entry = NULL;
	const ASN1_TIME *next;

	memset(out, 0, sizeof(*out));
	if (crl == NULL)
		return;
	out->parsed = true;
	out->delta = X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0;
	out->entries = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl));
	if (out->entries < 0)
		out->entries = 0;
	next = X509_CRL_get0_nextUpdate(crl);
	out->has_next = next != NULL && cert_time(next, &out->next_ms);
	out->dated =
	        cert_time(X509_CRL_get0_lastUpdate(crl), &out->this_ms) && (next == NULL || out->has_next);
	out->fresh = out->dated && out->this_ms <= now_ms + SKEW * 1000 &&
	             (!out->has_next || out->next_ms > now_ms);
	out->issuer_known = issuer != NULL;
	out->signer_ok = issuer != NULL &&
	                 X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 &&
	                 X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
	out->revoked = out->signer_ok && X509_CRL_get0_by_cert(crl, &entry, cert) == 1;
	ERR_clear_error();
}

static OCSP_CERTID *cert_id(X509 *cert, STACK_OF(X509) * all)
{
	X509 *issuer = issuer_in(all, cert);

	return issuer != NULL ? OCSP_cert_to_id(EVP_sha1(), cert, issuer)
	                      : NULL; /* RFC 5019: SHA-1 names, not signs */
}

size_t ocsp_request(X509 *cert, STACK_OF(X509) * all, unsigned char **der)
{
	AUTO(OCSP_REQUEST) req = OCSP_REQUEST_new();
	OCSP_CERTID *id = cert_id(cert, all);
	int n;

	*der = NULL;
	if (id == NULL || OCSP_request_add0_id(req, id) == NULL) {
		OCSP_CERTID_free(id);
		return 0;
	}
	n = i2d_OCSP_REQUEST(req, der);
	return n > 0 ? (size_t)n : 0;
}

/* The answer's signer must be the issuer or hold a certificate from it that says OCSPSigning. */
static bool signed_by_issuer(OCSP_BASICRESP *basic, X509 *issuer, STACK_OF(X509) * all)
{
	X509_STORE *store = X509_STORE_new();
	bool ok;

	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_add_cert(store, issuer);
	ok = OCSP_basic_verify(basic, all, store, 0) == 1;
	X509_STORE_free(store);
	ERR_clear_error();
	return ok;
}

void ocsp_judge(const void *bytes, size_t n, X509 *cert, STACK_OF(X509) * all, struct ocsp_seen *out)
{
	const unsigned char *p = bytes;
	AUTO(OCSP_RESPONSE) r = d2i_OCSP_RESPONSE(NULL, &p, (long)n);
	AUTO(OCSP_BASICRESP) basic = NULL;
	OCSP_CERTID *id;
	ASN1_GENERALIZEDTIME *this_update = NULL, *next_update = NULL;
	int why;

	memset(out, 0, sizeof(*out));
	out->status = -1;
	ERR_clear_error();
	if (r == NULL)
		return;
	out->parsed = true;
	out->response = OCSP_response_status(r);
	basic = out->response == OCSP_RESPONSE_STATUS_SUCCESSFUL ? OCSP_response_get1_basic(r) : NULL;
	id = cert_id(cert, all);
	if (basic != NULL && id != NULL) {
		if (OCSP_resp_find_status(basic, id, &out->status, &why, NULL, &this_update, &next_update) !=
		    1)
			out->status = -1;
		else
			out->fresh = OCSP_check_validity(this_update, next_update, SKEW, -1) == 1;
		out->signer_ok = signed_by_issuer(basic, issuer_in(all, cert), all);
	}
	OCSP_CERTID_free(id);
	ERR_clear_error();
}
