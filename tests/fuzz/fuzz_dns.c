/* Messages of a name server: bounded chains and addresses, never a crash. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int types[] = {1, 28};
	unsigned id = size >= 2 ? (unsigned)data[0] << 8 | data[1] : 0;

	for (int i = 0; i < 2; i++) {
		struct arena *mem = arena_new();
		struct dns_answer a;

		if (dns_read(mem, "a.test", types[i], (uint16_t)id, data, size, &a)) {
			if (a.nchain > DNS_MAX_CHAIN || a.naddresses > DNS_MAX_ADDRESSES || !a.answered)
				abort();
			for (size_t k = 0; k < a.nchain; k++)
				if (strlen(a.chain[k]) > 1024)
					abort();
			for (size_t k = 0; k < a.naddresses; k++)
				if (strlen(a.addresses[k]) < 2)
					abort();
		}
		arena_free(mem);
	}
	return 0;
}
