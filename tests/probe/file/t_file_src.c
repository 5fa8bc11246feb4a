/* Packed, damaged and hostile files: what is read, what is refused and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include "file_src.h"
#include "late.h"
#include "probe_seen.h"

#include <casebook/buf.h>
#include <casebook/xalloc.h>

/* The content as gzip; caller frees. */
static unsigned char *gzip(const void *bytes, size_t n, size_t *out)
{
	z_stream z = {0};
	size_t cap = n + n / 100 + 100;
	unsigned char *p = xmalloc(cap);

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (void *)(uintptr_t)bytes;
	z.avail_in = (uInt)n;
	z.next_out = p;
	z.avail_out = (uInt)cap;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*out = z.total_out;
	deflateEnd(&z);
	return p;
}

struct packed {
	const char *name;
	const void *bytes;
	size_t n;
};

/* Members ending with name NULL as zip or tar; caller frees. */
static unsigned char *pack(bool zip, const struct packed *m, size_t *n)
{
	static const size_t cap = 4u << 20;
	struct archive *a = archive_write_new();
	unsigned char *p = xmalloc(cap);

	assert_int_equal(zip ? archive_write_set_format_zip(a) : archive_write_set_format_ustar(a),
	                 ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(a, p, cap, n), ARCHIVE_OK);
	for (; m->name; m++) {
		struct archive_entry *e = archive_entry_new();

		archive_entry_set_pathname(e, m->name);
		archive_entry_set_size(e, (la_int64_t)m->n);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		assert_int_equal(archive_write_data(a, m->bytes, m->n), (la_ssize_t)m->n);
		archive_entry_free(e);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return p;
}

/* The content of a path, or "!" and the error. */
static char *content(const char *path)
{
	struct file_src *s = NULL;
	struct err err = {0};
	struct buf out;
	char piece[37];
	ssize_t n;

	buf_init(&out, 1u << 20);
	if (file_open(path, true, &s, &err)) {
		buf_fmt(&out, "!%s", err.msg);
		return buf_steal(&out);
	}
	while ((n = file_read(s, piece, sizeof(piece), &err)) > 0)
		buf_put(&out, piece, (size_t)n);
	if (n < 0)
		buf_fmt(&out, "!%s", err.msg);
	file_close(s);
	return buf_steal(&out);
}

static void expect(const char *path, const char *begins)
{
	char *got = content(path);

	if (strncmp(got, begins, strlen(begins)) != 0)
		fail_msg("%s: %s\nexpected: %s", path, got, begins);
	free(got);
}

static const char *at(const char *path, const char *member)
{
	static char both[512];

	snprintf(both, sizeof(both), "%s!%s", path, member);
	return both;
}

static void gzip_is_unpacked(void **state)
{
	size_t n, m;
	unsigned char *one = gzip("alpha\n", 6, &n), *two = gzip("beta\n", 5, &m), both[200];
	const char *path;
	struct file_src *s;
	char hex[SHA256_HEX], want[SHA256_HEX];

	(void)state;
	memcpy(both, one, n);
	memcpy(both + n, two, m);
	memset(both + n + m, 0, 20);
	path = test_file("a.gz", both, n + m + 20);
	expect(path, "alpha\nbeta\n");
	assert_int_equal(file_open(path, true, &s, NULL), 0);
	assert_string_equal(file_packing(s), "gzip");
	assert_int_equal(file_stored(s), n + m + 20);
	assert_true(file_sha256(s, hex));
	sha256_of(both, n + m + 20, want);
	assert_string_equal(hex, want);
	file_close(s);
	expect(test_file("cut.gz", both, n - 9), "alpha\n!");
	free(one);
	free(two);
}

static void gzip_damage_names_its_place(void **state)
{
	char text[20000];
	size_t n;
	unsigned char *p;
	char *got;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + (i * i / 7) % 23);
	p = gzip(text, sizeof(text), &n);
	memset(p + n / 2, 0xFF, 40);
	got = content(test_file("bad.gz", p, n));
	assert_non_null(strstr(got, "!"));
	assert_non_null(strstr(strchr(got, '!'), "damaged near byte"));
	free(got);
	free(p);
}

static void a_bomb_is_refused(void **state)
{
	size_t n = 300u << 20, m, cap = 1u << 20;
	unsigned char *zeros = xcalloc(1, 1u << 20), *p = xmalloc(cap), *twice;
	struct file_src *s;
	struct err err = {0};
	ssize_t got;
	z_stream z = {0};
	uint64_t seen = 0;

	(void)state;
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = p;
	z.avail_out = (uInt)cap;
	for (size_t i = 0; i < n >> 20; i++) {
		z.next_in = zeros;
		z.avail_in = 1u << 20;
		deflate(&z, i + 1 == n >> 20 ? Z_FINISH : Z_NO_FLUSH);
	}
	m = z.total_out;
	deflateEnd(&z);
	twice = gzip(p, m, &m);
	assert_int_equal(file_open(test_file("bomb.gz", p, z.total_out), true, &s, NULL), 0);
	while ((got = file_read(s, zeros, 1u << 20, &err)) > 0)
		seen += (uint64_t)got;
	assert_int_equal(got, -1);
	assert_non_null(strstr(err.msg, "400 times"));
	assert_true(seen < 80u << 20);
	file_close(s);
	free(p);
	free(twice);
	free(zeros);
}

