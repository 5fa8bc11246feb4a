/* A text as words, numbers and marks.  Knows how people's tools write numbers; gives them no meaning. */
#include "explain_int.h"

#include <string.h>
#include <strings.h>

#include <casebook/utf8.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool hexdigit(char c)
{
	return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Typographic marks that stand between words; 0: a letter of some language. */
static char plain_mark(uint32_t cp)
{
	switch (cp) {
	case 0xA0:   /* no-break blank */
	case 0x3000: /* ideographic blank */
	case 0xFEFF:
		return ' ';
	case 0x2018:
	case 0x2019:
	case 0xB4:
		return '\'';
	case 0x201C:
	case 0x201D:
	case 0x201E:
	case 0xAB:
	case 0xBB:
		return '"';
	case 0x2212: /* minus */
	case 0x2010:
	case 0x2011:
	case 0x2013:
	case 0x2014:
		return '-';
	case 0x2026:
		return '.';
	case 0xFF1A:
		return ':';
	case 0xFF08:
		return '(';
	case 0xFF09:
		return ')';
	case 0xFF0C:
	case 0x3001:
		return ',';
	case 0x3002:
		return '.';
	default:
		return cp < 0xA0 || cp == 0xFFFD ? '?' : 0;
	}
}

/* The length of a run of characters of one kind at p. */
static size_t run(const char *p, size_t n, bool (*is)(char))
{
	size_t i = 0;

	while (i < n && is(p[i]))
		i++;
	return i;
}

static bool wordy(char c)
{
	return letter(c) || digit(c);
}

static size_t word_len(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		uint32_t cp;
		size_t took;

		if (wordy(p[i])) {
			i++;
			continue;
		}
		if ((unsigned char)p[i] < 0x80)
			break;
		took = utf8_decode(p + i, n - i, &cp);
		if (plain_mark(cp) != 0)
			break;
		i += took;
	}
	return i;
}

static size_t number(const char *p, size_t n, struct token *t)
{
	size_t d = run(p, n, digit), w;

	if (n > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && hexdigit(p[2])) {
		t->kind = TOK_HEX;
		return 2 + run(p + 2, n - 2, hexdigit);
	}
	w = run(p, n, wordy);
	t->kind = w == d ? TOK_INT : TOK_MIX;
	return w;
}

/* A minus belongs to the number after it when it does not part two words: 10-20, x-1. */
static bool joins_minus(const struct scan *s, size_t at)
{
	const struct token *last = s->nt != 0 ? &s->t[s->nt - 1] : NULL;

	return last == NULL || last->at + last->len != at || last->kind == TOK_PUNCT ||
	       last->kind == TOK_LINE;
}

static size_t mark(struct scan *s, size_t at, struct token *t)
{
	const char *p = s->text + at;
	uint32_t cp;
	size_t took = utf8_decode(p, s->n - at, &cp);

	t->kind = TOK_PUNCT;
	t->c = cp < 0x80 ? (char)cp : plain_mark(cp);
	if (t->c == '-' && at + took < s->n && digit(p[took]) && joins_minus(s, at)) {
		struct token v = {0};
		size_t len = number(p + took, s->n - at - took, &v);

		if (v.kind != TOK_MIX) {
			t->kind = v.kind;
			t->neg = 1;
			return took + len;
		}
	}
	return took;
}

static size_t next(struct scan *s, size_t at, struct token *t)
{
	const char *p = s->text + at;
	size_t n = s->n - at;

	if (*p == '\n') {
		t->kind = TOK_LINE;
		return 1;
	}
	if (digit(*p))
		return number(p, n, t);
	t->kind = TOK_WORD;
	n = word_len(p, n);
	return n != 0 ? n : mark(s, at, t);
}

