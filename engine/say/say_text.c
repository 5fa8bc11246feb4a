/* The words that are put into a sentence: values, times, ages, places, meanings of codes. */
#include "say_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/explain.h>
#include <casebook/file_name.h>
#include <casebook/url.h>

#define LIST_SHOWN 8
#define WORD_MAX 400

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static char *put(char *to, const char *text, size_t n)
{
	memcpy(to, text, n);
	return to + n;
}

/* Without printf: a long case writes tens of thousands of them. */
const char *say_when(struct arena *mem, int64_t ms, enum say_time how)
{
	char iso[CLOCK_TEXT], *out, *to; /* 2026-11-30T06:55:03Z */
	unsigned month;

	clock_iso(ms, iso);
	if (!clock_fits(ms))
		return arena_strdup(mem, iso);
	out = to = arena_room(mem, sizeof("30 Nov 2026 06:55:03 UTC"));
	if (how != SAY_CLOCK) {
		month = (unsigned)((iso[5] - '0') * 10 + (iso[6] - '0') - 1) % 12;
		to = iso[8] != '0' ? put(to, iso + 8, 2) : put(to, iso + 9, 1);
		to = put(to, " ", 1);
		to = put(to, months[month], 3);
		to = put(to, " ", 1);
		to = put(to, iso, 4);
		if (how == SAY_DAY) {
			put(to, "", 1);
			return out;
		}
		to = put(to, " ", 1);
	}
	to = put(to, iso + 11, how == SAY_MINUTE ? 5 : 8);
	put(to, how == SAY_BARE ? "" : " UTC", how == SAY_BARE ? 1 : 5);
	return out;
}

const char *say_age(struct arena *mem, int64_t ms)
{
	long long min = ms / 60000;

	if (min < 1)
		return "less than a minute";
	if (min <= 120)
		return arena_fmt(mem, "%lld min", min);
	if (min <= 36 * 60)
		return arena_fmt(mem, "%lld h", (min + 30) / 60);
	return arena_fmt(mem, "%lld days", (min + 720) / 1440);
}

const char *say_place(struct arena *mem, const struct evidence *e, uint64_t line)
{
	const char *file = e->target;

	if (e->sha256 == NULL && line == 0)
		return arena_fmt(mem, "record %u", e->id);
	for (size_t i = 0; i < e->npins; i++)
		if (line != 0 && e->pins[i].line == line && e->pins[i].file != NULL)
			file = e->pins[i].file;
	file = file_name_base(file != NULL ? file : e->probe);
	if (line == 0)
		return file;
	return arena_fmt(mem, "%s %s %llu", file, strcmp(e->probe, "windows.events") == 0 ? "record" : "line",
	                 (unsigned long long)line);
}

const char *say_plain(struct arena *mem, const char *markdown)
{
	char *out, *to;

	if (markdown == NULL)
		return NULL;
	to = out = arena_strdup(mem, markdown);
	for (const char *p = markdown; *p != '\0'; p++)
		if (*p != '`' && !(p[0] == '*' && (p[1] == '*' || (p != markdown && p[-1] == '*'))))
			*to++ = *p == '\n' ? ' ' : *p;
	*to = '\0';
	return out;
}

/* ---- placeholders ---- */

static const char *as_shown(const struct say_words *w, const char *name)
{
	return name != NULL && w->env->shown != NULL ? w->env->shown(w->env->self, w->mem, name) : name;
}

/* Accounts that every Windows has; Microsoft, "Security identifiers", well-known SIDs. */
static const char *account_name(const char *s)
{
	static const char *const known[][2] = {{"S-1-1-0", "Everyone"},
	                                       {"S-1-5-6", "SERVICE"},
	                                       {"S-1-5-11", "Authenticated Users"},
	                                       {"S-1-5-18", "SYSTEM"},
	                                       {"S-1-5-19", "LOCAL SERVICE"},
	                                       {"S-1-5-20", "NETWORK SERVICE"},
	                                       {"S-1-5-32-544", "Administrators"},
	                                       {"S-1-5-32-545", "Users"},
	                                       {"S-1-5-32-551", "Backup Operators"},
	                                       {"S-1-5-32-559", "Performance Log Users"},
	                                       {"S-1-5-32-568", "IIS_IUSRS"}};

	s += s[0] == '*'; /* as secedit writes a SID */
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(s, known[i][0]) == 0)
			return known[i][1];
	return NULL;
}

