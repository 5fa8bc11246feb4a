/*
 * After writing: is any original value in the output, plain or encoded?  This
 * shares nothing with the code that replaced them but the list of values, so that
 * a mistake there is seen here.  Forms: as it is, percent-encoded, HTML-escaped,
 * backslash-escaped (JSON, Markdown), base64 at every alignment, UTF-16.
 */
#include "redact_int.h"

#include <stdlib.h>
#include <string.h>

#define FIRSTS 65536u
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
	uint32_t *first; /* by the first three folded bytes; 0 is none */
};

static unsigned first_of(const char *s)
{
	return (fold(s[0]) * 961u + fold(s[1]) * 31u + fold(s[2])) & (FIRSTS - 1);
}

static void add_form(struct leak_search *s, const struct form *f)
{
	unsigned at;

	if (f->n < SECRET_MIN)
		return;
	if (s->n == s->cap) {
		s->cap = s->cap != 0 ? s->cap * 2 : 1024;
		s->forms = xrealloc(s->forms, s->cap * sizeof(*s->forms));
	}
	at = first_of(f->bytes);
	s->forms[s->n] = *f;
	s->forms[s->n].next = s->first[at];
	s->first[at] = (uint32_t)++s->n;
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
	s->first = xcalloc(FIRSTS, sizeof(*s->first));
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

static void tell(const char *p, size_t at, const struct form *f, struct leak *out)
{
	out->secret = f->secret;
	out->form = f->name;
	out->offset = at;
	out->line = 1;
	for (size_t i = 0; i < at; i++)
		out->line += p[i] == '\n';
}

bool leak_find(const struct leak_search *s, const void *mem, size_t n, struct leak *out)
{
	const char *p = mem;

	for (size_t at = 0; at + SECRET_MIN <= n; at++) {
		for (uint32_t i = s->first[first_of(p + at)]; i != 0; i = s->forms[i - 1].next) {
			if (!stands_at(&s->forms[i - 1], p, at, n))
				continue;
			tell(p, at, &s->forms[i - 1], out);
			return true;
		}
	}
	return false;
}
