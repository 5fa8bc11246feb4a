/*
 * Events as text: `wevtutil qe /f:text`, Event Viewer's "copy details as text", Get-WinEvent | Format-List,
 * and pastes in which an event has become one line.  Labels are known in English, German, French and Spanish.
 * Also here: which export a text is, and local times.
 */
#include "file_kind.h"
#include "win_events.h"
#include "slice.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

enum label { L_LOG, L_SOURCE, L_DATE, L_ID, L_LEVEL, L_MESSAGE, L_COMPUTER, L_OTHER, L__MAX };

static const struct {
	const char *text;
	enum label label;
} labels[] = {
        {"Log Name", L_LOG},
        {"LogName", L_LOG},
        {"Protokollname", L_LOG},
        {"Nom du journal", L_LOG},
        {"Nombre de registro", L_LOG},
        {"Source", L_SOURCE},
        {"ProviderName", L_SOURCE},
        {"Quelle", L_SOURCE},
        {"Origen", L_SOURCE},
        {"Date", L_DATE},
        {"TimeCreated", L_DATE},
        {"Datum", L_DATE},
        {"Fecha", L_DATE},
        {"Event ID", L_ID},
        {"Id", L_ID},
        {"Ereignis-ID", L_ID},
        {"ID de l'\xC3\xA9v\xC3\xA9nement", L_ID},
        {"ID de l\xE2\x80\x99\xC3\xA9v\xC3\xA9nement", L_ID},
        {"Id. del evento", L_ID},
        {"EventID", L_ID},
        {"InstanceId", L_ID}, /* Get-EventLog: the id is its lower half */
        {"TimeGenerated", L_DATE},
        {"EntryType", L_LEVEL},
        {"Level", L_LEVEL},
        {"Description", L_MESSAGE},
        {"Message", L_MESSAGE},
        {"Beschreibung", L_MESSAGE},
        {"Descripci\xC3\xB3n", L_MESSAGE},
        {"Task Category", L_OTHER},
        {"Task", L_OTHER},
        {"Opcode", L_OTHER},
        {"Keyword", L_OTHER},
        {"Keywords", L_OTHER},
        {"User", L_OTHER},
        {"User Name", L_OTHER},
        {"Category", L_OTHER},
        {"CategoryNumber", L_OTHER},
        {"ReplacementStrings", L_OTHER},
        {"TimeWritten", L_OTHER},
        {"Computer", L_COMPUTER},
        {"MachineName", L_COMPUTER},
        {"Ordinateur", L_COMPUTER},
        {"Equipo", L_COMPUTER},
};

/* The values of the last lines that have a label, in whatever language. */
#define TAIL 3u
struct tail {
	char text[TAIL][300];
	uint64_t line[TAIL], offset;
};

struct event_text {
	struct win_judge *j;
	struct tail tail;
	unsigned to_message; /* labels until the description, of an event that was known by its shape */
	struct buf part[L__MAX];
	bool set[L__MAX], in_message;
	bool numbered; /* its EventID was met: an InstanceId below it is of the same event */
	uint64_t line, offset;
};

static void flush(struct event_text *t)
{
	const char *date = buf_cstr(&t->part[L_DATE]);
	struct win_event e = {.number = t->line,
	                      .offset = t->offset,
	                      .provider = buf_cstr(&t->part[L_SOURCE]),
	                      .channel = buf_cstr(&t->part[L_LOG]),
	                      .message = buf_cstr(&t->part[L_MESSAGE])};

	if (t->set[L_ID] && isdigit((unsigned char)buf_cstr(&t->part[L_ID])[0])) {
		e.id = (uint32_t)strtoul(buf_cstr(&t->part[L_ID]), NULL, 10) & 0xFFFFu;
		e.time_ms = win_local_time(date, strlen(date));
		/* A paste of event 36 names no source; its text begins like no other's. */
		if (e.provider[0] == '\0' && e.channel[0] == '\0' && strncmp(e.message, "SCEP:", 5) == 0)
			e.provider = "DeviceManagement-Enterprise-Diagnostics-Provider";
		win_judge_zoned(t->j, win_time_is_zoned(date, strlen(date)));
		win_judge_dates(t->j, date, strlen(date));
		e.computer = buf_cstr(&t->part[L_COMPUTER]);
		win_judge_take(t->j, &e);
	}
	for (size_t i = 0; i < L__MAX; i++) {
		buf_clear(&t->part[i]);
		t->set[i] = false;
	}
	t->in_message = t->numbered = false;
}

