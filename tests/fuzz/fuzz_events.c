/* windows.events over any bytes: event logs and their exports end, stay in bounds, send what decodes. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_probe("windows.events", data, size);
	return 0;
}
