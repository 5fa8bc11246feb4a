/*
 * Evidence is one measurement, immutable: what was looked at, from where, when,
 * how it ended and what was seen.  A probe that saw half keeps the half it saw.
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
	EV_UNREADABLE, /* a file that is known and cannot be read, or not at all known */
	EV__MAX
};

/* The exact place that a fact rests on. */
struct pin {
	const char *fact; /* the fact it supports: "last_status" */
	const char *file; /* as named by the person; NULL for live probes */
	uint64_t line;    /* from 1; for event files the record number; 0 when none */
	uint64_t offset;  /* bytes from the start of the (decoded) file */
	int64_t at_ms;    /* the time that the line itself bears; INT64_MIN when none */
	const char *text; /* the line, cleaned, secrets taken out, at most PIN_TEXT bytes */
};
#define PIN_TEXT 400
#define PIN_NO_TIME INT64_MIN
#define EVIDENCE_MAX_FACTS 128
#define EVIDENCE_MAX_PINS 64

struct evidence {
	uint32_t id;        /* its position in the case's log; 0 before it is appended */
	const char *probe;  /* probe id */
	const char *target; /* URL, host:port or file name: what was looked at */
	const char *step;   /* the step that asked for it; NULL when outside a flow */
	const char *call;   /* probe and arguments, hashed (call_id): measurements of the same thing share
	                     * it; may be NULL */
	int64_t started_ms;
	uint32_t took_ms;
	enum evidence_outcome outcome;
	const char *why;     /* one sentence when not EV_MEASURED; else NULL */
	const char *host;    /* vantage: the machine that looked */
	const char *proxy;   /* vantage: proxy URL without credentials; NULL when direct */
	const char *network; /* vantage: where the address talked to lies, see evidence_network(); NULL when
	                        unknown */
	const char *sha256;  /* of the file as read; NULL for live probes */
	const char *by_hand; /* the line that shows the same by hand, filled in */
	const struct fact *facts;
	size_t nfacts;
	const struct pin *pins;
	size_t npins;
	/* Whose it is and what happened in it; none of both in cases of before and from readers that have
	 * none: then the facts stand for themselves. */
	const struct evpart *parts;
	size_t nparts;
	const struct evrow *rows;
	size_t nrows;
	/* Rows are complete from here on, before it only the facts of the source are; ABOUT_NO_TIME: all are
	 * there. */
	int64_t rows_from_ms;
};

const char *evidence_outcome_name(enum evidence_outcome o); /* "measured", ... */
int evidence_outcome_from(const char *name);                /* -1 when unknown */
/* "inside": this machine talked to a private address, its own or its link's, so it looked from inside
 * the server's network.  "outside": to a public one.  NULL for anything else, through a proxy always. */
const char *evidence_network(const char *name); /* the same word, static, or NULL */
/* Both name the same line of the same file; false when one names none. */
bool pin_same_line(const struct pin *a, const struct pin *b);
/* What a row's part is about; about_nothing when there is no such part. */
const struct about *evidence_about(const struct evidence *e, const struct evrow *r);
const struct value *evidence_fact(const struct evidence *e, const char *key); /* NULL when absent */
struct evidence evidence_copy(struct arena *mem, const struct evidence *e);
struct secret_count;
/* The same without the values of secrets (secret.h); borrows what holds none. `c` may be NULL. */
struct evidence evidence_clean(struct arena *mem, const struct evidence *e, struct secret_count *c);

/* A pin as an object; its offset only where it is asked for. */
void pin_json(struct jsonw *j, const struct pin *p, bool offset);
/* The object of `probe ID --json` (without schema_version when `inner`). */
void evidence_json(struct jsonw *j, const struct evidence *e, bool inner);
/* The other direction; unknown keys are ignored. */
int evidence_from_value(struct arena *mem, const struct value *v, struct evidence *out,
                        struct err *err) MUST_CHECK;

#endif