static int label_of(struct slice key)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (slice_are(key, labels[i].text))
			return (int)labels[i].label;
	return -1;
}

static void keep(struct event_text *t, enum label l, struct slice v, const struct file_line *line)
{
	/* A label that is there already begins the next event. */
	if (t->set[l] && l != L_OTHER)
		flush(t);
	if (!t->set[L_LOG] && !t->set[L_SOURCE] && !t->set[L_DATE] && !t->set[L_ID]) {
		t->line = line->number;
		t->offset = line->offset;
	}
	t->set[l] = true;
	t->in_message = l == L_MESSAGE;
	buf_clear(&t->part[l]);
	buf_put(&t->part[l], v.p, v.n);
}

/* Up to six numbers of a date and time, and the sign between the first two. */
static size_t numbers(const char *s, size_t n, int out[6], char *between)
{
	size_t i = 0, k = 0;

	while (k < 6) {
		int v = 0;

		while (i < n && !isdigit((unsigned char)s[i]))
			i++;
		if (i == n)
			break;
		for (; i < n && isdigit((unsigned char)s[i]); i++)
			v = v < 100000 ? v * 10 + (s[i] - '0') : v;
		out[k++] = v;
		if (k == 1 && i < n)
			*between = s[i];
	}
	return k;
}

/*
 * Event Viewer copies an event as log, source, date and id, each behind its label, then task, level,
 * keywords, user, computer and description.  Labels are translated; the names of logs, dates and numbers are
 * known by their shape.
 */
static bool is_log(struct slice w)
{
	static const char *const names[] = {"Application", "System", "Security", "Setup"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_are(w, names[i]))
			return true;
	return slice_begin(w, "Microsoft-") || slice_end(w, "/Operational") || slice_end(w, "/Admin");
}

static bool is_date(struct slice w)
{
	int v[6];
	char between = 0;

	return slice_have(w, ":") && w.n < 40 && numbers(w.p, w.n, v, &between) >= 5;
}

static struct slice tail_at(const struct tail *t, unsigned i)
{
	return slice_of(t->text[i], strlen(t->text[i]));
}

static void tail_add(struct tail *t, struct slice value, uint64_t line)
{
	memmove(t->text, t->text + 1, sizeof(t->text) - sizeof(t->text[0]));
	memmove(t->line, t->line + 1, sizeof(t->line) - sizeof(t->line[0]));
	snprintf(t->text[TAIL - 1], sizeof(t->text[0]), "%.*s", (int)(value.n < 299 ? value.n : 299),
	         value.p);
	t->line[TAIL - 1] = line;
}

/* This value is an event's id: before it stand a log, a source and a date. */
static bool tail_fits(const struct tail *t, struct slice value, uint64_t line)
{
	int64_t id;

	return slice_int(value, &id) && value.n <= 5 && value.p[value.n - 1] >= '0' &&
	       value.p[value.n - 1] <= '9' && t->line[0] + 3 == line && t->line[2] + 1 == line &&
	       is_log(tail_at(t, 0)) && t->text[1][0] != '\0' && is_date(tail_at(t, 2));
}

