/* The values below everything: errors, arena, buffers, UTF-8, clock, SHA-256. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/arena.h>
#include <casebook/clock.h>
#include <casebook/file_name.h>
#include <casebook/io.h>
#include <casebook/sha256.h>
#include <casebook/utf8.h>

#include <cmocka.h>

static void every_error_has_a_text(void **state)
{
	(void)state;
	for (int i = 0; i < FAIL__MAX; i++) {
		assert_non_null(err_str((enum err_code)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(err_str((enum err_code)i), err_str((enum err_code)k));
	}
}

static void wrapping_keeps_the_first_words_in_front(void **state)
{
	struct err err;
	char big[1000];

	(void)state;
	assert_int_equal(err_set(&err, FAIL_IO, 2, "no file %s", "a"), -1);
	assert_int_equal(err_wrap(&err, "opening %s", "b"), -1);
	assert_string_equal(err.msg, "opening b: no file a");
	assert_int_equal(err.code, FAIL_IO);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	err_wrap(&err, "%s", big);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

static void the_arena_aligns_and_zeroes(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t n = 0; n < 5000; n += 37) {
		unsigned char *p = arena_alloc(a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
	}
	assert_string_equal(arena_fmt(a, "%d-%s", 7, "x"), "7-x");
	assert_null(arena_strdup(a, NULL));
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	assert_string_equal(arena_strdup(a, "again"), "again");
	arena_free(a);
	arena_free(NULL);
}

static void a_buffer_stops_at_its_ceiling(void **state)
{
	struct buf b;
	char *p;

	(void)state;
	buf_init(&b, 10);
	buf_str(&b, "12345678");
	assert_false(b.over);
	buf_str(&b, "abcdef");
	assert_true(b.over);
	assert_string_equal(buf_cstr(&b), "12345678ab");
	buf_shift(&b, 3);
	assert_string_equal(buf_cstr(&b), "45678ab");
	p = buf_steal(&b);
	assert_string_equal(p, "45678ab");
	free(p);
	assert_string_equal(buf_cstr(&b), "");
	buf_init(&b, 100000);
	buf_fmt(&b, "%0*d", 2000, 1);
	assert_int_equal(b.n, 2000);
	buf_release(&b);
}

static void cleaning_lets_no_control_through(void **state)
{
	static const struct {
		const char *in, *one_line, *lines;
	} rows[] = {
	        {"plain", "plain", "plain"},
	        {"a\nb\tc",
	         "a\xEF\xBF\xBD"
	         "b\xEF\xBF\xBD"
	         "c",
	         "a\nb\tc"},
	        {"\x1b[31mred", "\xEF\xBF\xBD[31mred", "\xEF\xBF\xBD[31mred"},
	        {"bell\x07", "bell\xEF\xBF\xBD", "bell\xEF\xBF\xBD"},
	        {"\xC2\x9B"
	         "31m",
	         "\xEF\xBF\xBD"
	         "31m",
	         "\xEF\xBF\xBD"
	         "31m"},                                                /* C1 CSI */
	        {"x\xE2\x80\xAEy", "x\xEF\xBF\xBDy", "x\xEF\xBF\xBDy"}, /* right-to-left override */
	        {"\xE2\x80\x8E"
	         "ab",
	         "\xEF\xBF\xBD"
	         "ab",
	         "\xEF\xBF\xBD"
	         "ab"},
	        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* overlong slash */
	        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
	         "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
	        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
	         "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
	        {"M\xC3\xBCller \xE2\x9C\x93", "M\xC3\xBCller \xE2\x9C\x93", "M\xC3\xBCller \xE2\x9C\x93"},
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		utf8_clean(&b, rows[i].in, strlen(rows[i].in), UTF8_ONE_LINE);
		assert_string_equal(buf_cstr(&b), rows[i].one_line);
		buf_clear(&b);
		utf8_clean(&b, rows[i].in, strlen(rows[i].in), UTF8_LINES);
		assert_string_equal(buf_cstr(&b), rows[i].lines);
	}
	buf_release(&b);
}

static void every_code_point_survives_encoding(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp += cp < 0x3000 ? 1 : 97) {
		char enc[4];
		uint32_t back;
		size_t n;

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		n = utf8_encode(cp, enc);
		assert_int_equal(utf8_decode(enc, n, &back), n);
		assert_int_equal(back, cp);
	}
}

static void widths_are_those_of_a_terminal(void **state)
{
	const char *wide = "a\xE6\xBC\xA2"
	                   "b"; /* a, a wide character, b */

	(void)state;
	assert_int_equal(utf8_width(wide, strlen(wide)), 4);
	assert_int_equal(utf8_fit(wide, strlen(wide), 2), 1);
	assert_int_equal(utf8_fit(wide, strlen(wide), 3), 4);
	assert_int_equal(utf8_width("e\xCC\x81", 3), 1); /* combining acute */
}

static void utf16_becomes_utf8(void **state)
{
	static const unsigned char le[] = {0xFF, 0xFE, 'a', 0, 0x3D, 0xD8, 0x00, 0xDE, 0x00, 0xD8, 'b', 0};
	static const unsigned char be[] = {0xFE, 0xFF, 0, 'a', 0x20, 0xAC};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	utf8_from_utf16(&b, le, sizeof(le), false);
	assert_string_equal(buf_cstr(&b), "a\xF0\x9F\x98\x80\xEF\xBF\xBD"
	                                  "b");
	buf_clear(&b);
	utf8_from_utf16(&b, be, sizeof(be), true);
	assert_string_equal(buf_cstr(&b), "a\xE2\x82\xAC");
	buf_clear(&b);
	utf8_from_latin1(&b, "M\xFCller", 6);
	assert_string_equal(buf_cstr(&b), "M\xC3\xBCller");
	buf_release(&b);
}

