/* A session over the lab flow, driven by hand: what the tests of session and page share. */
#ifndef SESSION_TEST_H
#define SESSION_TEST_H

#include <casebook/page.h>

#include "case_test.h"
#include "session_int.h"

extern struct session s;
extern struct effects fx; /* of the last intent */
extern struct flow *flow;

int session_setup(void **state);
int session_setup_flow(const char *yaml); /* over another flow than the lab's */
int session_teardown(void **state);
void session_restart(const struct session_options *opt); /* the same log in a new session: a resume */

void send(struct intent in);
void choose(uint32_t n);
void set(const char *key, const char *value);
void lack(const char *key);
void tell(enum intent_kind kind, const char *text); /* text also serves as key */
void fill_profile(void);                            /* https://a/mscep.dll, no platform; saved */
/* Ends the newest job of that probe with these facts. */
void finish(const char *probe, const char *facts);
void finish_as(const char *probe, const char *facts, enum evidence_outcome outcome);

const char *at(void); /* id of the step where it stands */
size_t count(enum effect_kind kind);
/* at == replay(flow, log), and the session agrees with a fresh fold. */
void check_fold(void);

#endif
