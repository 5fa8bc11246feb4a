/*
 * What a name is: hosts and their domains, people and their accounts, subjects of
 * certificates; and which of them the whole world knows, so that nothing is
 * gained by hiding them.
 */
#include "redact_int.h"

#include <string.h>

/* Hosts below these belong to the makers of the systems that are looked at, or to public CAs. */
static const char *const public_domains[] = {
        "microsoft.com",
        "microsoftonline.com",
        "microsoftonline.us",
        "microsoftonline.cn",
        "msocsp.com",
        "windows.com",
        "windowsupdate.com",
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
/* Below these a customer names one label; what follows it is public. */
static const char *const services[] = {
        ".msappproxy.net",
        ".onmicrosoft.com",
        ".onmicrosoft.us",
        ".cloudapp.azure.com",
        ".cloudapp.net",
        ".azurewebsites.net",
        ".blob.core.windows.net",
        ".vault.azure.net",
        ".sharepoint.com",
        ".trafficmanager.net",
        ".azurefd.net",
        ".windows.net",
        NULL,
};
/* First labels that say what a host is for, not whose it is. */
static const char *const plain_labels[] = {
        "www",       "mail",        "ndes",         "scep",     "pki",    "crl",     "ocsp",   "aia",
        "vpn",       "proxy",       "ca",           "web",      "app",    "api",     "login",  "auth",
        "sts",       "adfs",        "autodiscover", "owa",      "intune", "mdm",     "host",   "server",
        "localhost", "gateway",     "test",         "dev",      "lab",    "prod",    "client", "device",
        "dns",       "ntp",         "ldap",         "dc",       "pc",     "com",     "net",    "org",
        "local",     "lan",         "corp",         "internal", "home",   "company", "domain", "cert",
        "certs",     "certificate", "enroll",       "enrol",    NULL,
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
static const char *const well_known_authorities[] = {
        "nt authority", "nt service", "builtin", "iis apppool", "window manager", "font driver host", NULL};
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
        "baltimore",
        "apple inc",
        "google trust services",
        "amazon",
        "thawte",
        "geotrust",
        NULL,
};

bool in_list(const char *const *list, const char *s, size_t n)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == n && same_text(*list, s, n))
			return true;
	return false;
}

static bool ends_with(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && same_text(s + n - m, end, m);
}

