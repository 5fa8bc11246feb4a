/* The ordinary ways in which a job goes: measured, unreached, late, stopped, many at once. */
#include "run_test.h"

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

static void measured(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e;
	char host[256] = "";

	(void)state;
	assert_int_equal(runner_fd(r), -1); /* nothing is started before it is needed */
	assert_int_equal(runner_wait_ms(r), -1);
	e = run_one(r, "good");
	assert_int_equal(e->outcome, EV_MEASURED);
	assert_int_equal(run_int(e, "n"), 42); /* the later one stands */
	assert_int_equal(e->nfacts, 4);
	assert_string_equal(evidence_fact(e, "word")->u.s, "green");
	assert_false(evidence_fact(e, "yes")->u.b);
	gethostname(host, sizeof(host) - 1);
	assert_string_equal(e->host, host);
	assert_string_equal(e->probe, "good");
	assert_string_equal(e->step, "step-1");
	assert_string_equal(
	        e->target, "https://ndes.test:8443/certsrv/mscep/mscep.dll?operation=GetCACaps&message=it's");
	assert_string_equal(e->proxy, "http://proxy.test:8080/");
	assert_string_equal(
	        e->by_hand,
	        "look 'https://ndes.test:8443/certsrv/mscep/mscep.dll?operation=GetCACaps&message=it'\\''s' "
	        "ndes.test:8443");
	assert_int_equal(e->npins, 1);
	assert_int_equal(e->pins[0].line, 7);
	assert_int_equal(e->pins[0].offset, 99);
	assert_true(e->pins[0].at_ms == PIN_NO_TIME);
	assert_string_equal(e->pins[0].text, "the line");
	assert_int_equal(runner_wait_ms(r), -1); /* there is no job any more */
	runner_free(r);
}

/* What a URL carries reaches neither the target, nor a fact, nor the command to repeat it. */
static void secrets_stay_out(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e;
	uint32_t job;

	(void)state;
	run_start_url(r, 1, "good", "https://ndes.test/x?code=Vq7kTz3m&key='Hw9pLs2r'&view=5");
	e = run_wait(r, &job);
	assert_int_equal(e->outcome, EV_MEASURED);
	assert_string_equal(e->target,
	                    "https://ndes.test/x?code=<removed, 8 bytes>&key=<removed, 10 bytes>&view=5");
	assert_string_equal(evidence_fact(e, "text")->u.s, e->target);
	assert_non_null(strstr(e->by_hand, "https://ndes.test/x?code=<removed, 8 bytes>&key="));
	assert_null(strstr(e->by_hand, "Hw9pLs2r"));
	runner_free(r);
}

static void warmed(void **state)
{
	struct runner *r = run_new(NULL, 0);
	struct runner *none = run_new("/nonexistent/helper", 0);
	struct runner_event e;

	(void)state;
	runner_warm(r);
	assert_true(runner_fd(r) >= 0);
	assert_false(runner_take(r, &e)); /* nothing to tell */
	assert_int_equal(run_one(r, "good")->outcome, EV_MEASURED);
	runner_warm(r);
	assert_int_equal(run_one(r, "good")->outcome, EV_MEASURED);
	runner_free(r);
	runner_warm(none);
	assert_int_equal(runner_fd(none), -1);
	runner_free(none);
}

