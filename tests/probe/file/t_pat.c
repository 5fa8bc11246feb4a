/* The word search against the plainest search there is, on text made at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pat.h"

static uint64_t seed = 88172645463325252u;

static unsigned pick(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 11) % n;
}

#define TEXT 3000

static const char *const words[] = {"abca",       "bcab",  "GetCACaps(",         "aaaa", "cabcabcab",
                                    "x\xFF\xFEy", "CERT_", "abcabcabcabcabcabc", NULL};

struct seen {
	const char *base;
	unsigned count[8];
	uint64_t places[8]; /* sum of offsets */
	size_t last;
};

static bool take(void *arg, unsigned word, const char *at)
{
	struct seen *s = arg;

	s->count[word]++;
	s->places[word] += (uint64_t)(at - s->base);
	return true;
}

static void plainly(struct seen *s, const char *p, size_t n)
{
	for (unsigned w = 0; words[w]; w++)
		for (size_t i = 0; i + strlen(words[w]) <= n; i++)
			if (memcmp(p + i, words[w], strlen(words[w])) == 0)
				take(s, w, p + i);
}

static void fill(char *text)
{
	for (size_t i = 0; i < TEXT; i++)
		text[i] = "abcabcabcGCx\xFF\n "[pick(15)];
	for (unsigned i = pick(12); i > 0; i--) {
		const char *w = words[pick(8)];

		memcpy(text + pick(TEXT - 20), w, strlen(w));
	}
}

static void finds_what_the_plainest_search_finds(void **state)
{
	static char text[TEXT + PAT_AFTER];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t from = pick(40), n = pick(TEXT - 40);
		struct seen want = {.base = text};
		struct pat_set *s;

		fill(text);
		plainly(&want, text + from, n);
		s = pat_new(words, text, pick(TEXT));
		for (int isa = 0; isa < 3; isa++) {
			struct seen got = {.base = text};

			if (!pat_isa_has(isa))
				continue;
			pat_use_isa(s, isa);
			pat_scan(s, text + from, text + from + n, take, &got);
			assert_memory_equal(got.count, want.count, sizeof(want.count));
			assert_memory_equal(got.places, want.places, sizeof(want.places));
		}
		pat_free(s);
	}
}

static bool once(void *arg, unsigned word, const char *at)
{
	(void)word;
	(void)at;
	++*(int *)arg;
	return false;
}

static void stops_when_told(void **state)
{
	static const char text[200] = "abca abca abca";
	struct pat_set *s = pat_new(words, text, sizeof(text));
	int n = 0;

	(void)state;
	pat_scan(s, text, text + 14, once, &n);
	assert_int_equal(n, 1);
	pat_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(finds_what_the_plainest_search_finds),
	        cmocka_unit_test(stops_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
