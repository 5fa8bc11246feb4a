/*
 * The very lines of a file around one that a fact rests on, as the probe's child read them.  Knows which line
 * it is about; what stands around it is brought by whoever carries out its wish.
 */
#include "case_text.h"
#include "panel.h"

#include <inttypes.h>
#include <string.h>

#include <casebook/file_name.h>

/* A piece of evidence and one of its marked lines, in the number that a panel is opened with. */
#define MARKS (EVIDENCE_MAX_PINS + 1)

/* Event files have records, which stand in the piece whole. */
static bool has_lines(const struct evidence *e, const struct pin *p)
{
	return e->sha256 != NULL && p->line != 0 && e->probe != NULL &&
	       strcmp(e->probe, "windows.events") != 0;
}

/* Whether its line was met before, as one that another fact rests on too. */
static bool is_first(const struct evidence *e, size_t pin)
{
	for (size_t i = 0; i < pin; i++)
		if (pin_same_line(&e->pins[i], &e->pins[pin]))
			return false;
	return true;
}

/* Those with lines to look around in; returns how many, in *nth that one. */
static size_t marks(const struct evidence *e, size_t nth, const struct pin **out)
{
	size_t n = 0;

	*out = NULL;
	for (size_t i = 0; i < e->npins; i++) {
		if (!has_lines(e, &e->pins[i]) || !is_first(e, i))
			continue;
		if (n++ == nth)
			*out = &e->pins[i];
	}
	return n;
}

static const struct evidence *piece(const struct panel_at *at, size_t nth)
{
	const struct casefile *cf = at->in->now != NULL ? at->in->now->cf : NULL;

	for (size_t i = 0; cf != NULL && i < cf->nlog; i++)
		if (cf->log[i].kind == REC_EVIDENCE && nth-- == 0)
			return &cf->log[i].u.evidence;
	return NULL;
}

struct wish panel_lines_of(const struct panel_at *at, size_t nth)
{
	const struct evidence *e = piece(at, nth);
	const struct pin *p;

	if (e == NULL || marks(e, 0, &p) == 0)
		return (struct wish){.kind = WISH_SAY,
		                     .text = "Enter: no line of a text file is marked in this piece.",
		                     .mark = MARK_NONE};
	return (struct wish){.kind = WISH_PANEL, .panel = &panel_lines, .n = nth * MARKS};
}

static struct wish bring(struct panel_at *at)
{
	const struct evidence *e = piece(at, at->own->n / MARKS);
	const struct pin *p = NULL;

	if (e == NULL || marks(e, at->own->n % MARKS, &p) == 0 || p == NULL)
		return (struct wish){.kind = WISH_NONE};
	return (struct wish){
	        .kind = WISH_LINES, .text = p->file != NULL ? p->file : e->target, .n = (size_t)p->line};
}

static bool other_mark(struct panel_at *at, enum action act, struct key k)
{
	const struct evidence *e = piece(at, at->own->n / MARKS);
	size_t nth = at->own->n % MARKS, n;
	const struct pin *p;

	(void)k;
	if (e == NULL || (act != ACT_NEXT && act != ACT_PREV))
		return false;
	n = marks(e, nth, &p);
	if (act == ACT_NEXT ? nth + 1 < n : nth > 0)
		at->own->n = act == ACT_NEXT ? at->own->n + 1 : at->own->n - 1;
	return true;
}

/* The pin has the line as it was when the fact was seen. */
static bool same_text(const struct pin *p, const char *text)
{
	enum { COMPARED = 60 };

	return p->text == NULL || strstr(p->text, "<removed") != NULL ||
	       strncmp(p->text, text, COMPARED) == 0 || strstr(text, p->text) != NULL ||
	       strstr(p->text, text) != NULL;
}

static void one_line(struct view *v, struct doc *d, const struct numbered_line *l, bool hit, int cols)
{
	doc_line(d);
	doc_add(d, ST_SELECTED, hit ? glyph(GL_POINTER, v->ascii) : " ");
	doc_tab(d, 2);
	doc_add(d, ST_DIM, arena_fmt(v->mem, "%*" PRIu64, cols, l->number));
	doc_tab(d, cols + 4);
	doc_wrap(d, cols + 4, cols + 4, hit ? ST_STRONG : ST_PIN, l->text);
}

static void head(struct view *v, struct doc *d, const struct panel_at *at, const struct file_lines *f)
{
	const struct evidence *e = piece(at, at->own->n / MARKS);
	const struct pin *p = NULL;
	size_t nth = at->own->n % MARKS, n = e != NULL ? marks(e, nth, &p) : 0;

	d->item = -1;
	doc_line(d);
	doc_add(d, ST_STRONG, text_middle(v->mem, file_name_base(f->file), d->width / 2, v->ascii));
	doc_add(d, ST_DIM, arena_fmt(v->mem, "  line %" PRIu64, f->hit));
	if (n > 0)
		doc_right(d, ST_DIM, arena_fmt(v->mem, "mark %zu of %zu", nth + 1, n));
	for (size_t i = 0; p != NULL && i < f->n; i++)
		if (f->line[i].number == f->hit && !same_text(p, f->line[i].text)) {
			doc_line(d);
			doc_add(d, mark_style(MARK_WARN), mark_glyph(MARK_WARN, v->ascii));
			doc_add(d, ST_TEXT, " ");
			doc_wrap(d, d->line[d->n - 1].used, 2, ST_TEXT,
			         arena_fmt(v->mem, "The file has changed since it was read; then it said: %s",
			                   p->text));
		}
	doc_blank(d);
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct file_lines *f = at->in->lines;
	int cols = 1;

	if (f == NULL) {
		doc_wrap(d, 0, 0, ST_DIM, "The lines are being read.");
		return;
	}
	head(v, d, at, f);
	if (f->why != NULL)
		doc_wrap(d, 0, 0, ST_TEXT, f->why);
	for (uint64_t most = f->n != 0 ? f->line[f->n - 1].number : 0; most >= 10; most /= 10)
		cols++;
	for (size_t i = 0; i < f->n; i++) {
		d->item = (int)i;
		one_line(v, d, &f->line[i], f->line[i].number == f->hit, cols);
		if (f->line[i].number == f->hit)
			at->here = (int)i;
	}
}

static const struct binding keys[] = {
        {.key = KEY(K_TAB),
         .act = ACT_NEXT,
         .foot = "next mark",
         .help = "the next marked line of this piece"},
        {.key = KEY(K_BACKTAB), .act = ACT_PREV, .help = "the marked line before"},
        {.act = ACT_NONE},
};

const struct panel panel_lines = {
        .name = "lines",
        .title = "Lines of the file",
        .context = CX_READ,
        .over = true,
        .keys = keys,
        .open = bring,
        .lines = lines,
        .act = other_mark,
};
