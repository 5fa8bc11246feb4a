/*
 * What is read on a step: the question, what was measured, why, and where it comes
 * from.  Blocks in, lines out; nothing here can be chosen.
 */
#include "view_int.h"

#include <string.h>

static void progress(struct view *v, struct doc *d, const struct block *b)
{
	int cols = doc_left(d) > 60 ? 24 : doc_left(d) > 40 ? 16 : 8;
	int full = b->done >= b->total ? cols : (int)(b->done * (uint64_t)cols / b->total);

	for (int i = 0; i < cols; i++)
		doc_add(d, i < full ? ST_ACCENT : ST_DIM, glyph(i < full ? GL_FULL : GL_EMPTY, v->ascii));
	doc_add(d, ST_DIM,
	        arena_fmt(v->mem, "  %s of %s", text_size(v->mem, b->done), text_size(v->mem, b->total)));
}

static bool waits(const struct block *b)
{
	return b->kind == BLOCK_CHECK && b->mark == MARK_OPEN && b->total == 0 && b->label != NULL &&
	       b->text != NULL && !b->more;
}

static const struct block *next_shown(const struct page *p, const struct block *b)
{
	for (b++; b < p->blocks + p->nblocks; b++)
		if (!b->more)
			return b;
	return NULL;
}

static bool same_wait(const struct block *a, const struct block *b)
{
	return a != NULL && b != NULL && waits(a) && waits(b) && strcmp(a->text, b->text) == 0;
}

/* Of several that wait for the same, the first is said for all where room is scarce. */
static bool is_followed(const struct page *p, const struct block *b)
{
	return same_wait(b, next_shown(p, b));
}

static bool follows(const struct page *p, const struct block *b)
{
	for (const struct block *k = b; k > p->blocks;)
		if (!(--k)->more)
			return same_wait(k, b);
	return false;
}

/* The widest label of a kind, so that the texts beside them stand in one column. */
static int label_cols(const struct page *p, enum block_kind kind, int width, bool joins)
{
	int cols = 0, most = width * 2 / 5;

	for (size_t i = 0; i < p->nblocks; i++) {
		const struct block *k = &p->blocks[i];
		int w = k->label != NULL ? (int)text_cols(k->label, strlen(k->label)) : 0;

		if (k->kind == kind && w > cols && !(joins && (is_followed(p, k) || follows(p, k))))
			cols = w;
	}
	return cols < most ? cols : most;
}

/* A sign at the start of a line; returns the column after it. */
static int sign(struct view *v, struct doc *d, enum mark m)
{
	doc_line(d);
	if (m != MARK_NONE) {
		doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
		doc_add(d, ST_TEXT, " ");
	}
	return d->line[d->n - 1].used;
}

/* "✗ SCEP URL   504 ...", its text wrapped beneath itself. */
static void block_check(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	int cols = label_cols(p, BLOCK_CHECK, d->width, d->dense);
	bool running = b->total > 0, says = b->text != NULL && b->text[0] != '\0';
	int at = sign(v, d, b->mark);

	if (b->label != NULL && d->width >= 44) {
		doc_cell(d, cols, ST_STRONG, b->label);
		doc_add(d, ST_TEXT, "  ");
		at = d->line[d->n - 1].used;
	} else if (b->label != NULL) {
		doc_add(d, ST_STRONG, b->label);
		if (says || running) {
			doc_line(d);
			doc_tab(d, at);
		}
	}
	if (says && d->scarce)
		doc_cell(d, doc_left(d), b->mark == MARK_OPEN ? ST_DIM : ST_TEXT, b->text);
	else if (says)
		doc_wrap(d, at, at, running ? ST_ACCENT : b->mark == MARK_OPEN ? ST_DIM : ST_TEXT, b->text);
	if (running) {
		if (says)
			doc_line(d);
		doc_tab(d, at);
		progress(v, d, b);
	}
}

/* The cause by its name, unless that is the heading already, and what it means. */
static void block_cause(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	bool named = b->label != NULL && (p->ask == NULL || strcmp(b->label, p->ask) != 0);
	int at = sign(v, d, b->mark);

	if (named)
		doc_wrap(d, at, at, ST_STRONG, b->label);
	if (b->text == NULL || b->text[0] == '\0')
		return;
	if (named) {
		doc_line(d);
		doc_tab(d, at);
	}
	doc_wrap(d, at, at, ST_TEXT, b->text);
}

