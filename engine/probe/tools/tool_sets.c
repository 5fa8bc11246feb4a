/* Closed sets that both programs need. */
#include "tool_sets.h"

#include <stddef.h>

const char *const policy_results[] = {"verified", "refused", "unreached", "failed", "none", NULL};
