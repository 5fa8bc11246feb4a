/* Puts the gate together: every way to read a text, what is found in each, and the text without it. */
#include "secret_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/buf.h>
#include <casebook/utf8.h>

#define DEPTH 5  /* encodings behind one another */
#define VIEWS 24 /* readings of one text */
#define SHORT 65536u
#define BLOCK_DEPTH 3
#define TEXT_MIN 7 /* bytes of text in a row behind digits */

void span_add(struct spans *s, const struct stext *t, size_t from, size_t to, const char *what)
{
	if (s->n == s->cap) {
		struct span *all = arena_array(s->mem, s->cap != 0 ? s->cap * 2 : 16, sizeof(*all));

		if (s->n != 0)
			memcpy(all, s->all, s->n * sizeof(*all));
		s->all = all;
		s->cap = s->cap != 0 ? s->cap * 2 : 16;
	}
	s->all[s->n++] = (struct span){t->map != NULL ? t->map[from] : (uint32_t)from,
	                               t->map != NULL ? t->map[to] : (uint32_t)to, what};
}

struct gate {
	struct arena *mem;
	struct spans *out;
	struct stext views[VIEWS];
	unsigned depth[VIEWS];
	size_t n, budget;
	unsigned blocks; /* how many blocks of digits are around this text */
};

static void look(struct gate *g);

/* The length of the text that begins at p: valid UTF-8 without control characters. */
static size_t text_run(const char *p, size_t n)
{
	size_t i = 0;
	uint32_t cp;

	while (i < n && p[i] != 0x7F && ((unsigned char)p[i] >= 0x20 || is_blank(p[i]) || p[i] == '\0')) {
		size_t took = utf8_decode(p + i, n - i, &cp);

		if ((unsigned char)p[i] >= 0x80 && took == 1)
			break;
		i += took;
	}
	return i;
}

/* UTF-16 as UTF-8, when every fourth character has an empty half; else the bytes. */
static struct stext narrow(struct arena *mem, const unsigned char *p, size_t n)
{
	size_t zeros[2] = {0, 0}, half, len = 0;
	char *out;

	for (size_t i = 0; i < n; i++)
		zeros[i % 2] += p[i] == 0;
	half = zeros[1] >= zeros[0];
	if (n < 12 || zeros[half] * 8 < n || zeros[!half] != 0)
		return (struct stext){(const char *)p, n, NULL};
	out = arena_room(mem, 2 * n + 4);
	for (size_t i = 0; i + 1 < n; i += 2) {
		uint32_t cp = (uint32_t)p[i + half] << 8 | p[i + !half];

		if (cp >= 0x80 && !(cp >= 0xD800 && cp < 0xE000))
			len += utf8_encode(cp, out + len);
		else
			out[len++] = cp < 0x80 ? (char)cp : '?';
	}
	return (struct stext){out, len, NULL};
}

struct block_of {
	struct gate *g;
	const struct stext *t;
};

/* Whether a text behind digits holds a secret. */
static bool holds(struct gate *g, const char *p, size_t n, const char **what)
{
	struct spans inner = {.mem = g->mem};
	struct gate in = {.mem = g->mem, .out = &inner, .n = 1, .budget = g->budget, .blocks = g->blocks + 1};

	in.views[0] = (struct stext){arena_strndup(g->mem, p, n), n, NULL};
	look(&in);
	g->budget = in.budget;
	if (inner.n != 0)
		*what = inner.all[0].what;
	return inner.n != 0;
}

static bool look_behind(void *arg, const struct block *b)
{
	struct block_of *o = arg;
	struct gate *g = o->g;
	const char *what = "a key or a request";
	bool secret;
	struct stext t;

	if (b->n * 4 > g->budget)
		return false;
	g->budget -= b->n;
	secret = secret_der(b->plain, b->n);
	t = narrow(g->mem, b->plain, b->n);
	for (size_t i = 0; i < t.n && !secret;) {
		size_t run = text_run(t.p + i, t.n - i);

		secret = run >= TEXT_MIN && holds(g, t.p + i, run, &what);
		i += run + 1;
	}
	if (secret)
		span_add(g->out, o->t, b->from, b->to, what);
	return true;
}

static bool seen(const struct gate *g, const struct stext *t)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->views[i].n == t->n && memcmp(g->views[i].p, t->p, t->n) == 0)
			return true;
	return false;
}

/* Every view, and the views of views, while there are new ones and the budget lasts. */
static void look(struct gate *g)
{
	static unescape *const ways[] = {from_escapes, from_quoted_printable, from_wide};

	for (size_t i = 0; i < g->n; i++) {
		const struct stext t = g->views[i];

		find_named(g->out, &t);
		find_shapes(g->out, &t);
		find_places(g->out, &t);
		find_commands(g->out, &t);
		if (g->blocks < BLOCK_DEPTH)
			each_block(g->mem, &t, look_behind, &(struct block_of){g, &t});
		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]) && g->depth[i] < DEPTH; w++) {
			struct stext next;

			if (g->n == VIEWS || g->budget < t.n || !ways[w](g->mem, &t, &next) || seen(g, &next))
				continue;
			g->budget -= t.n;
			g->depth[g->n] = g->depth[i] + 1;
			g->views[g->n++] = next;
		}
	}
}

