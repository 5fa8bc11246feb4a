/* A log that is written by hand: what the tests of the fold and of the session share. */
#ifndef CASE_TEST_H
#define CASE_TEST_H

#include <casebook/casefile.h>
#include <casebook/flow_load.h>

#include "lab.h"

/* Fails the test when the flow does not check; caller frees. */
struct flow *lab_load(const char *yaml);

/* Every function appends one record and returns its position. */
uint32_t put_answer(struct casefile *cf, const char *step, const char *answer);
uint32_t put_seen(struct casefile *cf, const char *step, const char *answer, const char *seen);
uint32_t put_auto(struct casefile *cf, const char *step, const char *answer);
uint32_t put_input(struct casefile *cf, const char *key, const char *value);
uint32_t put_retract(struct casefile *cf, uint32_t pos);
uint32_t put_tick(struct casefile *cf, const char *cause, uint32_t item, bool done);

/* Evidence of `probe` for the argument key=value at a step (NULL: outside one), with facts
 * written "status=503 page=service-unavailable list=[a] ok=yes". */
struct evidence make_evidence(struct arena *mem, const char *probe, const char *arg, const char *step,
                              const char *facts);
uint32_t put_evidence(struct casefile *cf, const char *probe, const char *arg, const char *step,
                      const char *facts);
uint32_t put_failed(struct casefile *cf, const char *probe, const char *arg, const char *step,
                    const char *facts, enum evidence_outcome outcome);

#endif
