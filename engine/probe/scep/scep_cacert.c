/*
 * Judges the CA and RA certificates of a SCEP server.  Knows nothing of the wire.
 */
#include "scep_cacert.h"

#include <string.h>

#include "ossl.h"

#define MAX_DEPTH 16

static X509 *issuer_of(STACK_OF(X509) * all, X509 *x)
{
	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *ca = sk_X509_value(all, i);
		if (ca != x && cert_is_ca(ca) && cert_issued_by(x, ca))
			return ca;
	}
	return NULL;
}

/* Of two certificates of a role the one that ends later: a renewed one stands beside the old for a while. */
static X509 *later(X509 *a, X509 *b)
{
	int64_t ea, eb;

	if (a == NULL || !cert_time(X509_get0_notAfter(a), &ea))
		return b;
	return cert_time(X509_get0_notAfter(b), &eb) && eb > ea ? b : a;
}

static void find_ra(struct scep_certs *c)
{
	for (int i = 0; i < sk_X509_num(c->all); i++) {
		X509 *x = sk_X509_value(c->all, i);
		enum cert_role role = cert_role(x);
		bool both = cert_usage(x, KU_DIGITAL_SIGNATURE) && cert_usage(x, KU_KEY_ENCIPHERMENT);
		if (role == CERT_RA_ENCRYPTION || (role == CERT_OTHER && both))
			c->ra_encrypt = later(c->ra_encrypt, x);
		if (role == CERT_RA_SIGNING || ((role == CERT_RA_ENCRYPTION || role == CERT_OTHER) && both))
			c->ra_sign = later(c->ra_sign, x);
	}
	c->ra_present = c->ra_encrypt != NULL || c->ra_sign != NULL;
}

/* The CA that no other CA of the answer was issued by: the lowest. */
static X509 *lowest_ca(STACK_OF(X509) * all)
{
	X509 *low = NULL;

	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *x = sk_X509_value(all, i);
		bool issues = false;
		if (!cert_is_ca(x))
			continue;
		for (int k = 0; k < sk_X509_num(all) && !issues; k++) {
			X509 *y = sk_X509_value(all, k);
			issues = y != x && cert_is_ca(y) && cert_issued_by(y, x);
		}
		if (!issues || low == NULL)
			low = x;
	}
	return low;
}

static bool complete(STACK_OF(X509) * all, X509 *x)
{
	for (int i = 0; i < MAX_DEPTH && x != NULL; i++) {
		if (cert_self_signed(x))
			return true;
		x = issuer_of(all, x);
	}
	return false;
}

static enum ra_warning warning(int64_t days)
{
	if (days < 0)
		return RA_EXPIRED;
	return days < 14 ? RA_D14 : days < 30 ? RA_D30 : days < 60 ? RA_D60 : RA_NONE;
}

static void judge_ra(struct scep_certs *c, int64_t now_ms)
{
	X509 *const ra[] = {c->ra_encrypt, c->ra_sign};
	bool first = true;

	c->ra_issuer_ok = true;
	for (size_t i = 0; i < 2; i++) {
		int64_t end;
		if (ra[i] == NULL)
			continue;
		if (cert_time(X509_get0_notAfter(ra[i]), &end) && (first || end < c->ra_not_after)) {
			c->ra_not_after = end;
			c->ra_days_left = cert_days_left(ra[i], now_ms);
			first = false;
		}
		c->ra_expired |= cert_expired(ra[i], now_ms);
		c->ra_not_yet |= cert_not_yet(ra[i], now_ms);
		c->ra_issuer_ok &= issuer_of(c->all, ra[i]) != NULL;
	}
	c->warning = first ? RA_NONE : warning(c->ra_days_left);
}

void scep_certs_judge(struct scep_certs *c, STACK_OF(X509) * all, int64_t now_ms)
{
	memset(c, 0, sizeof(*c));
	c->all = all;
	find_ra(c);
	if (c->ra_present)
		judge_ra(c, now_ms);
	if (c->ra_encrypt != NULL)
		c->issuer = issuer_of(all, c->ra_encrypt);
	if (c->issuer == NULL && c->ra_sign != NULL)
		c->issuer = issuer_of(all, c->ra_sign);
	if (c->issuer == NULL)
		c->issuer = lowest_ca(all);
	c->chain_complete = c->issuer != NULL && complete(all, c->issuer);
	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *x = sk_X509_value(all, i);
		bool root = cert_self_signed(x);
		c->sha1 |= !root && cert_signed_sha1(x);
		c->pss |= !root && cert_signed_pss(x);
	}
}

/* ---- clients ---- */

struct choice {
	const char *client;
	X509 *encrypt, *sign, *issuer;
	const char *refuses; /* why; NULL when it takes them */
	const char *note;    /* what is worth saying though it takes them */
};

static X509 *first_leaf(const struct scep_certs *c, uint32_t usage)
{
	for (int i = 0; i < sk_X509_num(c->all); i++) {
		X509 *x = sk_X509_value(c->all, i);
		if (!cert_is_ca(x) && cert_usage(x, usage))
			return x;
	}
	return NULL;
}

