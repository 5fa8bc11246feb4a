/*
 * Texts that stand for a code: sentences of events and errors in the languages whose words a public page
 * shows. The table is assets/phrases.tsv: text, dialect, code.  Case, line breaks and the kind of quotes do
 * not matter.
 */
#include "explain_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/table.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define PHRASES_MAX 1000

extern const unsigned char phrases_tsv[];
extern const size_t phrases_tsv_size;

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

char phrase_fold(const char *s, size_t n, size_t *took)
{
	uint32_t cp;
	size_t len;

	*took = 1;
	if (blank(*s)) {
		while (*took < n && blank(s[*took]))
			++*took;
		if (*took < n && s[*took] == ':') { /* "SCEP : ..." in French */
			++*took;
			return ':';
		}
		return ' ';
	}
	if ((unsigned char)*s < 0x80)
		return (char)tolower((unsigned char)*s);
	len = utf8_decode(s, n, &cp);
	if (cp == 0x2018 || cp == 0x2019 || cp == 0x201C || cp == 0x201D || cp == 0xA0) {
		*took = len;
		return cp == 0xA0 ? ' ' : cp < 0x201C ? '\'' : '"';
	}
	if (cp >= 0xC0 && cp <= 0xFF) { /* letters of Latin 1, as one byte and small: "SCEP : Échec ..." */
		*took = len;
		return (char)(cp <= 0xDE && cp != 0xD7 ? cp + 0x20 : cp);
	}
	return *s;
}

static const char *fold_all(struct arena *mem, const char *s, size_t n, size_t *len)
{
	char *out = arena_room(mem, n + 1);
	size_t k = 0, took;

	for (size_t i = 0; i < n; i += took)
		out[k++] = phrase_fold(s + i, n - i, &took);
	out[k] = '\0';
	*len = k;
	return out;
}

/* By first byte, then the longest first. */
static int by_first(const void *a, const void *b)
{
	const struct phrase *p = a, *q = b;

	if (p->text[0] != q->text[0])
		return (unsigned char)p->text[0] < (unsigned char)q->text[0] ? -1 : 1;
	return p->n > q->n ? -1 : p->n < q->n;
}

static void one_phrase(struct explain *x, struct arena *mem, struct phrase *list, const char *line, size_t n)
{
	const char *tab = memchr(line, '\t', n);
	const char *second = tab != NULL ? memchr(tab + 1, '\t', n - (size_t)(tab + 1 - line)) : NULL;
	struct phrase *p = &list[x->nphrases];

	if (second == NULL)
		BUG("a row of phrases.tsv does not have three columns");
	p->text = fold_all(mem, line, (size_t)(tab - line), &p->n);
	if (p->n > 1 && p->text[p->n - 1] == '.') /* people leave the full stop out */
		p->n--;
	p->row = explain_row(x, arena_strndup(mem, tab + 1, (size_t)(second - tab - 1)),
	                     arena_strndup(mem, second + 1, n - (size_t)(second + 1 - line)));
	if (p->row == NULL)
		BUG("a row of phrases.tsv names a code that codes.tsv does not have");
	x->nphrases++;
}

void phrases_load(struct explain *x, struct arena *mem)
{
	struct phrase *list = arena_array(mem, PHRASES_MAX, sizeof(*list));
	const char *p = (const char *)phrases_tsv, *end = p + phrases_tsv_size, *row;
	size_t len;

	while (x->nphrases < PHRASES_MAX && table_row(&p, end, &row, &len))
		one_phrase(x, mem, list, row, len);
	qsort(list, x->nphrases, sizeof(*list), by_first);
	x->phrases = list;
	for (size_t b = 0, i = 0; b <= 256; b++) {
		while (i < x->nphrases && (unsigned char)list[i].text[0] < b)
			i++;
		x->first[b] = (uint32_t)i;
	}
}

static bool wordy(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* How many bytes of the text a phrase covers at s; 0: it does not stand there. */
static size_t covers(const struct phrase *p, const char *s, size_t n)
{
	size_t at = 0, took;

	for (size_t k = 0; k < p->n; k++, at += took)
		if (at >= n || phrase_fold(s + at, n - at, &took) != p->text[k])
			return 0;
	return at < n && wordy(p->text[p->n - 1]) && wordy(s[at]) ? 0 : at;
}

static void phrase_hit(struct scan *s, const struct phrase *p, size_t at, size_t len)
{
	struct found f;
	size_t a = 0, b;

	for (size_t hi = s->nt; a < hi;) { /* the first token that ends past `at` */
		size_t mid = a + (hi - a) / 2;

		if (s->t[mid].at + s->t[mid].len <= at)
			a = mid + 1;
		else
			hi = mid;
	}
	if (a >= s->nt || s->used[a])
		return;
	for (b = a; b + 1 < s->nt && s->t[b + 1].at < at + len;)
		b++;
	found_start(&f, s->x, s->mem);
	take(&f, p->row->dialect, p->row->code);
	for (size_t i = a; i <= b; i++)
		if (s->used[i]) {
			hit_add(s, &f, a, a); /* a part of it is a place of its own */
			return;
		}
	hit_add(s, &f, a, b);
}

void scan_phrases(struct scan *s)
{
	size_t took;

	for (size_t at = 0; at < s->n; at += took) {
		unsigned char c = (unsigned char)phrase_fold(s->text + at, s->n - at, &took);
		size_t len = 0;

		if (at != 0 && wordy(s->text[at - 1]) && wordy((char)c))
			continue;
		for (uint32_t i = s->x->first[c]; i < s->x->first[c + 1] && len == 0; i++) {
			len = covers(&s->x->phrases[i], s->text + at, s->n - at);
			if (len != 0)
				phrase_hit(s, &s->x->phrases[i], at, len);
		}
		if (len != 0)
			took = len;
	}
}
