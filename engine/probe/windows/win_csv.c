/*
 * Events as CSV.  Event Viewer: level, date and time, source, event id, task category, and the message in a
 * column without a name; its headings are translated, so the columns go by position.  PowerShell's
 * Export-Csv: a #TYPE line, then property names, which are English everywhere.
 */
#include "win_events.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define COLUMNS 40u
#define CELL_MAX 16384u

enum column { COL_LEVEL, COL_TIME, COL_SOURCE, COL_ID, COL_MESSAGE, COL_CHANNEL, COL_COMPUTER, COL__MAX };

struct csv {
	struct win_judge *j;
	struct buf cells[COLUMNS];
	size_t n;
	char delimiter;
	bool quoted, header_seen;
	int at[COL__MAX]; /* column of each thing, -1 when there is none */
	uint64_t line, first_line, offset, bad;
};

static const struct {
	const char *property;
	enum column column;
} properties[] = {
        {"Id", COL_ID},
        {"ProviderName", COL_SOURCE},
        {"TimeCreated", COL_TIME},
        {"Message", COL_MESSAGE},
        {"LogName", COL_CHANNEL},
        {"Level", COL_LEVEL},
        {"MachineName", COL_COMPUTER},
        {"EventID", COL_ID},
        {"Source", COL_SOURCE},
        {"TimeGenerated", COL_TIME},
};

static void header(struct csv *c)
{
	bool property_names = false;

	c->header_seen = true;
	for (size_t i = 0; i < COL__MAX; i++)
		c->at[i] = -1;
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < sizeof(properties) / sizeof(properties[0]); k++) {
			if (strcasecmp(buf_cstr(&c->cells[i]), properties[k].property) != 0)
				continue;
			c->at[properties[k].column] = (int)i;
			property_names = property_names || properties[k].column == COL_ID;
		}
	}
	if (property_names)
		return;
	c->at[COL_LEVEL] = 0;
	c->at[COL_TIME] = 1;
	c->at[COL_SOURCE] = 2;
	c->at[COL_ID] = 3;
	c->at[COL_MESSAGE] = 5;
	c->at[COL_CHANNEL] = c->at[COL_COMPUTER] = -1;
}

static const char *cell(const struct csv *c, enum column col)
{
	return c->at[col] >= 0 && (size_t)c->at[col] < c->n ? buf_cstr(&c->cells[c->at[col]]) : "";
}

static void row(struct csv *c)
{
	const char *id, *time;
	struct win_event e = {.channel = ""};

	if (c->n <= 1 && c->cells[0].n == 0)
		return;
	if (!c->header_seen) {
		if (buf_cstr(&c->cells[0])[0] != '#')
			header(c);
		return;
	}
	id = cell(c, COL_ID);
	if (!isdigit((unsigned char)id[0])) {
		c->bad++;
		return;
	}
	time = cell(c, COL_TIME);
	e.number = c->first_line;
	e.offset = c->offset;
	e.id = (uint32_t)strtoul(id, NULL, 10) & 0xFFFFu;
	e.time_ms = win_local_time(time, strlen(time));
	e.provider = cell(c, COL_SOURCE);
	e.channel = cell(c, COL_CHANNEL);
	e.message = cell(c, COL_MESSAGE);
	win_judge_zoned(c->j, win_time_is_zoned(time, strlen(time)));
	win_judge_dates(c->j, time, strlen(time));
	e.computer = cell(c, COL_COMPUTER);
	win_judge_take(c->j, &e);
}

static void next_cell(struct csv *c)
{
	if (c->n < COLUMNS)
		c->n++;
}

static void put(struct csv *c, char ch)
{
	if (c->n < COLUMNS)
		buf_char(&c->cells[c->n], ch);
}

static void end_row(struct csv *c)
{
	next_cell(c);
	row(c);
	for (size_t i = 0; i < COLUMNS; i++)
		buf_clear(&c->cells[i]);
	c->n = 0;
}

/* RFC 4180: quotes double inside quotes; a quoted cell may hold line ends. */
static void one_line(struct csv *c, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (c->quoted && p[i] == '"' && i + 1 < n && p[i + 1] == '"')
			put(c, p[i++]);
		else if (p[i] == '"')
			c->quoted = !c->quoted;
		else if (p[i] == c->delimiter && !c->quoted)
			next_cell(c);
		else
			put(c, p[i]);
	}
	if (c->quoted)
		put(c, '\n');
	else
		end_row(c);
}

static char delimiter_of(const char *p, size_t n)
{
	size_t comma = 0, semicolon = 0, tab = 0;

	for (size_t i = 0; i < n; i++) {
		comma += p[i] == ',';
		semicolon += p[i] == ';';
		tab += p[i] == '\t';
	}
	if (tab > comma && tab > semicolon)
		return '\t';
	return semicolon > comma ? ';' : ',';
}

int win_read_csv(struct file_text *text, struct win_judge *j, uint64_t *bad, struct err *err)
{
	struct csv *c = xcalloc(1, sizeof(*c));
	struct file_line line;
	struct buf utf8;
	int got;

	c->j = j;
	for (size_t i = 0; i < COLUMNS; i++)
		buf_init(&c->cells[i], CELL_MAX);
	buf_init(&utf8, 4 * FILE_LINE_MAX);
	while ((got = file_text_next(text, &line, err)) > 0) {
		buf_clear(&utf8);
		file_utf8(&utf8, line.p, line.n);
		if (c->delimiter == 0 && utf8.n != 0 && utf8.p[0] != '#')
			c->delimiter = delimiter_of(utf8.p, utf8.n);
		if (!c->quoted) {
			c->first_line = line.number;
			c->offset = line.offset;
		}
		one_line(c, buf_cstr(&utf8), utf8.n);
	}
	if (c->n != 0 || c->cells[0].n != 0)
		end_row(c); /* the file ends inside a quoted cell */
	*bad = c->bad;
	for (size_t i = 0; i < COLUMNS; i++)
		buf_release(&c->cells[i]);
	buf_release(&utf8);
	free(c);
	return got;
}
