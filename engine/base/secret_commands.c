/*
 * Command lines that carry a secret: which option, or which place, of which tool.  A secret here has no name
 * that tells; "-p X" is a password to psexec and a port to ssh.
 *
 * A line is read once, word by word.  A tool that was named stays in force until the command ends, so a text
 * that names many is read no more often than one that names one.
 */
#include "secret_int.h"

#include <string.h>

#define PIPE_BACK 400 /* from "| kinit" back to the word that is piped in */

#define TOOLS secret_ntools
#define WORDS 2 /* of 64 bits, one for each tool */

struct part {
	size_t from, to;
};
struct walk {
	struct spans *out;
	const struct stext *t;
	size_t line;        /* where this one ends */
	uint64_t on[WORDS]; /* tools whose command this is, by row */
	size_t row;         /* the last of them, */
	unsigned nth;       /* and its words that were no options */
	struct part before; /* the last of these */
	bool named;         /* an option of that tool was given the name of a secret, */
	struct part value;  /* or this was given with it before the name came */
	struct part piped, command;
	enum { NET_NOT, NET, NET_USE, NET_USER } net;
	bool net_place; /* "net use" has seen a share, a drive or an account */
};

static bool is(const struct stext *t, struct part w, const char *word)
{
	return w.to - w.from == strlen(word) && begins(t->p + w.from, w.to - w.from, word);
}

/* ---- values ---- */
static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

/* The value that begins at i: within its quotes, else to the next blank. */
static struct part value_from(const struct walk *w, size_t i)
{
	const struct stext *t = w->t;
	struct part v = {i, i};

	while (v.to < w->line && is_blank(t->p[v.to]))
		v.to++;
	v.from = v.to;
	if (v.to < w->line && is_quote(t->p[v.to])) {
		char quote = t->p[v.to];

		v.from = ++v.to;
		while (v.to < w->line && t->p[v.to] != quote)
			v.to++;
		return v;
	}
	while (v.to < w->line && !is_blank(t->p[v.to]))
		v.to++;
	while (v.to > v.from && is_quote(t->p[v.to - 1]))
		v.to--;
	return v;
}

/* "-f", "/user:x": another option, no value. */
static bool is_option(const struct walk *w, struct part v)
{
	size_t i = v.from;

	if (v.to == i || !in_set("-/", w->t->p[i]))
		return false;
	while (i < v.to && in_set("-/", w->t->p[i]))
		i++;
	while (i < v.to && (is_alpha(w->t->p[i]) || in_set("-_", w->t->p[i])))
		i++;
	return i == v.to || in_set(":=", w->t->p[i]);
}

/* "(Read-Host ...)", "(Get-Secret x)": computed, not written down. */
static bool is_call(const struct walk *w, struct part v)
{
	size_t i = v.from + 1, dash = 0;

	if (v.to - v.from < 4 || !in_set("($@", w->t->p[v.from]))
		return false;
	i += w->t->p[i] == '(';
	for (; i < v.to && (is_alpha(w->t->p[i]) || w->t->p[i] == '-'); i++)
		dash += w->t->p[i] == '-';
	return dash == 1 && i == v.to;
}

static void take(const struct walk *w, struct part v)
{
	const char *p = w->t->p + v.from;
	size_t n = 0;
	bool bare = v.from == 0 || !is_quote(p[-1]);

	while (n < v.to - v.from && !begins(p + n, w->t->n - v.from - n, "<removed, "))
		n++;
	v.to = v.from + n;
	if (n == 0 || harmless(p, n) || (bare && (is_option(w, v) || is_call(w, v) || joins(p, n))))
		return;
	span_add(w->out, w->t, v.from, v.to, "a password on a command line");
}

