/* Any bytes as a captured SCEP message, and each of its beginnings: bounded, and what is told of a part stays
 * true. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ber.h"
#include "scep_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const unsigned char *p, size_t n, unsigned depth)
{
	struct ber in = {p, n};
	struct ber_item it;
	char oid[64];
	unsigned char bytes[64];

	while (ber_next(&in, &it)) {
		if (it.body.p < p || it.body.p + it.body.n > p + n || it.size == 0)
			abort();
		(void)ber_oid(&it, oid, sizeof(oid));
		if (ber_octets(&it, bytes, sizeof(bytes)) > sizeof(bytes))
			abort();
		if (it.constructed && depth < 8)
			walk(it.body.p, it.body.n, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *mem = arena_new();
	struct scep_message m;
	unsigned char *p;
	size_t n;

	walk(data, size, 0);
	(void)scep_message_read(mem, data, size, &m);
	p = scep_capture(mem, data, size, &n);
	if (p != NULL) {
		if (n > size)
			abort();
		(void)scep_message_read(mem, p, n, &m);
		if (m.nto > SCEP_MAX_RECIPIENTS || m.sender_nonce.n > sizeof(m.sender_nonce.b))
			abort();
	}
	arena_free(mem);
	return 0;
}
