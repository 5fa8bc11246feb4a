/*
 * DNS questions by UDP to the system's name servers, so that the chain of
 * aliases and the kind of failure are seen: getaddrinfo() tells neither.
 * libresolv builds and reads the messages; a cut answer is asked for by TCP.
 */
#include "dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <casebook/clock.h>

#include "net.h"

#define TRY_MS 1500 /* before the next server is asked: what a distant answer takes, three times */
#define MESSAGE 4096

struct question {
	unsigned char bytes[600];
	int n;
	int type;
	bool open; /* sent to the present server, not answered yet */
	struct dns_answer *answer;
};

struct asking {
	struct arena *mem;
	struct __res_state res;
	struct question q[2];
	const char *name;
	int64_t ends;
};

/* Bytes in the order of a chain of records: name -> alias. */
struct alias {
	char from[NS_MAXDNAME], to[NS_MAXDNAME];
};

static bool same_name(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	n -= n != 0 && a[n - 1] == '.';
	m -= m != 0 && b[m - 1] == '.';
	return n == m && strncasecmp(a, b, n) == 0;
}

static void take_address(struct asking *a, struct dns_answer *out, const ns_rr *rr)
{
	char text[INET6_ADDRSTRLEN];
	int family = ns_rr_type(*rr) == ns_t_a ? AF_INET : AF_INET6;
	size_t size = family == AF_INET ? 4 : 16;

	if (out->naddresses == DNS_MAX_ADDRESSES || ns_rr_rdlen(*rr) != size ||
	    inet_ntop(family, ns_rr_rdata(*rr), text, sizeof(text)) == NULL)
		return;
	out->addresses[out->naddresses++] = arena_strdup(a->mem, text);
}

static size_t read_records(struct asking *a, ns_msg *msg, struct question *q, struct alias *aliases)
{
	size_t n = 0;
	ns_rr rr;

	q->answer->ttl = UINT32_MAX;
	for (int i = 0; i < ns_msg_count(*msg, ns_s_an); i++) {
		if (ns_parserr(msg, ns_s_an, i, &rr) != 0) {
			q->answer->odd = true;
			break;
		}
		if (ns_rr_type(rr) == ns_t_cname && n < DNS_MAX_CHAIN) {
			snprintf(aliases[n].from, NS_MAXDNAME, "%s", ns_rr_name(rr));
			if (ns_name_uncompress(ns_msg_base(*msg), ns_msg_end(*msg), ns_rr_rdata(rr),
			                       aliases[n].to, NS_MAXDNAME) > 0)
				n++;
		} else if ((int)ns_rr_type(rr) == q->type) {
			take_address(a, q->answer, &rr);
		}
		if (ns_rr_ttl(rr) < q->answer->ttl)
			q->answer->ttl = ns_rr_ttl(rr);
	}
	return n;
}

static void read_answer(struct asking *a, struct question *q, ns_msg *msg)
{
	struct alias aliases[DNS_MAX_CHAIN];
	struct dns_answer *out = q->answer;
	size_t n = read_records(a, msg, q, aliases);
	const char *at = a->name;

	/* The records may stand in any order; a circle ends with the last of them. */
	for (size_t hops = 0; hops < n; hops++) {
		size_t i = 0;

		while (i < n && !same_name(aliases[i].from, at))
			i++;
		if (i == n)
			break;
		at = out->chain[out->nchain++] = arena_strdup(a->mem, aliases[i].to);
	}
	out->rcode = ns_msg_getflag(*msg, ns_f_rcode);
	out->answered = true;
}

/* Whether the message answers this question: id, name and type (RFC 5452 section 9.1). */
static bool fits(const struct asking *a, const struct question *q, ns_msg *msg)
{
	ns_rr rr;

	return ns_msg_id(*msg) == ns_get16(q->bytes) && ns_msg_getflag(*msg, ns_f_qr) != 0 &&
	       ns_msg_count(*msg, ns_s_qd) == 1 && ns_parserr(msg, ns_s_qd, 0, &rr) == 0 &&
	       (int)ns_rr_type(rr) == q->type && same_name(ns_rr_name(rr), a->name);
}

bool dns_read(struct arena *mem, const char *name, int type, uint16_t id, const unsigned char *bytes,
              size_t n, struct dns_answer *out)
{
	struct asking a = {.mem = mem, .name = name};
	struct question q = {.type = type, .answer = out};
	ns_msg msg;

	memset(out, 0, sizeof(*out));
	ns_put16(id, q.bytes);
	if (n > NS_MAXMSG || ns_initparse(bytes, (int)n, &msg) != 0 || !fits(&a, &q, &msg))
		return false;
	read_answer(&a, &q, &msg);
	return true;
}

