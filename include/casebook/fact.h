/*
 * Facts are what a probe measured.  A fact carries its own key and value, so old
 * cases open after a probe is renamed.  A fact that was not measured is absent,
 * or present as null: unknown, neither true nor false.
 */
#ifndef CASEBOOK_FACT_H
#define CASEBOOK_FACT_H

#include <stddef.h>

#include <casebook/about.h>
#include <casebook/value.h>

enum fact_type { FACT_BOOL, FACT_INT, FACT_STR, FACT_TIME /* ISO 8601 UTC text */, FACT_LIST, FACT_MAP };

/*
 * When a fact counts.  A case asks about one time, one server, one platform; what a fact adds up over
 * a whole file answers that only for some facts.
 */
enum fact_kind {
	FACT_BY_PROBE,  /* not said: of a live check FACT_LIVE, of a file FACT_SNAPSHOT */
	FACT_OF_SOURCE, /* lines, first_time, by_status: for pages and reports; a cause may not ask for it */
	FACT_OCCURRED,  /* a crash, a request, an error: counts near the time in question */
	FACT_STATE,     /* NDES started or not, pool disabled: the newest up to then, while the log goes on */
	FACT_SNAPSHOT,  /* store, rights, configuration, state of a pool: as of a day, or undated */
	FACT_LIVE       /* now */
};

/* What a probe promises to measure; a row of the probe's table ends with key NULL. */
struct fact_def {
	const char *key; /* "page", without the probe's id */
	enum fact_type type;
	const char *const *values; /* closed set of a FACT_STR, ends with NULL; NULL when open */
	const char *help;          /* one sentence, with its unit */
	enum fact_kind kind;       /* probe_fact_kind() says what FACT_BY_PROBE means */
};

struct fact {
	const char *key;
	struct value value;
};

const char *fact_type_name(enum fact_type t);
/* Whether the value may stand in a fact of that type and closed set; null always may. */
bool fact_accepts(const struct fact_def *def, const struct value *v);

#endif
