/*
 * Events as the table that PowerShell prints (Get-EventLog, and Get-WinEvent | Format-Table): a heading of
 * property names, a line of dashes, then rows under the heading. Names are English everywhere; texts and long
 * names of sources end in dots where the console was too narrow.
 */
#include "file_kind.h"
#include "win_events.h"
#include "slice.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 12u
#define FIELD_MAX 128u
#define MESSAGE_MAX 8192u

enum cell { C_TIME, C_ID, C_SOURCE, C_COMPUTER, C_LOG, C_MESSAGE, C_OTHER, C__MAX };

static const struct {
	const char *name;
	enum cell cell;
} names[] = {
        {"TimeCreated", C_TIME},
        {"TimeGenerated", C_TIME},
        {"Time", C_TIME},
        {"Id", C_ID},
        {"EventID", C_ID},
        {"InstanceID", C_ID},
        {"ProviderName", C_SOURCE},
        {"Source", C_SOURCE},
        {"MachineName", C_COMPUTER},
        {"LogName", C_LOG},
        {"Message", C_MESSAGE},
        {"Index", C_OTHER},
        {"EntryType", C_OTHER},
        {"LevelDisplayName", C_OTHER},
        {"Level", C_OTHER},
        {"Category", C_OTHER},
        {"RecordId", C_OTHER},
};

struct heading {
	size_t n, from[COLUMNS];
	enum cell cell[COLUMNS];
	bool old; /* of Get-EventLog: index, month, day, time, type, source, id, text */
};

struct table {
	struct win_judge *j;
	struct heading head, next; /* next: a heading that still lacks its dashes */
	char text[C__MAX][FIELD_MAX];
	struct buf message;
	bool open;
	uint64_t number, offset;
};

static bool heading_of(struct slice line, struct heading *h)
{
	bool has[C__MAX] = {false};
	struct slice rest = line, word;
	size_t known = 0;

	*h = (struct heading){.n = 0};
	while ((word = slice_next(&rest)).n != 0) {
		enum cell cell = C_OTHER;
		bool found = false;

		if (h->n == COLUMNS)
			return false;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !found; i++)
			if ((found = slice_are(word, names[i].name)))
				cell = names[i].cell;
		h->old = h->old || slice_are(word, "EntryType");
		known += found;
		h->from[h->n] = (size_t)(word.p - line.p);
		h->cell[h->n++] = has[cell] ? C_OTHER : cell;
		has[cell] = true;
	}
	return known >= 3 && has[C_ID] && has[C_SOURCE] && has[C_MESSAGE];
}

static bool are_dashes(struct slice line)
{
	struct slice w = slice_trim(line);
	size_t dashes = 0;

	for (size_t i = 0; i < w.n; i++)
		if (w.p[i] == '-')
			dashes++;
		else if (w.p[i] != ' ')
			return false;
	return dashes >= 6;
}

bool win_table_looks(const struct sample *s)
{
	const char *p = s->text, *end = p + s->text_n;
	bool after = false;
	struct heading h;

	if (!sample_has(s, "Message") || !sample_has(s, "----"))
		return false;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct slice line = slice_of(p, (size_t)((nl != NULL ? nl : end) - p));

		if (line.n != 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (after && are_dashes(line))
			return true;
		after = heading_of(line, &h);
		p = nl != NULL ? nl + 1 : end;
	}
	return false;
}

/* The number at the end of a cell; an instance's id holds the event's in its lower half. */
static bool id_of(const char *s, uint32_t *id)
{
	char *end;
	unsigned long long v = strtoull(s, &end, 10);

	*id = (uint32_t)(v & 0xFFFFu);
	return isdigit((unsigned char)s[0]) && *end == '\0' && v <= UINT32_MAX;
}

static void close_row(struct table *t)
{
	struct win_event e = {.number = t->number,
	                      .offset = t->offset,
	                      .provider = t->text[C_SOURCE],
	                      .channel = t->text[C_LOG],
	                      .computer = t->text[C_COMPUTER],
	                      .message = buf_cstr(&t->message)};
	const char *date = t->text[C_TIME];
	size_t n = strlen(e.provider);

	if (t->open && id_of(t->text[C_ID], &e.id)) {
		if (n == 0 || e.provider[n - 1] == '.' || (unsigned char)e.provider[n - 1] >= 0x80)
			e.provider = win_source_of_text(e.message, e.id);
		e.time_ms = win_local_time(date, strlen(date));
		win_judge_zoned(t->j, win_time_is_zoned(date, strlen(date)));
		win_judge_dates(t->j, date, strlen(date));
		win_judge_take(t->j, &e);
	}
	t->open = false;
}

