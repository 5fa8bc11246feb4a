/* Loads what a TLS client trusts.  Knows no connection. */
#include "trust.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <casebook/xalloc.h>

#define MAX_CA_FILE (16 << 20) /* the system's bundle is 0.2 MB */

static struct {
	bool loaded;
	char *ca_file;
	X509_STORE *store;
	struct err err;
} cache;

static int load_file(X509_STORE *store, const char *file, struct err *err)
{
	struct stat st;

	if (stat(file, &st) < 0)
		return err_set(err, FAIL_IO, errno, "the CA file %s cannot be read: %s", file,
		               strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_CA_FILE)
		return err_set(err, FAIL_FORMAT, 0, "the CA file %s is not a file of at most 16 MB", file);
	if (X509_STORE_load_file(store, file) != 1) {
		ERR_clear_error();
		return err_set(err, FAIL_FORMAT, 0,
		               "the CA file %s holds no certificate that can be read: give it as PEM", file);
	}
	/* An issuing CA given alone is trusted as it stands. */
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	return 0;
}

static void load(const char *ca_file)
{
	memset(&cache.err, 0, sizeof(cache.err));
	cache.loaded = true;
	cache.ca_file = ca_file != NULL ? xstrdup(ca_file) : NULL;
	cache.store = X509_STORE_new();
	if (cache.store == NULL)
		die_oom();
	if (ca_file == NULL) {
		X509_STORE_set_default_paths(cache.store);
		ERR_clear_error();
	} else if (load_file(cache.store, ca_file, &cache.err) < 0) {
		X509_STORE_free(cache.store);
		cache.store = NULL;
	}
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

X509_STORE *trust_store(const char *ca_file, struct err *err)
{
	if (cache.loaded && !same(cache.ca_file, ca_file)) {
		X509_STORE_free(cache.store);
		free(cache.ca_file);
		cache.loaded = false;
	}
	if (!cache.loaded)
		load(ca_file);
	if (cache.store == NULL && err != NULL)
		*err = cache.err;
	return cache.store;
}

/* What the first connection of a process makes OpenSSL look up and keep: done before the fork,
 * every child has it. */
static void warm_tls(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = ctx != NULL ? SSL_new(ctx) : NULL;

	SSL_free(ssl);
	SSL_CTX_free(ctx);
	ERR_clear_error();
}

void trust_warm(const char *ca_file)
{
	static bool once;

	if (!once) {
		once = true;
		OPENSSL_init_ssl(0, NULL);
		curl_global_init(CURL_GLOBAL_ALL);
		warm_tls();
	}
	(void)trust_store(ca_file, NULL);
}
