/*
 * HTTPERR logs: what HTTP.sys refused, why, and whether it concerned SCEP.  What
 * stands here never reached IIS, so it completes the IIS log.
 */
#include "httperr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#include "file_run.h"
#include "iis_tally.h"

#define MOST_WORDS 64u /* different reasons or queues; HTTP.sys has about forty reasons */
#define WORD 64u

struct word {
	char text[WORD];
	uint64_t n;
	int64_t last_s;
};
struct word_counts {
	struct word w[MOST_WORDS];
	uint32_t n;
	uint64_t other;
};

/* A line that a fact rests on. */
struct kept {
	const char *fact;
	char file[FILE_PATH], text[1024];
	uint64_t line, offset;
	int64_t at_s;
};

/* An entry for SCEP; alike ones close together are one. */
#define ENTRIES 300u
#define ALIKE_S 600
struct entry {
	char reason[WORD], client[64];
	int status;
	enum err_class class;
	int64_t first_s, last_s;
	uint64_t line;
	uint32_t n, file;
};

struct reader {
	struct entry entries[ENTRIES];
	uint32_t nentries, oldest, last; /* a ring, once it is full */
	int64_t lost_s;
	struct evidence_out *out;
	struct file_run frame;
	struct word_counts reasons, scep_reasons, statuses, queues, classes, scep_classes;
	uint64_t records, bad, scep, near;
	struct iis_clock clock;
	int64_t attempt_s;
	bool guessed, covers, fault;
	struct kept last_scep, kept[CLASS__MAX];
	struct value_builder files;
};

static unsigned recognise(const struct sample *s)
{
	struct httperr_layout l = {.n = 0};
	const char *p = s->text, *end, *nl;
	struct httperr_record r;
	unsigned records = 0, lines = 0, prose = 0;

	if (!p)
		return 0;
	if (sample_has(s, "#Fields:") && sample_has(s, "s-reason"))
		return 100;
	for (end = p + s->text_n; p < end && lines < 50; lines++, p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			nl = end;
		records += httperr_line(&l, p, (size_t)(nl - p) - (nl > p && nl[-1] == '\r'), &r) ==
		           HTTPERR_RECORD;
		prose += mem_find(p, (size_t)(nl - p), " /", 2) == NULL; /* what a person wrote around it */
	}
	return records && records * 2 >= lines - prose ? 70 : 0;
}

static void count(struct word_counts *w, const char *p, size_t n, int64_t at_s)
{
	char word[WORD];

	/* They become keys of a map: two that look alike must be one. */
	if (n >= WORD)
		n = WORD - 1;
	for (size_t i = 0; i < n; i++)
		word[i] = (char)(p[i] > ' ' && p[i] < 0x7F ? p[i] : '?');
	word[n] = '\0';
	for (uint32_t i = 0; i < MOST_WORDS; i++) {
		if (i == w->n) {
			memcpy(w->w[i].text, word, n + 1);
			w->n++;
		}
		if (strcmp(w->w[i].text, word) == 0) {
			w->w[i].n++;
			if (at_s > w->w[i].last_s)
				w->w[i].last_s = at_s;
			return;
		}
	}
	w->other++;
}

static void keep(struct kept *k, const char *fact, const struct file_line *line,
                 const struct httperr_record *r, const char *path)
{
	struct buf clean;

	k->fact = fact;
	k->line = line->number;
	k->offset = line->offset;
	k->at_s = r->at_s;
	snprintf(k->file, sizeof(k->file), "%s", path);
	buf_init(&clean, 2 * FILE_LINE_MAX);
	file_redact(&clean, line->p, line->n);
	snprintf(k->text, sizeof(k->text), "%s", buf_cstr(&clean));
	buf_release(&clean);
}

static void keep_entry(struct reader *r, const struct httperr_record *e, const struct file_line *line)
{
	struct entry new = {.status = e->status,
	                    .class = httperr_class(e->reason.p, e->reason.n),
	                    .first_s = e->at_s,
	                    .last_s = e->at_s,
	                    .line = line->number,
	                    .n = 1,
	                    .file = (uint32_t)r->files.n};
	struct entry *last = &r->entries[r->last];

	snprintf(new.reason, sizeof(new.reason), "%.*s", (int)e->reason.n, e->reason.p);
	snprintf(new.client, sizeof(new.client), "%.*s", (int)e->client.n, e->client.p);
	if (r->nentries != 0 && last->status == new.status &&
	    last->file == new.file &&strcmp(last->reason, new.reason) == 0 &&
	    strcmp(last->client, new.client) == 0 && new.first_s - last->last_s <= ALIKE_S &&
	    last->first_s <= new.first_s) {
		last->last_s = new.last_s;
		last->line = new.line;
		last->n++;
		return;
	}
	if (r->nentries < ENTRIES) {
		r->last = r->nentries++;
	} else {
		r->last = r->oldest;
		r->oldest = (r->oldest + 1) % ENTRIES;
		if (r->entries[r->last].last_s > r->lost_s)
			r->lost_s = r->entries[r->last].last_s;
	}
	r->entries[r->last] = new;
}

