/*
 * JSON (RFC 8259) to values, straight into an arena.  Stricter than the RFC
 * where a record has no use for more: no fractions, no duplicate keys, no NUL, a
 * bounded depth.  A reader of our own because a case is thousands of small texts:
 * building a library's tree first was most of the cost of opening one.
 */
#include <casebook/value.h>

#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define JSON_MAX_DEPTH 20
/* Objects with more keys than this are sorted to find the same one twice. */
#define FEW_KEYS 16

struct reader {
	struct arena *mem;
	const char *text, *end, *p;
	struct err *err;
	struct member *open; /* items of the lists and maps that have not ended, the innermost last */
	size_t n, cap;
};

static int fail(struct reader *r, const char *why)
{
	unsigned line = 1, col = 1;

	for (const char *c = r->text; c < r->p && c < r->end; c++) {
		col = *c == '\n' ? 1 : col + 1;
		line += *c == '\n';
	}
	err_set(r->err, FAIL_FORMAT, 0, "not JSON: %s", why);
	if (r->err != NULL) {
		r->err->line = line;
		r->err->col = col;
	}
	return -1;
}

static void skip_blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- text ---- */
static int hex4(const char *s, const char *end, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		char c = s + i < end ? s[i] : '\0';

		if (digit(c))
			*out = *out << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*out = *out << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return 0;
}

/* Behind "\u": one code point, which may take two escapes (RFC 8259 section 7). */
static int code_point(struct reader *r, char **to)
{
	uint32_t cp, low;

	if (hex4(r->p, r->end, &cp) != 0)
		return fail(r, "\\u needs four hexadecimal digits");
	r->p += 4;
	if (cp >= 0xD800 && cp < 0xDC00) {
		if (r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u' ||
		    hex4(r->p + 2, r->end, &low) != 0 || low < 0xDC00 || low > 0xDFFF)
			return fail(r, "half of a surrogate pair");
		cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
		r->p += 6;
	} else if (cp >= 0xDC00 && cp < 0xE000) {
		return fail(r, "half of a surrogate pair");
	}
	if (cp == 0)
		return fail(r, "\\u0000 has no place in a text");
	*to += utf8_encode(cp, *to);
	return 0;
}

static int escape(struct reader *r, char **to)
{
	static const char from[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *at = r->p < r->end && *r->p != '\0' ? strchr(from, *r->p) : NULL;

	if (at != NULL) {
		*(*to)++ = means[at - from];
		r->p++;
		return 0;
	}
	if (r->p < r->end && *r->p == 'u') {
		r->p++;
		return code_point(r, to);
	}
	return fail(r, "a backslash before a character that has no escape");
}

/* Up to the next quote, backslash or control character. */
static const char *plain_run(const char *p, const char *end)
{
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* Escapes are never shorter than what they mean, so the rest of the text is room enough. */
static int text_with_escapes(struct reader *r, const char *start, const char **out)
{
	const char *close = r->p;
	char *to;

	while (close < r->end && *close != '"')
		close += *close == '\\' ? 2 : 1;
	if (close >= r->end)
		return fail(r, "a text that does not end");
	*out = to = arena_alloc(r->mem, (size_t)(close - start) + 1);
	for (r->p = start;;) {
		const char *run = plain_run(r->p, r->end);

		memcpy(to, r->p, (size_t)(run - r->p));
		to += run - r->p;
		r->p = run;
		if (*r->p == '"')
			break;
		if (*r->p != '\\')
			return fail(r, "a control character inside a text");
		r->p++;
		if (escape(r, &to) != 0)
			return -1;
	}
	r->p++;
	return 0;
}

/* Behind the opening quote. */
static int read_text(struct reader *r, const char **out)
{
	const char *start = r->p;

	r->p = plain_run(start, r->end);
	if (r->p >= r->end)
		return fail(r, "a text that does not end");
	if (*r->p == '\\')
		return text_with_escapes(r, start, out);
	if (*r->p != '"')
		return fail(r, "a control character inside a text");
	*out = arena_strndup(r->mem, start, (size_t)(r->p - start));
	r->p++;
	return 0;
}

/* ---- numbers and words ---- */
static int read_number(struct reader *r, struct value *out)
{
	bool minus = *r->p == '-';
	uint64_t v = 0, most = (uint64_t)INT64_MAX + minus;

	r->p += minus;
	if (r->p >= r->end || !digit(*r->p))
		return fail(r, "a number without digits");
	if (*r->p == '0' && r->end - r->p > 1 && digit(r->p[1]))
		return fail(r, "a number that begins with 0");
	for (; r->p < r->end && digit(*r->p); r->p++) {
		uint64_t d = (uint64_t)(*r->p - '0');

		if (v > (most - d) / 10)
			return fail(r, "a number beyond 64 bits");
		v = v * 10 + d;
	}
	if (r->p < r->end && (*r->p == '.' || *r->p == 'e' || *r->p == 'E'))
		return err_set(r->err, FAIL_FORMAT, 0,
		               "JSON holds a number with a fraction, which no record has");
	*out = value_int((int64_t)(minus ? 0 - v : v));
	return 0;
}

static int read_word(struct reader *r, struct value *out)
{
	static const struct {
		const char *word;
		struct value value;
	} words[] = {{"true", {.type = VAL_BOOL, .u.b = true}},
	             {"false", {.type = VAL_BOOL, .u.b = false}},
	             {"null", {.type = VAL_NULL}}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i].word);

		if ((size_t)(r->end - r->p) < n || memcmp(r->p, words[i].word, n) != 0)
			continue;
		r->p += n;
		*out = words[i].value;
		return 0;
	}
	return fail(r, "something that is no value");
}

