/* Places that hold secrets by their nature: the query of a URL, message= of SCEP, what IIS encrypted. */
#include "secret_int.h"

#include <string.h>

#define CA_NAME 64 /* message= of GetCACaps and GetCACert names a CA in a word or two */

/* ---- queries ---- */
static const char *const known_parameters[] = {"operation", "message",     "view", "tabs",   "lang",   "hl",
                                               "source",    "objectclass", "base", "fields", "format", "v",
                                               "version",   "api-version", "page", "status", "log",    NULL};

static bool known_parameter(const char *s, size_t n)
{
	for (size_t i = 0; known_parameters[i] != NULL; i++)
		if (strlen(known_parameters[i]) == n && begins(s, n, known_parameters[i]))
			return true;
	return false;
}

static bool query_char(char c)
{
	return !is_blank(c) && !in_set("\"<>'`|{}\\^", c);
}

/* A word of letters, or a short number: "GetCACaps", "5". */
static bool plain_value(const char *s, size_t n)
{
	size_t digits = 0;

	for (size_t i = 0; i < n; i++)
		digits += is_digit(s[i]);
	return n == 0 || (digits == n && n <= 3) || harmless(s, n);
}

/* The name of a CA: words, no base64 of a message. */
static bool ca_name(const char *s, size_t n)
{
	size_t digits = 0, changes = 0;

	if (n > CA_NAME)
		return false;
	for (size_t i = 0; i < n; i++) {
		digits += is_digit(s[i]);
		changes += i > 0 && s[i] >= 'A' && s[i] <= 'Z' && s[i - 1] >= 'a' && s[i - 1] <= 'z';
	}
	return !begins(s, n, "mi") || (n < 12 && digits <= 2) || (changes <= 2 && digits <= 4);
}

struct query {
	struct spans *out;
	const struct stext *t;
	size_t from, to;
	bool pki;
};

/* What our own long requests carry, to be found again in the server's logs, and what a shell adds to it. */
static bool own_marker(const char *s, size_t n)
{
	static const char mark[] = "casebook-longurl-";
	size_t i = sizeof(mark) - 1;

	if (!begins(s, n, mark))
		return false;
	while (i < n && hex_of(s[i]) >= 0)
		i++;
	return i <= sizeof(mark) - 1 + 16 && harmless(s + i, n - i);
}

static void parameter(const struct query *q, size_t from, size_t to)
{
	const char *p = q->t->p + from, *eq = memchr(p, '=', to - from);
	size_t name, n;

	if (eq == NULL)
		return;
	/* A directory's URL has several parts: "?certificateRevocationList?base?objectClass=x" (RFC 4516). */
	for (const char *part; (part = memchr(p, '?', (size_t)(eq - p))) != NULL; p = part + 1)
		from += (size_t)(part - p) + 1;
	name = (size_t)(eq - p);
	n = to - from - name - 1;
	if (name == 0)
		return;
	if (name == 7 && begins(p, name, "message")) {
		if ((q->pki || !ca_name(eq + 1, n)) && !harmless(eq + 1, n) && !own_marker(eq + 1, n))
			span_add(q->out, q->t, from + name + 1, to, "the message of a request");
		return;
	}
	if (!known_parameter(p, name) && !plain_value(eq + 1, n))
		span_add(q->out, q->t, from + name + 1, to, "a parameter of a query");
}

static bool has_operation(const struct query *q)
{
	static const char pki[] = "operation=pkioperation";

	for (size_t i = q->from; i < q->to; i++)
		if (begins(q->t->p + i, q->to - i, pki))
			return true;
	return false;
}

static void parameters(struct query *q)
{
	size_t from = q->from;

	q->pki = has_operation(q);
	for (size_t i = q->from; i <= q->to; i++) {
		if (i < q->to && q->t->p[i] != '&')
			continue;
		if (begins(q->t->p + from, i - from, "amp;"))
			from += 4;
		parameter(q, from, i);
		from = i + 1;
	}
}

/* The end of a value in quotes of its own, also as a shell writes them within others; i when there is none.
 */
static size_t quoted(const struct stext *t, size_t i)
{
	static const char *const quotes[] = {"'\\''", "'", "\"", NULL};

	for (size_t k = 0; quotes[k] != NULL; k++) {
		size_t m = strlen(quotes[k]), end = i + m;

		if (!begins(t->p + i, t->n - i, quotes[k]) || end >= t->n)
			continue;
		/* "?a=" + x, "?a=", "b": that quote ends the URL */
		if (k != 0 && !is_word(t->p[end]) && t->p[end] != '/')
			continue;
		while (end < t->n && !in_set("&'\"\n", t->p[end]))
			end++;
		if (begins(t->p + end, t->n - end, quotes[k]))
			return end + m;
	}
	return i;
}

/* "name=value" from i on, joined by "&"; after a "?", one alone is enough. */
static size_t query(struct spans *s, const struct stext *t, size_t i, bool asked)
{
	size_t end = i;
	bool joined = false, equals = false;

	while (end < t->n && query_char(t->p[end]) && (asked || !in_set(";?", t->p[end]))) {
		joined = joined || (equals && t->p[end] == '&');
		equals = equals || t->p[end] == '=';
		end++;
		if (asked && t->p[end - 1] == '=')
			end = quoted(t, end);
	}
	while (end > i && in_set(".,;:)#", t->p[end - 1]))
		end--;
	if (equals && (asked || joined || begins(t->p + i, end - i, "message=")))
		parameters(&(struct query){s, t, i, end, false});
	return end;
}

/* ---- [enc:Provider:X:enc] of applicationHost.config ---- */
/* `stop`: where the one before it ended, for the next one. */
static void encrypted(struct spans *s, const struct stext *t, size_t i, size_t *stop)
{
	size_t end = i + 5, from;

	if (!begins(t->p + i, t->n - i, "[enc:"))
		return;
	while (end < t->n && t->p[end] != ':')
		end++;
	from = end + 1;
	if (*stop < end)
		for (*stop = end;
		     *stop < t->n && !begins(t->p + *stop, t->n - *stop, ":enc]") && t->p[*stop] != '\n';)
			++*stop;
	end = *stop;
	if (end > from && !harmless(t->p + from, end - from))
		span_add(s, t, from, end, "an encrypted password");
}

void find_places(struct spans *s, const struct stext *t)
{
	size_t read = 0, stop = 0; /* up to here as part of a query; where "[enc:" ended */

	for (size_t i = 0; i < t->n; i++) {
		char c = t->p[i];
		bool start = i == 0 || !is_word(t->p[i - 1]);

		if (c == '[')
			encrypted(s, t, i, &stop);
		if (i < read)
			continue;
		if (c == '?' && i + 1 < t->n && is_word(t->p[i + 1]))
			read = query(s, t, i + 1, true);
		else if (start && is_word(c) &&
		         (i == 0 || is_blank(t->p[i - 1]) || in_set("\"'(>;,", t->p[i - 1])))
			read = query(s, t, i, false);
	}
}
