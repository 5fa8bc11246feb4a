/* Closed sets of words for facts of this room: in a file of their own, since the table of descriptions has
 * them without the code around them. */
#include "dev_log.h"

const char *const dev_connections[] = {"connected", "partly", "silent", NULL};
const char *const dev_zones[] = {"offset", "unstated", "none", NULL};
