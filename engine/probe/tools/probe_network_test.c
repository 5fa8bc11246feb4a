/*
 * network.test: what people print to see whether a server can be reached: Test-NetConnection, Resolve-DnsName
 * and nslookup, w32tm, curl -v, wget, Invoke-WebRequest, openssl s_client, a copied exchange of HTTP, and
 * what a browser saves as a HAR file.  Names of properties and of w32tm's rows are English everywhere; it
 * says from where only what its author says.
 */
#include "net_tried.h"

#include <stdlib.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true,
         "output of Test-NetConnection, Resolve-DnsName, nslookup, w32tm, curl -v, wget, Invoke-WebRequest or openssl "
         "s_client, a copied HTTP exchange, or a HAR file"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"host", FACT_STR, NULL, "name that was tested", SERVES},
        {"port", FACT_INT, NULL, "port that was tested", SILENT},
        {"port_open", FACT_BOOL, NULL, "a connection came about (TcpTestSucceeded)",
         SPEAKS({"= true, host known", "By hand, a connection to {host} came about."},
                {"= false, host known", "By hand, no connection to {host} came about."},
                {"= false", "By hand, no connection came about."})},
        {"name_known", FACT_BOOL, NULL, "the name has an address",
         SPEAKS({"= true, host known", "By hand, the name {host} resolves."},
                {"= true", "By hand, the name resolves."},
                {"= false, host known", "By hand, the name {host} does not resolve."},
                {"= false", "By hand, the name does not resolve: it does not exist in DNS."})},
        {"trusted", FACT_BOOL, NULL,
         "the server's certificate was accepted where it was tried (curl, openssl)",
         SPEAKS({"= true", "By hand, the server's certificate was accepted."},
                {"= false, tls_problem known",
                 "By hand, the server's certificate was not accepted: {tls_problem}."},
                {"= false", "By hand, the server's certificate was not accepted."})},
        {"tls_problem", FACT_STR, NULL, "why not, in the tool's words", SERVES},
        {"http_status", FACT_INT, NULL,
         "status of the last answer; of a HAR file, that of NDES' URL if there is one",
         SPEAKS({"known, location known, server known",
                 "By hand, the answer was status {value}, towards {location}; {server} wrote it."},
                {"known, location known", "By hand, the answer was status {value}, towards {location}."},
                {"known, server known", "By hand, the answer was status {value}; {server} wrote it."},
                {"known", "By hand, the answer was status {value}."})},
        {"server", FACT_STR, NULL, "its Server header", SERVES},
        {"location", FACT_STR, NULL, "where it sends the client", SERVES},
        {"clock_offset_ms", FACT_INT, NULL, "how far the clock is from the one that was asked (w32tm)",
         SPEAKS({"known", "The clock is {value} ms off, says w32tm."})},
        {"clock_synchronised", FACT_BOOL, NULL, "the clock follows a source (w32tm)",
         SPEAKS({"= true", "The clock is synchronised, says w32tm."},
                {"= false", "The clock is not synchronised, says w32tm."})},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define OFFSET_MAX 1e9

struct tested {
	struct evidence_out *out;
	const char *file;
	struct tried by; /* host, port, connection and name too */
	int64_t offset;
	int synchronised;     /* -1: not said */
	bool measured, asked; /* asked: the name server that answers was named */
};

static void say(struct tested *t, int *fact, bool value, const char *key, const struct file_line *line)
{
	*fact = value;
	tool_pin(t->out, key, t->file, line);
}

static void pair(struct tested *t, struct slice label, struct slice value, const struct file_line *line)
{
	if (slice_are(label, "ComputerName"))
		t->by.host = tool_keep(t->out, value);
	else if (slice_are(label, "RemotePort") && slice_int(value, &t->by.port))
		return;
	else if (slice_are(label, "TcpTestSucceeded"))
		say(t, &t->by.open, slice_are(value, "True"), "port_open", line);
	else if (slice_are(label, "Leap Indicator"))
		say(t, &t->synchronised, !slice_begin(value, "3"), "clock_synchronised", line);
}

/* "08:00:00, -734.1203441s" and "08:00:00 d:+00.0s o:-00.0041s [...]" of w32tm /stripchart */
static void offset_in(struct tested *t, struct slice w, const struct file_line *line)
{
	struct slice v = slice_after(w, " o:");
	char number[32], *end;
	double s;

	if (v.n == 0)
		v = slice_after(w, ", ");
	if (w.n < 12 || w.p[2] != ':' || w.p[5] != ':' || v.n < 3 || v.n >= sizeof(number) * 4 ||
	    (v.p[0] != '+' && v.p[0] != '-'))
		return;
	v.n = v.n < sizeof(number) - 1 ? v.n : sizeof(number) - 1;
	memcpy(number, v.p, v.n);
	number[v.n] = '\0';
	s = strtod(number, &end);
	if (*end != 's' || !(s < OFFSET_MAX && s > -OFFSET_MAX))
		return;
	if (!t->measured)
		tool_pin(t->out, "clock_offset_ms", t->file, line);
	t->measured = true;
	t->offset = (int64_t)(s * 1000);
}

/* nslookup: the name server first, then "Name: ndes.contoso.com"; Resolve-DnsName: rows of the section
 * Answer. */
