/* The output of a probe: checks, cleans and cuts facts, and writes them as wire lines. */
#ifndef CASEBOOK_EVOUT_H
#define CASEBOOK_EVOUT_H

#include "probe_int.h"

typedef void evout_write(void *arg, const char *line, size_t n);

/* Each line, with its newline, goes to `write`.  Caller frees. */
struct evidence_out *evout_new(const struct probe *probe, evout_write *write, void *arg);
void evout_free(struct evidence_out *out);
/* The last line. */
void evout_end(struct evidence_out *out, enum evidence_outcome outcome, uint32_t took_ms);

/* NULL when the arguments fit the probe's table; else one sentence in `out`. */
const char *call_problem(const struct probe *p, const struct probe_arg *args, size_t nargs, struct buf *out);
/* Runs the probe in this process, from checking its arguments to its last line. */
void probe_call_run(const struct probe_impl *impl, struct probe_call *call, evout_write *write, void *arg);

#endif
