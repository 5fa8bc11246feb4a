/*
 * Event texts as people paste them: the description alone, without log, source, id and date.  The table of
 * texts that stand for a code (casebook/explain.h) knows them, in the languages whose words a public page
 * shows; a text begins an event, and what follows up to the next one belongs to it.
 */
#include "file_kind.h"
#include "win_judge_int.h"
#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/xalloc.h>

#define PIECE 4096u         /* texts are looked for in pieces of so many bytes, at most */
#define LOOK_AT (16u << 10) /* bytes of a sample in which one has to begin */
#define MESSAGE_MAX 16384u
#define LEAST 16u /* bytes of a sentence: shorter ones are names and codes */

static const struct {
	const char *dialect, *provider;
} logs[] = {
        {"event:ndes", "Microsoft-Windows-NetworkDeviceEnrollmentService"},
        {"event:device", "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider"},
        {"event:certenroll", "Microsoft-Windows-CertificateServicesClient-CertEnroll"},
        {"event:was", "Microsoft-Windows-WAS"},
        {"event:app", "Application Error"},
        {"event:schannel", "Schannel"},
        {"event:http", "Microsoft-Windows-HttpEvent"},
        {"event:kerberos", "Microsoft-Windows-Security-Kerberos"},
        {"event:connector", "Microsoft-Intune-CertificateConnectors"},
        {"event:ca", "Microsoft-Windows-CertificationAuthority"},
};

struct place {
	uint64_t number, offset;
};

struct reading {
	struct win_judge *j;
	struct arena *piece_mem;
	struct buf piece; /* lines not looked at yet */
	struct place lines[PIECE];
	size_t starts[PIECE], nlines;
	struct buf message;   /* of the event that is open */
	const char *provider; /* NULL: none is open */
	uint32_t id;
	struct place at;
};

/* A sentence of the table, not a number beside the name of its source. */
static int sentence_of(const struct explained *hit, const char *text)
{
	const char *p = text + hit->at;
	bool words = false;

	if (hit->len < LEAST || (p[hit->len - 1] >= '0' && p[hit->len - 1] <= '9'))
		return -1;
	for (size_t i = 0; i < hit->len; i++)
		words = words || p[i] == ' ' || (unsigned char)p[i] >= 0x80;
	for (size_t i = 0; words && i < sizeof(logs) / sizeof(logs[0]); i++)
		if (strcmp(logs[i].dialect, hit->dialect) == 0)
			return (int)i;
	return -1;
}

static void close_event(struct reading *r)
{
	struct win_event e = {.number = r->at.number,
	                      .offset = r->at.offset,
	                      .time_ms = PIN_NO_TIME,
	                      .id = r->id,
	                      .provider = r->provider,
	                      .channel = "",
	                      .message = buf_cstr(&r->message)};

	if (r->provider != NULL) {
		win_judge_zoned(r->j, false);
		win_judge_take(r->j, &e);
	}
	r->provider = NULL;
	buf_clear(&r->message);
}

/* The table of texts, of this process, which runs one check. */
static const struct explain *tables(void)
{
	static struct arena *mem;
	static const struct explain *x;

	if (x == NULL) {
		mem = arena_new();
		x = explain_new(mem);
	}
	return x;
}

/* How all texts of a source begin, those that the table does not know too. */
static const char *source_by_start(struct slice text)
{
	if (slice_begin(text, "The Network Device Enrollment Service"))
		return logs[0].provider;
	return slice_begin(text, "SCEP:") ? logs[1].provider : NULL;
}

const char *win_source_of_text(const char *text, uint32_t id)
{
	const char *start = source_by_start(slice_of(text, strlen(text)));
	struct arena *mem = arena_new();
	struct explain_result got = explain_text(tables(), mem, text, strlen(text));
	int log = -1;

	for (size_t i = 0; i < got.n && log < 0; i++)
		if (strtoul(got.hits[i].code, NULL, 10) == id)
			log = sentence_of(&got.hits[i], text);
	arena_free(mem);
	return log >= 0 ? logs[log].provider : start != NULL ? start : "";
}

/* The line in which the byte lies. */
static size_t line_at(const struct reading *r, size_t byte)
{
	size_t i = 0;

	while (i + 1 < r->nlines && r->starts[i + 1] <= byte)
		i++;
	return i;
}

static void keep(struct reading *r, size_t from, size_t to)
{
	if (r->provider != NULL && to > from)
		buf_put(&r->message, buf_cstr(&r->piece) + from, to - from);
}

/* What stands before the first sentence of a line belongs to it: some texts begin with the name of a pool. */
static void look(struct reading *r)
{
	const char *text = buf_cstr(&r->piece);
	size_t from = 0, begun = SIZE_MAX;
	struct explain_result got;

	arena_reset(r->piece_mem);
	got = explain_text(tables(), r->piece_mem, text, r->piece.n);
	for (size_t i = 0; i < got.n; i++) {
		int log = sentence_of(&got.hits[i], text);
		size_t line = line_at(r, got.hits[i].at), begin;

		if (log < 0)
			continue;
		begin = line == begun ? got.hits[i].at : r->starts[line];
		begun = line;
		keep(r, from, begin);
		close_event(r);
		r->provider = logs[log].provider;
		r->id = (uint32_t)strtoul(got.hits[i].code, NULL, 10);
		r->at = r->lines[line];
		from = begin;
	}
	keep(r, from, r->piece.n);
	buf_clear(&r->piece);
	r->nlines = 0;
}

