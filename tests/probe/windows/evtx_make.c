/* Writes event logs of several shapes into a folder, for the comparison with evtxexport. */
#include <stdio.h>
#include <stdlib.h>

#include "evtx_write.h"

#define EVENTS 500

int main(int argc, char **argv)
{
	static const size_t per_chunk[] = {1, 7, 40};
	static struct evtx_event events[EVENTS];

	if (argc != 2)
		return 2;
	for (size_t i = 0; i < EVENTS; i++)
		events[i] = (struct evtx_event){(uint16_t)(1 + i * 37 % 60),
		                                4,
		                                i % 3 == 0 ? "Application Error" : "Microsoft-Windows-WAS",
		                                "Application",
		                                1795344737000 + (int64_t)i * 1000,
		                                {"AppPoolID", "", NULL},
		                                {"SCEP", "a value"}};
	for (size_t k = 0; k < sizeof(per_chunk) / sizeof(per_chunk[0]); k++) {
		char path[4096];
		size_t size;
		unsigned char *bytes =
		        evtx_write(events, per_chunk[k] == 1 ? 20 : EVENTS, per_chunk[k], &size);
		FILE *f;

		snprintf(path, sizeof(path), "%s/made-%zu.evtx", argv[1], per_chunk[k]);
		f = fopen(path, "wb");
		if (f == NULL || fwrite(bytes, 1, size, f) != size || fclose(f) != 0)
			return 1;
		free(bytes);
	}
	return 0;
}
