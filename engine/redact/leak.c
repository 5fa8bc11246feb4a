/*
 * After writing: is any original value in the output, plain or encoded?  This
 * shares nothing with the code that replaced them but the list of values, so that
 * a mistake there is seen here.  Forms: as it is, percent-encoded, HTML-escaped,
 * backslash-escaped (JSON, Markdown), base64 at every alignment, UTF-16.
 */
#include "redact_int.h"

#include <stdlib.h>
#include <string.h>

/* Fewer characters of base64 than these stand in any text by chance. */
#define BASE64_CHARS 6

struct form {
	const struct secret *secret;
	const char *name;
	const char *bytes;
	size_t n;
	bool exact; /* case counts */
	bool whole; /* only between boundaries */
	uint32_t next;
};
struct leak_search {
	struct arena *mem;
	struct form *forms;
	size_t n, cap;
	uint32_t *first;  /* by key of the first three bytes; 0 is none */
	uint64_t *filter; /* which fours of first bytes there are */
	size_t longest;
	/* what has been fed and may be the beginning of a form */
	char *held;
	size_t nheld, cap_held, seen; /* seen: leading bytes of `held` that were searched */
	unsigned line;                /* in which held[0] stands */
};

/* A finer key than key_of(): thousands of forms leave few fours of bytes that could begin one. */
#define FOURS (1u << 18)
static uint32_t four_of(const char *s)
{
	uint32_t w;

	memcpy(&w, s, sizeof(w));
	return (w | 0x20202020u) * 2654435761u >> 14;
}

static void add_form(struct leak_search *s, const struct form *f)
{
	uint32_t key, four;

	if (f->n < SECRET_MIN)
		return;
	s->longest = f->n > s->longest ? f->n : s->longest;
	if (s->n == s->cap) {
		s->cap = s->cap != 0 ? s->cap * 2 : 1024;
		s->forms = xrealloc(s->forms, s->cap * sizeof(*s->forms));
	}
	key = key_of(f->bytes);
	s->forms[s->n] = *f;
	s->forms[s->n].next = s->first[key];
	s->first[key] = (uint32_t)++s->n;
	/* Of a form of three bytes the fourth is whatever follows. */
	for (unsigned last = 0; last < (f->n < 4 ? 256u : 1u); last++) {
		const char bytes[4] = {f->bytes[0], f->bytes[1], f->bytes[2],
		                       f->n < 4 ? (char)last : f->bytes[3]};

		four = four_of(bytes);
		s->filter[four / 64] |= UINT64_C(1) << (four % 64);
	}
}

/* A form that is not the plain text again. */
static void add_other(struct leak_search *s, const struct secret *x, const char *name, const struct buf *b)
{
	if (b->n != x->len || memcmp(buf_cstr(b), x->value, b->n) != 0)
		add_form(s, &(struct form){x, name, arena_strndup(s->mem, buf_cstr(b), b->n), b->n, false,
		                           false, 0});
}

static bool unreserved(char c)
{
	return (word_char(c) && (unsigned char)c < 0x80) || strchr("-._~", c) != NULL;
}

static void percent_forms(struct leak_search *s, const struct secret *x)
{
	struct buf some, all;

	buf_init(&some, BUF_MAX_LINE);
	buf_init(&all, BUF_MAX_LINE);
	for (size_t i = 0; i < x->len; i++) {
		if (unreserved(x->value[i]))
			buf_char(&some, x->value[i]);
		else
			buf_fmt(&some, "%%%02X", (unsigned char)x->value[i]);
		buf_fmt(&all, "%%%02X", (unsigned char)x->value[i]);
	}
	add_other(s, x, "percent-encoded", &some);
	add_other(s, x, "percent-encoded", &all);
	if (memchr(x->value, ' ', x->len) != NULL) {
		buf_clear(&some);
		for (size_t i = 0; i < x->len; i++)
			buf_char(&some, x->value[i] == ' ' ? '+' : x->value[i]);
		add_other(s, x, "with + for blanks", &some);
	}
	buf_release(&some);
	buf_release(&all);
}

