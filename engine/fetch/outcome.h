/* What came of a row, and in which words it is told. Nothing of it is a finding. */
#ifndef CASEBOOK_FETCH_OUTCOME_H
#define CASEBOOK_FETCH_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

enum outcome {
	OUTCOME_UNKNOWN,
	OUTCOME_GOT,
	OUTCOME_DONE,      /* what has no file */
	OUTCOME_ABSENT,    /* no such key, file or log there */
	OUTCOME_NOT_ASKED, /* nothing fills its text */
	OUTCOME_REFUSED,
	OUTCOME_NO_PROGRAM,
	OUTCOME_SECOND_HOP,
	OUTCOME_LATE,
	OUTCOME_FULL, /* at its most bytes */
	OUTCOME_CUT,
	OUTCOME_DISCONNECTED,
	OUTCOME_FAILED,
	OUTCOME_LEFT_FILE,
	OUTCOME_STOPPED,
	OUTCOME__MAX
};

const char *outcome_name(enum outcome o);
/* OUTCOME_FAILED for a name that is none. */
enum outcome outcome_from(const char *name, size_t n);
/* What has no such file, key or log is as much an answer as one that has. */
bool outcome_fine(enum outcome o);

#endif
