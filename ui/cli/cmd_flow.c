/* casebook flow VERB: read, write, test and prove flows.  Knows the verbs; each does its own printing. */
#include "flow_cmd.h"
#include "verbs.h"

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "list, check, test, coverage: one JSON object"},
        {"yaml", 0, OPT_FLAG, NULL, "show: the flow's source, as a start for a new one"},
        {"mutate", 0, OPT_FLAG, NULL,
         "test: would the walks notice each edge, condition and default changed?"},
        {"show", 0, OPT_FLAG, NULL, "test: print each walk's result, as YAML to paste"},
        {"cost", 0, OPT_FLAG, NULL, "test: mean cost and trips until the fault of each walk is found"},
        {"cases", 0, OPT_FLAG, NULL, "test: the store's cases through this flow; which verdicts change"},
        {"walks", 0, OPT_VALUE, "FOLDER", "test: where the walks are (default: walks/FLOW beside the flow)"},
        {"dot", 0, OPT_FLAG, NULL, "graph: for Graphviz"},
        {"mermaid", 0, OPT_FLAG, NULL, "graph: for Mermaid"},
        {"case", 0, OPT_VALUE, "CASE", "graph: with the path of this case"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static const struct verb verbs[] = {
        {"list", "", "", 0, VERB_ANY, flow_list, "the built-in flows"},
        {"show", "FLOW", "", 0, VERB_ANY, flow_show, "what a flow asks, measures and concludes"},
        {"check", "[FLOW...]", "", 0, VERB_ANY, flow_check,
         "every problem of a flow, as file:line:col: id: sentence"},
        {"test", "FLOW", "", 0, VERB_ANY, flow_test, "run the walks beside a flow"},
        {"graph", "FLOW", "", 0, VERB_ANY, flow_graph, "draw it"},
        {"coverage", "FLOW", "", 0, VERB_ANY, flow_coverage,
         "sections of the article to steps and causes, and back"},
        {NULL},
};

extern const struct command cmd_flow;
const struct command cmd_flow = {
        "flow",
        "[FLOW or FILE]...",
        "Read, write, test and prove flows",
        opts,
        verbs_run,
        "FLOW is the id of a built-in flow, a file, or - for standard input. FLOWS.md describes the "
        "language.\n"
        "Exit: 0 all is well, 2 a flow does not check, a walk fails, a change goes unnoticed, a section is "
        "not cited.",
        verbs,
};
