/* A file probe, named by FUZZ_PROBE, over any bytes: ends, stays in bounds, sends what decodes. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_probe(FUZZ_PROBE, data, size);
	return 0;
}
