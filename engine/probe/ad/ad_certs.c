/* Certificates of the directory by the bytes; asks nobody. */
#include "ad_certs.h"

#include <string.h>

#include <openssl/err.h>

#include "ossl.h"
#include "x509_facts.h"

#define CHAIN_MOST 8

void ad_certs_new(struct ad_certs *s)
{
	s->all = sk_X509_new_null();
	s->whole = true;
}

void ad_certs_free(struct ad_certs *s)
{
	sk_X509_pop_free(s->all, X509_free);
	s->all = NULL;
}

static bool is_none(const struct berval *v)
{
	return v->bv_len == 0 || (v->bv_len == 1 && v->bv_val[0] == '\0');
}

static X509 *one(const struct berval *v)
{
	const unsigned char *p = (const unsigned char *)v->bv_val, *end = p + v->bv_len;
	X509 *x = v->bv_len <= AD_CERT_BYTES ? d2i_X509(NULL, &p, (long)v->bv_len) : NULL;

	ERR_clear_error();
	if (x != NULL && p != end) {
		X509_free(x);
		return NULL;
	}
	return x;
}

void ad_certs_add(struct ad_certs *s, struct berval **values)
{
	for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
		X509 *x;

		if (is_none(values[i]))
			continue;
		x = sk_X509_num(s->all) < AD_CERTS_MOST ? one(values[i]) : NULL;
		if (x == NULL || sk_X509_push(s->all, x) <= 0) {
			X509_free(x);
			s->whole = false;
		}
	}
}

bool ad_certs_has(const struct ad_certs *s, X509 *x)
{
	for (int i = 0; i < sk_X509_num(s->all); i++)
		if (X509_cmp(sk_X509_value(s->all, i), x) == 0)
			return true;
	return false;
}

static X509 *issuer_in(const struct ad_certs *s, X509 *x)
{
	for (int i = 0; i < sk_X509_num(s->all); i++)
		if (cert_issued_by(x, sk_X509_value(s->all, i)))
			return sk_X509_value(s->all, i);
	return NULL;
}

enum ad_tri ad_certs_rooted(X509 *x, const struct ad_certs *between, const struct ad_certs *roots)
{
	for (int i = 0; i < CHAIN_MOST; i++) {
		X509 *up;

		if (ad_certs_has(roots, x) && cert_self_signed(x))
			return AD_YES;
		if (cert_self_signed(x))
			return roots->whole ? AD_NO : AD_UNKNOWN;
		up = issuer_in(roots, x);
		if (up == NULL)
			up = issuer_in(between, x);
		if (up == NULL)
			return AD_UNKNOWN;
		x = up;
	}
	return AD_UNKNOWN;
}

enum ad_crl ad_crl_due(const void *bytes, size_t n, int64_t *ms)
{
	const struct berval v = {n, (char *)bytes};
	const unsigned char *p = bytes;
	enum ad_crl told = AD_CRL_BAD;
	const ASN1_TIME *next;

	if (is_none(&v))
		return AD_CRL_NONE;
	AUTO(X509_CRL) crl = d2i_X509_CRL(NULL, &p, (long)n);
	ERR_clear_error();
	if (crl == NULL)
		return AD_CRL_BAD;
	next = X509_CRL_get0_nextUpdate(crl);
	if (next == NULL)
		told = AD_CRL_ENDLESS;
	else if (cert_time(next, ms))
		told = AD_CRL_DUE;
	return told;
}
