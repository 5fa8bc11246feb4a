/* Values that a name introduces: "password=X", "challenge 'X'", <Data Name="Token">X</Data>, "Authorization:
 * Basic X",
 * --password X, "the password is X".  Knows where such a value ends; when in doubt, at the end of its line.
 */
#include "secret_int.h"

#include <string.h>

#define GAP_BLANKS 40 /* openssl aligns "challengePassword        :X" */
#define TAG_HOP 600   /* from a SyncML path to the <Data> of the same item */
#define WORDS_OF 6    /* "password of the pool account: X" */
#define READ_TIMES 64 /* how often a text may be read for values that lie within one another */
#define READ_SHORT 65536u

struct name {
	const struct stext *t;
	struct spans *out;
	size_t *budget;  /* bytes of values yet to be read */
	size_t from, to; /* the name */
	enum name_kind kind;
	const char *what;
};

static bool name_char(char c)
{
	return is_word(c) || c == '_' || c == '-' || c == '.';
}

static bool at_line_end(const struct stext *t, size_t i)
{
	return i >= t->n || t->p[i] == '\n' || t->p[i] == '\r';
}

static size_t line_end(const struct stext *t, size_t i)
{
	while (!at_line_end(t, i))
		i++;
	return i;
}

static size_t word_end(const struct stext *t, size_t i)
{
	while (i < t->n && !is_blank(t->p[i]))
		i++;
	return i;
}

static void take(const struct name *k, size_t from, size_t to)
{
	*k->budget -= to - k->to < *k->budget ? to - k->to : *k->budget;
	while (to > from && is_blank(k->t->p[to - 1]))
		to--;
	if (to > from && !harmless(k->t->p + from, to - from))
		span_add(k->out, k->t, from, to, k->what);
}

/* At a quote: the value within; to the end of the line when nothing closes it. */
static bool quoted(const struct name *k, size_t i)
{
	const struct stext *t = k->t;
	size_t escaped = t->p[i] == '\\' ? 1 : 0, from = i + escaped + 1, end = from;
	char quote = i + escaped < t->n ? t->p[i + escaped] : '\0';

	if (!in_set("\"'`", quote) || quote == '\0')
		return false;
	while (end < t->n && t->p[end] != quote) {
		if (escaped == 0 && t->p[end] == '\\' && end + 1 < t->n)
			end++;
		end++;
	}
	if (end >= t->n)
		end = line_end(t, from);
	else
		end -= escaped != 0 && end > from && t->p[end - 1] == '\\';
	take(k, from, end);
	return true;
}

/* "[...]" and "{...}": all of it. */
static bool bracketed(const struct name *k, size_t i)
{
	const struct stext *t = k->t;
	char open = t->p[i], shut = open == '[' ? ']' : '}';
	size_t end = i, depth = 0;

	if (open != '[' && open != '{')
		return false;
	for (; end < t->n; end++) {
		depth += t->p[end] == open;
		if (t->p[end] == shut && --depth == 0)
			break;
	}
	take(k, i, end < t->n ? end + 1 : end);
	return true;
}

/* A value that ends with one "=", as base64 does, and no name before it. */
static bool padded(const struct stext *t, size_t from, size_t end)
{
	return end - from >= 15 && end < t->n && t->p[end] == '=' && t->p[end - 1] != '-' &&
	       looks_random(t->p + from, end - from);
}

/* Whether another "name=" or "name:" begins here. */
static bool next_name(const struct stext *t, size_t i)
{
	size_t end = i;

	while (end < t->n && in_set("\"'([{<-/", t->p[end]))
		end++;
	if (end < t->n && !is_alpha(t->p[end]))
		return false;
	i = end;
	while (end < t->n && name_char(t->p[end]))
		end++;
	while (end < t->n && in_set("\"'", t->p[end]))
		end++;
	/* "wyw==" is base64 as well. */
	return end > i + 1 && end + 1 < t->n && in_set("=:", t->p[end]) && t->p[end + 1] != '=' &&
	       t->p[end + 1] != '\n' && !padded(t, i, end);
}

static bool ends_sentence(const struct stext *t, size_t i)
{
	return t->p[i] == '.' && i + 2 < t->n && t->p[i + 1] == ' ' && t->p[i + 2] >= 'A' &&
	       t->p[i + 2] <= 'Z';
}