static void take(struct reader *r, const struct httperr_record *e, const struct file_line *line,
                 const char *path)
{
	enum err_class class = httperr_class(e->reason.p, e->reason.n);
	const char *class_name = httperr_class_names[class];
	char status[16];

	r->records++;
	r->guessed |= e->guessed;
	iis_clock_at(&r->clock, e->at_s);
	count(&r->reasons, e->reason.p, e->reason.n, e->at_s);
	count(&r->classes, class_name, strlen(class_name), e->at_s);
	if (e->status >= 0) {
		snprintf(status, sizeof(status), "%d", e->status);
		count(&r->statuses, status, strlen(status), e->at_s);
	}
	if (e->queue.n != 1 || *e->queue.p != '-')
		count(&r->queues, e->queue.p, e->queue.n, e->at_s);
	if (class != CLASS_IDLE)
		keep(&r->kept[class], "by_reason", line, e, path);
	if (!e->is_scep)
		return;
	r->scep++;
	if (class != CLASS_IDLE)
		keep_entry(r, e, line);
	r->fault |= class != CLASS_IDLE && class != CLASS_CLIENT_GONE && class != CLASS_OTHER;
	count(&r->scep_reasons, e->reason.p, e->reason.n, e->at_s);
	count(&r->scep_classes, class_name, strlen(class_name), e->at_s);
	if (e->at_s >= r->last_scep.at_s)
		keep(&r->last_scep, "last_scep_reason", line, e, path);
	if (r->attempt_s != IIS_NO_TIME && llabs(e->at_s - r->attempt_s) <= IIS_NEAR)
		r->near++;
}

static void list_file(struct reader *r, const char *path, uint64_t records, const struct iis_clock *c)
{
	struct value_builder row;
	char iso[CLOCK_TEXT];

	vb_init(&row, ev_mem(r->out));
	vb_add(&row, "path", value_str(path));
	vb_add(&row, "records", value_int((int64_t)records));
	vb_add(&row, "first", c->any ? value_str(clock_iso(c->first_s * 1000, iso)) : value_null());
	vb_add(&row, "last", c->any ? value_str(clock_iso(c->last_s * 1000, iso)) : value_null());
	vb_add(&r->files, NULL, vb_map(&row));
	if (r->files.n <= EVIDENCE_MAX_PARTS) {
		struct about a = about_nothing;

		a.layer = LAYER_HTTPSYS;
		a.complete = r->guessed ? TRI_NO : TRI_YES;
		if (c->any) {
			a.from_ms = c->first_s * 1000;
			a.to_ms = c->last_s * 1000;
		}
		ev_part(r->out, (unsigned)r->files.n - 1, &a);
	}
	r->covers |= c->any && r->attempt_s >= c->first_s && r->attempt_s <= c->last_s;
}

static int read_log(void *arg, struct file_src *src, struct err *err)
{
	struct reader *r = arg;
	struct iis_clock before = r->clock;
	struct httperr_layout l = {.n = 0};
	struct file_text *text = file_text_over(src, r->out);
	struct httperr_record record;
	struct file_line line;
	uint64_t records = r->records;
	int rc;

	memset(&r->clock, 0, sizeof(r->clock));
	while ((rc = file_text_next(text, &line, err)) > 0) {
		enum httperr_line kind = line.cut ? HTTPERR_BAD : httperr_line(&l, line.p, line.n, &record);

		r->bad += kind == HTTPERR_BAD;
		if (kind == HTTPERR_RECORD)
			take(r, &record, &line, file_path(src));
	}
	file_text_close(text);
	list_file(r, file_path(src), r->records - records, &r->clock);
	iis_clock_add(&before, &r->clock, false);
	r->clock = before;
	return rc < 0 ? -1 : 0;
}

/* ---- facts ---- */

static int by_count(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->n != y->n ? (x->n > y->n ? -1 : 1) : strcmp(x->text, y->text);
}

static void send_counts(struct reader *r, const char *key, struct word_counts *w)
{
	struct value_builder b;

	qsort(w->w, w->n, sizeof(w->w[0]), by_count);
	vb_init(&b, ev_mem(r->out));
	for (uint32_t i = 0; i < w->n; i++)
		vb_add(&b, w->w[i].text, value_int((int64_t)w->w[i].n));
	if (w->other)
		vb_add(&b, "(other)", value_int((int64_t)w->other));
	ev_value(r->out, key, vb_map(&b));
}

