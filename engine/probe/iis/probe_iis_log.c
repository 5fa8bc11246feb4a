/*
 * IIS logs: who asked mscep.dll for what, how it was answered, how far each device
 * got.  Knows files and facts; counting is iis_tally.c, lines are iis_line.c.
 */
#include "iis_facts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#include "file_run.h"
#include "iis_told.h"

#define GUESS_MOST (4u << 20) /* a paste or a mail; nobody wraps more by hand */

static unsigned recognise(const struct sample *s)
{
	struct iis_request r;
	const char *p = s->text, *end, *fields;
	unsigned whole = 0, scep = 0;
	bool is_scep;

	if (!p)
		return 0;
	fields = mem_find_fold(p, s->text_n, "#Fields:");
	if (fields) {
		size_t n = s->text_n - (size_t)(fields - p);

		if (mem_find_fold(fields, n, "s-reason"))
			return 0;
		return mem_find_fold(fields, n > 2048 ? 2048 : n, "cs-uri-stem") ? 100 : 0;
	}
	for (end = p + s->text_n; p < end && whole < 50;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		if (iis_guess(p, n, &r, &is_scep) != GUESS_NO) {
			whole++;
			scep += is_scep;
		}
		p = nl ? nl + 1 : end;
	}
	return scep ? 60 : whole ? 30 : 0;
}

struct reader {
	struct iis_results run;
	struct iis_told told;
	struct evidence_out *out;
	struct file_run frame;
	uint64_t size;
	int64_t sent_ms;
	bool sent;        /* the facts */
	unsigned threads; /* 0: line by line */
};

static bool each(void *arg, uint64_t done)
{
	struct reader *r = arg;
	int64_t now = clock_monotonic_ms();

	ev_progress(r->out, done, r->size);
	if (now - r->sent_ms > 250) {
		r->sent_ms = now;
		iis_send_counts(&r->run, r->out);
	}
	return true;
}

/* Whether a #Fields line, from its start on, names a column. */
static bool names_any(const char *line, const char *end)
{
	line += strlen("#Fields:");
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	return line < end && *line != '\r' && *line != '\n';
}

/* A plain file that begins with header lines can be read by the fast scanner. */
static bool is_fast(struct file_src *src)
{
	const unsigned char *p;
	size_t n = file_peek(src, &p), i;
	enum file_encoding enc = file_guess_encoding(p, n);
	const char *fields;

	if (file_fd(src) < 0 || (enc != FILE_UTF8 && enc != FILE_8BIT))
		return false;
	for (i = n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; i < n && (p[i] == '\r' || p[i] == '\n');
	     i++)
		;
	fields = mem_find((const char *)p, n, "\n#Fields:", 9);
	if (i == n || !memchr(p, '\n', n) || p[i] != '#' ||
	    (!fields && (n - i < 8 || memcmp(p + i, "#Fields:", 8) != 0)) ||
	    !names_any(fields ? fields + 1 : (const char *)p + i, (const char *)p + n))
		return false;
	/* Everything above #Fields must be header lines, else those lines are guessed. */
	while (fields && i < (size_t)(fields - (const char *)p)) {
		const unsigned char *nl = memchr(p + i, '\n', n - i);

		if (p[i] != '#' && p[i] != '\r' && p[i] != '\n')
			return false;
		i = (size_t)(nl - p) + 1;
	}
	return true;
}

static int read_fast(struct reader *r, struct file_src *src, struct iis_state *state, struct err *err)
{
	struct iis_scan s = {.fd = file_fd(src),
	                     .size = file_stored(src),
	                     .threads = r->threads,
	                     .each = each,
	                     .arg = r,
	                     .isa = -1};

	return iis_scan(&s, state, r->run.t, err);
}

static int read_lines(struct reader *r, struct file_src *src, struct iis_state *state, bool guess,
                      struct err *err)
{
	struct iis_lines how = {.each = each, .arg = r, .guess = guess};
	struct file_text *text = file_text_over(src, r->out);
	int rc;

	file_text_keep_quotes(text); /* they tell how lines were torn */
	rc = iis_read(&how, text, state, r->run.t, err);
	r->run.guessed |= how.guessed;
	file_text_close(text);
	return rc;
}