/* The byte at which a column begins: headings are ASCII, words in a row may not be. */
static size_t byte_of(struct slice line, size_t column)
{
	size_t at = 0;

	while (at < line.n && column != 0) {
		at++;
		while (at < line.n && ((unsigned char)line.p[at] & 0xC0u) == 0x80u)
			at++;
		column--;
	}
	return at;
}

/* Where column k + 1 begins in this row: at its heading, or before it where its numbers stand to the right.
 */
static size_t border(const struct heading *h, size_t k, struct slice line)
{
	size_t at = byte_of(line, h->from[k + 1]), least = byte_of(line, h->from[k] + 1);

	if (at >= line.n)
		return line.n;
	while (at > least && line.p[at - 1] != ' ')
		at--;
	return at;
}

static void put(struct table *t, enum cell cell, struct slice w)
{
	if (cell == C_MESSAGE)
		buf_put(&t->message, w.p, w.n < MESSAGE_MAX ? w.n : MESSAGE_MAX);
	else
		slice_copy(t->text[cell], FIELD_MAX, w);
}

static void begin_row(struct table *t, const struct file_line *line)
{
	close_row(t);
	for (size_t i = 0; i < C__MAX; i++)
		t->text[i][0] = '\0';
	buf_clear(&t->message);
	t->number = line->number;
	t->offset = line->offset;
}

static bool by_columns(struct table *t, struct slice line)
{
	const struct heading *h = &t->head;
	size_t from = 0;
	uint32_t id;

	for (size_t k = 0; k < h->n; k++) {
		size_t to = k + 1 < h->n ? border(h, k, line) : line.n;

		if (to > from)
			put(t, h->cell[k], slice_trim(slice_of(line.p + from, to - from)));
		from = to > from ? to : from;
	}
	return id_of(t->text[C_ID], &id);
}

/* A row whose blanks a mail has swallowed: the id is the number behind the name of the source. */
static bool by_words(struct table *t, struct slice line)
{
	struct slice rest = line, word, time;
	uint32_t id;
	char text[16];

	if (!t->head.old || (word = slice_next(&rest)).n == 0 || !isdigit((unsigned char)word.p[0]))
		return false;
	time = slice_next(&rest);
	(void)slice_next(&rest);
	word = slice_next(&rest);
	if (!slice_have(word, ":"))
		return false;
	put(t, C_TIME, slice_of(time.p, (size_t)(word.p + word.n - time.p)));
	(void)slice_next(&rest); /* the type */
	line = rest;
	while ((word = slice_next(&rest)).n != 0) {
		slice_copy(text, sizeof(text), word);
		if (word.n < sizeof(text) && id_of(text, &id)) {
			put(t, C_ID, word);
			put(t, C_SOURCE, slice_trim(slice_of(line.p, (size_t)(word.p - line.p))));
			put(t, C_MESSAGE, slice_trim(rest));
			return true;
		}
	}
	return false;
}

static void one_line(struct table *t, struct slice line, const struct file_line *place)
{
	struct heading h;

	if (are_dashes(line) && t->next.n != 0) {
		close_row(t);
		t->head = t->next;
	}
	t->next.n = 0;
	if (heading_of(line, &h)) {
		t->next = h;
		return;
	}
	if (t->head.n == 0 || slice_trim(line).n == 0 || are_dashes(line))
		return;
	/* A text that goes on stands below its column. */
	if (t->open && line.p[0] == ' ' &&
	    slice_trim(line).p - line.p >= (ptrdiff_t)t->head.from[t->head.n - 1]) {
		buf_char(&t->message, ' ');
		put(t, C_MESSAGE, slice_trim(line));
		return;
	}
	begin_row(t, place);
	t->open = by_columns(t, line);
	if (!t->open) {
		begin_row(t, place);
		t->open = by_words(t, slice_trim(line));
	}
}

int win_read_table(struct file_text *text, struct win_judge *j, struct err *err)
{
	struct table t = {.j = j};
	struct file_line line;
	struct buf utf8;
	int got;

	buf_init(&t.message, 2 * MESSAGE_MAX);
	buf_init(&utf8, 4 * FILE_LINE_MAX);
	while ((got = file_text_next(text, &line, err)) > 0) {
		buf_clear(&utf8);
		file_utf8(&utf8, line.p, line.n);
		one_line(&t, slice_of(buf_cstr(&utf8), utf8.n), &line);
	}
	close_row(&t);
	buf_release(&t.message);
	buf_release(&utf8);
	return got;
}
