/* casebook resume CASE: go on where the last saved record left it. */
#include "run.h"

static const struct opt_def opts[] = {
        {"flow", 0, OPT_VALUE, "FILE", "the flow, when the case's own is not built in"},
        {"plain", 0, OPT_FLAG, NULL, "line by line, no screen control"},
        {"no-network", 0, OPT_FLAG, NULL, "run no live check"},
        {"allow-external", 0, OPT_FLAG, NULL, "also ask third-party hosts (CRL, OCSP)"},
        {"allow-side-effects", 0, OPT_FLAG, NULL,
         "do not ask before checks that leave an entry in the server's logs"},
        RUN_OPTS,
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static int run(struct cli *c)
{
	struct run_setup s = {0};
	int rc;

	if (c->nargs != 1)
		return cli_usage(c, "which case? `casebook case list` lists them");
	rc = run_take_options(c, &s);
	if (rc != EXIT_DONE)
		return rc;
	return run_stored(c, &s, c->args[0], cli_value(c, "flow"));
}

const struct command cmd_resume = {
        .name = "resume",
        .usage = "CASE [options]",
        .help = "continue a case",
        .opts = opts,
        .run = run,
        .more = "CASE is its number (14 or #14) or its id, or the beginning of it.",
};