/* A line with a label of any language; true when it was used. */
static bool shaped_line(struct event_text *t, struct slice value, const struct file_line *line)
{
	struct tail *tail = &t->tail;

	if (t->to_message != 0) {
		t->to_message--;
		if (t->to_message <= 1)
			keep(t, t->to_message == 1 ? L_COMPUTER : L_MESSAGE, value, line);
		return true;
	}
	if (!tail_fits(tail, value, line->number)) {
		tail_add(tail, value, line->number);
		return false;
	}
	flush(t);
	keep(t, L_LOG, tail_at(tail, 0), line);
	keep(t, L_SOURCE, tail_at(tail, 1), line);
	keep(t, L_DATE, tail_at(tail, 2), line);
	keep(t, L_ID, value, line);
	t->to_message = 6;
	return true;
}

static bool any_shape(const struct sample *s)
{
	struct tail tail = {.line = {0}};
	const char *p = s->text, *end = p + s->text_n;

	for (uint64_t line = 1; p < end; line++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct slice w = slice_trim(slice_of(p, (size_t)((nl != NULL ? nl : end) - p))), value = w;
		struct slice label = slice_cut(&value, ':');

		value = slice_trim(
		        slice_of(value.p, value.n - (value.n != 0 && value.p[value.n - 1] == '\r')));
		if (label.n != w.n) {
			if (tail_fits(&tail, value, line))
				return true;
			tail_add(&tail, value, line);
		}
		p = nl != NULL ? nl + 1 : end;
	}
	return false;
}

/* A whole event on one line: "Log Name: Application Source: Application Error Event ID: 1000 ... Description:
 * ..." */
static bool flat_line(struct event_text *t, struct slice w, const struct file_line *line)
{
	static const struct {
		const char *from, *to;
		enum label label;
	} cuts[] = {
	        {"Log Name:", " Source:", L_LOG},  {"Source:", " Event ID:", L_SOURCE},
	        {"Date:", " Event ID:", L_DATE},   {"Event ID:", " Task Category:", L_ID},
	        {"Description:", NULL, L_MESSAGE},
	};

	if (!slice_have(w, "Event ID:") || !slice_have(w, " Description:"))
		return false;
	flush(t);
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct slice v = slice_after(w, cuts[i].from), rest;

		if (v.n == 0)
			continue;
		rest = cuts[i].to != NULL ? slice_after(v, cuts[i].to) : slice_of(v.p + v.n, 0);
		if (cuts[i].to != NULL && slice_have(v, cuts[i].to))
			v.n = (size_t)(rest.p - v.p) >= strlen(cuts[i].to)
			              ? (size_t)(rest.p - v.p) - strlen(cuts[i].to)
			              : 0;
		keep(t, cuts[i].label, slice_trim(v), line);
	}
	flush(t);
	return true;
}

/* A row of Get-WinEvent's own table, below "ProviderName: ...": time, id, level, the message's beginning. */
static bool table_row(struct event_text *t, struct slice w, const struct file_line *line)
{
	struct slice rest = w, date = slice_next(&rest), time = slice_next(&rest), id = slice_next(&rest);
	struct slice source;
	int64_t number;

	if (!t->set[L_SOURCE] || t->set[L_ID] || !slice_int(date, &number) || !slice_have(time, ":"))
		return false;
	if (slice_are(id, "AM") || slice_are(id, "PM")) {
		time.n = (size_t)(id.p + id.n - time.p);
		id = slice_next(&rest);
	}
	if (!slice_int(id, &number))
		return false;
	source = slice_of(buf_cstr(&t->part[L_SOURCE]), t->part[L_SOURCE].n);
	source.p = xstrndup(source.p, source.n);
	(void)slice_next(&rest); /* the level, translated */
	t->set[L_SOURCE] = false;
	keep(t, L_SOURCE, source, line);
	keep(t, L_DATE, slice_of(date.p, (size_t)(time.p + time.n - date.p)), line);
	keep(t, L_ID, id, line);
	keep(t, L_MESSAGE, slice_trim(rest), line);
	flush(t);
	keep(t, L_SOURCE, source, line); /* the rows below are of the same source */
	free((char *)source.p);
	return true;
}

