/* Characters that must not reach a terminal or a page: each range from its first to its last, and not one
 * beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <casebook/utf8.h>

#include <cmocka.h>

/* Unicode 15: Cc, Cf but for signs that are seen, Zl, Zp, surrogates, noncharacters, fillers without a shape.
 */
static const struct {
	uint32_t from, to;
	const char *what;
} ranges[] = {
        {0x0000, 0x001F, "C0"},
        {0x007F, 0x009F, "DEL and C1"},
        {0x00AD, 0x00AD, "soft hyphen"},
        {0x061C, 0x061C, "Arabic letter mark"},
        {0x115F, 0x1160, "Hangul fillers"},
        {0x180E, 0x180E, "Mongolian vowel separator"},
        {0x200B, 0x200F, "zero width, marks of direction"},
        {0x2028, 0x202E, "separators, embeddings and overrides of direction"},
        {0x2060, 0x206F, "joiner, invisible operators, isolates of direction, deprecated"},
        {0x3164, 0x3164, "Hangul filler"},
        {0xD800, 0xDFFF, "surrogates"},
        {0xFDD0, 0xFDEF, "noncharacters"},
        {0xFEFF, 0xFEFF, "byte order mark"},
        {0xFFA0, 0xFFA0, "halfwidth Hangul filler"},
        {0xFFF0, 0xFFFB, "specials, annotations"},
        {0xFFFE, 0xFFFF, "noncharacters"},
        {0x1FFFE, 0x1FFFF, "noncharacters"},
        {0xE0000, 0xE0FFF, "tags, variation selectors"},
        {0x10FFFE, 0x10FFFF, "noncharacters"},
};

static bool listed(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].from && cp <= ranges[i].to)
			return true;
	return (cp & 0xFFFE) == 0xFFFE;
}

static void every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++)
		if (utf8_is_unsafe(cp) != listed(cp))
			fail_msg("U+%04X is %s", cp, listed(cp) ? "let through" : "refused");
	assert_true(utf8_is_unsafe(0x110000));
	assert_true(utf8_is_unsafe(UINT32_MAX));
}

static size_t encode(uint32_t cp, char *out)
{
	if (cp < 0x80)
		return (size_t)snprintf(out, 5, "%c", (int)cp);
	if (cp < 0x800)
		return (size_t)snprintf(out, 5, "%c%c", (int)(0xC0 | cp >> 6), (int)(0x80 | (cp & 0x3F)));
	if (cp < 0x10000)
		return (size_t)snprintf(out, 5, "%c%c%c", (int)(0xE0 | cp >> 12),
		                        (int)(0x80 | (cp >> 6 & 0x3F)), (int)(0x80 | (cp & 0x3F)));
	return (size_t)snprintf(out, 5, "%c%c%c%c", (int)(0xF0 | cp >> 18), (int)(0x80 | (cp >> 12 & 0x3F)),
	                        (int)(0x80 | (cp >> 6 & 0x3F)), (int)(0x80 | (cp & 0x3F)));
}

/* In text: both ends of each range are replaced, and what stands around them stays. */
static void ends_in_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const uint32_t ends[] = {ranges[i].from, ranges[i].to};

		for (size_t k = 0; k < 2; k++) {
			char text[16] = "a";
			struct buf out;
			size_t n;

			if (ends[k] == 0)
				continue;
			n = 1 + encode(ends[k], text + 1);
			text[n++] = 'b';
			buf_init(&out, 100);
			utf8_clean(&out, text, n, UTF8_ONE_LINE);
			assert_null(strstr(buf_cstr(&out), text));
			if (buf_cstr(&out)[0] != 'a' || buf_cstr(&out)[out.n - 1] != 'b' || out.n < 2)
				fail_msg("%s, U+%04X", ranges[i].what, ends[k]);
			assert_true(utf8_valid(buf_cstr(&out), out.n));
			text[n - 1] = '\0';
			assert_null(strstr(buf_cstr(&out), text + 1));
			buf_release(&out);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_code_point),
	        cmocka_unit_test(ends_in_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
