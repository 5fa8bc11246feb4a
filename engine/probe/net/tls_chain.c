/*
 * The path from a server's certificate to a root, and where it breaks.
 */
#include "tls_chain.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "ossl.h"
#include "x509_facts.h"

#define CLIENT_LEVEL 1 /* SSL_CTX_set_security_level(3): no SHA-1 in a chain, as Windows, Apple, Android */
#define MAX_DEPTH 16   /* certificates of a path; OpenSSL's own limit is 100 */

static int note_first(int ok, X509_STORE_CTX *ctx)
{
	struct tls_chain *c = X509_STORE_CTX_get_app_data(ctx);

	if (!ok && c->code == X509_V_OK)
		c->code = X509_STORE_CTX_get_error(ctx);
	return 1; /* go on: later faults are looked for by other means, and the path is wanted whole */
}

static void verify(STACK_OF(X509) * sent, STACK_OF(X509) * all, X509_STORE *store, struct tls_chain *out)
{
	AUTO(X509_STORE_CTX) ctx = X509_STORE_CTX_new();

	if (X509_STORE_CTX_init(ctx, store, sk_X509_value(sent, 0), all) != 1) {
		out->code = X509_V_ERR_UNSPECIFIED;
		return;
	}
	X509_STORE_CTX_set_default(ctx, "ssl_server");
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), CLIENT_LEVEL);
	X509_STORE_CTX_set_app_data(ctx, out);
	X509_STORE_CTX_set_verify_cb(ctx, note_first);
	if (X509_verify_cert(ctx) <= 0 && out->code == X509_V_OK)
		out->code = X509_STORE_CTX_get_error(ctx);
	ERR_clear_error();
}

static X509 *issuer_in(STACK_OF(X509) * list, X509 *x)
{
	for (int i = 0; i < sk_X509_num(list); i++)
		if (sk_X509_value(list, i) != x && cert_issued_by(x, sk_X509_value(list, i)))
			return sk_X509_value(list, i);
	return NULL;
}

static bool anchored(X509_STORE *store, X509 *x)
{
	AUTO(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	X509 *issuer = NULL;
	bool found;

	if (X509_STORE_CTX_init(ctx, store, x, NULL) != 1)
		return false;
	found = X509_STORE_CTX_get1_issuer(&issuer, ctx, x) == 1;
	X509_free(issuer);
	ERR_clear_error();
	return found;
}

bool tls_public_ca(X509 *x)
{
	return X509_get_ext_by_NID(x, NID_ct_precert_scts, -1) >= 0;
}

static void find_gap(STACK_OF(X509) * sent, STACK_OF(X509) * all, X509_STORE *store, bool told,
                     struct tls_chain *out)
{
	X509 *leaf = sk_X509_value(sent, 0), *x = leaf, *next;

	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		if (cert_self_signed(x) || anchored(store, x))
			break;
		next = issuer_in(all, x);
		if (next == NULL) {
			out->gap = x;
			break;
		}
		x = next;
	}
	if (out->gap != leaf || out->ok)
		out->missing = TLS_NO;
	else
		out->missing = told || tls_public_ca(leaf) ? TLS_YES : TLS_UNKNOWN;
}

static void look_at_order(STACK_OF(X509) * sent, struct tls_chain *out)
{
	int n = sk_X509_num(sent);

	out->ordered = true;
	for (int i = 0; i < n; i++) {
		X509 *x = sk_X509_value(sent, i);
		bool self = cert_self_signed(x);
		out->sent_root |= self;
		if (i + 1 < n && !self && !cert_issued_by(x, sk_X509_value(sent, i + 1)) &&
		    issuer_in(sent, x) != NULL)
			out->ordered = false;
	}
}

void tls_chain_judge(STACK_OF(X509) * sent, STACK_OF(X509) * more, X509_STORE *store, bool told,
                     struct tls_chain *out)
{
	STACK_OF(X509) *all = sk_X509_dup(sent); /* the list, not the certificates */

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < sk_X509_num(more); i++)
		sk_X509_push(all, sk_X509_value(more, i));
	verify(sent, all, store, out);
	out->ok = out->code == X509_V_OK;
	out->text = X509_verify_cert_error_string(out->code);
	find_gap(sent, all, store, told, out);
	look_at_order(sent, out);
	sk_X509_free(all);
}

bool tls_name_ok(X509 *x, const char *host)
{
	bool ok = X509_check_host(x, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1 ||
	          X509_check_ip_asc(x, host, 0) == 1;

	ERR_clear_error();
	return ok;
}

bool tls_name_in_cn_only(X509 *x, const char *host)
{
	bool cn = X509_check_host(x, host, 0, X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT, NULL) == 1;

	ERR_clear_error();
	return cn && !tls_name_ok(x, host);
}
