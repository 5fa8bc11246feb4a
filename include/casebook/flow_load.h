/*
 * From the text of a flow to a checked and frozen value.  What may be wrong with a flow
 * is a row of diags.def; FLOWS.md is the language.
 */
#ifndef CASEBOOK_FLOW_LOAD_H
#define CASEBOOK_FLOW_LOAD_H

#include <casebook/flow.h>

/* Parse, check and freeze.  All problems go to env->diag in one go, in file order.
 * Returns NULL when there was an error among them (err says how many); the caller
 * frees with flow_free.  `name` is only for messages. */
struct flow *flow_load(const char *name, const char *text, size_t n, const struct flow_env *env,
                       struct err *err) MUST_CHECK;
/* The same for a path; "-" is standard input. */
struct flow *flow_load_file(const char *path, const struct flow_env *env, struct err *err) MUST_CHECK;
/* The same with the proofs that take longer (`casebook flow check`): no circle without a person or
 * a fix, no undeclared overlap, every answer and cause reached by some way that the facts allow. */
struct flow *flow_prove(const char *name, const char *text, size_t n, const struct flow_env *env,
                        struct err *err) MUST_CHECK;
struct flow *flow_prove_file(const char *path, const struct flow_env *env, struct err *err) MUST_CHECK;

#endif
