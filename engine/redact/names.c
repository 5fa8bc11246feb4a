/*
 * What a name is: hosts and their domains, people and their accounts.
 */
#include "redact_int.h"

#include <string.h>

/* First labels that say what a host is for, not whose it is. */
static const char *const plain_labels[] = {
        "www",       "mail",        "ndes",         "scep",     "pki",     "crl",     "ocsp",   "aia",
        "vpn",       "proxy",       "ca",           "web",      "app",     "api",     "login",  "auth",
        "sts",       "adfs",        "autodiscover", "owa",      "intune",  "mdm",     "host",   "server",
        "localhost", "gateway",     "test",         "dev",      "lab",     "prod",    "client", "device",
        "dns",       "ntp",         "ldap",         "dc",       "pc",      "com",     "net",    "org",
        "local",     "lan",         "corp",         "internal", "home",    "company", "domain", "cert",
        "certs",     "certificate", "enroll",       "enrol",    "certsrv", "mscep",   "mobile", "edge",
        "waf",       "legacy",      "fw",           "sso",      "idp",     "cdn",     "static", "files",
        "portal",    "status",      "download",     "admin",    "smtp",    "imap",    "ftp",    "remote",
        "public",    "private",     "intranet",     "intern",   "site",    "ad",      NULL,
};
void learn_alias(struct redaction *r, enum secret_kind kind, const char *s, size_t n, const char *token)
{
	if (n >= SECRET_MIN && !all_digits_dots(s, n) && !in_list(plain_labels, s, n))
		secret_add(r, kind, s, n, token);
}

/* Bytes of the part that a registry sells: "contoso.com", "contoso.co.uk". */
static size_t registrable(const char *s, size_t n)
{
	static const char *const second[] = {"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", NULL};
	size_t dots[3], ndots = 0, example = example_domain(s, n);

	if (example != 0 && example < n) { /* nobody's, as a registry's ending is */
		size_t keep = example + 1;

		while (keep < n && s[n - keep - 1] != '.')
			keep++;
		return keep;
	}
	for (size_t i = n; i-- > 0 && ndots < 3;)
		if (s[i] == '.')
			dots[ndots++] = i;
	if (ndots < 2)
		return n;
	if (n - dots[0] == 3 && in_list(second, s + dots[1] + 1, dots[0] - dots[1] - 1))
		return ndots < 3 ? n : n - dots[2] - 1;
	return n - dots[1] - 1;
}

/* NULL: a domain of examples, or what a registry sells below. */
static const char *learn_domain(struct redaction *r, const char *s, size_t n)
{
	size_t keep = registrable(s, n);
	struct secret *d;

	if (example_domain(s, n) == n)
		return NULL;
	d = secret_add(r, S_DOMAIN, s, n, NULL);
	if (keep < n)
		learn_domain(r, s + n - keep, keep);
	else
		learn_alias(r, S_DOMAIN, s, strcspn(s, "."), d->token);
	return d->token;
}

/* contoso-app.msappproxy.net and contoso.onmicrosoft.com: the label is the customer's, the rest is public. */
static bool learn_service(struct redaction *r, enum secret_kind kind, const char *s, size_t n)
{
	size_t m = service_of(s, n), label = n - m, dash;
	bool tenant = m != 0 && strncmp(s + label, ".onmicrosoft", 12) == 0;
	struct secret *name;

	if (m == 0)
		return false;
	name = secret_add(r, tenant ? S_TENANT : kind, s, label, NULL);
	for (dash = tenant ? 0 : label; dash > 0 && s[dash - 1] != '-'; dash--)
		;
	if (dash > 1) /* the default name is APP-TENANT */
		learn_alias(r, S_TENANT, s + dash, label - dash, NULL);
	if (name->len < SECRET_MIN || in_list(plain_labels, s, label))
		name->weak = true;
	secret_add(r, kind, s, n, arena_fmt(r->mem, "%s%s", name->token, s + label));
	return true;
}

/* One machine, one token: its short name has the same, unless that is another machine's already. */
static void learn_fqdn(struct redaction *r, enum secret_kind kind, const char *s, size_t n, const char *token)
{
	size_t label = strcspn(s, ".");
	struct secret *host = NULL;

	if (learn_service(r, kind, s, n) || secret_find(r, s, n) != NULL)
		return;
	if (registrable(s, n) == n && example_domain(s, n) == 0) {
		learn_domain(r, s, n);
		return;
	}
	learn_domain(r, s + label + 1, n - label - 1);
	if (!in_list(plain_labels, s, label) && label >= SECRET_MIN)
		host = secret_add(r, kind, s, label, token);
	secret_add(r, kind, s, n, host != NULL && !host->taken ? host->token : token);
	if (host != NULL)
		host->taken = true;
}

/* An example is one unless it stands in a field of the case, or its domain does. */
static bool mere_example(const struct redaction *r, const char *s, size_t n)
{
	size_t example = example_domain(s, n), keep;

	if (example == 0)
		return false;
	keep = registrable(s, n);
	return example == n || secret_find(r, s + n - keep, keep) == NULL;
}

void learn_machine(struct redaction *r, enum secret_kind kind, const char *s, size_t n, const char *token)
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
		const char *zone = memchr(s, '%', n);

		if (!address_is_public(s, n))
			secret_add(r, kind == S_HOST ? S_IP : kind, s, zone != NULL ? (size_t)(zone - s) : n,
			           token)
			        ->whole = true;
		return;
	}
	one = arena_strndup(r->mem, s, n);
	if (strchr(one, '.') != NULL)
		learn_fqdn(r, kind, one, n, token);
	else
		secret_add(r, kind, one, n, token);
}

void learn_host(struct redaction *r, const char *s, size_t n)
{
	if (!mere_example(r, s, n))
		learn_machine(r, S_HOST, s, n, NULL);
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
			learn_alias(r, S_USER, s + from, i - from, token);
		from = i + 1;
	}
}

static void learn_person(struct redaction *r, enum secret_kind kind, const char *s, size_t n)
{
	const char *token;
	char *spaced;

	if (well_known_account(s, n))
		return;
	token = secret_add(r, kind, s, n, NULL)->token;
	learn_parts(r, s, n, token);
	if (memchr(s, '.', n) == NULL)
		return;
	spaced = arena_strndup(r->mem, s, n);
	for (size_t i = 0; i < n; i++)
		spaced[i] = spaced[i] == '.' ? ' ' : spaced[i];
	secret_add(r, S_USER, spaced, n, token);
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
		learn_person(r, S_USER, slash + 1, n - left - 1);
		if (left < SECRET_MIN &&
		    !well_known_account(slash + 1, n - left - 1)) /* too short to be sought alone */
			secret_add(r, S_USER, s, n, NULL);
	} else if (at != NULL) {
		if (mere_example(r, at + 1, (size_t)(s + n - at - 1)))
			return;
		left = (size_t)(at - s);
		learn_person(r, S_USER, s, left);
		learn_host(r, at + 1, n - left - 1);
	} else {
		learn_person(r, memchr(s, ' ', n) != NULL ? S_PERSON : S_USER, s, n);
	}
}
