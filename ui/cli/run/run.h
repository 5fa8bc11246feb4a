/* What `run` and `resume` share: the options of the checks, and the ways through a flow. */
#ifndef CASEBOOK_UI_RUN_H
#define CASEBOOK_UI_RUN_H

#include <casebook/auto.h>

#include "cli.h"
#include "flow_cmd.h"

/* The options that both take. */
#define RUN_OPTS                                                                              \
	{"ca", 0, OPT_VALUE, "FILE", "certificates to trust instead of the system's (PEM)"},  \
	        {"proxy", 0, OPT_VALUE, "URL",                                                \
	         "the proxy to use; empty: none, whatever the environment says"},             \
	        {"timeout", 0, OPT_VALUE, "S", "seconds for one check"},                      \
	        {"person", 0, OPT_VALUE, "NAME",                                              \
	         "who works on it, for its reports; `casebook config` remembers it"},         \
	        {"role", 0, OPT_VALUE, "ROLE", "what as: service desk, server admin"},        \
	        {"ticket", 0, OPT_VALUE, "NUMBER", "of the ticket that it is for"},           \
	{                                                                                     \
		"local", 0, OPT_FLAG, NULL, "the case stays at this console: no desk gets it" \
	}

/* --ca, --proxy, --timeout, --no-network, --allow-...; 0 or an exit code. */
int run_take_options(struct cli *c, struct run_setup *setup);
/* Nobody is asked (run_alone.c). */
int run_alone(struct cli *c, const struct flow *flow, struct run_setup *setup);
/* Goes on with a case, on the screen or, with --plain or without one, line by line.  Takes over *cf,
 * whose first `saved` records are durable; number 0: it is begun in the store first. */
int run_person(struct cli *c, struct run_setup *setup, const struct flow *flow, struct casefile *cf,
               uint32_t saved);
/* The same with the case that `name` names; `flow` as in case_ref_load(). */
int run_stored(struct cli *c, struct run_setup *setup, const char *name, const char *flow);
/* The start screen, or the same line by line. */
int run_start(struct cli *c);
/* What this flow concludes from the evidence of a stored case; writes nothing (run_replay.c). */
int run_replay(struct cli *c, const char *ref, const struct flow *flow);

/* A short readable account of where the case stands (run_text.c). */
void run_text(struct session *s, bool ascii, struct buf *out);
/* "casebook: TEXT" on stderr, cleaned. */
void run_say(const char *text);

/* The exit code of a verdict. */
static inline int verdict_exit(enum verdict v)
{
	if (v == VERDICT_FAULT || v == VERDICT_REFUSED_LATER)
		return EXIT_FAULT;
	return v == VERDICT_HEALTHY || v == VERDICT_FIXED ? EXIT_DONE : EXIT_INCONCLUSIVE;
}

#endif
