/*
 * The text in an answer's body.  The page's own word about its encoding is the
 * last to be believed: the NDES page is UTF-16 and says UTF-8.
 */
#include "http.h"

#include <ctype.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/url.h>
#include <casebook/utf8.h>

#define LOOK 512 /* bytes that decide about UTF-16 and binary; a page says what it is before that */

/* UTF-16 without a BOM: nearly every other byte of the beginning is 0. */
static int looks_utf16(const unsigned char *p, size_t n)
{
	size_t even = 0, odd = 0, pairs = (n < LOOK ? n : LOOK) / 2;

	for (size_t i = 0; i < pairs; i++) {
		even += p[2 * i] == 0;
		odd += p[2 * i + 1] == 0;
	}
	if (pairs < 4)
		return 0;
	if (odd * 10 > pairs * 7 && even * 20 < pairs)
		return 'l';
	return even * 10 > pairs * 7 && odd * 20 < pairs ? 'b' : 0;
}

static bool looks_binary(const unsigned char *p, size_t n)
{
	size_t odd = 0, look = n < LOOK ? n : LOOK;

	for (size_t i = 0; i < look; i++) {
		if (p[i] == 0)
			return true;
		odd += p[i] < 0x20 && strchr("\t\n\r\f\033", p[i]) == NULL;
	}
	return odd * 20 > look;
}

static void from_cp1252(struct buf *out, const unsigned char *p, size_t n)
{
	static const uint16_t high[32] = {
	        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
	};

	for (size_t i = 0; i < n; i++) {
		char mem[4];
		uint32_t cp = p[i] >= 0x80 && p[i] < 0xA0 ? high[p[i] - 0x80] : p[i];

		buf_put(out, mem, utf8_encode(cp, mem));
	}
}

/* The word behind "charset=" in s, lower case; false when there is none. */
static bool charset_in(const char *s, size_t n, char *out, size_t size)
{
	for (size_t i = 0; i + 8 < n; i++) {
		size_t k = 0;

		if (strncasecmp(s + i, "charset=", 8) != 0)
			continue;
		i += 8;
		if (i < n && (s[i] == '"' || s[i] == '\''))
			i++;
		while (i < n && k + 1 < size && (isalnum((unsigned char)s[i]) || s[i] == '-' || s[i] == '_'))
			out[k++] = (char)tolower((unsigned char)s[i++]);
		out[k] = '\0';
		return k != 0;
	}
	return false;
}

static bool from_named(struct buf *out, const char *charset, const unsigned char *p, size_t n)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	char *in = (char *)(uintptr_t)p;
	bool good = true;

	if (cd == (iconv_t)-1)
		return false;
	while (n != 0 && good) {
		char chunk[4096], *to = chunk;
		size_t room = sizeof(chunk), before = n;

		(void)iconv(cd, &in, &n, &to, &room);
		buf_put(out, chunk, sizeof(chunk) - room);
		good = n != before || n == 0;
	}
	iconv_close(cd);
	return good;
}

static const char *decode_bytes(struct buf *out, const char *named, const unsigned char *p, size_t n)
{
	static const char *const latin[] = {"iso-8859-1",   "latin1", "us-ascii", "ascii",
	                                    "windows-1252", "utf-8",  "utf8"};

	if (utf8_valid((const char *)p, n)) {
		buf_put(out, p, n);
		return "utf-8";
	}
	for (size_t i = 0; i < sizeof(latin) / sizeof(latin[0]); i++)
		if (strcmp(named, latin[i]) == 0)
			named = "";
	if (*named != '\0' && from_named(out, named, p, n))
		return named;
	buf_clear(out);
	from_cp1252(out, p, n);
	return "windows-1252";
}

static const char *decode(struct buf *out, const struct http_reply *r, struct arena *mem)
{
	const unsigned char *p = r->body;
	const char *type = http_header(r, "content-type");
	size_t n = r->body_n;
	char named[32] = "";
	int order = 0;

	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
		utf8_clean(out, (const char *)p + 3, n - 3, UTF8_LINES);
		return "utf-8";
	}
	if (n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0))
		order = *p == 0xFF ? 'l' : 'b';
	else
		order = looks_utf16(p, n);
	if (order != 0) {
		utf8_from_utf16(out, p, n, order == 'l');
		return order == 'l' ? "utf-16le" : "utf-16be";
	}
	if (looks_binary(p, n))
		return NULL;
	if (type == NULL || !charset_in(type, strlen(type), named, sizeof(named)))
		(void)charset_in((const char *)p, n < 2048 ? n : 2048, named, sizeof(named));
	return arena_strdup(mem, decode_bytes(out, named, p, n));
}