/* "Because   line 88 says Disabled": a word, then the reason beside it. */
static void block_because(struct doc *d, const struct page *p, const struct block *b)
{
	int cols = label_cols(p, BLOCK_BECAUSE, d->width, false);

	if (cols < 7)
		cols = 7;
	doc_line(d);
	doc_cell(d, cols, ST_DIM, b->label != NULL ? b->label : "Because");
	doc_add(d, ST_TEXT, "  ");
	if (b->text != NULL)
		doc_wrap(d, cols + 2, cols + 2, ST_TEXT, b->text);
}

static void block_sign(struct view *v, struct doc *d, const struct block *b, enum mark mark, enum style style)
{
	int at = sign(v, d, mark);

	if (b->label != NULL && b->label[0] != '\0') {
		doc_add(d, ST_STRONG, b->label);
		doc_add(d, ST_TEXT, "  ");
	}
	if (b->text != NULL)
		doc_wrap(d, d->line[d->n - 1].used, at, style, b->text);
}

/* A smaller line under the block before; with a label a row of a table. */
static void block_detail(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	int at = 2, cols = label_cols(p, BLOCK_DETAIL, d->width, false);

	if (b->text == NULL || b->text[0] == '\0')
		return;
	doc_line(d);
	doc_tab(d, at);
	if (b->mark != MARK_NONE) {
		doc_add(d, mark_style(b->mark), mark_glyph(b->mark, v->ascii));
		doc_add(d, ST_TEXT, " ");
		at = d->line[d->n - 1].used;
	}
	if (b->label != NULL && d->width >= 44) {
		doc_cell(d, cols, ST_DIM, b->label);
		doc_add(d, ST_TEXT, "  ");
		doc_wrap(d, at + cols + 2, at + cols + 2, ST_TEXT, b->text);
	} else if (b->label != NULL) {
		doc_wrap(d, at, at + 2, ST_TEXT, arena_fmt(v->mem, "%s: %s", b->label, b->text));
	} else {
		doc_wrap(d, at, at + (b->mark == MARK_NONE ? 2 : 0), ST_DIM, b->text);
	}
}

/* Where room is scarce, of a command that a key copies only as much as tells what it is. */
static void cut_command(struct view *v, struct doc *d, size_t from)
{
	size_t left = d->n - from;

	if (!d->dense || left <= d->command + 1)
		return;
	d->n = from + d->command;
	d->hidden = left - d->command;
	doc_line(d);
	doc_tab(d, 2);
	doc_add(d, ST_DIM,
	        arena_fmt(v->mem, "%s %zu more lines of it: y copies all, y y shows it",
	                  glyph(GL_MORE, v->ascii), d->hidden));
}

bool view_copies(const struct page *p, const struct block *b)
{
	return b->kind == BLOCK_COMMAND && b->text != NULL && p->copy != NULL &&
	       strcmp(p->copy, b->text) == 0;
}

static void block_command(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	size_t from;

	if (b->label != NULL) {
		doc_line(d);
		doc_wrap(d, 0, 0, ST_DIM, b->label);
	}
	from = d->n;
	if (b->text == NULL)
		return;
	doc_lines(d, 2, d->scarce ? 2 : 4, ST_CODE, b->text);
	if (view_copies(p, b))
		cut_command(v, d, from);
}

/* "· needed here: State of the pools, Event logs" */
static void waiting(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	const char *text = arena_fmt(v->mem, "%s: %s", b->text, b->label);
	int at = sign(v, d, b->mark);

	while (is_followed(p, b)) {
		b = next_shown(p, b);
		text = arena_fmt(v->mem, "%s, %s", text, b->label);
	}
	if (d->scarce)
		doc_cell(d, doc_left(d), ST_TEXT, text);
	else
		doc_wrap(d, at, at, ST_TEXT, text);
}

static void block_source(struct view *v, struct doc *d, const struct block *b)
{
	const char *label = b->label != NULL ? b->label : "Source:";

	doc_line(d);
	doc_wrap(d, 0, 2, ST_DIM, arena_fmt(v->mem, "%s %s", label, b->text != NULL ? b->text : ""));
}