static void members_are_found(void **state)
{
	size_t n, m, k;
	unsigned char *gz = gzip("packed twice\n", 13, &k);
	struct packed inner_members[] = {{"deep.log", "deep\n", 5}, {0}};
	unsigned char *inner = pack(true, inner_members, &m);
	struct packed members[] = {
	        {"logs/a.log", "first\n", 6}, {"logs/b.log.gz", gz, k}, {"inner.zip", inner, m}, {0}};

	(void)state;
	for (int zip = 0; zip < 2; zip++) {
		unsigned char *p = pack(zip, members, &n);
		const char *path = test_file(zip ? "case.zip" : "case.tar", p, n);

		expect(at(path, "logs/a.log"), "first\n");
		expect(at(path, "logs/b.log.gz"), "packed twice\n");
		expect(at(path, "inner.zip!deep.log"), "deep\n");
		expect(at(path, "no"), "!");
		expect(at(path, "inner.zip!no"), "!");
		free(p);
	}
	free(inner);
	free(gz);
}

static void what_is_no_file_is_refused(void **state)
{
	char fifo[128];

	(void)state;
	expect(test_folder(), "!");
	expect("/dev/null", "!/dev/null: is a device");
	expect("/does/not/exist", "!/does/not/exist: cannot be opened");
	snprintf(fifo, sizeof(fifo), "%s/fifo", test_folder());
	assert_int_equal(mkfifo(fifo, 0600), 0);
	expect(fifo, "!");
	unlink(fifo);
}

static void a_walk_lists_everything(void **state)
{
	struct packed in[] = {
	        {"photo.log", "\xFF\xD8\xFF\xE0 jpeg\1\2\3\4\5", 13}, {"b.txt", "hello\n", 6}, {0}};
	size_t n;
	unsigned char *p = pack(true, in, &n);
	struct probe_seen s;

	(void)state;
	probe_run(&s, "file.recognise", "file", test_file("two.zip", p, n), NULL);
	assert_int_equal(s.e.outcome, EV_MEASURED);
	assert_string_equal(seen_str(&s, "kind"), "(null)");
	assert_non_null(strstr(
	        seen_json(&s, "files"),
	        "two.zip!photo.log\",\"why\":\"is a JPEG image\",\"idle\":true,\"kind\":null,\"size\":13"));
	/* a text of no known kind may still hold something: it is not idle */
	assert_non_null(strstr(
	        seen_json(&s, "files"),
	        "two.zip!b.txt\",\"why\":\"is text of a kind that is not known\",\"kind\":null,\"size\":6"));
	assert_int_equal(seen_fact(&s, "files")->u.list.n, 2);
	assert_int_equal(seen_int(&s, "known"), 0);
	probe_seen_release(&s);
	probe_run(&s, "file.recognise", "file", "/does/not/exist", NULL);
	assert_int_equal(s.e.outcome, EV_UNREADABLE);
	assert_non_null(s.e.why);
	probe_seen_release(&s);
	free(p);
}

static void a_damaged_archive_keeps_its_front(void **state)
{
	struct packed in[] = {{"a", "first\n", 6}, {"b", "second\n", 7}, {0}};
	size_t n;
	unsigned char *p = pack(false, in, &n);
	struct probe_seen s;
	const char *path;

	(void)state;
	memset(p + 1024, 0xEE, 512);
	path = test_file("bad.tar", p, n);
	expect(at(path, "a"), "first\n");
	probe_run(&s, "file.recognise", "file", path, NULL);
	assert_int_equal(seen_fact(&s, "files")->u.list.n, 2);
	assert_non_null(strstr(seen_json(&s, "files"), "damaged after member 1"));
	probe_seen_release(&s);
	free(p);
}

/* When the time is over a reader sends what it has seen; nothing more of the file is read. */
static void what_was_seen_in_time_is_kept(void **state)
{
	static const char head[] = "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n";
	static const char line[] =
	        "2026-11-22 10:52:17 GET /certsrv/mscep/mscep.dll operation=GetCACaps 500\n";
	size_t lines = 4000, m = sizeof(line) - 1, n = sizeof(head) - 1 + lines * m;
	char *text = malloc(n);
	struct file_src *src;
	struct err err;
	char piece[1024];
	const char *path;
	size_t seen = 0;
	ssize_t got;

	(void)state;
	memcpy(text, head, sizeof(head) - 1);
	for (size_t i = 0; i < lines; i++)
		memcpy(text + sizeof(head) - 1 + i * m, line, m);
	path = test_file("long.log", text, n);
	free(text);
	assert_int_equal(file_open(path, true, &src, &err), 0);
	assert_int_equal(file_read(src, piece, sizeof(piece), &err), sizeof(piece));
	assert_false(late_was());
	late_from(1);
	while ((got = file_read(src, piece, sizeof(piece), &err)) > 0)
		seen += (size_t)got;
	assert_int_equal(got, -1);
	assert_true(seen < n / 2); /* what was there already is given */
	assert_non_null(strstr(err.msg, "time for this check was over"));
	assert_true(late_was());
	late_from(0);
	file_close(src);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(gzip_is_unpacked),
	        cmocka_unit_test(gzip_damage_names_its_place),
	        cmocka_unit_test(a_bomb_is_refused),
	        cmocka_unit_test(members_are_found),
	        cmocka_unit_test(what_is_no_file_is_refused),
	        cmocka_unit_test(a_walk_lists_everything),
	        cmocka_unit_test(a_damaged_archive_keeps_its_front),
	        cmocka_unit_test(what_was_seen_in_time_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
