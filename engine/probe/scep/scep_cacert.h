/*
 * Judges the certificates from GetCACert: which is the CA, which signs, which decrypts, until when, and what
 * each kind of client makes of them.  Pure; the time is an argument. Sources: RFC 8894 section 4.2; the
 * public source of jscep (DefaultCertStoreInspector, Client.verifyRA) and of sscep; Microsoft's articles on
 * expired RA certificates and on SHA-1 and PSS chains with iOS.
 */
#ifndef CASEBOOK_SCEP_CACERT_H
#define CASEBOOK_SCEP_CACERT_H

#include "cert_bag.h"
#include "probe_int.h"
#include "x509_facts.h"

enum ra_warning { RA_NONE, RA_D60, RA_D30, RA_D14, RA_EXPIRED, RA__MAX };
extern const struct param_def scep_ca_params[]; /* of GetCACaps and GetCACert: url, message */
extern const char *const ra_warnings[];         /* "none" "60-days" "30-days" "14-days" "expired" NULL */

struct scep_certs {
	STACK_OF(X509) * all; /* borrowed */
	/* Borrowed from `all`; NULL when there is none. */
	X509 *ra_sign, *ra_encrypt; /* the longest valid one of each role */
	X509 *issuer;               /* the issuing CA: issuer of the RA certificates, else the lowest CA */
	bool ra_present;
	int64_t ra_days_left; /* the shorter of the two */
	int64_t ra_not_after; /* ms */
	enum ra_warning warning;
	bool ra_expired, ra_not_yet;
	bool ra_issuer_ok;   /* each RA certificate is signed by a CA certificate that was sent */
	bool chain_complete; /* from the issuing CA up to a self-signed root, all sent */
	bool sha1, pss;      /* in the signature of a non-root certificate */
};
void scep_certs_judge(struct scep_certs *c, STACK_OF(X509) * all, int64_t now_ms);

/* List of maps: client, takes, encryption, signing, issuer (subjects), encryption_sha1, why. */
struct value scep_choices(struct arena *mem, const struct scep_certs *c);

#endif
