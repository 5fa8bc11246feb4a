/*
 * Evidence is one measurement, immutable: what was looked at, from where, when, how it ended, what it showed.
 * A probe cut off halfway keeps what it has.
 */
#ifndef CASEBOOK_EVIDENCE_H
#define CASEBOOK_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include <casebook/about.h>
#include <casebook/fact.h>
#include <casebook/json.h>

enum evidence_outcome {
	EV_MEASURED,
	EV_UNREACHED, /* the thing measured could not be reached; the facts say how far it got */
	EV_TIMEOUT,
	EV_CANCELLED,
	EV_CRASHED,
	EV_UNREADABLE, /* a damaged file, or one of unknown kind */
	EV__MAX
};

/* The exact place behind a fact. */
struct pin {
	const char *fact; /* the fact it supports: "last_status" */
	const char *file; /* as the user named it; NULL for live probes */
	uint64_t line;    /* from 1; the record number in event files; 0: none */
	uint64_t offset;  /* bytes from the start of the (decoded) file */
	int64_t at_ms;    /* the timestamp in the line; PIN_NO_TIME: none */
	const char *text; /* the line, cleaned, without secrets, at most PIN_TEXT bytes */
};
#define PIN_TEXT 400
#define PIN_NO_TIME INT64_MIN
#define EVIDENCE_MAX_FACTS 128
#define EVIDENCE_MAX_PINS 64

struct evidence {
	uint32_t id;        /* position in the case's log; 0 until appended */
	const char *probe;  /* probe id */
	const char *target; /* URL, host:port or file name */
	const char *step;   /* the step that ran it; NULL outside a flow */
	const char *call;   /* probe and arguments, hashed (call_id): measurements of the same thing share
	                     * it; may be NULL */
	int64_t started_ms;
	uint32_t took_ms;
	enum evidence_outcome outcome;
	const char *why;     /* one sentence; NULL when EV_MEASURED */
	const char *host;    /* vantage: the measuring machine */
	const char *proxy;   /* vantage: proxy URL without credentials; NULL when direct */
	const char *network; /* vantage: where the address talked to lies, see evidence_network(); NULL when
	                        unknown */
	const char *sha256;  /* of the file as read; NULL for live probes */
	const char *by_hand; /* the equivalent shell command, filled in */
	const struct fact *facts;
	size_t nfacts;
	const struct pin *pins;
	size_t npins;
	/* Owners and events.  Both are empty in older cases and for readers without rows: the facts
	 * then speak alone. */
	const struct evpart *parts;
	size_t nparts;
	const struct evrow *rows;
	size_t nrows;
	/* Rows are complete from this time on; earlier ones were dropped.  ABOUT_NO_TIME: none
	 * were. */
	int64_t rows_from_ms;
};

const char *evidence_outcome_name(enum evidence_outcome o); /* "measured", ... */
int evidence_outcome_from(const char *name);                /* -1 when unknown */
/* "inside": the address is private, link-local or this machine's own, so the measurement came from inside
 * the server's network.  "outside": it is public.  NULL: neither, and always behind a proxy. */
const char *evidence_network(const char *name); /* the same word, static, or NULL */
/* Same line of the same file; false when either names no line. */
bool pin_same_line(const struct pin *a, const struct pin *b);
/* The row's part; about_nothing when the index is out of range. */
const struct about *evidence_about(const struct evidence *e, const struct evrow *r);
const struct value *evidence_fact(const struct evidence *e, const char *key); /* NULL when absent */
struct evidence evidence_copy(struct arena *mem, const struct evidence *e);
struct secret_count;
/* A copy without secret values (secret.h); unaffected parts are borrowed. `c` may be NULL. */
struct evidence evidence_clean(struct arena *mem, const struct evidence *e, struct secret_count *c);

/* A pin as an object, with its offset on request. */
void pin_json(struct jsonw *j, const struct pin *p, bool offset);
/* The object of `probe ID --json` (without schema_version when `inner`). */
void evidence_json(struct jsonw *j, const struct evidence *e, bool inner);
/* Reads it back; unknown keys are ignored. */
int evidence_from_value(struct arena *mem, const struct value *v, struct evidence *out,
                        struct err *err) MUST_CHECK;

#endif
