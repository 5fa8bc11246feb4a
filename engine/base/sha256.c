/* SHA-256 through nettle. */
#include <casebook/sha256.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <casebook/xalloc.h>

#include <nettle/sha2.h>

struct sha256 {
	struct sha256_ctx ctx;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *s = xmalloc(sizeof(*s));

	sha256_init(&s->ctx);
	return s;
}

void sha256_add(struct sha256 *s, const void *mem, size_t n)
{
	sha256_update(&s->ctx, n, mem);
}

void sha256_finish(struct sha256 *s, char out[SHA256_HEX])
{
	uint8_t raw[SHA256_DIGEST_SIZE];

	sha256_digest(&s->ctx, sizeof(raw), raw);
	for (size_t i = 0; i < sizeof(raw); i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
	free(s);
}

void sha256_of(const void *mem, size_t n, char out[SHA256_HEX])
{
	struct sha256 *s = sha256_new();

	sha256_add(s, mem, n);
	sha256_finish(s, out);
}
