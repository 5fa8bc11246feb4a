/* A value that was to be replaced and was not must never reach a file: not under its name, not beside it, not
 * over an old one. */
#include "report_test.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/brief.h>

#include "redact_int.h"
#include "report_int.h"

#define SECRET "ndes01.contoso.com"

static char folder[4096];

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/t_leak_file.XXXXXX", tmp != NULL ? tmp : "/tmp");
	return mkdtemp(folder) == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* The names in the folder, one after the other; the test's own file is removed when there. */
static int files(void)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static struct report *leaking(const struct flow *flow, const struct casefile *cf)
{
	struct report *r = report_new(flow, cf, NULL);

	/* behind the back of what replaces: in the tree, in the case and in its slots, whichever a format
	 * writes from */
	rn_add(r, r->doc, R_PARA, "forgotten: " SECRET);
	((struct casefile *)(uintptr_t)r->cf)->title = "forgotten: " SECRET;
	((struct brief *)(uintptr_t)r->brief)->what = "forgotten: " SECRET;
	return r;
}

/* A format that writes what it should not, far along and in pieces, so that no single write holds the value.
 */
static void write_leak(const struct report *r, struct sink *s)
{
	(void)r;
	for (int i = 0; i < 3 * SINK_HOLD; i++)
		sink_char(s, i % 80 == 79 ? '\n' : 'x');
	for (const char *p = "\n" SECRET "\n"; *p != '\0'; p++) {
		sink_char(s, *p);
		sink_flush(s);
	}
	sink_str(s, "and more\n");
}

static void expect_refused(const struct report *r, const struct report_format *f, const char *old)
{
	char path[5000];
	struct err err = {0};
	size_t n;

	snprintf(path, sizeof(path), "%s/report", folder);
	if (old != NULL) {
		FILE *out = fopen(path, "w");

		fputs(old, out);
		fclose(out);
	}
	if (report_save(r, f, path, NULL, &err) != -1)
		fail_msg("%s: the report with a leak was written", f->name);
	assert_int_equal(err.code, FAIL_CONFLICT);
	assert_null(strstr(err.msg, "ndes01")); /* the message repeats it no more than the report */
	assert_int_equal(files(), old != NULL);
	if (old != NULL) {
		char *kept = test_read(path, &n);

		assert_string_equal(kept, old);
		free(kept);
		unlink(path);
	}
}

static void no_file_holds_a_leak(void **state)
{
	static const struct report_format leaks = {
	        .name = "leaks", .title = "leaking", .ext = ".x", .write = write_leak};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;

	(void)state;
	test_case(flow, "fault-fixed", &cf);
	r = leaking(flow, &cf);
	for (size_t i = 0; report_formats[i] != NULL; i++) {
		expect_refused(r, report_formats[i], NULL);
		expect_refused(r, report_formats[i], "the old report");
	}
	report_free(r);
	r = report_new(flow, &cf, NULL);
	expect_refused(r, &leaks, NULL);
	expect_refused(r, &leaks, "the old report");
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* What goes to a pipe or to standard output cannot be taken back: not a byte of it is written. */
static void no_pipe_gets_a_leak(void **state)
{
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;

	(void)state;
	test_case(flow, "fault-fixed", &cf);
	r = leaking(flow, &cf);
	for (size_t i = 0; report_formats[i] != NULL; i++) {
		int ends[2], was = dup(STDOUT_FILENO), rc;
		struct err err = {0};
		char got[16];

		assert_int_equal(pipe(ends), 0);
		dup2(ends[1], STDOUT_FILENO);
		rc = report_save(r, report_formats[i], "-", NULL, &err);
		dup2(was, STDOUT_FILENO);
		close(was);
		close(ends[1]);
		assert_int_equal(rc, -1);
		assert_int_equal(read(ends[0], got, sizeof(got)), 0);
		close(ends[0]);
	}
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_file_holds_a_leak),
	        cmocka_unit_test(no_pipe_gets_a_leak),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
