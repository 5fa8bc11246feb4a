#include "scep.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>

/* Attributes of a SCEP message (RFC 8894, 3.2.1). */
#define OID "2.16.840.1.113733.1.9."
#define OID_TYPE OID "2"
#define OID_STATUS OID "3"
#define OID_FAIL OID "4"
#define OID_SENDER_NONCE OID "5"
#define OID_RECIPIENT_NONCE OID "6"
#define OID_TRANSACTION OID "7"

struct message {
	CMS_ContentInfo *cms;
	CMS_SignerInfo *si;
	X509 *sender; /* borrowed */
	const ASN1_STRING *type, *transaction, *nonce;
	BIO *content;
};

static const ASN1_STRING *attribute(CMS_SignerInfo *si, const char *oid, int type)
{
	ASN1_OBJECT *obj = OBJ_txt2obj(oid, 1);
	const ASN1_STRING *v = CMS_signed_get0_data_by_OBJ(si, obj, -3, type);

	ASN1_OBJECT_free(obj);
	return v;
}

static bool open_message(const void *request, size_t n, struct message *m)
{
	BIO *in = BIO_new_mem_buf(request, (int)n);

	*m = (struct message){.content = BIO_new(BIO_s_mem())};
	m->cms = d2i_CMS_bio(in, NULL);
	BIO_free(in);
	/* The device signs with a certificate of its own making. */
	if (m->cms == NULL ||
	    CMS_verify(m->cms, NULL, NULL, NULL, m->content, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
		return false;
	m->si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(m->cms), 0);
	CMS_SignerInfo_get0_algs(m->si, NULL, &m->sender, NULL, NULL);
	m->type = attribute(m->si, OID_TYPE, V_ASN1_PRINTABLESTRING);
	m->transaction = attribute(m->si, OID_TRANSACTION, V_ASN1_PRINTABLESTRING);
	m->nonce = attribute(m->si, OID_SENDER_NONCE, V_ASN1_OCTET_STRING);
	return m->sender != NULL && m->type != NULL && m->transaction != NULL && m->nonce != NULL &&
	       ASN1_STRING_length(m->nonce) == 16;
}

static bool is_enrolment(const struct message *m)
{
	return ASN1_STRING_length(m->type) == 2 && memcmp(ASN1_STRING_get0_data(m->type), "19", 2) == 0;
}

/* The request inside the envelope; NULL when the RA cannot open it. */
static X509_REQ *open_envelope(const struct pki *p, BIO *content)
{
	CMS_ContentInfo *cms = d2i_CMS_bio(content, NULL);
	BIO *out = BIO_new(BIO_s_mem());
	X509_REQ *request = NULL;

	if (cms != NULL && CMS_decrypt(cms, p->ra_enc.key, p->ra_enc.cert, NULL, out, CMS_BINARY) == 1)
		request = d2i_X509_REQ_bio(out, NULL);
	CMS_ContentInfo_free(cms);
	BIO_free(out);
	return request;
}

static bool challenge_fits(X509_REQ *request)
{
	int at = X509_REQ_get_attr_by_NID(request, NID_pkcs9_challengePassword, -1);
	X509_ATTRIBUTE *a = at >= 0 ? X509_REQ_get_attr(request, at) : NULL;
	ASN1_TYPE *t = a != NULL ? X509_ATTRIBUTE_get0_type(a, 0) : NULL;
	const ASN1_STRING *s =
	        t != NULL && t->type != V_ASN1_BOOLEAN && t->type != V_ASN1_OBJECT && t->type != V_ASN1_NULL
	                ? t->value.asn1_string
	                : NULL;

	return s != NULL && ASN1_STRING_length(s) == (int)strlen(SCEP_CHALLENGE) &&
	       memcmp(ASN1_STRING_get0_data(s), SCEP_CHALLENGE, strlen(SCEP_CHALLENGE)) == 0;
}

/* The issued certificate as certificates alone, in an envelope for the device. */
static BIO *envelope(const struct pki *p, X509 *issued, X509 *device)
{
	STACK_OF(X509) *to = sk_X509_new_null();
	PKCS7 *p7 = PKCS7_new();
	BIO *inner = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms = NULL;
	bool ok = to != NULL && p7 != NULL && sk_X509_push(to, device) > 0 &&
	          PKCS7_set_type(p7, NID_pkcs7_signed) == 1 && PKCS7_content_new(p7, NID_pkcs7_data) == 1 &&
	          PKCS7_add_certificate(p7, issued) == 1 && PKCS7_add_certificate(p7, p->issuing.cert) == 1;

	if (ok) {
		PKCS7_set_detached(p7, 1);
		ok = i2d_PKCS7_bio(inner, p7) == 1;
		cms = ok ? CMS_encrypt(to, inner, EVP_des_ede3_cbc(), CMS_BINARY) : NULL;
		ok = cms != NULL && i2d_CMS_bio(out, cms) == 1;
	}
	CMS_ContentInfo_free(cms);
	PKCS7_free(p7);
	BIO_free(inner);
	sk_X509_free(to);
	if (!ok) {
		BIO_free(out);
		out = NULL;
	}
	return out;
}

static bool add(CMS_SignerInfo *si, const char *oid, int type, const void *bytes, int n)
{
	return CMS_signed_add1_attr_by_txt(si, oid, type, bytes, n) == 1;
}

/* failInfo of RFC 8894, 3.2.1.4; NULL: success with CONTENT. */
static bool reply(const struct pki *p, const struct message *m, const char *fail, BIO *content,
                  struct buf *out)
{
	BIO *empty = BIO_new(BIO_s_mem()), *der = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
	CMS_SignerInfo *si = cms != NULL ? CMS_add1_signer(cms, p->ra_sign.cert, p->ra_sign.key, EVP_sha256(),
	                                                   CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL)
	                                 : NULL;
	unsigned char nonce[16];
	char *mem;
	long n = 0;
	bool ok = si != NULL && RAND_bytes(nonce, sizeof(nonce)) == 1 &&
	          add(si, OID_TYPE, V_ASN1_PRINTABLESTRING, "3", 1) &&
	          add(si, OID_STATUS, V_ASN1_PRINTABLESTRING, fail != NULL ? "2" : "0", 1) &&
	          (fail == NULL || add(si, OID_FAIL, V_ASN1_PRINTABLESTRING, fail, 1)) &&
	          add(si, OID_RECIPIENT_NONCE, V_ASN1_OCTET_STRING, ASN1_STRING_get0_data(m->nonce), 16) &&
	          add(si, OID_SENDER_NONCE, V_ASN1_OCTET_STRING, nonce, sizeof(nonce)) &&
	          add(si, OID_TRANSACTION, V_ASN1_PRINTABLESTRING, ASN1_STRING_get0_data(m->transaction),
	              ASN1_STRING_length(m->transaction)) &&
	          CMS_final(cms, content != NULL ? content : empty, NULL, CMS_BINARY) == 1 &&
	          i2d_CMS_bio(der, cms) == 1;

	if (ok)
		n = BIO_get_mem_data(der, &mem);
	if (n > 0)
		buf_put(out, mem, (size_t)n);
	CMS_ContentInfo_free(cms);
	BIO_free(empty);
	BIO_free(der);
	return n > 0;
}

bool scep_answer(const struct pki *p, const void *request, size_t n, struct buf *out)
{
	const char *bad_message = "1", *bad_request = "2", *fail = bad_request;
	struct message m;
	X509_REQ *csr = NULL;
	X509 *issued = NULL;
	BIO *content = NULL;
	bool ok = open_message(request, n, &m);

	if (ok && is_enrolment(&m)) {
		csr = open_envelope(p, m.content);
		issued = csr != NULL && challenge_fits(csr) ? pki_issue(p, csr) : NULL;
		content = issued != NULL ? envelope(p, issued, m.sender) : NULL;
		fail = csr == NULL ? bad_message : content == NULL ? bad_request : NULL;
	}
	ok = ok && reply(p, &m, fail, content, out);
	CMS_ContentInfo_free(m.cms);
	BIO_free(m.content);
	BIO_free(content);
	X509_REQ_free(csr);
	X509_free(issued);
	return ok;
}
