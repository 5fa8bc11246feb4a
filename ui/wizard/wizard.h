/*
 * The wizard on a terminal.  Both functions return the exit code: 0 when the person
 * left, 130 when interrupted, 1 when records could not be saved.  The first frame is
 * drawn before the store is opened, so that it is there at once.
 */
#ifndef CASEBOOK_UI_WIZARD_H
#define CASEBOOK_UI_WIZARD_H

#include <casebook/runner.h>
#include <casebook/session.h>
#include <casebook/store.h>

#include "cli.h"

struct wizard_options {
	struct runner_options run;      /* --ca, --proxy, --timeout, --allow-... */
	struct session_options session; /* --no-network, --allow-side-effects */
};

/* Whether a screen can be drawn here: a terminal on both ends that is not dumb.  When not,
 * `why` (if not NULL) is one sentence; the caller goes on line by line. */
bool wizard_possible(const char **why);
/* The start screen; opt NULL: defaults. */
int wizard_start(struct cli *c, const struct wizard_options *opt);
/* The start screen line by line, for when none can be drawn. */
int plain_start(struct cli *c);
/* One case: takes over *cf, whatever happens.  Its records up to `saved` are durable; a case
 * that was never stored has number 0 and is begun with its first record.  Borrows flow. */
int wizard_case(struct cli *c, const struct wizard_options *opt, const struct flow *flow, struct casefile *cf,
                uint32_t saved);

#endif