static void one_line(struct event_text *t, const char *p, size_t n, const struct file_line *line)
{
	struct slice w = slice_trim(slice_of(p, n)), rest = w, key;
	int l;

	if (slice_begin(w, "Event[")) {
		flush(t);
		return;
	}
	if (w.n == 0) {
		if (t->in_message)
			buf_char(&t->part[L_MESSAGE], '\n');
		return;
	}
	if (flat_line(t, w, line) || table_row(t, w, line))
		return;
	key = slice_trim(slice_cut(&rest, ':'));
	l = key.n != w.n ? label_of(key) : -1;
	/* Where the labels are known they say more than the shape. */
	if (key.n != w.n && l != L_ID && l != L_LOG && l != L_SOURCE &&
	    shaped_line(t, slice_trim(rest), line))
		return;
	if (key.n != w.n && (l == L_LOG || l == L_SOURCE))
		tail_add(&t->tail, slice_trim(rest), line->number);
	/* Inside a message only what begins the next event counts. */
	if (l >= 0 && t->in_message && l != L_LOG && l != L_DATE && l != L_SOURCE)
		l = -1;
	if (l == L_ID && t->numbered && slice_are(key, "InstanceId"))
		return;
	if (l >= 0) {
		keep(t, (enum label)l, slice_trim(rest), line);
		t->numbered = t->numbered || (l == L_ID && slice_are(key, "EventID"));
	} else if (t->in_message) {
		buf_char(&t->part[L_MESSAGE], ' ');
		buf_put(&t->part[L_MESSAGE], w.p, w.n);
	}
}

int win_read_text(struct file_text *text, struct win_judge *j, struct err *err)
{
	struct event_text *t = xcalloc(1, sizeof(*t));
	struct file_line line;
	struct buf utf8;
	int got;

	t->j = j;
	for (size_t i = 0; i < L__MAX; i++)
		buf_init(&t->part[i], 16384);
	buf_init(&utf8, 4 * FILE_LINE_MAX);
	while ((got = file_text_next(text, &line, err)) > 0) {
		buf_clear(&utf8);
		file_utf8(&utf8, line.p, line.n);
		one_line(t, buf_cstr(&utf8), utf8.n, &line);
	}
	flush(t);
	for (size_t i = 0; i < L__MAX; i++)
		buf_release(&t->part[i]);
	buf_release(&utf8);
	free(t);
	return got;
}

/* The fourth cell of the second line is a number: the event's id. */
static bool fourth_is_number(const char *p, const char *end, char delimiter)
{
	unsigned cells = 0;

	for (; p < end && *p != '\n' && cells < 3; p++)
		cells += *p == delimiter;
	while (p < end && *p == '"')
		p++;
	return cells == 3 && p < end && isdigit((unsigned char)*p);
}

/* A heading with the names of properties, in any order and with or without quotes. */
static bool property_head(const char *p, size_t n)
{
	struct slice head = slice_of(p, n);
	unsigned parted = 0;

	for (size_t i = 0; i < n; i++)
		parted += strchr(",;\t", p[i]) != NULL && p[i] != '\0';
	return parted >= 3 && slice_have(head, "ProviderName") && slice_have(head, "Message") &&
	       slice_have(head, "TimeCreated");
}

/* Event Viewer's CSV has no sign of its own but its shape: a heading of five columns, then level, time,
 * source, number. */
static bool looks_csv(const struct sample *s)
{
	const char *p = s->text, *end = p + s->text_n, *nl;
	static const char delimiters[] = ",;\t";

	if (sample_has(s, "System.Diagnostics.Eventing.Reader.EventLogRecord"))
		return true;
	nl = memchr(p, '\n', (size_t)(end - p));
	if (nl == NULL || nl - p > 2000)
		return false;
	if (sample_has(s, "\"ProviderName\"") || property_head(p, (size_t)(nl - p)))
		return true;
	for (const char *d = delimiters; *d != '\0'; d++) {
		unsigned cells = 0;

		for (const char *c = p; c < nl; c++)
			cells += *c == *d;
		/* Source names stay English in translated exports. */
		if (cells == 4 && fourth_is_number(nl + 1, end, *d) &&
		    (sample_has(s, "Microsoft-Windows-") || sample_has(s, "Application Error") ||
		     sample_has(s, "MsiInstaller") || sample_has(s, "Event ID")))
			return true;
	}
	return false;
}

