/*
 * Cleanup of OpenSSL handles: AUTO(X509) x = ...; is freed at the end of its block.
 */
#ifndef CASEBOOK_OSSL_H
#define CASEBOOK_OSSL_H

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pkcs7.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define OSSL_DROP(T, fn)                   \
	static inline void T##_drop(T **p) \
	{                                  \
		fn(*p);                    \
	}
OSSL_DROP(X509, X509_free)
OSSL_DROP(X509_CRL, X509_CRL_free)
OSSL_DROP(X509_REQ, X509_REQ_free)
OSSL_DROP(X509_NAME, X509_NAME_free)
OSSL_DROP(X509_STORE_CTX, X509_STORE_CTX_free)
OSSL_DROP(EVP_PKEY, EVP_PKEY_free)
OSSL_DROP(PKCS7, PKCS7_free)
OSSL_DROP(CMS_ContentInfo, CMS_ContentInfo_free)
OSSL_DROP(BIO, BIO_free_all)
OSSL_DROP(OCSP_REQUEST, OCSP_REQUEST_free)
OSSL_DROP(OCSP_RESPONSE, OCSP_RESPONSE_free)
OSSL_DROP(OCSP_BASICRESP, OCSP_BASICRESP_free)
#undef OSSL_DROP

#define AUTO(T) __attribute__((cleanup(T##_drop))) T *

#endif
