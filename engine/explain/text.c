/* All places of a text, in their order: asks each finder in turn, the surest first; what one took is not
 * asked again. */
#include "explain_int.h"

#include <stdlib.h>
#include <string.h>

static int by_place(const void *a, const void *b)
{
	const struct explained *p = a, *q = b;

	if (p->at != q->at)
		return p->at < q->at ? -1 : 1;
	return p->len > q->len ? -1 : p->len < q->len;
}

static bool shares_row(const struct explained *a, const struct explained *b)
{
	for (size_t i = 0; i < a->nrows; i++)
		for (size_t k = 0; k < b->nrows; k++)
			if (strcmp(a->rows[i].code, b->rows[k].code) == 0 &&
			    strcmp(a->rows[i].dialect, b->rows[k].dialect) == 0)
				return true;
	return false;
}

/* "0x80094012 (-2146877422 CERTSRV_E_TEMPLATE_DENIED)" is one place. */
static bool same_place(const struct scan *s, const struct explained *a, const struct explained *b)
{
	size_t from = a->at + a->len;

	if (b->at < from)
		return b->at + b->len <= from;
	if (b->at - from > 8)
		return false;
	for (size_t i = from; i < b->at; i++)
		if (strchr(" \t(),.:='\"[/", s->text[i]) == NULL || s->text[i] == '\0')
			return false;
	return shares_row(a, b);
}

static void merge(struct scan *s)
{
	size_t n = 0;

	qsort(s->hits, s->nhits, sizeof(*s->hits), by_place);
	for (size_t i = 0; i < s->nhits; i++) {
		struct explained *last = n != 0 ? &s->hits[n - 1] : NULL;

		if (last != NULL && same_place(s, last, &s->hits[i])) {
			size_t end = s->hits[i].at + s->hits[i].len;

			if (end > last->at + last->len)
				last->len = end - last->at;
			if (s->hits[i].nrows > last->nrows && s->hits[i].rows[0].code == last->rows[0].code) {
				last->rows = s->hits[i].rows; /* a text, and the code that says more */
				last->nrows = s->hits[i].nrows;
			}
			continue;
		}
		s->hits[n++] = s->hits[i];
	}
	s->nhits = n;
}

struct explain_result explain_text(const struct explain *x, struct arena *mem, const char *text, size_t n)
{
	struct scan s = {.x = x, .mem = mem, .text = text, .n = n < EXPLAIN_TEXT_MAX ? n : EXPLAIN_TEXT_MAX};

	s.cut = n > s.n;
	s.room = s.n + 1 < EXPLAIN_HITS_MAX ? s.n + 1 : EXPLAIN_HITS_MAX;
	s.hits = arena_array(mem, s.room, sizeof(*s.hits));
	scan_tokens(&s);
	if (!query_bare(&s)) {
		scan_lines(&s);
		scan_mentions(&s);
		scan_events(&s);
		scan_domains(&s);
		scan_syncml(&s);
		scan_labels(&s);
		scan_values(&s);
		scan_phrases(&s);
		merge(&s);
	}
	return (struct explain_result){s.hits, s.nhits, s.cut};
}