static void html_forms(struct leak_search *s, const struct secret *x)
{
	struct buf named, numbers, hexes;

	buf_init(&named, BUF_MAX_LINE);
	buf_init(&numbers, BUF_MAX_LINE);
	buf_init(&hexes, BUF_MAX_LINE);
	for (size_t i = 0; i < x->len; i++) {
		unsigned char c = (unsigned char)x->value[i];

		buf_fmt(&numbers, "&#%u;", c);
		buf_fmt(&hexes, "&#x%x;", c);
		if (c == '&')
			buf_str(&named, "&amp;");
		else if (c == '<' || c == '>')
			buf_str(&named, c == '<' ? "&lt;" : "&gt;");
		else if (c == '"')
			buf_str(&named, "&quot;");
		else if (c == '\'')
			buf_str(&named, "&#39;");
		else
			buf_char(&named, (char)c);
	}
	add_other(s, x, "HTML-escaped", &named);
	add_other(s, x, "HTML-escaped", &numbers);
	add_other(s, x, "HTML-escaped", &hexes);
	buf_release(&named);
	buf_release(&numbers);
	buf_release(&hexes);
}

static void backslash_forms(struct leak_search *s, const struct secret *x)
{
	struct buf json, md;

	buf_init(&json, BUF_MAX_LINE);
	buf_init(&md, BUF_MAX_LINE);
	for (size_t i = 0; i < x->len; i++) {
		char c = x->value[i];

		if (c == '\\' || c == '"')
			buf_char(&json, '\\');
		if (strchr("\\`*_[]<>|~$", c) != NULL)
			buf_char(&md, '\\');
		buf_char(&json, c);
		buf_char(&md, c);
	}
	add_other(s, x, "escaped as in JSON", &json);
	add_other(s, x, "escaped as in Markdown", &md);
	buf_release(&json);
	buf_release(&md);
}

static void utf16_forms(struct leak_search *s, const struct secret *x)
{
	char *wide = arena_alloc(s->mem, x->len * 2 + 1);

	for (size_t i = 0; i < x->len; i++) {
		wide[2 * i] = x->value[i];
		wide[2 * i + 1] = '\0';
	}
	add_form(s, &(struct form){x, "UTF-16", wide, x->len * 2 - 1, false, false, 0});
}

/* The digits that are the same whatever stands before and after the value. */
static void base64_of(struct leak_search *s, const struct secret *x, const char *value, size_t n,
                      const char *name)
{
	for (size_t before = 0; before < 3; before++) {
		size_t skip = before == 0 ? 0 : before + 1, bits = (before + n) * 8, take;
		char *padded = arena_alloc(s->mem, n + before + 1);
		struct buf b;

		memcpy(padded + before, value, n);
		buf_init(&b, BUF_MAX_LINE);
		base64(&b, padded, n + before);
		take = bits / 6;
		if (take > skip && take - skip >= BASE64_CHARS)
			add_form(s, &(struct form){x, name,
			                           arena_strndup(s->mem, buf_cstr(&b) + skip, take - skip),
			                           take - skip, true, false, 0});
		buf_release(&b);
	}
}

static void base64_forms(struct leak_search *s, const struct secret *x)
{
	char *lower = arena_strndup(s->mem, x->value, x->len),
	     *upper = arena_strndup(s->mem, x->value, x->len);
	char *wide = arena_alloc(s->mem, x->len * 2 + 1);
	bool differs = false, shouts = false;

	for (size_t i = 0; i < x->len; i++) {
		lower[i] = (char)fold(lower[i]);
		if (upper[i] >= 'a' && upper[i] <= 'z')
			upper[i] = (char)(upper[i] - 32);
		differs = differs || lower[i] != x->value[i];
		shouts = shouts || upper[i] != x->value[i];
		wide[2 * i] = x->value[i];
	}
	base64_of(s, x, x->value, x->len, "base64");
	if (differs)
		base64_of(s, x, lower, x->len, "base64");
	if (shouts)
		base64_of(s, x, upper, x->len, "base64");
	base64_of(s, x, wide, x->len * 2, "base64 of UTF-16");
}

