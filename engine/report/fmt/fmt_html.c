/*
 * One HTML file: no script, no outside resource, a policy that forbids both, and
 * markup that a screen reader can walk (landmarks, headings, heads of tables).
 */
#include "report_int.h"

#include <string.h>

#include <casebook/sha256.h>
#include <casebook/utf8.h>

/* From this many columns on a table scrolls on a narrow screen instead of breaking every word. */
#define MANY_COLUMNS 4

/* An id, an address or a time is not broken over lines. */
#define SHORT_CODE 24

extern const unsigned char report_css[];
extern const size_t report_css_size;

static const char *mark_class(unsigned char mark)
{
	static const char *const names[] = {"", "ok", "bad", "warn", "open"};

	return names[mark];
}

static void open_tag(struct sink *s, const char *name, const char *class)
{
	sink_char(s, '<');
	sink_str(s, name);
	if (class != NULL && class[0] != '\0') {
		sink_str(s, " class=\"");
		sink_str(s, class);
		sink_char(s, '"');
	}
	sink_char(s, '>');
}

static void wrapped(struct sink *s, const char *name, const char *class, const char *text)
{
	open_tag(s, name, class);
	esc_html(s, text);
	sink_str(s, "</");
	sink_str(s, name);
	sink_char(s, '>');
}

static void glyph(struct sink *s, unsigned char mark)
{
	if (mark == RM_NONE)
		return;
	sink_str(s, "<span aria-hidden=\"true\">");
	sink_str(s, rn_glyph((enum report_mark)mark));
	sink_str(s, "</span> ");
}

static void span_of(const struct rnode *n, unsigned char kind, struct sink *s)
{
	switch (kind) {
	case R_MONO:
		wrapped(s, "code", n->text != NULL && strlen(n->text) <= SHORT_CODE ? "short" : NULL,
		        n->text);
		break;
	case R_STRONG:
		wrapped(s, "strong", NULL, n->text);
		break;
	case R_MUTED:
		wrapped(s, "span", "muted", n->text);
		break;
	case R_TIME:
		wrapped(s, "span", "at", n->text);
		break;
	case R_MARK:
		sink_str(s, "<span class=\"mark ");
		sink_str(s, mark_class(n->mark));
		sink_str(s, "\">");
		glyph(s, n->mark);
		esc_html(s, n->text);
		sink_str(s, "</span>");
		break;
	case R_REF:
		sink_str(s, "<a href=\"#");
		esc_html(s, n->id);
		sink_str(s, "\">");
		esc_html(s, n->text);
		sink_str(s, "</a>");
		break;
	default:
		esc_html(s, n->text);
		break;
	}
}

static void spans(const struct rnode *n, struct sink *s)
{
	bool some = n->text != NULL && n->text[0] != '\0';

	if (n->span != 0 && some)
		span_of(n, n->span, s);
	else
		esc_html(s, n->text);
	for (const struct rnode *c = n->child; c != NULL; c = c->next) {
		if (rn_is_block(c))
			continue;
		if (some && rn_spaced(c))
			sink_char(s, ' ');
		span_of(c, c->kind, s);
		some = true;
	}
}

static void code(const struct rnode *n, struct sink *s)
{
	/* A command is never broken: it scrolls, by keyboard as well (WCAG 2.1.1). */
	sink_str(s, "<pre tabindex=\"0\"><code>");
	esc_html(s, n->text);
	sink_str(s, "</code></pre>\n");
}

static void list(const struct rnode *n, struct sink *s)
{
	sink_str(s, "<ul>\n");
	for (const struct rnode *item = n->child; item != NULL; item = item->next) {
		sink_str(s, "<li>");
		spans(item, s);
		for (const struct rnode *c = item->child; c != NULL; c = c->next) {
			if (c->kind == R_LIST)
				list(c, s);
			else if (c->kind == R_CODE)
				code(c, s);
		}
		sink_str(s, "</li>\n");
	}
	sink_str(s, "</ul>\n");
}