static void add_line(struct reading *r, const struct buf *utf8, const struct file_line *line)
{
	size_t n = utf8->n < PIECE ? utf8->n : PIECE;

	if (source_by_start(slice_of(buf_cstr(utf8), utf8->n)) != NULL) {
		look(r); /* another text begins, whether or not it is a known one */
		close_event(r);
	}
	if (r->nlines == PIECE || r->piece.n + n + 1 > PIECE)
		look(r);
	r->lines[r->nlines] = (struct place){line->number, line->offset};
	r->starts[r->nlines++] = r->piece.n;
	buf_put(&r->piece, buf_cstr(utf8), n);
	buf_char(&r->piece, '\n');
}

int win_read_desc(struct file_text *text, struct win_judge *j, struct err *err)
{
	struct reading *r = xcalloc(1, sizeof(*r));
	struct file_line line;
	struct buf utf8;
	int got;

	r->j = j;
	r->piece_mem = arena_new();
	buf_init(&r->piece, 2 * PIECE);
	buf_init(&r->message, MESSAGE_MAX);
	buf_init(&utf8, 4 * FILE_LINE_MAX);
	while ((got = file_text_next(text, &line, err)) > 0) {
		buf_clear(&utf8);
		file_utf8(&utf8, line.p, line.n);
		add_line(r, &utf8, &line);
	}
	look(r);
	close_event(r);
	buf_release(&utf8);
	buf_release(&r->piece);
	buf_release(&r->message);
	arena_free(r->piece_mem);
	free(r);
	return got;
}

static bool code_of_words(struct arena *mem, const char *text, char *to, size_t max)
{
	struct explain_result got = explain_text(tables(), mem, text, strlen(text));

	for (size_t i = 0; i < got.n; i++) {
		const struct explained *hit = &got.hits[i];
		bool win32 = strcmp(hit->dialect, "win32") == 0;

		if (hit->len < LEAST || (!win32 && strcmp(hit->dialect, "hresult") != 0) ||
		    strpbrk(arena_strndup(mem, text + hit->at, hit->len), "0123456789") != NULL)
			continue;
		if (win32) /* HRESULT_FROM_WIN32 */
			snprintf(to, max, "0x8007%04lX", strtoul(hit->code, NULL, 10) & 0xFFFFul);
		else
			snprintf(to, max, "%s", hit->code);
		return true;
	}
	return false;
}

bool win_find_result(const struct win_event *e, char *to, size_t max)
{
	char of_words[24] = "";
	struct arena *mem;
	bool found = win_find_code(e, to, max), said = false;

	if (found && strtoul(to, NULL, 16) != 0x80004005ul)
		return true;
	mem = arena_new();
	for (size_t i = 0; i <= e->ndata && !said; i++)
		said = code_of_words(mem, i < e->ndata ? e->data[i].value : e->message, of_words,
		                     sizeof(of_words));
	arena_free(mem);
	if (said)
		snprintf(to, max, "%s", of_words);
	return found || said;
}

/* In a language that nobody showed: a line that begins with SCEP and a colon and holds a URL of NDES or a
 * code. */
static bool strange_text(const struct sample *s)
{
	const char *p = s->text, *end = p + s->text_n;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct slice w = slice_trim(slice_of(p, (size_t)((nl != NULL ? nl : end) - p)));

		if (slice_begin(w, "SCEP:") || slice_begin(w, "SCEP :") || slice_begin(w, "SCEP\xEF\xBC\x9A"))
			return slice_have(w, "mscep.dll") || slice_have(w, "0x8") ||
			       slice_have(w, "1.3.6.1.");
		p = nl != NULL ? nl + 1 : end;
	}
	return false;
}

bool win_desc_looks(const struct sample *s)
{
	static const char *const hints[] = {"SCEP",
	                                    "Network Device Enrollment",
	                                    "application pool",
	                                    "Faulting",
	                                    "fatal error",
	                                    "certificate request",
	                                    "SSL",
	                                    "denied request",
	                                    "MDM Enroll"};
	struct arena *mem;
	struct explain_result got;
	bool hint = false, found = false;

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		hint = hint || sample_has(s, hints[i]);
	for (size_t i = 0; !hint && i < s->text_n && i < LOOK_AT; i++)
		hint = (unsigned char)s->text[i] >= 0xE0; /* a script of its own */
	if (!hint || s->text[0] == '#' || s->text[0] == '<' || s->text[0] == '{')
		return false;
	mem = arena_new();
	got = explain_text(tables(), mem, s->text, s->text_n < LOOK_AT ? s->text_n : LOOK_AT);
	for (size_t i = 0; i < got.n && !found; i++)
		found = sentence_of(&got.hits[i], s->text) >= 0;
	arena_free(mem);
	return found || strange_text(s);
}