static void send_time(struct reader *r, const char *key, bool known, int64_t at_s)
{
	if (known)
		ev_time(r->out, key, at_s * 1000);
	else
		ev_value(r->out, key, value_null());
}

static const char *last_reason(const struct word_counts *w)
{
	const struct word *last = NULL;

	for (uint32_t i = 0; i < w->n; i++)
		if (!last || w->w[i].last_s > last->last_s)
			last = &w->w[i];
	return last ? last->text : NULL;
}

static void send_pins(struct reader *r)
{
	const struct kept *all[CLASS__MAX + 1];
	size_t n = 0;

	all[n++] = &r->last_scep;
	for (int i = 0; i < CLASS__MAX; i++)
		all[n++] = &r->kept[i];
	for (size_t i = 0; i < n; i++)
		if (all[i]->fact)
			ev_pin(r->out, all[i]->fact, all[i]->file, all[i]->line, all[i]->offset,
			       all[i]->at_s * 1000, all[i]->text, strlen(all[i]->text));
}

static void send_rows(struct reader *r)
{
	for (uint32_t i = 0; i < r->nentries; i++) {
		const struct entry *e = &r->entries[i];
		struct evrow row = evrow_nothing;
		struct value_builder b;

		vb_init(&b, ev_mem(r->out));
		vb_add(&b, "reason", value_str(e->reason));
		vb_add(&b, "class", value_str(httperr_class_names[e->class]));
		if (e->status >= 0)
			vb_add(&b, "code", value_int(e->status));
		vb_add(&b, "client", value_str(e->client));
		row.kind = "refusal";
		row.part = (uint16_t)(e->file < EVIDENCE_MAX_PARTS ? e->file : EVIDENCE_MAX_PARTS - 1);
		row.first_ms = e->first_s * 1000;
		row.last_ms = e->last_s * 1000;
		row.n = e->n;
		row.line = e->line;
		row.data = vb_map(&b);
		ev_row(r->out, &row);
	}
	if (r->lost_s != IIS_NO_TIME)
		ev_rows_from(r->out, r->lost_s * 1000 + 1000);
}

static void send(void *arg)
{
	struct reader *r = arg;
	const char *scep = last_reason(&r->scep_reasons);

	ev_int(r->out, "records", (int64_t)r->records);
	ev_int(r->out, "bad_lines", (int64_t)r->bad);
	ev_bool(r->out, "guessed", r->guessed);
	send_time(r, "first_time", r->clock.any, r->clock.first_s);
	send_time(r, "last_time", r->clock.any, r->clock.last_s);
	ev_int(r->out, "scep_records", (int64_t)r->scep);
	ev_str(r->out, "last_scep_reason", scep);
	send_time(r, "last_scep_time", scep != NULL, r->last_scep.at_s);
	send_counts(r, "by_reason", &r->reasons);
	send_counts(r, "by_class", &r->classes);
	send_counts(r, "by_status", &r->statuses);
	send_counts(r, "scep_reasons", &r->scep_reasons);
	send_counts(r, "scep_classes", &r->scep_classes);
	send_counts(r, "queues", &r->queues);
	ev_value(r->out, "covers_attempt",
	         r->attempt_s == IIS_NO_TIME ? value_null() : value_bool(r->covers));
	ev_value(r->out, "near_attempt",
	         r->attempt_s == IIS_NO_TIME ? value_null() : value_int((int64_t)r->near));
	ev_value(r->out, "files", vb_list(&r->files));
	ev_value(r->out, "other_files", r->frame.others);
	send_rows(r);
	ev_fault(r->out, r->fault);
	send_pins(r);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *attempt = call_arg(call, "attempt");
	struct reader *r = xcalloc(1, sizeof(*r));
	enum evidence_outcome outcome = EV_UNREADABLE;
	int64_t at_ms = 0;

	r->out = out;
	r->attempt_s = IIS_NO_TIME;
	r->last_scep.at_s = r->lost_s = IIS_NO_TIME;
	vb_init(&r->files, ev_mem(out));
	r->frame = (struct file_run){
	        .out = out,
	        .wanted = "an HTTPERR log",
	        .sign = "an HTTPERR log has lines with a date, addresses, a request and a reason",
	        .recognise = PROBE_CODE(recognise),
	        .read = read_log,
	        .send = send,
	        .arg = r,
	        .hash = file_wants_hash(call)};
	if (attempt && !clock_parse_iso(attempt, &at_ms)) {
		ev_why(out, "attempt=%s is no time; write 2026-11-22T10:52:17Z", attempt);
	} else {
		r->attempt_s = attempt ? at_ms / 1000 : IIS_NO_TIME;
		outcome = file_run(&r->frame, call_arg(call, "file"));
	}
	free(r);
	return outcome;
}

