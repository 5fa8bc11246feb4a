/* user.rights over any bytes: secedit policies end, stay in bounds, send what decodes. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_probe("user.rights", data, size);
	return 0;
}
