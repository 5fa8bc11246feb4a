/* What the whole world knows: hosts of the systems' makers, public CAs, accounts that every Windows has,
 * examples of RFCs.  Nothing is gained by hiding it. */
#include "redact_int.h"

#include <string.h>

/* Hosts below these belong to the makers of the systems that are looked at, or to public CAs. */
static const char *const public_domains[] = {
        "microsoft.com",
        "microsoftonline.com",
        "microsoftonline.us",
        "microsoftonline.cn",
        "msocsp.com",
        "msauth.net",
        "msftauth.net",
        "msft.net",
        "msidentity.com",
        "windows.com",
        "windowsupdate.com",
        "windows.net",
        "azure.com",
        "azure.net",
        "office.com",
        "live.com",
        "msftncsi.com",
        "msftconnecttest.com",
        "digicert.com",
        "verisign.com",
        "symcb.com",
        "symcd.com",
        "globalsign.com",
        "globalsign.net",
        "sectigo.com",
        "usertrust.com",
        "comodoca.com",
        "entrust.net",
        "godaddy.com",
        "starfieldtech.com",
        "letsencrypt.org",
        "lencr.org",
        "identrust.com",
        "quovadisglobal.com",
        "amazontrust.com",
        "pki.goog",
        "ssl.com",
        "swisssign.net",
        "d-trust.net",
        "thawte.com",
        "geotrust.com",
        "rapidssl.com",
        "apple.com",
        "google.com",
        "gstatic.com",
        "android.com",
        "mozilla.org",
        "w3.org",
        "ietf.org",
        "rfc-editor.org",
        "asp.net",
        "system.net",
        "microsoft.net",
        "github.com",
        NULL,
};
/* The maker's own names where customers have theirs: Microsoft Learn, "Network requirements for the private
 * network connector" and "Azure Relay". */
static const char *const makers_own[] = {"autoupdate.msappproxy.net",
                                         "bootstrap.msappproxy.net",
                                         "connector.msappproxy.net",
                                         "registration.msappproxy.net",
                                         "his.msappproxy.net",
                                         "bootstrap.his.msappproxy.net",
                                         "registration.his.msappproxy.net",
                                         "watchdog.servicebus.windows.net",
                                         NULL};
/* Below these a customer names one label; what follows it is public. */
static const char *const services[] = {
        ".msappproxy.net",       ".onmicrosoft.com",
        ".onmicrosoft.us",       ".cloudapp.azure.com",
        ".cloudapp.net",         ".azurewebsites.net",
        ".core.windows.net",     ".servicebus.windows.net",
        ".database.windows.net", ".vault.azure.net",
        ".sharepoint.com",       ".trafficmanager.net",
        ".azurefd.net",          NULL,
};
static const char *const well_known[] = {
        "system",
        "local service",
        "network service",
        "localsystem",
        "localservice",
        "networkservice",
        "iis_iusrs",
        "iusr",
        "administrators",
        "administrator",
        "users",
        "guests",
        "everyone",
        "authenticated users",
        "service",
        "anonymous logon",
        "anonymous",
        "interactive",
        "applicationpoolidentity",
        "specificuser",
        "trustedinstaller",
        "root",
        "scep",
        "none",
        "null",
        "n/a",
        "unknown",
        "nobody",
        "person",
        "yes",
        "no",
        "true",
        "false",
        "defaultapppool",
        NULL,
};
const char *const well_known_authorities[] = {"nt authority",   "nt service",       "builtin", "iis apppool",
                                              "window manager", "font driver host", NULL};
static const char *const public_organizations[] = {
        "microsoft",
        "digicert",
        "verisign",
        "symantec",
        "globalsign",
        "sectigo",
        "comodo",
        "the usertrust network",
        "entrust",
        "godaddy",
        "starfield",
        "let's encrypt",
        "internet security research group",
        "identrust",
        "quovadis",
        "baltimore cybertrust",
        "apple inc",
        "google trust services",
        "amazon",
        "thawte",
        "geotrust",
        NULL,
};

bool in_list(const char *const *list, const char *s, size_t n)
{
	for (; n != 0 && *list != NULL; list++)
		if (fold(**list) == fold(*s) && strlen(*list) == n && same_text(*list, s, n))
			return true;
	return false;
}

bool ends_with(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && same_text(s + n - m, end, m);
}

static bool below(const char *s, size_t n, const char *domain)
{
	size_t m = strlen(domain);

	return ends_with(s, n, domain) && (n == m || s[n - m - 1] == '.');
}

size_t service_of(const char *s, size_t n)
{
	for (size_t i = 0; services[i] != NULL; i++)
		if (n > strlen(services[i]) && ends_with(s, n, services[i]))
			return strlen(services[i]);
	return 0;
}

bool host_is_public(const char *s, size_t n)
{
	if ((n == 9 && same_text(s, "localhost", 9)) || in_list(makers_own, s, n))
		return true;
	if (service_of(s, n) != 0)
		return false;
	for (size_t i = 0; services[i] != NULL; i++)
		if (n == strlen(services[i]) - 1 && same_text(s, services[i] + 1, n))
			return true;
	for (size_t i = 0; public_domains[i] != NULL; i++)
		if (below(s, n, public_domains[i]))
			return true;
	return false;
}

size_t example_domain(const char *s, size_t n)
{
	static const char *const examples[] = {"example.com", "example.net", "example.org", "example",
	                                       "test",        "invalid",     "localhost",   NULL};

	for (size_t i = 0; examples[i] != NULL; i++)
		if (below(s, n, examples[i]))
			return strlen(examples[i]);
	return 0;
}

/* RFC 5737, RFC 3849; loopback, "any", multicast, masks; the numbers of a version that end with ".0.0.0". */
bool address_is_public(const char *s, size_t n)
{
	static const char *const heads[] = {
	        "127.",        "0.",        "255.",       "192.0.2.", "198.51.100.", "203.0.113.",
	        "169.254.0.0", "2001:db8:", "2001:0db8:", "ff0",      NULL};

	for (size_t i = 0; heads[i] != NULL; i++)
		if (n >= strlen(heads[i]) && same_text(s, heads[i], strlen(heads[i])))
			return true;
	return ends_with(s, n, ".0.0.0") || (n == 3 && memcmp(s, "::1", 3) == 0) ||
	       (n > 4 && s[0] == '2' && s[3] == '.' && (s[1] == '3' || (s[1] == '2' && s[2] >= '4')));
}

bool well_known_account(const char *s, size_t n)
{
	return n < 2 || in_list(well_known, s, n);
}

bool all_digits_dots(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((s[i] < '0' || s[i] > '9') && s[i] != '.')
			return false;
	return true;
}

bool public_organization(const char *s, size_t n)
{
	for (size_t i = 0; public_organizations[i] != NULL; i++)
		if (n >= strlen(public_organizations[i]) &&
		    same_text(s, public_organizations[i], strlen(public_organizations[i])))
			return true;
	return false;
}

/* Containers that every directory has. */
static const char *const containers[] = {"cdp",
                                         "aia",
                                         "public key services",
                                         "services",
                                         "configuration",
                                         "certification authorities",
                                         "enrollment services",
                                         "ntauthcertificates",
                                         "certificate templates",
                                         "kra",
                                         "oid",
                                         "computers",
                                         "users",
                                         "servers",
                                         "domain controllers",
                                         "builtin",
                                         "system",
                                         NULL};

bool public_name(const char *s, size_t n)
{
	return in_list(containers, s, n) || public_organization(s, n) || (n >= 5 && same_text(s, "isrg ", 5));
}
