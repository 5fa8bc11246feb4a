/* The fold: where a log leads, what going back keeps, which evidence counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <casebook/replay.h>

#include "case_test.h"

static struct flow *flow;
static struct casefile cf;
static struct replay r;

static int setup(void **state)
{
	(void)state;
	flow = lab_load(lab_flow);
	casefile_init(&cf, NULL, flow->id, flow->hash, 1000);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	replay_release(&r);
	casefile_release(&cf);
	flow_free(flow);
	return 0;
}

/* Replays and gives the path as "profile server-url log". */
static const char *path(void)
{
	static char line[200000];
	size_t n = 0;

	replay_release(&r);
	replay_init(&r, flow, &cf, NULL);
	for (size_t i = 0; i < r.npath; i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s", i != 0 ? " " : "",
		                      flow->nodes[r.path[i].node].id);
	assert_int_equal(r.path[r.npath - 1].node, r.at);
	return line;
}

/* What conditions see of a check. */
static const struct value *fact_now(const char *probe, const char *key)
{
	struct cond_env env = replay_env(&r);

	return env.fact(env.self, probe, key);
}

static void fill_profile(void)
{
	put_input(&cf, "server_url", "https://a/mscep.dll");
	put_input(&cf, "platform", NULL);
}

static void empty_log_stands_at_the_start(void **state)
{
	(void)state;
	assert_string_equal(path(), "profile");
}

static void form_passes_when_every_input_is_set_or_skipped(void **state)
{
	(void)state;
	put_input(&cf, "server_url", "https://a/mscep.dll");
	assert_string_equal(path(), "profile");
	assert_null(replay_input(&r, "platform"));
	assert_false(replay_input_skipped(&r, "platform"));
	put_input(&cf, "platform", NULL);
	assert_string_equal(path(), "profile server-url");
	assert_true(replay_input_skipped(&r, "platform"));
	assert_string_equal(replay_input(&r, "server_url"), "https://a/mscep.dll");
}

static void newest_input_wins_and_a_retracted_one_does_not_count(void **state)
{
	uint32_t b;

	(void)state;
	put_input(&cf, "server_url", "https://a/mscep.dll");
	b = put_input(&cf, "server_url", "https://b/mscep.dll");
	path();
	assert_string_equal(replay_input(&r, "server_url"), "https://b/mscep.dll");
	put_retract(&cf, b);
	path();
	assert_string_equal(replay_input(&r, "server_url"), "https://a/mscep.dll");
}

static void only_what_was_there_can_be_retracted(void **state)
{
	(void)state;
	put_retract(&cf, 2);
	put_input(&cf, "server_url", "https://a/mscep.dll");
	put_retract(&cf, 3);
	put_retract(&cf, 99);
	path();
	assert_string_equal(replay_input(&r, "server_url"), "https://a/mscep.dll");
}

static void answers_lead_on_and_unknown_ones_are_counted(void **state)
{
	unsigned lost;

	(void)state;
	fill_profile();
	put_answer(&cf, "server-url", "refused");
	put_answer(&cf, "no-such-step", "x");
	put_answer(&cf, "log", "no-such-answer");
	put_answer(&cf, "log", "good");
	assert_string_equal(path(), "profile server-url log reached");
	replay_release(&r);
	replay_init(&r, flow, &cf, &lost);
	assert_int_equal(lost, 2);
}

static void changed_answer_keeps_later_ones_that_are_still_on_the_path(void **state)
{
	uint32_t first;

	(void)state;
	fill_profile();
	first = put_answer(&cf, "server-url", "refused");
	put_answer(&cf, "log", "other");
	put_answer(&cf, "probing", "fails");
	assert_string_equal(path(), "profile server-url log probing unclear");
	put_retract(&cf, first);
	assert_string_equal(path(), "profile server-url");
	put_answer(&cf, "server-url", "other");
	assert_string_equal(path(), "profile server-url which");
	put_answer(&cf, "which", "mine");
	assert_string_equal(path(), "profile server-url which log probing unclear");
}

static void changed_answer_drops_those_that_are_not_reached(void **state)
{
	uint32_t first;

	(void)state;
	fill_profile();
	first = put_answer(&cf, "server-url", "refused");
	put_answer(&cf, "log", "other");
	put_retract(&cf, first);
	put_answer(&cf, "server-url", "stopped");
	assert_string_equal(path(), "profile server-url fix-pool");
	put_answer(&cf, "fix-pool", "not-fixed");
	put_answer(&cf, "fix-right", "not-fixed");
	assert_string_equal(path(), "profile server-url fix-pool fix-right unclear");
}

