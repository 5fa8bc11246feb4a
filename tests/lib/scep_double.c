/*
 * scep_double PKI MODE < request > reply: answers one PKIOperation as an NDES with separate RA certificates
 * does, from the folder that mkpki.sh made.  A request that ra-enc.key cannot open fails with
 * badMessageCheck, one that it can with badRequest (there is no challenge that it takes).  MODE changes the
 * answer: pending, nonce, transaction, signature (each wrong), stranger (signed by a certificate that
 * GetCACert does not give), bare (no certificates in the reply).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/pem.h>

#define OID "2.16.840.1.113733.1.9."

static const char *pki, *mode;

static BIO *file_of(const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", pki, name);
	return BIO_new_file(path, "r");
}

static X509 *cert(const char *name)
{
	BIO *in = file_of(name);
	X509 *x = in != NULL ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return x;
}

static EVP_PKEY *key(const char *name)
{
	BIO *in = file_of(name);
	EVP_PKEY *k = in != NULL ? PEM_read_bio_PrivateKey(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return k;
}

static ASN1_STRING *attr(CMS_SignerInfo *si, const char *tail, int type)
{
	char oid[64];
	ASN1_OBJECT *obj;
	ASN1_STRING *v;

	snprintf(oid, sizeof(oid), OID "%s", tail);
	obj = OBJ_txt2obj(oid, 1);
	v = CMS_signed_get0_data_by_OBJ(si, obj, -3, type);
	ASN1_OBJECT_free(obj);
	return v;
}

static void add(CMS_SignerInfo *si, const char *tail, int type, const void *bytes, int n)
{
	char oid[64];

	snprintf(oid, sizeof(oid), OID "%s", tail);
	CMS_signed_add1_attr_by_txt(si, oid, type, bytes, n);
}

static int opens(BIO *envelope)
{
	CMS_ContentInfo *cms = d2i_CMS_bio(envelope, NULL);
	BIO *out = BIO_new(BIO_s_mem());
	int ok = cms != NULL &&
	         CMS_decrypt(cms, key("ra-enc.key"), cert("ra-enc.pem"), NULL, out, CMS_BINARY) == 1;

	CMS_ContentInfo_free(cms);
	BIO_free(out);
	return ok;
}

static int is(const char *word)
{
	return strcmp(mode, word) == 0;
}

static int reply(const ASN1_STRING *transaction, const ASN1_STRING *nonce, int opened)
{
	BIO *empty = BIO_new(BIO_s_mem()), *out = BIO_new_fp(stdout, BIO_NOCLOSE);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_DETACHED | CMS_BINARY);
	CMS_SignerInfo *si =
	        CMS_add1_signer(cms, cert(is("stranger") ? "self.pem" : "ra-sign.pem"),
	                        key(is("stranger") ? "leaf.key" : "ra-sign.key"), EVP_sha256(),
	                        CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL | (is("bare") ? CMS_NOCERTS : 0));
	unsigned char wrong[16] = {1, 2, 3};
	const char *text = opened ? "The challenge is not one of ours." : "The message could not be opened.";

	if (si == NULL)
		return 1;
	add(si, "2", V_ASN1_PRINTABLESTRING, "3", 1);
	add(si, "3", V_ASN1_PRINTABLESTRING, is("pending") ? "3" : "2", 1);
	if (!is("pending")) {
		add(si, "4", V_ASN1_PRINTABLESTRING, opened ? "2" : "1", 1);
		CMS_signed_add1_attr_by_txt(si, "1.3.6.1.5.5.7.24.1", V_ASN1_UTF8STRING, text,
		                            (int)strlen(text));
	}
	add(si, "6", V_ASN1_OCTET_STRING, is("nonce") ? wrong : ASN1_STRING_get0_data(nonce),
	    is("nonce") ? 16 : ASN1_STRING_length(nonce));
	add(si, "5", V_ASN1_OCTET_STRING, wrong, sizeof(wrong));
	add(si, "7", V_ASN1_PRINTABLESTRING,
	    is("transaction") ? (const void *)"ANOTHER" : ASN1_STRING_get0_data(transaction),
	    is("transaction") ? 7 : ASN1_STRING_length(transaction));
	if (!CMS_final(cms, empty, NULL, CMS_BINARY | CMS_DETACHED))
		return 1;
	if (is("signature"))
		((unsigned char *)ASN1_STRING_get0_data(CMS_SignerInfo_get0_signature(si)))[9] ^= 1;
	return i2d_CMS_bio(out, cms) == 1 ? 0 : 1;
}

int main(int argc, char **argv)
{
	BIO *in = BIO_new_fp(stdin, BIO_NOCLOSE), *content = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms = d2i_CMS_bio(in, NULL);
	CMS_SignerInfo *si;
	ASN1_STRING *transaction, *nonce, *type;

	if (argc != 3)
		return 2;
	pki = argv[1];
	mode = argv[2];
	if (cms == NULL ||
	    CMS_verify(cms, NULL, NULL, NULL, content, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
		fprintf(stderr, "the request is not signed as it should be\n");
		return 1;
	}
	si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	type = attr(si, "2", V_ASN1_PRINTABLESTRING);
	transaction = attr(si, "7", V_ASN1_PRINTABLESTRING);
	nonce = attr(si, "5", V_ASN1_OCTET_STRING);
	if (type == NULL || transaction == NULL || nonce == NULL || ASN1_STRING_length(nonce) != 16 ||
	    ASN1_STRING_length(type) != 2 || memcmp(ASN1_STRING_get0_data(type), "19", 2) != 0) {
		fprintf(stderr, "an attribute of RFC 8894 is missing\n");
		return 1;
	}
	return reply(transaction, nonce, opens(content));
}
