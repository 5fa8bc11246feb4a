/*
 * The path as a drawing: the steps walked as a column of cards, and beside each
 * the answers that were not chosen.  Inline SVG, coloured by the style sheet only.
 */
#include "report_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

/* Pixels of the drawing; a card holds two lines of 13 px text, a branch one of 12 px. */
#define WIDTH 800
#define CARD_X 44
#define CARD_W 350
#define CARD_H 46
#define STOP_GAP 22
#define BRANCH_X 440
#define BRANCH_H 18
#define BRANCHES_MAX 6
/* Columns of text that fit; an average letter is 6.6 px wide at 13 px, digits and capitals are wider. */
#define CARD_COLUMNS 46
#define BRANCH_COLUMNS 52

static void fitted(struct sink *s, const char *text, size_t cols)
{
	size_t n = strlen(text), fit = utf8_fit(text, n, cols);
	char *one;

	if (fit == n) {
		esc_html(s, text);
		return;
	}
	one = xstrndup(text, utf8_fit(text, n, cols - 1));
	esc_html(s, one);
	sink_str(s, "\xE2\x80\xA6");
	free(one);
}

static size_t branches_of(const struct rnode *stop)
{
	size_t n = 0;

	for (const struct rnode *c = stop->child; c != NULL; c = c->next)
		n += c->kind == R_ALT;
	return n;
}

static int height_of(const struct rnode *stop)
{
	size_t n = branches_of(stop);
	int branches = (int)(n > BRANCHES_MAX ? BRANCHES_MAX + 1 : n) * BRANCH_H;

	return (branches > CARD_H ? branches : CARD_H) + STOP_GAP;
}

static void branch(struct sink *s, int y, int to, const char *text)
{
	sink_fmt(s, "<path class=\"branch\" d=\"M%d %d C%d %d %d %d %d %d\"/>", CARD_X + CARD_W, y,
	         CARD_X + CARD_W + 28, y, BRANCH_X - 34, to, BRANCH_X - 6, to);
	sink_fmt(s, "<text class=\"small\" x=\"%d\" y=\"%d\">", BRANCH_X, to + 4);
	fitted(s, text, BRANCH_COLUMNS);
	sink_str(s, "</text>\n");
}

static void branches(struct sink *s, const struct rnode *stop, int y)
{
	size_t n = branches_of(stop), i = 0;
	int lines = (int)(n > BRANCHES_MAX ? BRANCHES_MAX + 1 : n);
	int to = y + (height_of(stop) - STOP_GAP) / 2 - (lines - 1) * BRANCH_H / 2;
	int from = y + (height_of(stop) - STOP_GAP) / 2;
	char more[48];

	for (const struct rnode *c = stop->child; c != NULL; c = c->next) {
		if (c->kind != R_ALT || i++ >= BRANCHES_MAX)
			continue;
		branch(s, from, to, c->text);
		to += BRANCH_H;
	}
	if (n > BRANCHES_MAX) {
		snprintf(more, sizeof(more), "and %zu more", n - BRANCHES_MAX);
		branch(s, from, to, more);
	}
}

static const char *child_text(const struct rnode *stop, enum rnode_kind kind)
{
	for (const struct rnode *c = stop->child; c != NULL; c = c->next)
		if (c->kind == kind)
			return c->text;
	return NULL;
}

static void card(struct sink *s, const struct rnode *stop, int y)
{
	static const char *const classes[] = {"", "ok", "bad", "warn", "open"};
	const char *answer = child_text(stop, R_TEXT), *by = child_text(stop, R_MUTED);
	int mid = y + (height_of(stop) - STOP_GAP) / 2, top = mid - CARD_H / 2;

	sink_fmt(s, "<g><title>");
	esc_html(s, stop->text);
	if (answer != NULL) {
		sink_str(s, ": ");
		esc_html(s, answer);
	}
	if (by != NULL) {
		sink_str(s, ", ");
		esc_html(s, by);
	}
	sink_fmt(s, "</title><rect class=\"card\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>",
	         CARD_X, top, CARD_W, CARD_H);
	sink_fmt(s,
	         "<circle class=\"dot %s\" cx=\"20\" cy=\"%d\" r=\"11\"/><text class=\"glyph\" x=\"20\" "
	         "y=\"%d\">%s</text>",
	         classes[stop->mark], mid, mid + 5, rn_glyph((enum report_mark)stop->mark));
	sink_fmt(s, "<text class=\"label\" x=\"%d\" y=\"%d\">", CARD_X + 12,
	         top + (answer != NULL ? 19 : 28));
	fitted(s, stop->text, CARD_COLUMNS);
	sink_str(s, "</text>");
	if (answer != NULL) {
		sink_fmt(s, "<text x=\"%d\" y=\"%d\">", CARD_X + 12, top + 37);
		fitted(s, answer, CARD_COLUMNS);
		sink_str(s, "</text>");
	}
	sink_str(s, "</g>\n");
}

void svg_graph(const struct rnode *n, struct sink *s)
{
	int height = 8, y = 8;

	for (const struct rnode *c = n->child; c != NULL; c = c->next)
		height += height_of(c);
	sink_str(s,
	         "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"Drawing of the path\">\n");
	sink_fmt(s,
	         "<svg role=\"img\" aria-labelledby=\"%s-t\" viewBox=\"0 0 %d %d\" width=\"%d\" "
	         "height=\"%d\">\n<title id=\"%s-t\">",
	         n->id, WIDTH, height, WIDTH, height, n->id);
	esc_html(s, n->text);
	sink_str(s, "</title>\n");
	for (const struct rnode *c = n->child; c != NULL; c = c->next) {
		int mid = y + (height_of(c) - STOP_GAP) / 2;

		if (c->next != NULL)
			sink_fmt(s, "<path class=\"line\" d=\"M20 %d V%d\"/>\n", mid,
			         y + height_of(c) + (height_of(c->next) - STOP_GAP) / 2);
		branches(s, c, y);
		card(s, c, y);
		y += height_of(c);
	}
	sink_str(s, "</svg></div>\n");
}
