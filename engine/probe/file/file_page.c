/*
 * Code pages by content: each is tried on the lines that have bytes beyond ASCII, and the letters that come
 * out are judged by their neighbours: capitals within a word, frames and fractions next to letters speak
 * against a page.
 */
#include "file_page.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include <casebook/utf8.h>

#define LOOKED_AT 8192u

/* Where two do equally well the earlier one is taken: by how many write in it. */
static const char *const pages[] = {"CP1252", "CP850", "CP437",  "CP1250", "CP852",  "CP1251",
                                    "CP866",  "CP932", "CP1254", "CP1253", "CP1257", "CP857"};
#define PAGES (sizeof(pages) / sizeof(pages[0]))

/* One check runs in a process, and one file is read at a time. */
static struct {
	size_t page;
	iconv_t to[PAGES];
	bool open[PAGES];
} now;

static iconv_t decoder(size_t page)
{
	if (!now.open[page]) {
		now.to[page] = iconv_open("UTF-8", pages[page]);
		now.open[page] = true;
	}
	return now.to[page];
}

void file_page_warm(void)
{
	/* Headings of XML name these too; iconv keeps a table as long as one descriptor uses it. */
	static const char *const others[] = {"ISO-8859-1", "ISO-8859-2",  "ISO-8859-5", "ISO-8859-7",
	                                     "ISO-8859-9", "ISO-8859-15", "UTF-16",     "CP874",
	                                     "CP936",      "CP949",       "CP950",      "CP1255",
	                                     "CP1256",     "CP1258",      "EUC-JP",     "GB18030"};
	static bool warm;

	for (size_t i = 0; !warm && i < sizeof(others) / sizeof(others[0]); i++)
		(void)iconv_open("UTF-8", others[i]);
	for (size_t i = 0; !warm && i < PAGES; i++)
		(void)decoder(i);
	warm = true;
}

static size_t decode(size_t page, struct buf *out, const char *p, size_t n, bool last)
{
	iconv_t cd = decoder(page);
	char *in = (char *)p, made[4096];
	size_t left = n;

	if (cd == (iconv_t)-1) { /* a system without the page: every byte is named at least */
		utf8_from_latin1(out, p, n);
		return n;
	}
	while (left != 0) {
		char *to = made;
		size_t room = sizeof(made);
		size_t rc = iconv(cd, &in, &left, &to, &room);

		buf_put(out, made, (size_t)(to - made));
		if (rc != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL && !last)
			break;
		buf_str(out, "\xEF\xBF\xBD");
		in++;
		left--;
	}
	iconv(cd, NULL, NULL, NULL, NULL);
	return n - left;
}

/* ---- how well a text reads ---- */

static bool ascii_letter(uint32_t c)
{
	return c < 0x80 && isalpha((int)c);
}

static bool latin(uint32_t c)
{
	return c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7;
}

static bool cyrillic(uint32_t c)
{
	return c >= 0x400 && c <= 0x4FF;
}

static bool greek(uint32_t c)
{
	return c >= 0x386 && c <= 0x3CE;
}

static bool east(uint32_t c)
{
	return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3000 && c <= 0x3011);
}

static bool upper(uint32_t c)
{
	if (c < 0x80)
		return isupper((int)c);
	if (c < 0x100)
		return c >= 0xC0 && c <= 0xDE;
	if (cyrillic(c))
		return c < 0x430;
	if (greek(c))
		return c < 0x3AC && c != 0x390;
	return latin(c) && (c & 1) == ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E));
}

static bool lower(uint32_t c)
{
	return (ascii_letter(c) || latin(c) || cyrillic(c) || greek(c)) && !upper(c);
}

/* A letter of an alphabet whose words have no letters of another. */
static int letter_score(uint32_t before, uint32_t c, uint32_t after, bool (*same)(uint32_t))
{
	if (ascii_letter(before) || ascii_letter(after))
		return -4;
	if (upper(c) && lower(before) && same(before))
		return -5;
	return same(before) || same(after) ? (upper(c) ? 1 : 3) : 0;
}