/* What follows the first `sign`; the colon of a drive is none. */
static void take_behind(const struct walk *w, struct part v, char sign)
{
	const struct stext *t = w->t;

	for (size_t i = v.from; i + 1 < v.to; i++) {
		if (t->p[i] != sign || (sign == ':' && i == v.from + 1 && in_set("\\/", t->p[i + 1])))
			continue;
		if (!begins(t->p + i, v.to - i, "://"))
			take(w, (struct part){i + 1, v.to});
		return;
	}
}

/* Where the words behind the last "echo" of the piece begin; 0: there is none. */
static size_t behind_verb(const struct walk *w, struct part v)
{
	static const char *const verbs[] = {"echo", "printf", "write-output", "print", NULL};
	const char *p = w->t->p;

	for (size_t i = v.to; i > v.from; i--) {
		if (i - 1 != v.from && is_word(p[i - 2]))
			continue;
		for (size_t k = 0; verbs[k] != NULL; k++) {
			size_t end = i - 1 + strlen(verbs[k]);

			if (end < v.to && p[end] == ' ' && begins(p + i - 1, v.to - i + 1, verbs[k]))
				return end;
		}
	}
	return 0;
}

/* "echo X |", "'X' |" */
static void take_piped(const struct walk *w)
{
	const char *p = w->t->p;
	struct part v = w->piped;
	size_t verb;

	if (v.to - v.from > PIPE_BACK)
		v.from = v.to - PIPE_BACK;
	while (v.to > v.from && is_blank(p[v.to - 1]))
		v.to--;
	if (v.to == v.from)
		return;
	verb = behind_verb(w, v);
	if (verb != 0) {
		for (v.from = verb; v.from < v.to && is_blank(p[v.from]); v.from++)
			;
		if (begins(p + v.from, v.to - v.from, "-n "))
			v.from += 3;
		take(w, v);
	} else if (is_quote(p[v.to - 1])) {
		for (verb = v.to - 1; verb > v.from && p[verb - 1] != p[v.to - 1]; verb--)
			;
		take(w, (struct part){verb, v.to - 1});
	}
}

/* ---- options ---- */
/* One option of a row: where the secret is, once the word is it. */
struct choice {
	const char *p;
	size_t n;      /* with its dash, without its sign */
	char sign;     /* 0: none */
	unsigned hops; /* ">" */
};

static const char *next_choice(const char *s, struct choice *c)
{
	size_t n = 0;

	s += *s == '!';
	while (*s == ' ')
		s++;
	while (s[n] != '\0' && s[n] != ' ')
		n++;
	*c = (struct choice){.p = s, .n = n};
	while (c->n > 1 && in_set("+*:%=>|", s[c->n - 1])) {
		c->hops += s[c->n - 1] == '>';
		c->sign = s[--c->n];
	}
	return n != 0 ? s + n : NULL;
}

/* `word` in lower case. */
static bool same(const char *s, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (low(s[i]) != word[i])
			return false;
	return true;
}

/* Whether the word begins with this option; *end: what is behind it. */
static bool chosen(const struct walk *w, struct part word, const char *p, size_t n, bool exact, size_t *end)
{
	const char *s = w->t->p + word.from;

	if (word.to - word.from < n)
		return false;
	if (exact ? memcmp(s, p, n) != 0 : !in_set("-/", *s))
		return false;
	if (!exact && !same(s + 1, p + 1, n - 1))
		return false;
	*end = word.from + n;
	return true;
}

static void take_choice(struct walk *w, const struct choice *c, struct part word, size_t end)
{
	bool joined = end < word.to && in_set(":=", w->t->p[end]);
	struct part v;

	if (c->sign == '|') {
		if (end == word.to)
			take_piped(w);
		return;
	}
	if (end < word.to && !joined && !in_set("+*%", c->sign) && !(c->sign == ':' && c->n == 2))
		return;
	if (c->sign == '*' && end == word.to)
		return;
	v = value_from(w, joined ? end + 1 : end);
	for (unsigned i = 0; i < c->hops; i++)
		v = value_from(w, v.to);
	if (in_set(":%=", c->sign) && c->sign != '\0')
		take_behind(w, v, c->sign);
	else
		take(w, v);
}