static void a_step_that_comes_twice_needs_a_later_answer(void **state)
{
	(void)state;
	fill_profile();
	put_answer(&cf, "server-url", "other");
	put_answer(&cf, "which", "again");
	assert_string_equal(path(), "profile server-url which server-url");
	put_answer(&cf, "server-url", "refused");
	assert_string_equal(path(), "profile server-url which server-url log");
}

static void after_fixed_nothing_from_before_counts(void **state)
{
	(void)state;
	fill_profile();
	put_answer(&cf, "log", "good"); /* left over from a path that is gone */
	put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "status=503");
	put_answer(&cf, "server-url", "stopped");
	path();
	assert_int_equal(fact_now("scep.url", "status")->u.i, 503);
	put_answer(&cf, "fix-pool", "fixed");
	assert_string_equal(path(), "profile server-url fix-pool server-url");
	assert_null(fact_now("scep.url", "status"));
	assert_int_equal(replay_suggest(&r, &flow->nodes[r.at]), -1);
	put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "status=403");
	put_answer(&cf, "server-url", "refused");
	assert_string_equal(path(), "profile server-url fix-pool server-url log");
	put_answer(&cf, "log", "good");
	assert_string_equal(path(), "profile server-url fix-pool server-url log reached");
}

static void escalate_ends_the_path(void **state)
{
	(void)state;
	fill_profile();
	put_answer(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "escalate");
	put_answer(&cf, "fix-right", "not-fixed");
	assert_string_equal(path(), "profile server-url fix-pool");
	assert_non_null(r.path[r.npath - 1].answer);
}

static void circles_end(void **state)
{
	(void)state;
	fill_profile();
	for (int i = 0; i < 4000; i++) {
		put_answer(&cf, "server-url", "other");
		put_answer(&cf, "which", "again");
	}
	path();
	assert_int_equal(r.npath, REPLAY_MAX_PATH);
}

/* ---- evidence ---- */

static void due_missing_and_args_follow_the_inputs(void **state)
{
	const struct node *log = flow_node(flow, "log"), *url = flow_node(flow, "server-url");
	const struct check *due[4];
	const struct input_def *missing[4];
	struct probe_arg args[4];

	(void)state;
	path();
	assert_int_equal(replay_due(&r, url, due, 4), 0);
	assert_int_equal(replay_missing(&r, url, missing, 4), 1);
	assert_string_equal(missing[0]->key, "server_url");
	fill_profile();
	path();
	assert_int_equal(replay_due(&r, url, due, 4), 1);
	assert_int_equal(replay_missing(&r, url, missing, 4), 0);
	/* `attempt` is a parameter that the probe can do without, the file is not. */
	assert_int_equal(replay_missing(&r, log, missing, 4), 1);
	assert_string_equal(missing[0]->key, "iis_log");
	put_input(&cf, "iis_log", "u.log");
	path();
	assert_int_equal(replay_args(&r, &log->checks[0], args, 4), 1);
	put_input(&cf, "attempt", "2026-01-01T00:00:00Z");
	path();
	assert_int_equal(replay_args(&r, &log->checks[0], args, 4), 2);
	put_input(&cf, "iis_log", NULL);
	path();
	assert_int_equal(replay_missing(&r, log, missing, 4), 0);
	assert_int_equal(replay_due(&r, log, due, 4), 0);
}

static void suggestion_of(const char *want)
{
	const struct node *n = &flow->nodes[r.at];
	int s = replay_suggest(&r, n);

	if (want == NULL)
		assert_int_equal(s, -1);
	else
		assert_string_equal(s >= 0 ? n->answers[s].id : "(none)", want);
}

static void evidence_of_another_url_does_not_count(void **state)
{
	(void)state;
	fill_profile();
	put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "status=503");
	path();
	suggestion_of("stopped");
	put_input(&cf, "server_url", "https://b/mscep.dll");
	path();
	suggestion_of(NULL);
	assert_null(fact_now("scep.url", "status"));
	put_evidence(&cf, "scep.url", "url=https://b/mscep.dll", "server-url", "status=403");
	path();
	suggestion_of("refused");
	put_input(&cf, "server_url", "https://a/mscep.dll"); /* back to what was measured already */
	path();
	suggestion_of("stopped");
}

static void unfinished_evidence_keeps_what_it_saw(void **state)
{
	(void)state;
	fill_profile();
	put_failed(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "", EV_TIMEOUT);
	path();
	suggestion_of(NULL);
	put_failed(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "status=503", EV_TIMEOUT);
	path();
	suggestion_of("stopped");
}

