/* Decoding, width and cleaning of foreign text: the one door. */
#include <casebook/utf8.h>

#include <string.h>
#include <wchar.h>

#define REPLACEMENT 0xFFFDu

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	const unsigned char *u = (const unsigned char *)s;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len;
	uint32_t c;

	*cp = REPLACEMENT;
	if (u[0] < 0x80) {
		*cp = u[0];
		return 1;
	}
	len = u[0] >= 0xF0 && u[0] < 0xF5   ? 4
	      : u[0] >= 0xE0 && u[0] < 0xF0 ? 3
	      : u[0] >= 0xC2 && u[0] < 0xE0 ? 2
	                                    : 1;
	if (len == 1 || len > n)
		return 1;
	c = u[0] & (0xFFu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xC0) != 0x80)
			return 1;
		c = c << 6 | (u[i] & 0x3F);
	}
	if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 1;
	*cp = c;
	return len;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

size_t utf8_valid_prefix(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n) {
		uint32_t cp;
		size_t len;
		uint64_t eight;

		/* Most text is ASCII: eight bytes at a time. */
		while (n - i >= sizeof(eight)) {
			memcpy(&eight, s + i, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) != 0)
				break;
			i += sizeof(eight);
		}
		if (i == n)
			break;
		len = utf8_decode(s + i, n - i, &cp);
		if (len == 1 && (unsigned char)s[i] >= 0x80)
			return i;
		i += len;
	}
	return n;
}

bool utf8_valid(const char *s, size_t n)
{
	return utf8_valid_prefix(s, n) == n;
}

bool utf8_is_unsafe(uint32_t cp)
{
	static const struct {
		uint32_t from, to;
	} bad[] = {
	        {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x061C, 0x061C},
	        {0x115F, 0x1160}, {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},
	        {0x2060, 0x206F}, {0x3164, 0x3164}, {0xD800, 0xDFFF}, {0xFDD0, 0xFDEF},
	        {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xE0000, 0xE0FFF},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cp >= bad[i].from && cp <= bad[i].to)
			return true;
	return (cp & 0xFFFE) == 0xFFFE || cp > 0x10FFFF;
}

void utf8_clean(struct buf *out, const char *s, size_t n, enum utf8_keep keep)
{
	size_t i = 0, from = 0;

	while (i < n) {
		uint32_t cp;
		size_t len;
		bool bad;

		if (s[i] >= 0x20 && s[i] < 0x7F) { /* most text is plain */
			i++;
			continue;
		}
		len = utf8_decode(s + i, n - i, &cp);
		bad = len == 1 && (unsigned char)s[i] >= 0x80;

		if (!bad && utf8_is_unsafe(cp))
			bad = !(keep == UTF8_LINES && (cp == '\n' || cp == '\t'));
		if (bad) {
			buf_put(out, s + from, i - from);
			buf_put(out, "\xEF\xBF\xBD", 3);
			from = i + len;
		}
		i += len;
	}
	buf_put(out, s + from, n - from);
}

int utf8_width_cp(uint32_t cp)
{
	int w;

	if (cp < 0x7F)
		return cp >= 0x20 ? 1 : 0;
	w = wcwidth((wchar_t)cp);
	return w < 0 ? 1 : w;
}

size_t utf8_width(const char *s, size_t n)
{
	size_t cols = 0, i = 0;

	while (i < n) {
		uint32_t cp;

		i += utf8_decode(s + i, n - i, &cp);
		cols += (size_t)utf8_width_cp(cp);
	}
	return cols;
}

size_t utf8_fit(const char *s, size_t n, size_t cols)
{
	size_t used = 0, i = 0;

	while (i < n) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);
		size_t w = (size_t)utf8_width_cp(cp);

		if (used + w > cols)
			break;
		used += w;
		i += len;
	}
	return i;
}

static uint32_t unit_at(const unsigned char *p, bool little)
{
	return little ? (uint32_t)(p[0] | p[1] << 8) : (uint32_t)(p[1] | p[0] << 8);
}

void utf8_from_utf16(struct buf *out, const void *bytes, size_t n, bool little)
{
	const unsigned char *p = bytes;
	size_t i = 0;

	if (n >= 2 && ((p[0] == 0xFF && p[1] == 0xFE) || (p[0] == 0xFE && p[1] == 0xFF))) {
		little = p[0] == 0xFF;
		i = 2;
	}
	for (; i + 1 < n; i += 2) {
		uint32_t cp = unit_at(p + i, little);
		char enc[4];

		if (cp >= 0xD800 && cp < 0xDC00 && i + 3 < n) {
			uint32_t low = unit_at(p + i + 2, little);

			if (low >= 0xDC00 && low < 0xE000) {
				cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
				i += 2;
			}
		}
		if (cp >= 0xD800 && cp < 0xE000)
			cp = REPLACEMENT;
		buf_put(out, enc, utf8_encode(cp, enc));
	}
	if (i < n)
		buf_put(out, "\xEF\xBF\xBD", 3);
}

void utf8_from_latin1(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char enc[4];

		buf_put(out, enc, utf8_encode((unsigned char)s[i], enc));
	}
}