static void block(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_TEXT:
		doc_prose(d, 0, ST_TEXT, b->text != NULL ? b->text : "");
		break;
	case BLOCK_SOURCE:
		block_source(v, d, b);
		break;
	case BLOCK_CHECK:
		if (!d->dense || (!is_followed(p, b) && !follows(p, b)))
			block_check(v, d, p, b);
		else if (!follows(p, b))
			waiting(v, d, p, b);
		break;
	case BLOCK_DETAIL:
		block_detail(v, d, p, b);
		break;
	case BLOCK_CAUSE:
		block_cause(v, d, p, b);
		break;
	case BLOCK_BECAUSE:
		block_because(d, p, b);
		break;
	case BLOCK_COMMAND:
		block_command(v, d, p, b);
		break;
	case BLOCK_WARNING:
		block_sign(v, d, b, MARK_WARN, ST_TEXT);
		break;
	case BLOCK_ERROR:
		block_sign(v, d, b, MARK_BAD, ST_TEXT);
		break;
	case BLOCK_HINT:
		block_sign(v, d, b, b->mark, b->mark != MARK_NONE ? ST_STRONG : ST_DIM);
		break;
	}
}

/* Blocks of one sort stand together; between two sorts there is a free line.  A detail
 * belongs to the block before it, a command to what announces it. */
static bool joined(enum block_kind before, enum block_kind k)
{
	if (k == BLOCK_DETAIL)
		return true;
	if (before == BLOCK_DETAIL)
		return k == BLOCK_CHECK || k == BLOCK_BECAUSE;
	if (before == BLOCK_HINT && k == BLOCK_COMMAND)
		return true;
	return before == k && k != BLOCK_TEXT && k != BLOCK_HINT && k != BLOCK_CAUSE;
}

/* In which round a block is drawn.  The source is always last.  Where room is scarce, what
 * the checks tell comes first, then what was seen, then what explains it. */
enum { ROUND_TOLD, ROUND_SEEN, ROUND_SAID, ROUND_SOURCE };

static int turn(const struct block *b, bool tight)
{
	if (b->kind == BLOCK_SOURCE)
		return ROUND_SOURCE;
	if (!tight)
		return ROUND_SEEN;
	if (b->kind == BLOCK_HINT && b->mark != MARK_NONE)
		return ROUND_TOLD;
	if (b->mark == MARK_NONE &&
	    (b->kind == BLOCK_TEXT || b->kind == BLOCK_HINT || b->kind == BLOCK_COMMAND))
		return ROUND_SAID;
	return ROUND_SEEN;
}

/* Of a check that went well or decides nothing, a crowded screen leaves the details to the evidence panel;
 * where sources disagree each has its own. */
static bool left_out(const struct doc *d, const struct page *p, const struct block *b,
                     const struct block *owner)
{
	if (d->scarce && b->kind == BLOCK_DETAIL)
		return true;
	return d->dense && p->kind == PAGE_ASK && b->kind == BLOCK_DETAIL && owner != NULL &&
	       owner->kind == BLOCK_CHECK && (owner->mark == MARK_OK || owner->mark == MARK_OPEN);
}

static void read_round(struct view *v, const struct page *p, struct doc *d, int round)
{
	const struct block *before = NULL, *owner = NULL; /* owner: what a detail belongs to */

	for (size_t i = 0; i < p->nblocks; i++) {
		const struct block *b = &p->blocks[i];

		if (b->kind != BLOCK_DETAIL || owner == NULL)
			owner = b;
		if ((b->more && !v->more) || turn(owner, d->dense) != round || left_out(d, p, b, owner))
			continue;
		if (before == NULL || !joined(before->kind, b->kind))
			doc_blank(d);
		before = b;
		block(v, d, p, b);
	}
}

size_t view_read(struct view *v, const struct page *p, struct doc *d)
{
	size_t needed;

	if (p->ask != NULL)
		doc_wrap(d, 0, 0, ST_STRONG, p->ask);
	read_round(v, p, d, ROUND_TOLD);
	read_round(v, p, d, ROUND_SEEN);
	read_round(v, p, d, ROUND_SAID);
	needed = d->n;
	read_round(v, p, d, ROUND_SOURCE);
	return needed;
}
