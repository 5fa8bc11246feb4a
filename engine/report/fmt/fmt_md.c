/*
 * Markdown that is pasted into GitHub, Jira and Teams: headings, lists, pipe
 * tables, code spans and fences; no HTML, for two of the three print it as it is.
 */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

static void span_of(const struct rnode *n, unsigned char kind, struct sink *s, unsigned where)
{
	bool in_table = (where & MD_TABLE) != 0;

	switch (kind) {
	case R_MONO:
		esc_md_code(s, n->text, in_table);
		break;
	case R_STRONG:
		sink_str(s, "**");
		esc_md(s, n->text, where & MD_TABLE);
		sink_str(s, "**");
		break;
	case R_MARK:
		sink_str(s, rn_glyph((enum report_mark)n->mark));
		sink_char(s, ' ');
		esc_md(s, n->text, where & MD_TABLE);
		break;
	default:
		esc_md(s, n->text, where);
		break;
	}
}

static void spans(const struct rnode *n, struct sink *s, unsigned where)
{
	bool some = n->text != NULL && n->text[0] != '\0';

	if (some && n->span != 0)
		span_of(n, n->span, s, where);
	else if (some)
		esc_md(s, n->text, where);
	for (const struct rnode *c = n->child; c != NULL; c = c->next) {
		if (rn_is_block(c))
			continue;
		if (some && rn_spaced(c))
			sink_char(s, ' ');
		span_of(c, c->kind, s, some ? where & MD_TABLE : where);
		some = true;
	}
}

static void list(const struct rnode *n, struct sink *s, const char *indent)
{
	for (const struct rnode *item = n->child; item != NULL; item = item->next) {
		sink_str(s, indent);
		sink_str(s, "- ");
		spans(item, s, MD_START);
		sink_char(s, '\n');
		for (const struct rnode *c = item->child; c != NULL; c = c->next) {
			if (c->kind == R_LIST)
				list(c, s, "  ");
			else if (c->kind == R_CODE)
				esc_md_fence(s, c->text, "  ");
		}
	}
}

static void terms(const struct rnode *n, struct sink *s)
{
	for (const struct rnode *t = n->child; t != NULL; t = t->next) {
		sink_str(s, "- **");
		esc_md(s, t->text, 0);
		sink_str(s, ":** ");
		for (const struct rnode *c = t->child; c != NULL; c = c->next) {
			if (c != t->child && rn_spaced(c))
				sink_char(s, ' ');
			span_of(c, c->kind, s, 0);
		}
		sink_char(s, '\n');
	}
}

static void row(const struct rnode *n, struct sink *s)
{
	size_t cells = 0;

	sink_char(s, '|');
	for (const struct rnode *c = n->child; c != NULL; c = c->next, cells++) {
		sink_char(s, ' ');
		spans(c, s, MD_TABLE);
		sink_str(s, " |");
	}
	sink_char(s, '\n');
	if (n->level != 1)
		return;
	sink_char(s, '|');
	while (cells-- > 0)
		sink_str(s, " --- |");
	sink_char(s, '\n');
}

static void quote(const struct rnode *n, struct sink *s)
{
	const char *rest = n->text, *line;
	size_t len;

	while ((line = rn_line(&rest, &len)) != NULL) {
		char *one = xstrndup(line, len);

		sink_str(s, "> ");
		esc_md(s, one, MD_START);
		sink_char(s, '\n');
		free(one);
		if (*rest != '\0')
			sink_str(s, ">\n");
	}
}

static void one_block(const struct rnode *n, struct sink *s);

static void blocks(const struct rnode *n, struct sink *s)
{
	for (const struct rnode *c = n->child; c != NULL; c = c->next)
		one_block(c, s);
}

static void heading(const struct rnode *n, struct sink *s, unsigned level)
{
	while (level-- > 0)
		sink_char(s, '#');
	sink_char(s, ' ');
	esc_md(s, n->text, 0);
	sink_str(s, "\n\n");
}

static void titled(const struct rnode *n, struct sink *s)
{
	if (n->text == NULL)
		return;
	sink_str(s, "**");
	esc_md(s, n->text, 0);
	sink_str(s, "**\n\n");
}

/* GitHub folds it, others show the summary as a line. */
static void fold(const struct rnode *n, struct sink *s)
{
	sink_str(s, "<details><summary>");
	esc_html(s, n->text);
	sink_str(s, "</summary>\n\n");
	blocks(n, s);
	sink_str(s, "</details>\n\n");
}

static void one_block(const struct rnode *n, struct sink *s)
{
	const struct rnode *one;
	size_t at;

	switch (n->kind) {
	case R_SECTION:
		heading(n, s, n->level + 1u);
		blocks(n, s);
		return;
	case R_VERDICT:
		sink_str(s, "**");
		sink_str(s, rn_glyph((enum report_mark)n->mark));
		sink_char(s, ' ');
		esc_md(s, n->text, 0);
		sink_str(s, "**\n\n");
		blocks(n, s);
		return;
	case R_FOLD:
		fold(n, s);
		return;
	case R_TABLE:
		if (n->level != 0)
			titled(n, s);
		for (one = rnode_next_row(n, NULL, &at); one != NULL; one = rnode_next_row(n, one, &at))
			row(one, s);
		break;
	case R_LIST:
		list(n, s, "");
		break;
	case R_TERMS:
		terms(n, s);
		break;
	case R_CODE:
		esc_md_fence(s, n->text, "");
		break;
	case R_QUOTE:
		quote(n, s);
		break;
	case R_GRAPH: /* the table after it says the same */
		return;
	default:
		spans(n, s, MD_START);
		sink_char(s, '\n');
		break;
	}
	sink_char(s, '\n');
}

/* The case, so that a pasted report names it; and what was done to its names. */
static void foot(const struct report *r, struct sink *s)
{
	sink_str(s, "---\n\nCase ");
	esc_md_code(s, r->cf->id, false);
	sink_fmt(s, ", %zu records", r->cf->nlog);
	if (r->head != NULL)
		sink_fmt(s, ", head `%.16s`", r->head);
	sink_str(s, ". ");
	sink_str(s, r->level == REDACT_FULL
	                    ? "Names as written, nothing replaced.\n"
	                    : "Redacted: names, addresses and ids are tokens; the sender holds the key.\n");
}

static void write_md(const struct report *r, struct sink *s)
{
	heading(r->doc, s, 1);
	for (const struct rnode *n = r->doc->child; n != NULL; n = n->next) {
		bool appendix = n->kind == R_FOLD && n->id != NULL && strcmp(n->id, TREE_DETAILS) == 0;

		if (appendix && r->details)
			blocks(n, s);
		else if (!appendix)
			one_block(n, s);
	}
	foot(r, s);
}

const struct report_format fmt_md = {"md", ".md", "Markdown", write_md};
