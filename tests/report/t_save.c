/* A report on disk is whole or not there: every way in which writing can fail, and what is left behind. */
#include "report_test.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/t_save.XXXXXX");
	return mkdtemp(folder) == NULL;
}

static const char *in_folder(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* Names in the folder, without "." and "..". */
static int entries(void)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static int remove_folder(void **state)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	(void)state;
	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			unlink(in_folder(e->d_name));
	if (d != NULL)
		closedir(d);
	return rmdir(folder);
}

static void expect_content(const char *path, const char *want)
{
	size_t n;
	char *got = test_read(path, &n);

	assert_non_null(got);
	assert_string_equal(got, want);
	free(got);
}

static void test_new_and_again(void **state)
{
	struct stat st;
	struct err err;

	(void)state;
	assert_int_equal(report_save_bytes("one", 3, in_folder("a.md"), 0600, &err), 0);
	expect_content(in_folder("a.md"), "one");
	assert_int_equal(report_save_bytes("second", 6, in_folder("a.md"), 0600, &err), 0);
	expect_content(in_folder("a.md"), "second");
	assert_int_equal(stat(in_folder("a.md"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(entries(), 1);
}

/* A link stays a link; a device is written to, never replaced. */
static void test_not_plain_files(void **state)
{
	char target[256];
	struct stat st;
	struct err err;

	(void)state;
	snprintf(target, sizeof(target), "%s", in_folder("a.md"));
	assert_int_equal(symlink(target, in_folder("link.md")), 0);
	assert_int_equal(report_save_bytes("third", 5, in_folder("link.md"), 0600, &err), 0);
	expect_content(target, "third");
	assert_int_equal(lstat(in_folder("link.md"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(report_save_bytes("x", 1, "/dev/null", 0600, &err), 0);
	assert_int_equal(lstat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

static void test_failures(void **state)
{
	static const struct {
		bool inside; /* the folder */
		const char *path;
		enum err_code code;
		const char *says;
	} rows[] = {
	        {false, "", FAIL_USAGE, "no name"},
	        {false, "/dev/full", FAIL_FULL, "the disk is full"},
	        {true, "", FAIL_IO, "is a folder"},
	        {true, "/none/a.md", FAIL_IO, "folder does not exist"},
	        {true, "/a.md/b.md", FAIL_IO, "folder does not exist"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[256];
		struct err err;

		snprintf(path, sizeof(path), "%s%s", rows[i].inside ? folder : "", rows[i].path);
		assert_int_equal(report_save_bytes("x", 1, path, 0600, &err), -1);
		if (err.code != rows[i].code || strstr(err.msg, rows[i].says) == NULL)
			fail_msg("%s: %d %s", path, (int)err.code, err.msg);
	}
	assert_int_equal(entries(), 2);
}

/* The disk ends in the middle: what was there stays, no half file, no scrap beside it. */
static void test_ends_in_the_middle(void **state)
{
	struct rlimit old, small;
	char *big = malloc(100000);
	struct err err;
	int rc;

	(void)state;
	memset(big, 'x', 100000);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = report_save_bytes(big, 100000, in_folder("a.md"), 0600, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, -1);
	assert_int_equal(err.sys, EFBIG);
	expect_content(in_folder("a.md"), "third");
	assert_int_equal(entries(), 2);
	free(big);
}

static int fails_late(void *arg, const void *mem, size_t n)
{
	size_t *left = arg;

	(void)mem;
	if (*left < n)
		return EIO;
	*left -= n;
	return 0;
}

/* The first failure sticks, and nothing is written after it. */
static void test_sink_sticks(void **state)
{
	static struct sink s;
	size_t left = 2 * SINK_HOLD;

	(void)state;
	sink_init(&s, fails_late, &left);
	for (int i = 0; i < 10 * SINK_HOLD; i++)
		sink_char(&s, 'x');
	sink_str(&s, "more");
	sink_fmt(&s, "%d", 7);
	sink_flush(&s);
	assert_int_equal(s.failed, EIO);
	assert_int_equal(left, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_new_and_again), cmocka_unit_test(test_not_plain_files),
	        cmocka_unit_test(test_failures),      cmocka_unit_test(test_ends_in_the_middle),
	        cmocka_unit_test(test_sink_sticks),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
