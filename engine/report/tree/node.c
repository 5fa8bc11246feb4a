/* Building the tree.  Knows how text gets in (cleaned, once); knows nothing of what it says. */
#include "report_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <casebook/utf8.h>

static const char *const kinds[] = {
        "doc",  "section", "para",   "list",  "item", "table",   "row",   "cell",
        "code", "quote",   "fold",   "terms", "term", "verdict", "graph", "stop",
        "text", "mono",    "strong", "muted", "mark", "ref",     "time",  "alt",
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == R__MAX, "every kind of node has its name");

const char *rnode_kind_name(enum rnode_kind k)
{
	return kinds[k];
}

const char *report_mark_word(enum report_mark m)
{
	static const char *const words[] = {"", "ok", "bad", "attention", "open"};

	return words[m];
}

const char *rn_glyph(enum report_mark m)
{
	static const char *const glyphs[] = {"", "\xE2\x9C\x93", "\xE2\x9C\x97", "\xE2\x96\xB2", "\xC2\xB7"};

	return glyphs[m];
}

bool rn_spaced(const struct rnode *next)
{
	/* A name may begin like that too: "./u_ex.log". */
	return next->level == 0 &&
	       (next->text == NULL || next->kind == R_MONO || strchr(",.;:)", next->text[0]) == NULL);
}

/* Most text is printable ASCII and needs no copy.  Eight bytes at a time: one below 0x20 borrows, 0x7F and
 * beyond carry into the top bit. */
static bool plain(const char *s, bool lines)
{
	size_t n = strlen(s), i = 0;
	uint64_t w;

	for (; n - i >= sizeof(w); i += sizeof(w)) {
		memcpy(&w, s + i, sizeof(w));
		if (((w | (w - UINT64_C(0x2020202020202020)) | (w + UINT64_C(0x0101010101010101))) &
		     UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	for (; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x7F || (c < 0x20 && !(lines && (c == '\n' || c == '\t'))))
			return false;
	}
	return true;
}

const char *rn_clean(struct report *r, const char *text, bool lines)
{
	struct buf b;
	char *one, *copy;

	if (text == NULL || plain(text, lines))
		return text;
	one = arena_strdup(r->mem, text);
	for (char *p = one; *p != '\0'; p++)
		if (*p == '\r' || (!lines && (*p == '\n' || *p == '\t')))
			*p = ' ';
	buf_init(&b, BUF_MAX_TEXT);
	utf8_clean(&b, one, strlen(one), lines ? UTF8_LINES : UTF8_ONE_LINE);
	copy = b.n == strlen(one) && memcmp(buf_cstr(&b), one, b.n) == 0
	               ? one
	               : arena_strndup(r->mem, buf_cstr(&b), b.n);
	buf_release(&b);
	return copy;
}

static struct rnode *put(struct report *r, struct rnode *parent, enum rnode_kind kind, const char *clean)
{
	struct rnode *n = arena_alloc(r->mem, sizeof(*n));

	n->kind = (unsigned char)kind;
	n->text = clean;
	if (parent == NULL)
		return n;
	if (parent->last != NULL)
		parent->last->next = n;
	else
		parent->child = n;
	parent->last = n;
	return n;
}

struct rnode *rn_add(struct report *r, struct rnode *parent, enum rnode_kind kind, const char *text)
{
	return put(r, parent, kind, rn_clean(r, text, false));
}

struct rnode *rn_lines(struct report *r, struct rnode *parent, enum rnode_kind kind, const char *text)
{
	return put(r, parent, kind, rn_clean(r, text, true));
}

struct rnode *rn_fmt(struct report *r, struct rnode *parent, enum rnode_kind kind, const char *fmt, ...)
{
	struct buf b;
	struct rnode *n;
	va_list ap;
	char text[2048];
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (len < (int)sizeof(text))
		return put(r, parent, kind, rn_clean(r, arena_strdup(r->mem, text), false));
	buf_init(&b, BUF_MAX_LINE);
	buf_str(&b, text);
	buf_str(&b, " [cut here]");
	n = put(r, parent, kind, rn_clean(r, arena_strndup(r->mem, buf_cstr(&b), b.n), false));
	buf_release(&b);
	return n;
}

struct rnode *rn_section(struct report *r, struct rnode *parent, int level, const char *id, const char *title)
{
	struct rnode *n = rn_add(r, parent, R_SECTION, title);

	n->level = (unsigned char)level;
	n->id = id;
	return n;
}

struct rnode *rn_cell(struct report *r, struct rnode *row, enum rnode_kind span, const char *text)
{
	struct rnode *cell = put(r, row, R_CELL, rn_clean(r, text, false));

	cell->span = (unsigned char)(span == R_TEXT ? 0 : span);
	return cell;
}

void rn_rows(struct report *r, struct rnode *table, size_t n,
             void (*fill)(struct report *r, const void *of, size_t i, struct rnode *row), const void *of)
{
	table->rows = arena_alloc(r->mem, sizeof(*table->rows));
	*table->rows = (struct row_source){n, fill, of, r};
	if (r->scratch == NULL)
		r->scratch = arena_new();
}

const struct rnode *rnode_next_row(const struct rnode *table, const struct rnode *row, size_t *state)
{
	struct row_source *s = table->rows;
	struct arena *keep;
	struct rnode *made;

	if (row == NULL) {
		*state = 0;
		if (table->child != NULL)
			return table->child;
	} else if (*state == 0 && row->next != NULL) {
		return row->next;
	}
	if (s == NULL || *state == s->n)
		return NULL;
	/* One row stands at a time, of whichever table. */
	arena_reset(s->r->scratch);
	keep = s->r->mem;
	s->r->mem = s->r->scratch;
	made = put(s->r, NULL, R_ROW, NULL);
	s->fill(s->r, s->of, (*state)++, made);
	s->r->mem = keep;
	return made;
}

void rn_head(struct report *r, struct rnode *table, const char *const *names)
{
	struct rnode *row = put(r, table, R_ROW, NULL);

	row->level = 1;
	for (; *names != NULL; names++)
		rn_cell(r, row, R_TEXT, *names);
}

void rn_term(struct report *r, struct rnode *terms, const char *name, enum rnode_kind span, const char *value)
{
	if (value == NULL)
		return;
	rn_add(r, rn_add(r, terms, R_TERM, name), span, value);
}

const char *rn_line(const char **rest, size_t *n)
{
	const char *line = *rest;

	if (line == NULL || *line == '\0')
		return NULL;
	*n = strcspn(line, "\n");
	*rest = line + *n + (line[*n] == '\n');
	return line;
}

const char *rn_join(struct arena *mem, const char *a, const char *b, const char *c)
{
	const char *const parts[] = {a, b, c};
	size_t n[3], at = 0;
	char *out;

	for (int i = 0; i < 3; i++)
		n[i] = parts[i] != NULL ? strlen(parts[i]) : 0;
	out = arena_alloc(mem, n[0] + n[1] + n[2] + 1);
	for (int i = 0; i < 3; at += n[i++])
		if (n[i] != 0)
			memcpy(out + at, parts[i], n[i]);
	return out;
}
