/*
 * Lines out of words.  Knows widths, styles and the little Markdown that flows may
 * use; knows no screen, no scrolling and no selection beyond an item's number.
 */
#include "text.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

void doc_init(struct doc *d, struct arena *mem, int width)
{
	*d = (struct doc){.mem = mem, .width = width > 0 ? width : 1, .item = -1};
}

void doc_line(struct doc *d)
{
	if (d->n == d->cap) {
		size_t cap = d->cap != 0 ? d->cap * 2 : 32;
		struct line *more = arena_array(d->mem, cap, sizeof(*more));

		if (d->n != 0)
			memcpy(more, d->line, d->n * sizeof(*more));
		d->line = more;
		d->cap = cap;
	}
	d->line[d->n++] = (struct line){.item = d->item};
}

void doc_blank(struct doc *d)
{
	if ((!d->dense || d->airy) && d->n != 0 && d->line[d->n - 1].n != 0)
		doc_line(d);
}

static struct line *last_line(struct doc *d)
{
	if (d->n == 0)
		doc_line(d);
	return &d->line[d->n - 1];
}

static void add_run(struct doc *d, struct line *l, struct run r)
{
	if (l->n == l->cap) {
		size_t cap = l->cap != 0 ? l->cap * 2 : 4;
		struct run *more = arena_array(d->mem, cap, sizeof(*more));

		if (l->n != 0)
			memcpy(more, l->run, l->n * sizeof(*more));
		l->run = more;
		l->cap = cap;
	}
	l->run[l->n++] = r;
	if (r.col + r.cols > l->used)
		l->used = r.col + r.cols;
}

int doc_left(const struct doc *d)
{
	int used = d->n != 0 ? d->line[d->n - 1].used : 0;

	return used < d->width ? d->width - used : 0;
}

static void add_cut(struct doc *d, int cols, enum style style, const char *s)
{
	struct line *l = last_line(d);
	size_t n = strlen(s);
	int col = l->used;
	int w = (int)text_cols(s, n);

	if (cols > d->width - col)
		cols = d->width - col;
	if (cols <= 0 || n == 0)
		return;
	if (w <= cols) {
		add_run(d, l, (struct run){s, n, col, w, style});
		return;
	}
	n = text_fit(s, n, (size_t)cols - 1);
	w = (int)text_cols(s, n);
	add_run(d, l, (struct run){s, n, col, w, style});
	add_run(d, l, (struct run){"…", strlen("…"), col + w, 1, style});
}

void doc_add(struct doc *d, enum style style, const char *s)
{
	add_cut(d, INT_MAX, style, s);
}

void doc_tab(struct doc *d, int col)
{
	struct line *l = last_line(d);

	if (l->used < col)
		l->used = col;
}

void doc_cell(struct doc *d, int cols, enum style style, const char *s)
{
	int end = last_line(d)->used + cols;

	add_cut(d, cols, style, s);
	doc_tab(d, end);
}

void doc_right(struct doc *d, enum style style, const char *s)
{
	int w = (int)text_cols(s, strlen(s));

	if (w > doc_left(d))
		return;
	doc_tab(d, d->width - w);
	doc_add(d, style, s);
}

/* ---- wrapping ---- */

/* One character on its way into a line. */
struct atom {
	const char *s;
	uint8_t len, cols, style;
	bool space;
};
struct atoms {
	struct atom *a;
	size_t n, cap;
};

static void atoms_add(struct doc *d, struct atoms *as, const char *s, size_t n, enum style style)
{
	size_t i = 0;

	if (as->n + n > as->cap) {
		size_t cap = (as->n + n) * 2;
		struct atom *more = arena_array(d->mem, cap, sizeof(*more));

		if (as->n != 0)
			memcpy(more, as->a, as->n * sizeof(*more));
		as->a = more;
		as->cap = cap;
	}
	while (i < n) {
		unsigned char c = (unsigned char)s[i];
		bool space = c == ' ' || c == '\n' || c == '\t';
		size_t len = 1, cols = 1;
		uint32_t cp;

		if (!space && (c < 0x20 || c >= 0x7F)) {
			len = utf8_decode(s + i, n - i, &cp);
			cols = len > 1 && utf8_width_cp(cp) == 0 && !utf8_is_unsafe(cp)
			               ? 0
			               : text_cols(s + i, len);
		}
		as->a[as->n++] = (struct atom){s + i, (uint8_t)len, (uint8_t)cols, (uint8_t)style, space};
		i += len;
	}
}

/* A long word (URL, path) may be broken after one of these. */
static bool breaks_after(const struct atom *a)
{
	return a->len == 1 && strchr("/\\?&=,;-_", a->s[0]) != NULL;
}

/* Where the line that begins at `from` ends: one past its last atom; *next is where the
 * following line begins. */
