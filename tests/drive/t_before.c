/* "Seen before": what earlier cases in a real store say of the same server, and that nothing rests on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/drive.h>
#include <casebook/page.h>

#include "case_test.h"

#define NDES "https://ndes.test/certsrv/mscep/mscep.dll"

static char folder[64], db[96];
static struct flow *flow;
static struct store *store;
static struct jobs *jobs;

static int setup(void **state)
{
	struct err err;

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/casebook-before-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(db, sizeof(db), "%s/cases.db", folder);
	flow = lab_load(lab_flow);
	jobs = jobs_new(&(struct runner_options){.program = "/nonexistent/helper"});
	assert_int_equal(store_open(db, false, &store, &err), 0);
	return 0;
}

static int teardown(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[128];

	(void)state;
	store_close(store);
	jobs_free(jobs);
	flow_free(flow);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", db, ends[i]);
		unlink(path);
	}
	rmdir(folder);
	return 0;
}

static struct drive *begin(const char *url)
{
	struct drive_options o = {.jobs = jobs, .store = store, .session = {.no_network = true}};
	struct casefile cf;
	struct drive *d;

	drive_fresh_case(flow, NULL, &cf);
	d = drive_new(&o, flow, &cf, 0);
	drive_send(d, (struct intent){.kind = IN_START});
	if (url != NULL)
		drive_send(d, (struct intent){.kind = IN_SET, .key = "server_url", .text = url});
	return d;
}

/* What scep.url answered, in the file that the store keeps. */
static void answers(struct drive *d, int64_t status)
{
	struct fact fact = {.key = "status", .value = {.type = VAL_INT, .u.i = status}};
	struct evidence e = {.probe = "scep.url",
	                     .target = replay_input(session_now(drive_session(d)), "server_url"),
	                     .outcome = EV_MEASURED,
	                     .facts = &fact,
	                     .nfacts = 1,
	                     .call = replay_call(session_now(drive_session(d)),
	                                         &flow_node(flow, "server-url")->checks[0])};

	drive_send(d, (struct intent){.kind = IN_EVIDENCE, .evidence = &e});
}

static void ended(const char *url, int64_t status)
{
	struct drive *d = begin(url);

	answers(d, status);
	drive_free(d);
}

/* The pool was stopped and somebody started it; `proved`: the same check, else only a person, says so. */
static void mended(bool proved)
{
	struct casefile cf;
	struct err err;
	uint32_t saved;

	drive_fresh_case(flow, NULL, &cf);
	assert_int_equal(store_begin(store, &cf, &err), 0);
	put_input(&cf, "server_url", NDES);
	put_input(&cf, "platform", "ios");
	if (proved) {
		put_evidence(&cf, "scep.url", "url=" NDES, "server-url", "status=503");
		put_auto(&cf, "server-url", "stopped");
		put_answer(&cf, "fix-pool", "fixed");
		put_evidence(&cf, "scep.url", "url=" NDES, "server-url", "status=403");
		put_auto(&cf, "server-url", "refused");
	} else {
		put_answer(&cf, "server-url", "stopped");
		put_answer(&cf, "fix-pool", "fixed");
		put_answer(&cf, "server-url", "refused");
	}
	assert_int_equal(store_append(store, &cf, 0, &saved, &err), 0);
	casefile_release(&cf);
}

static const char *said(struct drive *d)
{
	return drive_look_back(d) ? session_before(drive_session(d)) : NULL;
}

static void the_first_case_has_seen_nothing(void **state)
{
	struct drive *d = begin(NULL);

	(void)state;
	assert_null(said(d)); /* nor has one without a server */
	drive_send(d, (struct intent){.kind = IN_SET, .key = "server_url", .text = NDES});
	assert_null(said(d));
	drive_free(d);
}

static void earlier_cases_are_counted_with_their_cause(void **state)
{
	struct drive *d;
	const char *text;

	(void)state;
	ended(NDES, 503);
	ended("http://NDES.test:8080/mscep.dll", 503);
	d = begin(NDES);
	text = said(d);
	assert_non_null(text);
	assert_non_null(strstr(text, "Seen before: 2 cases on ndes.test since "));
	assert_non_null(strstr(text, "(#2, #1)"));
	assert_non_null(strstr(text, "(app-pool-stopped): the cause each time"));
	assert_non_null(strstr(text, "No fix is proved yet."));
	assert_false(drive_look_back(d)); /* once for each server */
	drive_free(d);
}

