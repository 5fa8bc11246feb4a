/*
 * Exports of a certificate store: PEM, DER, .p7b, Windows' serialized .sst, and the output of certutil
 * -store and of PowerShell's Get-ChildItem Cert:\\.  Pure: bytes in, certificates or rows out; every size is
 * bounded.
 */
#ifndef CASEBOOK_CERT_STORE_H
#define CASEBOOK_CERT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "file_text.h"
#include "slice.h"

#define STORE_MAX_BYTES (16u << 20) /* the root store of a full Windows is under 1 MB */
#define STORE_MAX_CERTS 2000u

enum store_form {
	STORE_NONE,
	STORE_DER,
	STORE_PKCS7,
	STORE_PEM,
	STORE_SST,
	STORE_CERTUTIL,
	STORE_POWERSHELL,
	STORE__MAX
};
extern const char *const store_forms[]; /* "none" "der" "pkcs7" "pem" "sst" "certutil" "powershell" NULL */

/* The certificates of a binary or PEM export, in its order; a NULL form means it is not an export. Caller
 * frees with sk_X509_pop_free.  *bad counts unreadable certificates. */
STACK_OF(X509) * store_read(const void *bytes, size_t n, enum store_form *form, size_t *bad);

/* Whether it is output of certutil -store; whether these first bytes may be any export. */
bool store_is_certutil(const char *text, size_t n);
bool store_looks(const unsigned char *bytes, size_t n, const char *text, size_t text_n);

/* "10.01.2027 08:00", "1/10/2027 8:00 AM", "2027-01-10 08:00": UTC milliseconds of both readings of it, day
 * first and month first, as if it were UTC; the same when there is one. */
bool store_date(struct slice v, int64_t out[2]);

/* "# store=LocalMachine\My computer=NDES01 utc=2026-11-30T08:31:07Z count=12", the line above each store in
 * what collect-ndes.cmd and casebook collect fetch. */
struct store_mark {
	char store[40], computer[256]; /* "My"; "" when not said */
	int64_t utc_ms;                /* ABOUT_NO_TIME when not said */
	int64_t count;                 /* certificates in it; -1 when not said */
};
/* The next such line from p on; NULL: there is none. */
const char *store_mark_next(const char *p, const char *end, struct store_mark *out);

/* ---- PowerShell ---- */

struct ps_cert {
	char subject[512], issuer[512]; /* issuer: "" when a table names none */
	char sha1[48], until[48];       /* until: NotAfter as it stands there */
	uint64_t line, offset;
};
enum { PS_SUBJECT, PS_ISSUER, PS_PRINT, PS_UNTIL, PS_PARENT, PS_COLUMNS };
struct ps_store {
	char store[40]; /* in lower case; "" when nothing names it */
	bool filtered;  /* the command shows only those whose issuer is not their subject */
	bool asked;     /* the last command was for a store */
	bool ended;     /* another prompt stands below such a command: it is shown to its end */
	struct ps_cert cert;
	char delimiter; /* of Export-Csv whose head was read; 0: none was */
	int at[PS_COLUMNS];
};
bool store_is_powershell(const char *text, size_t n);
/* True when a certificate is known whole. */
bool ps_store_line(struct ps_store *s, const struct file_line *line, struct ps_cert *out);
bool ps_store_end(struct ps_store *s, struct ps_cert *out);

#endif
