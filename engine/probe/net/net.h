/* The network below HTTP for live probes: targets, names, addresses. */
#ifndef CASEBOOK_NET_H
#define CASEBOOK_NET_H

#include <casebook/url.h>

#include "probe_int.h"

struct addrinfo;
struct sockaddr;

/* The target in the arguments: url=, or host= with port= (443 when missing). */
struct net_target {
	char host[256];
	unsigned port;
	char service[6]; /* the port as text */
	bool https;      /* by the URL; true for host= */
	const char *url; /* as given; "https://host:port/" made from host= (lives in the call's arena) */
};
int net_target(const struct probe_call *call, struct evidence_out *out, struct net_target *t,
               struct err *err) MUST_CHECK;

/* Why a name has no address: the words of dns.resolve's `error` fact. */
extern const struct fact_def crl_fetch_facts[];
extern const char *const net_dns_errors[]; /* none nxdomain nodata servfail timeout other NULL */
const char *net_dns_error(int gai);        /* of a getaddrinfo() result */

/* The proxy for a URL: `given` when not NULL ("": direct), else http_proxy, https_proxy,
 * all_proxy and no_proxy as libcurl reads them.  NULL: direct.  Lives in mem. */
const char *net_proxy(const char *url, const char *given, struct arena *mem);

#define NET_TIMEOUT (-1000) /* beside the EAI_* codes: no answer in time */
const char *net_gai_text(int gai);

/* Every address of the host, TCP.  Returns an EAI_* code or NET_TIMEOUT after `ms`; *out is freed with
 * freeaddrinfo().  A hanging resolver blocks a thread, never the caller. */
int net_resolve(const char *host, const char *service, unsigned ms, struct addrinfo **out);

/* The same in the background: `wake` is called from another thread when it is done. */
struct net_lookup;
struct net_lookup *net_lookup_start(const char *host, const char *service, void (*wake)(void *), void *arg);
/* Waits at most `ms`; false on timeout. */
bool net_lookup_wait(struct net_lookup *l, unsigned ms, int *gai, struct addrinfo **out);
bool net_lookup_done(struct net_lookup *l, int *gai, struct addrinfo **out);
void net_lookup_drop(struct net_lookup *l); /* at any time; accepts NULL */

/* Points a resolver at $CASEBOOK_RESOLVER ("127.0.0.1:5353"), which is for tests. */
struct __res_state;
void net_resolver(struct __res_state *res);

/* "192.0.2.1" or "2001:db8::1". */
/* "host:service:address,address", libcurl's format for a preset name. */
void net_answer(struct buf *out, const char *host, const char *service, const struct addrinfo *list);
void net_address_text(const struct sockaddr *sa, char *out, size_t size);

#endif
