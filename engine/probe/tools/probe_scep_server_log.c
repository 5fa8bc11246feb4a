/*
 * scep.serverlog: the log of a SCEP server that is not NDES: micromdm's scepserver (go-kit, as key=value or
 * as JSON) and smallstep's step-ca (logrus, likewise).  Both write a line for each request, with its path and
 * status, and the reason beside it or on a line of its own.  Where such a server answers, statuses mean other
 * things than at NDES.
 */
#include "tool_read.h"

#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "log of scepserver or of step-ca"},
        {NULL, false, NULL},
};

static const char *const products[] = {"scepserver", "step-ca", NULL};
static const char *const operations[] = {"caps", "cacert", "pkioperation", NULL};
static const struct fact_def facts[] = {
        {"product", FACT_STR, products, "which server wrote it",
         SPEAKS({"known", "The SCEP server is {value}, not NDES."})},
        {"requests", FACT_INT, NULL, "requests of SCEP in it", SILENT},
        {"failures", FACT_INT, NULL, "lines that tell of a failure",
         SPEAKS({"> 0, last_error known",
                 "{n} {n?line tells|lines tell} of a failure, the last: {last_error}."},
                {"= 0", "That server tells of no failure."})},
        {"last_operation", FACT_STR, operations, "what was asked for last", SILENT},
        {"last_status", FACT_INT, NULL, "status of the last answer",
         SPEAKS({"known", "That server answered last with status {value}."})},
        {"last_error", FACT_STR, NULL, "the last failure in its own words", SERVES},
        {"first_time", FACT_TIME, NULL, "the earliest line", SILENT},
        {"last_time", FACT_TIME, NULL, "the latest line", SILENT},
        {"errors", FACT_LIST, NULL, "lines that tell of a failure: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define ERROR_MAX 300u

struct served {
	struct evidence_out *out;
	const char *file, *product, *operation, *error;
	struct value_builder errors;
	int64_t requests, failures, status;
	struct tool_span span;
};

/* What follows up to the closing quote, or the next blank, comma or brace. */
static struct slice value_at(const char *p, const char *end)
{
	struct slice v = {p, 0};
	char close = p < end && *p == '"' ? '"' : '\0';

	if (close != '\0')
		v.p = ++p;
	for (; p < end; p++) {
		if (close != '\0' && *p == '\\' && p + 1 < end)
			p++;
		else if (close != '\0' ? *p == close : strchr(" ,}\t", *p) != NULL)
			break;
	}
	v.n = (size_t)(p - v.p);
	return v;
}

/* The value of a key: key=value, key="a value", "key": "a value", "key":12; empty when it is not there. */
static struct slice pair(struct slice w, const char *key)
{
	const char *end = w.p + w.n, *at = w.p;
	size_t n = strlen(key);

	while ((at = mem_find(at, (size_t)(end - at), key, n)) != NULL) {
		const char *p = at + n;

		if (at > w.p && at[-1] == '"' && p < end && *p == '"') {
			for (p++; p < end && (*p == ' ' || *p == ':'); p++)
				;
			return value_at(p, end);
		}
		if (p < end && *p == '=' && (at == w.p || at[-1] == ' ' || at[-1] == '\t'))
			return value_at(p + 1, end);
		at = p;
	}
	return slice_of(w.p, 0);
}

static int64_t time_of(struct slice w)
{
	static const char *const keys[] = {"ts", "time", "fields.time"};
	char iso[40];
	int64_t ms;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct slice v = pair(w, keys[i]);

		if (v.n < 19 || v.n >= sizeof(iso))
			continue;
		snprintf(iso, sizeof(iso), "%.*s", (int)v.n, v.p);
		if (clock_parse_iso(iso, &ms))
			return ms;
	}
	return PIN_NO_TIME;
}

static const char *operation_of(struct slice w)
{
	struct slice asked = slice_after(pair(w, "path"), "operation=");

	if (asked.n == 0)
		asked = pair(w, "op");
	return slice_begin(asked, "GetCACaps")      ? operations[0]
	       : slice_begin(asked, "GetCACert")    ? operations[1]
	       : slice_begin(asked, "PKIOperation") ? operations[2]
	                                            : NULL;
}

static struct slice failure(struct slice w)
{
	static const char *const keys[] = {"error", "err"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct slice v = pair(w, keys[i]);

		if (v.n != 0 && !slice_are(v, "null") && !slice_are(v, "nil"))
			return v;
	}
	return slice_of(w.p, 0);
}

static const char *product_of(struct slice w)
{
	if (slice_are(pair(w, "component"), "scep_service") ||
	    (slice_are(pair(w, "component"), "http") && pair(w, "caller").n != 0) ||
	    slice_have(pair(w, "caller"), "scep.go") || slice_have(pair(w, "caller"), "service_logging.go"))
		return products[0];
	return slice_begin(pair(w, "path"), "/scep/") && slice_are(pair(w, "name"), "ca") ? products[1]
	                                                                                  : NULL;
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct served *s = arg;
	const char *product = product_of(w), *operation = operation_of(w);
	struct slice why = failure(w);
	int64_t status, ms;

	if (s->product == NULL)
		s->product = product;
	if (product == NULL && operation == NULL && pair(w, "level").n == 0 && pair(w, "caller").n == 0)
		return;
	tool_span_take(&s->span, ms = time_of(w));
	if (operation != NULL)
		s->operation = operation;
	if (pair(w, "path").n != 0 && slice_int(pair(w, "status"), &status) && status >= 100 &&
	    status < 600) {
		s->requests++;
		s->status = status;
		ev_pin(s->out, "last_status", s->file, line->number, line->offset, ms, line->p, line->n);
	}
	if (why.n == 0)
		return;
	s->failures++;
	s->error = tool_keep(s->out, slice_of(why.p, why.n < ERROR_MAX ? why.n : ERROR_MAX));
	tool_error(&s->errors, NULL, why, line);
	ev_pin(s->out, "failures", s->file, line->number, line->offset, ms, line->p, line->n);
}

static bool at_end(void *arg)
{
	struct served *s = arg;
	struct about a = about_nothing;

	if (s->product == NULL)
		return false;
	ev_str(s->out, "product", s->product);
	ev_int(s->out, "requests", s->requests);
	ev_int(s->out, "failures", s->failures);
	ev_str(s->out, "last_operation", s->operation);
	if (s->status != 0)
		ev_int(s->out, "last_status", s->status);
	ev_str(s->out, "last_error", s->error);
	tool_span_about(&s->span, &a);
	tool_span_send(s->out, &s->span);
	ev_part(s->out, 0, &a);
	if (s->errors.n != 0)
		ev_value(s->out, "errors", vb_list(&s->errors));
	ev_fault(s->out, s->failures != 0);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct served s = {.out = out, .file = call_arg(call, "file"), .span = TOOL_SPAN_NONE};

	vb_init(&s.errors, ev_mem(out));
	return tool_read(
	        call, out, each, at_end, &s,
	        "no line of scepserver or step-ca in it, with component=scep_service or path=/scep/");
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL)
		return 0;
	if (sample_has(s, "scep_service") || sample_has(s, "parsed scep pkiMessage"))
		return sample_has(s, "caller") ? 88 : sample_has(s, "component") ? 84 : 0;
	return (sample_has(s, "path=\"/scep/") || sample_has(s, "\"path\":\"/scep/")) &&
	                       (sample_has(s, "name=ca") || sample_has(s, "\"name\":\"ca\""))
	               ? 88
	               : 0;
}

const struct probe_impl probe_scep_server_log = {
        .desc = {.id = "scep.serverlog",
                 .title = "Log of another SCEP server",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 60000,
                 .by_hand = "grep -E 'PKIOperation|err' {file}",
                 .source =
                         "micromdm/scep: issues 80, 155, 224, 234; smallstep/certificates: pull request 846",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
