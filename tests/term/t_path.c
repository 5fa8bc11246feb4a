/* Paths as people give them, and completion in a folder made for the test. */
#include "test.h"

#include "path.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static char root[] = "/tmp/casebook-path-XXXXXX";

static void put_file(const char *name, size_t size)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0 && ftruncate(fd, (off_t)size) == 0);
	close(fd);
}

static int set_up(void **state)
{
	char path[256];

	(void)state;
	assert_non_null(mkdtemp(root));
	put_file("u_ex261121.log", 48);
	put_file("u_ex261122.log", 212);
	put_file("other", 1);
	put_file("\xc3\xbc"
	         "ber.txt",
	         5);
	put_file("\xc3\xbd"
	         "psilon.txt",
	         5);
	put_file(".hidden", 1);
	snprintf(path, sizeof(path), "%s/folder", root);
	return mkdir(path, 0700);
}

static int tear_down(void **state)
{
	static const char *const names[] = {"u_ex261121.log",
	                                    "u_ex261122.log",
	                                    "other",
	                                    "\xc3\xbc"
	                                    "ber.txt",
	                                    "\xc3\xbd"
	                                    "psilon.txt",
	                                    ".hidden"};
	char path[256];

	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/folder", root);
	rmdir(path);
	return rmdir(root);
}

static void cleaning(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	        {"/a/b", "/a/b"},
	        {"  /a/b \n", "/a/b"},
	        {"'/a/with blank'", "/a/with blank"},
	        {"\"/a/with blank\"", "/a/with blank"},
	        {"'/a/~\\x'", "/a/~\\x"},
	        {"/a/with\\ blank\\(1\\)", "/a/with blank(1)"},
	        {"C:\\temp\\x", "C:\\temp\\x"},
	        {"file:///a/with%20blank", "/a/with blank"},
	        {"'file:///a/b%2Fc'", "/a/b/c"},
	        {"file://host/a%zz", "/a%zz"},
	        {"~", "/home/somebody"},
	        {"~/x", "/home/somebody/x"},
	        {"~other/x", "~other/x"},
	        {"'", "'"},
	        {"", ""},
	};

	(void)state;
	setenv("HOME", "/home/somebody", 1);
	for (size_t i = 0; i < N(rows); i++) {
		char *got = path_clean(rows[i].in);

		assert_string_equal(got, rows[i].out);
		free(got);
	}
}

static void completing(void **state)
{
	static const struct {
		const char *in, *out;
		size_t listed;
	} rows[] = {
	        {"u", "u_ex26112", 2},
	        {"u_ex261121", "u_ex261121.log", 0},
	        {"fo", "folder/", 0},
	        {"oth", "other", 0},
	        {"nothing", "nothing", 0},
	        {"", "", 6},
	        {".h", ".hidden", 0},
	        {"\xc3\xbc",
	         "\xc3\xbc"
	         "ber.txt",
	         0},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		static struct path_list list;
		char in[256], want[256], *got;

		snprintf(in, sizeof(in), "%s/%s", root, rows[i].in);
		snprintf(want, sizeof(want), "%s/%s", root, rows[i].out);
		got = path_complete(in, &list);
		assert_string_equal(got, want);
		assert_int_equal(list.total, rows[i].listed);
		free(got);
	}
}

static void listing_has_sizes(void **state)
{
	static struct path_list list;
	char in[256];

	(void)state;
	snprintf(in, sizeof(in), "%s/", root);
	free(path_complete(in, &list));
	assert_string_equal(list.entry[0].name, "folder");
	assert_true(list.entry[0].folder);
	assert_string_equal(list.entry[2].name, "u_ex261121.log");
	assert_int_equal(list.entry[2].size, 48);
	assert_int_equal(list.entry[3].size, 212);
}

static void asking_the_disk(void **state)
{
	char path[256], *got;

	(void)state;
	snprintf(path, sizeof(path), "%s/folder", root);
	assert_true(path_exists(path) && path_is_folder(path));
	snprintf(path, sizeof(path), "%s/other", root);
	assert_true(path_exists(path) && !path_is_folder(path));
	assert_false(path_exists("/no/such/thing"));
	assert_int_equal(chdir(root), 0);
	got = path_absolute("./other");
	assert_true(path_exists(got) && got[0] == '/');
	free(got);
	got = path_absolute("/x");
	assert_string_equal(got, "/x");
	free(got);
	assert_int_equal(chdir("/"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cleaning), cmocka_unit_test(completing),
	                                   cmocka_unit_test(listing_has_sizes),
	                                   cmocka_unit_test(asking_the_disk)};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
