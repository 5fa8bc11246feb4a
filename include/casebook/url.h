/* Splits a web address into its parts (RFC 3986), without a library that could fetch it. */
#ifndef CASEBOOK_URL_H
#define CASEBOOK_URL_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/err.h>

#define URL_MAX 65536 /* longer than any server or proxy accepts */

struct url {
	char scheme[8]; /* "http" or "https" */
	char host[256]; /* without brackets, as given */
	bool literal6;  /* the host was an IPv6 address in brackets */
	unsigned port;  /* given or the scheme's own */
	bool port_given;
	const char *path; /* path, query and fragment, pointing into the parsed text; "" when none */
};

/* Refuses other schemes, credentials, control characters, blanks, empty hosts and bad ports. */
int url_parse(const char *text, struct url *out, struct err *err) MUST_CHECK;
/* "1".."65535", digits only. */
bool port_parse(const char *text, unsigned *port);
/* Where an address lies, a word of evidence_network(): "inside" for private networks, this machine and
 * this link (RFC 1918, 3927, 4193, 4291), "outside" for public ones, NULL where it does not tell (RFC 6598).
 */
const char *ip_place(const char *ip);

#endif
