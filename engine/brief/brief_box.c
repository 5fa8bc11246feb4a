/* The first look: at most 20 lines of 78 columns, a row per slot, sources at the right edge. */
#include "brief_int.h"

#include <stdio.h>
#include <string.h>

#include <casebook/utf8.h>

#define NAME_WIDTH 10
#define TEXT_WIDTH (BRIEF_BOX_WIDTH - NAME_WIDTH)

struct box {
	struct buf *out;
	size_t left; /* lines that may still be written */
};

static const char *mark(enum verdict v, bool ascii)
{
	if (ascii)
		return v == VERDICT_FAULT || v == VERDICT_REFUSED_LATER ? "[!!]"
		       : v == VERDICT_INCONCLUSIVE                      ? "[??]"
		                                                        : "[ok]";
	return v == VERDICT_FAULT || v == VERDICT_REFUSED_LATER ? "\xE2\x9C\x97"
	       : v == VERDICT_INCONCLUSIVE                      ? "\xE2\x96\xB2"
	                                                        : "\xE2\x9C\x93";
}

/* Bytes of the words that fit into `width` columns. */
static size_t fits(const char *text, size_t width)
{
	size_t best = 0, n = 0;

	while (text[n] != '\0') {
		size_t word = strcspn(text + n, " ");

		if (utf8_width(text, n + word) > width)
			break;
		n += word;
		best = n;
		n += strspn(text + n, " ");
	}
	return best != 0 ? best : utf8_fit(text, strlen(text), width); /* one word longer than the line */
}

static void pad(struct buf *out, size_t n)
{
	buf_fmt(out, "%*s", (int)n, "");
}

/* Left and right edge on one line; the right one below where both do not fit. */
static void ends(struct box *b, size_t indent, const char *left, size_t n, const char *right)
{
	size_t used = indent + utf8_width(left, n),
	       right_width = right != NULL ? utf8_width(right, strlen(right)) : 0;

	buf_put(b->out, left, n);
	if (right != NULL && used + 2 + right_width <= BRIEF_BOX_WIDTH) {
		pad(b->out, BRIEF_BOX_WIDTH - used - right_width);
		buf_str(b->out, right);
	} else if (right != NULL && b->left > 1 && right_width < TEXT_WIDTH) {
		buf_char(b->out, '\n');
		b->left--;
		pad(b->out, BRIEF_BOX_WIDTH - right_width);
		buf_str(b->out, right);
	}
	buf_char(b->out, '\n');
}

/* At most `most` lines; what is longer ends in dots. */
static void row(struct box *b, const char *name, const char *text, const char *right, size_t most)
{
	bool first = true;

	for (size_t line = 0; text != NULL && *text != '\0' && line < most && b->left > 0; line++) {
		bool last = line + 1 == most || b->left == 1;
		size_t n = fits(text, TEXT_WIDTH - (last ? 3 : 0));
		bool whole = utf8_width(text, strlen(text)) <= TEXT_WIDTH;

		if (whole)
			n = strlen(text);
		buf_fmt(b->out, "%-*s", NAME_WIDTH, first ? name : "");
		first = false;
		b->left--;
		if (last && !whole) {
			buf_put(b->out, text, n);
			buf_str(b->out, "...\n");
			return;
		}
		ends(b, NAME_WIDTH, text, n, whole || text[n] == '\0' ? right : NULL);
		text += n;
		text += strspn(text, " ");
	}
}

static void proofs(struct box *b, struct arena *mem, const char *name, const struct brief_proof *p, size_t n,
                   size_t most)
{
	for (size_t i = 0; i < n && i < most; i++)
		row(b,
		    i == 0 ? arena_fmt(mem, "%-8s%zu ", name, i + 1) : arena_fmt(mem, "        %zu ", i + 1),
		    p[i].says, p[i].place, 2);
}

