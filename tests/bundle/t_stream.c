/* The stream between the program and its helper for archives: what a hostile or broken helper may write, in
 * pieces of any size, and exactly the limits of a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#include <cmocka.h>

static struct stream s;

/* What the other side wrote before it went away. */
static void comes(const char *bytes, size_t n)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, n), (ssize_t)n);
	close(ends[1]);
	stream_init(&s, ends[0]);
}

static void says(const char *text)
{
	comes(text, strlen(text));
}

static int stop(void **state)
{
	(void)state;
	close(s.fd);
	return 0;
}

static void words_that_are_understood(void **state)
{
	struct stream_head h;
	char bytes[16];

	(void)state;
	says("PART 5 logs/u.log\nabcdePART 0 a b\nFAIL no room\nEND\n");
	h = stream_next(&s);
	assert_int_equal(h.kind, STREAM_PART);
	assert_int_equal(h.size, 5);
	assert_string_equal(h.text, "logs/u.log");
	assert_int_equal(stream_read(&s, bytes, 2), 2);
	assert_memory_equal(bytes, "ab", 2);
	assert_int_equal(stream_read(&s, bytes, 0), 0);
	assert_int_equal(stream_read(&s, bytes, 3), 3);
	assert_memory_equal(bytes, "cde", 3);
	h = stream_next(&s);
	assert_int_equal(h.kind, STREAM_PART);
	assert_int_equal(h.size, 0);
	assert_string_equal(h.text, "a b");
	h = stream_next(&s);
	assert_int_equal(h.kind, STREAM_FAIL);
	assert_string_equal(h.text, "no room");
	assert_int_equal(stream_next(&s).kind, STREAM_END);
	assert_int_equal(stream_next(&s).kind, STREAM_BROKEN);
	assert_int_equal(stream_read(&s, bytes, sizeof(bytes)), 0);
}

static void words_that_are_not(void **state)
{
	static const char *const broken[] = {"",         "END",      "end\n",      "ENDE\n",
	                                     "PART\n",   "PART 5\n", "PART x a\n", "PART 5a b\n",
	                                     "PART  \n", "FAIL\n",   "PART 5 name"};

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		says(broken[i]);
		if (stream_next(&s).kind != STREAM_BROKEN)
			fail_msg("taken for something: %s", broken[i]);
		stop(state);
	}
	/* A line that the other side did not end is none, however often one asks for it. */
	says("END\nEND");
	assert_int_equal(stream_next(&s).kind, STREAM_END);
	assert_int_equal(stream_next(&s).kind, STREAM_BROKEN);
	assert_int_equal(stream_next(&s).kind, STREAM_BROKEN);
	stop(state);
	says("");
}

/* "PART 5 " and a name of n bytes. */
static struct stream_head named(const char *before, size_t n)
{
	char text[2000];
	size_t at = (size_t)snprintf(text, sizeof(text), "%s", before);

	memset(text + at, 'n', n);
	text[at + n] = '\n';
	comes(text, at + n + 1);
	return stream_next(&s);
}

static void the_longest_name_and_one_more(void **state)
{
	struct stream_head h = named("PART 5 ", sizeof(h.text) - 1);

	assert_int_equal(h.kind, STREAM_PART);
	assert_int_equal(strlen(h.text), sizeof(h.text) - 1);
	stop(state);
	assert_int_equal(named("PART 5 ", sizeof(h.text)).kind, STREAM_BROKEN);
	stop(state);
	/* A sentence is cut; a line that is longer than any breaks the stream. */
	h = named("FAIL ", sizeof(h.text));
	assert_int_equal(h.kind, STREAM_FAIL);
	assert_int_equal(strlen(h.text), sizeof(h.text) - 1);
	stop(state);
	assert_int_equal(named("FAIL ", 1094).kind, STREAM_FAIL);
	stop(state);
	assert_int_equal(named("FAIL ", 1095).kind, STREAM_BROKEN);
}

/* Both ends: what is put arrives, a part larger than what is held at once too. */
static void what_is_put_arrives(void **state)
{
	static char bytes[40000], back[sizeof(bytes)];
	struct stream_head h;
	size_t n = 0, got;
	int ends[2];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(stream_put_part(ends[1], "a/b", bytes, sizeof(bytes)), 0);
	assert_int_equal(stream_put_part(ends[1], "empty", "", 0), 0);
	assert_int_equal(stream_put_end(ends[1]), 0);
	close(ends[1]);
	stream_init(&s, ends[0]);
	h = stream_next(&s);
	assert_int_equal(h.size, sizeof(bytes));
	while (n < h.size && (got = stream_read(&s, back + n, h.size - n)) > 0)
		n += got;
	assert_int_equal(n, sizeof(bytes));
	assert_memory_equal(back, bytes, sizeof(bytes));
	h = stream_next(&s);
	assert_string_equal(h.text, "empty");
	assert_int_equal(h.size, 0);
	assert_int_equal(stream_next(&s).kind, STREAM_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_teardown(words_that_are_understood, stop),
	        cmocka_unit_test_teardown(words_that_are_not, stop),
	        cmocka_unit_test_teardown(the_longest_name_and_one_more, stop),
	        cmocka_unit_test_teardown(what_is_put_arrives, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