static size_t find_break(const struct atoms *as, size_t from, int room, size_t *next)
{
	size_t soft = 0, hard = from, i = from;
	size_t soft_next = 0;
	int used = 0;

	for (; i < as->n; i++) {
		const struct atom *a = &as->a[i];

		if (a->space) {
			soft = i;
			soft_next = i + 1;
		}
		if (used + a->cols > room)
			break;
		used += a->cols;
		if (!a->space && breaks_after(a) && used * 2 > room)
			hard = i + 1;
	}
	if (i == as->n) {
		*next = i;
		return i;
	}
	if (soft_next != 0 && soft > from) {
		*next = soft_next;
		return soft;
	}
	if (hard == from)
		hard = i > from ? i : from + 1;
	*next = hard;
	return hard;
}

static void emit(struct doc *d, const struct atoms *as, size_t from, size_t end)
{
	struct line *l = last_line(d);
	size_t i = from;

	while (i < end) {
		struct run r = {as->a[i].s, 0, l->used, 0, (enum style)as->a[i].style};
		size_t j = i;

		/* A newline within a paragraph is drawn as the blank it means. */
		while (j < end && as->a[j].style == r.style && as->a[j].s == r.s + r.n &&
		       !(as->a[j].space && *as->a[j].s != ' ')) {
			r.n += as->a[j].len;
			r.cols += as->a[j].cols;
			j++;
		}
		if (j == i) {
			r.s = " ";
			r.n = 1;
			r.cols = 1;
			j++;
		}
		add_run(d, l, r);
		i = j;
	}
}

/* Goes on at column `from` of the line being made; later lines begin at `hang`. */
static void wrap_atoms(struct doc *d, const struct atoms *as, int from, int hang)
{
	size_t i = 0;

	if (hang > d->width - 4)
		hang = d->width > 8 ? 2 : 0;
	if (from > hang && from > d->width - 4) {
		doc_line(d);
		from = hang;
	}
	doc_tab(d, from);
	while (i < as->n) {
		size_t next;
		size_t end = find_break(as, i, d->width - last_line(d)->used, &next);

		emit(d, as, i, end);
		i = next;
		while (i < as->n && as->a[i].space)
			i++;
		if (i < as->n) {
			doc_line(d);
			doc_tab(d, hang);
		}
	}
}

void doc_wrap(struct doc *d, int from, int hang, enum style style, const char *s)
{
	struct atoms as = {0};
	size_t n = strlen(s);

	if (d->n == 0 || last_line(d)->used > from)
		doc_line(d);
	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == ' '))
		n--;
	atoms_add(d, &as, s, n, style);
	wrap_atoms(d, &as, from, hang);
}

/* ---- the Markdown of flows ---- */

static const char *closing(const char *s, const char *end, const char *sign)
{
	size_t n = strlen(sign);

	for (const char *p = s; p + n <= end; p++)
		if (strncmp(p, sign, n) == 0)
			return p;
	return NULL;
}

static void inline_atoms(struct doc *d, struct atoms *as, const char *s, const char *end, enum style style)
{
	const char *from = s;

	while (s < end) {
		bool bold = end - s > 2 && s[0] == '*' && s[1] == '*';
		const char *sign = bold ? "**" : "`";
		size_t skip = strlen(sign);
		const char *stop = NULL;

		if (bold || *s == '`')
			stop = closing(s + skip, end, sign);
		if (stop == NULL || stop == s + skip) {
			s++;
			continue;
		}
		atoms_add(d, as, from, (size_t)(s - from), style);
		atoms_add(d, as, s + skip, (size_t)(stop - s) - skip, bold ? ST_STRONG : ST_CODE);
		s = from = stop + skip;
	}
	atoms_add(d, as, from, (size_t)(end - from), style);
}

/* Bytes of a list sign at the start of a line, "- " or "12. "; 0 when there is none. */
static size_t list_sign(const char *s, const char *end)
{
	size_t n = 0;

	if (end - s >= 2 && (s[0] == '-' || s[0] == '*') && s[1] == ' ')
		return 2;
	while (s + n < end && n < 3 && s[n] >= '0' && s[n] <= '9')
		n++;
	return n > 0 && end - s >= (ptrdiff_t)n + 2 && s[n] == '.' && s[n + 1] == ' ' ? n + 2 : 0;
}

static const char *line_end(const char *s)
{
	const char *e = strchr(s, '\n');

	return e != NULL ? e : s + strlen(s);
}

static bool is_blank(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s == end;
}

/* The end of the paragraph or list item that begins at s: before the next blank line,
 * list sign or literal line. */
static const char *paragraph_end(const char *s)
{
	const char *end = line_end(s);

	while (*end == '\n') {
		const char *next = end + 1;
		const char *stop = line_end(next);
		const char *word = next;

		while (word < stop && *word == ' ')
			word++;
		if (is_blank(next, stop) || list_sign(word, stop) != 0 || strncmp(next, "    ", 4) == 0)
			break;
		end = stop;
	}
	return end;
}

