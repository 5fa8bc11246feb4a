/* Errors and warnings of an event log, for the text and JSON of `casebook analyze`. */
#ifndef CASEBOOK_ANALYZE_SEEN_H
#define CASEBOOK_ANALYZE_SEEN_H

#include <casebook/evidence.h>
#include <casebook/explain.h>

#define SEEN_MAX 50u /* of one file, the newest first */

struct seen {
	const char *dialect, *event;          /* "event:ndes", "31" */
	const char *name, *meaning;           /* of the event; "-" where the table has none */
	const char *code;                     /* in its text, NULL: none */
	const char *code_name, *code_meaning; /* NULL: not known */
	uint64_t times, line;                 /* line: of the newest */
	int64_t first_ms, last_ms;            /* ABOUT_NO_TIME: not known */
};

/* Each error and warning of a known source once, newest first; returns how many are in list. Strings live in
 * mem. */
size_t analyze_seen(const struct explain *x, struct arena *mem, const struct evidence *e, struct seen *list,
                    size_t max);

#endif
