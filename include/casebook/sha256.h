/* SHA-256 (FIPS 180-4) by nettle: the wizard does not link OpenSSL. */
#ifndef CASEBOOK_SHA256_H
#define CASEBOOK_SHA256_H

#include <stddef.h>

#define SHA256_HEX 65 /* 64 lower-case digits and a NUL */

struct sha256;
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *s, const void *mem, size_t n);
void sha256_finish(struct sha256 *s, char out[SHA256_HEX]); /* frees s */
void sha256_of(const void *mem, size_t n, char out[SHA256_HEX]);

#endif
