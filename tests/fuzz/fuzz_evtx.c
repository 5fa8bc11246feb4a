/* A chunk of an event log from anywhere: bounded, and every string that comes out ends. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "evtx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool each(void *arg, const struct evtx_record *r)
{
	size_t *total = arg;

	*total += strlen(r->provider) + strlen(r->channel) + strlen(r->computer);
	for (size_t i = 0; i < r->ndata; i++)
		*total += strlen(r->data[i].name) + strlen(r->data[i].value);
	return *total < (1u << 26);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct evtx_stats stats = {0};
	struct evtx_reader reader = {NULL, each, NULL};
	struct evtx *evtx;
	unsigned char *chunk;
	size_t total = 0, n = size < EVTX_CHUNK ? size : EVTX_CHUNK;

	reader.arg = &total;
	chunk = malloc(n != 0 ? n : 1);
	memcpy(chunk, data, n);
	evtx = evtx_new(&reader, &stats);
	(void)evtx_chunk(evtx, chunk, n, EVTX_HEADER);
	free(chunk);
	evtx_free(evtx);
	return 0;
}
