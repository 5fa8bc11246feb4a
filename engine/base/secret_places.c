/* Places that hold secrets by their nature: the query of a URL, message= of SCEP, what IIS encrypted, command
 * lines of the tools of the field. */
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
		while (end < t->n && (query_char(t->p[end]) || t->p[end] == ' ') && t->p[end] != '&')
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

/* ---- command lines ---- */
struct commands {
	struct spans *out;
	const struct stext *t;
	size_t line; /* where the line of the command before ended */
	/* For each place whether a word of a tool or of "net" was read there: who comes there again, as in
	 * "curl curl curl", reads the same from there on.  NULL before the first. */
	unsigned char *read;
};
enum { READ_TOOL = 1, READ_NET = 2 };

static bool read_before(struct commands *c, size_t i, unsigned char who)
{
	bool before;

	if (c->read == NULL)
		c->read = memset(arena_room(c->out->mem, c->t->n + 1), 0, c->t->n + 1);
	before = (c->read[i] & who) != 0;
	c->read[i] |= who;
	return before;
}

static size_t next_word(const struct stext *t, size_t *i, size_t line)
{
	size_t from;

	while (*i < line && is_blank(t->p[*i]))
		++*i;
	from = *i;
	if (from < line && in_set("\"'", t->p[from])) {
		for (++*i; *i < line && t->p[*i] != t->p[from]; ++*i)
			;
		*i += *i < line;
	} else {
		while (*i < line && !is_blank(t->p[*i]))
			++*i;
	}
	return from;
}

static bool is_word_at(const struct stext *t, size_t from, size_t to, const char *word)
{
	return to - from == strlen(word) && begins(t->p + from, to - from, word);
}

static void word_out(struct spans *s, const struct stext *t, size_t from, size_t to)
{
	if (to > from + 1 && in_set("\"'", t->p[from])) {
		from++;
		to -= t->p[to - 1] == t->p[from - 1];
	}
	if (to > from && t->p[from] != '-' && !harmless(t->p + from, to - from))
		span_add(s, t, from, to, "a password on a command line");
}

/* Options that take a password as the next word, of tools that have no longer name for it. */
static void tool(struct commands *c, size_t i, size_t line)
{
	struct spans *s = c->out;
	const struct stext *t = c->t;

	while (i < line && !read_before(c, i, READ_TOOL)) {
		size_t from = next_word(t, &i, line), to = i;

		if (is_word_at(t, from, to, "-p") || is_word_at(t, from, to, "-pw") ||
		    is_word_at(t, from, to, "/p") || is_word_at(t, from, to, "-rp") ||
		    is_word_at(t, from, to, "/rp") || is_word_at(t, from, to, "-w")) {
			from = next_word(t, &i, line);
			word_out(s, t, from, i);
		} else if (is_word_at(t, from, to, "-ip") || is_word_at(t, from, to, "-dns")) {
			next_word(t, &i, line); /* mkrequest -ip ADDRESS CHALLENGE */
			from = next_word(t, &i, line);
			word_out(s, t, from, i);
		} else if (is_word_at(t, from, to, "-u") || is_word_at(t, from, to, "--user") ||
		           is_word_at(t, from, to, "--proxy-user")) {
			const char *colon;

			from = next_word(t, &i, line);
			colon = memchr(t->p + from, ':', i - from);
			if (colon != NULL && !(i - from > 6 && memchr(t->p + from, '/', i - from) != NULL))
				word_out(s, t, (size_t)(colon - t->p) + 1, i);
		}
	}
}

/* "net use X: \\server\share WORD /user:NAME", "net user NAME WORD", "/user:NAME WORD" */
static void net(struct commands *c, size_t i, size_t line)
{
	struct spans *s = c->out;
	const struct stext *t = c->t;
	size_t last = line, last_end = line, nth = 0;
	bool use = begins(t->p + i, line - i, "net use ");

	while (i < line && (use ? nth <= 2 || !read_before(c, i, READ_NET) : nth <= 3)) {
		size_t from = next_word(t, &i, line);

		if (use && begins(t->p + from, i - from, "/user:")) {
			if (last < line && t->p[last] != '\\' && t->p[last_end - 1] != ':' && nth > 2)
				word_out(s, t, last, last_end);
			from = next_word(t, &i, line);
			if (from < i && t->p[from] != '/')
				word_out(s, t, from, i);
		} else if (!use && nth == 3 && from < i && t->p[from] != '/') {
			word_out(s, t, from, i);
		}
		last = from;
		last_end = i;
		nth++;
	}
}

static size_t line_of(struct commands *c, size_t i)
{
	if (c->line < i)
		c->line = i;
	while (c->line < c->t->n && c->t->p[c->line] != '\n')
		c->line++;
	return c->line;
}

static void command(struct commands *c, size_t i)
{
	const struct stext *t = c->t;
	static const char *const tools[] = {"sscep",      "mkrequest", "curl",   "wget",       "psexec",
	                                    "certutil",   "plink",     "pscp",   "sshpass",    "winexe",
	                                    "wmic",       "schtasks",  "pki",    "scepclient", "mysql",
	                                    "ldapsearch", "runas",     "cmdkey", "psql",       NULL};

	if (begins(t->p + i, t->n - i, "net use ") || begins(t->p + i, t->n - i, "net user ")) {
		net(c, i, line_of(c, i));
		return;
	}
	for (size_t k = 0; tools[k] != NULL; k++) {
		size_t m = strlen(tools[k]);

		if (!begins(t->p + i, t->n - i, tools[k]))
			continue;
		if (begins(t->p + i + m, t->n - i - m, ".exe"))
			m += 4;
		if (i + m < t->n && t->p[i + m] == ' ')
			tool(c, i + m, line_of(c, i));
		return;
	}
}

void find_places(struct spans *s, const struct stext *t)
{
	struct commands commands = {.out = s, .t = t};
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
		if (start && is_alpha(c))
			command(&commands, i);
	}
}