bool host_is_public(const char *s, size_t n)
{
	if (n == 9 && same_text(s, "localhost", 9))
		return true;
	for (size_t i = 0; public_domains[i] != NULL; i++) {
		size_t m = strlen(public_domains[i]);

		if (ends_with(s, n, public_domains[i]) && (n == m || s[n - m - 1] == '.'))
			return true;
	}
	return ends_with(s, n, "login.windows.net") || ends_with(s, n, "graph.windows.net");
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

/* A part of a name that may stand alone elsewhere: "NDES01" of ndes01.contoso.com. */
static void alias(struct redaction *r, enum secret_kind kind, const char *s, size_t n, const char *token)
{
	if (n >= SECRET_MIN && !all_digits_dots(s, n) && !in_list(plain_labels, s, n))
		secret_add(r, kind, s, n, token);
}

/* Bytes of the part that a registry sells: "contoso.com", "contoso.co.uk". */
static size_t registrable(const char *s, size_t n)
{
	static const char *const second[] = {"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", NULL};
	size_t dots[3], ndots = 0;

	for (size_t i = n; i-- > 0 && ndots < 3;)
		if (s[i] == '.')
			dots[ndots++] = i;
	if (ndots < 2)
		return n;
	if (n - dots[0] == 3 && in_list(second, s + dots[1] + 1, dots[0] - dots[1] - 1))
		return ndots < 3 ? n : n - dots[2] - 1;
	return n - dots[1] - 1;
}

static const char *learn_domain(struct redaction *r, const char *s, size_t n)
{
	struct secret *d = secret_add(r, S_DOMAIN, s, n, NULL);
	size_t keep = registrable(s, n);
	const char *owner = s + n - keep;

	if (keep < n)
		learn_domain(r, owner, keep);
	else
		alias(r, S_DOMAIN, s, strcspn(s, "."), d->token);
	return d->token;
}

/* contoso-app.msappproxy.net and contoso.onmicrosoft.com: the label is the customer's, the rest is public. */
static bool learn_service(struct redaction *r, const char *s, size_t n)
{
	for (size_t i = 0; services[i] != NULL; i++) {
		size_t m = strlen(services[i]), label = n - m, dash;
		struct secret *name;

		if (n <= m || !ends_with(s, n, services[i]))
			continue;
		if (strstr(services[i], "onmicrosoft") != NULL) {
			name = secret_add(r, S_TENANT, s, label, NULL);
		} else {
			name = secret_add(r, S_HOST, s, label, NULL);
			for (dash = label; dash > 0 && s[dash - 1] != '-'; dash--)
				;
			if (dash > 1) /* the default name is APP-TENANT */
				alias(r, S_TENANT, s + dash, label - dash, NULL);
		}
		if (name->len < SECRET_MIN || in_list(plain_labels, s, label))
			name->weak = true;
		secret_add(r, S_HOST, s, n, arena_fmt(r->mem, "%s%s", name->token, services[i]));
		return true;
	}
	return false;
}

static void learn_fqdn(struct redaction *r, const char *s, size_t n)
{
	size_t label = strcspn(s, ".");
	const char *domain, *token;
	struct secret *host;

	if (learn_service(r, s, n) || secret_find(r, s, n) != NULL)
		return;
	if (registrable(s, n) == n) {
		learn_domain(r, s, n);
		return;
	}
	domain = learn_domain(r, s + label + 1, n - label - 1);
	if (in_list(plain_labels, s, label) || label < SECRET_MIN) {
		token = arena_fmt(r->mem, "%s-%u", secret_kind_name(S_HOST), ++r->next[S_HOST]);
	} else {
		host = secret_add(r, S_HOST, s, label, NULL);
		token = host->token;
	}
	secret_add(r, S_HOST, s, n, arena_fmt(r->mem, "%s.%s", token, domain));
}

void learn_host(struct redaction *r, const char *s, size_t n)
{
	char *one;

	while (n > 0 && s[n - 1] == '.')
		n--;
	if (n > 1 && s[0] == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
	}
	if (n == 0 || host_is_public(s, n))
		return;
	if (ipv4_len(s, n) == n || ipv6_len(s, n) == n) {
		if (!same_text(s, "0.0.0.0", n < 7 ? n : 7) && !same_text(s, "127.0.0.1", n < 9 ? n : 9) &&
		    !(n == 3 && memcmp(s, "::1", 3) == 0))
			secret_add(r, S_IP, s, n, NULL);
		return;
	}
	one = arena_strndup(r->mem, s, n);
	if (strchr(one, '.') != NULL)
		learn_fqdn(r, one, n);
	else
		secret_add(r, S_HOST, one, n, NULL);
}

/* "jane.doe" and "Jane Doe": each part may stand alone in a note. */
static void learn_parts(struct redaction *r, const char *s, size_t n, const char *token)
{
	size_t from = 0;

	for (size_t i = 0; i <= n; i++) {
		bool letters = i > from;

		if (i < n && s[i] != '.' && s[i] != ' ')
			continue;
		for (size_t k = from; k < i; k++)
			letters = letters && (fold(s[k]) >= 'a' || (unsigned char)s[k] >= 0x80);
		if (letters && i - from < n && !well_known_account(s + from, i - from))
			alias(r, S_USER, s + from, i - from, token);
		from = i + 1;
	}
}

static void learn_person(struct redaction *r, const char *s, size_t n)
{
	const char *token;
	char *spaced;

	if (well_known_account(s, n))
		return;
	token = secret_add(r, S_USER, s, n, NULL)->token;
	learn_parts(r, s, n, token);
	if (memchr(s, '.', n) == NULL)
		return;
	spaced = arena_strndup(r->mem, s, n);
	for (size_t i = 0; i < n; i++)
		spaced[i] = spaced[i] == '.' ? ' ' : spaced[i];
	secret_add(r, S_USER, spaced, n, token);
}

/* Two or three words of letters, none of which an authority has in its name. */
static bool persons_name(const char *s, size_t n)
{
	static const char *const authority[] = {
	        "ca",          "root",     "issuing",      "authority",  "certificate", "certification",
	        "class",       "server",   "intermediate", "policy",     "trust",       "global",
	        "public",      "services", "service",      "enterprise", "standalone",  "sub",
	        "subordinate", "device",   "test",         NULL};
	size_t words = 0, from = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && s[i] != ' ') {
			if (fold(s[i]) < 'a')
				return false;
			continue;
		}
		if (in_list(authority, s + from, i - from))
			return false;
		words++;
		from = i + 1;
	}
	return words == 2 || words == 3;
}