static const char *prose_item(struct doc *d, int indent, enum style style, const char *s)
{
	const char *word = s, *end;
	struct atoms as = {0};
	size_t sign;
	int lead = 0;

	while (*word == ' ') {
		word++;
		lead++;
	}
	end = line_end(s);
	sign = list_sign(word, end);
	if (lead >= 4 && sign == 0) { /* as it is, like a command to type */
		doc_line(d);
		atoms_add(d, &as, word, (size_t)(end - word), ST_CODE);
		wrap_atoms(d, &as, indent + 2, indent + 4);
		return end;
	}
	end = paragraph_end(s);
	doc_line(d);
	if (sign != 0) {
		int at = indent + (lead < 2 ? 0 : 2);

		doc_tab(d, at);
		if (*word == '-' || *word == '*')
			doc_add(d, ST_DIM, "•");
		else
			add_run(d, last_line(d), (struct run){word, sign - 1, at, (int)sign - 1, ST_DIM});
		inline_atoms(d, &as, word + sign, end, style);
		wrap_atoms(d, &as, at + (int)sign, at + (int)sign);
		return end;
	}
	inline_atoms(d, &as, word, end, style);
	wrap_atoms(d, &as, indent, indent);
	return end;
}

void doc_prose(struct doc *d, int indent, enum style style, const char *s)
{
	while (*s != '\0') {
		const char *end = line_end(s);

		if (is_blank(s, end))
			doc_blank(d);
		else
			end = prose_item(d, indent, style, s);
		s = *end == '\n' ? end + 1 : end;
	}
	while (d->n > 1 && d->line[d->n - 1].n == 0)
		d->n--;
}

void doc_lines(struct doc *d, int indent, int hang, enum style style, const char *s)
{
	while (*s != '\0') {
		const char *end = line_end(s);

		doc_line(d);
		doc_wrap(d, indent, hang, style, arena_strndup(d->mem, s, (size_t)(end - s)));
		s = *end == '\n' ? end + 1 : end;
	}
}

/* ---- drawing ---- */

int doc_draw(const struct doc *d, struct frame *f, struct rect at, size_t first)
{
	int drawn = 0;

	for (size_t i = first; i < d->n && drawn < at.rows; i++, drawn++) {
		const struct line *l = &d->line[i];

		if (l->item >= 0)
			frame_item_is(f, at.row + drawn, l->item);
		for (size_t r = 0; r < l->n; r++)
			frame_put(f, at.row + drawn, at.col + l->run[r].col, at.cols - l->run[r].col,
			          l->run[r].style, l->run[r].s, l->run[r].n);
	}
	return drawn;
}

bool doc_item_lines(const struct doc *d, int item, size_t *first, size_t *end)
{
	size_t i = 0;

	while (i < d->n && d->line[i].item != item)
		i++;
	*first = *end = i;
	while (*end < d->n && d->line[*end].item == item)
		(*end)++;
	return *end > *first;
}

/* ---- small texts ---- */

const char *text_middle(struct arena *mem, const char *s, int cols, bool ascii)
{
	size_t n = strlen(s);
	const char *dots = glyph(GL_ELLIPSIS, ascii);
	size_t want, head, tail, skip = 0, rest = text_cols(s, n);

	if (cols < 1 || rest <= (size_t)cols)
		return s;
	want = (size_t)cols - 1;
	head = text_fit(s, n, want - want / 2);
	tail = want / 2;
	/* The tail is found by dropping characters from the front until it fits. */
	while (skip < n && rest > tail) {
		size_t len = text_fit(s + skip, n - skip, 1);
		uint32_t cp;

		if (len == 0)
			len = utf8_decode(s + skip, n - skip, &cp);
		rest -= text_cols(s + skip, len);
		skip += len;
	}
	return arena_fmt(mem, "%.*s%s%s", (int)head, s, dots, s + skip);
}

const char *text_age(struct arena *mem, int64_t then_ms, int64_t now_ms)
{
	int64_t min = (now_ms - then_ms) / 60000;
	char iso[CLOCK_TEXT];

	if (min < 0)
		min = 0;
	if (min < 1)
		return "just now";
	if (min < 60)
		return arena_fmt(mem, "%" PRId64 " min ago", min);
	if (min < 24 * 60)
		return arena_fmt(mem, "%" PRId64 " h ago", min / 60);
	if (min < 48 * 60)
		return "yesterday";
	if (min < 14 * 24 * 60)
		return arena_fmt(mem, "%" PRId64 " days ago", min / (24 * 60));
	clock_iso(then_ms, iso);
	return arena_strndup(mem, iso, 10);
}

const char *text_size(struct arena *mem, uint64_t bytes)
{
	static const char *const unit[] = {"bytes", "KB", "MB", "GB", "TB"};
	uint64_t whole = bytes, rest = 0;
	size_t u = 0;

	while (whole >= 1000 && u + 1 < sizeof(unit) / sizeof(unit[0])) {
		rest = whole % 1000 / 100;
		whole /= 1000;
		u++;
	}
	if (u > 0 && whole < 10)
		return arena_fmt(mem, "%" PRIu64 ".%" PRIu64 " %s", whole, rest, unit[u]);
	return arena_fmt(mem, "%" PRIu64 " %s", whole, unit[u]);
}
