/*
 * Turns the text of a flow into a checked, frozen value. Every possible problem is a row of diags.def;
 * FLOWS.md describes the language.
 */
#ifndef CASEBOOK_FLOW_LOAD_H
#define CASEBOOK_FLOW_LOAD_H

#include <casebook/flow.h>

/* Parse, check and freeze.  Reports all problems to env->diag at once, in file order. NULL when any is an
 * error (err says how many); caller frees with flow_free. `name` is for messages only. */
struct flow *flow_load(const char *name, const char *text, size_t n, const struct flow_env *env,
                       struct err *err) MUST_CHECK;
/* The same for a path; "-" is standard input. */
struct flow *flow_load_file(const char *path, const struct flow_env *env, struct err *err) MUST_CHECK;
/* The same plus the slow proofs (`casebook flow check`): no loop without a person or a fix, no undeclared
 * overlap, every answer and cause reachable with consistent facts. */
struct flow *flow_prove(const char *name, const char *text, size_t n, const struct flow_env *env,
                        struct err *err) MUST_CHECK;
struct flow *flow_prove_file(const char *path, const struct flow_env *env, struct err *err) MUST_CHECK;

#endif