enum win_format win_text_format(const struct sample *s)
{
	if (s->text == NULL || s->text_n == 0)
		return WIN_EVTX;
	/* The schema's name alone stands in JSON too. */
	if (sample_has(s, "http://schemas.microsoft.com/win/2004/08/events/event") && sample_has(s, "<Event"))
		return WIN_XML;
	if (win_json_looks(s))
		return WIN_JSON;
	if (win_table_looks(s))
		return WIN_TABLE;
	if (looks_csv(s))
		return WIN_CSV;
	if ((sample_has(s, "Event[") && sample_has(s, "Log Name:")) ||
	    (sample_has(s, "ProviderName") && sample_has(s, "TimeCreated")) ||
	    (sample_has(s, "InstanceId") && sample_has(s, "TimeGenerated")) ||
	    (sample_has(s, "Event ID:") && (sample_has(s, "Source:") || sample_has(s, "Description:"))) ||
	    (sample_has(s, "Protokollname:") && sample_has(s, "Ereignis-ID:")) ||
	    (sample_has(s, "Nom du journal") && sample_has(s, "Source")) || any_shape(s))
		return WIN_TEXT;
	return win_desc_looks(s) ? WIN_DESC : WIN_EVTX;
}

bool win_time_is_zoned(const char *s, size_t n)
{
	struct slice w = slice_trim(slice_of(s, n));
	size_t at = w.n;

	if (w.n < 20 || !isdigit((unsigned char)w.p[0]) || (w.p[10] != 'T' && w.p[10] != ' '))
		return false;
	if (w.p[w.n - 1] == 'Z')
		return true;
	while (at > 0 && (isdigit((unsigned char)w.p[at - 1]) || w.p[at - 1] == ':'))
		at--;
	return at > 19 && w.n - at >= 4 && (w.p[at - 1] == '+' || w.p[at - 1] == '-');
}

enum win_order win_date_order(const char *s, size_t n)
{
	int v[6] = {0};
	char between = 0;

	if (numbers(s, n, v, &between) < 5 || between != '/' || v[0] > 31 || v[2] < 1900)
		return WIN_ORDER_NONE;
	return v[0] > 12 ? WIN_ORDER_DAY : v[1] > 12 ? WIN_ORDER_MONTH : WIN_ORDER_NONE;
}

int64_t win_local_time(const char *s, size_t n)
{
	struct slice w = slice_of(s, n);
	bool pm = slice_have(w, "PM"), am = slice_have(w, "AM");
	int v[6] = {0}, day, month, hour;
	char text[40], between = 0;
	int64_t ms;

	if (n < sizeof(text)) {
		snprintf(text, sizeof(text), "%.*s", (int)n, s);
		if (clock_parse_iso(text, &ms))
			return ms;
	}
	if (numbers(s, n, v, &between) < 5)
		return PIN_NO_TIME;
	month = v[0];
	day = v[1];
	if (v[0] > 31) { /* the year first */
		day = v[2];
		month = v[1];
		v[2] = v[0];
	} else if (between == '.' || between == '-' || v[0] > 12) { /* the day first */
		day = v[0];
		month = v[1];
	} else if (!am && !pm && v[1] <= 12) {
		return PIN_NO_TIME; /* 4/5/2026 14:05 may be April or May */
	}
	hour = v[3];
	if (am || pm)
		hour = hour % 12 + (pm ? 12 : 0);
	return clock_from_civil(v[2], month, day, hour, v[4], v[5], &ms) ? ms : PIN_NO_TIME;
}
