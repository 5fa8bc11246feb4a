/*
 * Facts are what a probe measured.  A fact carries its own key and value, so old
 * cases open after a probe is renamed.  A fact that was not measured is absent,
 * or present as null: unknown, neither true nor false.
 */
#ifndef CASEBOOK_FACT_H
#define CASEBOOK_FACT_H

#include <stddef.h>

#include <casebook/value.h>

enum fact_type { FACT_BOOL, FACT_INT, FACT_STR, FACT_TIME /* ISO 8601 UTC text */, FACT_LIST, FACT_MAP };

/* What a probe promises to measure; a row of the probe's table ends with key NULL. */
struct fact_def {
	const char *key; /* "page", without the probe's id */
	enum fact_type type;
	const char *const *values; /* closed set of a FACT_STR, ends with NULL; NULL when open */
	const char *help;          /* one sentence, with its unit */
};

struct fact {
	const char *key;
	struct value value;
};

const char *fact_type_name(enum fact_type t);
/* Whether the value may stand in a fact of that type and closed set; null always may. */
bool fact_accepts(const struct fact_def *def, const struct value *v);

#endif