/* What stops every client. */
static const char *stops_all(const struct scep_certs *c)
{
	if (sk_X509_num(c->all) == 0)
		return "No certificate came.";
	if (c->issuer == NULL)
		return "No CA certificate came, so nothing can be verified.";
	if (c->ra_expired)
		return "An RA certificate has expired.";
	if (c->ra_not_yet)
		return "An RA certificate is not valid yet.";
	if (c->ra_present && !c->ra_issuer_ok)
		return "An RA certificate was not issued by a CA certificate that came with it.";
	return NULL;
}

/* Windows compares the CA with the profile's thumbprint and takes certificates by key usage. */
static void windows(struct choice *h, const struct scep_certs *c)
{
	h->client = "windows";
	h->encrypt = c->ra_encrypt != NULL ? c->ra_encrypt : c->issuer;
	h->sign = c->ra_sign != NULL ? c->ra_sign : c->issuer;
	h->refuses = stops_all(c);
	h->note = c->chain_complete ? "The CA's thumbprint must be the one in the profile."
	                            : "The chain ends before a root: the device must have the rest already.";
}

static void apple(struct choice *h, const struct scep_certs *c)
{
	windows(h, c);
	h->client = "apple";
	h->note = NULL;
	if (h->refuses == NULL && c->pss)
		h->refuses = "A signature is RSASSA-PSS, which iOS has refused in a SCEP chain.";
	if (h->refuses == NULL && c->sha1)
		h->refuses = "A signature is SHA-1, which iOS refuses in a SCEP chain.";
}

/* jscep, which the Android agents use: first leaf with the usage, and both must be signed by one issuer. */
static void jscep(struct choice *h, const struct scep_certs *c)
{
	h->client = "jscep";
	h->encrypt = first_leaf(c, KU_KEY_ENCIPHERMENT);
	if (h->encrypt == NULL)
		h->encrypt = first_leaf(c, KU_DATA_ENCIPHERMENT);
	h->sign = first_leaf(c, KU_DIGITAL_SIGNATURE);
	h->issuer = h->encrypt != NULL ? issuer_of(c->all, h->encrypt) : c->issuer;
	if (h->issuer == NULL)
		h->issuer = c->issuer;
	if (h->encrypt == NULL)
		h->encrypt = h->issuer;
	if (h->sign == NULL)
		h->sign = h->issuer;
	if (sk_X509_num(c->all) == 0 || h->issuer == NULL)
		h->refuses = "No CA certificate came.";
	else if ((h->encrypt != h->issuer && !cert_issued_by(h->encrypt, h->issuer)) ||
	         (h->sign != h->issuer && !cert_issued_by(h->sign, h->issuer)))
		h->refuses = "RA not issued by CA: it verifies both RA certificates with one CA certificate.";
	else if (c->ra_expired)
		h->note = "It does not look at dates itself; the server refuses, or the device does.";
}

static void sscep(struct choice *h, const struct scep_certs *c)
{
	h->client = "sscep";
	h->encrypt = c->ra_encrypt != NULL ? c->ra_encrypt : c->issuer;
	h->sign = c->ra_sign != NULL ? c->ra_sign : c->issuer;
	if (sk_X509_num(c->all) == 0)
		h->refuses = "No certificate came.";
	h->note = sk_X509_num(c->all) > 1
	                  ? "It does not choose: name the signing one with -c, the encrypting one with -e."
	                  : NULL;
}

static struct value choice_value(struct arena *mem, const struct choice *h)
{
	struct value_builder m;
	X509 *const x[] = {h->encrypt, h->sign, h->issuer};
	static const char *const keys[] = {"encryption", "signing", "issuer"};

	vb_init(&m, mem);
	vb_add(&m, "client", value_str(h->client));
	vb_add(&m, "takes", value_bool(h->refuses == NULL));
	for (size_t i = 0; i < 3; i++)
		vb_add(&m, keys[i],
		       x[i] != NULL ? value_str(cert_name(mem, X509_get_subject_name(x[i]))) : value_null());
	vb_add(&m, "encryption_sha1",
	       h->encrypt != NULL ? value_str(cert_hash(mem, h->encrypt, EVP_sha1())) : value_null());
	vb_add(&m, "signing_sha1",
	       h->sign != NULL ? value_str(cert_hash(mem, h->sign, EVP_sha1())) : value_null());
	vb_add(&m, "why", value_str(h->refuses != NULL ? h->refuses : h->note));
	return vb_map(&m);
}

struct value scep_choices(struct arena *mem, const struct scep_certs *c)
{
	static void (*const clients[])(struct choice *, const struct scep_certs *) = {windows, apple, jscep,
	                                                                              sscep};
	struct value_builder list;

	vb_init(&list, mem);
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++) {
		struct choice h = {.issuer = c->issuer};
		clients[i](&h, c);
		vb_add(&list, NULL, choice_value(mem, &h));
	}
	return vb_list(&list);
}
