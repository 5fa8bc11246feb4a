/*
 * Extracts certificates from bytes, by content and never by header or name: one DER certificate, a certs-only
 * PKCS#7 (DER or BER), either of them as PEM or bare base64.  Pure and bounded.
 */
#ifndef CASEBOOK_CERT_BAG_H
#define CASEBOOK_CERT_BAG_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/x509.h>

enum bag_shape { BAG_EMPTY, BAG_DER, BAG_PKCS7, BAG_PEM, BAG_PEM_PKCS7, BAG_HTML, BAG_UNKNOWN, BAG__MAX };
extern const char *const bag_shapes[]; /* "empty" "der" "pkcs7" "pem" "pem-pkcs7" "html" "unknown" NULL */
#define BAG_MAX_CERTS 64               /* NDES sends 3 to 6 */

struct cert_bag {
	enum bag_shape shape;
	STACK_OF(X509) * certs; /* never NULL; in the order of the bytes */
	bool bare;              /* base64 without BEGIN and END */
	size_t left_out;        /* certificates beyond BAG_MAX_CERTS, or unreadable */
};
void cert_bag_read(struct cert_bag *bag, const void *bytes, size_t n);
void cert_bag_release(struct cert_bag *bag);

#endif