/* Warming sends a request: the helper loads what checks need before the first one is asked for. */
static void warming_sends_a_request(void **state)
{
	char folder[] = "/tmp/t_runner.XXXXXX", program[64], pipe[64], bytes[16];
	struct runner *r;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(program, sizeof(program), "%s/helper", folder);
	snprintf(pipe, sizeof(pipe), "%s/pipe", folder);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	f = fopen(program, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nexec head -c 4 >%s\n", pipe);
	fclose(f);
	assert_int_equal(chmod(program, 0700), 0);
	r = run_new(program, 0);
	runner_warm(r);
	f = fopen(pipe, "r"); /* waits for the helper */
	assert_non_null(f);
	assert_int_equal(fread(bytes, 1, 4, f), 4);
	fclose(f);
	runner_free(r);
	unlink(pipe);
	unlink(program);
	assert_int_equal(rmdir(folder), 0);
}

static void events_in_order(void **state)
{
	struct runner *r = run_new(NULL, 0);
	struct runner_event e;
	int progress = 0;

	(void)state;
	run_start(r, 7, "good");
	do {
		while (!runner_take(r, &e)) {
		}
		assert_int_equal(e.job, 7);
		if (e.kind == RUNNER_PROGRESS && e.total == 2) {
			assert_string_equal(e.phase, "working");
			assert_int_equal(e.done, 1);
			progress++;
		}
	} while (e.kind != RUNNER_DONE);
	assert_int_equal(progress, 1);
	assert_int_equal(e.evidence->nfacts, 4); /* of five: one was said again */
	assert_int_equal(e.fault, 1);
	runner_free(r);
}

/* A helper that says nothing must not be waited for without end. */
static void a_deadline_is_waited_for(void **state)
{
	struct runner *r = run_new(NULL, 1000), *slow = run_new(NULL, 600000);

	(void)state;
	assert_int_equal(runner_wait_ms(r), -1);
	run_start(r, 1, "hangs");
	(void)run_wait_phase(r, NULL);
	assert_in_range(runner_wait_ms(r), 0, 6000); /* its second, and five for the helper */
	run_start(slow, 1, "hangs");
	(void)run_wait_phase(slow, NULL);
	assert_int_equal(runner_wait_ms(slow), 60000); /* the clock is looked at once a minute */
	runner_free(slow);
	runner_free(r);
}

static void unreached(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e = run_one(r, "unreached");

	(void)state;
	assert_int_equal(e->outcome, EV_UNREACHED);
	assert_string_equal(e->why, "nobody is at home");
	assert_int_equal(run_int(e, "n"), 1);
	runner_free(r);
}

static void late(void **state)
{
	static const char *const ids[] = {"hangs", "spins", "in_dns"};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct runner *r = run_new(NULL, 300);
		const struct evidence *e = run_one(r, ids[i]);

		assert_int_equal(e->outcome, EV_TIMEOUT);
		assert_non_null(strstr(e->why, "0.3 s"));
		if (i == 0) {
			assert_int_equal(run_int(e, "n"), 5); /* what was seen is kept */
			assert_non_null(strstr(e->why, "hanging"));
		}
		runner_free(r);
	}
}

static void stopped(void **state)
{
	static const char *const ids[] = {"hangs", "in_dns", "spins"};
	struct runner *r = run_new(NULL, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const struct evidence *e;

		run_start(r, 1, ids[i]);
		if (i == 0)
			(void)run_wait_phase(r, NULL);
		runner_cancel(r, 1);
		e = run_wait(r, NULL);
		assert_int_equal(e->outcome, EV_CANCELLED);
		if (i == 0)
			assert_int_equal(run_int(e, "n"), 5);
	}
	runner_cancel(r, 99); /* a job that does not exist is no event */
	assert_int_equal(run_one(r, "good")->outcome, EV_MEASURED);
	runner_free(r);
}

static void hundred_at_once(void **state)
{
	static const char *const ids[] = {"good", "unreached", "crashes", "hangs", "silent"};
	static const enum evidence_outcome want[] = {EV_MEASURED, EV_UNREACHED, EV_CRASHED, EV_TIMEOUT,
	                                             EV_CRASHED};
	struct runner *r = run_new(NULL, 3000);
	bool seen[101] = {false};

	(void)state;
	for (uint32_t job = 1; job <= 100; job++)
		run_start(r, job, ids[job % 5]);
	for (int i = 0; i < 100; i++) {
		uint32_t job;
		const struct evidence *e = run_wait(r, &job);

		assert_in_range(job, 1, 100);
		assert_false(seen[job]);
		seen[job] = true;
		assert_string_equal(e->probe, ids[job % 5]);
		if (e->outcome != want[job % 5])
			fail_msg("%s: %s: %s", e->probe, evidence_outcome_name(e->outcome),
			         e->why != NULL ? e->why : "");
	}
	assert_int_equal(runner_wait_ms(r), -1); /* there is no job any more */
	runner_free(r);
}

static void too_many(void **state)
{
	struct runner *r = run_new(NULL, 0);
	struct err err = {0};
	int rc = 0;

	(void)state;
	for (uint32_t job = 1; job < 1000 && rc == 0; job++)
		rc = runner_start(r, job, run_probe("hangs"), NULL, 0, NULL, &err);
	assert_int_equal(rc, -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	runner_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(measured),        cmocka_unit_test(secrets_stay_out),
	        cmocka_unit_test(warmed),          cmocka_unit_test(warming_sends_a_request),
	        cmocka_unit_test(events_in_order), cmocka_unit_test(a_deadline_is_waited_for),
	        cmocka_unit_test(unreached),       cmocka_unit_test(late),
	        cmocka_unit_test(stopped),         cmocka_unit_test(hundred_at_once),
	        cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
