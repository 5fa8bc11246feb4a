/*
 * Plain text of 78 columns, for a mail or a terminal: headings underlined,
 * tables in columns when they fit and as records when they do not.
 */
#include "report_int.h"

#include <casebook/brief.h>

#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

#define WIDTH 78u
#define COLUMNS_MAX 12
#define GAP 2u
/* A column that would have to be narrower than this makes a table unreadable. */
#define COLUMN_MIN 11u
/* A word that is wider is broken in a table; a table of hashes becomes records. */
#define WORD_MAX 40u

static void pad(struct sink *s, size_t n)
{
	while (n-- > 0)
		sink_char(s, ' ');
}

static size_t whole_word(const char *p, size_t *skip)
{
	size_t n = strcspn(p, " ");

	*skip = strspn(p + n, " ");
	return n;
}

/* The bytes of the next line of at most `cols` columns; *skip: blanks to drop after it.  A word wider than
 * that is broken in a column of a table; elsewhere it stands whole, for an address that is broken is none. */
static size_t next_line(const char *p, size_t cols, bool broken, size_t *skip)
{
	size_t n = strlen(p), fit = utf8_fit(p, n, cols), cut = fit;

	*skip = 0;
	if (fit == n)
		return n;
	while (cut > 0 && p[cut] != ' ')
		cut--;
	if (cut == 0)
		return broken ? (fit != 0 ? fit : n) : whole_word(p, skip);
	*skip = strspn(p + cut, " ");
	while (cut > 0 && p[cut - 1] == ' ')
		cut--;
	return cut != 0 ? cut : fit;
}

/* `first` columns are already used on the first line; later lines start at `indent`. */
static void wrap(struct sink *s, const char *text, size_t first, size_t indent)
{
	size_t room = WIDTH - first;

	do {
		size_t skip, n = next_line(text, room, false, &skip);

		sink_put(s, text, n);
		sink_char(s, '\n');
		text += n + skip;
		room = WIDTH - indent;
		if (*text != '\0')
			pad(s, indent);
	} while (*text != '\0');
}

static void span(const struct rnode *n, unsigned char kind, struct buf *out)
{
	if (kind == R_MARK && rn_glyph((enum report_mark)n->mark)[0] != '\0')
		buf_fmt(out, "%s ", rn_glyph((enum report_mark)n->mark));
	if (kind == R_REF)
		buf_fmt(out, "[%s]", n->text);
	else
		buf_str(out, n->text);
}

/* Text and spans of a node as one line. */
static const char *flat(const struct rnode *n, struct buf *out)
{
	buf_clear(out);
	if (n->span != 0 && n->text != NULL && n->text[0] != '\0')
		span(n, n->span, out);
	else
		buf_str(out, n->text);
	for (const struct rnode *c = n->child; c != NULL; c = c->next) {
		if (rn_is_block(c) || (c->text == NULL || c->text[0] == '\0'))
			continue;
		if (out->n != 0 && rn_spaced(c))
			buf_char(out, ' ');
		span(c, c->kind, out);
	}
	return buf_cstr(out);
}

/* Commands and lines of logs are never wrapped: what is broken cannot be pasted. */
static void code(const struct rnode *n, struct sink *s, size_t indent)
{
	const char *rest = n->text, *line;
	size_t len;

	while ((line = rn_line(&rest, &len)) != NULL) {
		pad(s, indent);
		sink_put(s, line, len);
		sink_char(s, '\n');
	}
}

static void list(const struct rnode *n, struct sink *s, size_t indent, struct buf *tmp)
{
	for (const struct rnode *item = n->child; item != NULL; item = item->next) {
		pad(s, indent);
		sink_str(s, "- ");
		wrap(s, flat(item, tmp), indent + 2, indent + 2);
		for (const struct rnode *c = item->child; c != NULL; c = c->next) {
			if (c->kind == R_CODE)
				code(c, s, indent + 6);
			else if (c->kind == R_LIST)
				list(c, s, indent + 2, tmp);
		}
	}
}

static void terms(const struct rnode *n, struct sink *s, struct buf *tmp)
{
	for (const struct rnode *t = n->child; t != NULL; t = t->next) {
		struct rnode value = *t;
		size_t at = utf8_width(t->text, strlen(t->text)) + 2;

		value.text = NULL;
		sink_str(s, t->text);
		sink_str(s, ": ");
		if (at > WIDTH / 2) {
			sink_char(s, '\n');
			pad(s, 4);
			at = 4;
		}
		wrap(s, flat(&value, tmp), at, 4);
	}
}

/* ---- tables ---- */
struct columns {
	size_t n, width[COLUMNS_MAX], least[COLUMNS_MAX]; /* least: of what may not be broken */
};

