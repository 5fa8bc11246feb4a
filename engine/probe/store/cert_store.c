/* Binary and PEM exports of certificate stores.  OpenSSL reads certificates; the .sst frame is read here
 * (MS-DTYP has it not; its element headers are those of CertSerializeCertificateStoreElement: property id,
 * encoding type, length; id 32 is the certificate). */
#include "cert_store.h"

#include <string.h>

#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "cert_bag.h"
#include "file_kind.h"

#define SST_CERT 32u

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void push(STACK_OF(X509) * certs, X509 *x, size_t *bad)
{
	if (x == NULL) {
		++*bad;
		return;
	}
	if (sk_X509_num(certs) >= (int)STORE_MAX_CERTS || sk_X509_push(certs, x) == 0) {
		++*bad;
		X509_free(x);
	}
}

static bool is_sst(const unsigned char *p, size_t n)
{
	return n >= 8 && le32(p) == 0 && memcmp(p + 4, "CERT", 4) == 0;
}

/* 0, "CERT", then elements; a zero id ends the store. */
static void read_sst(STACK_OF(X509) * certs, const unsigned char *p, size_t n, size_t *bad)
{
	size_t at = 8;

	while (n - at >= 12) {
		uint32_t id = le32(p + at), len = le32(p + at + 8);
		const unsigned char *der = p + at + 12;

		if (id == 0)
			return;
		if (len > n - at - 12) {
			++*bad;
			return;
		}
		if (id == SST_CERT)
			push(certs, d2i_X509(NULL, &der, (long)len), bad);
		at += 12 + len;
	}
}

static void take_pkcs7(STACK_OF(X509) * certs, PKCS7 *p7, size_t *bad)
{
	const STACK_OF(X509) *inside =
	        p7 != NULL && PKCS7_type_is_signed(p7) && p7->d.sign != NULL ? p7->d.sign->cert : NULL;

	for (int i = 0; inside != NULL && i < sk_X509_num(inside); i++)
		push(certs, X509_dup(sk_X509_value(inside, i)), bad);
}

static void read_pem(STACK_OF(X509) * certs, const void *bytes, size_t n, size_t *bad)
{
	BIO *bio = BIO_new_mem_buf(bytes, (int)n);
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long len = 0;

	while (bio != NULL && PEM_read_bio(bio, &name, &header, &data, &len) == 1) {
		const unsigned char *der = data;

		if (strcmp(name, PEM_STRING_PKCS7) == 0) {
			PKCS7 *p7 = d2i_PKCS7(NULL, &der, len);

			if (p7 == NULL)
				++*bad;
			take_pkcs7(certs, p7, bad);
			PKCS7_free(p7);
		} else if (strstr(name, "CERTIFICATE") != NULL && strstr(name, "REQUEST") == NULL) {
			push(certs, d2i_X509(NULL, &der, len), bad);
		}
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(data);
	}
	BIO_free(bio);
}

static enum store_form read_der(STACK_OF(X509) * certs, const unsigned char *p, size_t n, size_t *bad)
{
	const unsigned char *at = p;
	X509 *x = d2i_X509(NULL, &at, (long)n);
	PKCS7 *p7;

	if (x != NULL) {
		push(certs, x, bad);
		return STORE_DER;
	}
	at = p;
	p7 = d2i_PKCS7(NULL, &at, (long)n);
	if (p7 == NULL)
		return STORE_NONE;
	take_pkcs7(certs, p7, bad);
	PKCS7_free(p7);
	return STORE_PKCS7;
}

/* Bare base64 and BER go through the bag that reads servers' answers. */
static enum store_form read_bag(STACK_OF(X509) * certs, const void *bytes, size_t n, size_t *bad)
{
	struct cert_bag bag;
	enum store_form form = STORE_NONE;

	cert_bag_read(&bag, bytes, n);
	for (int i = 0; i < sk_X509_num(bag.certs); i++) {
		push(certs, X509_dup(sk_X509_value(bag.certs, i)), bad);
		form = bag.shape == BAG_PKCS7 || bag.shape == BAG_PEM_PKCS7 ? STORE_PKCS7 : STORE_DER;
	}
	cert_bag_release(&bag);
	return form;
}

STACK_OF(X509) * store_read(const void *bytes, size_t n, enum store_form *form, size_t *bad)
{
	STACK_OF(X509) *certs = sk_X509_new_null();

	*bad = 0;
	*form = STORE_NONE;
	if (is_sst(bytes, n)) {
		*form = STORE_SST;
		read_sst(certs, bytes, n, bad);
	} else if (mem_find(bytes, n, "-----BEGIN ", 11) != NULL) {
		*form = STORE_PEM;
		read_pem(certs, bytes, n, bad);
		if (sk_X509_num(certs) == 0 && *bad == 0)
			*form = STORE_NONE; /* a key or a request: no certificate in it */
	} else if (n != 0) {
		*form = read_der(certs, bytes, n, bad);
		if (*form == STORE_NONE)
			*form = read_bag(certs, bytes, n, bad);
	}
	return certs;
}

bool store_is_certutil(const char *text, size_t n)
{
	return mem_find(text, n, "================ ", 17) != NULL && mem_find_fold(text, n, "(sha1)") != NULL;
}

bool store_looks(const unsigned char *bytes, size_t n, const char *text, size_t text_n)
{
	struct store_mark mark;

	if (is_sst(bytes, n))
		return true;
	if (text != NULL)
		return mem_find(text, text_n, "-----BEGIN CERTIFICATE-----", 27) != NULL ||
		       store_mark_next(text, text + text_n, &mark) != NULL ||
		       mem_find(text, text_n, "-----BEGIN PKCS7-----", 21) != NULL ||
		       store_is_certutil(text, text_n) || store_is_powershell(text, text_n);
	/* SEQUENCE, long form of length, then a SEQUENCE (certificate) or the OID of signed data */
	return n > 16 && bytes[0] == 0x30 && (bytes[1] == 0x82 || bytes[1] == 0x83 || bytes[1] == 0x80) &&
	       (mem_find((const char *)bytes, n < 64 ? n : 64, "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", 9) !=
	                NULL ||
	        (bytes[1] == 0x82 && bytes[4] == 0x30));
}
