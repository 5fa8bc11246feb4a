/* The helper itself fails: not there, killed, stopped, another program. */
#include "run_test.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/wire.h>

static void not_there(void **state)
{
	static const char *const programs[] = {"/nonexistent/casebook-probe", "/etc/passwd", "/"};
	struct probe_arg arg = {"url", "https://ndes.test/"};

	(void)state;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct runner *r = run_new(programs[i], 0);
		struct err err = {0};

		assert_int_equal(runner_start(r, 1, run_probe("good"), &arg, 1, NULL, &err), -1);
		assert_int_equal(err.code, FAIL_CHILD);
		assert_non_null(strstr(err.msg, programs[i]));
		assert_int_equal(runner_wait_ms(r), -1); /* there is no job */
		runner_free(r);
	}
}

static void another_program(void **state)
{
	static const struct {
		const char *program, *why;
	} rows[] = {{"/bin/true", "ended unexpectedly"}, {"/bin/echo", "does not speak"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct runner *r = run_new(rows[i].program, 0);
		const struct evidence *e = run_one(r, "good");

		assert_int_equal(e->outcome, EV_CRASHED);
		assert_non_null(strstr(e->why, rows[i].why));
		runner_free(r);
	}
}

/* Scripts in a folder of their own that say what a helper would not. */
static void another_helper(void **state)
{
	static const struct {
		const char *script, *why;
	} rows[] = {
	        {"#!/bin/sh\necho '0 {\"hello\":99}'\nexec cat\n", "another version"},
	        {"#!/bin/sh\nexec yes\n", "does not speak"},
	        {"#!/bin/sh\nexec cat /dev/zero\n", "a line that does not end"},
	};
	char folder[] = "/tmp/casebook-run-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/helper", folder);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FILE *f = fopen(path, "w");
		struct runner *r;
		const struct evidence *e;

		assert_non_null(f);
		fputs(rows[i].script, f);
		fclose(f);
		chmod(path, 0700);
		r = run_new(path, 0);
		e = run_one(r, "good");
		assert_int_equal(e->outcome, EV_CRASHED);
		assert_non_null(strstr(e->why, rows[i].why));
		runner_free(r);
	}
	unlink(path);
	rmdir(folder);
}

/* A helper that was taken over: it answers the first request as `lines` say, each sent for job 1. */
static const struct evidence *forged(struct runner **r, const char *lines, const struct probe *p,
                                     const struct probe_arg *arg)
{
	char folder[] = "/tmp/casebook-run-XXXXXX", path[64];
	const struct evidence *e;
	struct err err;
	FILE *f;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/helper", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f,
	        "#!/bin/sh\necho '0 {\"hello\":%d}'\nread -r request\n%s"
	        "echo '1 {\"end\":{\"outcome\":\"measured\",\"took_ms\":1}}'\nexec cat >/dev/null\n",
	        WIRE_VERSION, lines);
	fclose(f);
	chmod(path, 0700);
	*r = run_new(path, 5000);
	assert_int_equal(runner_start(*r, 1, p, arg, 1, NULL, &err), 0);
	e = run_wait(*r, NULL);
	unlink(path);
	rmdir(folder);
	return e;
}

