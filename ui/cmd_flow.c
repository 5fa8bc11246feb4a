/* casebook flow VERB: list, show and check flows.  Knows the verbs; each does its own printing. */
#include <string.h>

#include "flow_cmd.h"

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"yaml", 0, OPT_FLAG, NULL, "show: the flow's own text, to begin a new one with"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static const struct flow_verb verbs[] = {
        {"list", flow_list},
        {"show", flow_show},
        {"check", flow_check},
};

static int run(struct cli *c)
{
	if (c->nargs == 0)
		return cli_usage(c, "`flow` needs to know what to do: list, show or check");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, c->args[0]) != 0)
			continue;
		c->args++;
		c->nargs--;
		return verbs[i].run(c);
	}
	return cli_usage(c, "`flow` does not know '%s'; it knows list, show and check", c->args[0]);
}

extern const struct command cmd_flow;
const struct command cmd_flow = {
        "flow",
        "list|show|check [FLOW or FILE]...",
        "Read, write and prove flows",
        opts,
        run,
        "list               the flows built in\n"
        "show FLOW          what a flow asks, measures and concludes\n"
        "check FLOW...      every problem of a flow, as file:line:col: id: sentence\n\n"
        "FLOW is the id of a flow built in, a file, or - for standard input. FLOWS.md describes the "
        "language.\n"
        "Exit: 0 all check, 2 one does not.",
};
