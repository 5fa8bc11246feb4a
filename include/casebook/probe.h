/*
 * A probe is a kind of measurement: one file in engine/probe/, one row in
 * probes.def.  This header is the description that everybody may know; what it
 * runs stays in the probe executable (engine/probe/probe_int.h).
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
	const char *side_effect; /* what it leaves on the server, asked before; NULL when nothing */
	const char *by_hand;     /* the line that shows the same, with {url} {host} {port} {file}; may hold
	                            several lines */
	const char *source;      /* RFC, Microsoft page or article section that its judgement rests on */
	const char
	        *fetch; /* file probes: the read-only command that makes the file on the server; else NULL */
};

struct probe_arg {
	const char *key, *value;
};

const struct fact_def *probe_fact(const struct probe *p, const char *key);
enum fact_kind probe_fact_kind(const struct probe *p, const struct fact_def *f); /* never FACT_BY_PROBE */
const struct param_def *probe_param(const struct probe *p, const char *key);
/* A live check that also reads files is given something captured: a file, or the whole URL of a request
 * with its message in it.  Then it reads that, talks to nobody named in it and leaves no trace. */
bool probe_reads_capture(const struct probe *p, const struct probe_arg *args, size_t nargs);

/* The registry, generated at build time from what casebook-probe describes. */
extern const struct probe *const probe_table[]; /* ends with NULL */
const struct probe *probe_find(const char *id); /* NULL when there is none */

#endif
