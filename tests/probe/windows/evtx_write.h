/* Writes small event logs as Windows does: chunks, a template per event shape, records that use it. */
#ifndef TEST_EVTX_WRITE_H
#define TEST_EVTX_WRITE_H

#include <stddef.h>
#include <stdint.h>

struct evtx_event {
	uint16_t id;
	uint8_t level;
	const char *provider, *channel;
	int64_t time_ms;
	const char *names[8];  /* of Data; "" for nameless, NULL ends */
	const char *values[8]; /* fewer than names: the record ends before its template does */
};

/* The whole file, malloc'ed.  At most as many events as one chunk holds go into each chunk. */
unsigned char *evtx_write(const struct evtx_event *events, size_t n, size_t per_chunk, size_t *size);

#endif
