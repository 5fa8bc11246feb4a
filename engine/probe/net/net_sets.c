/* Closed sets of words for facts of this room: in a file of their own, since the table of descriptions has
 * them without the code around them. */
#include "http.h"
#include "net.h"
#include "tls_conn.h"

const char *const http_errors[] = {"none", "dns", "connect", "tls", "timeout", "protocol", NULL};
_Static_assert(sizeof(http_errors) / sizeof(http_errors[0]) == HTTP__MAX + 1, "every error has its word");
const char *const net_dns_errors[] = {"none", "nxdomain", "nodata", "servfail", "timeout", "other", NULL};
const char *const tls_errors[] = {"none",     "dns",   "connect", "refused", "timeout", "proxy",
                                  "protocol", "reset", "closed",  "alert",   NULL};
_Static_assert(sizeof(tls_errors) / sizeof(*tls_errors) == TLS__MAX + 1, "a word for each error");
