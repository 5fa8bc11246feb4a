/* Children that crash, lie, flood or leave: one clear end each, and nothing seen is lost. */
#include "run_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif
#define MEMORY (INT64_C(1) << 30) /* of a check */

static void each_way_to_die(void **state)
{
	static const struct {
		const char *id;
		enum evidence_outcome outcome;
		const char *why; /* part of it; NULL: measured */
		int64_t n;       /* the fact seen before; -1: none */
	} rows[] = {
	        {"crashes", EV_CRASHED, "signal 11", 6},
	        {"leaves", EV_CRASHED, "status 9", -1},
	        {"silent", EV_CRASHED, "without a result", -1},
	        {"memory", EV_CRASHED, "out of memory", -1},
	        {"wrong_fact", EV_MEASURED, NULL, -1}, /* what does not fit its table is unknown */
	        {"half_line", EV_CRASHED, "signal 9", 7},
	        {"long_line", EV_CRASHED, "a line that does not end", 8},
	        {"garbage", EV_MEASURED, NULL, 9},
	        {"ends_twice", EV_UNREACHED, "no reason", 10},
	        {"no_such_probe", EV_CRASHED, "does not know this check", -1},
	};
	struct runner *r = run_new(NULL, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct evidence *e = run_one(r, rows[i].id);

		if (e->outcome != rows[i].outcome)
			fail_msg("%s: %s", rows[i].id, evidence_outcome_name(e->outcome));
		if (rows[i].why != NULL && strstr(e->why, rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].id, e->why);
		assert_int_equal(run_int(e, "n"), rows[i].n);
	}
	runner_free(r);
}

static void endless_output(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e = run_one(r, "endless");

	(void)state;
	assert_int_equal(e->outcome, EV_CRASHED);
	assert_non_null(strstr(e->why, "16 MB"));
	assert_int_equal(run_int(e, "n"), 1);
	assert_int_equal(strlen(evidence_fact(e, "text")->u.s), 59000);
	runner_free(r);
}

static void flood_disturbs_nobody(void **state)
{
	struct runner *r = run_new(NULL, 0);
	int measured = 0;

	(void)state;
	for (uint32_t job = 1; job <= 12; job++)
		run_start(r, job, job % 3 == 0 ? "endless" : job % 3 == 1 ? "good" : "long_line");
	for (int i = 0; i < 12; i++) {
		uint32_t job;
		const struct evidence *e = run_wait(r, &job);

		/* On a busy machine the deadline may come before the ceiling; both end the flood. */
		if (job % 3 == 1)
			assert_int_equal(e->outcome, EV_MEASURED);
		else
			assert_true(e->outcome == EV_CRASHED || e->outcome == EV_TIMEOUT);
		measured += e->outcome == EV_MEASURED;
	}
	assert_int_equal(measured, 4);
	runner_free(r);
}

static void a_child_that_closes_its_pipe(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e = run_one(r, "closes");

	(void)state;
	assert_int_equal(e->outcome, EV_TIMEOUT);
	assert_int_equal(run_int(e, "n"), 12);
	runner_free(r);
}

static void plenty(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e = run_one(r, "plenty");
	const struct value *list = evidence_fact(e, "list");

	(void)state;
	assert_int_equal(e->outcome, EV_MEASURED);
	assert_int_equal(e->nfacts, EVIDENCE_MAX_FACTS);
	assert_int_equal(e->npins, EVIDENCE_MAX_PINS);
	assert_int_equal(strlen(e->pins[0].text), PIN_TEXT);
	assert_int_equal(strlen(evidence_fact(e, "text")->u.s), 65536);
	assert_null(list); /* the table of facts was full */
	runner_free(r);
}

static void sandbox(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e = run_one(r, "sandbox");
	int64_t server = run_item(e, 0), child = run_item(e, 1);

	(void)state;
	assert_true(server > 1 && server != getpid());
	assert_true(child != server);
	assert_int_equal(run_item(e, 2), 0); /* no core */
	assert_int_equal(run_item(e, 4), 4); /* 0, 1, 2 and the pipe */
	if (!SANITIZED) {                    /* a sanitizer reserves terabytes, and its reports are written */
		assert_int_equal(run_item(e, 3), 0); /* no files written */
		assert_int_equal(run_item(e, 5), MEMORY);
	}
	runner_free(r);
	assert_true(run_gone(server));
}

/* A check that takes memory without end is ended by its limit, and what it saw stays. */
static void memory_has_an_end(void **state)
{
	struct runner *r = run_new(NULL, 0);
	const struct evidence *e = run_one(r, "eats");

	(void)state;
	if (!SANITIZED) {
		assert_int_equal(e->outcome, EV_CRASHED);
		assert_non_null(strstr(e->why, "out of memory"));
		assert_in_range(run_int(e, "n"), 1, 15); /* of 64 MB each, within 1 GB */
	}
	runner_free(r);
}

static void children_end_with_the_runner(void **state)
{
	struct runner *r = run_new(NULL, 0);
	int64_t pids[5];

	(void)state;
	for (uint32_t job = 1; job <= 5; job++)
		run_start(r, job, "sandbox_hangs");
	for (int i = 0; i < 5; i++)
		pids[i] = run_wait_phase(r, NULL);
	runner_free(r);
	for (int i = 0; i < 5; i++)
		assert_true(run_gone(pids[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_way_to_die),
	        cmocka_unit_test(endless_output),
	        cmocka_unit_test(flood_disturbs_nobody),
	        cmocka_unit_test(a_child_that_closes_its_pipe),
	        cmocka_unit_test(plenty),
	        cmocka_unit_test(sandbox),
	        cmocka_unit_test(memory_has_an_end),
	        cmocka_unit_test(children_end_with_the_runner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
