/*
 * Windows event logs in their binary form (.evtx), read in independent chunks of 64 KB, so that damage stays
 * local.  Format: libevtx documentation (EVTX), MS-EVEN6 2.2.12 (BinXml).  Pure: bytes in and records out
 * through callbacks.
 */
#ifndef CASEBOOK_EVTX_H
#define CASEBOOK_EVTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVTX_CHUNK 65536u
#define EVTX_HEADER 4096u
#define EVTX_MAX_FIELDS 128u /* of one record's data */

struct evtx_field {
	const char *name;  /* Data's Name, an element, or element@attribute; never NULL */
	const char *value; /* UTF-8, not cleaned */
};
struct evtx_record {
	uint64_t number; /* EventRecordID */
	uint64_t offset; /* of the record in the file */
	int64_t time_ms;
	uint32_t id; /* event id without qualifiers */
	int level;   /* 1 critical, 2 error, 3 warning, 4 information; 0 not stated */
	const char *provider, *channel, *computer; /* "" when absent */
	const struct evtx_field *data;
	size_t ndata;
};

struct evtx_reader {
	/* Whether to decode the record's data. NULL: always. */
	bool (*want)(void *arg, const struct evtx_record *r);
	/* One record, in file order; valid for the call.  false stops reading. */
	bool (*each)(void *arg, const struct evtx_record *r);
	void *arg;
};

struct evtx_stats {
	uint64_t records;     /* read, wanted or not */
	uint64_t bad_records; /* seen but unreadable */
	uint64_t chunks, bad_chunks;
	uint64_t first_bad; /* file offset of the first damage; 0 when none */
	const char *damage; /* its description; NULL when none */
};

/* Checks the 4096 bytes of the file header: NULL when valid, else what is wrong. */
const char *evtx_check_header(const unsigned char *p, size_t n);
/* Reads chunks, one at a time; keeps its memory from one to the next. */
struct evtx;
struct evtx *evtx_new(const struct evtx_reader *r, struct evtx_stats *stats); /* both outlive it */
void evtx_free(struct evtx *x);
/* One chunk of at most EVTX_CHUNK bytes at `offset` of the file; shorter at the end of the file. false:
 * stopped by the callback. */
bool evtx_chunk(struct evtx *x, const unsigned char *p, size_t n, uint64_t offset);

#endif
