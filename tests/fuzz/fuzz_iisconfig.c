/* iis.config over any bytes: IIS configuration end, stay in bounds, send what decodes. */
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_probe("iis.config", data, size);
	return 0;
}
