/* Logs by SFTP: of each only what was written since a time travels. */
#ifndef CASEBOOK_FETCH_SPAN_H
#define CASEBOOK_FETCH_SPAN_H

#include "sftp.h"

struct span {
	int64_t since_ms; /* UTC */
	uint64_t budget;  /* bytes that may still travel; what is older is left out */
	size_t files;     /* that were written */
	size_t left_out;  /* names of the pattern that were not: older, or beyond the budget */
	bool cut;         /* the budget ended within a file: it begins later than since_ms */
};
/* Fetches the files that match the pattern ("/C:/logs/W3SVC1/u_ex*.log"), newest name first, into the open
 * folder. -1: s->why says what failed; what was written until then stays. */
int span_fetch(struct sftp *s, const char *pattern, int folder, struct span *span);
/* For the names of logs: runs of digits by their value, so that httperr9.log is older than httperr12.log. */
int span_compare(const char *a, const char *b);

#endif
