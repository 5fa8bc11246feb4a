/* Every row of diags.def has a flow that shows it, and says exactly what its .expected holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_test.h"
#include "golden_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *id;
	const char *severity;
} rows[] = {
#define ROW(id, severity, text) {#id, #severity},
#include "diags.def"
#undef ROW
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

static void bad_path(char *out, size_t size, const char *id, const char *ext)
{
	assert_true((size_t)snprintf(out, size, "%s/bad/%s%s", TEST_DIR, id, ext) < size);
}

static void one_row(const char *id, bool is_error)
{
	char yaml[512], expected[512], tag[80];
	struct buf said;
	struct flow *f;

	bad_path(yaml, sizeof(yaml), id, ".yaml");
	bad_path(expected, sizeof(expected), id, ".expected");
	/* the flows are called as ids are, with dashes: only one of them is about the file's name */
	f = prove_path(yaml, strcmp(id, "file_name") == 0 ? "file_name.yaml" : id, &said);
	if (is_error ? f != NULL : f == NULL)
		fail_msg("%s: loaded %s", id, f != NULL ? "in spite of it" : "not at all");
	assert_true((size_t)snprintf(tag, sizeof(tag), ": %s: ", id) < sizeof(tag));
	if (strstr(buf_cstr(&said), tag) == NULL)
		fail_msg("%s.yaml does not show it:\n%s", id, buf_cstr(&said));
	golden_file(expected, buf_cstr(&said));
	buf_release(&said);
	flow_free(f);
}

static void every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < NROWS; i++)
		one_row(rows[i].id, strcmp(rows[i].severity, "ERROR") == 0);
}

static bool is_row(const char *file, size_t n)
{
	for (size_t i = 0; i < NROWS; i++)
		if (strlen(rows[i].id) == n && strncmp(rows[i].id, file, n) == 0)
			return true;
	return false;
}

static void no_file_without_row(void **state)
{
	DIR *dir = opendir(TEST_DIR "/bad");
	struct dirent *e;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		if (e->d_name[0] != '.' && (dot == NULL || !is_row(e->d_name, (size_t)(dot - e->d_name))))
			fail_msg("bad/%s belongs to no row of diags.def", e->d_name);
	}
	closedir(dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_row),
	        cmocka_unit_test(no_file_without_row),
	};

	golden_args(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
