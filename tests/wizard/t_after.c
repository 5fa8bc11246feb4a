/* After a fix: what the page claims of the same checks, before and after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "session_test.h"

static const char after_flow[] =
        "flow: after\n"
        "version: 1\n"
        "title: Faults and their fixes\n"
        "summary: A step that proves fixes.\n"
        "source: {title: The lab, url: \"https://example.org/lab\"}\n"
        "start: profile\n"
        "inputs:\n"
        "  server_url: {type: url, label: SCEP server URL}\n"
        "  iis_log: {type: file, label: IIS log, fetch: copy u_ex.log}\n"
        "  events: {type: file, label: Events, fetch: wevtutil}\n"
        "steps:\n"
        "  profile: {label: Profile, form: [server_url], go: url}\n"
        "  url:\n"
        "    label: Server URL\n"
        "    ask: What does the URL answer?\n"
        "    source: The lab\n"
        "    checks: [{probe: scep.url, url: $server_url}]\n"
        "    answers:\n"
        "      good: {label: \"403\", when: {scep.url.status: 403}, go: log}\n"
        "      stopped: {label: \"503\", when: {scep.url.status: 503}, go: fix-pool}\n"
        "      failing: {label: \"500\", when: {scep.url.status: 500}, go: behind}\n"
        "      page: {label: \"200\", when: {scep.url.status: 200}, go: caps}\n"
        "      unsure: {label: I cannot tell, claims: nothing, go: unclear}\n"
        "  behind:\n"
        "    label: Behind it\n"
        "    ask: Why does it fail?\n"
        "    source: The lab\n"
        "    checks: [{probe: events, file: $events}]\n"
        "    answers:\n"
        "      crashes: {label: It crashes, when: {events.crash: true}, go: fix-crash}\n"
        "      unsure: {label: I cannot tell, claims: nothing, go: unclear}\n"
        "  caps:\n"
        "    label: Capabilities\n"
        "    ask: What can it do?\n"
        "    source: The lab\n"
        "    checks: [{probe: scep.caps, url: $server_url}]\n"
        "    answers:\n"
        "      some: {label: Some, when: {scep.caps.caps: {empty: false}}, go: log}\n"
        "      none: {label: None, claims: nothing, go: unclear}\n"
        "  log:\n"
        "    label: IIS log\n"
        "    ask: What does the log show?\n"
        "    source: The lab\n"
        "    checks: [{probe: iis.log, file: $iis_log}]\n"
        "    answers:\n"
        "      right: {label: \"500\", when: {iis.log.status: 500}, go: fix-right}\n"
        "      unsure: {label: I cannot tell, claims: nothing, go: unclear}\n"
        "  fix-pool: {label: Pool, fix: pool, go: unclear}\n"
        "  fix-crash: {label: Crash, fix: crash, go: unclear}\n"
        "  fix-right: {label: Right, fix: right, go: unclear}\n"
        "  unclear: {label: Unclear, ask: Not found yet, end: inconclusive, source: The lab}\n"
        "causes:\n"
        "  pool:\n"
        "    title: The pool is stopped\n"
        "    supported: {scep.url.status: 503}\n"
        "    excluded: {scep.url.status: [200, 403, 500]}\n"
        "    fix: [Start it.]\n"
        "    source: The lab\n"
        "    verify: url\n"
        "  crash:\n"
        "    title: The pool crashes\n"
        "    supported: {events.crash: true}\n"
        "    excluded: {events.crash: false}\n"
        "    fix: [Read the crash.]\n"
        "    source: The lab\n"
        "    verify: url\n"
        "  right:\n"
        "    title: The user right is missing\n"
        "    supported: {iis.log.status: 500}\n"
        "    excluded: [{iis.log.status: 200}, {scep.url.status: 403}]\n"
        "    fix: [Give it.]\n"
        "    source: The lab\n"
        "    verify: url\n";

static struct arena *mem;

static int setup(void **state)
{
	(void)state;
	mem = arena_new();
	return session_setup_flow(after_flow);
}

static int teardown(void **state)
{
	arena_free(mem);
	return session_teardown(state);
}

static bool page_has(const char *words)
{
	const struct page *p = page_build(&s, mem);

	for (size_t i = 0; i < p->nblocks; i++)
		if (p->blocks[i].text != NULL && strstr(p->blocks[i].text, words) != NULL)
			return true;
	return strstr(p->ask, words) != NULL;
}

/* The first answer of the URL is answered as the check saw it. */
static void first(const char *facts, uint32_t answer)
{
	set("server_url", "https://a/mscep.dll");
	finish("scep.url", facts);
	choose(answer);
}