static void a_forged_helper_is_not_believed(void **state)
{
	static const struct {
		const char *line, *key, *value, *why; /* why NULL: it is believed */
	} rows[] = {
	        {"{\"fact\":{\"key\":\"n\",\"value\":7}}", "url", "https://ndes.test/", NULL},
	        {"{\"fact\":{\"key\":\"n\",\"value\":null}}", "url", "https://ndes.test/", NULL},
	        {"{\"fact\":{\"key\":\"n\",\"value\":\"7\"}}", "url", "https://ndes.test/", "it sent \"n\""},
	        {"{\"fact\":{\"key\":\"word\",\"value\":\"blue\"}}", "url", "https://ndes.test/",
	         "it sent \"word\""},
	        {"{\"fact\":{\"key\":\"yes\",\"value\":[true]}}", "url", "https://ndes.test/",
	         "it sent \"yes\""},
	        {"{\"fact\":{\"key\":\"scep\",\"value\":\"started\"}}", "url", "https://ndes.test/",
	         "which this check does not measure"},
	        {"{\"pin\":{\"fact\":\"scep\",\"file\":\"x\",\"line\":1,\"text\":\"y\"}}", "url",
	         "https://ndes.test/", "it pointed to a line"},
	        {"{\"target\":\"https://ndes.test/certsrv\"}", "url", "https://ndes.test/", NULL},
	        {"{\"target\":\"[NDES.test]:443\"}", "url", "https://ndes.test/", NULL},
	        {"{\"target\":\"https://other.test/\"}", "url", "https://ndes.test/", "it was not asked to"},
	        {"{\"target\":\"https://ndes.test.evil/\"}", "url", "https://ndes.test/",
	         "it was not asked to"},
	        {"{\"target\":\"https://evilndes.test/\"}", "url", "https://ndes.test/",
	         "it was not asked to"},
	        {"{\"target\":\"other.test:443\"}", "host", "ndes.test", "it was not asked to"},
	        {"{\"target\":\"ndes.test:443\"}", "host", "ndes.test", NULL},
	        {"{\"target\":\"/logs/a.zip/u_ex.log\"}", "file", "/logs/a.zip", NULL},
	        {"{\"target\":\"/logs/u_ex.log\"}", "file", "/logs/", NULL},
	        {"{\"target\":\"/logs2/u_ex.log\"}", "file", "/logs", "it was not asked to"},
	        {"{\"target\":\"/logs/../etc/shadow\"}", "file", "/logs", "it was not asked to"},
	        {"{\"target\":\"http://evil.test/@ndes.test\"}", "url", "https://ndes.test/",
	         "it was not asked to"},
	        {"{\"target\":\"http://evil.test/ ndes.test\"}", "url", "https://ndes.test/",
	         "it was not asked to"},
	        {"{\"target\":\"http://ndes.test:x@evil.test/\"}", "url", "https://ndes.test/",
	         "it was not asked to"},
	        {"{\"target\":\"/etc/shadow\"}", "file", "/logs", "it was not asked to"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe p = *run_probe("good");
		struct probe_arg arg = {rows[i].key, rows[i].value};
		const struct evidence *e;
		struct runner *r;
		char line[400];

		p.kind = strcmp(rows[i].key, "file") == 0 ? PROBE_FILE : PROBE_LIVE;
		snprintf(line, sizeof(line), "echo '1 %s'\n", rows[i].line);
		e = forged(&r, line, &p, &arg);
		if ((e->outcome == EV_MEASURED) != (rows[i].why == NULL))
			print_message("%s: %s\n", rows[i].line, e->why);
		assert_int_equal(e->outcome, rows[i].why == NULL ? EV_MEASURED : EV_CRASHED);
		if (rows[i].why != NULL) {
			assert_non_null(strstr(e->why, rows[i].why));
			assert_int_equal(e->nfacts + e->npins, 0);
			assert_string_equal(e->target, rows[i].value);
		}
		runner_free(r);
	}
}

static void killed(void **state)
{
	struct runner *r = run_new(NULL, 0);
	int64_t server = run_item(run_one(r, "sandbox"), 0), child;
	uint32_t job;

	(void)state;
	run_start(r, 1, "hangs");
	run_start(r, 2, "sandbox_hangs");
	do {
		child = run_wait_phase(r, &job);
	} while (job != 2);
	assert_int_equal(kill((pid_t)server, SIGKILL), 0);
	run_start(r, 3, "hangs"); /* whether or not the loss is known already */
	for (int i = 0; i < 2; i++) {
		const struct evidence *lost = run_wait(r, &job);

		assert_int_equal(lost->outcome, EV_CRASHED);
		assert_non_null(strstr(lost->why, "ended unexpectedly"));
		if (job == 2)
			assert_non_null(evidence_fact(lost, "list"));
	}
	assert_true(run_gone(child));
	runner_cancel(r, 3);
	(void)run_wait(r, NULL);
	assert_int_equal(run_one(r, "good")->outcome, EV_MEASURED); /* a new helper */
	runner_free(r);
}

static void stopped(void **state)
{
	struct runner *r = run_new(NULL, 200);
	int64_t server = run_item(run_one(r, "sandbox"), 0);
	const struct evidence *e;

	(void)state;
	assert_int_equal(kill((pid_t)server, SIGSTOP), 0);
	e = run_one(r, "good");
	assert_int_equal(e->outcome, EV_CRASHED);
	assert_non_null(strstr(e->why, "does not answer"));
	assert_true(run_gone(server));
	assert_int_equal(run_one(r, "good")->outcome, EV_MEASURED);
	runner_free(r);
}

/* The environment's program, when none is given. */
static void from_the_environment(void **state)
{
	struct runner_options opt = {.program = NULL};
	struct runner *r;

	(void)state;
	setenv("CASEBOOK_PROBE", BAD_HELPER, 1);
	r = runner_new(&opt);
	assert_int_equal(run_one(r, "good")->outcome, EV_MEASURED);
	runner_free(r);
	unsetenv("CASEBOOK_PROBE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(not_there),
	        cmocka_unit_test(another_program),
	        cmocka_unit_test(another_helper),
	        cmocka_unit_test(a_forged_helper_is_not_believed),
	        cmocka_unit_test(killed),
	        cmocka_unit_test(stopped),
	        cmocka_unit_test(from_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