static void head(struct box *b, struct arena *mem, const struct brief *s)
{
	const char *left = arena_fmt(mem, "%s %s%s%s", mark(s->verdict, s->ascii), s->headline,
	                             s->lead != NULL ? ", " : "", s->lead != NULL ? s->lead : "");
	const char *right = arena_fmt(
	        mem, "confidence %s%s", confidence_name(s->confidence),
	        s->nsources != 0 && !s->contradicted
	                ? arena_fmt(mem, ", %zu %s", s->nsources, s->nsources == 1 ? "source" : "sources")
	                : "");
	const char *what = s->what, *at = s->host != NULL ? arena_fmt(mem, "at %s", s->host) : NULL;
	size_t room = BRIEF_BOX_WIDTH - 2 - (at != NULL ? utf8_width(at, strlen(at)) + 2 : 0);

	ends(b, 0, left, strlen(left), s->verdict == VERDICT_FIXED ? "checks repeated" : right);
	if (room < 24 || room > BRIEF_BOX_WIDTH)
		room = BRIEF_BOX_WIDTH - 2;
	buf_str(b->out, "  ");
	ends(b, 2, what, fits(what, room), at);
	for (size_t i = 0; i < BRIEF_BOX_WIDTH; i++)
		buf_char(b->out, '-');
	buf_char(b->out, '\n');
	b->left -= 3;
}

static const char *grouped_head(struct arena *mem, const char *head)
{
	return head != NULL ? arena_fmt(mem, "head %.4s %.4s %.4s %.4s", head, head + 4, head + 8, head + 12)
	                    : NULL;
}

static void foot(struct box *b, struct arena *mem, const struct brief *s)
{
	char name[NAME_WIDTH + 1];
	const char *text = arena_fmt(mem, "%s   %zu records", s->id, s->records);

	snprintf(name, sizeof(name), s->number != 0 ? "CASE %u" : "CASE", s->number);
	b->left = 1;
	row(b, name, text, grouped_head(mem, s->head), 1);
}

static void middle(struct box *b, struct arena *mem, const struct brief *s)
{
	row(b, "BEFORE", s->before, NULL, 2);
	row(b, "AFTER", s->after, NULL, 3);
	row(b, "DONE", s->before != NULL ? s->done : NULL, NULL, 1);
	row(b, "SINCE", s->since, NULL, 1);
	row(b, "LAST",
	    s->last != NULL                 ? s->last
	    : s->verdict == VERDICT_HEALTHY ? NULL
	                                    : "not known: no log shows a failing request of a device",
	    s->last_place, 2);
	row(b, "WHO", s->who, NULL, 1);
	if (s->contradicted) {
		proofs(b, mem, s->turned ? "NO" : "YES", s->proofs, s->nproofs, 2);
		proofs(b, mem, s->turned ? "YES" : "NO", s->against, s->nagainst, 2);
	} else {
		proofs(b, mem, "PROOF", s->proofs, s->nproofs, 3);
	}
	if (s->nproofs == 0 || s->verdict == VERDICT_INCONCLUSIVE)
		row(b, "SEEN", s->now, NULL, 2);
}

/* A list that does not fit into so many lines says how many of it are left out. */
static const char *shortened(struct arena *mem, const char *list, size_t lines)
{
	size_t room = lines * TEXT_WIDTH - 16, keep = 0,
	       left = 1; /* " and 12 more", and what wrapping takes */

	if (list == NULL || utf8_width(list, strlen(list)) <= (lines == 1 ? TEXT_WIDTH : room))
		return list;
	for (const char *at = strstr(list, ", "); at != NULL; at = strstr(at + 2, ", ")) {
		if (utf8_width(list, (size_t)(at - list)) <= room) {
			keep = (size_t)(at - list);
			left = 0;
		}
		left++;
	}
	return keep != 0 ? arena_fmt(mem, "%.*s and %zu more", (int)keep, list, left) : list;
}

void brief_box(const struct brief *s, struct buf *out)
{
	struct box b = {out, BRIEF_BOX_LINES};
	struct arena *mem = arena_new();

	head(&b, mem, s);
	b.left -= 6; /* kept for what follows: what to get, what to do, the case */
	middle(&b, mem, s);
	row(&b, "EXCLUDED", shortened(mem, s->not, b.left > 1 ? 2 : 1), NULL, 2);
	row(&b, "AS TOLD", s->told != NULL ? arena_fmt(mem, "does not apply: %s", s->told) : NULL, NULL, 1);
	b.left += 5;
	row(&b, "GET", s->verdict != VERDICT_HEALTHY ? s->get : NULL, NULL,
	    s->verdict == VERDICT_INCONCLUSIVE ? 2 : 1);
	if (s->verdict == VERDICT_INCONCLUSIVE)
		row(&b, "IF", s->outcome, NULL, 1);
	row(&b, "NEXT", next_words(mem, s), NULL, 2);
	row(&b, "THEN", s->then, NULL, 1);
	foot(&b, mem, s);
	arena_free(mem);
}
