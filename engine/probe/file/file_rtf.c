/*
 * Text out of RTF as TextEdit and Word save it, in one pass and without a tree:
 * control words vanish, paragraphs become lines.  Knows RTF 1.9.1 as far as plain
 * text needs it; knows nothing of logs.
 */
#include "file_page.h"
#include "file_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

enum { TEXT, BACKSLASH, WORD, NUMBER, HEX1, HEX2 };

/* Windows-1252 where it differs from Latin-1 (0x80 to 0x9F); 0: not assigned. */
static const uint16_t cp1252[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static void put_cp(struct buf *out, uint32_t cp)
{
	char utf8[4];

	buf_put(out, utf8, utf8_encode(cp, utf8));
}

static void put_1252(struct buf *out, unsigned c)
{
	uint32_t cp = c >= 0x80 && c < 0xA0 ? cp1252[c - 0x80] : c;

	put_cp(out, cp ? cp : 0xFFFD);
}

void file_utf8(struct buf *out, const char *p, size_t n)
{
	if (utf8_valid(p, n)) {
		buf_put(out, p, n);
		return;
	}
	(void)file_page_put(out, p, n, true);
}

void rtf_init(struct rtf *r)
{
	memset(r, 0, sizeof(*r));
	r->uc = 1;
}

bool rtf_is(const unsigned char *p, size_t n)
{
	return n >= 6 && memcmp(p, "{\\rtf1", 6) == 0;
}

static void put_text(struct rtf *r, unsigned c, struct buf *out)
{
	if (r->skip)
		return;
	if (r->drop > 0) {
		r->drop--;
		return;
	}
	put_1252(out, c);
}

/* Groups that hold no text of the document. */
static bool is_table(const char *word)
{
	static const char *const names[] = {
	        "fonttbl",   "colortbl",          "stylesheet", "info",      "pict",   "expandedcolortbl",
	        "listtable", "listoverridetable", "generator",  "themedata", "header", "footer",
	        NULL};

	for (size_t i = 0; names[i]; i++)
		if (strcmp(word, names[i]) == 0)
			return true;
	return false;
}

static void end_word(struct rtf *r, struct buf *out)
{
	long number;

	r->word[r->nword] = '\0';
	r->num[r->nnum] = '\0';
	number = strtol(r->num, NULL, 10);
	r->state = TEXT;
	if (is_table(r->word) && !r->skip)
		r->skip = r->depth;
	if (r->skip)
		return;
	if (strcmp(r->word, "par") == 0 || strcmp(r->word, "line") == 0 || strcmp(r->word, "row") == 0) {
		buf_char(out, '\n');
	} else if (strcmp(r->word, "tab") == 0 || strcmp(r->word, "cell") == 0) {
		buf_char(out, '\t');
	} else if (strcmp(r->word, "uc") == 0) {
		r->uc = number < 0 || number > 8 ? 1 : (int)number;
	} else if (strcmp(r->word, "u") == 0 && r->nnum) {
		/* Signed 16 bits; a surrogate is no character alone. */
		uint32_t cp = (uint32_t)(number & 0xFFFF);

		put_cp(out, cp >= 0xD800 && cp < 0xE000 ? 0xFFFD : cp);
		r->drop = r->uc;
	}
}

static void group(struct rtf *r, char c)
{
	r->drop = 0;
	if (c == '{') {
		if (r->depth < 10000)
			r->depth++;
		return;
	}
	if (r->skip && r->depth <= r->skip)
		r->skip = 0;
	if (r->depth > 0)
		r->depth--;
}

static void plain(struct rtf *r, char c, struct buf *out)
{
	if (c == '{' || c == '}')
		group(r, c);
	else if (c == '\\')
		r->state = BACKSLASH;
	else if (c != '\n' && c != '\r')
		put_text(r, (unsigned char)c, out);
}

static void after_backslash(struct rtf *r, char c, struct buf *out)
{
	r->state = TEXT;
	if (isalpha((unsigned char)c)) {
		r->state = WORD;
		r->word[0] = c;
		r->nword = 1;
		r->nnum = 0;
	} else if (c == '\'') {
		r->state = HEX1;
	} else if (c == '\n' || c == '\r') {
		if (!r->skip)
			buf_char(out, '\n');
	} else if (c == '*') {
		if (!r->skip)
			r->skip = r->depth;
	} else if (c == '~') {
		put_text(r, ' ', out);
	} else if (c == '\\' || c == '{' || c == '}') {
		put_text(r, (unsigned char)c, out);
	}
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'                     ? c - '0'
	       : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
	                                                : -1;
}

static void in_hex(struct rtf *r, char c, struct buf *out)
{
	int d = hex_digit(c);

	if (d < 0) {
		r->state = TEXT;
		plain(r, c, out);
	} else if (r->state == HEX1) {
		r->hex = (unsigned)d;
		r->state = HEX2;
	} else {
		r->state = TEXT;
		put_text(r, r->hex << 4 | (unsigned)d, out);
	}
}

static void in_word(struct rtf *r, char c, struct buf *out)
{
	if (r->state == WORD && isalpha((unsigned char)c)) {
		if (r->nword < sizeof(r->word) - 1)
			r->word[r->nword++] = c;
		return;
	}
	if (isdigit((unsigned char)c) || (c == '-' && r->nnum == 0)) {
		r->state = NUMBER;
		if (r->nnum < sizeof(r->num) - 1)
			r->num[r->nnum++] = c;
		return;
	}
	end_word(r, out);
	if (c != ' ')
		plain(r, c, out);
}

void rtf_feed(struct rtf *r, const char *p, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		switch (r->state) {
		case TEXT:
			plain(r, p[i], out);
			break;
		case BACKSLASH:
			after_backslash(r, p[i], out);
			break;
		case HEX1:
		case HEX2:
			in_hex(r, p[i], out);
			break;
		default:
			in_word(r, p[i], out);
		}
	}
}

void file_rtf_leftovers(struct buf *out, const char *p, size_t n)
{
	while (n && (p[n - 1] == '\\' || p[n - 1] == ' ' || p[n - 1] == '\r' || p[n - 1] == '\t'))
		n--;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\\' && i + 3 < n && p[i + 1] == '\'' && hex_digit(p[i + 2]) >= 0 &&
		    hex_digit(p[i + 3]) >= 0) {
			put_1252(out, (unsigned)(hex_digit(p[i + 2]) << 4 | hex_digit(p[i + 3])));
			i += 3;
		} else if (p[i] == '\\' && i + 1 < n &&
		           (p[i + 1] == '{' || p[i + 1] == '}' || p[i + 1] == '\\')) {
			buf_char(out, p[++i]);
		} else {
			buf_char(out, p[i]);
		}
	}
}