/* "-v/-d": both are looked for, whichever comes first. */
static void take_pair(struct walk *w, const struct choice *c, struct part word)
{
	const char *stroke = memchr(c->p, '/', c->n), *what;
	size_t first = (size_t)(stroke - c->p), end;
	struct part v;

	if (chosen(w, word, c->p, first, false, &end) && end == word.to) {
		v = value_from(w, end);
		w->named = v.to > v.from && secret_name(w->t->p + v.from, v.to - v.from, &what) != NAME_NONE;
	} else if (chosen(w, word, stroke + 1, c->n - first - 1, false, &end) && end == word.to) {
		w->value = value_from(w, end);
	}
	if (w->named && w->value.to != 0) {
		take(w, w->value);
		w->named = false;
		w->value = (struct part){0, 0};
	}
}

static void options(struct walk *w, size_t row, struct part word)
{
	bool exact = secret_tools[row].options[0] == '!';
	const char *s = secret_tools[row].options;
	struct choice c;
	size_t end;

	while ((s = next_choice(s, &c)) != NULL) {
		if (c.p[0] != '-')
			continue;
		if (memchr(c.p, '/', c.n) != NULL)
			take_pair(w, &c, word);
		else if (chosen(w, word, c.p, c.n, exact, &end))
			take_choice(w, &c, word, end);
	}
}

/* ---- words that are no options ---- */
static struct part in_quotes(const struct walk *w, struct part word)
{
	return is_quote(w->t->p[word.from]) ? value_from(w, word.from) : word;
}

static void place(struct walk *w, struct part word)
{
	const char *s = secret_tools[w->row].options, *what;
	struct choice c;

	w->nth++;
	while ((s = next_choice(s, &c)) != NULL) {
		if (c.p[0] != '#')
			continue;
		if (c.n == 1 && c.sign == '=') {
			if (w->before.to != 0 &&
			    secret_name(w->t->p + w->before.from, w->before.to - w->before.from, &what) !=
			            NAME_NONE)
				take(w, in_quotes(w, word));
		} else if (c.n > 1 && is_alpha(c.p[1])) {
			if (word.to - word.from > c.n && w->t->p[word.from + c.n - 1] == '=' &&
			    same(w->t->p + word.from, c.p + 1, c.n - 1))
				take(w, value_from(w, word.from + c.n));
		} else if (c.n > 1 && (unsigned)(c.p[1] - '0') == w->nth) {
			take(w, in_quotes(w, word));
		}
	}
	w->before = word;
}

/* "net use X: \\server\share WORD", "/user:NAME WORD"; "net user NAME WORD" */
static void net(struct walk *w, struct part word)
{
	const char *p = w->t->p + word.from;
	size_t n = word.to - word.from;

	if (w->net == NET) {
		w->net = is(w->t, word, "use") ? NET_USE : is(w->t, word, "user") ? NET_USER : NET_NOT;
	} else if (w->net == NET_USER) {
		if (*p == '/') {
			w->net = NET_NOT;
		} else if (w->before.to != 0) {
			take(w, in_quotes(w, word));
			w->net = NET_NOT;
		}
		w->before = word;
	} else if (begins(p, n, "/user:") || *p == '\\' || begins(p, n, "http") || (n == 2 && p[1] == ':') ||
	           is(w->t, word, "*") || (is_quote(*p) && n > 2 && p[1] == '\\')) {
		w->net_place = true;
	} else if (*p != '/') {
		if (w->net_place)
			take(w, in_quotes(w, word));
		w->net = NET_NOT;
	}
}

/* ---- the words of a line ---- */
static void command_ends(struct walk *w, size_t at, bool pipe)
{
	w->piped = pipe ? (struct part){w->command.from, at} : (struct part){0, 0};
	w->command.from = at + 1;
	w->on[0] = w->on[1] = 0;
	w->row = TOOLS;
	w->net = NET_NOT;
	w->named = false;
	w->value = w->before = (struct part){0, 0};
}

