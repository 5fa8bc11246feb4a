/* Runs one probe in this process and keeps what it said as evidence. */
#ifndef PROBE_RUN_H
#define PROBE_RUN_H

#include <casebook/evidence.h>

#include "probe_int.h"

struct probe_run {
	struct arena *mem;
	struct evidence e;
	int fault; /* 1, 0, or -1 when the probe did not judge */
};

/* `call` gives ca_file, proxy and permissions; its arguments are taken from `args` ("url=...", NULL). */
void probe_run(struct probe_run *r, const char *id, const struct probe_call *call, const char *const *args);
void probe_run_release(struct probe_run *r);

/* Facts, failing the test when they are not there or not of that type. */
const char *run_str(const struct probe_run *r, const char *key);
int64_t run_int(const struct probe_run *r, const char *key);
bool run_bool(const struct probe_run *r, const char *key);
bool run_unknown(const struct probe_run *r, const char *key); /* absent or null */
const struct value *run_value(const struct probe_run *r, const char *key);
bool run_has(const struct probe_run *r, const char *key, const char *item); /* a list of texts holds it */
/* Each expectation is "key=JSON of the value", "key=null" for unknown, "outcome=measured" or "fault=1"; NULL
 * ends. Every one that does not hold is printed with `name`, then the test fails. */
void run_expect(const struct probe_run *r, const char *name, const char *const *expect);
/* Prints the evidence as JSON to stderr, for looking at a test that fails. */
void run_print(const struct probe_run *r);
/* An environment variable of servers.py; fails the test without it. */
const char *srv(const char *name);

#endif
