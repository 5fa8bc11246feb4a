/*
 * connector.trace: the trace that the private network connector (application proxy connector) writes when its
 * configuration file names a TraceFilename, in the form of .NET's text listener: SOURCE LEVEL: ID : TEXT,
 * then ProcessId=, ThreadId= and DateTime= on lines of their own.  It tells whether the connector gets
 * through to Microsoft's service, and to the server behind it.
 */
#include "tool_read.h"

#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "trace of the private network connector (TraceFilename)"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"entries", FACT_INT, NULL, "entries of the trace", SILENT},
        {"failures", FACT_INT, NULL, "entries of level Error or Critical",
         SPEAKS({"> 0, last_error known",
                 "The private network connector tells of {n} {n?failure|failures}, the last: {last_error}."},
                {"= 0", "The private network connector tells of no failure."})},
        {"unauthorized", FACT_BOOL, NULL,
         "Microsoft's service did not accept the connector or its certificate",
         SPEAKS({"= true", "Microsoft's service does not accept the private network connector."})},
        {"service_unreached", FACT_BOOL, NULL, "the connector did not get through to Microsoft's service",
         SPEAKS({"= true", "The private network connector does not get through to Microsoft's service."})},
        {"proxy_refused", FACT_BOOL, NULL, "a forward proxy on the way asked for credentials (407)",
         SPEAKS({"= true", "A forward proxy asks the private network connector for credentials."})},
        {"backend_failed", FACT_BOOL, NULL, "the server behind it was not reached or not trusted",
         SPEAKS({"= true", "The private network connector does not reach the server behind it."})},
        {"last_error", FACT_STR, NULL, "the last failure in its own words", SERVES},
        {"first_time", FACT_TIME, NULL, "the earliest entry", SILENT},
        {"last_time", FACT_TIME, NULL, "the latest entry", SILENT},
        {"errors", FACT_LIST, NULL, "entries that tell of a failure: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define ERROR_MAX 300u

/* The connector calls the service again every few minutes: an hour without the failure means that it passed.
 */
#define LASTS_MS (60 * 60 * 1000)

struct sign {
	bool seen, fresh; /* fresh: its entry is the one that is being read, its time is still to come */
	int64_t last;     /* PIN_NO_TIME: not known */
};

struct trace {
	struct evidence_out *out;
	const char *file, *error;
	struct value_builder errors;
	int64_t entries, failures;
	struct tool_span span;
	bool sign;
	struct sign unauthorized, unreached, proxy, backend;
};

static bool is_source(struct slice w)
{
	return slice_have(w, "ProxyConnector") || slice_have(w, "NetworkConnector") ||
	       slice_have(w, "AppProxy");
}

/* "SOURCE Error: 12020 : text": the text and the level; false for another line. */
static bool head(struct slice w, struct slice *level, struct slice *text)
{
	static const char *const levels[] = {"Critical", "Error", "Warning", "Information",
	                                     "Verbose",  "Start", "Stop",    "Transfer"};
	struct slice rest = w, source = slice_next(&rest);
	int64_t id;

	if (source.n == 0 || source.n > 120)
		return false;
	rest = slice_trim(rest);
	*level = slice_trim(slice_cut(&rest, ':'));
	*text = slice_trim(rest);
	if (!slice_int(*text, &id))
		return false;
	slice_cut(text, ':');
	*text = slice_trim(*text);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (slice_are(*level, levels[i]))
			return true;
	return false;
}

static void raise_flag(struct trace *t, struct sign *flag, const char *fact, const struct file_line *line)
{
	*flag = (struct sign){.seen = true, .fresh = true, .last = PIN_NO_TIME};
	tool_pin(t->out, fact, t->file, line);
}

static void failed(struct trace *t, struct slice text, const struct file_line *line)
{
	t->failures++;
	t->error = tool_keep(t->out, slice_of(text.p, text.n < ERROR_MAX ? text.n : ERROR_MAX));
	tool_error(&t->errors, NULL, text, line);
	if (slice_have(text, "(407)") || slice_have(text, "Proxy Authentication Required"))
		raise_flag(t, &t->proxy, "proxy_refused", line);
	else if (slice_have(text, "backend") || slice_have(text, "back end") ||
	         slice_have(text, "internal application"))
		raise_flag(t, &t->backend, "backend_failed", line);
	else if (slice_have(text, "Unauthorized") || slice_have(text, "(401)") ||
	         slice_have(text, "client certificate") || slice_have(text, "trust certificate"))
		raise_flag(t, &t->unauthorized, "unauthorized", line);
	else if (slice_have(text, "msappproxy.net") || slice_have(text, "servicebus.windows.net") ||
	         slice_have(text, "to the service") || slice_have(text, "the cloud service"))
		raise_flag(t, &t->unreached, "service_unreached", line);
}

static void stamp(struct trace *t, struct slice v)
{
	struct sign *signs[] = {&t->unauthorized, &t->unreached, &t->proxy, &t->backend};
	char iso[40];
	int64_t ms;

	if (v.n < 19 || v.n >= sizeof(iso))
		return;
	snprintf(iso, sizeof(iso), "%.*s", (int)v.n, v.p);
	if (!clock_parse_iso(iso, &ms))
		return;
	tool_span_take(&t->span, ms);
	for (size_t i = 0; i < 4; i++)
		if (signs[i]->fresh)
			*signs[i] = (struct sign){.seen = true, .last = ms};
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct trace *t = arg;
	struct slice level, text;

	if (slice_begin(w, "DateTime=")) {
		stamp(t, slice_of(w.p + 9, w.n - 9));
		return;
	}
	if (!head(w, &level, &text))
		return;
	t->entries++;
	t->unauthorized.fresh = t->unreached.fresh = t->proxy.fresh = t->backend.fresh = false;
	t->sign = t->sign || is_source(w);
	if (slice_are(level, "Error") || slice_are(level, "Critical"))
		failed(t, text, line);
}

/* True while it lasts, false when the trace went on for an hour without it. */
static void flag(struct trace *t, const char *fact, struct sign s)
{
	if (s.seen)
		ev_bool(t->out, fact,
		        s.last == PIN_NO_TIME || t->span.last == PIN_NO_TIME ||
		                t->span.last - s.last <= LASTS_MS);
}

static bool at_end(void *arg)
{
	struct trace *t = arg;
	struct about a = about_nothing;

	if (!t->sign)
		return false;
	ev_int(t->out, "entries", t->entries);
	ev_int(t->out, "failures", t->failures);
	flag(t, "unauthorized", t->unauthorized);
	flag(t, "service_unreached", t->unreached);
	flag(t, "proxy_refused", t->proxy);
	flag(t, "backend_failed", t->backend);
	ev_str(t->out, "last_error", t->error);
	tool_span_about(&t->span, &a);
	tool_span_send(t->out, &t->span);
	ev_part(t->out, 0, &a);
	if (t->errors.n != 0)
		ev_value(t->out, "errors", vb_list(&t->errors));
	ev_fault(t->out, t->failures != 0);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct trace t = {.out = out, .file = call_arg(call, "file"), .span = TOOL_SPAN_NONE};

	vb_init(&t.errors, ev_mem(out));
	return tool_read(call, out, each, at_end, &t,
	                 "no entry of the private network connector in it; name a TraceFilename in its "
	                 "configuration file");
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL || !sample_has(s, "DateTime="))
		return 0;
	return (sample_has(s, "ProxyConnector") || sample_has(s, "NetworkConnector") ||
	        sample_has(s, "AppProxy")) &&
	                       (sample_has(s, " Error: ") || sample_has(s, " Information: ") ||
	                        sample_has(s, " Critical: ") || sample_has(s, " Verbose: ") ||
	                        sample_has(s, " Warning: "))
	               ? 86
	               : 0;
}

const struct probe_impl probe_connector_trace = {
        .desc = {.id = "connector.trace",
                 .title = "Trace of the private network connector",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 60000,
                 .by_hand = "findstr /c:\" Error:\" /c:\" Critical:\" {file}",
                 .source = "Microsoft: work with existing on-premises proxies, TraceFilename (V); .NET: "
                           "TextWriterTraceListener (K)",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
