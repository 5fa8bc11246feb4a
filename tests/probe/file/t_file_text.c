/* Encodings, line ends, damage, RTF and redaction: what comes in, which lines come out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file_text.h"

#include <casebook/utf8.h>
#include <casebook/xalloc.h>

static char folder[] = "/tmp/casebook-text-XXXXXX";

static int begin(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void write_file(char path[64], const void *bytes, size_t n)
{
	FILE *f;

	snprintf(path, 64, "%s/f", folder);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* All lines joined by '|', "#cut" after a cut one; "!error" at a damaged end. */
static char *lines_of(const void *bytes, size_t n)
{
	struct file_text *t = NULL;
	struct file_line line;
	struct err err = {0};
	char path[64];
	struct buf out;
	uint64_t number = 0;
	int rc;

	write_file(path, bytes, n);
	buf_init(&out, 1u << 24);
	assert_int_equal(file_text_open(path, NULL, &t, &err), 0);
	while ((rc = file_text_next(t, &line, &err)) > 0) {
		assert_int_equal(line.number, ++number);
		buf_put(&out, line.p, line.n);
		buf_str(&out, line.cut ? "#cut|" : "|");
	}
	if (rc < 0)
		buf_fmt(&out, "!%s", err.msg);
	file_text_close(t);
	unlink(path);
	return buf_steal(&out);
}

static void encodings_and_line_ends(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		const char *expected;
	} rows[] = {
	        {"", 0, ""},
	        {"a\nb", 3, "a|b|"},
	        {"a\r\nb\r\n", 6, "a|b|"},
	        {"a\rb\r", 4, "a|b|"},
	        {"a\n\nb\n", 5, "a||b|"},
	        {"\xEF\xBB\xBF"
	         "a\nb\n",
	         7, "a|b|"},
	        {"\xFF\xFE"
	         "a\0\r\0\n\0b\0",
	         10, "a|b|"},
	        {"\xFE\xFF"
	         "\0a\0\r\0\n\0b",
	         10, "a|b|"},
	        {"a\0b\0c\0d\0\n\0e\0", 12, "abcd|e|"},
	        {"\0a\0b\0c\0d\0\n\0e", 12, "abcd|e|"},
	        {"\xFF\xFE\x3D\xD8\x00\xDE"
	         "x\0",
	         8, "\xF0\x9F\x98\x80x|"},
	        {"\xFF\xFE\x3D\xD8"
	         "x\0",
	         6, "\xEF\xBF\xBDx|"},
	        {"M\xF6zilla\n", 8,
	         "M\xC3\xB6zilla|"}, /* what is opened by its name is an export: in a code page */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *got = lines_of(rows[i].in, rows[i].n);

		assert_string_equal(got, rows[i].expected);
		free(got);
	}
}

static void nul_padding_is_dropped(void **state)
{
	static char bytes[8210];
	struct file_text *t = NULL;
	struct file_line line;
	char path[64];

	(void)state;
	memcpy(bytes, "#Fields: a\r\n", 12);
	memcpy(bytes + 12 + 8192, "b\r\n", 3);
	write_file(path, bytes, 12 + 8192 + 3);
	assert_int_equal(file_text_open(path, NULL, &t, NULL), 0);
	assert_int_equal(file_text_next(t, &line, NULL), 1);
	assert_int_equal(file_text_next(t, &line, NULL), 1);
	assert_memory_equal(line.p, "b", 1);
	assert_int_equal(line.offset, 12 + 8192);
	assert_int_equal(file_text_next(t, &line, NULL), 0);
	file_text_close(t);
	unlink(path);
}

static void long_lines_keep_their_head(void **state)
{
	size_t n = FILE_LINE_MAX + 3 * 65536u;
	char *bytes = xmalloc(n + 8), *got;

	(void)state;
	memset(bytes, 'x', n);
	memcpy(bytes + n, "\nshort\n", 7);
	got = lines_of(bytes, n + 7);
	assert_int_equal(strlen(got), FILE_LINE_MAX + strlen("#cut|short|"));
	assert_string_equal(got + FILE_LINE_MAX, "#cut|short|");
	free(got);
	free(bytes);
}

static void offsets_count_decoded_bytes(void **state)
{
	struct file_text *t = NULL;
	struct file_line line;
	char path[64];

	(void)state;
	write_file(path, "ab\r\n\r\ncd\nef", 11);
	assert_int_equal(file_text_open(path, NULL, &t, NULL), 0);
	for (uint64_t want[] = {0, 4, 6, 9}, i = 0; i < 4; i++) {
		assert_int_equal(file_text_next(t, &line, NULL), 1);
		assert_int_equal(line.offset, want[i]);
	}
	file_text_close(t);
	unlink(path);
}