static int latin_score(uint32_t before, uint32_t c, uint32_t after)
{
	static const char common[] =
	        "\xE9\xE8\xE0\xE7\xEA\xF9\xE2\xEE\xF4\xFB\xE4\xF6\xFC\xDF\xF1\xE1\xED\xF3\xFA\xE3"
	        "\xF5\xE5\xEC\xF2";
	static const uint32_t eastern[] = {0x105, 0x107, 0x119, 0x142, 0x144, 0x15B, 0x17A,
	                                   0x17C, 0x10D, 0x159, 0x11B, 0x161, 0x17E, 0x16F,
	                                   0x10F, 0x165, 0x148, 0x151, 0x171};
	int score = 0;

	if (latin(before) || latin(after))
		score -= 2; /* few words have two such letters in a row */
	if (upper(c))
		return score + (lower(before) ? -4 : ascii_letter(after) || upper(before) ? 1 : 0);
	if (upper(before) && upper(after))
		score -= 3;
	score += ascii_letter(before) || ascii_letter(after) ? 3 : 1;
	if (c < 0x100)
		return score + (strchr(common, (int)c) != NULL);
	for (size_t i = 0; i < sizeof(eastern) / sizeof(eastern[0]); i++)
		if (eastern[i] == c)
			return score + 1;
	return score - 1;
}

static int score_of(uint32_t before, uint32_t c, uint32_t after)
{
	bool at_letter = ascii_letter(before) || ascii_letter(after) || latin(before) || latin(after);

	if (c == 0xFFFD || (c >= 0x80 && c < 0xA0))
		return -20;
	if (c >= 0xFF61 && c <= 0xFF9F)
		return -2;
	if (east(c))
		return ascii_letter(before) || ascii_letter(after) ? -2 : east(before) || east(after) ? 4 : 0;
	if (cyrillic(c))
		return letter_score(before, c, after, cyrillic);
	if (greek(c))
		return letter_score(before, c, after, greek);
	if (latin(c))
		return latin_score(before, c, after);
	if (c == 0xA0 || c == 0xAB || c == 0xBB || (c >= 0x2013 && c <= 0x201E))
		return 1;
	return at_letter ? -4 : c >= 0x2500 && c <= 0x25FF ? -2 : -1;
}

static long score(size_t page, const char *p, size_t n)
{
	uint32_t before = ' ', c = ' ';
	struct buf text;
	size_t at = 0;
	long sum = 0;

	buf_init(&text, 4 * LOOKED_AT);
	(void)decode(page, &text, p, n, true);
	while (at < text.n) {
		uint32_t after;

		at += utf8_decode(text.p + at, text.n - at, &after);
		if (c >= 0x80)
			sum += score_of(before, c, after);
		before = c;
		c = after;
	}
	if (c >= 0x80)
		sum += score_of(before, c, ' ');
	buf_release(&text);
	return sum;
}

/* The lines that have bytes beyond ASCII. */
static void odd_lines(struct buf *out, const char *p, size_t n)
{
	while (n != 0 && out->n < LOOKED_AT) {
		const char *nl = memchr(p, '\n', n);
		size_t len = nl != NULL ? (size_t)(nl - p) + 1 : n, i = 0;

		while (i < len && (unsigned char)p[i] < 0x80)
			i++;
		if (i < len)
			buf_put(out, p, len);
		p += len;
		n -= len;
	}
}

void file_page_take(const unsigned char *p, size_t n)
{
	struct buf lines;
	long best;

	now.page = 0;
	buf_init(&lines, LOOKED_AT);
	odd_lines(&lines, (const char *)p, n);
	best = lines.n != 0 ? score(0, lines.p, lines.n) : 0;
	for (size_t i = 1; i < PAGES && lines.n != 0; i++) {
		long s = score(i, lines.p, lines.n);

		if (s > best) {
			best = s;
			now.page = i;
		}
	}
	buf_release(&lines);
}

size_t file_page_put(struct buf *out, const char *p, size_t n, bool last)
{
	return decode(now.page, out, p, n, last);
}
