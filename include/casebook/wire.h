/*
 * The protocol between the two programs: JSON lines. Requests go to `casebook-probe --serve`; each message
 * comes back as a job number, a blank and an object ("7 {"fact":...}"). One file writes and reads each kind
 * of line. Everything received is foreign until it is decoded here.
 */
#ifndef CASEBOOK_WIRE_H
#define CASEBOOK_WIRE_H

#include <casebook/evidence.h>
#include <casebook/probe.h>

#define WIRE_VERSION 1
#define WIRE_MAX_ARGS 16
#define WIRE_MAX_JOBS 256              /* at a time: ten times as many as the largest step starts */
#define WIRE_MAX_JOB_BYTES (16u << 20) /* all lines of one job: a fact replaced often, with headroom */

struct wire_request {
	uint32_t job;
	bool cancel; /* then everything below is ignored */
	bool warm;   /* preload for checks; then only ca_file counts */
	const char *probe;
	const struct probe_arg *args;
	size_t nargs;
	const char *ca_file; /* NULL: the system's */
	const char *proxy;   /* NULL: the environment's; "": direct */
	bool allow_external, allow_side_effects;
	unsigned timeout_ms;
};
void wire_put_request(struct buf *out, const struct wire_request *r);
/* One line without its newline; strings live in `mem`. */
int wire_get_request(struct arena *mem, const char *line, size_t n, struct wire_request *out,
                     struct err *err) MUST_CHECK;

enum wire_kind {
	WIRE_HELLO, /* n: WIRE_VERSION of the helper; job 0 */
	WIRE_FACT,
	WIRE_PIN,
	WIRE_PART, /* n: its index; about */
	WIRE_ROW,
	WIRE_ROWS_FROM, /* at_ms */
	WIRE_PROGRESS,  /* done, total */
	WIRE_FAULT,     /* flag: the measurement shows a fault */
	WIRE_END,       /* outcome, took_ms */
	WIRE_PHASE,     /* the rest carry text */
	WIRE_TARGET,
	WIRE_PROXY,
	WIRE_NETWORK, /* "inside" or "outside" */
	WIRE_SHA256,
	WIRE_BY_HAND,
	WIRE_WHY,
	WIRE__MAX
};
struct wire_message {
	enum wire_kind kind;
	struct fact fact;
	struct pin pin;
	struct about about;
	struct evrow row;
	int64_t at_ms;
	const char *text;
	uint64_t done, total, n;
	bool flag;
	enum evidence_outcome outcome;
	uint32_t took_ms;
};
/* Appends one line with its newline. */
void wire_put(struct buf *out, const struct wire_message *m);
int wire_get(struct arena *mem, const char *line, size_t n, struct wire_message *out,
             struct err *err) MUST_CHECK;
/* Strips "JOB " from the front of a line. */
bool wire_take_job(const char **line, size_t *n, uint32_t *job);
/* Whether a child's line claims to be its last, without decoding it. */
bool wire_is_end(const char *line, size_t n);

/* Collects the messages of one job into evidence: bounded, later facts replace earlier ones. */
struct wire_collect {
	struct arena *mem;
	struct fact facts[EVIDENCE_MAX_FACTS];
	size_t nfacts;
	struct pin pins[EVIDENCE_MAX_PINS];
	size_t npins;
	struct evpart parts[EVIDENCE_MAX_PARTS];
	size_t nparts;
	struct evrow *rows;
	size_t nrows, cap_rows;
	int64_t rows_from_ms;
	const char *target, *proxy, *network, *sha256, *by_hand, *why, *phase;
	bool networks_differ;
	int fault; /* 1 shows a fault, 0 shows none, -1 no verdict */
	bool ended;
	enum evidence_outcome outcome;
	uint32_t took_ms;
};
void wire_collect_init(struct wire_collect *c, struct arena *mem);
void wire_collect(struct wire_collect *c, const struct wire_message *m);
/* Fills the transmitted parts of *out and leaves the rest alone. Borrows from c. */
void wire_evidence(const struct wire_collect *c, struct evidence *out);

/* Fills in the equivalent command: {url} {host} {port} {file} and any other argument, quoted for a shell
 * where needed.  A word like {--cacert} or {--proxy} becomes that option with the value of the argument
 * BY_HAND_CA or BY_HAND_PROXY, or vanishes. */
#define BY_HAND_CA "-ca"
#define BY_HAND_PROXY "-proxy"
void by_hand_fill(struct buf *out, const char *pattern, const struct probe_arg *args, size_t nargs);
/* Default target of a probe: its url, host:port or file argument.  A check of a file may compare it with an
 * address; it looks at the file. */
void target_of(struct buf *out, bool of_file, const struct probe_arg *args, size_t nargs);
/* A proxy's URL without its user and password. */
void proxy_shown(struct buf *out, const char *proxy);

#endif