/* ---- lists and maps ---- */
static int read_value(struct reader *r, unsigned depth, struct value *out);

static void push(struct reader *r, const char *key, const struct value *v)
{
	if (r->n == r->cap) {
		r->cap = r->cap != 0 ? r->cap * 2 : 64;
		r->open = xrealloc(r->open, r->cap * sizeof(*r->open));
	}
	r->open[r->n].key = key;
	r->open[r->n].value = *v;
	r->n++;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool twice(const struct member *items, size_t n)
{
	const char **keys;
	bool found = false;

	if (n <= FEW_KEYS) {
		for (size_t i = 1; i < n; i++)
			for (size_t k = 0; k < i; k++)
				if (strcmp(items[i].key, items[k].key) == 0)
					return true;
		return false;
	}
	keys = xmalloc(n * sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		keys[i] = items[i].key;
	qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 1; i < n && !found; i++)
		found = strcmp(keys[i - 1], keys[i]) == 0;
	free(keys);
	return found;
}

static int close_map(struct reader *r, size_t first, struct value *out)
{
	size_t n = r->n - first;
	struct member *items = arena_array(r->mem, n, sizeof(*items));

	if (n != 0)
		memcpy(items, r->open + first, n * sizeof(*items));
	if (twice(items, n))
		return fail(r, "the same key twice in one object");
	r->n = first;
	*out = (struct value){.type = VAL_MAP, .u.map = {items, n}};
	return 0;
}

static void close_list(struct reader *r, size_t first, struct value *out)
{
	size_t n = r->n - first;
	struct value *items = arena_array(r->mem, n, sizeof(*items));

	for (size_t i = 0; i < n; i++)
		items[i] = r->open[first + i].value;
	r->n = first;
	*out = (struct value){.type = VAL_LIST, .u.list = {items, n}};
}

static int read_key(struct reader *r, const char **key)
{
	skip_blanks(r);
	if (r->p >= r->end || *r->p != '"')
		return fail(r, "a key has to be a text");
	r->p++;
	if (read_text(r, key) != 0)
		return -1;
	skip_blanks(r);
	if (r->p >= r->end || *r->p != ':')
		return fail(r, "a key without ':'");
	r->p++;
	return 0;
}

/* Behind the opening bracket. */
static int read_items(struct reader *r, unsigned depth, char close, struct value *out)
{
	size_t first = r->n;

	skip_blanks(r);
	if (r->p < r->end && *r->p == close) {
		r->p++;
		if (close == '}')
			return close_map(r, first, out);
		close_list(r, first, out);
		return 0;
	}
	for (;;) {
		const char *key = NULL;
		struct value v;

		if ((close == '}' && read_key(r, &key) != 0) || read_value(r, depth + 1, &v) != 0)
			return -1;
		push(r, key, &v);
		skip_blanks(r);
		if (r->p >= r->end || (*r->p != ',' && *r->p != close))
			return fail(r, "',' or the end of a list or an object is missing");
		if (*r->p++ == close)
			break;
	}
	if (close == '}')
		return close_map(r, first, out);
	close_list(r, first, out);
	return 0;
}

static int read_value(struct reader *r, unsigned depth, struct value *out)
{
	const char *s;

	skip_blanks(r);
	if (r->p >= r->end)
		return fail(r, "it ends too early");
	if (depth > JSON_MAX_DEPTH)
		return err_set(r->err, FAIL_LIMIT, 0, "JSON is nested more than %d deep", JSON_MAX_DEPTH);
	switch (*r->p) {
	case '{':
		r->p++;
		return read_items(r, depth, '}', out);
	case '[':
		r->p++;
		return read_items(r, depth, ']', out);
	case '"':
		r->p++;
		if (read_text(r, &s) != 0)
			return -1;
		*out = value_str(s);
		return 0;
	default:
		return *r->p == '-' || digit(*r->p) ? read_number(r, out) : read_word(r, out);
	}
}

int value_parse_json(struct arena *mem, const char *text, size_t n, struct value *out, struct err *err)
{
	struct reader r = {.mem = mem, .text = text, .end = text + n, .p = text, .err = err};
	size_t good = utf8_valid_prefix(text, n);
	int rc;

	if (good < n) {
		r.p = text + good;
		return fail(&r, "bytes that are not UTF-8");
	}
	rc = read_value(&r, 0, out);
	if (rc == 0) {
		skip_blanks(&r);
		if (r.p < r.end)
			rc = fail(&r, "something follows the end");
	}
	free(r.open);
	return rc;
}
