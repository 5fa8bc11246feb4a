/*
 * From what a person pastes to rows of the table.  Knows the number forms of the
 * field; the meanings are in the table alone.
 */
#include <casebook/explain.h>

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/xalloc.h>

struct search {
	struct arena *mem;
	const struct code_row *rows;
	size_t nrows;
	struct code_row *found;
	size_t nfound;
};

#define FOUND_MAX 24

static bool known(const struct search *s, const struct code_row *row)
{
	for (size_t i = 0; i < s->nfound; i++)
		if (s->found[i].code == row->code)
			return true;
	return false;
}

/* dialect may end with '*': any that begins so; NULL: every dialect. */
static bool dialect_is(const char *have, const char *want)
{
	size_t n = want != NULL ? strlen(want) : 0;

	if (want == NULL)
		return true;
	if (n != 0 && want[n - 1] == '*')
		return strncasecmp(have, want, n - 1) == 0;
	return strcasecmp(have, want) == 0;
}

static bool take(struct search *s, const char *dialect, const char *code)
{
	bool any = false;

	for (size_t i = 0; i < s->nrows; i++) {
		if (s->nfound == FOUND_MAX || !dialect_is(s->rows[i].dialect, dialect) ||
		    strcasecmp(s->rows[i].code, code) != 0)
			continue;
		if (!known(s, &s->rows[i]))
			s->found[s->nfound++] = s->rows[i];
		any = true;
	}
	return any;
}

/* A row made of another: an HRESULT that wraps a win32 code or an HTTP status. */
static void take_wrapped(struct search *s, const char *dialect, uint32_t inner, uint32_t outer)
{
	char code[16];
	size_t before = s->nfound;

	snprintf(code, sizeof(code), "%u", (unsigned)inner);
	if (take(s, dialect, code) && s->nfound > before) {
		struct code_row *row = &s->found[before];

		row->name = arena_fmt(s->mem, "0x%08X carries %s %s%s%s", (unsigned)outer, dialect, code,
		                      strcmp(row->name, "-") != 0 ? ", " : "",
		                      strcmp(row->name, "-") != 0 ? row->name : "");
	}
}

static void take_hresult(struct search *s, uint32_t v)
{
	char code[16];

	snprintf(code, sizeof(code), "0x%08X", (unsigned)v);
	take(s, "hresult", code);
	if ((v & 0xFFFF0000u) == 0x80070000u)
		take_wrapped(s, "win32", v & 0xFFFFu, v);
	if ((v & 0xFFFFF000u) == 0x80190000u)
		take_wrapped(s, "http", v & 0xFFFu, v);
}

/* status[.substatus[.win32]]: the whole, then its parts. */
static void take_status(struct search *s, const char *text)
{
	char part[32];
	const char *first = strchr(text, '.');
	const char *second = first != NULL ? strchr(first + 1, '.') : NULL;

	take(s, "iis", text);
	if (second != NULL && (size_t)(second - text) < sizeof(part)) {
		snprintf(part, sizeof(part), "%.*s", (int)(second - text), text);
		take(s, "iis", part);
		if (strcmp(second + 1, "0") != 0) {
			unsigned long win32 = strtoul(second + 1, NULL, 10);

			if (win32 > 65535 && win32 <= UINT32_MAX)
				take_hresult(s, (uint32_t)win32);
			else
				take(s, "win32", second + 1);
		}
	}
	if (first != NULL && (size_t)(first - text) < sizeof(part)) {
		snprintf(part, sizeof(part), "%.*s", (int)(first - text), text);
		take(s, "http", part);
	}
}

static bool all_of(const char *s, const char *set)
{
	return *s != '\0' && strspn(s, set) == strlen(s);
}

static void take_number(struct search *s, const char *text)
{
	unsigned long long v = strtoull(text, NULL, 10);

	if (v > 65535 && v <= UINT32_MAX) {
		take_hresult(s, (uint32_t)v);
		return;
	}
	take(s, "http", text);
	take(s, NULL, text);
	take(s, "iis", arena_fmt(s->mem, "%s.0", text));
}

/* "failInfo 2", "event 36": a word of the dialect, then the code. */
static bool take_named(struct search *s, const char *query)
{
	static const struct {
		const char *word, *dialect;
	} words[] = {
	        {"failinfo", "failinfo"},
	        {"pkistatus", "pkistatus"},
	        {"event", "event:*"},
	        {"eventid", "event:*"},
	        {"curl", "curl"},
	        {"verify", "verify"},
	        {"openssl", "verify"},
	        {"win32", "win32"},
	        {"http", "http"},
	        {"iis", "iis"},
	        {"hresult", "hresult"},
	        {"httperr", "httperr"},
	        {"mcscep", "mcscep"},
	        {"winhttp", "win32"},
	        {"mcsceperrordomain", "mcscep"},
	        {"connector", "connector"},
	};
	size_t n = strcspn(query, " :=");
	const char *code = query + n + strspn(query + n, " :=");

	if (*code == '\0')
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) != n || strncasecmp(words[i].word, query, n) != 0)
			continue;
		return take(s, words[i].dialect, code) || s->nfound != 0;
	}
	return false;
}

static void search(struct search *s, const char *query)
{
	if (take_named(s, query))
		return;
	if ((query[0] == '0' && (query[1] == 'x' || query[1] == 'X')) &&
	    all_of(query + 2, "0123456789abcdefABCDEF") && strlen(query) <= 10) {
		take_hresult(s, (uint32_t)strtoul(query + 2, NULL, 16));
		take(s, "connector", query);
	} else if (all_of(query, "0123456789"))
		take_number(s, query);
	else if (all_of(query, "0123456789."))
		take_status(s, query);
	else if (strlen(query) == 8 && all_of(query, "0123456789abcdefABCDEF"))
		take_hresult(s, (uint32_t)strtoul(query, NULL, 16)); /* CAPI2 writes 800B0109 */
	else
		take(s, NULL, query);
	for (size_t i = 0; s->nfound == 0 && i < s->nrows; i++)
		if (strcasecmp(s->rows[i].name, query) == 0)
			s->found[s->nfound++] = s->rows[i];
}

size_t explain_find(struct arena *mem, const char *query, const struct code_row **out)
{
	struct search s = {.mem = mem};
	const char *end;

	query += strspn(query, " \t");
	end = query + strlen(query);
	while (end > query && isspace((unsigned char)end[-1]))
		end--;
	s.nrows = explain_all(mem, &s.rows);
	s.found = arena_array(mem, FOUND_MAX, sizeof(*s.found));
	if (end > query)
		search(&s, arena_strndup(mem, query, (size_t)(end - query)));
	*out = s.found;
	return s.nfound;
}

const char *explain_meaning(struct arena *mem, const char *dialect, const char *code)
{
	const struct code_row *rows;
	size_t n = explain_all(mem, &rows);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].dialect, dialect) == 0 && strcasecmp(rows[i].code, code) == 0)
			return rows[i].meaning;
	return NULL;
}
