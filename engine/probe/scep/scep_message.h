/*
 * Reads a SCEP message, a request or a CertRep, complete or truncated. Decrypts nothing and trusts nothing:
 * everything reported is in the clear, including the envelope's recipient.  Pure. RFC 8894 section 3.2
 * (attributes), 3.3 (message types); RFC 5652 (CMS).
 */
#ifndef CASEBOOK_SCEP_MESSAGE_H
#define CASEBOOK_SCEP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/arena.h>

#define SCEP_MAX_RECIPIENTS 4
#define SCEP_NONCE 16

struct scep_bytes {
	unsigned char b[64];
	size_t n;
};

/* A sender or recipient: issuer and serial of a certificate. */
struct scep_who {
	const char *issuer; /* "CN=Contoso CA, DC=contoso"; NULL when cut */
	const char *serial; /* lower-case hex */
};

struct scep_message {
	bool signed_data;     /* the outer layer is CMS SignedData; else ignore the rest */
	bool cut;             /* it ends early */
	size_t bytes;         /* present */
	size_t inner_claimed; /* announced length of the enveloped part; 0 when unknown */
	const char *digest;   /* "SHA-256"; from the list of digests; NULL when not reached */
	bool enveloped;       /* an encrypted part is inside */
	const char *cipher;   /* of the encrypted part: "DES3", "AES-128-CBC" */
	struct scep_who to[SCEP_MAX_RECIPIENTS];
	size_t nto;
	size_t certificates; /* sent along */
	struct scep_who signer;
	int message_type;      /* 19 PKCSReq, 3 CertRep ...; -1 when absent */
	int pki_status;        /* 0, 2, 3; -1 */
	int fail_info;         /* 0..4; -1 */
	const char *fail_text; /* NULL when absent */
	uint32_t hresult;      /* Windows' code, which NDES adds to a failure; 0 when absent */
	const char *transaction;
	struct scep_bytes sender_nonce, recipient_nonce;
};

/* False when the bytes do not even begin as a CMS message. */
bool scep_message_read(struct arena *mem, const unsigned char *p, size_t n, struct scep_message *m);

/* Words: "PKCSReq", "CertRep"; "success", "failure", "pending"; "badRequest" and what it means.  NULL when
 * the number has none. */
const char *scep_type_name(int type);
extern const char *const scep_statuses[]; /* "success" "failure" "pending" NULL */
const char *scep_status_name(int status);
extern const char *const scep_failures[]; /* "badAlg" ... NULL */
const char *scep_failure_name(int fail_info);
const char *scep_failure_text(int fail_info);

/* Extracts the message from a text: raw DER, PEM, base64, or a URL or log line with message=BASE64 in it,
 * percent-encoded or not, truncated or not. *n bytes, NULL when there is none. */
unsigned char *scep_capture(struct arena *mem, const unsigned char *text, size_t len, size_t *n);

#endif