static const struct param_def params[] = {
        {"file", true, "An HTTPERR log, the HTTPERR folder, or an archive with some."},
        {"attempt", false, "UTC time of one attempt by a device."},
        FILE_PARAM_HASH,
        {0},
};

static const struct fact_def facts[] = {
        {"records", FACT_INT, NULL, "Entries of the log.", SILENT},
        {"bad_lines", FACT_INT, NULL, "Lines that are no entries: cut, damaged or foreign.", SILENT},
        {"guessed", FACT_BOOL, NULL, "Whether columns were told by their number because there is no #Fields.",
         SILENT},
        {"first_time", FACT_TIME, NULL, "The earliest entry.", SILENT},
        {"last_time", FACT_TIME, NULL, "The latest entry.", SILENT},
        {"by_reason", FACT_MAP, NULL, "Entries by the reason HTTP.sys gives.", SILENT},
        {"by_class", FACT_MAP, NULL,
         "Entries by what the reason says: pool_stopped, pool_crashed, pool_busy, limit, client_gone, "
         "timeout, tls, refused, idle, other.",
         SILENT},
        {"by_status", FACT_MAP, NULL, "Entries by the HTTP status that was sent.", SILENT},
        {"scep_records", FACT_INT, NULL, "Entries for mscep.dll or for the pool named SCEP.",
         SPEAKS({"= 0, covers_attempt = true, attempt known",
                 "HTTP.sys refused nothing for SCEP around {attempt}."},
                {"= 0", "HTTP.sys refused nothing for SCEP in this log."},
                {"> 0, last_scep_time known",
                 "HTTP.sys refused {n} {n?request|requests} for SCEP, the last {last_scep_time}."},
                {"> 0", "HTTP.sys refused {n} {n?request|requests} for SCEP."})},
        {"scep_reasons", FACT_MAP, NULL, "Those entries by reason.",
         SPEAKS({"not empty", "Reasons that HTTP.sys gives for SCEP: {list}."})},
        {"scep_classes", FACT_MAP, NULL, "Those entries by what the reason says.",
         SPEAKS({"has pool_stopped and has pool_crashed",
                 "The log shows crashes (AppOffline) and a stopped pool (Disabled); their order says which came first."},
                {"not empty", "By kind: {list}."})},
        {"last_scep_reason", FACT_STR, NULL, "The reason of the last of them; unknown when there is none.",
         SPEAKS({"= Disabled",
                 "HTTP.sys refused with the reason Disabled: the pool SCEP was stopped by an administrator or a script."},
                {"= AppOffline",
                 "HTTP.sys refused with the reason AppOffline: the pool SCEP was taken down after its worker process failed."},
                {"= QueueFull",
                 "HTTP.sys refused with the reason QueueFull: the pool SCEP runs and does not keep up."},
                {"= Connection_Abandoned_By_AppPool",
                 "The worker process of SCEP went away in the middle of a request: it crashed or was recycled."},
                {"= URL_Length or FieldLength or RequestLength or Url_Length or URL",
                 "HTTP.sys refused a request because it is too long ({value})."},
                {"other", "HTTP.sys refused with the reason {value}."})},
        {"last_scep_time", FACT_TIME, NULL, "Its time; unknown when there is none.", SERVES},
        {"queues", FACT_MAP, NULL, "Entries by request queue, which is the application pool.", SILENT},
        {"covers_attempt", FACT_BOOL, NULL, "Whether a file spans the attempt; unknown without attempt=.",
         SPEAKS({"= false", "No HTTPERR file given spans the attempt, so they say nothing about it."},
                {"= true", "A HTTPERR file spans the attempt."})},
        {"near_attempt", FACT_INT, NULL,
         "Entries for SCEP within 15 minutes of the attempt; unknown without attempt=.",
         SPEAKS({"> 0, attempt known",
                 "HTTP.sys refused {n} {n?request|requests} for SCEP within 15 minutes of the attempt at {attempt}."},
                {"> 0",
                 "HTTP.sys refused {n} {n?request|requests} for SCEP within 15 minutes of the attempt."},
                {"= 0", "HTTP.sys refused nothing for SCEP within 15 minutes of the attempt."})},
        {"files", FACT_LIST, NULL, "Each log: path, records, first, last.", SILENT},
        FILE_FACT_OTHERS,
        {0},
};

const struct probe_impl probe_httperr_log = {
        .desc = {.id = "httperr.log",
                 .title = "HTTPERR log",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 300000,
                 .by_hand =
                         "findstr /i \"mscep.dll SCEP\" %SystemRoot%\\System32\\LogFiles\\HTTPERR\\httperr*.log",
                 .source = "Microsoft: Error logging in HTTP APIs",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & copy %SystemRoot%\\System32\\LogFiles\\HTTPERR\\httperr*.log C:\\casebook\\"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
