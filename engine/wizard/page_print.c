/*
 * The line-by-line form of a page: append-only, no cursor, digits choose.  For
 * screen readers, serial lines, scripts and tests.  Foreign text is cleaned here.
 */
#include <casebook/page.h>

#include <string.h>

#include <casebook/utf8.h>

#define COLS 78

struct printer {
	struct buf *out;
	bool ascii;
};

const char *mark_glyph(enum mark m, bool ascii)
{
	static const char *const plain[] = {"    ", "[ok]", "[!!]", "[??]", "[--]"};
	static const char *const fine[] = {" ", "\xE2\x9C\x93", "\xE2\x9C\x97", "\xE2\x96\xB2", "\xC2\xB7"};

	return ascii ? plain[m] : fine[m];
}

static const char *ascii_for(uint32_t cp)
{
	static const struct {
		uint32_t cp;
		const char *text;
	} table[] = {
	        {0x2018, "'"},   {0x2019, "'"}, {0x201C, "\""}, {0x201D, "\""}, {0x2013, "-"}, {0x2014, "-"},
	        {0x2026, "..."}, {0x203A, ">"}, {0x2192, "->"}, {0x00B7, "-"},  {0x00A0, " "}, {0x2022, "*"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].cp == cp)
			return table[i].text;
	return "?";
}

/* Cleaned, without the marks of bold and code, and in ASCII when asked for. */
static void tidy(const struct printer *p, const char *s, size_t n, struct buf *out)
{
	struct buf clean;

	buf_init(&clean, BUF_MAX_LINE);
	utf8_clean(&clean, s, n, UTF8_LINES);
	for (size_t i = 0; i < clean.n;) {
		uint32_t cp;
		size_t len = utf8_decode(clean.p + i, clean.n - i, &cp);

		if (cp == '*' && i + 1 < clean.n && clean.p[i + 1] == '*') {
			i += 2;
			continue;
		}
		if (cp == '\t')
			buf_char(out, ' ');
		else if (cp != '`' && (cp < 0x80 || !p->ascii))
			buf_put(out, clean.p + i, len);
		else if (cp != '`')
			buf_str(out, ascii_for(cp));
		i += len;
	}
	buf_release(&clean);
}

/* One paragraph, wrapped; `first` before it, as many blanks before its other lines. */
static void wrap(const struct printer *p, const char *first, const char *s, size_t n)
{
	size_t indent = utf8_width(first, strlen(first)), col = indent;
	bool fresh = true;

	buf_str(p->out, first);
	for (size_t i = 0; i < n;) {
		size_t word = 0, wide;

		while (i < n && s[i] == ' ')
			i++;
		while (i + word < n && s[i + word] != ' ')
			word++;
		if (word == 0)
			break;
		wide = utf8_width(s + i, word);
		if (!fresh && col + 1 + wide > COLS) {
			buf_fmt(p->out, "\n%*s", (int)indent, "");
			col = indent;
		} else if (!fresh) {
			buf_char(p->out, ' ');
			col++;
		}
		buf_put(p->out, s + i, word);
		col += wide;
		fresh = false;
		i += word;
	}
	buf_char(p->out, '\n');
}

/* Where a new line of its own begins: after a blank one, and with an item of a list. */
static bool breaks(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] == ' ')
		i++;
	if (i == n || s[i] == '\n')
		return true;
	if (i + 1 < n && strchr("-*+", s[i]) != NULL && s[i + 1] == ' ')
		return true;
	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i > 0 && i + 1 < n && s[i] == '.' && s[i + 1] == ' ' && s[i - 1] >= '0' && s[i - 1] <= '9';
}

/* A line break inside a paragraph is a blank (CommonMark 6.8, soft line breaks). */
static void join_lines(struct buf *t)
{
	for (size_t i = 0; i + 1 < t->n; i++)
		if (t->p[i] == '\n' && t->p[i + 1] != '\n' && (i == 0 || t->p[i - 1] != '\n') &&
		    !breaks(t->p + i + 1, t->n - i - 1))
			t->p[i] = ' ';
}

static void prose(const struct printer *p, const char *first, const char *text)
{
	struct buf t;
	char blanks[32];
	size_t wide = utf8_width(first, strlen(first));

	buf_init(&t, BUF_MAX_LINE);
	tidy(p, text, strlen(text), &t);
	join_lines(&t);
	memset(blanks, ' ', sizeof(blanks) - 1);
	blanks[wide < sizeof(blanks) - 1 ? wide : sizeof(blanks) - 1] = '\0';
	for (size_t i = 0; i <= t.n;) {
		size_t n = 0;

		while (i + n < t.n && t.p[i + n] != '\n')
			n++;
		if (n != 0)
			wrap(p, first, t.p + i, n);
		else if (i + 1 < t.n)
			buf_char(p->out, '\n');
		if (n != 0)
			first = blanks;
		i += n + 1;
	}
	buf_release(&t);
}