static void fixed(const char *facts)
{
	assert_int_equal(flow->nodes[s.now.at].kind, NODE_FIX);
	choose(FIX_DONE);
	assert_string_equal(at(), "url");
	finish("scep.url", facts);
}

static void the_good_answer_works(void **state)
{
	(void)state;
	first("status=503", 1);
	fixed("status=403");
	assert_true(page_has("It works now."));
	assert_true(page_has("Not seen yet: a device."));
}

static void the_same_fault_is_not_fixed(void **state)
{
	(void)state;
	first("status=503", 1);
	fixed("status=503");
	assert_true(page_has("Not fixed yet."));
}

/* No cause says why it answers 500 now: that is no proof that it works. */
static void another_fault_without_a_cause_does_not_work(void **state)
{
	(void)state;
	first("status=503", 1);
	fixed("status=500");
	assert_true(page_has("This cause is gone."));
	assert_false(page_has("It works now."));
	assert_false(page_has("Not seen yet: a device."));
	assert_string_equal(page_build(&s, mem)->picks[0].label, "Go on: 500");
}

/* The next step looks at the server too, and nothing was seen of it since the fix. */
static void what_was_not_looked_at_since_is_open(void **state)
{
	(void)state;
	first("status=503", 1);
	fixed("status=200");
	assert_true(page_has("This cause is gone."));
	assert_false(page_has("It works now."));
}

/* What proved it lay in a file of that day; the URL answers as it should now. */
static void a_cause_that_only_files_show_is_fixed_by_the_good_answer(void **state)
{
	(void)state;
	first("status=500", 2);
	assert_string_equal(at(), "behind");
	set("events", "app.evtx");
	finish("events", "crash=yes");
	choose(0);
	fixed("status=403");
	assert_true(page_has("It works now."));
}

/* The URL answered well before the fix, too: it tells nothing of it, neither way. */
static void good_before_and_after_compares_nothing(void **state)
{
	(void)state;
	first("status=403", 0);
	assert_string_equal(at(), "log");
	set("iis_log", "u.log");
	finish("iis.log", "status=500");
	choose(0);
	fixed("status=403");
	assert_int_equal(page_build(&s, mem)->kind, PAGE_ASK);
	assert_false(page_has("Not fixed yet."));
}

/* Its path may be the same: what it holds need not be.  Once more the same, it is only read again. */
static void a_file_given_again_after_the_fix_is_another(void **state)
{
	size_t before;

	(void)state;
	first("status=403", 0);
	set("iis_log", "u.log");
	finish("iis.log", "status=500");
	choose(0);
	fixed("status=403");
	before = s.cf.nlog;
	set("iis_log", "u.log");
	assert_int_equal(s.cf.nlog, before + 1);
	set("iis_log", "u.log");
	assert_int_equal(s.cf.nlog, before + 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(the_good_answer_works),
	        T(the_same_fault_is_not_fixed),
	        T(another_fault_without_a_cause_does_not_work),
	        T(what_was_not_looked_at_since_is_open),
	        T(a_cause_that_only_files_show_is_fixed_by_the_good_answer),
	        T(good_before_and_after_compares_nothing),
	        T(a_file_given_again_after_the_fix_is_another),
	};

	return cmocka_run_group_tests_name("after", tests, NULL, NULL);
}