/* By TCP, to whichever server takes it. */
static void ask_long(struct asking *a, struct question *q)
{
	unsigned char bytes[65536];
	ns_msg msg;
	int n;

	a->res.options |= RES_USEVC;
	a->res.retrans = 2;
	a->res.retry = 1;
	n = res_nsend(&a->res, q->bytes, q->n, bytes, sizeof(bytes));
	if (n > 0 && ns_initparse(bytes, n, &msg) == 0 && fits(a, q, &msg)) {
		q->answer->naddresses = q->answer->nchain = 0;
		read_answer(a, q, &msg);
	}
}

static void take_message(struct asking *a, const unsigned char *bytes, int n, const char *server)
{
	ns_msg msg;

	if (ns_initparse(bytes, n, &msg) != 0) {
		for (int i = 0; i < 2; i++)
			a->q[i].answer->odd |=
			        a->q[i].open && n >= 2 && ns_get16(bytes) == ns_get16(a->q[i].bytes);
		return;
	}
	for (int i = 0; i < 2; i++) {
		struct question *q = &a->q[i];

		if (!q->open || !fits(a, q, &msg))
			continue;
		q->open = false;
		q->answer->server = server;
		q->answer->naddresses = q->answer->nchain = 0;
		read_answer(a, q, &msg);
		if (ns_msg_getflag(msg, ns_f_tc) != 0)
			ask_long(a, q);
	}
}

/* The address of the i-th name server; libresolv keeps IPv6 ones aside. */
static const struct sockaddr *server_at(struct asking *a, int i, socklen_t *len)
{
	const struct sockaddr_in6 *six = a->res._u._ext.nsaddrs[i];

	if (a->res.nsaddr_list[i].sin_family == AF_INET) {
		*len = sizeof(struct sockaddr_in);
		return (const struct sockaddr *)(const void *)&a->res.nsaddr_list[i];
	}
	*len = sizeof(struct sockaddr_in6);
	return (const struct sockaddr *)(const void *)six;
}

/* SERVFAIL and REFUSED of one server may be an answer of the next. */
static bool settled(const struct question *q)
{
	const struct dns_answer *w = q->answer;

	return w->answered && (w->rcode == ns_r_noerror || w->rcode == ns_r_nxdomain);
}

/* Reads answers until both have come or the time for this server is over. */
static void listen_on(struct asking *a, int fd, const char *server)
{
	int64_t until = clock_monotonic_ms() + TRY_MS;

	if (until > a->ends)
		until = a->ends;
	while (a->q[0].open || a->q[1].open) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = until - clock_monotonic_ms();
		unsigned char bytes[MESSAGE];
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return;
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n < 0 && errno == ECONNREFUSED) {
			for (int i = 0; i < 2; i++)
				a->q[i].answer->refused = true;
			return;
		}
		if (n > 0)
			take_message(a, bytes, (int)n, server);
	}
}

static void ask_server(struct asking *a, int i)
{
	socklen_t len;
	const struct sockaddr *to = server_at(a, i, &len);
	char text[64];
	int fd;

	if (to == NULL)
		return;
	fd = socket(to->sa_family, SOCK_DGRAM, 0);
	if (fd < 0)
		return;
	net_address_text(to, text, sizeof(text));
	if (connect(fd, to, len) == 0) {
		for (int k = 0; k < 2; k++) {
			struct question *q = &a->q[k];

			q->open = !settled(q);
			if (q->open)
				(void)send(fd, q->bytes, (size_t)q->n, MSG_NOSIGNAL);
		}
		listen_on(a, fd, arena_strdup(a->mem, text));
	}
	close(fd);
}

/* The name as a name server wants it: a name without a dot goes under the first search domain. */
static const char *full_name(struct asking *a, const char *name)
{
	if (strchr(name, '.') != NULL || a->res.dnsrch[0] == NULL)
		return name;
	return arena_fmt(a->mem, "%s.%s", name, a->res.dnsrch[0]);
}

void dns_ask(struct arena *mem, const char *name, unsigned ms, struct dns_answer out[2])
{
	struct asking a = {.mem = mem, .ends = clock_monotonic_ms() + ms};
	static const int types[2] = {ns_t_a, ns_t_aaaa};

	memset(out, 0, 2 * sizeof(*out));
	if (res_ninit(&a.res) != 0)
		return;
	net_resolver(&a.res);
	a.name = full_name(&a, name);
	for (int i = 0; i < 2; i++) {
		struct question *q = &a.q[i];

		q->answer = &out[i];
		q->type = types[i];
		q->n = res_nmkquery(&a.res, ns_o_query, a.name, ns_c_in, types[i], NULL, 0, NULL, q->bytes,
		                    sizeof(q->bytes));
		if (q->n < 0) {
			res_nclose(&a.res);
			return; /* no name that DNS could know */
		}
	}
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < a.res.nscount && clock_monotonic_ms() < a.ends; i++)
			if (!settled(&a.q[0]) || !settled(&a.q[1]))
				ask_server(&a, i);
	res_nclose(&a.res);
}