static const char *element_text(const struct say_words *w, const struct value *one)
{
	const char *name = one->type == VAL_MAP ? value_find_str(one, "name") : NULL, *text;
	struct buf b;

	if (one->type == VAL_STR && account_name(one->u.s) != NULL)
		return account_name(one->u.s);
	if (name != NULL || one->type == VAL_STR)
		return as_shown(w, name != NULL ? name : one->u.s);
	buf_init(&b, 2000);
	value_text(&b, one);
	text = as_shown(w, arena_strdup(w->mem, buf_cstr(&b)));
	buf_release(&b);
	return text;
}

static const char *list_text(const struct say_words *w, const struct value *v)
{
	struct buf b;
	size_t n = v->type == VAL_LIST ? v->u.list.n : v->u.map.n;
	const char *out;

	buf_init(&b, 2000);
	for (size_t i = 0; i < n && i < LIST_SHOWN; i++) {
		const struct value *one =
		        v->type == VAL_LIST ? &v->u.list.items[i] : &v->u.map.items[i].value;

		if (i != 0)
			buf_str(&b, ", ");
		if (v->type == VAL_MAP)
			buf_fmt(&b, "%s ", as_shown(w, v->u.map.items[i].key));
		buf_str(&b, element_text(w, one));
	}
	if (n > LIST_SHOWN)
		buf_fmt(&b, " and %zu more", n - LIST_SHOWN);
	out = n != 0 ? arena_strdup(w->mem, buf_cstr(&b)) : NULL;
	buf_release(&b);
	return out;
}

