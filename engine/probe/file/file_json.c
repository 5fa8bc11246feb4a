/*
 * Finds objects by counting braces outside of strings; the JSON reader of the model reads each. Knows nothing
 * of what they hold.
 */
#include "file_json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/buf.h>
#include <casebook/xalloc.h>

#include "file_kind.h"

struct file_json {
	struct file_text *text;
	const char *at, *end; /* what is left of the physical line */
	const char *line;
	uint64_t number, offset;
	struct buf object, tame, utf8;
	uint64_t from_number, from_offset;
	struct json_braces braces;
	uint64_t bad;
	struct arena *mem;
};

bool file_json_is(const struct sample *s)
{
	const char *p = s->text;

	if (p == NULL)
		return false;
	p += strspn(p, "\xEF\xBB\xBF \t\r\n");
	if (*p == '[')
		p += 1 + strspn(p + 1, " \t\r\n");
	return p[0] == '{' && p[1 + strspn(p + 1, " \t\r\n")] == '"';
}

struct file_json *file_json_over(struct file_text *text)
{
	struct file_json *j = xcalloc(1, sizeof(*j));

	j->text = text;
	j->mem = arena_new();
	buf_init(&j->object, FILE_JSON_OBJECT);
	buf_init(&j->tame, 2 * FILE_JSON_OBJECT);
	buf_init(&j->utf8, 4 * FILE_LINE_MAX);
	return j;
}

void file_json_free(struct file_json *j)
{
	if (j == NULL)
		return;
	buf_release(&j->object);
	buf_release(&j->tame);
	buf_release(&j->utf8);
	arena_free(j->mem);
	free(j);
}

uint64_t file_json_bad(const struct file_json *j)
{
	return j->bad;
}

static void spoilt(struct file_json *j)
{
	j->bad++;
	j->braces = (struct json_braces){.depth = 0};
}

bool json_braces_end(struct json_braces *b, char c)
{
	if (b->escaped)
		b->escaped = false;
	else if (c == '\\' && b->in_string)
		b->escaped = true;
	else if (c == '"')
		b->in_string = !b->in_string;
	else if (!b->in_string && (c == '{' || c == '}'))
		b->depth += c == '{' ? 1u : ~0u;
	return b->depth == 0;
}

/* One byte of an object, or before one; true when it ends an object. */
static bool take(struct file_json *j, char c)
{
	if (j->braces.depth == 0 && c != '{')
		return false;
	if (j->braces.depth == 0) {
		buf_clear(&j->object);
		j->from_number = j->number;
		j->from_offset = j->offset + (uint64_t)(j->at - j->line);
	}
	buf_char(&j->object, c);
	return json_braces_end(&j->braces, c);
}

/* A number at p: its length; *odd when it is a fraction or has more digits than 64 bits. */
static size_t number_at(const char *p, const char *end, bool *odd)
{
	size_t n = p < end && *p == '-', digits = 0;

	*odd = false;
	for (; p + n < end && (isdigit((unsigned char)p[n]) || strchr(".eE+-", p[n]) != NULL) && p[n] != '\0';
	     n++) {
		digits += isdigit((unsigned char)p[n]) != 0;
		*odd |= !isdigit((unsigned char)p[n]);
	}
	*odd |= digits > 18;
	return n;
}

/* What the model's values cannot hold and an event may: fractions and 20 digits become texts, NUL a blank. */
static void tame(struct file_json *j)
{
	const char *p = buf_cstr(&j->object), *end = p + j->object.n;
	bool in_string = false, odd;

	buf_clear(&j->tame);
	while (p < end) {
		size_t n = 1;

		if (in_string && *p == '\\' && end - p >= 6 && memcmp(p, "\\u0000", 6) == 0) {
			buf_char(&j->tame, ' ');
			p += 6;
			continue;
		}
		if (in_string && *p == '\\' && p + 1 < end)
			n = 2;
		else if (*p == '"')
			in_string = !in_string;
		else if (!in_string && (isdigit((unsigned char)*p) || *p == '-')) {
			n = number_at(p, end, &odd);
			buf_str(&j->tame, odd ? "\"" : "");
			buf_put(&j->tame, p, n);
			buf_str(&j->tame, odd ? "\"" : "");
			p += n;
			continue;
		}
		buf_put(&j->tame, p, n);
		p += n;
	}
}

static int next_line(struct file_json *j, struct err *err)
{
	struct file_line l;
	int rc = file_text_next(j->text, &l, err);

	if (rc <= 0)
		return rc;
	if (j->object.over || (j->braces.in_string && !l.cut)) /* no string goes over the end of a line */
		spoilt(j);
	buf_clear(&j->utf8);
	file_utf8(&j->utf8, l.p, l.n);
	j->line = j->at = buf_cstr(&j->utf8);
	j->end = j->line + j->utf8.n;
	j->number = l.number;
	j->offset = l.offset;
	return 1;
}

int file_json_next(struct file_json *j, struct value *out, struct file_line *at, struct err *err)
{
	for (;;) {
		int rc;

		while (j->at < j->end) {
			if (!take(j, *j->at++))
				continue;
			arena_reset(j->mem);
			tame(j);
			if (j->object.over ||
			    value_parse_json(j->mem, buf_cstr(&j->tame), j->tame.n, out, NULL) != 0 ||
			    out->type != VAL_MAP) {
				spoilt(j);
				continue;
			}
			*at = (struct file_line){.p = buf_cstr(&j->object),
			                         .n = j->object.n,
			                         .number = j->from_number,
			                         .offset = j->from_offset};
			return 1;
		}
		rc = next_line(j, err);
		if (rc <= 0 && j->braces.depth != 0)
			spoilt(j);
		if (rc <= 0)
			return rc;
	}
}

const struct value *file_json_find(const struct value *v, const char *key)
{
	for (size_t i = 0; v != NULL && v->type == VAL_MAP && i < v->u.map.n; i++)
		if (strcasecmp(v->u.map.items[i].key, key) == 0)
			return &v->u.map.items[i].value;
	return NULL;
}