static void a_stopped_run_does_not_replace_one_that_ended(void **state)
{
	(void)state;
	fill_profile();
	put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "status=503");
	put_failed(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "", EV_CANCELLED);
	path();
	suggestion_of("stopped");
	put_failed(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "", EV_TIMEOUT);
	path();
	suggestion_of(NULL);
}

static void several_logs_add_up(void **state)
{
	(void)state;
	fill_profile();
	put_input(&cf, "iis_log", "a.log");
	put_answer(&cf, "server-url", "refused");
	put_evidence(&cf, "iis.log", "file=a.log", "log", "status=500");
	put_evidence(&cf, "iis.log", "file=b.log", NULL, "status=200 win32=1346");
	put_failed(&cf, "iis.log", "file=c.log", NULL, "", EV_UNREADABLE);
	path();
	suggestion_of("right");                                    /* the step's own file first */
	assert_int_equal(fact_now("iis.log", "win32")->u.i, 1346); /* what it lacks, another has */
	assert_int_equal(fact_now("iis.log", "status")->u.i, 500);
}

static void what_might_still_be_an_earlier_answer_is_not_proposed(void **state)
{
	const char *text = "flow: order\nversion: 1\ntitle: Order\nsummary: One question.\n"
	                   "source: {title: x, url: \"https://example.org\"}\nstart: ask\n"
	                   "inputs: {u: {type: url, label: URL}}\n"
	                   "steps:\n"
	                   "  ask:\n    label: Ask\n    ask: Which?\n    source: x\n"
	                   "    checks: [{probe: scep.url, url: $u}, {probe: scep.caps, url: $u}]\n"
	                   "    answers:\n"
	                   "      first: {label: First, when: {scep.caps.days_left: {lt: 30}}, go: end}\n"
	                   "      second: {label: Second, when: {scep.url.status: 403}, go: end}\n"
	                   "      third: {label: Third, go: end}\n"
	                   "  end: {label: End, ask: End, end: inconclusive, source: x}\n";

	(void)state;
	flow_free(flow);
	flow = lab_load(text);
	put_input(&cf, "u", "https://a/");
	put_evidence(&cf, "scep.url", "url=https://a/", "ask", "status=403");
	path();
	suggestion_of(NULL); /* days_left is not known yet */
	put_evidence(&cf, "scep.caps", "url=https://a/", "ask", "days_left=99");
	path();
	suggestion_of("second");
}

static void ticks_follow_the_newest(void **state)
{
	const struct cause *c;

	(void)state;
	c = flow_cause(flow, "app-pool-stopped");
	fill_profile();
	put_answer(&cf, "server-url", "stopped");
	put_tick(&cf, "app-pool-stopped", 1, true);
	path();
	assert_true(replay_ticked(&r, c, 1));
	assert_false(replay_ticked(&r, c, 0));
	put_tick(&cf, "app-pool-stopped", 1, false);
	path();
	assert_false(replay_ticked(&r, c, 1));
}

static void contradiction_is_what_was_seen_then_or_what_is_seen_now(void **state)
{
	(void)state;
	fill_profile();
	put_answer(&cf, "server-url", "refused");
	path();
	assert_false(r.path[1].contradicts);
	put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", "server-url", "status=503");
	path();
	assert_true(r.path[1].contradicts);
	assert_string_equal(r.path[1].saw, "stopped");
	put_retract(&cf, 3);
	put_seen(&cf, "server-url", "other", "stopped");
	path();
	assert_true(r.path[1].contradicts);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(empty_log_stands_at_the_start),
	        T(form_passes_when_every_input_is_set_or_skipped),
	        T(newest_input_wins_and_a_retracted_one_does_not_count),
	        T(only_what_was_there_can_be_retracted),
	        T(answers_lead_on_and_unknown_ones_are_counted),
	        T(changed_answer_keeps_later_ones_that_are_still_on_the_path),
	        T(changed_answer_drops_those_that_are_not_reached),
	        T(a_step_that_comes_twice_needs_a_later_answer),
	        T(after_fixed_nothing_from_before_counts),
	        T(escalate_ends_the_path),
	        T(circles_end),
	        T(due_missing_and_args_follow_the_inputs),
	        T(evidence_of_another_url_does_not_count),
	        T(unfinished_evidence_keeps_what_it_saw),
	        T(a_stopped_run_does_not_replace_one_that_ended),
	        T(several_logs_add_up),
	        T(what_might_still_be_an_earlier_answer_is_not_proposed),
	        T(ticks_follow_the_newest),
	        T(contradiction_is_what_was_seen_then_or_what_is_seen_now),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