static const char *value_words(const struct say_words *w, const struct value *v)
{
	struct buf b;
	const char *out;
	int64_t ms;

	if (v == NULL || v->type == VAL_NULL || (v->type == VAL_STR && v->u.s[0] == '\0'))
		return NULL;
	if (v->type == VAL_LIST || v->type == VAL_MAP)
		return list_text(w, v);
	if (v->type == VAL_STR && strlen(v->u.s) >= 20 && v->u.s[10] == 'T' && clock_parse_iso(v->u.s, &ms))
		return say_when(w->mem, ms, SAY_FULL);
	if (v->type == VAL_STR && strlen(v->u.s) <= WORD_MAX)
		return as_shown(w, v->u.s);
	buf_init(&b, 4 * WORD_MAX);
	value_text(&b, v);
	out = b.n > WORD_MAX ? arena_fmt(w->mem, "%.*s...", WORD_MAX, buf_cstr(&b))
	                     : arena_strdup(w->mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

static int64_t number_of(const struct value *v)
{
	return v == NULL             ? 0
	       : v->type == VAL_INT  ? v->u.i
	       : v->type == VAL_LIST ? (int64_t)v->u.list.n
	       : v->type == VAL_MAP  ? (int64_t)v->u.map.n
	                             : 1;
}

static const char *skew_words(struct arena *mem, const struct value *v)
{
	long long s;

	if (v == NULL || v->type != VAL_INT)
		return NULL;
	s = llabs((long long)v->u.i) / 1000;
	return s < 120    ? arena_fmt(mem, "%lld s", s)
	       : s < 7200 ? arena_fmt(mem, "%lld min", s / 60)
	                  : arena_fmt(mem, "%lld h %lld min", s / 3600, s / 60 % 60);
}

/* Host or port of "https://h:p/..." and of "h:p". */
static const char *part_of_target(struct arena *mem, const char *target, bool port)
{
	struct url u;
	struct err err = {0};
	const char *colon = target != NULL ? strrchr(target, ':') : NULL;
	unsigned number;

	if (target == NULL)
		return NULL;
	if (strstr(target, "://") != NULL && url_parse(target, &u, &err) == 0)
		return port ? arena_fmt(mem, "%u", u.port) : arena_strdup(mem, u.host);
	if (colon == NULL || !port_parse(colon + 1, &number))
		return port ? NULL : arena_strdup(mem, target);
	return port ? arena_strdup(mem, colon + 1) : arena_strndup(mem, target, (size_t)(colon - target));
}

static const char *time_of_pin(struct arena *mem, const struct evidence *e, const char *key)
{
	int64_t newest = PIN_NO_TIME;

	for (size_t i = 0; i < e->npins; i++)
		if (strcmp(e->pins[i].fact, key) == 0 && e->pins[i].at_ms > newest)
			newest = e->pins[i].at_ms;
	return newest != PIN_NO_TIME ? say_when(mem, newest, SAY_FULL) : NULL;
}

/* "win32:last_win32", "iis:status.substatus" */
static const char *meaning(const struct say_words *w, const char *name, const char *colon)
{
	char code[64] = "", dialect[24];
	const char *at = colon + 1, *text;

	snprintf(dialect, sizeof(dialect), "%.*s", (int)(colon - name), name);
	while (*at != '\0') {
		size_t n = strcspn(at, ".");
		char fact[40];
		const char *word;

		snprintf(fact, sizeof(fact), "%.*s", (int)n, at);
		word = value_words(w, strcmp(fact, w->key) == 0 ? w->v : say_other(w->env, fact));
		if (word == NULL)
			return NULL;
		snprintf(code + strlen(code), sizeof(code) - strlen(code), "%s%s", code[0] != '\0' ? "." : "",
		         word);
		at += n + (at[n] == '.');
	}
	text = explain_meaning(w->mem, dialect, code);
	if (text != NULL && text[0] != '\0' && text[strlen(text) - 1] == '.')
		text = arena_strndup(w->mem, text, strlen(text) - 1);
	return text;
}

static const char *special(const struct say_words *w, const char *name, bool *is)
{
	const struct evidence *e = w->env->e;
	int64_t ms;

	*is = true;
	if (strcmp(name, "value") == 0 || strcmp(name, "list") == 0)
		return value_words(w, w->v);
	if (strcmp(name, "n") == 0)
		return arena_fmt(w->mem, "%lld", (long long)number_of(w->v));
	if (strcmp(name, "from") == 0)
		return e->host != NULL && e->host[0] != '\0' ? as_shown(w, e->host) : NULL;
	if (strcmp(name, "attempt") == 0)
		return w->env->attempt != NULL && clock_parse_iso(w->env->attempt, &ms)
		               ? say_when(w->mem, ms, SAY_FULL)
		               : NULL;
	if (strcmp(name, "time") == 0)
		return time_of_pin(w->mem, e, w->key);
	if (strcmp(name, "skew") == 0)
		return skew_words(w->mem, evidence_fact(e, "skew_ms"));
	if (strcmp(name, "url") == 0 || strcmp(name, "file") == 0)
		return as_shown(w, e->target);
	if (strcmp(name, "host") == 0 || strcmp(name, "port") == 0)
		return as_shown(w, part_of_target(w->mem, e->target, name[0] == 'p'));
	*is = false;
	return NULL;
}

static const char *word_for(const struct say_words *w, const char *name)
{
	const char *colon = strchr(name, ':'), *text;
	const struct value *own = say_other(w->env, name);
	bool is;

	if (colon != NULL)
		return meaning(w, name, colon);
	if (strcmp(name, w->key) == 0)
		return value_words(w, w->v);
	if (w->v != NULL && w->v->type == VAL_LIST && w->v->u.list.n != 0 &&
	    value_find(&w->v->u.list.items[0], name) != NULL)
		return value_words(w, value_find(&w->v->u.list.items[0], name));
	if (own != NULL)
		return value_words(w, own);
	text = special(w, name, &is);
	return is ? text : NULL;
}

/* "n?request|requests" */
static const char *choice(const struct say_words *w, const char *spec, const char *mark)
{
	const char *bar = strchr(mark, '|');
	char name[48];
	const struct value *v;

	snprintf(name, sizeof(name), "%.*s", (int)(mark - spec), spec);
	v = strcmp(name, "n") == 0 || strcmp(name, w->key) == 0 ? w->v : evidence_fact(w->env->e, name);
	if (v == NULL && w->v != NULL && w->v->type == VAL_LIST && w->v->u.list.n != 0)
		v = value_find(&w->v->u.list.items[0], name);
	if (bar == NULL)
		return NULL;
	return number_of(v) == 1 ? arena_strndup(w->mem, mark + 1, (size_t)(bar - mark - 1))
	                         : arena_strdup(w->mem, bar + 1);
}

const char *say_fill(const struct say_words *w, const char *sentence)
{
	struct buf b;
	const char *out = NULL;

	buf_init(&b, 8000);
	while (*sentence != '\0') {
		size_t n = strcspn(sentence, "{");
		const char *end = strchr(sentence + n, '}'), *word, *mark;
		char spec[80];

		buf_put(&b, sentence, n);
		if (end == NULL) {
			out = arena_strdup(w->mem, buf_cstr(&b));
			break;
		}
		snprintf(spec, sizeof(spec), "%.*s", (int)(end - sentence - n - 1), sentence + n + 1);
		mark = strchr(spec, '?');
		word = mark != NULL ? choice(w, spec, mark) : word_for(w, spec);
		if (word == NULL)
			break;
		buf_str(&b, word);
		sentence = end + 1;
		if (*sentence == '\0')
			out = arena_strdup(w->mem, buf_cstr(&b));
	}
	buf_release(&b);
	return out;
}
