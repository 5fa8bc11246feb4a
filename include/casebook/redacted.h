/* What was replaced in a report: for the preview, the key to the tokens, and the search before saving. */
#ifndef CASEBOOK_REDACTED_H
#define CASEBOOK_REDACTED_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/buf.h>
#include <casebook/err.h>
#include <casebook/redact.h>

struct report;

struct redact_item {
	const char *token, *kind, *value;
	unsigned count; /* places in this report */
	bool weak;      /* an ordinary word, replaced only where it is a whole field */
};
/* The i-th replaced value; false past the end. */
bool redaction_item(const struct redaction *r, size_t i, struct redact_item *out);
/* The i-th word that looks like a name and stands in what was written so far: the check of residue.h over
 * every file, which knows nothing of what was replaced.  False past the end. */
bool redaction_left(const struct redaction *r, size_t i, const char **text, const char **kind);
/* The key to the tokens, JSON; never to be sent along. */
void redaction_key(const struct report *r, struct buf *out);
/* Searches bytes for every original value in every form; FAIL_CONFLICT says which and where. */
int redaction_check(const struct report *r, const char *what, const void *mem, size_t n,
                    struct err *err) MUST_CHECK;

#endif