/* ";" and "," divide when a name follows. */
static bool divides(const struct stext *t, size_t i)
{
	size_t next = i + 1;

	if (t->p[i] == '&' || t->p[i] == '<' || t->p[i] == '"')
		return true;
	if (t->p[i] != ';' && t->p[i] != ',' && t->p[i] != '|')
		return false;
	while (next < t->n && t->p[next] == ' ')
		next++;
	return next >= t->n || next_name(t, next);
}

/* Where more words of the value end: at another name, a tab, a closing bracket; a value that is none of a
 * person's words ends where a sentence goes on. */
static size_t more_words(const struct stext *t, size_t from, size_t end, bool complete, char closer)
{
	while (!at_line_end(t, end)) {
		size_t next = end, stop;

		while (!at_line_end(t, next) && is_blank(t->p[next]))
			next++;
		if (at_line_end(t, next) || next - end > 2 || memchr(t->p + end, '\t', next - end) != NULL ||
		    next_name(t, next))
			return end;
		for (stop = next; stop < t->n && !is_blank(t->p[stop]); stop++)
			if (stop > next && divides(t, stop))
				return stop;
		if (complete && (joins(t->p + next, stop - next) || begins(t->p + next, stop - next, "0x")))
			return end;
		if (closer != '\0' && memchr(t->p + next, closer, stop - next) != NULL)
			return next + (size_t)((const char *)memchr(t->p + next, closer, stop - next) -
			                       (t->p + next));
		if (end > from && ends_sentence(t, end - 1))
			return end;
		end = stop;
	}
	return end;
}

static char opened(const struct name *k)
{
	size_t from = k->from;

	while (from > 0 && k->from - from < 60 && !in_set("()\n", k->t->p[from - 1]))
		from--;
	return from > 0 && k->t->p[from - 1] == '(' ? ')' : '\0';
}

static void plain(const struct name *k, size_t i)
{
	const struct stext *t = k->t;
	size_t end = i;
	/* A parameter of a query ends at a blank. */
	bool cut = false, parameter = k->from > 0 && in_set("?&", t->p[k->from - 1]);
	char closer = opened(k);

	while (end < t->n && !is_blank(t->p[end]) && !cut) {
		cut = divides(t, end) || (closer != '\0' && t->p[end] == closer);
		end += !cut;
	}
	if (state_word(t->p + i, end - i))
		return;
	if (!cut && !parameter && !ends_sentence(t, end - (end > i)))
		end = more_words(t, i, end, looks_random(t->p + i, end - i), closer);
	take(k, i, end);
}

/* A header's value: to the end of the line and of lines that continue it; in a line of quotes to the quote.
 */
static void header(const struct name *k, size_t i, char quote)
{
	const struct stext *t = k->t;
	size_t end = i;

	if (quote != '\0') {
		while (end < t->n && t->p[end] != quote && t->p[end] != '\n')
			end++;
	} else {
		do
			end = line_end(t, end == i ? i : end + 1);
		while (end + 1 < t->n && t->p[end] == '\n' &&
		       (t->p[end + 1] == ' ' || t->p[end + 1] == '\t'));
	}
	take(k, i, end);
}

/* "<B> X </B>": the value begins behind what only marks it. */
static size_t behind_marks(const struct stext *t, size_t i)
{
	static const char *const marks[] = {"b",   "strong", "i",   "em",   "u",    "tt", "code",
	                                    "pre", "p",      "br",  "span", "font", "td", "div",
	                                    "kbd", "samp",   "/td", "/b",   "/th",  NULL};

	while (i < t->n && t->p[i] == '<') {
		const char *gt = memchr(t->p + i, '>', t->n - i < 200 ? t->n - i : 200);
		size_t n = 0;
		bool mark = false;

		for (n = 1; gt != NULL && t->p + i + n < gt && !is_blank(t->p[i + n]); n++)
			;
		for (size_t k = 0; marks[k] != NULL && !mark; k++)
			mark = strlen(marks[k]) == n - 1 && begins(t->p + i + 1, n - 1, marks[k]);
		if (gt == NULL || !mark)
			return i;
		for (i = (size_t)(gt - t->p) + 1; i < t->n && is_blank(t->p[i]); i++)
			;
	}
	return i;
}

/* The value begins at i, after "=" or ":" or the like. */
static void value_at(const struct name *k, size_t i)
{
	const struct stext *t = k->t;
	char before = k->from > 0 ? t->p[k->from - 1] : '\0';

	while (i < t->n && is_blank(t->p[i])) /* it may stand in the next line */
		i++;
	if (i < t->n && (t->p[i] == '|' || t->p[i] == '>') && i + 1 < t->n && t->p[i + 1] == '\n') /* YAML */
		for (i += 2; i < t->n && is_blank(t->p[i]);)
			i++;
	i = behind_marks(t, i);
	if (i >= t->n)
		return;
	if (k->kind == NAME_HEADER && !in_set("\"'", t->p[i]) && !in_set("[{", t->p[i]))
		header(k, i, in_set("\"'", before) ? before : '\0');
	else if (!quoted(k, i) && !bracketed(k, i))
		plain(k, i);
}

