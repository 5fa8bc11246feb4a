/*
 * The last requests for mscep.dll one by one, with what the counts leave out: how long each answer took and
 * how long its query was.  Read from the end of plain files, so that a log of gigabytes costs no second look.
 */
#ifndef CASEBOOK_IIS_TOLD_H
#define CASEBOOK_IIS_TOLD_H

#include "iis.h"
#include "probe_int.h"

#define IIS_TOLD 40u             /* requests kept: ten conversations */
#define IIS_TOLD_TAIL (2u << 20) /* bytes at the end of a file */
#define IIS_TOLD_SLOW_MS \
	10000 /* an answer takes 1.3 s in Microsoft's sample, a CA that does not answer 21 s */

struct iis_told_row {
	int64_t at_s, took_ms; /* took_ms -1: the log has no column for it */
	struct iis_status status;
	uint8_t op, platform;
	uint32_t query;
	uint64_t line; /* of the file; 0 when it is not known, in the tail of a long one */
	char client[48];
};
struct iis_told {
	struct iis_told_row rows[IIS_TOLD];
	size_t n;
	bool timed; /* some had a time */
	int64_t slow, slowest_ms, given_up;
};

/* The end of one file; layout: of its last #Fields line, where the tail has none before its first lines. */
void iis_told_read(struct iis_told *t, int fd, uint64_t size, const struct iis_state *state);
/* Facts: told, slow_answers, slowest_ms, given_up. */
void iis_told_send(const struct iis_told *t, struct evidence_out *out);

#endif
