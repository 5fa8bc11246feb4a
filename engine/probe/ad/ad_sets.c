/* Closed sets of words for facts of this room. */
#include "ad_conn.h"

const char *const ad_errors[] = {"none",   "dns",   "connect", "refused",  "timeout", "protocol",
                                 "ticket", "clock", "sign_in", "unsealed", "search",  NULL};
_Static_assert(sizeof(ad_errors) / sizeof(ad_errors[0]) == AD__MAX + 1, "every error has its word");