/* After ">" of an element: up to the next tag. */
static void element(const struct name *k, size_t i)
{
	const struct stext *t = k->t;
	const char *end = memchr(t->p + i, '<', t->n - i);

	while (i < t->n && is_blank(t->p[i]))
		i++;
	take(k, i, end != NULL ? (size_t)(end - t->p) : line_end(t, i));
}

/* "/Install/Challenge</LocURI>...<Data>X</Data>", "<key>Challenge</key><string>X</string>": the value of the
 * same item. */
static void hop(const struct name *k, size_t i)
{
	static const char *const tags[] = {"<data", "<string", "<value", "<meta:data", NULL};
	const struct stext *t = k->t;
	size_t stop = i + TAG_HOP < t->n ? i + TAG_HOP : t->n;

	for (; i < stop; i++) {
		const char *gt;

		if (begins(t->p + i, t->n - i, "</item>"))
			return;
		for (size_t n = 0; tags[n] != NULL; n++) {
			if (!begins(t->p + i, t->n - i, tags[n]))
				continue;
			gt = memchr(t->p + i, '>', t->n - i);
			if (gt != NULL)
				element(k, (size_t)(gt - t->p) + 1);
			return;
		}
	}
}

static bool option(const struct name *k)
{
	char before = k->from > 0 ? k->t->p[k->from - 1] : '\0';

	return in_set("-/", before) || k->t->p[k->from] == '-';
}

/* "-Force", "/s:dc1": another option. */
static bool other_option(const struct stext *t, size_t i)
{
	size_t end = i;

	while (end < t->n && in_set("-/", t->p[end]))
		end++;
	if (end == i || end >= t->n || !is_alpha(t->p[end]))
		return false;
	while (end < t->n && (is_alpha(t->p[end]) || t->p[end] == '-'))
		end++;
	return end >= t->n || is_blank(t->p[end]) || in_set(":=", t->p[end]);
}

/* "NetworkCredential('name', 'X')", "[pscredential]::new("name", "X")", "PSCredential -ArgumentList 'name',
 * 'X'": the second word in quotes. */
static bool constructor(const struct name *k)
{
	static const char *const between[] = {"::new", "(", "]", "-argumentlist", "@(", " ", NULL};
	const struct stext *t = k->t;
	size_t i = k->to, end;
	unsigned strings = 0;
	bool some = false;

	for (size_t n = 0; between[n] != NULL; n++)
		if (begins(t->p + i, t->n - i, between[n])) {
			some = some || n != 5;
			i += strlen(between[n]);
			n = (size_t)-1;
		}
	if (i == k->to || i >= t->n || !in_set("\"'", t->p[i]) ||
	    (!some && memchr(t->p + k->from, '.', k->to - k->from) == NULL))
		return false;
	for (; i < t->n && in_set("\"'", t->p[i]); i = end + 1) {
		for (end = i + 1; end < t->n && t->p[end] != t->p[i] && t->p[end] != '\n'; end++)
			;
		if (++strings == 2) {
			take(k, i + 1, end);
			return true;
		}
		while (end + 1 < t->n && in_set(", ", t->p[end + 1]))
			end++;
	}
	return strings == 1;
}

/* "SetEnvironmentVariable('NDES_PW', 'X')": the word in quotes after the name. */
static bool variable(const struct name *k)
{
	static const char head[] = "variable(";
	const struct stext *t = k->t;
	size_t n = sizeof(head) - 1, i = k->to + 1;

	if (k->from < n + 1 || i >= t->n || !in_set("\"'", t->p[k->to]) ||
	    !begins(t->p + k->from - 1 - n, n, head))
		return false;
	while (i < t->n && in_set(", ", t->p[i]))
		i++;
	return i < t->n && quoted(k, i);
}