static size_t longest_word(const char *text)
{
	size_t most = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " "), w = utf8_width(text, n);

		most = w > most ? w : most;
		text += n + strspn(text + n, " ");
	}
	return most;
}

static bool hexadecimal(const char *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

static bool measure(const struct rnode *table, struct columns *c, struct buf *tmp)
{
	const struct rnode *row;
	size_t at;

	memset(c, 0, sizeof(*c));
	for (row = rnode_next_row(table, NULL, &at); row != NULL; row = rnode_next_row(table, row, &at)) {
		size_t i = 0;

		for (const struct rnode *cell = row->child; cell != NULL; cell = cell->next, i++) {
			const char *text = flat(cell, tmp);
			size_t w = utf8_width(text, strlen(text));

			size_t least;

			if (i == COLUMNS_MAX)
				return false;
			least = cell->span == R_TIME || w <= COLUMN_MIN ? w : longest_word(text);
			if (least > WORD_MAX && hexadecimal(text))
				return false;
			least = least > WORD_MAX ? COLUMN_MIN : least;
			c->width[i] = w > c->width[i] ? w : c->width[i];
			c->least[i] = least > c->least[i] ? least : c->least[i];
		}
		c->n = i > c->n ? i : c->n;
	}
	return c->n != 0;
}

/* Takes from the widest column that can give until all fit; false when one would become too narrow to read.
 */
static bool squeeze(struct columns *c)
{
	size_t sum = GAP * (c->n - 1);

	for (size_t i = 0; i < c->n; i++) {
		c->width[i] = c->width[i] > WIDTH ? WIDTH : c->width[i];
		sum += c->width[i];
	}
	while (sum > WIDTH) {
		size_t widest = c->n;

		for (size_t i = 0; i < c->n; i++)
			if (c->width[i] > COLUMN_MIN && c->width[i] > c->least[i] &&
			    (widest == c->n || c->width[i] > c->width[widest]))
				widest = i;
		if (widest == c->n)
			return false;
		c->width[widest]--;
		sum--;
	}
	return true;
}

static void row_in_columns(const struct rnode *row, struct sink *s, const struct columns *c,
                           struct buf *cells)
{
	const char *rest[COLUMNS_MAX] = {NULL};
	const struct rnode *cell = row->child;
	bool more = true;
	size_t n = 0;

	for (; cell != NULL && n < c->n; cell = cell->next, n++)
		rest[n] = flat(cell, &cells[n]);
	while (more) {
		size_t owed = 0;

		more = false;
		for (size_t i = 0; i < n; i++) {
			size_t skip, len = next_line(rest[i], c->width[i], true, &skip);

			if (len != 0) {
				pad(s, owed);
				owed = 0;
				sink_put(s, rest[i], len);
			}
			owed += c->width[i] - utf8_width(rest[i], len) + GAP;
			rest[i] += len + skip;
			more = more || *rest[i] != '\0';
		}
		sink_char(s, '\n');
	}
}

static void rule(struct sink *s, const struct columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < c->width[i]; k++)
			sink_char(s, '-');
		pad(s, i + 1 < c->n ? GAP : 0);
	}
	sink_char(s, '\n');
}

static void as_columns(const struct rnode *table, struct sink *s, const struct columns *c)
{
	struct buf cells[COLUMNS_MAX];
	const struct rnode *row;
	size_t at;

	for (size_t i = 0; i < COLUMNS_MAX; i++)
		buf_init(&cells[i], BUF_MAX_LINE);
	for (row = rnode_next_row(table, NULL, &at); row != NULL; row = rnode_next_row(table, row, &at)) {
		row_in_columns(row, s, c, cells);
		if (row->level == 1)
			rule(s, c);
	}
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		buf_release(&cells[i]);
}

static void as_records(const struct rnode *table, struct sink *s, struct buf *tmp)
{
	const struct rnode *head = table->child, *row;
	size_t at = 0;

	for (row = rnode_next_row(table, head, &at); row != NULL; row = rnode_next_row(table, row, &at)) {
		const struct rnode *name = head->child;
		bool first = true;

		for (const struct rnode *c = row->child; c != NULL; c = c->next) {
			const char *text = flat(c, tmp);

			if (text[0] != '\0') {
				sink_str(s, first ? "* " : "    ");
				if (!first && name != NULL && name->text != NULL) {
					sink_str(s, name->text);
					sink_str(s, ": ");
				}
				wrap(s, text,
				     first ? 2
				           : 4 + (name != NULL && name->text != NULL
				                          ? utf8_width(name->text, strlen(name->text)) + 2
				                          : 0),
				     first ? 2 : 6);
				first = false;
			}
			name = name != NULL ? name->next : NULL;
		}
	}
}

