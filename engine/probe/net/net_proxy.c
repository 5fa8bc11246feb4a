/*
 * Which proxy a URL goes through, by the variables that curl reads and in the
 * way it reads them (curl.se/docs/manpage.html, ENVIRONMENT), so that what is
 * recorded is what was used.
 */
#include "net.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/url.h>

static const char *set(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0' ? v : NULL;
}

/* Whether the first `bits` bits agree. */
static bool same_net(const unsigned char *a, const unsigned char *b, unsigned bits, unsigned size)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (bits > size * 8 || memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

/* "192.0.2.0/24", "192.0.2.1", "2001:db8::/32" against an address. */
static bool in_network(const char *host, const char *entry, int family)
{
	unsigned size = family == AF_INET ? 4 : 16, bits = size * 8;
	unsigned char a[16], b[16];
	char net[80];
	char *slash;

	if (strlen(entry) >= sizeof(net))
		return false;
	memcpy(net, entry, strlen(entry) + 1);
	slash = strchr(net, '/');
	if (slash != NULL) {
		*slash = '\0';
		bits = (unsigned)strtoul(slash + 1, NULL, 10);
	}
	return inet_pton(family, host, a) == 1 && inet_pton(family, net, b) == 1 &&
	       same_net(a, b, bits, size);
}

static bool one_matches(const char *host, const char *entry, size_t n)
{
	size_t len = strlen(host);
	char text[256];

	while (n != 0 && *entry == '.') {
		entry++;
		n--;
	}
	while (n != 0 && entry[n - 1] == '.')
		n--;
	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, entry, n);
	text[n] = '\0';
	if (in_network(host, text, AF_INET) || in_network(host, text, AF_INET6))
		return true;
	if (len < n || strcasecmp(host + len - n, text) != 0)
		return false;
	return len == n || host[len - n - 1] == '.';
}

static bool excepted(const char *host)
{
	const char *list = set("no_proxy") != NULL ? set("no_proxy") : set("NO_PROXY");

	if (list == NULL)
		return false;
	if (strcmp(list, "*") == 0)
		return true;
	while (*list != '\0') {
		size_t n = strcspn(list, ", \t");

		if (n != 0 && one_matches(host, list, n))
			return true;
		list += n;
		list += strspn(list, ", \t");
	}
	return false;
}

const char *net_proxy(const char *url, const char *given, struct arena *mem)
{
	const char *proxy;
	struct url u;

	if (given != NULL)
		return *given != '\0' ? arena_strdup(mem, given) : NULL;
	if (url_parse(url, &u, NULL) < 0 || excepted(u.host))
		return NULL;
	if (strcmp(u.scheme, "https") == 0)
		proxy = set("https_proxy") != NULL ? set("https_proxy") : set("HTTPS_PROXY");
	else
		proxy = set("http_proxy"); /* never in capitals: a web server sets HTTP_PROXY from a header */
	if (proxy == NULL)
		proxy = set("all_proxy") != NULL ? set("all_proxy") : set("ALL_PROXY");
	return arena_strdup(mem, proxy);
}
