/* The marks of what stands in front of a server; knows names, no pages. */
#include "scep_front.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* How names of header fields begin. */
static const char *const headers[] = {"via",
                                      "x-azure-ref",
                                      "x-azure-externalerror",
                                      "x-msedge-ref",
                                      "x-cache",
                                      "x-served-by",
                                      "cf-",
                                      "x-amz-cf-",
                                      "x-amzn-waf-",
                                      "x-iinfo",
                                      "x-cdn",
                                      "x-sucuri-",
                                      "x-akamai-",
                                      "akamai-",
                                      "x-varnish",
                                      "x-squid-",
                                      "x-zscaler",
                                      "zscaler-",
                                      "x-bluecoat-",
                                      "x-netskope-",
                                      "netskope-",
                                      "x-fastly-",
                                      "x-envoy-",
                                      "x-kong-",
                                      "x-barracuda",
                                      "x-forti",
                                      "x-datadome",
                                      "cache-status",
                                      "cdn-cache-",
                                      "x-proxy-",
                                      "proxy-agent",
                                      "proxy-connection",
                                      NULL};

static const char *const servers[] = {"nginx",     "apache",    "cloudflare",     "haproxy",    "squid",
                                      "bigip",     "big-ip",    "envoy",          "varnish",    "akamai",
                                      "awselb",    "gateway",   "netscaler",      "traefik",    "openresty",
                                      "caddy",     "litespeed", "zscaler",        "netskope",   "cloudfront",
                                      "sucuri",    "imperva",   "incapsula",      "barracuda",  "fortiweb",
                                      "fortigate", "sophos",    "forcepoint",     "websense",   "bluecoat",
                                      "ironport",  "mcafee",    "azurefrontdoor", "front door", "fastly",
                                      "kong/",     "istio",     "checkpoint",     "paloalto",   NULL};

/* Names within the hosts of web filters and their sign-in. */
static const char *const filters[] = {
        "zscaler",       "zscloud",  "netskope",         "goskope",  "opendns",     "umbrella.com",
        "iboss",         "menlosec", "forcepoint",       "websense", "threatpulse", "mcafee",
        "skyhigh.cloud", "fortinet", "cloudflareaccess", NULL};

static bool within(const char *text, const char *word)
{
	for (size_t n = strlen(word); *text != '\0'; text++)
		if (strncasecmp(text, word, n) == 0)
			return true;
	return false;
}

static bool any_within(const char *text, const char *const words[])
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (within(text, words[i]))
			return true;
	return false;
}

bool scep_front_header(const char *name)
{
	for (size_t i = 0; headers[i] != NULL; i++) {
		size_t n = strlen(headers[i]);
		bool whole = headers[i][n - 1] != '-' && strcmp(headers[i], "via") == 0;

		if (whole ? strcasecmp(name, headers[i]) == 0 : strncasecmp(name, headers[i], n) == 0)
			return true;
	}
	return false;
}

bool scep_front_server(const char *server)
{
	return server != NULL && any_within(server, servers);
}

/* The host of an absolute address, or of one that begins with "//"; "" for a path. */
static void host_of(const char *location, char out[256])
{
	bool bare = strncmp(location, "//", 2) == 0;
	const char *p = bare ? location + 2 : strstr(location, "://");
	size_t n;

	out[0] = '\0';
	if (p == NULL || (!bare && strcspn(location, "/?#") < (size_t)(p - location)))
		return;
	p += bare ? 0 : 3;
	n = strcspn(p, "/?#");
	for (size_t i = 0; i < n; i++) /* credentials before the host, a port behind it */
		if (p[i] == '@')
			return;
	n = strcspn(p, ":/?#");
	if (n < 256) {
		memcpy(out, p, n);
		out[n] = '\0';
	}
}

enum scep_sent scep_sent_to(const char *host, const char *location)
{
	char to[256];

	if (location == NULL || *location == '\0')
		return SCEP_SENT_NOWHERE;
	host_of(location, to);
	if (to[0] != '\0' && any_within(to, filters))
		return SCEP_SENT_FILTER;
	return to[0] == '\0' || host == NULL || strcasecmp(host, to) == 0 ? SCEP_SENT_SAME : SCEP_SENT_AWAY;
}
