/*
 * A fact is one measured value. It carries its own key, so old cases still open after a probe is renamed. An
 * unmeasured fact is absent or null: unknown, neither true nor false.
 */
#ifndef CASEBOOK_FACT_H
#define CASEBOOK_FACT_H

#include <stddef.h>

#include <casebook/about.h>
#include <casebook/value.h>

enum fact_type { FACT_BOOL, FACT_INT, FACT_STR, FACT_TIME /* ISO 8601 UTC text */, FACT_LIST, FACT_MAP };

/*
 * When a fact counts. A case asks about one time, one server, one platform; only some facts summed over a
 * whole file can answer that.
 */
enum fact_kind {
	FACT_BY_PROBE,  /* not stated: FACT_LIVE for a live check, FACT_SNAPSHOT for a file */
	FACT_OF_SOURCE, /* lines, first_time, by_status: for pages and reports only, never in a cause */
	FACT_OCCURRED,  /* a crash, a request, an error: counts near the time in question */
	FACT_STATE,     /* NDES started or not, pool disabled: the newest up to then, while the log goes on */
	FACT_SNAPSHOT,  /* store, rights, configuration, state of a pool: as of a day, or undated */
	FACT_LIVE       /* now */
};

/*
 * How a fact is said to a person. It speaks: a sentence per value; it serves: a placeholder in another fact's
 * sentence; or it is silent: for details and JSON. Written beside the fact, once, for screen and report
 * alike.
 *
 * Of several sentences the first whose condition fits is taken. A condition tests the fact's own value, then,
 * after commas, other facts of the measurement: "= 500, last_win32 = 1346". Tests: "= a or b", "!= a", "> 0",
 * ">= 0 and < 30", "known", "unknown", "empty", "not empty", "more than one", "has a", "other" (known).
 * "scep.caps.empty = false" names another check. "attempt known": somebody named the time of an attempt.
 *
 * Placeholders: facts of the same measurement; members of the first entry of a list; {value} and {list} of
 * the fact itself, {n} its number or size; {n?one|many}; {host}, {port}, {url}, {file} of what was looked at;
 * {from}: the machine that looked; {attempt}; {time}: of the line cited; {skew}: skew_ms in words;
 * {win32:last_win32}, {iis:status.substatus}: what the code means in that table of assets/codes.tsv. Where
 * one of them is unknown the next sentence is tried.
 */
enum fact_voice { FACT_UNSAID /* refused by the lint */, FACT_SPEAKS, FACT_SERVES, FACT_SILENT };
struct fact_says {
	const char *when, *sentence;
};
#define SPEAKS(...)                                              \
	.voice = FACT_SPEAKS, .says = (const struct fact_says[]) \
	{                                                        \
		__VA_ARGS__,                                     \
		{                                                \
			NULL, NULL                               \
		}                                                \
	}
#define SERVES .voice = FACT_SERVES
#define SILENT .voice = FACT_SILENT

/* A fact that a probe can measure; the probe's table ends with key NULL. */
struct fact_def {
	const char *key; /* "page", without the probe's id */
	enum fact_type type;
	const char *const *values; /* all possible words of a FACT_STR, ends with NULL; NULL when open */
	const char *help;          /* one sentence, with its unit */
	enum fact_kind kind;       /* probe_fact_kind() resolves FACT_BY_PROBE */
	enum fact_voice voice;
	const struct fact_says *says; /* FACT_SPEAKS: ends with when NULL */
};

struct fact {
	const char *key;
	struct value value;
};

const char *fact_type_name(enum fact_type t);
/* Whether the value fits the fact's type and closed set; null always does. */
bool fact_accepts(const struct fact_def *def, const struct value *v);

#endif
