/* service.state over any bytes: lists of services end, stay in bounds, send what decodes. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_probe("service.state", data, size);
	return 0;
}
