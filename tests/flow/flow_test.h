/* Loading a flow in a test: what was said about it, as `file:line:col: id: sentence` lines. */
#ifndef FLOW_TEST_H
#define FLOW_TEST_H

#include <casebook/buf.h>
#include <casebook/flow_load.h>

#include "fake_probes.h"

/* `said` is initialised here and released by the caller. */
struct flow *load_text(const char *name, const char *text, size_t n, struct buf *said);
struct flow *prove_text(const char *name, const char *text, size_t n, struct buf *said);
struct flow *prove_path(const char *path, const char *name, struct buf *said);
/* The bytes of a file; fails the test when it cannot be read.  Caller releases. */
void read_path(const char *path, struct buf *out);

#endif
