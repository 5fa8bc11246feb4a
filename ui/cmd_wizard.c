/* `casebook` alone: the start screen; without a terminal it says what to do instead. */
#include "wizard.h"

static int run(struct cli *c)
{
	const char *why;

	if (c->nargs > 0)
		return cli_usage(c, "there is no command '%s'", c->args[0]);
	if (!wizard_possible(&why))
		return cli_usage(
		        c, "%s; `casebook run --plain` goes line by line, `casebook run --auto` alone", why);
	return wizard_start(c, NULL);
}

const struct command cmd_wizard = {
        .name = "",
        .usage = "",
        .help = "the wizard: open cases first, then the flows to start",
        .run = run,
};
