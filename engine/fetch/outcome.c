/* Names of outcomes: what casebook-fetch tells, what stands in about.txt, what a person reads. */
#include "outcome.h"

#include <string.h>

static const char *const names[] = {
        [OUTCOME_UNKNOWN] = "unknown",
        [OUTCOME_GOT] = "got",
        [OUTCOME_DONE] = "done",
        [OUTCOME_ABSENT] = "not there",
        [OUTCOME_NOT_ASKED] = "not asked",
        [OUTCOME_REFUSED] = "refused",
        [OUTCOME_NO_PROGRAM] = "no such program",
        [OUTCOME_SECOND_HOP] = "cannot be asked this way",
        [OUTCOME_LATE] = "no answer in time",
        [OUTCOME_FULL] = "cut at its most bytes",
        [OUTCOME_CUT] = "cut",
        [OUTCOME_DISCONNECTED] = "connection cut",
        [OUTCOME_FAILED] = "failed",
        [OUTCOME_LEFT_FILE] = "got, but left a file",
        [OUTCOME_STOPPED] = "stopped",
};

const char *outcome_name(enum outcome o)
{
	return names[o];
}

enum outcome outcome_from(const char *name, size_t n)
{
	for (int i = 0; i < OUTCOME__MAX; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return (enum outcome)i;
	return OUTCOME_FAILED;
}

bool outcome_fine(enum outcome o)
{
	return o >= OUTCOME_GOT && o <= OUTCOME_NOT_ASKED;
}
