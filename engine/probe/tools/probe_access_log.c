/*
 * access.log: the log of whoever stands in front of NDES, or of a web server that writes NCSA's form: nginx,
 * Apache, IIS when it is set so ("NCSA Common"), and HAProxy's form for HTTP.  A status there is what the
 * client got; who made it, the line does not say, but for HAProxy, whose state tells that no server was
 * reached. Sources: Apache, mod_log_config, Common Log Format; nginx, log_format combined; HAProxy's
 * configuration manual, HTTP log format and session state at disconnection.
 */
#include "tool_read.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "access log of nginx, Apache or HAProxy, or of IIS in NCSA's form"},
        {NULL, false, NULL},
};

static const char *const products[] = {"haproxy", "ncsa", NULL};
static const char *const operations[] = {"caps", "cacert", "pkioperation", "bare", NULL};

static const struct fact_def facts[] = {
        {"product", FACT_STR, products, "whose form the lines have", SILENT},
        {"lines", FACT_INT, NULL, "lines with a request and a status", SILENT},
        {"scep_requests", FACT_INT, NULL, "those for the path of NDES",
         SPEAKS({"= 0", "No SCEP request stands in the access log."},
                {"> 0", "{n} SCEP {n?request stands|requests stand} in the access log."})},
        {"last_operation", FACT_STR, operations, "what the last of them asked for; bare: no operation",
         SERVES},
        {"last_status", FACT_INT, NULL, "status that its client got",
         SPEAKS({"known, last_operation known",
                 "The last SCEP request in the access log ({last_operation}) got status {value}."},
                {"known", "The last SCEP request in the access log got status {value}."})},
        {"by_status", FACT_MAP, NULL, "SCEP requests by status", SILENT},
        {"no_server", FACT_INT, NULL, "SCEP requests for which HAProxy reached no server behind it",
         SPEAKS({"> 0", "HAProxy reached no server behind it for {n} SCEP {n?request|requests}."})},
        {"errors", FACT_LIST, NULL,
         "SCEP requests that failed since the last that did not: id (the status), text, line", SILENT},
        {"first_time", FACT_TIME, NULL, "the earliest line that tells its zone", SILENT},
        {"last_time", FACT_TIME, NULL, "the latest line that tells its zone", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define STATUSES 600
#define PINS_MAX 20u

struct access {
	struct evidence_out *out;
	const char *file, *operation;
	int64_t lines, scep, last_status, no_server;
	struct tool_span span;
	unsigned by_status[STATUSES];
	struct value_builder errors;
	unsigned pins;
	bool haproxy;
};

/* `"GET /path HTTP/1.1"` with its quotes, and what stands around it. */
struct request {
	struct slice before, path, after;
};

static bool is_method(struct slice w)
{
	static const char *const methods[] = {"GET", "POST", "HEAD", "OPTIONS", "PUT", NULL};

	for (size_t i = 0; methods[i] != NULL; i++)
		if (slice_are(w, methods[i]))
			return true;
	return false;
}

static bool find_request(struct slice w, struct request *r)
{
	struct slice rest = w, inner;

	r->before = slice_cut(&rest, '"');
	if (r->before.n == w.n)
		return false;
	inner = slice_cut(&rest, '"');
	r->after = slice_trim(rest);
	if (!is_method(slice_next(&inner)))
		return false;
	r->path = slice_next(&inner);
	return r->path.n != 0 && slice_begin(slice_trim(inner), "HTTP/");
}

/* 0/0/-1/-1/3001: HAProxy's times. */
static bool is_timers(struct slice w)
{
	unsigned parts = 1;

	for (size_t i = 0; i < w.n; i++) {
		if (!isdigit((unsigned char)w.p[i]) && strchr("/-+", w.p[i]) == NULL)
			return false;
		parts += w.p[i] == '/';
	}
	return parts == 5;
}

static bool is_status(struct slice w, int64_t *status)
{
	return w.n == 3 && slice_int(w, status) && *status >= 100 && *status < STATUSES;
}

/* "fe be/srv 0/0/1/2/3 503 217 - - SC-- ...": the status, and whether a server was reached. */
static bool haproxy_line(struct slice before, int64_t *status, bool *unreached)
{
	struct slice rest = before, word, last = slice_of(before.p, 0);

	for (word = slice_next(&rest); word.n != 0; last = word, word = slice_next(&rest)) {
		if (!is_timers(word))
			continue;
		if (!is_status(slice_next(&rest), status))
			return false;
		*unreached =
		        slice_have(last, "<NOSRV>") || slice_have(rest, " SC") || slice_have(rest, " sC");
		return true;
	}
	return false;
}

/* Its number of two or four digits at a place where one has to stand. */
static bool number(const char *p, size_t n, int *out)
{
	int64_t v;

	if (strspn(p, "0123456789") < n || !slice_int(slice_of(p, n), &v))
		return false;
	*out = (int)v;
	return true;
}

/* [12/Mar/2026:09:00:11 +0100]; one without a zone tells no time. */
static bool stamp(struct slice before, int64_t *ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char form[] = "../.../....:..:..:.. .....";
	struct slice w = slice_after(before, "[");
	int day, year, h, m, s, zone;
	char text[sizeof(form)], month[4];
	const char *at;

	if (w.n < sizeof(form) - 1 || w.n > 400)
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)sizeof(form) - 1, w.p);
	for (size_t i = 0; form[i] != '\0'; i++)
		if (form[i] != '.' && text[i] != form[i])
			return false;
	if (!number(text, 2, &day) || !number(text + 7, 4, &year) || !number(text + 12, 2, &h) ||
	    !number(text + 15, 2, &m) || !number(text + 18, 2, &s) || !number(text + 22, 4, &zone) ||
	    (text[21] != '+' && text[21] != '-'))
		return false;
	snprintf(month, sizeof(month), "%.3s", text + 3);
	at = strstr(months, month);
	if (at == NULL || (at - months) % 3 != 0 ||
	    !clock_from_civil(year, (int)(at - months) / 3 + 1, day, h, m, s, ms))
		return false;
	*ms -= (text[21] == '+' ? 1 : -1) * ((int64_t)(zone / 100) * 60 + zone % 100) * 60000;
	return true;
}