static int read_as(struct reader *r, struct file_src *src, bool guess, struct err *err)
{
	struct iis_file *f = iis_results_begin(&r->run, file_path(src));
	struct iis_state state;
	const unsigned char *head;
	size_t n = file_peek(src, &head);
	int rc;

	memset(&state, 0, sizeof(state));
	memset(state.layout.col, -1, sizeof(state.layout.col));
	r->size = f->size = file_stored(src);
	f->encoding = file_encoding_name(file_guess_encoding(head, n));
	f->packing = file_packing(src);
	iis_results_whose(&r->run, (const char *)head, n);
	f->plain = file_fd(src) >= 0 && (f->encoding[0] == '8' || strcmp(f->encoding, "UTF-8") == 0) &&
	           !rtf_is(head, n) && memchr(head, '\n', n);
	rc = r->threads && !guess && is_fast(src) ? read_fast(r, src, &state, err)
	                                          : read_lines(r, src, &state, guess, err);
	if (f->plain && r->run.t->requests != f->requests) /* f->requests: what the run had before */
		iis_told_read(&r->told, file_fd(src), f->size, &state);
	iis_results_end(&r->run, &state, rc ? err->msg : NULL);
	return rc;
}

/* A #Fields line that a mail has wrapped fits no line: then the shape of the lines decides. */
static bool fits_nothing(const struct iis_results *run)
{
	const struct iis_tally *t = run->t;

	return t->lines && t->bad == t->lines && run->nfiles == 1 && run->files[0].size < GUESS_MOST;
}

static int read_log(void *arg, struct file_src *src, struct err *err)
{
	struct reader *r = arg;
	int rc = read_as(r, src, false, err);

	if (fits_nothing(&r->run)) {
		int64_t attempt_s = r->run.attempt_s;
		struct file_src *again = NULL;

		if (file_open(file_path(src), false, &again, err))
			return rc;
		iis_results_release(&r->run);
		iis_results_init(&r->run, attempt_s);
		rc = read_as(r, again, true, err);
		file_close(again);
	}
	return rc;
}

static void hashed(void *arg, const char *hex)
{
	struct reader *r = arg;

	if (!r->run.nfiles)
		return;
	memcpy(r->run.files[r->run.nfiles - 1].sha256, hex, SHA256_HEX);
	if (r->sent)
		iis_send_files(&r->run, r->out);
}

static void send(void *arg)
{
	struct reader *r = arg;

	iis_send_all(&r->run, r->out);
	iis_told_send(&r->told, r->out);
	r->sent = true;
	ev_value(r->out, "other_files", r->frame.others);
	iis_send_pins(&r->run, r->out);
}

static unsigned threads_of(const struct probe_call *call)
{
	const char *given = call_arg(call, "threads");
	long n = given ? strtol(given, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 0 ? 1 : n > 4 ? 4 : (unsigned)n;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *attempt = call_arg(call, "attempt");
	struct reader r = {.out = out, .threads = threads_of(call)};
	enum evidence_outcome outcome;
	int64_t at_ms = 0;

	if (attempt && !clock_parse_iso(attempt, &at_ms)) {
		ev_why(out, "attempt=%s is no time; write 2026-11-22T10:52:17Z", attempt);
		return EV_UNREADABLE;
	}
	r.frame = (struct file_run){.out = out,
	                            .wanted = "an IIS log",
	                            .sign = "an IIS log has a line that begins with #Fields, or lines with a "
	                                    "method, a path and a status",
	                            .recognise = PROBE_CODE(recognise),
	                            .read = read_log,
	                            .hashed = hashed,
	                            .send = send,
	                            .arg = &r,
	                            .hash = file_wants_hash(call)};
	iis_results_init(&r.run, attempt ? at_ms / 1000 : IIS_NO_TIME);
	outcome = file_run(&r.frame, call_arg(call, "file"));
	iis_results_release(&r.run);
	return outcome;
}

static const struct param_def params[] = {
        {"file", true, "An IIS log, a folder of logs, or an archive with some; gzip is unpacked."},
        {"attempt", false, "UTC time of one attempt by a device; whether the log covers it is then said."},
        {"hash", false, "no: leave out the SHA-256 of the file, which takes longer than reading it."},
        {"threads", false, "1 to 4 threads, 0 line by line; by itself one per core."},
        {0},
};

const struct probe_impl probe_iis_log = {
        .desc = {.id = "iis.log",
                 .title = "IIS log",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = iis_facts,
                 .timeout_ms = 600000,
                 .by_hand = "findstr /i mscep.dll %SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex*.log",
                 .source = "The article, \"Review IIS logs for a connection from the device\"; Microsoft: "
                           "The HTTP status code in IIS",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & copy %SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex*.log C:\\casebook\\"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
