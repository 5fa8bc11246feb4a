/*
 * Names of checks and facts as words for a person at a console: "iis.log.last_win32 = 1346" reads
 * "IIS log: last win32 = 1346".  Records and JSON keep the names.
 */
#include "brief_int.h"

#include <casebook/words.h>

#include <string.h>

static const char *const capitals[] = {"ca",        "cn",  "crl", "dns",  "http", "id", "iis",
                                       "iis_iusrs", "ip",  "msi", "ndes", "ocsp", "ra", "san",
                                       "sid",       "tls", "url", "utc",  "w3wp", NULL};
static const char *const others[][2] = {{"scep", "SCEP"},
                                        {"pkioperation", "PKIOperation"},
                                        {"cacert", "CA certificate"},
                                        {"win32", "win32"},
                                        {NULL, NULL}};

static bool is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncmp(p, word, n) == 0;
}

static void put_part(struct buf *out, const char *p, size_t n)
{
	for (size_t i = 0; others[i][0] != NULL; i++) {
		if (is_word(p, n, others[i][0])) {
			buf_str(out, others[i][1]);
			return;
		}
	}
	for (size_t i = 0; capitals[i] != NULL; i++) {
		if (!is_word(p, n, capitals[i]))
			continue;
		for (size_t k = 0; k < n; k++)
			buf_char(out, (char)(p[k] >= 'a' && p[k] <= 'z' ? p[k] - 'a' + 'A' : p[k]));
		return;
	}
	buf_put(out, p, n);
}

void put_fact_words(struct buf *out, const char *key, size_t n)
{
	size_t from = 0;

	while (from < n) {
		size_t end = from;

		/* The group's name is one word although it has a line in it. */
		if (n - from >= 9 && strncmp(key + from, "iis_iusrs", 9) == 0)
			end = from + 9;
		while (end < n && key[end] != '_')
			end++;
		put_part(out, key + from, end - from);
		if (end < n)
			buf_char(out, ' ');
		from = end + 1;
	}
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

size_t name_length(const char *p)
{
	size_t n = 0;

	while (is_name_char(p[n]))
		n++;
	return n;
}

const struct probe *probe_named(const struct flow *f, const char *p, size_t n)
{
	char id[64];

	if (n == 0 || n >= sizeof(id))
		return NULL;
	memcpy(id, p, n);
	id[n] = '\0';
	return flow_probe(f, id);
}

/* What stands at p, n bytes that may be a name; `last` is the check that was named before. */
static void put_name(struct buf *out, const struct flow *f, const char *p, size_t n,
                     const struct probe **last)
{
	const struct probe *whole = probe_named(f, p, n), *of;
	size_t dot = n;

	if (whole != NULL) {
		buf_str(out, whole->title);
		return;
	}
	while (dot > 0 && p[dot - 1] != '.')
		dot--;
	of = dot > 1 && dot < n ? probe_named(f, p, dot - 1) : NULL;
	if (of == NULL) {
		buf_put(out, p, n);
		return;
	}
	if (of != *last)
		buf_fmt(out, "%s: ", of->title);
	*last = of;
	put_fact_words(out, p + dot, n - dot);
}

/* "at 'server-url'" names a step; returns how many bytes it took, 0 when there is none. */
static size_t put_step(struct buf *out, const struct flow *f, const char *p)
{
	const char *end = strncmp(p, "at '", 4) == 0 ? strchr(p + 4, '\'') : NULL;
	char id[64];
	const struct node *n;

	if (end == NULL || (size_t)(end - p) - 4 >= sizeof(id))
		return 0;
	memcpy(id, p + 4, (size_t)(end - p) - 4);
	id[end - p - 4] = '\0';
	n = flow_node(f, id);
	if (n == NULL || n->label == NULL)
		return 0;
	buf_fmt(out, "at \"%s\"", n->label);
	return (size_t)(end - p) + 1;
}

const char *page_words(const struct flow *f, const char *text, struct arena *mem)
{
	const struct probe *last = NULL;
	const char *words;
	struct buf out;

	if (text == NULL || f == NULL)
		return text;
	buf_init(&out, 8000);
	while (*text != '\0') {
		size_t n = put_step(&out, f, text);

		if (n > 0) {
			text += n;
			continue;
		}
		n = name_length(text);
		while (n > 0 && text[n - 1] == '.') /* the end of a sentence */
			n--;
		if (n > 0)
			put_name(&out, f, text, n, &last);
		else
			buf_char(&out, text[n]);
		text += n > 0 ? n : 1;
	}
	words = arena_strdup(mem, buf_cstr(&out));
	buf_release(&out);
	return words;
}
