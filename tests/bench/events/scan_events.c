/* Reads an event log through the project's reader: every record whole, or ids and times alone. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evtx.h"

static bool each(void *arg, const struct evtx_record *r)
{
	size_t *bytes = arg;

	for (size_t i = 0; i < r->ndata; i++)
		*bytes += strlen(r->data[i].value);
	return true;
}

static bool want(void *arg, const struct evtx_record *r)
{
	size_t *bytes = arg;

	*bytes += r->id;
	return false;
}

int main(int argc, char **argv)
{
	static unsigned char block[EVTX_CHUNK];
	struct evtx_stats stats = {0};
	struct evtx_reader reader = {NULL, each, NULL};
	struct evtx *evtx;
	size_t bytes = 0;
	uint64_t offset = EVTX_HEADER;
	int fd = argc == 3 ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n;

	if (fd < 0 || read(fd, block, EVTX_HEADER) != (ssize_t)EVTX_HEADER)
		return 2;
	reader.arg = &bytes;
	if (strcmp(argv[1], "ids") == 0)
		reader.want = want;
	evtx = evtx_new(&reader, &stats);
	while ((n = read(fd, block, EVTX_CHUNK)) > 0) {
		(void)evtx_chunk(evtx, block, (size_t)n, offset);
		offset += (uint64_t)n;
	}
	printf("%llu records, %zu\n", (unsigned long long)stats.records, bytes);
	evtx_free(evtx);
	close(fd);
	return 0;
}