void http_decode(struct http_reply *r, struct arena *mem)
{
	struct buf b;

	buf_init(&b, 4 * (size_t)BUF_MAX_HTTP_BODY);
	r->charset = r->body_n != 0 ? decode(&b, r, mem) : NULL;
	r->text_n = b.n;
	r->text = arena_strndup(mem, buf_cstr(&b), b.n);
	buf_release(&b);
}

/* ---- HTML, as far as words go ---- */

/* One entity at s ("&amp;"): its bytes are put, its length returned; 0 when it is none. */
static size_t put_entity(struct buf *out, const char *s)
{
	static const struct {
		const char *name, *text;
	} names[] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
	             {"&quot;", "\""}, {"&apos;", "'"}, {"&nbsp;", " "}};
	char *end;
	unsigned long cp;
	char mem[4];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(s, names[i].name, strlen(names[i].name)) == 0) {
			buf_str(out, names[i].text);
			return strlen(names[i].name);
		}
	if (s[1] != '#')
		return 0;
	cp = s[2] == 'x' || s[2] == 'X' ? strtoul(s + 3, &end, 16) : strtoul(s + 2, &end, 10);
	if (*end != ';' || end - s > 10 || cp == 0 || cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
		return 0;
	buf_put(out, mem, utf8_encode((uint32_t)cp, mem));
	return (size_t)(end - s) + 1;
}

/* Past a tag at s; for script and style past what they hold too. */
static const char *skip_tag(const char *s)
{
	const char *close = strchr(s, '>');
	const char *until = NULL;

	if (strncmp(s, "<!--", 4) == 0) {
		until = strstr(s, "-->");
		return until != NULL ? until + 3 : s + strlen(s);
	}
	if (close == NULL)
		return s + strlen(s);
	if (strncasecmp(s, "<script", 7) == 0)
		until = "</script";
	else if (strncasecmp(s, "<style", 6) == 0)
		until = "</style";
	if (until == NULL)
		return close + 1;
	for (s = close; *s != '\0'; s++)
		if (strncasecmp(s, until, strlen(until)) == 0)
			break;
	close = strchr(s, '>');
	return close != NULL ? close + 1 : s + strlen(s);
}

static void put_blank(struct buf *b)
{
	if (b->n != 0 && b->p[b->n - 1] != ' ')
		buf_char(b, ' ');
}

static bool is_tag(const char *s)
{
	return *s == '<' && (isalpha((unsigned char)s[1]) || s[1] == '/' || s[1] == '!' || s[1] == '?');
}

/* Words of [s, end) without tags, blanks collapsed. */
static const char *words(const char *s, const char *end, struct arena *mem, size_t max)
{
	struct buf b;
	const char *text;

	buf_init(&b, max);
	while (s < end && !b.over) {
		size_t n = *s == '&' ? put_entity(&b, s) : 0;

		if (n != 0) {
			s += n;
		} else if (is_tag(s)) {
			s = skip_tag(s);
			put_blank(&b);
		} else if (isspace((unsigned char)*s)) {
			put_blank(&b);
			s++;
		} else {
			buf_char(&b, *s++);
		}
	}
	while (b.n != 0 && b.p[b.n - 1] == ' ')
		b.p[--b.n] = '\0';
	text = arena_strndup(mem, buf_cstr(&b), utf8_valid_prefix(buf_cstr(&b), b.n));
	buf_release(&b);
	return text;
}

const char *http_words(const struct http_reply *r, struct arena *mem, size_t max)
{
	return words(r->text, r->text + strlen(r->text), mem, max);
}

const char *http_title(const struct http_reply *r, struct arena *mem)
{
	const char *s = r->text;

	for (; *s != '\0'; s++) {
		const char *open, *end;

		if (strncasecmp(s, "<title", 6) != 0 || (s[6] != '>' && !isspace((unsigned char)s[6])))
			continue;
		open = strchr(s, '>');
		if (open == NULL)
			return NULL;
		end = strchr(open, '<');
		return words(open + 1, end != NULL ? end : open + strlen(open), mem, 200);
	}
	return NULL;
}

const char *http_location_host(const char *location, struct arena *mem)
{
	struct url u;
	char *host;

	if (location == NULL || url_parse(location, &u, NULL) < 0)
		return NULL;
	host = arena_strdup(mem, u.host);
	for (char *p = host; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return host;
}
