/* The libraries and trusted certificates, loaded once and shared by every child. */
#ifndef CASEBOOK_TRUST_H
#define CASEBOOK_TRUST_H

#include <casebook/err.h>
#include <openssl/x509_vfy.h>

/* Initialises libcurl and OpenSSL and loads the store, so that children are forked warm. An unreadable CA
 * file is remembered and reported by trust_store(). */
void trust_warm(const char *ca_file);
/* The store for --ca FILE, or the system's when NULL.  Parsed at most once per process and
 * file.  Borrowed: SSL_CTX_set1_cert_store() takes its own reference.  NULL with err. */
X509_STORE *trust_store(const char *ca_file, struct err *err);

#endif
