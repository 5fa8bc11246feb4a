/* Names and addresses.  Knows no protocol above TCP. */
#include "net.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <casebook/xalloc.h>

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

const char *net_dns_error(int gai)
{
	switch (gai) {
	case 0:
		return "none";
	case EAI_NONAME:
		return "nxdomain";
	case EAI_AGAIN:
		return "servfail"; /* also when no name server answered; dns.resolve tells them apart */
	case NET_TIMEOUT:
		return "timeout";
	default:
		return "other";
	}
}

const char *net_gai_text(int gai)
{
	return gai == NET_TIMEOUT ? "no name server answered in time" : gai_strerror(gai);
}

void net_resolver(struct __res_state *res)
{
	const char *at = getenv("CASEBOOK_RESOLVER");
	const char *colon = at != NULL ? strrchr(at, ':') : NULL;
	struct sockaddr_in sin = {.sin_family = AF_INET};
	char host[64];
	unsigned port;

	if (colon == NULL || (size_t)(colon - at) >= sizeof(host) || !port_parse(colon + 1, &port))
		return;
	memcpy(host, at, (size_t)(colon - at));
	host[colon - at] = '\0';
	if (inet_pton(AF_INET, host, &sin.sin_addr) != 1)
		return;
	sin.sin_port = htons((uint16_t)port);
	res->nsaddr_list[0] = sin;
	res->nscount = 1;
}

/* ---- name resolution in a thread: getaddrinfo() can be neither bounded nor ended ---- */

struct net_lookup {
	pthread_mutex_t lock;
	pthread_cond_t ready;
	unsigned holders; /* the thread and the one who waits */
	bool done;
	int gai;
	struct addrinfo *list;
	void (*wake)(void *);
	void *arg;
	char host[256], service[8];
};

static void let_go(struct net_lookup *l)
{
	bool last;

	pthread_mutex_lock(&l->lock);
	last = --l->holders == 0;
	pthread_mutex_unlock(&l->lock);
	if (!last)
		return;
	if (l->list != NULL)
		freeaddrinfo(l->list);
	pthread_cond_destroy(&l->ready);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static void *look_up(void *arg)
{
	struct addrinfo hints = {
	        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct net_lookup *l = arg;
	struct addrinfo *list = NULL;
	int gai;

	if (getenv("CASEBOOK_RESOLVER") != NULL && res_init() == 0)
		net_resolver(&_res);
	gai = getaddrinfo(l->host, l->service, &hints, &list);
	pthread_mutex_lock(&l->lock);
	l->gai = gai;
	l->list = list;
	l->done = true;
	pthread_cond_signal(&l->ready);
	/* Under the lock: who dropped the lookup has taken what `wake` uses with it. */
	if (l->wake != NULL)
		l->wake(l->arg);
	pthread_mutex_unlock(&l->lock);
	let_go(l);
	return NULL;
}

struct net_lookup *net_lookup_start(const char *host, const char *service, void (*wake)(void *), void *arg)
{
	struct net_lookup *l = xcalloc(1, sizeof(*l));
	pthread_condattr_t attr;
	pthread_t thread;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->ready, &attr);
	pthread_condattr_destroy(&attr);
	snprintf(l->host, sizeof(l->host), "%s", host);
	snprintf(l->service, sizeof(l->service), "%s", service);
	l->wake = wake;
	l->arg = arg;
	l->holders = 2;
	if (pthread_create(&thread, NULL, look_up, l) == 0) {
		pthread_detach(thread);
	} else {
		l->gai = EAI_MEMORY;
		l->done = true;
		let_go(l);
	}
	return l;
}

bool net_lookup_done(struct net_lookup *l, int *gai, struct addrinfo **out)
{
	bool done;

	pthread_mutex_lock(&l->lock);
	done = l->done;
	if (done) {
		*gai = l->gai;
		*out = l->list;
		l->list = NULL;
	}
	pthread_mutex_unlock(&l->lock);
	return done;
}

void net_lookup_drop(struct net_lookup *l)
{
	if (l == NULL)
		return;
	pthread_mutex_lock(&l->lock);
	l->wake = NULL;
	pthread_mutex_unlock(&l->lock);
	let_go(l);
}

bool net_lookup_wait(struct net_lookup *l, unsigned ms, int *gai, struct addrinfo **out)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ms / 1000;
	end.tv_nsec += (long)(ms % 1000) * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&l->lock);
	while (!l->done)
		if (pthread_cond_timedwait(&l->ready, &l->lock, &end) != 0)
			break;
	pthread_mutex_unlock(&l->lock);
	return net_lookup_done(l, gai, out);
}

int net_resolve(const char *host, const char *service, unsigned ms, struct addrinfo **out)
{
	struct net_lookup *l = net_lookup_start(host, service, NULL, NULL);
	int gai = NET_TIMEOUT;

	*out = NULL;
	(void)net_lookup_wait(l, ms, &gai, out);
	net_lookup_drop(l);
	return gai;
}

void net_answer(struct buf *out, const char *host, const char *service, const struct addrinfo *list)
{
	const char *sep = "";

	buf_fmt(out, strchr(host, ':') != NULL ? "[%s]:%s:" : "%s:%s:", host, service);
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
		char text[64];

		net_address_text(ai->ai_addr, text, sizeof(text));
		buf_fmt(out, ai->ai_family == AF_INET6 ? "%s[%s]" : "%s%s", sep, text);
		sep = ",";
	}
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