static void resolved(struct tested *t, struct slice w, const struct file_line *line)
{
	static const char *const servers[] = {"Server", "Serveur", "Servidor", NULL};
	static const char *const names[] = {"Name", "Nom", "Nombre", "Nome", NULL};
	struct slice label, value, rest = w, name = slice_next(&rest);

	if (slice_have(w, " Answer ") && memchr(name.p, '.', name.n) != NULL) {
		t->by.host = tool_keep(t->out, name);
		say(t, &t->by.known, true, "name_known", line);
		return;
	}
	if (!tool_pair(w, &label, &value) || value.n == 0)
		return;
	for (size_t i = 0; servers[i] != NULL; i++)
		t->asked = t->asked || slice_are(label, servers[i]);
	for (size_t i = 0; names[i] != NULL && t->asked && t->by.known < 0; i++)
		if (slice_are(label, names[i])) {
			t->by.host = tool_keep(t->out, value);
			say(t, &t->by.known, true, "name_known", line);
		}
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct tested *t = arg;
	struct slice label, value;
	const char *fact;

	offset_in(t, w, line);
	if (slice_have(w, "DNS name does not exist") || slice_have(w, "DNS_ERROR_RCODE_NAME_ERROR") ||
	    slice_have(w, "Non-existent domain") || slice_have(w, "NXDOMAIN")) {
		if (t->by.known != 0)
			say(t, &t->by.known, false, "name_known", line);
		return;
	}
	if (slice_have(w, "TCP connect to (") && slice_have(w, ") failed")) {
		say(t, &t->by.open, false, "port_open", line);
		return;
	}
	fact = tried_line(&t->by, t->out, w);
	if (fact == NULL)
		fact = shell_line(&t->by, t->out, w);
	if (fact != NULL) {
		tool_pin(t->out, fact, t->file, line);
		return;
	}
	resolved(t, w, line);
	if (tool_pair(w, &label, &value) && value.n != 0)
		pair(t, label, value, line);
}

static void send(struct tested *t, const char *key, int fact)
{
	if (fact >= 0)
		ev_bool(t->out, key, fact == 1);
}

static bool bad(const struct tested *t)
{
	const struct tried *by = &t->by;

	return by->open == 0 || by->known == 0 || by->trusted == 0 || t->synchronised == 0 ||
	       (by->status >= 400 && by->status != 403) || /* 403 is how NDES greets a browser */
	       (t->measured && (t->offset > 300000 || t->offset < -300000));
}

static bool at_end(void *arg)
{
	struct tested *t = arg;
	struct tried *by = &t->by;

	if (by->open < 0 && by->known < 0 && by->trusted < 0 && by->status == 0 && t->synchronised < 0 &&
	    !t->measured)
		return false;
	ev_str(t->out, "host", by->host);
	if (by->port > 0 && by->port < 65536)
		ev_int(t->out, "port", by->port);
	send(t, "port_open", by->open);
	send(t, "name_known", by->known);
	send(t, "trusted", by->trusted);
	if (by->trusted == 0)
		ev_str(t->out, "tls_problem", by->problem);
	if (by->status != 0) {
		ev_int(t->out, "http_status", by->status);
		ev_str(t->out, "server", by->server);
		ev_str(t->out, "location", by->location);
	}
	send(t, "clock_synchronised", t->synchronised);
	if (t->measured)
		ev_int(t->out, "clock_offset_ms", t->offset);
	ev_fault(t->out, bad(t));
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct tested t = {.out = out,
	                   .file = call_arg(call, "file"),
	                   .by = {.open = -1, .known = -1, .trusted = -1},
	                   .synchronised = -1};

	return tool_read(
	        call, out, each, at_end, &t,
	        "no test of a connection, a name or a clock in it; make it with Test-NetConnection NAME "
	        "-Port 443");
}

/* The answer of a name server: itself first, then the name that was asked for. */
static bool is_lookup(const struct sample *s)
{
	return sample_count(s, "Address", 2) >= 2 &&
	       ((sample_has(s, "Server:") && sample_has(s, "Name:")) ||
	        (sample_has(s, "Servidor:") && (sample_has(s, "Nombre:") || sample_has(s, "Nome:"))));
}

static unsigned recognise(const struct sample *s)
{
	unsigned tried;

	if (s->text == NULL)
		return 0;
	tried = tried_recognise(s);
	if (tried == 0)
		tried = shell_recognise(s);
	if (tried != 0 || s->text_n > 20000)
		return tried;
	if (sample_has(s, "TcpTestSucceeded") || sample_has(s, "TCP connect to ("))
		return 82;
	if (sample_has(s, "Leap Indicator") && sample_has(s, "Stratum"))
		return 82;
	if (sample_has(s, "Tracking ") && sample_has(s, ":123]"))
		return 82;
	if (sample_has(s, "DNS_ERROR_RCODE_NAME_ERROR") ||
	    (sample_has(s, "Non-existent domain") && sample_has(s, "***")))
		return 70;
	return (s->text_n < 4000 && is_lookup(s)) || (sample_has(s, "IPAddress") && sample_has(s, "TTL") &&
	                                              sample_has(s, " Answer "))
	               ? 60
	               : 0;
}

const struct probe_impl probe_network_test = {
        .desc = {.id = "network.test",
                 .title = "Test of the network by hand",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "Test-NetConnection NAME -Port 443",
                 .source =
                         "Microsoft: Test-NetConnection, Resolve-DnsName, w32tm; curl, wget and openssl-s_client, their manuals; RFC 9112; HAR 1.2",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
