/*
 * The gate for secrets.  Every text that becomes part of a record, and every result of a check that is
 * printed, passes it: what stands where a secret has its place loses its value.
 *
 * Seen, as they are and behind percent-encoding (also "%u0041"), HTML entities, backslash escapes,
 * quoted-printable, base64 (RFC 4648, both alphabets), hexadecimal and UTF-16, and behind several of them at
 * once: values of names such as password, challenge, token, secret, cookie, Authorization, in "name=value",
 * JSON, XML, plist, SyncML, HTML, connection strings, registry exports and sentences; on command lines what a
 * tool of engine/base/secret_tools.c takes as a secret by its place; parameters of a URL's query that are not
 * known to be harmless; credentials in a URL or of a proxy; JSON web tokens; private keys, PKCS #12 and
 * requests (PEM, DER); long runs of random base64.
 *
 * Not seen: a secret that stands alone as an ordinary word, that no name introduces.
 */
#ifndef CASEBOOK_SECRET_H
#define CASEBOOK_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/arena.h>

struct secret_count {
	unsigned n;       /* values left out */
	const char *what; /* what the first was taken for: "a password"; static */
};

/* The text without the values of secrets, in each one's place "<removed, 12 bytes>"; the same pointer when it
 * holds none. NULL gives NULL. Cleaning a cleaned text changes nothing. `count` is added to; may be NULL. */
const char *secret_clean(struct arena *mem, const char *text, struct secret_count *count);
/* The same for n bytes, which may hold NULs; the result ends with a NUL and has no other. */
const char *secret_clean_bytes(struct arena *mem, const char *text, size_t n, struct secret_count *count);
/* n bytes with an "x" for each byte of a secret, so that columns and lengths of a log stay; ends with a NUL
 * more. */
const char *secret_mask_bytes(struct arena *mem, const char *text, size_t n, struct secret_count *count);
/* Of a value with a name, as in a map: {"Authorization": value}. */
const char *secret_clean_named(struct arena *mem, const char *name, const char *value,
                               struct secret_count *count);

#endif
