/*
 * apple.crash: a crash report of an iPhone, iPad or Mac (.ips): a line of JSON about the report, then the
 * report as JSON over many lines.  It matters here when the process is one of those that enrol.
 */
#include "tool_read.h"

#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "crash report of an Apple device (.ips)"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"process", FACT_STR, NULL, "the process that crashed", SERVES},
        {"of_enrolment", FACT_BOOL, NULL, "the process has a part in enrolment (profiled, mdmd, trustd ...)",
         SPEAKS({"= true, process known, why known", "On the Apple device {process} crashed: {why}."},
                {"= true, process known", "On the Apple device {process} crashed."},
                {"= false, process known",
                 "On the Apple device {process} crashed, which has no part in enrolment."})},
        {"why", FACT_STR, NULL, "kind of exception or end, as the report names it", SERVES},
        {"os", FACT_STR, NULL, "system and build", SILENT},
        {"at", FACT_TIME, NULL, "when it crashed", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

/* Apple: the daemons behind profiles, MDM, SCEP's requests and trust. */
static const char *const enrolling[] = {
        "profiled",           "mdmd",          "mdmclient", "trustd",           "securityd", "dmd",
        "CertificateService", "nsurlsessiond", "teslad",    "remotemanagementd"};

struct crash {
	struct evidence_out *out;
	const char *file, *process, *why, *end, *os;
	int64_t at; /* PIN_NO_TIME: not said */
	bool report;
};

/* The text behind `"key" :`, without its quotes; empty when the line has no such key. */
static struct slice text_of(struct slice w, const char *key)
{
	char quoted[40];
	struct slice rest;

	snprintf(quoted, sizeof(quoted), "\"%s\"", key);
	rest = slice_after(w, quoted);
	if (rest.n == 0 || rest.p[0] != ':')
		return slice_of(w.p, 0);
	rest = slice_trim(slice_of(rest.p + 1, rest.n - 1));
	if (rest.n < 2 || rest.p[0] != '"')
		return slice_of(w.p, 0);
	rest = slice_of(rest.p + 1, rest.n - 1);
	return slice_cut(&rest, '"');
}

static void take(struct crash *c, const char **to, struct slice text)
{
	if (*to == NULL && text.n != 0 && text.n < 200)
		*to = tool_keep(c->out, text);
}

/* "2026-11-30 09:12:43.5601 +0000" */
static void take_time(struct crash *c, struct slice text)
{
	struct slice date = slice_next(&text), time = slice_next(&text), zone = slice_trim(text);
	struct slice seconds = slice_cut(&time, '.');
	char iso[48];

	if (zone.n == 5)
		snprintf(iso, sizeof(iso), "%.*sT%.*s%.3s:%.2s", (int)(date.n < 10 ? date.n : 10), date.p,
		         (int)(seconds.n < 8 ? seconds.n : 8), seconds.p, zone.p, zone.p + 3);
	if (zone.n == 5 && c->at == PIN_NO_TIME && !clock_parse_iso(iso, &c->at))
		c->at = PIN_NO_TIME;
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct crash *c = arg;
	struct slice process = text_of(w, "procName");

	c->report = c->report || slice_have(w, "\"bug_type\"");
	if (process.n == 0 && slice_have(w, "\"bug_type\""))
		process = text_of(w, "app_name");
	if (process.n != 0)
		tool_pin(c->out, "process", c->file, line);
	take(c, &c->process, process);
	take(c, &c->os, text_of(w, "os_version"));
	if (slice_have(w, "\"exception\""))
		take(c, &c->why, text_of(w, "type"));
	if (slice_have(w, "\"termination\""))
		take(c, &c->end, text_of(w, "indicator"));
	take_time(c, text_of(w, "captureTime"));
}

static bool at_end(void *arg)
{
	struct crash *c = arg;
	struct about a = about_nothing;
	bool ours = false;

	if (!c->report || c->process == NULL)
		return false;
	for (size_t i = 0; i < sizeof(enrolling) / sizeof(enrolling[0]); i++)
		ours = ours || strcmp(enrolling[i], c->process) == 0;
	ev_str(c->out, "process", c->process);
	ev_bool(c->out, "of_enrolment", ours);
	ev_str(c->out, "why", c->end != NULL ? c->end : c->why);
	ev_str(c->out, "os", c->os);
	if (c->at != PIN_NO_TIME) {
		ev_time(c->out, "at", c->at);
		a.from_ms = a.to_ms = a.as_of_ms = c->at;
	}
	ev_part(c->out, 0, &a);
	ev_fault(c->out, ours);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct crash c = {.out = out, .file = call_arg(call, "file"), .at = PIN_NO_TIME};

	return tool_read(call, out, each, at_end, &c, "no line with \"bug_type\" and no name of a process");
}

static unsigned recognise(const struct sample *s)
{
	return sample_has(s, "\"bug_type\"") && sample_has(s, "\"os_version\"") &&
	                       (sample_has(s, "\"app_name\"") || sample_has(s, "\"procName\""))
	               ? 96
	               : 0;
}

const struct probe_impl probe_apple_crash = {
        .desc = {.id = "apple.crash",
                 .title = "Crash report of an Apple device",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand =
                         "Settings, Privacy & Security, Analytics & Improvements, Analytics Data: share the report",
                 .source =
                         "Apple: Examining the fields in a crash report; Interpreting the JSON format of a crash report",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
