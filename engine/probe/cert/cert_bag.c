/*
 * Recognises what certificates came in.  OpenSSL parses; everything is bounded by the bytes given.
 */
#include "cert_bag.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "ossl.h"

static void add(struct cert_bag *bag, X509 *x)
{
	if (x == NULL || sk_X509_num(bag->certs) >= BAG_MAX_CERTS) {
		bag->left_out++;
		X509_free(x);
		return;
	}
	sk_X509_push(bag->certs, x);
}

static bool read_x509(struct cert_bag *bag, const unsigned char *p, size_t n)
{
	const unsigned char *at = p;
	X509 *x = d2i_X509(NULL, &at, (long)n);

	ERR_clear_error();
	if (x == NULL)
		return false;
	add(bag, x);
	/* More DER certificates may follow without a wrapper. */
	while (at < p + n && (x = d2i_X509(NULL, &at, (long)(p + n - at))) != NULL)
		add(bag, x);
	ERR_clear_error();
	return true;
}

static bool read_pkcs7(struct cert_bag *bag, const unsigned char *p, size_t n)
{
	AUTO(PKCS7) p7 = d2i_PKCS7(NULL, &p, (long)n);
	STACK_OF(X509) *certs = NULL;

	ERR_clear_error();
	if (p7 == NULL || !PKCS7_type_is_signed(p7) || p7->d.sign == NULL)
		return false;
	certs = p7->d.sign->cert;
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509_up_ref(sk_X509_value(certs, i));
		add(bag, sk_X509_value(certs, i));
	}
	return true;
}

static bool read_binary(struct cert_bag *bag, const unsigned char *p, size_t n, bool text)
{
	if (read_x509(bag, p, n)) {
		bag->shape = text ? BAG_PEM : BAG_DER;
		return true;
	}
	if (read_pkcs7(bag, p, n)) {
		bag->shape = text ? BAG_PEM_PKCS7 : BAG_PKCS7;
		return true;
	}
	return false;
}

/* Every block between BEGIN and END lines; what is not a certificate or PKCS#7 is passed over. */
static bool read_pem(struct cert_bag *bag, const unsigned char *p, size_t n)
{
	AUTO(BIO) in = BIO_new_mem_buf(p, (int)n);
	char *name, *header;
	unsigned char *data;
	long len;
	bool some = false;

	while (PEM_read_bio(in, &name, &header, &data, &len) == 1) {
		some |= read_binary(bag, data, (size_t)len, true);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(data);
	}
	ERR_clear_error();
	return some;
}

/* The same without BEGIN and END: base64 and blanks, nothing else. */
static bool read_base64(struct cert_bag *bag, const unsigned char *p, size_t n)
{
	unsigned char *clean, *raw;
	size_t k = 0;
	int len;
	bool some = false;

	for (size_t i = 0; i < n; i++)
		if (!isalnum(p[i]) && strchr("+/=\r\n\t ", p[i]) == NULL)
			return false;
	clean = OPENSSL_malloc(n + 1);
	raw = OPENSSL_malloc(n + 4);
	for (size_t i = 0; i < n; i++)
		if (!isspace(p[i]))
			clean[k++] = p[i];
	len = k >= 64 ? EVP_DecodeBlock(raw, clean, (int)k) : -1;
	if (len > 0)
		some = read_binary(bag, raw, (size_t)len, true);
	OPENSSL_free(clean);
	OPENSSL_free(raw);
	ERR_clear_error();
	return some;
}

static bool looks_like_html(const unsigned char *p, size_t n)
{
	size_t i = 0;

	if (n >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return true; /* UTF-16 text: certificates never begin so */
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < n && isspace(p[i]))
		i++;
	return i < n && p[i] == '<';
}

void cert_bag_read(struct cert_bag *bag, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	memset(bag, 0, sizeof(*bag));
	bag->certs = sk_X509_new_null();
	bag->shape = BAG_EMPTY;
	while (n > 0 && isspace(p[n - 1]) && p[0] != 0x30)
		n--;
	if (n == 0 || n > INT32_MAX)
		return;
	bag->shape = BAG_UNKNOWN;
	if (looks_like_html(p, n))
		bag->shape = BAG_HTML;
	else if (!read_binary(bag, p, n, false) && !read_pem(bag, p, n))
		bag->bare = read_base64(bag, p, n);
}

void cert_bag_release(struct cert_bag *bag)
{
	sk_X509_pop_free(bag->certs, X509_free);
	bag->certs = NULL;
}