static void times_read_back_as_written(void **state)
{
	static const struct {
		const char *in;
		int64_t ms;
		const char *out;
	} rows[] = {
	        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
	        {"2026-11-22 10:52:17", 1795344737000, "2026-11-22T10:52:17Z"},
	        {"2026-11-22T10:52:17.1234567Z", 1795344737123, "2026-11-22T10:52:17.123Z"},
	        {"2018-02-27T18:30:53.691-0500", 1519774253691, "2018-02-27T23:30:53.691Z"},
	        {"2024-02-29T23:59:59+00:00", 1709251199000, "2024-02-29T23:59:59Z"},
	        {"1969-12-31T23:59:59.500Z", -500, "1969-12-31T23:59:59.500Z"},
	};
	static const char *const bad[] = {"",
	                                  "2026-02-29T00:00:00Z",
	                                  "2026-13-01T00:00:00Z",
	                                  "2026-11-22",
	                                  "2026-11-22T10:52:17ZZ",
	                                  "2026-11-22T10:52:17.",
	                                  "26-11-22T10:52:17Z",
	                                  "2026-11-22T25:00:00Z"};
	char text[CLOCK_TEXT];
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(clock_parse_iso(rows[i].in, &ms));
		assert_int_equal(ms, rows[i].ms);
		assert_string_equal(clock_iso(ms, text), rows[i].out);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(clock_parse_iso(bad[i], &ms));
	clock_digits(1795852337123,
	             text); /* of a file's name: no fraction, nothing that a name may not have */
	assert_string_equal(text, "20261128T075217");
}

static void sha256_agrees_with_the_standard(void **state)
{
	char hex[SHA256_HEX]; /* FIPS 180-4, the message "abc" */

	(void)state;
	sha256_of("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Every name of bytes has one name as text, and comes back from it. */
static void names_of_files_come_back(void **state)
{
	static const char *const rows[][2] = {
	        {"plain.log", "plain.log"},
	        {"caf\xC3\xA9", "caf\xC3\xA9"},
	        {"\xE9t\xE9", "\\xE9t\\xE9"},
	        {"a\nb\x1b[", "a\\x0Ab\\x1B["},
	        {"a\\x41", "a\\x5Cx41"},
	        {"a\\b\\x4", "a\\b\\x4"},
	        {"\xE2\x80\xAE!", "\\xE2\\x80\\xAE!"},
	        {"\xEF\xBF\xBD", "\xEF\xBF\xBD"},
	};
	struct arena *mem = arena_new();
	char back[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(file_name_shown(mem, rows[i][0]), rows[i][1]);
		assert_true(file_name_real(rows[i][1], back, sizeof(back)));
		assert_string_equal(back, rows[i][0]);
	}
	assert_false(file_name_real("longer than its place", back, 8));
	assert_false(file_name_real("a\\x00b", back, sizeof(back)));
	assert_string_equal(file_name_given(mem, "/no/such\\xE9"), "/no/such\\xE9");
	arena_free(mem);
}

static void a_file_is_read_whole_or_not_at_all(void **state)
{
	char path[] = "/tmp/t_base.XXXXXX", big[100000];
	int fd = mkstemp(path);
	struct buf out;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, big, sizeof(big)), 0);
	buf_init(&out, sizeof(big));
	assert_int_equal(io_read_file(path, &out), 0); /* as much as there is room for */
	assert_int_equal(out.n, sizeof(big));
	assert_memory_equal(out.p, big, sizeof(big));
	buf_release(&out);
	buf_init(&out, sizeof(big) - 1);
	assert_int_equal(io_read_file(path, &out), EFBIG);
	buf_release(&out);
	buf_init(&out, 1000);
	assert_int_equal(io_read_file("/dev/zero", &out), EFBIG); /* which has no end */
	buf_release(&out);
	assert_int_equal(io_read_file("/tmp", &out), EISDIR);
	assert_int_equal(io_read_all(fd, &out), 0); /* from where it stands: its end */
	assert_int_equal(out.n, 0);
	close(fd);
	unlink(path);
	assert_int_equal(io_read_file(path, &out), ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_of_files_come_back),
	        cmocka_unit_test(every_error_has_a_text),
	        cmocka_unit_test(wrapping_keeps_the_first_words_in_front),
	        cmocka_unit_test(the_arena_aligns_and_zeroes),
	        cmocka_unit_test(a_buffer_stops_at_its_ceiling),
	        cmocka_unit_test(cleaning_lets_no_control_through),
	        cmocka_unit_test(every_code_point_survives_encoding),
	        cmocka_unit_test(widths_are_those_of_a_terminal),
	        cmocka_unit_test(utf16_becomes_utf8),
	        cmocka_unit_test(times_read_back_as_written),
	        cmocka_unit_test(a_file_is_read_whole_or_not_at_all),
	        cmocka_unit_test(sha256_agrees_with_the_standard),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
