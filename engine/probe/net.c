/* Names and addresses.  Knows no protocol above TCP. */
#include "net.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int net_target(const struct probe_call *call, struct evidence_out *out, struct net_target *t, struct err *err)
{
	const char *url = call_arg(call, "url"), *host = call_arg(call, "host"),
	           *port = call_arg(call, "port");
	struct url u;

	memset(t, 0, sizeof(*t));
	if (url == NULL && host == NULL)
		return err_set(err, FAIL_USAGE, 0, "url= or host= is needed");
	if (url == NULL)
		url = arena_fmt(ev_mem(out),
		                strchr(host, ':') != NULL ? "https://[%s]:%s/" : "https://%s:%s/", host,
		                port != NULL ? port : "443");
	if (url_parse(url, &u, err) < 0)
		return -1;
	snprintf(t->host, sizeof(t->host), "%s", u.host);
	t->port = u.port;
	snprintf(t->service, sizeof(t->service), "%u", u.port % 65536);
	t->https = strcmp(u.scheme, "https") == 0;
	t->url = url;
	return 0;
}

const char *const net_dns_errors[] = {"none", "nxdomain", "nodata", "servfail", "timeout", "other", NULL};

const char *net_dns_error(int gai)
{
	switch (gai) {
	case 0:
		return "none";
	case EAI_NONAME:
		return "nxdomain";
	case EAI_AGAIN:
		return "servfail"; /* also when no name server answered; dns.resolve tells them apart */
	default:
		return "other";
	}
}

int net_resolve(const char *host, const char *service, struct addrinfo **out)
{
	struct addrinfo hints = {
	        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};

	*out = NULL;
	return getaddrinfo(host, service, &hints, out);
}

void net_address_text(const struct sockaddr *sa, char *out, size_t size)
{
	const void *at = NULL;

	if (sa->sa_family == AF_INET)
		at = &((const struct sockaddr_in *)(const void *)sa)->sin_addr;
	else if (sa->sa_family == AF_INET6)
		at = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
	if (at == NULL || inet_ntop(sa->sa_family, at, out, (socklen_t)size) == NULL)
		snprintf(out, size, "?");
}
