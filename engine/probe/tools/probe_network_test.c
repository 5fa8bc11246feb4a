/*
 * network.test: what people print to see whether a server can be reached: Test-NetConnection, Resolve-DnsName
 * and nslookup, w32tm.  Names of properties and of w32tm's rows are English everywhere; it says from where
 * only what its author says.
 */
#include "tool_read.h"

#include <stdlib.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of Test-NetConnection, Resolve-DnsName, nslookup or w32tm"},
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
         SPEAKS({"= false, host known", "By hand, the name {host} does not resolve."},
                {"= false", "By hand, the name does not resolve: it does not exist in DNS."})},
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
	const char *file, *host;
	int64_t port, offset;
	int open, known, synchronised; /* -1: not said */
	bool measured;
};

static void say(struct tested *t, int *fact, bool value, const char *key, const struct file_line *line)
{
	*fact = value;
	tool_pin(t->out, key, t->file, line);
}

static void pair(struct tested *t, struct slice label, struct slice value, const struct file_line *line)
{
	if (slice_are(label, "ComputerName"))
		t->host = tool_keep(t->out, value);
	else if (slice_are(label, "RemotePort") && slice_int(value, &t->port))
		return;
	else if (slice_are(label, "TcpTestSucceeded"))
		say(t, &t->open, slice_are(value, "True"), "port_open", line);
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

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct tested *t = arg;
	struct slice label, value;

	offset_in(t, w, line);
	if (slice_have(w, "DNS name does not exist") || slice_have(w, "DNS_ERROR_RCODE_NAME_ERROR") ||
	    slice_have(w, "Non-existent domain") || slice_have(w, "NXDOMAIN")) {
		if (t->known != 0)
			say(t, &t->known, false, "name_known", line);
		return;
	}
	if (slice_have(w, "TCP connect to (") && slice_have(w, ") failed")) {
		say(t, &t->open, false, "port_open", line);
		return;
	}
	if (tool_pair(w, &label, &value) && value.n != 0)
		pair(t, label, value, line);
}

static void send(struct tested *t, const char *key, int fact)
{
	if (fact >= 0)
		ev_bool(t->out, key, fact == 1);
}

static bool at_end(void *arg)
{
	struct tested *t = arg;

	if (t->open < 0 && t->known < 0 && t->synchronised < 0 && !t->measured)
		return false;
	ev_str(t->out, "host", t->host);
	if (t->port > 0 && t->port < 65536)
		ev_int(t->out, "port", t->port);
	send(t, "port_open", t->open);
	send(t, "name_known", t->known);
	send(t, "clock_synchronised", t->synchronised);
	if (t->measured)
		ev_int(t->out, "clock_offset_ms", t->offset);
	ev_fault(t->out, t->open == 0 || t->known == 0 || t->synchronised == 0 ||
	                         (t->measured && (t->offset > 300000 || t->offset < -300000)));
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct tested t = {
	        .out = out, .file = call_arg(call, "file"), .open = -1, .known = -1, .synchronised = -1};

	return tool_read(
	        call, out, each, at_end, &t,
	        "no test of a connection, a name or a clock in it; make it with Test-NetConnection NAME "
	        "-Port 443");
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL || s->text_n > 20000)
		return 0;
	if (sample_has(s, "TcpTestSucceeded") || sample_has(s, "TCP connect to ("))
		return 82;
	if (sample_has(s, "Leap Indicator") && sample_has(s, "Stratum"))
		return 82;
	if (sample_has(s, "Tracking ") && sample_has(s, ":123]"))
		return 82;
	return sample_has(s, "DNS_ERROR_RCODE_NAME_ERROR") ||
	                       (sample_has(s, "Non-existent domain") && sample_has(s, "***"))
	               ? 70
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
                 .source = "Microsoft: Test-NetConnection, Resolve-DnsName, w32tm",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