static void rtf_becomes_text(void **state)
{
	static const char in[] =
	        "{\\rtf1\\ansi\\ansicpg1252\\cocoartf1671\n{\\fonttbl\\f0\\fswiss\\fcharset0 Helvetica;}\n"
	        "{\\colortbl;\\red255\\green255\\blue255;}\n{\\*\\expandedcolortbl;;}"
	        "\n\\pard\\tx566\\f0\\fs24 \\cf0 "
	        "debug 18:30:53 profiled one\\\ndefault Profile \\'93x\\'94 \\{ok\\} \\u8364?.\\par\nlast}";
	char *got = lines_of(in, sizeof(in) - 1);

	(void)state;
	assert_string_equal(got, "debug 18:30:53 profiled one|default Profile \xE2\x80\x9Cx\xE2\x80\x9D {ok} "
	                         "\xE2\x82\xAC.|last|");
	free(got);
}

static void rtf_leftovers_go(void **state)
{
	static const char *const rows[][2] = {
	        {"Sending CSR via GET.\\", "Sending CSR via GET."},
	        {"Sending CSR via GET.\\  ", "Sending CSR via GET."},
	        {"Profile \\'93a\\'94 installed.\\", "Profile \xE2\x80\x9C"
	                                             "a\xE2\x80\x9D installed."},
	        {"plain \\x stays", "plain \\x stays"},
	        {"Reply \\{ok\\} in C:\\\\{1}", "Reply {ok} in C:\\{1}"},
	        {"\\", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		file_rtf_leftovers(&out, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(buf_cstr(&out), rows[i][1]);
		buf_release(&out);
	}
}

static void secrets_leave_the_line(void **state)
{
	static const char *const rows[][2] = {
	        {"x operation=GetCACert&message=default 80", "x operation=GetCACert&message=default 80"},
	        {"operation=PKIOperation&message="
	         "MIIFAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%2B%3D 443",
	         "operation=PKIOperation&message=<removed, 70 bytes> 443"},
	        {"<CertificateRequestToken>PENlcnQ</CertificateRequestToken>",
	         "<CertificateRequestToken><removed, 7 bytes></CertificateRequestToken>"},
	        {"&lt;Challenge&gt;secret&lt;/Challenge&gt;",
	         "&lt;Challenge&gt;<removed, 6 bytes>&lt;/Challenge&gt;"},
	        {"Authorization: Basic dXNlcjpwYXNz", "Authorization: <removed, 18 bytes>"},
	        {"EncryptedPassword=\"abc\" next", "EncryptedPassword=\"<removed, 3 bytes>\" next"},
	        {"https://user:word@host/x", "https://<removed, 9 bytes>@host/x"},
	        {"https://host/a:b@c", "https://host/a:b@c"},
	        {"thumbprint A94A8FE5CCB19BA61C4C0873D391E987982FBBD3",
	         "thumbprint A94A8FE5CCB19BA61C4C0873D391E987982FBBD3"},
	        {"the challenge was right", "the challenge was right"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		file_redact(&out, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(buf_cstr(&out), rows[i][1]);
		buf_release(&out);
	}
}

static void long_base64_leaves_any_line(void **state)
{
	char in[400];
	struct buf out;

	(void)state;
	/* Base64 has many signs; a ruler of one is no secret. */
	for (size_t i = 0; i < 300; i++)
		in[i] = "QmFzZTY0+bWFu/eVNpZ25z"[i % 22];
	memcpy(in + 300, " end", 5);
	buf_init(&out, 1000);
	file_redact(&out, in, strlen(in));
	assert_string_equal(buf_cstr(&out), "<removed, 300 bytes> end");
	buf_release(&out);
}

/* Marks of quoted mail go when most lines bear them; one quoted line in a log stays as it is. */
static void quoted_mail_is_unquoted(void **state)
{
	static const char quoted[] = "> #Fields: a\n>> b > c\n> > d\n>\n\ntext\n";
	static const char once[] = "a\nb\n> c\n";
	char *lines;

	(void)state;
	lines = lines_of(quoted, strlen(quoted));
	assert_string_equal(lines, "#Fields: a|b > c|d|||text|");
	free(lines);
	lines = lines_of(once, strlen(once));
	assert_string_equal(lines, "a|b|> c|");
	free(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(encodings_and_line_ends),
	        cmocka_unit_test(nul_padding_is_dropped),
	        cmocka_unit_test(long_lines_keep_their_head),
	        cmocka_unit_test(offsets_count_decoded_bytes),
	        cmocka_unit_test(rtf_becomes_text),
	        cmocka_unit_test(rtf_leftovers_go),
	        cmocka_unit_test(quoted_mail_is_unquoted),
	        cmocka_unit_test(secrets_leave_the_line),
	        cmocka_unit_test(long_base64_leaves_any_line),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
