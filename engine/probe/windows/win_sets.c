/* Closed sets of words for facts of this room: in a file of their own, since the table of descriptions has
 * them without the code around them. */
#include "win_events.h"

const char *const win_logons[] = {"locked",         "disabled",    "expired", "password-expired",
                                  "wrong-password", "not-granted", "other",   NULL};
const char *const win_orders[] = {"month-first", "day-first", NULL};