static const char *operation_of(struct slice path)
{
	if (slice_have(path, "operation=GetCACaps"))
		return operations[0];
	if (slice_have(path, "operation=GetCACert"))
		return operations[1];
	return slice_have(path, "operation=PKIOperation") ? operations[2] : operations[3];
}

/* A bare request gets 403 from a healthy NDES. */
static bool is_failure(const struct access *a)
{
	return a->last_status >= 400 && !(a->last_status == 403 && a->operation == operations[3]);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct access *a = arg;
	struct request r;
	struct slice rest;
	bool unreached = false, balancer;
	int64_t status, ms;

	if (!find_request(w, &r))
		return;
	rest = r.after;
	balancer = !is_status(slice_next(&rest), &status);
	if (balancer && !haproxy_line(r.before, &status, &unreached))
		return;
	a->haproxy = a->haproxy || balancer;
	a->lines++;
	if (stamp(r.before, &ms))
		tool_span_take(&a->span, ms);
	if (!slice_have(r.path, "/certsrv/mscep/"))
		return;
	a->scep++;
	a->by_status[status]++;
	a->no_server += unreached;
	a->last_status = status;
	a->operation = operation_of(r.path);
	if (!is_failure(a))
		vb_init(&a->errors, ev_mem(a->out));
	else if (a->errors.n < PINS_MAX)
		tool_error(&a->errors, arena_fmt(ev_mem(a->out), "%d", (int)status), w, line);
	if (a->scep <= 3 || (status >= 400 && a->pins++ < PINS_MAX))
		tool_pin(a->out, unreached ? "no_server" : "last_status", a->file, line);
}

static void send_statuses(struct access *a)
{
	struct value_builder map;
	char key[8];

	vb_init(&map, ev_mem(a->out));
	for (unsigned i = 0; i < STATUSES; i++) {
		if (a->by_status[i] == 0)
			continue;
		snprintf(key, sizeof(key), "%u", i);
		vb_add(&map, arena_strdup(ev_mem(a->out), key), value_int(a->by_status[i]));
	}
	ev_value(a->out, "by_status", vb_map(&map));
}

static bool at_end(void *arg)
{
	struct access *a = arg;
	struct about about = about_nothing;

	if (a->lines == 0)
		return false;
	ev_str(a->out, "product", products[a->haproxy ? 0 : 1]);
	ev_int(a->out, "lines", a->lines);
	ev_int(a->out, "scep_requests", a->scep);
	if (a->scep != 0) {
		ev_str(a->out, "last_operation", a->operation);
		ev_int(a->out, "last_status", a->last_status);
		send_statuses(a);
	}
	if (a->haproxy)
		ev_int(a->out, "no_server", a->no_server);
	tool_span_about(&a->span, &about);
	tool_span_send(a->out, &a->span);
	ev_part(a->out, 0, &about);
	if (a->errors.n != 0)
		ev_value(a->out, "errors", vb_list(&a->errors));
	ev_fault(a->out, is_failure(a));
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct access a = {.out = out, .file = call_arg(call, "file"), .span = TOOL_SPAN_NONE};

	vb_init(&a.errors, ev_mem(out));
	return tool_read(
	        call, out, each, at_end, &a,
	        "no request with a status in it; an access log has \"GET /path HTTP/1.1\" and behind it "
	        "the status");
}

/* NCSA's form has the time in brackets before the request and the status behind it, HAProxy's both before. */
static bool is_entry(struct slice w)
{
	struct request r;
	bool unreached;
	int64_t status;

	if (!find_request(w, &r))
		return false;
	if (is_status(slice_next(&r.after), &status) && slice_have(r.before, " ["))
		return true;
	return haproxy_line(r.before, &status, &unreached);
}

static unsigned recognise(const struct sample *s)
{
	return sample_has(s, " HTTP/") && tool_mostly(s, is_entry) ? 84 : 0;
}

const struct probe_impl probe_access_log = {
        .desc = {.id = "access.log",
                 .title = "Access log of a proxy or web server",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 60000,
                 .by_hand = "grep /certsrv/mscep {file} | tail",
                 .source =
                         "Apache: mod_log_config; nginx: ngx_http_log_module; HAProxy: configuration manual, "
                         "section 8 (V)",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
