/*
 * Exports of a certificate store: PEM, DER, .p7b, Windows' serialized .sst, and the output of certutil
 * -store.  Pure: bytes in, certificates or rows out; every size is bounded.
 */
#ifndef CASEBOOK_CERT_STORE_H
#define CASEBOOK_CERT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#define STORE_MAX_BYTES (16u << 20) /* the root store of a full Windows is under 1 MB */
#define STORE_MAX_CERTS 2000u

enum store_form { STORE_NONE, STORE_DER, STORE_PKCS7, STORE_PEM, STORE_SST, STORE_CERTUTIL, STORE__MAX };
extern const char *const store_forms[]; /* "none" "der" "pkcs7" "pem" "sst" "certutil" NULL */

/* The certificates of a binary or PEM export, in its order; a NULL form means it is not an export. Caller
 * frees with sk_X509_pop_free.  *bad counts unreadable certificates. */
STACK_OF(X509) * store_read(const void *bytes, size_t n, enum store_form *form, size_t *bad);

/* Whether it is output of certutil -store; whether these first bytes may be any export. */
bool store_is_certutil(const char *text, size_t n);
bool store_looks(const unsigned char *bytes, size_t n, const char *text, size_t text_n);

#endif
