/* casebook desk VERB: one book of cases for many consoles. */
#include "desk_cmd.h"
#include "verbs.h"

static const struct opt_def opts[] = {
        {"desk", 0, OPT_VALUE, "WHERE", "this desk instead of the one in use"},
        {"person", 0, OPT_VALUE, "NAME", "whom the desk names as the author of what is sent"},
        {"quiet", 'q', OPT_FLAG, NULL, "push, pull, sync: say only what somebody has to look at"},
        {"json", 0, OPT_FLAG, NULL, "push, pull, sync, status: one JSON object"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static const struct verb verbs[] = {
        {"use", "WHERE", "", 1, 1, desk_use_cmd,
         "name the desk: a folder on a share or in a Git working tree; none: no desk"},
        {"init", "", "", 0, 0, desk_init_cmd, "make the desk in use, once for all consoles"},
        {"status", "", "[--json]", 0, 0, desk_status_cmd,
         "what would go and come, and what is wrong; changes nothing"},
        {"push", "", "[-q]", 0, 0, desk_push_cmd, "send what the desk does not have"},
        {"pull", "", "[-q]", 0, 0, desk_pull_cmd, "take what is not here"},
        {"sync", "", "[-q]", 0, 0, desk_sync_cmd, "both"},
        {"take", "CASE HEAD", "", 2, 2, desk_take_cmd,
         "go on with that branch of a case that went on in two ways"},
        {NULL},
};

const struct command cmd_desk = {
        .name = "desk",
        .usage = "[--desk WHERE] [options]",
        .help = "one book of cases for many consoles",
        .opts = opts,
        .run = verbs_run,
        .verbs = verbs,
        .more = "The store here is never waiting for the desk. A case that two consoles went on with stays as two\n"
                "branches: nothing is merged, nothing is overwritten. Cases begun with run --local stay here.\n"
                "Exit 0: done; 3: a row of the desk does not fit; 4: it was not reached, and nothing is lost.",
};
