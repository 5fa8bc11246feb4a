/* Closed sets of words for facts of this room: in a file of their own, since the table of descriptions has
 * them without the code around them. */
#include "dev_log.h"

const char *const dev_connections[] = {"connected", "partly", "silent", NULL};
const char *const dev_zones[] = {"offset", "unstated", "none", NULL};

const struct param_def dev_params[] = {
        {"file", true, "A log, a folder or an archive with logs."},
        {"attempt", false, "UTC time of one attempt by the device."},
        {"shift", false, "Minutes to add to the log's times to get UTC, when it names no zone."},
        {"date", false, "Day of the log (2026-11-22), when its lines bear only the time."},
        {"url", false, "The SCEP URL under test, to compare with the one that the device used."},
        FILE_PARAM_HASH,
        {0},
};
