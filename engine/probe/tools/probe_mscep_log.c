/*
 * mscep.log: the debug log that NDES' DLL leaves in the profile of the account that its pool runs as, in the
 * form of the certificate services' own logs: FILE.LINE.FLAGS: TEXT, now and then with <DATE, TIME> before
 * the text.  It tells which calls failed with which code; what that means for an enrolment stands in the
 * event log, so nothing here proves a cause.
 */
#include "tool_read.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

static const struct param_def params[] = {
        {"file", true, "mscep.log, from the profile of NDES' account"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"process", FACT_STR, NULL, "the process that wrote it", SILENT},
        {"lines", FACT_INT, NULL, "lines of the log", SILENT},
        {"last_code", FACT_STR, NULL, "the last code of a call that failed",
         SPEAKS({"known", "In NDES' own debug log the last call that failed ended with {value}."})},
        {"first_time", FACT_TIME, NULL, "the earliest line, where the log tells its zone", SILENT},
        {"last_time", FACT_TIME, NULL, "the latest line, where the log tells its zone", SILENT},
        {"errors", FACT_LIST, NULL, "calls that failed: id (the code), text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define ERRORS_MAX 200u

struct debug_log {
	struct evidence_out *out;
	const char *file, *process;
	struct value_builder errors;
	struct tool_span span;
	int64_t lines, zone_ms; /* PIN_NO_TIME: the log did not tell its zone */
	char code[11];
};

/* "402.511.948: " and what stands behind it; false for another line. */
static bool entry(struct slice w, struct slice *text)
{
	size_t i = 0;
	unsigned dots = 0;

	while (i < w.n && (isdigit((unsigned char)w.p[i]) || (w.p[i] == '.' && i != 0)))
		dots += w.p[i++] == '.';
	if (dots != 2 || i == w.n || w.p[i] != ':')
		return false;
	*text = slice_trim(slice_of(w.p + i + 1, w.n - i - 1));
	return true;
}

/* "GMT + 1.00", "GMT - 8.00": hours */
static void take_zone(struct debug_log *d, struct slice text)
{
	struct slice rest = slice_after(text, "GMT "), sign = slice_next(&rest), hours = slice_next(&rest);
	int64_t whole, hundredths = 0;

	if (sign.n != 1 || (sign.p[0] != '+' && sign.p[0] != '-') ||
	    !slice_int(slice_cut(&hours, '.'), &whole) || whole > 14)
		return;
	(void)slice_int(hours, &hundredths);
	d->zone_ms =
	        (whole * 3600000 + (hundredths < 100 ? hundredths : 0) * 36000) * (sign.p[0] == '-' ? -1 : 1);
}

/* The next number before `end` of a date or a time; false when it is none or more than `max`. */
static bool part(struct slice *w, char end, int64_t max, int64_t *out)
{
	struct slice digits = slice_trim(slice_cut(w, end));

	return digits.n != 0 && digits.n <= 4 && slice_int(digits, out) && *out >= 0 && *out <= max;
}

/* "2026/11/30, 9:12:44", local, as UTC without a zone. */
static bool stamp_of(struct slice w, int64_t *ms)
{
	int64_t y, mo, d, h, mi, s;

	return part(&w, '/', 9999, &y) && part(&w, '/', 12, &mo) && part(&w, ',', 31, &d) &&
	       part(&w, ':', 23, &h) && part(&w, ':', 59, &mi) && part(&w, ' ', 59, &s) &&
	       clock_from_civil((int)y, (int)mo, (int)d, (int)h, (int)mi, (int)s, ms);
}

/* "<2026/11/30, 9:12:44>: " before the text */
static void take_time(struct debug_log *d, struct slice *text)
{
	struct slice w = *text, head;
	int64_t ms;

	if (w.n == 0 || w.p[0] != '<')
		return;
	head = slice_cut(&w, '>');
	if (d->zone_ms != PIN_NO_TIME && stamp_of(slice_of(head.p + 1, head.n - 1), &ms))
		tool_span_take(&d->span, ms - d->zone_ms);
	*text = slice_trim(w.n != 0 && w.p[0] == ':' ? slice_of(w.p + 1, w.n - 1) : w);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct debug_log *d = arg;
	struct slice text;
	char code[11];

	if (!entry(w, &text))
		return;
	d->lines++;
	if (slice_begin(text, "GMT "))
		take_zone(d, text);
	else if (d->process == NULL && slice_end(text, ".exe"))
		d->process = tool_keep(d->out, text);
	take_time(d, &text);
	if (!slice_begin(text, "0x") || !tool_code(text, code) || strcmp(code, "0x00000000") == 0)
		return;
	memcpy(d->code, code, sizeof(d->code));
	if (d->errors.n < ERRORS_MAX)
		tool_error(&d->errors, code, text, line);
	tool_pin(d->out, "last_code", d->file, line);
}

static bool at_end(void *arg)
{
	struct debug_log *d = arg;
	struct about a = about_nothing;

	if (d->lines == 0)
		return false;
	ev_str(d->out, "process", d->process);
	ev_int(d->out, "lines", d->lines);
	if (d->code[0] != '\0')
		ev_str(d->out, "last_code", d->code);
	tool_span_about(&d->span, &a);
	tool_span_send(d->out, &d->span);
	ev_part(d->out, 0, &a);
	if (d->errors.n != 0)
		ev_value(d->out, "errors", vb_list(&d->errors));
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct debug_log d = {
	        .out = out, .file = call_arg(call, "file"), .span = TOOL_SPAN_NONE, .zone_ms = PIN_NO_TIME};

	vb_init(&d.errors, ev_mem(out));
	return tool_read(call, out, each, at_end, &d, "no line of the form FILE.LINE.FLAGS: TEXT");
}

static bool is_entry(struct slice w)
{
	struct slice text;

	return entry(w, &text);
}

static unsigned recognise(const struct sample *s)
{
	if (!sample_has(s, ": Begin: ") && !sample_has(s, ".exe") && !sample_has(s, ": 0x8"))
		return 0;
	return tool_mostly(s, is_entry) ? 82 : 0;
}

const struct probe_impl probe_mscep_log = {
        .desc = {.id = "mscep.log",
                 .title = "Debug log of NDES",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "dir /s /b C:\\Users\\mscep.log",
                 .source =
                         "The certificate services' debug logs, by their form; Microsoft's validation scripts for the place",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