/* Only blanks between: an option's value, a quoted one, or a word that nobody would say. */
static void after_blank(const struct name *k, size_t i)
{
	const struct stext *t = k->t;
	size_t end = word_end(t, i);

	if (i >= t->n)
		return;
	if (links(t->p + i, end - i) || (t->p[end - 1] == ':' && links(t->p + i, end - i - 1))) {
		while (end < t->n && is_blank(t->p[end]))
			end++;
		if (end < t->n && !joins(t->p + end, word_end(t, end) - end))
			value_at(k, end);
		return;
	}
	if (k->kind != NAME_SHORT && quoted(k, i))
		return;
	if (begins(t->p + i, end - i, "reg_") && !begins(t->p + i, end - i, "reg_dword")) { /* reg query */
		value_at(k, end);
		return;
	}
	if (t->p[i] == '(' && end - i > 3 && memchr(t->p + i, '-', end - i) != NULL) /* "(Read-Host ..." */
		return;
	if (option(k) && !other_option(t, i) && memchr(t->p + k->to, '\n', i - k->to) == NULL &&
	    !joins(t->p + i, end - i)) {
		if (!quoted(k, i))
			take(k, i, end);
		return;
	}
	while (end > i && in_set(".,;:)", t->p[end - 1]))
		end--;
	if (looks_random(t->p + i, end - i) && !next_name(t, i) && !other_option(t, i))
		take(k, i, end);
}

/* "password of the pool account: X", "Passwort für svc-ndes = X" */
static bool described(const struct name *k, size_t i)
{
	const struct stext *t = k->t;

	bool of = false;

	for (unsigned words = 0; words < WORDS_OF; words++) {
		size_t end = i;

		while (end < t->n && (name_char(t->p[end]) || in_set("\\@$\"'", t->p[end])))
			end++;
		if ((end == i && !in_set(":=", t->p[i])) || end >= t->n || padded(t, i, end))
			return false;
		if (in_set(":=", t->p[end]) && words != 0) {
			for (end++; end < t->n && t->p[end] == ' '; end++)
				;
			/* Nothing behind it: the "=" that base64 ends with. */
			if (at_line_end(t, end) || next_name(t, end) ||
			    joins(t->p + end, word_end(t, end) - end) ||
			    (!of && !looks_random(t->p + end, word_end(t, end) - end)))
				return false;
			value_at(k, end);
			return true;
		}
		if (t->p[end] != ' ')
			return false;
		of = of || (words == 0 && joins(t->p + i, end - i) && !state_word(t->p + i, end - i));
		i = end + 1;
	}
	return false;
}

static size_t blanks(const struct stext *t, size_t i)
{
	size_t end = i;

	while (end < t->n && end - i < GAP_BLANKS && is_blank(t->p[end]))
		end++;
	return end;
}

/* What stands after the name decides how its value is read. */
static void after_name(const struct name *k)
{
	const struct stext *t = k->t;
	size_t i = k->to, gap;

	if (low(t->p[i - 1]) == 'l' && constructor(k)) /* ...credential */
		return;
	if (variable(k))
		return;
	while (i < t->n && in_set("\"'`)]\\*", t->p[i]))
		i++;
	gap = blanks(t, i);
	if (gap >= t->n)
		return;
	if (t->p[gap] == '<' && gap + 1 < t->n && t->p[gap + 1] == '/') {
		hop(k, gap);
	} else if (t->p[gap] == '>') {
		element(k, gap + 1);
	} else if (in_set("=:", t->p[gap]) && !(t->p[gap] == ':' && begins(t->p + gap, t->n - gap, "://"))) {
		for (gap++; gap < t->n && in_set("=:>", t->p[gap]); gap++)
			;
		value_at(k, gap);
	} else if (begins(t->p + gap, t->n - gap, "->")) {
		value_at(k, gap + 2);
	} else if (gap > i && k->kind != NAME_HEADER && !described(k, gap)) {
		after_blank(k, gap);
	}
}

void find_named(struct spans *s, const struct stext *t)
{
	size_t budget = READ_SHORT + READ_TIMES * t->n;

	for (size_t i = 0; i < t->n;) {
		struct name k = {.t = t, .out = s, .budget = &budget, .from = i};
		size_t end = i;

		while (end < t->n && name_char(t->p[end]))
			end++;
		k.to = end;
		while (k.to > i && in_set("-.", t->p[k.to - 1]))
			k.to--;
		k.kind = k.to > i + 1 ? secret_name(t->p + i, k.to - i, &k.what) : NAME_NONE;
		/* "pwd=pwd=pwd=", each with a value to the end: no text that somebody wrote. */
		if (k.kind != NAME_NONE && budget == 0) {
			span_add(s, t, k.to, t->n, k.what);
			return;
		}
		if (k.kind != NAME_NONE)
			after_name(&k);
		i = end > i ? end : i + 1;
	}
}