static void terms(const struct rnode *n, struct sink *s)
{
	sink_str(s, "<dl>\n");
	for (const struct rnode *t = n->child; t != NULL; t = t->next) {
		struct rnode value = *t;

		value.text = NULL;
		sink_str(s, "<div>");
		wrapped(s, "dt", NULL, t->text);
		sink_str(s, "<dd>");
		spans(&value, s);
		sink_str(s, "</dd></div>\n");
	}
	sink_str(s, "</dl>\n");
}

static void head_row(const struct rnode *row, struct sink *s)
{
	sink_str(s, "<thead><tr>");
	for (const struct rnode *c = row->child; c != NULL; c = c->next) {
		sink_str(s, "<th scope=\"col\">");
		spans(c, s);
		sink_str(s, "</th>");
	}
	sink_str(s, "</tr></thead>\n<tbody>\n");
}

static void body_row(const struct rnode *row, struct sink *s)
{
	sink_str(s, "<tr>");
	for (const struct rnode *c = row->child; c != NULL; c = c->next) {
		sink_str(s, c->level == 1 ? "<th scope=\"row\">" : "<td>");
		spans(c, s);
		sink_str(s, c->level == 1 ? "</th>" : "</td>");
	}
	sink_str(s, "</tr>\n");
}

static size_t columns(const struct rnode *table)
{
	size_t n = 0;

	for (const struct rnode *c = table->child != NULL ? table->child->child : NULL; c != NULL;
	     c = c->next)
		n++;
	return n;
}

