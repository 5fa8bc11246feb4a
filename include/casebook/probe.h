/*
 * A probe is a kind of measurement: one file in engine/probe/, one row in probes.def.  This header is its
 * public description; its code stays in the probe executable (engine/probe/core/probe_int.h).
 */
#ifndef CASEBOOK_PROBE_H
#define CASEBOOK_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/fact.h>

enum probe_kind { PROBE_LIVE, PROBE_FILE };

/* A table of parameters ends with key NULL. */
struct param_def {
	const char *key; /* "url", "host", "port", "file" */
	bool required;
	const char *help;
};

struct probe {
	const char *id;    /* "tls.handshake" */
	const char *title; /* "TLS handshake" */
	enum probe_kind kind;
	const struct param_def *params;
	const struct fact_def *facts;
	unsigned timeout_ms;
	const char *side_effect; /* the trace it leaves on the server, confirmed by the person first; NULL
	                            when none */
	const char *
	        by_hand; /* the equivalent command, with {url} {host} {port} {file}; may have several lines */
	const char *source; /* RFC, Microsoft page or article section behind its judgement */
	const char *fetch; /* file probes: read-only command that creates the file on the server; else NULL */
};

struct probe_arg {
	const char *key, *value;
};

const struct fact_def *probe_fact(const struct probe *p, const char *key);
enum fact_kind probe_fact_kind(const struct probe *p, const struct fact_def *f); /* never FACT_BY_PROBE */
const struct param_def *probe_param(const struct probe *p, const char *key);
/* Whether a live check gets a capture as its argument: a file, or the whole URL of a request with its
 * message. Then it only reads that, contacts no host named in it and leaves no trace. */
bool probe_reads_capture(const struct probe *p, const struct probe_arg *args, size_t nargs);

/* The registry, generated at build time from the probes' descriptions. */
extern const struct probe *const probe_table[]; /* ends with NULL */
const struct probe *probe_find(const char *id); /* NULL when unknown */

#endif
