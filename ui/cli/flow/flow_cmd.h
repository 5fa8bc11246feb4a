/* What the parts of `casebook flow` share: finding a flow by id or file, printing problems. */
#ifndef CASEBOOK_FLOW_CMD_H
#define CASEBOOK_FLOW_CMD_H

#include <casebook/buf.h>
#include <casebook/flow_load.h>
#include <casebook/json.h>

#include "cli.h"

/* When none is named; files and single checks are held against it too. */
#define FLOW_DEFAULT "intune-scep-ndes"

/* A flow named on the command line: the id of one built in, a file, or "-". */
struct flow_ref {
	const char *name;               /* as problems name it */
	const struct builtin_flow *own; /* NULL when it is a file */
	struct flow *flow;              /* NULL when it did not check */
	struct arena *mem;              /* of the problems */
	struct diag *problems;
	size_t n, cap, errors;
	struct err err; /* when flow is NULL */
};
/* Caller releases, whatever came of it.  -1 when there is no such flow or it does not check. */
int flow_ref_load(const char *ref, struct flow_ref *out) MUST_CHECK;
/* The same with the proofs that take longer. */
int flow_ref_prove(const char *ref, struct flow_ref *out) MUST_CHECK;
void flow_ref_release(struct flow_ref *r);
/* Is it a file's name ("-", with a slash or an ending) rather than an id? */
bool flow_ref_is_file(const char *ref);
/* `file:line:col: id: sentence`, one line each, cleaned. */
void flow_ref_print(const struct flow_ref *r, struct buf *out);

/* The verbs; c->args comes without the verb. */
int flow_list(struct cli *c);
int flow_show(struct cli *c);
int flow_check(struct cli *c);
int flow_test(struct cli *c);
int flow_graph(struct cli *c);
/* `flow test --cases`: the cases of the store through a changed flow; appends to out. */
int flow_test_cases(struct cli *c, const struct flow_ref *r, struct buf *out);
int flow_coverage(struct cli *c);
/* All of the buffer to standard output; releases it; `rc` when that worked. */
int flow_out(struct buf *out, int rc);

#endif
