/* Closed sets of words for facts of this room: in a file of their own, since the table of descriptions has
 * them without the code around them. */
#include "scep_cacert.h"
#include "scep_message.h"
#include "scep_page.h"
#include "scep_tell.h"

const char *const ra_warnings[] = {"none", "60-days", "30-days", "14-days", "expired", NULL};
_Static_assert(sizeof(ra_warnings) / sizeof(*ra_warnings) == RA__MAX + 1, "a word for each warning");
const char *const scep_statuses[] = {"success", "failure", "pending", NULL};
const char *const scep_directions[] = {"request", "reply", "unknown", NULL};
const char *const scep_failures[] = {"badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId", NULL};
const char *const scep_page_names[] = {"none",
                                       "forbidden-iis",
                                       "forbidden-proxy",
                                       "forbidden-other",
                                       "ndes-general",
                                       "service-unavailable",
                                       "gateway-timeout",
                                       "bad-gateway",
                                       "uri-too-long",
                                       "internal-error",
                                       "login-redirect",
                                       "not-found",
                                       "unauthorized",
                                       "other",
                                       NULL};
_Static_assert(sizeof scep_page_names / sizeof *scep_page_names == SCEP_PAGE__MAX + 1,
               "a name for each page");
const char *const scep_layer_names[] = {"none",        "httpsys",  "iis", "ndes", "entra-app-proxy",
                                        "other-proxy", "not-ndes", NULL};
_Static_assert(sizeof scep_layer_names / sizeof *scep_layer_names == SCEP_LAYER__MAX + 1,
               "a name for each layer");

const struct param_def scep_ca_params[] = {
        {"url", true, "the SCEP server URL as it stands in the profile"},
        {"message", false, "CA identifier to ask for; NDES takes any"},
        {NULL, false, NULL},
};