static void table(const struct rnode *n, struct sink *s, struct buf *tmp)
{
	struct columns c;

	if (measure(n, &c, tmp) && squeeze(&c))
		as_columns(n, s, &c);
	else if (n->child != NULL)
		as_records(n, s, tmp);
}

/* ---- blocks ---- */
static void heading(const struct rnode *n, struct sink *s, char line)
{
	size_t w = utf8_width(n->text, strlen(n->text));

	wrap(s, n->text, 0, 0);
	for (size_t i = 0; i < w && i < WIDTH; i++)
		sink_char(s, line);
	sink_char(s, '\n');
}

static void graph(const struct rnode *n, struct sink *s, struct buf *tmp)
{
	for (const struct rnode *stop = n->child; stop != NULL; stop = stop->next) {
		buf_clear(tmp);
		buf_str(tmp, stop->text);
		for (const struct rnode *c = stop->child; c != NULL; c = c->next)
			if (c->kind != R_ALT)
				buf_fmt(tmp, "%s%s", c->kind == R_TEXT ? ": " : ", ", c->text);
		sink_str(s, stop == n->child ? "   " : "   |\n   ");
		sink_str(s, rn_glyph((enum report_mark)stop->mark));
		sink_char(s, ' ');
		wrap(s, buf_cstr(tmp), 5, 5);
	}
}

static void quote(const struct rnode *n, struct sink *s, struct buf *tmp)
{
	const char *rest = n->text, *line;
	size_t len;

	while ((line = rn_line(&rest, &len)) != NULL) {
		buf_clear(tmp);
		buf_put(tmp, line, len);
		pad(s, 4);
		wrap(s, buf_cstr(tmp), 4, 6);
	}
}

static void blocks(const struct rnode *n, struct sink *s, struct buf *tmp);

static void one_block(const struct rnode *n, struct sink *s, struct buf *tmp)
{
	switch (n->kind) {
	case R_SECTION:
		if (n->level == 1)
			sink_char(s, '\n');
		heading(n, s, n->level == 1 ? '=' : '-');
		sink_char(s, '\n');
		blocks(n, s, tmp);
		return;
	case R_VERDICT:
		sink_str(s, rn_glyph((enum report_mark)n->mark));
		sink_char(s, ' ');
		wrap(s, n->text, 2, 2);
		sink_char(s, '\n');
		blocks(n, s, tmp);
		return;
	case R_FOLD:
		heading(n, s, '-');
		blocks(n, s, tmp);
		return;
	case R_TABLE:
		if (n->level != 0) {
			wrap(s, n->text, 0, 0);
			sink_char(s, '\n');
		}
		table(n, s, tmp);
		break;
	case R_LIST:
		list(n, s, 0, tmp);
		break;
	case R_TERMS:
		terms(n, s, tmp);
		break;
	case R_CODE:
		code(n, s, 4);
		break;
	case R_QUOTE:
		quote(n, s, tmp);
		break;
	case R_GRAPH:
		graph(n, s, tmp);
		break;
	default:
		wrap(s, flat(n, tmp), 0, 0);
		break;
	}
	sink_char(s, '\n');
}

static void blocks(const struct rnode *n, struct sink *s, struct buf *tmp)
{
	for (const struct rnode *c = n->child; c != NULL; c = c->next)
		one_block(c, s, tmp);
}

/* A screen of 80 columns, before all else. */
static void first_look(const struct report *r, struct sink *s, struct buf *tmp)
{
	struct buf clean;

	buf_clear(tmp);
	buf_init(&clean, BUF_MAX_LINE);
	brief_box(r->brief, tmp);
	utf8_clean(&clean, buf_cstr(tmp), tmp->n, UTF8_LINES);
	sink_put(s, buf_cstr(&clean), clean.n);
	buf_release(&clean);
}

/* The last line is the ticket's, so that a print without its first page names the case. */
static void foot(const struct report *r, struct sink *s)
{
	sink_fmt(s, "Case %s, %zu records", r->cf->id, r->cf->nlog);
	if (r->head != NULL)
		sink_fmt(s, ", head %.16s", r->head);
	sink_char(s, '\n');
}

static void write_txt(const struct report *r, struct sink *s)
{
	struct buf tmp;

	buf_init(&tmp, BUF_MAX_LINE);
	heading(r->doc, s, '=');
	sink_char(s, '\n');
	first_look(r, s, &tmp);
	for (const struct rnode *n = r->doc->child; n != NULL; n = n->next)
		if (n->kind != R_VERDICT)
			one_block(n, s, &tmp);
	foot(r, s);
	buf_release(&tmp);
}

const struct report_format fmt_txt = {"txt", ".txt", "plain text", write_txt};