void learn_user(struct redaction *r, const char *s, size_t n)
{
	const char *slash = memchr(s, '\\', n), *at = memchr(s, '@', n);
	size_t left;

	if (slash != NULL) {
		left = (size_t)(slash - s);
		if (in_list(well_known_authorities, s, left))
			return;
		if (left >= 2 && !in_list(plain_labels, s, left) && left != 1)
			secret_add(r, S_DOMAIN, s, left, NULL);
		learn_person(r, slash + 1, n - left - 1);
		if (left < SECRET_MIN &&
		    !well_known_account(slash + 1, n - left - 1)) /* too short to be sought alone */
			secret_add(r, S_USER, s, n, NULL);
	} else if (at != NULL) {
		left = (size_t)(at - s);
		learn_person(r, s, left);
		learn_host(r, at + 1, n - left - 1);
	} else {
		learn_person(r, s, n);
	}
}

/* ---- subjects of certificates (RFC 4514) ---- */
static bool attribute(const char *s, size_t n, const char *name, size_t *value)
{
	size_t m = strlen(name);

	if (n <= m || !same_text(s, name, m))
		return false;
	while (m < n && s[m] == ' ')
		m++;
	if (m >= n || s[m] != '=')
		return false;
	for (m++; m < n && s[m] == ' '; m++)
		;
	*value = m;
	return m < n;
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
	if (in_list(containers, s, n))
		return true;
	for (size_t i = 0; public_organizations[i] != NULL; i++)
		if (n >= strlen(public_organizations[i]) &&
		    same_text(s, public_organizations[i], strlen(public_organizations[i])))
			return true;
	return n >= 5 && same_text(s, "isrg ", 5);
}

static void learn_common_name(struct redaction *r, const char *s, size_t n)
{
	static const char ra[] = "-MSCEP-RA";

	if (public_name(s, n))
		return;
	if (n > strlen(ra) && ends_with(s, n, ra))
		learn_host(r, s, n - strlen(ra));
	else if (memchr(s, '@', n) != NULL)
		learn_user(r, s, n);
	else if (memchr(s, ' ', n) == NULL && memchr(s, '.', n) != NULL && plausible_fqdn(s, n))
		learn_host(r, s, n);
	else if (persons_name(s, n))
		learn_person(r, s, n);
	else if (!well_known_account(s, n))
		secret_add(r, S_NAME, s, n, NULL);
}

static bool public_subject(const char *s, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++) {
		size_t value;

		if ((i == 0 || strchr(",/+ ", s[i - 1]) != NULL) && attribute(s + i, n - i, "O", &value))
			for (size_t k = 0; public_organizations[k] != NULL; k++)
				if (n - i - value >= strlen(public_organizations[k]) &&
				    same_text(s + i + value, public_organizations[k],
				              strlen(public_organizations[k])))
					return true;
	}
	return false;
}

static size_t label_length(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (word_char(s[i]) || s[i] == '-' || s[i] == '_'))
		i++;
	return i;
}

static void learn_attribute(struct redaction *r, const char *s, size_t n)
{
	static const char *const names[] = {"O",      "OU",        "L",  "ST",      "S",
	                                    "STREET", "GIVENNAME", "SN", "SURNAME", NULL};
	size_t v;

	if (attribute(s, n, "CN", &v))
		learn_common_name(r, s + v, n - v);
	else if (attribute(s, n, "DC", &v))
		alias(r, S_DOMAIN, s + v, label_length(s + v, n - v), NULL);
	else if (attribute(s, n, "E", &v) || attribute(s, n, "EMAIL", &v) ||
	         attribute(s, n, "EMAILADDRESS", &v) || attribute(s, n, "UID", &v))
		learn_user(r, s + v, n - v);
	else if (attribute(s, n, "SERIALNUMBER", &v))
		secret_add(r, S_SERIAL, s + v, n - v, NULL);
	else
		for (size_t i = 0; names[i] != NULL; i++)
			if (attribute(s, n, names[i], &v) && !public_name(s + v, n - v))
				secret_add(r, S_NAME, s + v, n - v, NULL);
}

void learn_subject(struct redaction *r, const char *s, size_t n)
{
	size_t from = 0;

	if (public_subject(s, n))
		return;
	for (size_t i = 0; i <= n; i++) {
		size_t end;

		if (i < n && (s[i] != ',' || (i > 0 && s[i - 1] == '\\')) && s[i] != '+' &&
		    !(s[i] == '/' && s[0] == '/'))
			continue;
		for (end = i; end > from && (s[end - 1] == ' ' || s[end - 1] == '"'); end--)
			;
		while (from < end && (s[from] == ' ' || s[from] == '/'))
			from++;
		learn_attribute(r, s + from, end - from);
		from = i + 1;
	}
}
