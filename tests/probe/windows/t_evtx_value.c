/* Values of BinXml as text: strings of every length, SIDs, and what is cut short. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "evtx_int.h"

#define STRING 0x01
#define SID 0x13
#define GUID 0x0F

static struct arena *mem;
static struct buf scratch;

static const char *text(uint8_t type, const unsigned char *p, size_t n)
{
	struct evtx_value v = {type, p, (uint16_t)n};

	return value_string(mem, &v, &scratch);
}

/* Eight units at a time, four, one: at each length, and with a unit that is no ASCII at each place. */
static void strings_of_every_length(void **state)
{
	unsigned char wide[2 * 40];
	char want[3 * 40 + 1];

	(void)state;
	for (size_t n = 1; n < 40; n++) {
		for (size_t odd = 0; odd <= n; odd++) {
			size_t k = 0;

			for (size_t i = 0; i < n; i++) {
				unsigned unit =
				        i == odd ? 0x20AC : 'a' + (unsigned)(i % 26); /* a euro sign */

				wide[2 * i] = (unsigned char)unit;
				wide[2 * i + 1] = (unsigned char)(unit >> 8);
				k += (size_t)snprintf(want + k, sizeof(want) - k,
				                      i == odd ? "\xE2\x82\xAC" : "%c", unit);
			}
			assert_string_equal(text(STRING, wide, 2 * n), want);
			arena_reset(mem);
		}
	}
}

/* The first three parts lie with their lowest byte first (RFC 4122 writes them the other way). */
static void guids(void **state)
{
	static const unsigned char provider[] = {0x78, 0x56, 0x34, 0x12, 0xcd, 0xab, 0x34, 0x12,
	                                         0x89, 0x9a, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab};

	(void)state;
	assert_string_equal(text(GUID, provider, sizeof(provider)), "{12345678-abcd-1234-899a-0123456789ab}");
}

static void sids(void **state)
{
	static const unsigned char system[] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
	static const unsigned char pool[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x38, 2, 0, 0};
	unsigned char longest[8 + 4 * 255];
	const char *said;

	(void)state;
	assert_string_equal(text(SID, system, sizeof(system)), "S-1-5-18");
	assert_string_equal(text(SID, pool, sizeof(pool)), "S-1-5-32-568");
	assert_string_equal(text(SID, pool, 12), "S-1-5-32"); /* cut */
	assert_string_equal(text(SID, pool, 7), "");
	memset(longest, 0xFF, sizeof(longest));
	said = text(SID, longest, sizeof(longest));
	assert_int_equal(strlen(said), strlen("S-255-281474976710655") + 255 * strlen("-4294967295"));
	assert_int_equal(strncmp(said, "S-255-281474976710655-4294967295-", 33), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(strings_of_every_length), cmocka_unit_test(guids),
	                                   cmocka_unit_test(sids)};
	int failed;

	mem = arena_new();
	buf_init(&scratch, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_release(&scratch);
	arena_free(mem);
	return failed;
}
