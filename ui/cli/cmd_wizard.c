/* `casebook` alone: the start screen, or the same line by line where nothing can be drawn. */
#include "run.h"

static int run(struct cli *c)
{
	if (c->nargs > 0)
		return cli_usage(c, "there is no command '%s'", c->args[0]);
	return run_start(c);
}

const struct command cmd_wizard = {
        .name = "",
        .usage = "",
        .help = "the wizard: open cases first, then the flows to start",
        .run = run,
};