static int by_place(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->from != y->from ? (x->from < y->from ? -1 : 1)
	       : x->to != y->to   ? (x->to < y->to ? -1 : 1)
	                          : 0;
}

/* One mark for spans that overlap or touch. */
static void put_marks(struct buf *out, const char *text, size_t n, const struct spans *s,
                      struct secret_count *count)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n;) {
		size_t from = s->all[i].from, to = s->all[i].to;
		const char *what = s->all[i].what;

		for (i++; i < s->n && s->all[i].from <= to; i++)
			to = s->all[i].to > to ? s->all[i].to : to;
		buf_put(out, text + at, from - at);
		buf_fmt(out, "<removed, %zu bytes>", to - from);
		at = to;
		if (count != NULL) {
			count->what = count->n == 0 ? what : count->what;
			count->n++;
		}
	}
	buf_put(out, text + at, n - at);
}

/* A value does not begin in the middle of an escape before it: "%3A", "\x3a", "\u003a". */
static void whole_escapes(const char *text, struct spans *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct span *x = &s->all[i];
		char before = x->from > 0 ? text[x->from - 1] : '\0';
		uint32_t rest = before == '%'          ? 2
		                : before != '\\'       ? 0
		                : text[x->from] == 'x' ? 3
		                : text[x->from] == 'u' ? 5
		                                       : 0;

		if (rest != 0 && x->to - x->from > rest && hex_of(text[x->from + rest - 1]) >= 0)
			x->from += rest;
	}
}

/* A span may end within a mark that is there already, or begin in one: that stays whole. */
static void spare_marks(const char *text, size_t n, struct spans *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		size_t from = s->all[i].from;
		bool inside = begins(text + from, n - from, "<removed, ");

		for (size_t back = 1; back < 24 && back <= from && !inside; back++)
			if (text[from - back] == '<')
				inside = begins(text + from - back, n - from + back, "<removed, ") &&
				         memchr(text + from - back, '>', back) == NULL;
		if (!inside)
			s->all[kept++] = s->all[i];
	}
	s->n = kept;
}

static bool may_hold(const char *text, size_t n)
{
	size_t run = 0;

	/* The shortest secret that shows itself is longer, and a name needs something after it. */
	for (size_t i = 0; i < n; i++) {
		if (!is_word(text[i]) || (unsigned char)text[i] >= 0x80)
			return true;
		run++;
	}
	return run >= 10;
}

/* The spans that are secrets, in order; false: none. `scratch` is the spans' own. */
static bool find(struct arena *scratch, const char *text, size_t n, struct spans *found)
{
	struct gate g;

	*found = (struct spans){.mem = scratch};
	if (n < 6 || n > UINT32_MAX / 2 || !may_hold(text, n))
		return false;
	g = (struct gate){.mem = scratch, .out = found, .n = 1, .budget = SHORT + 16 * n};
	g.views[0] = (struct stext){text, n, NULL};
	look(&g);
	whole_escapes(text, found);
	spare_marks(text, n, found);
	if (found->n != 0)
		qsort(found->all, found->n, sizeof(*found->all), by_place);
	return found->n != 0;
}

static const char *clean(struct arena *mem, const char *text, size_t n, struct secret_count *count)
{
	struct arena *scratch = arena_new();
	struct spans found;
	struct buf out;

	if (find(scratch, text, n, &found)) {
		buf_init(&out, BUF_MAX_TEXT);
		put_marks(&out, text, n, &found, count);
		text = arena_strndup(mem, buf_cstr(&out), out.n);
		buf_release(&out);
	}
	arena_free(scratch);
	return text;
}

const char *secret_mask_bytes(struct arena *mem, const char *text, size_t n, struct secret_count *count)
{
	struct arena *scratch = arena_new();
	char *out = arena_room(mem, n + 1);
	struct spans found;
	size_t at = 0;

	memcpy(out, text, n);
	out[n] = '\0';
	(void)find(scratch, text, n, &found);
	for (size_t i = 0; i < found.n; i++) {
		const struct span *x = &found.all[i];

		if (count != NULL && (x->from > at || i == 0)) {
			count->what = count->n == 0 ? x->what : count->what;
			count->n++;
		}
		for (size_t k = x->from; k < x->to; k++)
			out[k] = (char)(strchr("\r\n", out[k]) != NULL && out[k] != '\0' ? out[k] : 'x');
		at = x->to > at ? x->to : at;
	}
	arena_free(scratch);
	return out;
}

const char *secret_clean(struct arena *mem, const char *text, struct secret_count *count)
{
	return text != NULL ? clean(mem, text, strlen(text), count) : NULL;
}

const char *secret_clean_bytes(struct arena *mem, const char *text, size_t n, struct secret_count *count)
{
	const char *out = clean(mem, text, n, count);

	return out == text ? arena_strndup(mem, text, n) : out;
}

const char *secret_clean_named(struct arena *mem, const char *name, const char *value,
                               struct secret_count *count)
{
	const char *what = NULL;
	size_t n = value != NULL ? strlen(value) : 0;

	if (n == 0 || name == NULL || secret_name(name, strlen(name), &what) == NAME_NONE ||
	    harmless(value, n) || state_word(value, n))
		return secret_clean(mem, value, count);
	if (count != NULL) {
		count->what = count->n == 0 ? what : count->what;
		count->n++;
	}
	return arena_fmt(mem, "<removed, %zu bytes>", n);
}
