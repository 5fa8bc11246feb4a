/* Descriptions of probes for tests: a few of every type of fact, with closed and open sets. */
#include "fake_probes.h"

#include <string.h>

static const char *const pages[] = {"forbidden-iis", "ndes-general", "service-unavailable",
                                    "other",         "none",         NULL};
static const char *const errors[] = {"none", "dns", "connect", "tls", "timeout", "protocol", NULL};
static const char *const states[] = {"Started", "Stopped", NULL};

static const struct param_def url_params[] = {
        {"url", true, "address"}, {"port", false, "port"}, {NULL, false, NULL}};
static const struct param_def file_params[] = {{"file", true, "file"}, {NULL, false, NULL}};

static const struct fact_def url_facts[] = {
        {"status", FACT_INT, NULL, "status code"},     {"page", FACT_STR, pages, "which page"},
        {"error", FACT_STR, errors, "how far it got"}, {"server", FACT_STR, NULL, "Server header"},
        {"secure", FACT_BOOL, NULL, "over TLS"},       {NULL, FACT_BOOL, NULL, NULL},
};
static const struct fact_def url_more_facts[] = {
        {"page", FACT_INT, NULL, "a fact of a longer probe id"},
        {NULL, FACT_BOOL, NULL, NULL},
};
static const struct fact_def caps_facts[] = {
        {"caps", FACT_LIST, NULL, "capabilities"},
        {"post", FACT_BOOL, NULL, "POST is offered"},
        {NULL, FACT_BOOL, NULL, NULL},
};
static const struct fact_def tls_facts[] = {
        {"days_left", FACT_INT, NULL, "days"},
        {"not_after", FACT_TIME, NULL, "end of validity"},
        {"chain_ok", FACT_BOOL, NULL, "chain verifies"},
        {"name_ok", FACT_BOOL, NULL, "name matches"},
        {NULL, FACT_BOOL, NULL, NULL},
};
static const struct fact_def log_facts[] = {
        {"scep_requests", FACT_INT, NULL, "requests"},
        {"last_status", FACT_INT, NULL, "status"},
        {"last_time", FACT_TIME, NULL, "time"},
        {"lines", FACT_INT, NULL, "lines", .kind = FACT_OF_SOURCE},
        {"by_status", FACT_MAP, NULL, "count by status"},
        {NULL, FACT_BOOL, NULL, NULL},
};
static const struct fact_def reason_facts[] = {
        {"by_reason", FACT_MAP, NULL, "count by reason"},
        {NULL, FACT_BOOL, NULL, NULL},
};
static const struct fact_def pool_facts[] = {
        {"scep", FACT_STR, states, "state of the pool"},
        {NULL, FACT_BOOL, NULL, NULL},
};

static const struct probe probes[] = {
        {"scep.url", "SCEP URL", PROBE_LIVE, url_params, url_facts, 1000, NULL, "curl {url}", "article",
         NULL},
        {"scep.url.more", "more", PROBE_LIVE, url_params, url_more_facts, 1000, NULL, "curl {url}", "article",
         NULL},
        {"scep.caps", "Capabilities", PROBE_LIVE, url_params, caps_facts, 1000, NULL, "curl {url}",
         "RFC 8894", NULL},
        {"tls.handshake", "TLS", PROBE_LIVE, url_params, tls_facts, 1000, NULL, "openssl", "RFC 8446", NULL},
        {"iis.log", "IIS log", PROBE_FILE, file_params, log_facts, 1000, NULL, "type {file}", "article",
         "copy"},
        {"httperr.log", "HTTPERR log", PROBE_FILE, file_params, reason_facts, 1000, NULL, "type", "article",
         "copy"},
        {"apppool.state", "Pools", PROBE_FILE, file_params, pool_facts, 1000, NULL, "appcmd", "article",
         "appcmd"},
};

const struct probe *fake_probe_find(const char *id)
{
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (strcmp(probes[i].id, id) == 0)
			return &probes[i];
	return NULL;
}
