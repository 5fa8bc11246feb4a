/* Writes JSON.  Text is cleaned here as everywhere: the output is always valid UTF-8. */
#include <casebook/json.h>

#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

void jsonw_init(struct jsonw *j, struct buf *out)
{
	memset(j, 0, sizeof(*j));
	j->out = out;
}

static void before(struct jsonw *j)
{
	if (j->keyed) {
		j->keyed = false;
		return;
	}
	if (j->some[j->depth])
		buf_char(j->out, ',');
	j->some[j->depth] = true;
}

void jsonw_open(struct jsonw *j, char bracket)
{
	before(j);
	buf_char(j->out, bracket);
	if (++j->depth >= JSONW_DEPTH)
		BUG("JSON nested too deep");
	j->some[j->depth] = false;
}

void jsonw_close(struct jsonw *j, char bracket)
{
	j->depth--;
	buf_char(j->out, bracket);
}

/* Nothing is lost, and nothing that turns text around or clears a screen is printed as it is (RFC 8259, 7).
 */
static void escape_code_point(struct buf *out, uint32_t cp)
{
	if (cp < 0x10000)
		buf_fmt(out, "\\u%04x", (unsigned)cp);
	else
		buf_fmt(out, "\\u%04x\\u%04x", 0xD800u + ((unsigned)(cp - 0x10000) >> 10),
		        0xDC00u + ((unsigned)(cp - 0x10000) & 0x3FFu));
}

void json_escape(struct buf *out, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);

		if (len == 1 && (unsigned char)s[i] >= 0x80)
			buf_str(out, "\\ufffd");
		else if (cp == '"' || cp == '\\')
			buf_fmt(out, "\\%c", (char)cp);
		else if (cp == '\n')
			buf_str(out, "\\n");
		else if (cp == '\t')
			buf_str(out, "\\t");
		else if (utf8_is_unsafe(cp))
			escape_code_point(out, cp);
		else
			buf_put(out, s + i, len);
		i += len;
	}
}

void jsonw_key(struct jsonw *j, const char *key)
{
	before(j);
	buf_char(j->out, '"');
	json_escape(j->out, key, strlen(key));
	buf_str(j->out, "\":");
	j->keyed = true;
}

void jsonw_str(struct jsonw *j, const char *s)
{
	if (s == NULL) {
		jsonw_null(j);
		return;
	}
	before(j);
	buf_char(j->out, '"');
	json_escape(j->out, s, strlen(s));
	buf_char(j->out, '"');
}

void jsonw_int(struct jsonw *j, int64_t i)
{
	before(j);
	buf_int(j->out, i);
}

void jsonw_bool(struct jsonw *j, bool b)
{
	before(j);
	buf_str(j->out, b ? "true" : "false");
}

void jsonw_null(struct jsonw *j)
{
	before(j);
	buf_str(j->out, "null");
}

void jsonw_time(struct jsonw *j, int64_t ms)
{
	char text[CLOCK_TEXT];

	jsonw_str(j, clock_iso(ms, text));
}

void jsonw_value(struct jsonw *j, const struct value *v)
{
	if (v == NULL || v->type == VAL_NULL) {
		jsonw_null(j);
	} else if (v->type == VAL_BOOL) {
		jsonw_bool(j, v->u.b);
	} else if (v->type == VAL_INT) {
		jsonw_int(j, v->u.i);
	} else if (v->type == VAL_STR) {
		jsonw_str(j, v->u.s);
	} else if (v->type == VAL_LIST) {
		jsonw_open(j, '[');
		for (size_t i = 0; i < v->u.list.n; i++)
			jsonw_value(j, &v->u.list.items[i]);
		jsonw_close(j, ']');
	} else {
		jsonw_open(j, '{');
		for (size_t i = 0; i < v->u.map.n; i++) {
			jsonw_key(j, v->u.map.items[i].key);
			jsonw_value(j, &v->u.map.items[i].value);
		}
		jsonw_close(j, '}');
	}
}

void jsonw_kstr(struct jsonw *j, const char *key, const char *s)
{
	jsonw_key(j, key);
	jsonw_str(j, s);
}

void jsonw_kint(struct jsonw *j, const char *key, int64_t i)
{
	jsonw_key(j, key);
	jsonw_int(j, i);
}

void jsonw_kbool(struct jsonw *j, const char *key, bool b)
{
	jsonw_key(j, key);
	jsonw_bool(j, b);
}

void jsonw_kint_if(struct jsonw *j, const char *key, int64_t i, bool known)
{
	jsonw_key(j, key);
	if (known)
		jsonw_int(j, i);
	else
		jsonw_null(j);
}

void jsonw_ktime_if(struct jsonw *j, const char *key, int64_t ms, bool known)
{
	jsonw_key(j, key);
	if (known)
		jsonw_time(j, ms);
	else
		jsonw_null(j);
}

void jsonw_open_line(struct jsonw *j, size_t i)
{
	buf_str(j->out, i != 0 ? ",\n" : "\n");
	j->some[j->depth] = false; /* the comma is there, before the line's end */
	jsonw_open(j, '{');
}

void jsonw_end_list(struct jsonw *j)
{
	jsonw_close(j, ']');
	jsonw_close(j, '}');
	buf_char(j->out, '\n');
}