struct leak_search *leak_search_new(const struct redaction *r)
{
	struct leak_search *s = xcalloc(1, sizeof(*s));

	s->mem = arena_new();
	s->first = xcalloc(KEYS, sizeof(*s->first));
	s->filter = xcalloc(FOURS / 64, sizeof(*s->filter));
	for (size_t i = 0; i < r->n; i++) {
		const struct secret *x = &r->all[i];

		if (x->weak || x->kind == S_CALL || x->len < SECRET_MIN)
			continue;
		add_form(s, &(struct form){x, "plain", x->value, x->len, false, x->whole, 0});
		percent_forms(s, x);
		html_forms(s, x);
		backslash_forms(s, x);
		utf16_forms(s, x);
		base64_forms(s, x);
	}
	return s;
}

void leak_search_free(struct leak_search *s)
{
	if (s == NULL)
		return;
	arena_free(s->mem);
	free(s->forms);
	free(s->first);
	free(s->filter);
	free(s->held);
	free(s);
}

static bool stands_at(const struct form *f, const char *p, size_t at, size_t n)
{
	if (f->n > n - at)
		return false;
	if (f->exact ? memcmp(f->bytes, p + at, f->n) != 0 : !same_text(f->bytes, p + at, f->n))
		return false;
	if (!f->whole)
		return true;
	return !(at > 0 && word_char(p[at - 1]) && word_char(f->bytes[0])) &&
	       !(at + f->n < n && word_char(p[at + f->n]) && word_char(f->bytes[f->n - 1]));
}

static void tell(const struct leak_search *s, const char *p, size_t at, const struct form *f,
                 struct leak *out)
{
	out->secret = f->secret;
	out->form = f->name;
	out->line = s->line;
	for (size_t i = 0; i < at; i++)
		out->line += p[i] == '\n';
}

static bool chain(const struct leak_search *s, const char *p, size_t at, size_t n, struct leak *out)
{
	for (uint32_t i = s->first[key_of(p + at)]; i != 0; i = s->forms[i - 1].next) {
		if (!stands_at(&s->forms[i - 1], p, at, n))
			continue;
		tell(s, p, at, &s->forms[i - 1], out);
		return true;
	}
	return false;
}

/* Positions from..upto of p; what begins there may end anywhere before n. */
static bool search(const struct leak_search *s, const char *p, size_t from, size_t upto, size_t n,
                   struct leak *out)
{
	size_t at = from;

	for (; at < upto && at + 4 <= n; at++)
		if (key_in(s->filter, four_of(p + at)) && chain(s, p, at, n, out))
			return true;
	for (; at < upto && at + SECRET_MIN <= n; at++)
		if (chain(s, p, at, n, out))
			return true;
	return false;
}

void leak_begin(struct leak_search *s)
{
	s->nheld = s->seen = 0;
	s->line = 1;
}

/* Drops what can be part of nothing any more, but for the byte before, which is a boundary or not. */
static void let_go(struct leak_search *s)
{
	size_t drop = s->seen > 0 ? s->seen - 1 : 0;

	for (const char *p = s->held; (p = memchr(p, '\n', (size_t)(s->held + drop - p))) != NULL; p++)
		s->line++;
	memmove(s->held, s->held + drop, s->nheld - drop);
	s->nheld -= drop;
	s->seen -= drop;
}

bool leak_feed(struct leak_search *s, const void *mem, size_t n, struct leak *out)
{
	size_t upto;

	if (s->nheld + n > s->cap_held) {
		s->cap_held = (s->nheld + n) * 2;
		s->held = xrealloc(s->held, s->cap_held);
	}
	memcpy(s->held + s->nheld, mem, n);
	s->nheld += n;
	/* A form that begins here must be whole, and so must be the byte after it. */
	upto = s->nheld > s->longest ? s->nheld - s->longest : 0;
	if (upto > s->seen) {
		if (search(s, s->held, s->seen, upto, s->nheld, out))
			return true;
		s->seen = upto;
		let_go(s);
	}
	return false;
}

bool leak_end(struct leak_search *s, struct leak *out)
{
	return search(s, s->held, s->seen, s->nheld, s->nheld, out);
}
