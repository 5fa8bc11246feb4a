/* setup.msi over any bytes: installer logs end, stay in bounds, send what decodes. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_probe("setup.msi", data, size);
	return 0;
}