static void table(const struct rnode *n, struct sink *s)
{
	const struct rnode *row;
	size_t at;
	bool many = columns(n) >= MANY_COLUMNS;
	bool time = n->child != NULL && n->child->child != NULL && n->child->child->text != NULL &&
	            strncmp(n->child->child->text, "Time", 4) == 0;

	/* A part that scrolls must be reachable by keyboard (WCAG 2.1.1). */
	sink_str(s, "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"");
	esc_html(s, n->text);
	sink_fmt(s, "\"><table class=\"%s%s\">", many ? "many" : "few", time ? " time" : "");
	wrapped(s, "caption", n->level != 0 ? NULL : "unseen", n->text);
	sink_char(s, '\n');
	for (row = rnode_next_row(n, NULL, &at); row != NULL; row = rnode_next_row(n, row, &at)) {
		if (row->level == 1)
			head_row(row, s);
		else
			body_row(row, s);
	}
	sink_str(s, "</tbody></table></div>\n");
}

static void blocks(const struct rnode *n, struct sink *s);

static void section(const struct rnode *n, struct sink *s)
{
	unsigned h = n->level + 1u;

	sink_str(s, "<section");
	if (n->id != NULL) {
		sink_str(s, " id=\"");
		esc_html(s, n->id);
		sink_char(s, '"');
	}
	sink_fmt(s, ">\n<h%u>", h);
	if (n->mark != RM_NONE)
		sink_fmt(s, "<span class=\"%s\" aria-hidden=\"true\">%s</span> ", mark_class(n->mark),
		         rn_glyph((enum report_mark)n->mark));
	esc_html(s, n->text);
	sink_fmt(s, "</h%u>\n", h);
	blocks(n, s);
	sink_str(s, "</section>\n");
}

/* The anchor stands inside, so that a link to it opens the fold (HTML 6.7, "ancestor details revealing"). */
static void fold(const struct rnode *n, struct sink *s)
{
	sink_str(s, n->level == 1 ? "<details open><summary>" : "<details><summary>");
	esc_html(s, n->text);
	sink_str(s, "</summary><div");
	if (n->id != NULL) {
		sink_str(s, " id=\"");
		esc_html(s, n->id);
		sink_char(s, '"');
	}
	sink_str(s, ">\n");
	blocks(n, s);
	sink_str(s, "</div></details>\n");
}

static void one_block(const struct rnode *n, struct sink *s)
{
	switch (n->kind) {
	case R_SECTION:
		section(n, s);
		break;
	case R_FOLD:
		fold(n, s);
		break;
	case R_TABLE:
		table(n, s);
		break;
	case R_LIST:
		list(n, s);
		break;
	case R_TERMS:
		terms(n, s);
		break;
	case R_CODE:
		code(n, s);
		break;
	case R_QUOTE:
		wrapped(s, "blockquote", NULL, n->text);
		sink_char(s, '\n');
		break;
	case R_GRAPH:
		svg_graph(n, s);
		break;
	case R_VERDICT:
		break;
	default:
		sink_str(s, "<p>");
		spans(n, s);
		sink_str(s, "</p>\n");
		break;
	}
}

static void blocks(const struct rnode *n, struct sink *s)
{
	for (const struct rnode *c = n->child; c != NULL; c = c->next)
		one_block(c, s);
}

static void verdict(const struct rnode *doc, struct sink *s)
{
	for (const struct rnode *n = doc->child; n != NULL; n = n->next) {
		if (n->kind != R_VERDICT)
			continue;
		sink_fmt(s, "<div class=\"verdict %s\">\n<p class=\"words\">", mark_class(n->mark));
		glyph(s, n->mark);
		esc_html(s, n->text);
		sink_str(s, "</p>\n");
		blocks(n, s);
		sink_str(s, "</div>\n");
	}
}

static void contents(const struct rnode *doc, struct sink *s)
{
	sink_str(s, "<nav aria-label=\"Contents\"><ol>\n");
	for (const struct rnode *n = doc->child; n != NULL; n = n->next) {
		if ((n->kind != R_SECTION && n->kind != R_FOLD) || n->id == NULL)
			continue;
		sink_str(s, "<li><a href=\"#");
		esc_html(s, n->id);
		sink_str(s, "\">");
		esc_html(s, n->text);
		sink_str(s, "</a></li>\n");
	}
	sink_str(s, "</ol></nav>\n");
}

static unsigned nibble(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

/* CSP 3, 2.3.1 hash-source: the style sheet is named by its digest, so nothing else is let in. */
static void policy(struct sink *s)
{
	char hex[SHA256_HEX];
	unsigned char raw[32];
	struct buf b;

	sha256_of(report_css, report_css_size, hex);
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
	buf_init(&b, BUF_MAX_LINE);
	base64(&b, raw, sizeof(raw));
	sink_fmt(s,
	         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	         "'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
	         buf_cstr(&b));
	buf_release(&b);
}

/* Text of the case itself, not of a node, which would be clean already. */
static void foreign(struct sink *s, const char *text)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	utf8_clean(&b, text, strlen(text), UTF8_ONE_LINE);
	esc_html(s, buf_cstr(&b));
	buf_release(&b);
}

static void write_html(const struct report *r, struct sink *s)
{
	sink_str(s, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	policy(s);
	sink_str(s, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	            "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"generator\" content=\"");
	foreign(s, r->cf->tool);
	sink_str(s, "\">\n<title>");
	esc_html(s, r->doc->text);
	sink_str(s, "</title>\n<style>");
	sink_put(s, report_css, report_css_size);
	sink_str(s, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the findings</a>\n"
	            "<div class=\"page\">\n<header>\n<h1>");
	esc_html(s, r->doc->text);
	sink_str(s, "</h1>\n");
	verdict(r->doc, s);
	sink_str(s, "</header>\n");
	contents(r->doc, s);
	sink_str(s, "<main id=\"main\">\n");
	blocks(r->doc, s);
	sink_str(s, "</main>\n<footer><p>");
	foreign(s, r->cf->tool);
	sink_str(s, ". Redaction: ");
	sink_str(s, redact_level_name(r->level));
	sink_str(s, ". Case <code>");
	foreign(s, r->cf->id);
	sink_fmt(s, "</code>, %zu records", r->cf->nlog);
	if (r->head != NULL)
		sink_fmt(s, ", head <code>%.16s</code>", r->head);
	sink_str(s, ".</p></footer>\n</div>\n</body>\n</html>\n");
}

const struct report_format fmt_html = {"html", ".html", "HTML", write_html};