/* "  [ok] Label: text" */
static void labelled(const struct printer *p, const char *before, enum mark mark, const char *label,
                     const char *text)
{
	struct buf head, line;

	buf_init(&head, 256);
	buf_init(&line, BUF_MAX_LINE);
	buf_str(&head, before);
	if (mark != MARK_NONE)
		buf_fmt(&head, "%s ", mark_glyph(mark, p->ascii));
	buf_str(&line, label);
	if (label != NULL && text != NULL && text[0] != '\0')
		buf_str(&line, ": ");
	buf_str(&line, text);
	if (line.n != 0)
		prose(p, buf_cstr(&head), buf_cstr(&line));
	buf_release(&head);
	buf_release(&line);
}

static void print_block(const struct printer *p, const struct block *b)
{
	static const struct {
		const char *before;
		const char *label;
	} looks[] = {
	        [BLOCK_TEXT] = {"", NULL},          [BLOCK_SOURCE] = {"", "Source"},
	        [BLOCK_CHECK] = {"", NULL},         [BLOCK_DETAIL] = {"     ", NULL},
	        [BLOCK_CAUSE] = {"", NULL},         [BLOCK_BECAUSE] = {"  ", "Because"},
	        [BLOCK_COMMAND] = {"    $ ", NULL}, [BLOCK_WARNING] = {"", "Attention"},
	        [BLOCK_ERROR] = {"", "Error"},      [BLOCK_HINT] = {"", NULL},
	};
	const char *label = looks[b->kind].label;

	if (b->label != NULL)
		label = b->label;
	if (b->kind == BLOCK_COMMAND) { /* to be copied: never wrapped */
		struct buf t;

		buf_init(&t, BUF_MAX_LINE);
		utf8_clean(&t, b->text, strlen(b->text), UTF8_LINES);
		for (char *s = t.p, *end; s != NULL; s = end) {
			end = strchr(s, '\n');
			if (end != NULL)
				*end++ = '\0';
			buf_fmt(p->out, "    %s\n", s);
		}
		buf_release(&t);
		return;
	}
	labelled(p, looks[b->kind].before, b->mark, label, b->text);
	if (b->kind == BLOCK_CHECK && b->total != 0)
		buf_fmt(p->out, "     %llu of %llu\n", (unsigned long long)b->done,
		        (unsigned long long)b->total);
	if (b->kind == BLOCK_TEXT)
		buf_char(p->out, '\n');
}

static void print_fields(const struct printer *p, const struct page *page)
{
	for (size_t i = 0; i < page->nfields; i++) {
		const struct field *f = &page->fields[i];
		const char *value = f->skipped         ? "(do not have it)"
		                    : f->value != NULL ? f->value
		                                       : "(not given yet)";
		char head[8] = {' ', ' ', (char)('a' + i % 26), ' ', ' ', '\0'};

		if (f->before_fix && f->value != NULL) {
			struct buf both;

			buf_init(&both, BUF_MAX_LINE);
			buf_fmt(&both, "%s (read before the fix; r reads it again)", value);
			labelled(p, head, MARK_NONE, f->def->label, buf_cstr(&both));
			buf_release(&both);
			continue;
		}
		labelled(p, head, MARK_NONE, f->def->label, value);
	}
}

static void print_picks(const struct printer *p, const struct page *page)
{
	for (size_t i = 0; i < page->npicks; i++) {
		const struct pick *k = &page->picks[i];
		struct buf line;
		char head[16] = {' ', (char)(i < 9 ? ' ' : '1'), (char)('0' + (i + 1) % 10), ' ', ' ', '\0'};

		buf_init(&line, 2000);
		buf_str(&line, k->label);
		if (k->hint != NULL)
			buf_fmt(&line, " (%s)", k->hint);
		prose(p, head, buf_cstr(&line));
		if (k->detail != NULL)
			prose(p, "     ", k->detail);
		buf_release(&line);
	}
}

static void print_ticks(const struct printer *p, const struct page *page)
{
	const char *group = NULL;

	for (size_t i = 0; i < page->nticks; i++) {
		const struct tick *t = &page->ticks[i];
		struct buf head, line;

		if (t->group != NULL && (group == NULL || strcmp(group, t->group) != 0))
			prose(p, "", t->group);
		group = t->group;
		buf_init(&head, 64);
		buf_init(&line, 4000);
		buf_fmt(&head, "  [%c] t%zu ", t->done ? 'x' : ' ', i + 1);
		buf_str(&line, t->text);
		if (t->effect != NULL)
			buf_fmt(&line, " (%s)", t->effect);
		prose(p, buf_cstr(&head), buf_cstr(&line));
		if (t->run != NULL)
			buf_fmt(p->out, "         %s\n", t->run);
		buf_release(&head);
		buf_release(&line);
	}
}

void page_print(const struct page *page, bool ascii, struct buf *out)
{
	struct printer p = {out, ascii};
	struct buf head;

	buf_init(&head, 64);
	buf_fmt(&head, "Step %u. ", page->step_number);
	buf_char(out, '\n');
	prose(&p, buf_cstr(&head), page->ask);
	buf_release(&head);
	if (page->status_mark == MARK_BAD)
		labelled(&p, "", MARK_BAD, page->status, NULL);
	for (size_t i = 0; i < page->nblocks; i++)
		if (!page->blocks[i].more || page->more)
			print_block(&p, &page->blocks[i]);
	print_fields(&p, page);
	print_ticks(&p, page);
	print_picks(&p, page);
	if (page->message != NULL && page->message[0] != '\0')
		prose(&p, "> ", page->message);
}
