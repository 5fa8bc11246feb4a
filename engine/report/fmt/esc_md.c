/*
 * Escaping for Markdown as GitHub, Jira and Teams read it (CommonMark 0.30, GFM
 * 0.29).  Foreign text must not become a link, a mention, an issue reference,
 * an image, HTML or a formula.  What would become one stands in a code span.
 */
#include "report_int.h"

#include <ctype.h>
#include <string.h>

/* Characters that may begin a construct anywhere in a line. */
static bool special(char c)
{
	static const bool is[256] = {
	        ['\\'] = true, ['`'] = true, ['*'] = true, ['_'] = true, ['['] = true, [']'] = true,
	        ['<'] = true,  ['>'] = true, ['|'] = true, ['~'] = true, ['$'] = true};

	return is[(unsigned char)c];
}

static bool word_end(char c)
{
	return c == '\0' || c == ' ' || c == '\n' || c == '\t';
}

static size_t word_len(const char *s)
{
	size_t n = 0;

	while (!word_end(s[n]))
		n++;
	return n;
}

static bool has(const char *s, size_t n, const char *what)
{
	const char *end = s + n, *at = s;
	size_t m = strlen(what);

	while ((size_t)(end - at) >= m && (at = memchr(at, what[0], (size_t)(end - at) - m + 1)) != NULL)
		if (memcmp(at++, what, m) == 0)
			return true;
	return false;
}

/* @name, #12, GH-12, http://..., www. and a@b.c: sites make links of these whatever is escaped. */
static bool linkish(const char *s, size_t n)
{
	if (has(s, n, "://") || has(s, n, "www.") || has(s, n, "WWW."))
		return true;
	if (n > 3 && strncmp(s, "GH-", 3) == 0 && isdigit((unsigned char)s[3]))
		return true;
	for (size_t i = 0; i + 1 < n; i++)
		if ((s[i] == '@' && isalnum((unsigned char)s[i + 1])) ||
		    (s[i] == '#' && isdigit((unsigned char)s[i + 1])))
			return true;
	return false;
}

static size_t longest_run(const char *s, size_t n, char c)
{
	size_t best = 0, run = 0;

	if (n == 0 || memchr(s, c, n) == NULL)
		return 0;
	for (size_t i = 0; i < n; i++) {
		run = s[i] == c ? run + 1 : 0;
		best = run > best ? run : best;
	}
	return best;
}

static void repeat(struct sink *s, char c, size_t n)
{
	while (n-- > 0)
		sink_char(s, c);
}

static const char *upto(const char *from, const char *end, char c)
{
	const char *at = memchr(from, c, (size_t)(end - from));

	return at != NULL ? at : end;
}

/* A code span: a fence longer than any run inside; in a table a pipe still needs its backslash (GFM 4.10). */
static void code_span(struct sink *s, const char *text, size_t n, bool in_table)
{
	size_t ticks = longest_run(text, n, '`') + 1;
	bool pad = n != 0 && (text[0] == '`' || text[n - 1] == '`' || (text[0] == ' ' && text[n - 1] == ' '));

	if (n == 0)
		return;
	repeat(s, '`', ticks);
	if (pad)
		sink_char(s, ' ');
	for (const char *at = text, *end = text + n; at < end; at++) {
		const char *stop = upto(at, end, '\n');

		if (in_table)
			stop = upto(at, stop, '|');
		sink_put(s, at, (size_t)(stop - at));
		if (stop < end)
			sink_str(s, *stop == '\n' ? " " : "\\|");
		at = stop;
	}
	if (pad)
		sink_char(s, ' ');
	repeat(s, '`', ticks);
}

void esc_md_code(struct sink *s, const char *text, bool in_table)
{
	if (text != NULL)
		code_span(s, text, strlen(text), in_table);
}

/* At the start of a line these begin a heading, a list, a quote or a rule. */
static bool starts_block(const char *s)
{
	size_t digits = 0;

	if (*s == '#' || *s == '+' || *s == '-' || *s == '=' || *s == ':')
		return true;
	while (isdigit((unsigned char)s[digits]))
		digits++;
	return digits != 0 && digits < 10 && (s[digits] == '.' || s[digits] == ')') &&
	       word_end(s[digits + 1]);
}

