/* casebook flow VERB: read, write, test and prove flows.  Knows the verbs; each does its own printing. */
#include <string.h>

#include "flow_cmd.h"

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "list, check, test, coverage: one JSON object"},
        {"yaml", 0, OPT_FLAG, NULL, "show: the flow's own text, to begin a new one with"},
        {"mutate", 0, OPT_FLAG, NULL,
         "test: would the walks notice each edge, condition and default changed?"},
        {"show", 0, OPT_FLAG, NULL, "test: print what came of each walk, as YAML to paste"},
        {"walks", 0, OPT_VALUE, "FOLDER", "test: where the walks are (default: walks/FLOW beside the flow)"},
        {"dot", 0, OPT_FLAG, NULL, "graph: for Graphviz"},
        {"mermaid", 0, OPT_FLAG, NULL, "graph: for Mermaid"},
        {"case", 0, OPT_VALUE, "CASE", "graph: with the path of this case"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static const struct flow_verb verbs[] = {
        {"list", flow_list}, {"show", flow_show},   {"check", flow_check},
        {"test", flow_test}, {"graph", flow_graph}, {"coverage", flow_coverage},
};

static int run(struct cli *c)
{
	if (c->nargs == 0)
		return cli_usage(
		        c, "`flow` needs to know what to do: list, show, check, test, graph or coverage");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, c->args[0]) != 0)
			continue;
		c->args++;
		c->nargs--;
		return verbs[i].run(c);
	}
	return cli_usage(c, "`flow` does not know '%s'; it knows list, show, check, test, graph and coverage",
	                 c->args[0]);
}

extern const struct command cmd_flow;
const struct command cmd_flow = {
        "flow",
        "list|show|check|test|graph|coverage [FLOW or FILE]...",
        "Read, write, test and prove flows",
        opts,
        run,
        "list               the flows built in\n"
        "show FLOW          what a flow asks, measures and concludes\n"
        "check [FLOW...]    every problem of a flow, as file:line:col: id: sentence\n"
        "test FLOW          run the walks beside a flow\n"
        "graph FLOW         draw it\n"
        "coverage FLOW      sections of the article to steps and causes, and back\n\n"
        "FLOW is the id of a flow built in, a file, or - for standard input. FLOWS.md describes the "
        "language.\n"
        "Exit: 0 all is well, 2 a flow does not check, a walk fails, a change is not noticed, a section is "
        "not cited.",
};
