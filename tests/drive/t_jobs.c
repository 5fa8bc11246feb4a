/* The book of running checks: who hears of an end, who does not, and what a signal stops. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/clock.h>
#include <casebook/jobs.h>
#include <casebook/signals.h>

#include "run_test.h"

struct heard {
	struct jobs *jobs;
	unsigned ends, moves;
	uint32_t tags; /* one bit each */
	enum evidence_outcome outcome;
	char step[40], call[40];
	const char *next; /* a check to be started by the end of this one; NULL */
};

static struct jobs *book(const char *program)
{
	return jobs_new(&(struct runner_options){.program = program != NULL ? program : BAD_HELPER});
}

static void begin(struct heard *h, uint32_t tag, const char *probe);

static void on_end(void *arg, const struct job_end *end)
{
	struct heard *h = arg;
	const char *next = h->next;

	h->ends++;
	h->tags |= 1u << end->tag;
	h->outcome = end->evidence->outcome;
	strncpy(h->step, end->step, sizeof(h->step) - 1);
	strncpy(h->call, end->call, sizeof(h->call) - 1);
	h->next = NULL;
	if (next != NULL)
		begin(h, end->tag + 1, next);
}

static void on_move(void *arg, uint32_t tag, const struct runner_event *e)
{
	struct heard *h = arg;

	(void)tag;
	(void)e;
	h->moves++;
}

static struct job_ask ask_of(struct heard *h, uint32_t tag, const char *probe)
{
	static const struct probe_arg arg = {"url", "https://ndes.test/"};

	return (struct job_ask){.owner = h,
	                        .tag = tag,
	                        .probe = run_probe(probe),
	                        .args = &arg,
	                        .nargs = 1,
	                        .step = "step-1",
	                        .call = probe,
	                        .progress = on_move,
	                        .done = on_end,
	                        .arg = h};
}

static void begin(struct heard *h, uint32_t tag, const char *probe)
{
	struct job_ask ask = ask_of(h, tag, probe);
	struct err err = {0};

	if (jobs_start(h->jobs, &ask, &err) != 0)
		fail_msg("%s", err.msg);
}

static void wait_none(struct heard *h)
{
	int64_t give_up = clock_monotonic_ms() + 30000;

	while (jobs_count(h->jobs, h) != 0) {
		if (clock_monotonic_ms() > give_up)
			fail_msg("%zu jobs still run after 30 s", jobs_count(h->jobs, h));
		jobs_wait(h->jobs, NULL, 0, 1000);
	}
}

static void each_owner_hears_of_its_own(void **state)
{
	struct jobs *b = book(NULL);
	struct heard one = {.jobs = b}, two = {.jobs = b};

	(void)state;
	begin(&one, 1, "good");
	begin(&one, 2, "good");
	begin(&two, 1, "good");
	assert_int_equal(jobs_count(b, &one), 2);
	assert_true(jobs_runs(b, &two, "good"));
	assert_false(jobs_runs(b, &two, "hangs"));
	wait_none(&one);
	wait_none(&two);
	assert_int_equal(one.ends, 2);
	assert_int_equal(one.tags, 1u << 1 | 1u << 2);
	assert_int_equal(two.ends, 1);
	assert_int_equal(one.outcome, EV_MEASURED);
	assert_string_equal(one.step, "step-1");
	assert_string_equal(one.call, "good");
	assert_false(jobs_runs(b, &two, "good"));
	jobs_free(b);
}

static void cancelled_is_told_and_dropped_is_not(void **state)
{
	struct jobs *b = book(NULL);
	struct heard cancelled = {.jobs = b}, dropped = {.jobs = b};

	(void)state;
	begin(&cancelled, 1, "hangs");
	begin(&cancelled, 2, "hangs");
	begin(&dropped, 1, "hangs");
	jobs_drop(b, &dropped);
	assert_int_equal(jobs_count(b, &dropped), 0);
	jobs_cancel(b, &cancelled, 2);
	while (cancelled.ends == 0)
		jobs_wait(b, NULL, 0, 30000);
	assert_int_equal(cancelled.tags, 1u << 2);
	assert_int_equal(cancelled.outcome, EV_CANCELLED);
	jobs_cancel_all(b, &cancelled);
	wait_none(&cancelled);
	assert_int_equal(cancelled.ends, 2);
	assert_int_equal(dropped.ends, 0);
	jobs_free(b);
}

static void an_end_may_start_the_next(void **state)
{
	struct jobs *b = book(NULL);
	struct heard h = {.jobs = b, .next = "good"};

	(void)state;
	begin(&h, 1, "good");
	wait_none(&h);
	assert_int_equal(h.ends, 2);
	assert_int_equal(h.tags, 1u << 1 | 1u << 2);
	jobs_free(b);
}

static void what_cannot_be_started_is_an_error(void **state)
{
	struct jobs *b = book("/nonexistent/helper");
	struct heard h = {.jobs = b};
	struct job_ask ask = ask_of(&h, 1, "good");
	struct err err = {0};

	(void)state;
	jobs_warm(b); /* says nothing: the start does */
	assert_int_equal(jobs_start(b, &ask, &err), -1);
	assert_int_equal(err.code, FAIL_CHILD);
	assert_int_equal(jobs_count(b, &h), 0);
	assert_int_equal(h.ends, 0);
	jobs_free(b);
}

static void one_check_alone(void **state)
{
	struct jobs *b = book(NULL);
	struct heard h = {.jobs = b};
	struct job_ask ask = ask_of(&h, 1, "good");
	struct arena *mem = arena_new();
	struct evidence e;
	bool stopped = true;
	struct err err;
	int fault;

	(void)state;
	assert_int_equal(jobs_run(b, &ask, mem, &e, &fault, &stopped, &err), 0);
	jobs_free(b); /* the evidence is a copy */
	assert_false(stopped);
	assert_int_equal(e.outcome, EV_MEASURED);
	assert_int_equal(run_int(&e, "n"), 42);
	assert_int_equal(h.ends, 1);
	arena_free(mem);
}

static void a_signal_stops_one_check(void **state)
{
	static const int sigs[] = {SIGINT, SIGTERM};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct jobs *b = book(NULL);
		struct heard h = {.jobs = b};
		struct job_ask ask = ask_of(&h, 1, "hangs");
		struct arena *mem = arena_new();
		struct evidence e;
		bool stopped = false;
		struct err err;
		int fault;

		assert_int_equal(signals_open(SIGNALS_STOP, NULL, &err), 0);
		raise(sigs[i]);
		assert_int_equal(jobs_run(b, &ask, mem, &e, &fault, &stopped, &err), 0);
		assert_true(stopped);
		assert_int_equal(e.outcome, EV_CANCELLED);
		assert_false(signals_stop_seen());
		signals_close();
		assert_int_equal(signals_fd(), -1);
		jobs_free(b);
		arena_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_owner_hears_of_its_own),
	        cmocka_unit_test(cancelled_is_told_and_dropped_is_not),
	        cmocka_unit_test(an_end_may_start_the_next),
	        cmocka_unit_test(what_cannot_be_started_is_an_error),
	        cmocka_unit_test(one_check_alone),
	        cmocka_unit_test(a_signal_stops_one_check),
	};

	return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
