/*
 * A certificate's contents as facts.  Pure: bytes in, values out; the time is an argument. Texts live in the
 * given arena.  Sources: RFC 5280; for RA certificates of NDES the extended key usage "Certificate Request
 * Agent" and the template names CEPEncryption and EnrollmentAgentOffline.
 */
#ifndef CASEBOOK_X509_FACTS_H
#define CASEBOOK_X509_FACTS_H

#include <openssl/x509.h>

#include <casebook/value.h>

enum cert_role { CERT_CA, CERT_RA_SIGNING, CERT_RA_ENCRYPTION, CERT_OTHER, CERT__MAX };
extern const char *const cert_role_names[]; /* "ca" "ra-signing" "ra-encryption" "other" NULL */
enum cert_role cert_role(X509 *x);

/* One map: subject, issuer, role, template, not_before, not_after, days_left, expired, not_yet_valid, sha1,
 * sha256, serial, key, signature, usage, self_signed. */
struct value cert_value(struct arena *mem, X509 *x, int64_t now_ms);

/* "CN=NDES01-MSCEP-RA, C=US": most specific part first, as Windows shows it. */
const char *cert_name(struct arena *mem, const X509_NAME *name);
const char *cert_hash(struct arena *mem, X509 *x, const EVP_MD *md);    /* lower-case hex */
const char *cert_serial(struct arena *mem, const ASN1_INTEGER *serial); /* lower-case hex, even length */
/* "RSA 2048", "EC prime256v1"; *bits of security-relevant size, 0 when the key cannot be read. */
const char *cert_key(struct arena *mem, X509 *x, int *bits);
bool cert_key_weak(X509 *x); /* RSA under 2048 bits, EC under 224 */
/* "sha256WithRSAEncryption", "rsassaPss with sha256" */
const char *cert_signature(struct arena *mem, X509 *x);
bool cert_signed_sha1(X509 *x); /* signed with SHA-1 or older; counts a root's own signature too */
bool cert_signed_pss(X509 *x);
const char *cert_template(struct arena *mem, X509 *x); /* name or OID; NULL when there is none */

bool cert_time(const ASN1_TIME *t, int64_t *ms);
int64_t cert_days_left(X509 *x, int64_t now_ms); /* whole days, negative once expired */
bool cert_expired(X509 *x, int64_t now_ms);
bool cert_not_yet(X509 *x, int64_t now_ms);

bool cert_is_ca(X509 *x);
bool cert_self_signed(X509 *x);             /* signed with its own key */
bool cert_issued_by(X509 *x, X509 *issuer); /* names fit and the signature verifies */
bool cert_usage(X509 *x, uint32_t bits);    /* KU_*: allowed by key usage, or no key usage extension */
bool cert_ra_agent(X509 *x);                /* EKU Certificate Request Agent */

struct value cert_names(struct arena *mem, X509 *x); /* list: DNS names, then addresses, of the SAN */
enum cert_url { CERT_URL_CRL, CERT_URL_DELTA, CERT_URL_ISSUER, CERT_URL_OCSP };
struct value cert_urls(struct arena *mem, X509 *x, enum cert_url which); /* list of texts, any scheme */
struct value cert_ekus(struct arena *mem, X509 *x);

#endif
