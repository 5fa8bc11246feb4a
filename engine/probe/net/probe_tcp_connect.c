/* tcp.connect: whether each address of a host takes a connection, all tried at once. */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <casebook/clock.h>

#define MAX_ADDRESSES 32 /* more than any service publishes */

static const char *const errors[] = {"none", "refused", "timeout", "unreachable", "dns", "other", NULL};

static const struct param_def params[] = {
        {"url", false, "address whose host and port are tried"},
        {"host", false, "host name or address, instead of url"},
        {"port", false, "port with host, 443 when missing"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        {"connected", FACT_BOOL, NULL, "at least one address took the connection",
         SPEAKS({"= true, refused = true",
                 "Port {port} of {host} accepts connections at some of its addresses and refuses them at others: some devices fail and some do not."},
                {"= true, connect_ms known",
                 "Port {port} of {host} accepts connections (after {connect_ms} ms)."},
                {"= true", "Port {port} of {host} accepts connections."},
                {"= false, proxied = true",
                 "No direct connection to {host} comes about; requests use a proxy, so that may be by design."},
                {"= false", "Port {port} of {host} accepts no connection."})},
        {"refused", FACT_BOOL, NULL, "at least one address refused it", SERVES},
        {"error", FACT_STR, errors, "why no address took it",
         SPEAKS({"= refused",
                 "{host} is up and refuses connections at port {port}: nothing listens there, or a firewall answers for it."},
                {"= timeout",
                 "Nothing came back from port {port} of {host} in time: a firewall drops the connection, or the host is down."},
                {"= unreachable", "There is no route from {from} to {host}."},
                {"= dns", "No connection was tried: {host} has no address here."},
                {"= other", "No connection to port {port} of {host} came about."})},
        {"addresses", FACT_LIST, NULL, "each address: address, family, connected, ms, error", SILENT},
        {"tried", FACT_INT, NULL, "addresses tried", SILENT},
        {"proxied", FACT_BOOL, NULL,
         "requests to this address go through a proxy, so a direct way may be closed by design", SERVES},
        {"connect_ms", FACT_INT, NULL, "milliseconds to the first connection", SERVES},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct attempt {
	const struct addrinfo *ai;
	int fd;  /* -1 when it ended */
	int err; /* 0, or why it failed; ETIMEDOUT until it ended */
	bool connected;
	int64_t began, took;
};

static void settle(struct attempt *a, int err)
{
	a->err = err;
	a->connected = err == 0;
	a->took = clock_monotonic_ms() - a->began;
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}

static void begin(struct attempt *a, const struct addrinfo *ai)
{
	a->ai = ai;
	a->err = ETIMEDOUT;
	a->began = clock_monotonic_ms();
	a->fd = socket(ai->ai_family, SOCK_STREAM, 0);
	if (a->fd < 0) {
		settle(a, errno);
		return;
	}
	(void)fcntl(a->fd, F_SETFL, O_NONBLOCK);
	if (connect(a->fd, ai->ai_addr, ai->ai_addrlen) == 0)
		settle(a, 0);
	else if (errno != EINPROGRESS)
		settle(a, errno);
}

/* Waits until every attempt has ended or the time is over. */
static void wait_all(struct attempt *a, size_t n, const struct probe_call *call)
{
	for (;;) {
		struct pollfd fds[MAX_ADDRESSES];
		size_t open = 0;
		unsigned left = call_left(call);

		for (size_t i = 0; i < n; i++) {
			fds[i] = (struct pollfd){.fd = a[i].fd, .events = POLLOUT};
			open += a[i].fd >= 0;
		}
		if (open == 0 || left <= 1 || poll(fds, n, (int)left) < 0)
			break;
		for (size_t i = 0; i < n; i++) {
			int err = 0;
			socklen_t len = sizeof(err);

			if (a[i].fd < 0 || fds[i].revents == 0)
				continue;
			getsockopt(a[i].fd, SOL_SOCKET, SO_ERROR, &err, &len);
			settle(&a[i], err);
		}
	}
	for (size_t i = 0; i < n; i++)
		if (a[i].fd >= 0)
			settle(&a[i], ETIMEDOUT);
}

static const char *error_word(int err)
{
	switch (err) {
	case 0:
		return "none";
	case ECONNREFUSED:
		return "refused";
	case ETIMEDOUT:
		return "timeout";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EACCES:
	case EPERM:
		return "unreachable";
	default:
		return "other";
	}
}

/* The error of the whole: what an address that is reachable from here said, before "no route". */
static int worst_of(const struct attempt *a, size_t n)
{
	int err = ENETUNREACH;

	for (size_t i = 0; i < n; i++) {
		if (a[i].connected)
			return 0;
		if (strcmp(error_word(a[i].err), "unreachable") != 0 && err != ECONNREFUSED)
			err = a[i].err;
	}
	return err;
}

static void send_list(struct evidence_out *out, const struct attempt *a, size_t n)
{
	struct value_builder list;

	vb_init(&list, ev_mem(out));
	for (size_t i = 0; i < n; i++) {
		struct value_builder m;
		char text[64];

		net_address_text(a[i].ai->ai_addr, text, sizeof(text));
		vb_init(&m, ev_mem(out));
		if (a[i].connected)
			ev_vantage(out, NULL, text);
		vb_add(&m, "address", value_str(text));
		vb_add(&m, "family", value_str(a[i].ai->ai_family == AF_INET6 ? "IPv6" : "IPv4"));
		vb_add(&m, "connected", value_bool(a[i].connected));
		vb_add(&m, "ms", value_int(a[i].took));
		vb_add(&m, "error", value_str(error_word(a[i].err)));
		vb_add(&list, NULL, vb_map(&m));
	}
	ev_value(out, "addresses", vb_list(&list));
}

static enum evidence_outcome judge(struct evidence_out *out, const struct attempt *a, size_t n,
                                   const struct net_target *t, bool proxied)
{
	int err = worst_of(a, n);
	int64_t first = -1;
	bool refused = false;

	for (size_t i = 0; i < n; i++) {
		refused |= a[i].err == ECONNREFUSED;
		if (a[i].connected && (first < 0 || a[i].took < first))
			first = a[i].took;
	}
	send_list(out, a, n);
	ev_int(out, "tried", (int64_t)n);
	ev_bool(out, "refused", refused);
	ev_bool(out, "connected", err == 0);
	ev_str(out, "error", error_word(err));
	if (err == 0 || !proxied)
		ev_fault(out, err != 0);
	if (err == 0) {
		ev_int(out, "connect_ms", first);
		return EV_MEASURED;
	}
	if (err == ECONNREFUSED)
		ev_why(out, "%s refused the connection to port %s", t->host, t->service);
	else if (err == ETIMEDOUT)
		ev_why(out, "no address of %s answered on port %s in time", t->host, t->service);
	else
		ev_why(out, "no address of %s can be reached on port %s: %s", t->host, t->service,
		       strerror(err));
	return EV_UNREACHED;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct attempt attempts[MAX_ADDRESSES];
	struct addrinfo *list = NULL;
	struct net_target t;
	struct err err;
	size_t n = 0;
	bool proxied;
	int gai;
	enum evidence_outcome how;

	if (net_target(call, out, &t, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return EV_UNREADABLE;
	}
	ev_target(out, arena_fmt(ev_mem(out), strchr(t.host, ':') != NULL ? "[%s]:%s" : "%s:%s", t.host,
	                         t.service));
	proxied = net_proxy(t.url, call->proxy, ev_mem(out)) != NULL;
	ev_bool(out, "proxied", proxied);
	ev_phase(out, "name resolution");
	gai = net_resolve(t.host, t.service, call_left(call), &list);
	if (gai != 0) {
		ev_bool(out, "connected", false);
		ev_str(out, "error", "dns");
		if (!proxied)
			ev_fault(out, true);
		ev_why(out, "the name %s gave no address: %s", t.host, net_gai_text(gai));
		return EV_UNREACHED;
	}
	ev_phase(out, "TCP connection");
	memset(attempts, 0, sizeof(attempts));
	for (const struct addrinfo *ai = list; ai != NULL && n < MAX_ADDRESSES; ai = ai->ai_next)
		begin(&attempts[n++], ai);
	wait_all(attempts, n, call);
	how = judge(out, attempts, n, &t, proxied);
	freeaddrinfo(list);
	return how;
}

const struct probe_impl probe_tcp_connect = {
        .desc =
                {
                        .id = "tcp.connect",
                        .title = "TCP connection",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 6000,
                        .by_hand = "nc -vz -w 6 {host} {port}\nTest-NetConnection {host} -Port {port}",
                        .source = "RFC 9293",
                },
        .run = PROBE_CODE(run),
};