/* The place of the character that must be escaped when a word starts a line: "12." is defused at its dot. */
static size_t block_escape(const char *s)
{
	size_t i = 0;

	while (isdigit((unsigned char)s[i]))
		i++;
	return i;
}

static bool intraword(const char *word, size_t i)
{
	return word[i] == '_' && i != 0 && isalnum((unsigned char)word[i - 1]) &&
	       isalnum((unsigned char)word[i + 1]);
}

static void plain_word(struct sink *s, const char *word, size_t n, bool first)
{
	size_t guard = first && starts_block(word) ? block_escape(word) : n, from = 0;

	for (size_t i = 0; i < n; i++) {
		if (i != guard && !(special(word[i]) && !intraword(word, i)) &&
		    !(word[i] == '&' && (word[i + 1] == '#' || isalpha((unsigned char)word[i + 1]))))
			continue;
		sink_put(s, word + from, i - from);
		sink_char(s, '\\');
		from = i;
	}
	sink_put(s, word + from, n - from);
}

/* Punctuation around a word stays outside its code span. */
static void link_word(struct sink *s, const char *text, size_t n, bool in_table)
{
	size_t from = 0, end = n;

	while (from < n && strchr("(\"'", text[from]) != NULL)
		from++;
	while (end > from + 1 && strchr(",.;:)!?\"'", text[end - 1]) != NULL)
		end--;
	sink_put(s, text, from);
	code_span(s, text + from, end - from, in_table);
	sink_put(s, text + end, n - end);
}

static void word_by_word(struct sink *s, const char *text, unsigned where)
{
	bool first = (where & MD_START) != 0;

	while (*text != '\0') {
		size_t n = word_len(text);

		if (n == 0) {
			sink_char(s, ' ');
			text++;
			continue;
		}
		if (linkish(text, n))
			link_word(s, text, n, (where & MD_TABLE) != 0);
		else
			plain_word(s, text, n, first);
		first = false;
		text += n;
	}
}

/* Most text holds nothing that means anything to Markdown; it is written as it is. */
static bool harmless(const char *text)
{
	static const unsigned char look[256] = {
	        ['\\'] = 1, ['`'] = 1, ['*'] = 1, ['_'] = 1, ['['] = 1,  [']'] = 1,  ['<'] = 1,
	        ['>'] = 1,  ['|'] = 1, ['~'] = 1, ['$'] = 1, ['&'] = 1,  ['@'] = 1,  ['#'] = 1,
	        [':'] = 1,  ['w'] = 1, ['W'] = 1, ['G'] = 1, ['\n'] = 1, ['\t'] = 1,
	};

	for (const char *p = text; *p != '\0'; p++) {
		if (look[(unsigned char)*p] == 0 || (*p == ':' && p[1] != '/') ||
		    (*p == 'G' && p[1] != 'H') || ((*p == 'w' || *p == 'W') && p[1] != *p))
			continue;
		return false;
	}
	return true;
}

void esc_md(struct sink *s, const char *text, unsigned where)
{
	if (text == NULL)
		return;
	if (harmless(text) && ((where & MD_START) == 0 || !starts_block(text)))
		sink_str(s, text);
	else
		word_by_word(s, text, where);
}

void esc_md_fence(struct sink *s, const char *text, const char *indent)
{
	size_t n = strlen(text), ticks = longest_run(text, n, '`') + 1;

	ticks = ticks < 3 ? 3 : ticks;
	sink_str(s, indent);
	repeat(s, '`', ticks);
	sink_str(s, "text\n");
	sink_str(s, indent);
	for (const char *at = text, *end = text + n, *stop; at < end; at = stop) {
		stop = upto(at, end, '\n');
		stop += stop < end;
		sink_put(s, at, (size_t)(stop - at));
		if (stop < end)
			sink_str(s, indent);
	}
	if (n == 0 || text[n - 1] != '\n')
		sink_char(s, '\n');
	sink_str(s, indent);
	repeat(s, '`', ticks);
	sink_char(s, '\n');
}
