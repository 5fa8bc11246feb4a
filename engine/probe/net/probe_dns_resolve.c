/*
 * dns.resolve: the addresses that this machine gets for a name, and the chain
 * of aliases that the name servers give, which shows an application proxy.
 */
#include "dns.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <casebook/clock.h>

#include "net.h"

#define NXDOMAIN 3
#define SERVFAIL 2

static const struct param_def params[] = {
        {"url", false, "address whose host name is resolved"},
        {"host", false, "host name, instead of url"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        {"resolved", FACT_BOOL, NULL, "this machine gets at least one address for the name",
         SPEAKS({"= true, inside = true, addresses more than one",
                 "{host} resolves to {addresses}, private addresses: this machine sees it from inside."},
                {"= true, inside = true",
                 "{host} resolves to {addresses}, a private address: this machine sees it from inside."},
                {"= true, inside = false, addresses more than one",
                 "{host} resolves to {addresses}, not all of them private: each connection decides which one is used."},
                {"= true, inside = false",
                 "{host} resolves to {addresses}, a public address: this machine sees it as a device on the Internet does."},
                {"= true", "{host} resolves to {addresses}."},
                {"= false", "{host} resolves to no address here."})},
        {"error", FACT_STR, net_dns_errors, "why there is no address",
         SPEAKS({"= nxdomain, server known",
                 "The name {host} does not exist, says the name server {server}."},
                {"= nxdomain", "The name {host} does not exist."},
                {"= nodata, server known",
                 "The name {host} exists but has no address, says the name server {server}."},
                {"= nodata", "The name {host} exists but has no address."},
                {"= servfail",
                 "The name server failed to answer for {host}; that is a fault of DNS, not proof that the name is missing."},
                {"= timeout", "No name server answered for {host} in time."},
                {"= other",
                 "The name {host} could not be looked up, for a reason that the system does not give."})},
        {"addresses", FACT_LIST, NULL, "addresses that this machine gets, from DNS, hosts file or cache",
         SERVES},
        {"ipv4", FACT_INT, NULL, "how many of them are IPv4", SILENT},
        {"ipv6", FACT_INT, NULL, "how many of them are IPv6", SILENT},
        {"cnames", FACT_LIST, NULL, "aliases in order, as the name servers give them",
         SPEAKS({"not empty", "{host} is an alias of {cnames}."})},
        {"msappproxy", FACT_BOOL, NULL,
         "the name or an alias ends in msappproxy.net: Entra application proxy",
         SPEAKS({"= true",
                 "{host} leads to msappproxy.net: Microsoft Entra application proxy publishes it."})},
        {"inside", FACT_BOOL, NULL,
         "every address is a private one: this machine sees the name from inside the network", SERVES},
        {"same_as_dns", FACT_BOOL, NULL,
         "the name servers give at least one of the same addresses; no: hosts file or cache",
         SPEAKS({"= false",
                 "The address comes from a hosts file or a cache here; the name servers give another one, and devices see theirs."})},
        {"proxied", FACT_BOOL, NULL, "requests to this name go through a proxy, which resolves it by itself",
         SPEAKS({"= true",
                 "Requests to {host} go through a proxy, which looks the name up by itself; what resolves here does not matter."})},
        {"server", FACT_STR, NULL, "name server that answered", SERVES},
        {"ttl", FACT_INT, NULL, "seconds for which the answer may be kept", SILENT},
        {"resolve_ms", FACT_INT, NULL, "milliseconds that the resolution took", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct seen {
	const char *addresses[DNS_MAX_ADDRESSES];
	size_t n, v4, v6, inside, outside;
};

static bool ends_in(const char *name, const char *domain)
{
	size_t n = strlen(name), d = strlen(domain);

	if (n != 0 && name[n - 1] == '.')
		n--;
	return n >= d && strncasecmp(name + n - d, domain, d) == 0 && (n == d || name[n - d - 1] == '.');
}

static void send_list(struct evidence_out *out, const char *key, const char *const *items, size_t n)
{
	struct value_builder list;

	vb_init(&list, ev_mem(out));
	for (size_t i = 0; i < n; i++)
		vb_add(&list, NULL, value_str(items[i]));
	ev_value(out, key, vb_list(&list));
}

static void take_addresses(struct arena *mem, const struct addrinfo *list, struct seen *s)
{
	for (const struct addrinfo *ai = list; ai != NULL && s->n < DNS_MAX_ADDRESSES; ai = ai->ai_next) {
		char text[64];
		const char *place;

		net_address_text(ai->ai_addr, text, sizeof(text));
		s->addresses[s->n++] = arena_strdup(mem, text);
		s->v4 += ai->ai_family == AF_INET;
		s->v6 += ai->ai_family == AF_INET6;
		place = ip_place(text);
		s->inside += place != NULL && strcmp(place, "inside") == 0;
		s->outside += place != NULL && strcmp(place, "outside") == 0;
	}
}

/* The chain of whichever answer has one; both questions follow the same aliases. */
static const struct dns_answer *chain_of(const struct dns_answer dns[2])
{
	return dns[1].nchain > dns[0].nchain ? &dns[1] : &dns[0];
}

static void send_dns(struct evidence_out *out, const char *name, const struct dns_answer dns[2],
                     const struct seen *s)
{
	const struct dns_answer *c = chain_of(dns);
	bool proxy = ends_in(name, "msappproxy.net"), same = false;

	if (!dns[0].answered && !dns[1].answered) {
		if (proxy)
			ev_bool(out, "msappproxy", true);
		return;
	}
	for (size_t i = 0; i < c->nchain; i++)
		proxy |= ends_in(c->chain[i], "msappproxy.net");
	for (size_t i = 0; i < s->n; i++)
		for (int k = 0; k < 2; k++)
			for (size_t d = 0; d < dns[k].naddresses; d++)
				same |= strcmp(s->addresses[i], dns[k].addresses[d]) == 0;
	send_list(out, "cnames", c->chain, c->nchain);
	ev_bool(out, "msappproxy", proxy);
	ev_str(out, "server", c->server != NULL ? c->server : dns[1].server);
	if (s->n != 0)
		ev_bool(out, "same_as_dns", same);
	if (dns[0].naddresses + dns[1].naddresses != 0)
		ev_int(out, "ttl", dns[0].ttl < dns[1].ttl ? dns[0].ttl : dns[1].ttl);
}

/* getaddrinfo() calls much the same; the name servers' own words come first. */
static const char *error_of(int gai, const struct dns_answer dns[2])
{
	bool odd = dns[0].odd || dns[1].odd;

	if (gai == 0)
		return "none";
	if (dns[0].answered && dns[1].answered) {
		if (!odd && (dns[0].rcode == NXDOMAIN || dns[1].rcode == NXDOMAIN))
			return "nxdomain";
		if (dns[0].rcode == SERVFAIL || dns[1].rcode == SERVFAIL)
			return "servfail";
		if (!odd && dns[0].rcode == 0 && dns[1].rcode == 0)
			return "nodata";
		return "other";
	}
	if (gai == NET_TIMEOUT || gai == EAI_AGAIN || dns[0].refused)
		return "timeout";
	/* The system calls an answer that makes no sense a name that does not exist. */
	return odd ? "other" : net_dns_error(gai);
}

static enum evidence_outcome explain(struct evidence_out *out, const char *name, const char *error)
{
	if (strcmp(error, "nxdomain") == 0)
		ev_why(out, "the name %s does not exist", name);
	else if (strcmp(error, "nodata") == 0)
		ev_why(out, "the name %s exists, but has no address", name);
	else if (strcmp(error, "servfail") == 0)
		ev_why(out, "the name servers failed on %s (SERVFAIL)", name);
	else if (strcmp(error, "timeout") == 0)
		ev_why(out, "no name server answered for %s", name);
	else
		ev_why(out, "the name %s gave no address", name);
	return strcmp(error, "timeout") == 0 ? EV_TIMEOUT : EV_UNREACHED;
}

static bool is_address(const char *host)
{
	unsigned char mem[16];

	return inet_pton(AF_INET, host, mem) == 1 || inet_pton(AF_INET6, host, mem) == 1;
}

/* Both at the same time: what the system makes of the name, and what the servers say. */
static int resolve(const struct probe_call *call, struct evidence_out *out, const char *host,
                   struct dns_answer dns[2], struct seen *s)
{
	struct net_lookup *l = net_lookup_start(host, "443", NULL, NULL);
	struct addrinfo *list = NULL;
	int gai = NET_TIMEOUT;

	if (is_address(host))
		memset(dns, 0, 2 * sizeof(*dns));
	else
		dns_ask(ev_mem(out), host, call_left(call), dns);
	net_lookup_wait(l, call_left(call), &gai, &list);
	net_lookup_drop(l);
	take_addresses(ev_mem(out), list, s);
	if (list != NULL)
		freeaddrinfo(list);
	return gai;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct dns_answer dns[2];
	struct seen s = {.n = 0};
	struct net_target t;
	struct err err;
	int64_t began = clock_monotonic_ms();
	const char *error;
	bool proxied;
	int gai;

	if (net_target(call, out, &t, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return EV_UNREADABLE;
	}
	ev_target(out, t.host);
	proxied = net_proxy(t.url, call->proxy, ev_mem(out)) != NULL;
	ev_bool(out, "proxied", proxied);
	ev_phase(out, "name resolution");
	gai = resolve(call, out, t.host, dns, &s);
	error = error_of(gai, dns);
	ev_bool(out, "resolved", gai == 0 && s.n != 0);
	ev_str(out, "error", error);
	send_list(out, "addresses", s.addresses, s.n);
	ev_int(out, "ipv4", (int64_t)s.v4);
	ev_int(out, "ipv6", (int64_t)s.v6);
	if (s.n != 0)
		ev_bool(out, "inside", s.inside == s.n);
	if (s.n != 0 && !proxied && (s.inside == s.n || s.outside == s.n))
		ev_vantage(out, NULL, s.addresses[0]);
	send_dns(out, t.host, dns, &s);
	ev_int(out, "resolve_ms", clock_monotonic_ms() - began);
	if (gai == 0 || !proxied)
		ev_fault(out, gai != 0);
	return gai == 0 ? EV_MEASURED : explain(out, t.host, error);
}

const struct probe_impl probe_dns_resolve = {
        .desc =
                {
                        .id = "dns.resolve",
                        .title = "Name resolution",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 8000,
                        .by_hand = "dig {host} A {host} AAAA\nResolve-DnsName {host}",
                        .source = "RFC 1035",
                },
        .run = PROBE_CODE(run),
};