void scan_tokens(struct scan *s)
{
	size_t at = 0, room = s->n + 3;
	uint8_t gap = 1;

	s->t = arena_array(s->mem, room, sizeof(*s->t));
	while (at < s->n) {
		struct token t = {.at = (uint32_t)at};

		if (s->text[at] == ' ' || s->text[at] == '\t' || s->text[at] == '\r' || s->text[at] == '\0') {
			gap = 1;
			at++;
			continue;
		}
		t.len = (uint32_t)next(s, at, &t);
		at += t.len;
		if (t.kind == TOK_PUNCT && t.c == ' ') {
			gap = 1;
			continue;
		}
		t.gap = gap;
		gap = t.kind == TOK_LINE;
		s->t[s->nt++] = t;
	}
	s->t[s->nt].at = s->t[s->nt + 1].at = (uint32_t)s->n;
	s->used = arena_array(s->mem, s->nt + 2, sizeof(*s->used));
}

bool tok_is(const struct scan *s, size_t i, const char *word)
{
	const struct token *t = &s->t[i];

	return i < s->nt && t->kind == TOK_WORD && strlen(word) == t->len &&
	       strncasecmp(s->text + t->at, word, t->len) == 0;
}

bool tok_in(const struct scan *s, size_t i, const char *const *words)
{
	for (; *words != NULL; words++)
		if (tok_is(s, i, *words))
			return true;
	return false;
}

bool tok_punct(const struct scan *s, size_t i, const char *set)
{
	return i < s->nt && s->t[i].kind == TOK_PUNCT && s->t[i].c != '\0' && strchr(set, s->t[i].c) != NULL;
}

const char *tok_str(const struct scan *s, size_t i)
{
	return arena_strndup(s->mem, s->text + s->t[i].at, s->t[i].len);
}

long long tok_int(const struct scan *s, size_t i)
{
	const struct token *t = &s->t[i];
	const char *p = s->text + t->at, *end = p + t->len;
	long long v = 0;

	while (p < end && !digit(*p))
		p++;
	for (; p < end; p++)
		if (digit(*p) && v < 1000000000000LL)
			v = v * 10 + (*p - '0');
	return t->neg != 0 ? -v : v;
}

/* A number of hexadecimal digits; fits: at most 32 bits, or 64 bits that only repeat the sign. */
uint32_t tok_hex(const struct scan *s, size_t i, bool *fits)
{
	const struct token *t = &s->t[i];
	const char *p = s->text + t->at, *end = p + t->len;
	unsigned long long v = 0;
	size_t n = 0;

	while (p < end && !(p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) && t->kind == TOK_HEX)
		p++;
	if (t->kind == TOK_HEX)
		p += 2;
	for (; p < end; p++, n++)
		v = v << 4 | (unsigned long long)(digit(*p) ? *p - '0' : (*p | 0x20) - 'a' + 10);
	*fits = n != 0 && n <= 16 && (v <= UINT32_MAX || v >> 31 == 0x1FFFFFFFFULL);
	return (uint32_t)v;
}

/* A long log repeats itself: so many places of one code are enough. */
static bool often(const struct scan *s, const char *code)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nhits; i++)
		n += s->hits[i].code == code || strcmp(s->hits[i].code, code) == 0;
	return n >= EXPLAIN_SAME_MAX;
}

void hit_add(struct scan *s, struct found *f, size_t a, size_t b)
{
	struct explained *h;
	struct code_row *rows;

	for (size_t i = a; i <= b && i < s->nt; i++)
		s->used[i] = true;
	if (f->n == 0 || often(s, f->rows[0].code))
		return;
	if (s->nhits == s->room) {
		s->cut = true;
		return;
	}
	rows = arena_array(s->mem, f->n, sizeof(*rows));
	memcpy(rows, f->rows, f->n * sizeof(*rows));
	h = &s->hits[s->nhits++];
	*h = (struct explained){.at = s->t[a].at,
	                        .len = s->t[b].at + s->t[b].len - s->t[a].at,
	                        .dialect = rows[0].dialect,
	                        .code = rows[0].code,
	                        .meaning = rows[0].meaning,
	                        .rows = rows,
	                        .nrows = f->n,
	                        .known = f->known};
}