static void one_without_a_cause_is_told_apart(void **state)
{
	struct drive *d;
	const char *text;

	(void)state;
	ended(NDES, 503);
	drive_free(begin(NDES));
	d = begin(NDES);
	text = said(d);
	assert_non_null(text);
	assert_non_null(strstr(text, "(app-pool-stopped): #1."));
	drive_free(d);
}

static void what_helped_is_said_and_that_it_came_back(void **state)
{
	struct drive *d;
	const char *text;

	(void)state;
	mended(true);
	d = begin(NDES);
	text = said(d);
	assert_non_null(text);
	assert_non_null(strstr(text, "What helped in #1, proved by the same checks: Start the pool.\n"));
	answers(d, 503);
	drive_free(d);
	d = begin(NDES);
	text = said(d);
	assert_non_null(strstr(text, "Start the pool. It came back in #2.\n"));
	drive_free(d);
}

static void a_persons_word_is_no_proof(void **state)
{
	struct drive *d;
	const char *text;

	(void)state;
	mended(false);
	d = begin(NDES);
	text = said(d);
	assert_non_null(text);
	assert_non_null(strstr(text, "What helped in #1, as a person says: Start the pool.\n"));
	drive_free(d);
}

static void another_server_does_not_count(void **state)
{
	static const char *const others[] = {
	        "https://ndes.test.example/mscep.dll", "https://ndes.tests/mscep.dll",
	        "https://other.test/ndes.test/mscep.dll", "https://old.ndes.test/mscep.dll"};
	struct drive *d;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		ended(others[i], 503);
	d = begin(NDES);
	assert_null(said(d));
	drive_send(d, (struct intent){.kind = IN_SET, .key = "server_url", .text = others[0]});
	assert_non_null(said(d)); /* now it is about that one */
	drive_free(d);
}

static void this_machine_is_no_server(void **state)
{
	struct drive *d;

	(void)state;
	ended("http://127.0.0.1:8080/mscep.dll", 503);
	ended("http://localhost/mscep.dll", 503);
	d = begin("http://127.0.0.1:8080/mscep.dll");
	assert_null(said(d));
	drive_free(d);
}

static void a_crowd_is_bounded(void **state)
{
	struct drive *d;
	const char *text;

	(void)state;
	for (int i = 0; i < 15; i++)
		ended(NDES, 503);
	d = begin(NDES);
	text = said(d);
	assert_non_null(text);
	assert_non_null(strstr(text, "more than 12 cases"));
	assert_non_null(strstr(text, "#15, #14, #13, #12, #11 and "));
	drive_free(d);
}

/* What the page shows where it came in, and that log and judgement stay as they were. */
static void it_moves_nothing(void **state)
{
	struct arena *mem = arena_new();
	struct drive *d;
	struct session *s;
	enum verdict verdict;
	struct buf before, after;
	size_t nlog;

	(void)state;
	ended(NDES, 503);
	d = begin(NDES);
	answers(d, 503);
	s = drive_session(d);
	nlog = session_case(s)->nlog;
	verdict = diagnose(session_now(s))->verdict;
	buf_init(&before, BUF_MAX_TEXT);
	buf_init(&after, BUF_MAX_TEXT);
	page_print(page_build(s, mem), true, &before);
	assert_true(drive_look_back(d));
	assert_int_equal(session_case(s)->nlog, nlog);
	assert_int_equal(diagnose(session_now(s))->verdict, verdict);
	page_print(page_build(s, mem), true, &after);
	assert_null(strstr(buf_cstr(&before), "Seen before"));
	assert_non_null(strstr(buf_cstr(&after), "Seen before: 1 case on ndes.test"));
	buf_release(&before);
	buf_release(&after);
	drive_free(d);
	arena_free(mem);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(the_first_case_has_seen_nothing),
	        T(earlier_cases_are_counted_with_their_cause),
	        T(one_without_a_cause_is_told_apart),
	        T(what_helped_is_said_and_that_it_came_back),
	        T(a_persons_word_is_no_proof),
	        T(another_server_does_not_count),
	        T(this_machine_is_no_server),
	        T(a_crowd_is_bounded),
	        T(it_moves_nothing),
	};

	return cmocka_run_group_tests_name("before", tests, NULL, NULL);
}
