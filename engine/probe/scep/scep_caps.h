/* The text of GetCACaps, judged.  Pure.  RFC 8894 section 3.5.2. */
#ifndef CASEBOOK_SCEP_CAPS_H
#define CASEBOOK_SCEP_CAPS_H

#include <stdbool.h>
#include <stddef.h>

#define CAPS_MAX 48     /* keywords kept; servers send six to nine */
#define CAPS_KEYWORD 64 /* bytes of one; the longest known has 16 */

struct scep_caps {
	char list[CAPS_MAX][CAPS_KEYWORD]; /* as sent, case kept */
	size_t n;
	size_t known; /* how many are keywords of the RFC or its drafts */
	bool post, aes, des3, sha1, sha256, sha512, sha2, renewal, next_ca, standard;
	const char *strongest_digest; /* "SHA-512", "SHA-256", "SHA-1"; NULL when none is named */
	const char *strongest_cipher; /* "AES", "DES3"; NULL */
};

/* Keywords are lines, LF or CRLF, case ignored. */
void scep_caps_read(struct scep_caps *c, const char *text, size_t n);

#endif