/* A tool's name at the end of the word: "C:\>C:\tools\psexec.exe", "(ConvertTo-SecureString", "&'plink'". */
static size_t tool_of(const struct walk *w, struct part word)
{
	const char *p = w->t->p;

	while (word.to > word.from && in_set("\"')];,", p[word.to - 1]))
		word.to--;
	for (size_t i = word.to; i > word.from; i--)
		if (in_set("\\/>(\"'=&{[`:$", p[i - 1])) {
			word.from = i;
			break;
		}
	if (word.to - word.from > 4 &&
	    (begins(p + word.to - 4, 4, ".exe") || begins(p + word.to - 4, 4, ".com")))
		word.to -= 4;
	for (size_t i = 0; i < TOOLS && word.to > word.from; i++)
		if (low(p[word.from]) == secret_tools[i].name[0] && is(w->t, word, secret_tools[i].name))
			return i;
	return TOOLS;
}

static void tool_begins(struct walk *w, size_t row)
{
	const char *s = secret_tools[row].options;
	struct choice c;

	w->on[row / 64] |= UINT64_C(1) << (row % 64);
	w->row = row;
	w->nth = 0;
	w->before = (struct part){0, 0};
	w->net = strcmp(secret_tools[row].name, "net") == 0 ? NET : NET_NOT;
	w->net_place = false;
	while ((s = next_choice(s, &c)) != NULL)
		if (c.p[0] == '|')
			take_piped(w);
}

static void one_word(struct walk *w, struct part word)
{
	size_t row;
	char c = w->t->p[word.from];

	if (c != '-' && (row = tool_of(w, word)) != TOOLS) {
		tool_begins(w, row);
		return;
	}
	if ((w->on[0] | w->on[1]) == 0)
		return;
	if (w->net != NET_NOT && c != '-')
		net(w, word);
	if (c == '-' || c == '/') {
		for (row = 0; row < TOOLS; row++)
			if ((w->on[row / 64] >> (row % 64) & 1) != 0)
				options(w, row, word);
	} else if (w->row != TOOLS && w->net == NET_NOT) {
		place(w, word);
	}
}

/* The end of the line, and of those that continue it: "^" (cmd.exe), "`" (PowerShell), "\" (sh). */
static size_t whole_line(const struct stext *t, size_t i)
{
	for (; i < t->n; i++)
		if (t->p[i] == '\n' && !(i > 1 && in_set("^`\\", t->p[i - 1 - (t->p[i - 1] == '\r')])))
			break;
	return i;
}

/* The end of a word in quotes, when they close and what is within is one word of a command. */
static size_t word_end(const struct walk *w, size_t i)
{
	const struct stext *t = w->t;
	size_t end = i + 1;

	if (is_quote(t->p[i]) && (w->row != TOOLS)) {
		while (end < w->line && t->p[end] != t->p[i])
			end++;
		if (end < w->line)
			return end + 1;
	}
	for (end = i; end < w->line && !is_blank(t->p[end]) && t->p[end] != '|'; end++)
		;
	return end;
}

void find_commands(struct spans *s, const struct stext *t)
{
	struct walk w = {.out = s, .t = t, .row = TOOLS};

	for (size_t i = 0; i < t->n;) {
		w.line = whole_line(t, i);
		command_ends(&w, i, false);
		w.command.from = i;
		while (i < w.line) {
			struct part word = {i, i};

			if (is_blank(t->p[i]) || t->p[i] == '|') {
				if (t->p[i] == '|')
					command_ends(&w, i, true);
				i++;
				continue;
			}
			word.to = word_end(&w, i);
			one_word(&w, word);
			if (t->p[word.to - 1] == ';' || is(t, word, "&&") || is(t, word, "&"))
				command_ends(&w, word.to - 1, false);
			i = word.to;
		}
		i = w.line + 1;
	}
}
