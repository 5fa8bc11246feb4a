/* Conclusions: rows, findings, verdict, needs, contradictions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <casebook/replay.h>

#include "case_test.h"

#define URL "url=https://a/mscep.dll"

static struct flow *flow;
static struct casefile cf;
static struct replay r;
static struct diagnosis *d;

static int setup(void **state)
{
	(void)state;
	flow = lab_load(lab_flow);
	casefile_init(&cf, NULL, flow->id, flow->hash, 1000);
	put_input(&cf, "server_url", "https://a/mscep.dll");
	put_input(&cf, "platform", NULL);
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

static void look(void)
{
	replay_release(&r);
	replay_init(&r, flow, &cf, NULL);
	d = diagnose(&r);
	assert_ptr_equal(d, diagnose(&r)); /* once per fold */
	assert_int_equal(d->nrows, flow->ncauses);
}

static const struct cause_row *row(const char *id)
{
	for (size_t i = 0; i < d->nrows; i++)
		if (strcmp(d->rows[i].cause->id, id) == 0)
			return &d->rows[i];
	fail_msg("no row %s", id);
	return NULL;
}

static const struct finding *finding(const char *id)
{
	for (size_t i = 0; i < d->nfindings; i++)
		if (strcmp(d->findings[i].id, id) == 0)
			return &d->findings[i];
	return NULL;
}

static void check_state(const char *id, enum cause_state want)
{
	assert_string_equal(cause_state_name(row(id)->state), cause_state_name(want));
	assert_true(row(id)->by[0] != '\0');
}

static void nothing_measured_is_untested_and_inconclusive(void **state)
{
	(void)state;
	look();
	assert_int_equal(d->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(d->nfindings, 0);
	for (size_t i = 0; i < d->nrows; i++)
		assert_int_equal(d->rows[i].state, CAUSE_UNTESTED);
	assert_string_equal(row("app-pool-stopped")->by, "not measured: scep.url, httperr.log");
}

static void facts_support_and_exclude(void **state)
{
	uint32_t url, rights;

	(void)state;
	url = put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_evidence(&cf, "httperr.log", "file=h.log", NULL, "reason=Disabled");
	rights = put_evidence(&cf, "user.rights", "file=r.inf", NULL, "given=yes");
	look();
	check_state("app-pool-stopped", CAUSE_SUPPORTED);
	assert_int_equal(row("app-pool-stopped")->nevidence, 2);
	assert_int_equal(row("app-pool-stopped")->evidence[0], url);
	check_state("right-missing", CAUSE_EXCLUDED);
	assert_int_equal(row("right-missing")->nevidence, 1);
	assert_int_equal(row("right-missing")->evidence[0], rights);
	check_state("crash", CAUSE_UNTESTED);
	assert_int_equal(d->verdict, VERDICT_FAULT);
	assert_string_equal(row("app-pool-stopped")->by,
	                    "scep.url.status = 503; httperr.log.reason = Disabled");
	assert_string_equal(row("right-missing")->by, "user.rights.given = true");
}

static void excluded_needs_proof(void **state)
{
	(void)state;
	put_failed(&cf, "scep.url", URL, "server-url", "", EV_UNREACHED);
	look();
	check_state("app-pool-stopped", CAUSE_UNTESTED);
	put_evidence(&cf, "scep.url", URL, "server-url", "status=404");
	look();
	check_state("app-pool-stopped", CAUSE_UNTESTED);
	put_evidence(&cf, "scep.url", URL, "server-url", "status=403");
	look();
	check_state("app-pool-stopped", CAUSE_EXCLUDED);
}

static void path_by_probe_supports(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_auto(&cf, "server-url", "stopped");
	look();
	check_state("app-pool-stopped", CAUSE_SUPPORTED);
	assert_false(finding("app-pool-stopped")->by_person);
	assert_int_equal(finding("app-pool-stopped")->nevidence, 1);
	assert_int_equal(d->verdict, VERDICT_FAULT);
}

static void every_answer_of_the_checks_says_why(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_auto(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "fixed");
	put_evidence(&cf, "scep.url", URL, "server-url", "status=403");
	put_auto(&cf, "server-url", "refused");
	put_answer(&cf, "log", "other");
	look();
	assert_null(replay_why(&r, 0));
	assert_string_equal(replay_why(&r, 1), "scep.url.status = 503");
	assert_null(replay_why(&r, 2));
	assert_string_equal(replay_why(&r, 3), "scep.url.status = 403");
	assert_null(replay_why(&r, 4));
}

static void a_persons_word_alone_is_marked(void **state)
{
	(void)state;
	put_answer(&cf, "server-url", "stopped");
	look();
	check_state("app-pool-stopped", CAUSE_UNTESTED);
	assert_non_null(finding("app-pool-stopped"));
	assert_true(finding("app-pool-stopped")->by_person);
	assert_non_null(strstr(finding("app-pool-stopped")->by, "a person's word"));
	assert_int_equal(d->verdict, VERDICT_FAULT);
}

static void a_person_who_says_what_the_check_saw_is_no_mere_word(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_seen(&cf, "server-url", "stopped", "stopped");
	look();
	check_state("app-pool-stopped", CAUSE_SUPPORTED);
	assert_false(finding("app-pool-stopped")->by_person);
}

static void warning_is_found_without_changing_the_path(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.caps", URL, "probing", "caps=[AES] days_left=12");
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_auto(&cf, "server-url", "stopped");
	look();
	assert_int_equal(d->nfindings, 2);
	assert_string_equal(d->findings[0].id, "app-pool-stopped"); /* most severe first */
	assert_string_equal(d->findings[1].id, "soon");
	assert_string_equal(severity_name(d->findings[1].severity), "warning");
	assert_string_equal(d->findings[1].by, "scep.caps.days_left < 30 (was 12)");
}

static void fixed_needs_the_same_checks(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_auto(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "fixed");
	look();
	assert_false(finding("app-pool-stopped")->fixed); /* not checked again yet */
	assert_int_equal(d->verdict, VERDICT_FAULT);
	put_evidence(&cf, "scep.url", URL, "server-url", "status=403");
	put_auto(&cf, "server-url", "refused");
	put_evidence(&cf, "iis.log", "file=u.log", NULL, "status=200");
	put_auto(&cf, "log", "good");
	look();
	assert_true(finding("app-pool-stopped")->fixed);
	assert_false(finding("app-pool-stopped")->fixed_by_person);
	assert_int_equal(finding("app-pool-stopped")->evidence[0], 3); /* what spoke for it before */
	check_state("app-pool-stopped", CAUSE_EXCLUDED);
	assert_non_null(finding("reached"));
	assert_int_equal(d->verdict, VERDICT_HEALTHY);
}

static void fixed_by_word_is_marked(void **state)
{
	(void)state;
	put_answer(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "fixed");
	put_answer(&cf, "server-url", "refused");
	look();
	assert_true(finding("app-pool-stopped")->fixed);
	assert_true(finding("app-pool-stopped")->fixed_by_person);
	assert_int_equal(d->verdict, VERDICT_INCONCLUSIVE);
}

static void a_file_from_before_the_fix_proves_nothing_after_it(void **state)
{
	(void)state;
	put_evidence(&cf, "user.rights", "file=r.inf", NULL, "given=no");
	put_auto(&cf, "server-url", "refused");
	put_auto(&cf, "log", "right");
	put_answer(&cf, "fix-right", "fixed");
	put_auto(&cf, "log", "good");
	look();
	assert_true(finding("right-missing")->fixed);
	check_state("right-missing", CAUSE_UNTESTED);
	assert_int_equal(d->verdict, VERDICT_HEALTHY);
}

static void escalated_is_a_fault_whatever_the_cause(void **state)
{
	const struct cause *c = flow_cause(flow, "app-pool-stopped");

	(void)state;
	((struct cause *)c)->severity = SEV_WARNING; /* the tests' own flow, not yet shared */
	put_answer(&cf, "server-url", "stopped");
	look();
	assert_int_equal(d->verdict, VERDICT_INCONCLUSIVE);
	put_answer(&cf, "fix-pool", "escalate");
	look();
	assert_int_equal(d->verdict, VERDICT_FAULT);
}

static void what_claims_nothing_convicts_nobody(void **state)
{
	const struct node *n = flow_node(flow, "server-url");

	(void)state;
	((struct answer_def *)node_answer(n, "stopped"))->blank =
	        true; /* the tests' own flow, not yet shared */
	put_answer(&cf, "server-url", "stopped");
	look();
	assert_int_equal(d->nfindings, 0);
	assert_int_equal(d->verdict, VERDICT_INCONCLUSIVE);
	put_answer(&cf, "fix-pool", "escalate");
	look();
	assert_int_equal(d->nfindings, 0);
	assert_int_equal(d->verdict, VERDICT_INCONCLUSIVE);
}

static void still_there_after_the_fix(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_auto(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "fixed");
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_auto(&cf, "server-url", "stopped");
	look();
	assert_false(finding("app-pool-stopped")->fixed);
	check_state("app-pool-stopped", CAUSE_SUPPORTED);
	assert_int_equal(d->verdict, VERDICT_FAULT);
}

static void not_fixed_goes_on_to_the_next(void **state)
{
	(void)state;
	put_answer(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "not-fixed");
	look();
	assert_null(finding("app-pool-stopped"));
	assert_non_null(strstr(row("app-pool-stopped")->by, "did not help"));
	assert_true(finding("right-missing")->by_person);
	put_answer(&cf, "fix-right", "escalate");
	look();
	assert_int_equal(d->verdict, VERDICT_FAULT);
}

static void two_files_together_support_one_cause(void **state)
{
	(void)state;
	put_evidence(&cf, "events", "file=system.evtx", NULL, "was=yes");
	put_evidence(&cf, "events", "file=app.evtx", NULL, "was=null crash=yes");
	look();
	check_state("crash", CAUSE_SUPPORTED);
	assert_int_equal(row("crash")->nevidence, 2);
	put_evidence(&cf, "events", "file=old.evtx", NULL, "crash=no");
	look(); /* one of the files shows it, another rules it out, and neither says when: nobody is convicted
	         */
	check_state("crash", CAUSE_CONTRADICTED);
	assert_null(finding("crash"));
	assert_int_equal(d->ncontradictions, 1);
	assert_ptr_equal(d->contradictions[0].cause, row("crash")->cause);
	assert_non_null(strstr(d->contradictions[0].text, "ruled out"));
}

static void needs_name_the_file_and_the_answer(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=403");
	put_auto(&cf, "server-url", "refused");
	look();
	assert_int_equal(d->nneeds, 2);
	assert_string_equal(d->needs[0].step, "log");
	assert_string_equal(d->needs[0].file, "iis.log");
	assert_string_equal(d->needs[0].how, "copy u_ex.log");
	assert_string_equal(d->needs[1].file, "answer");
	assert_non_null(strstr(d->needs[1].how, "good"));
	put_answer(&cf, "log", "right");
	look();
	assert_int_equal(d->nneeds, 0);
}

static void a_missing_url_is_needed_too(void **state)
{
	(void)state;
	put_input(&cf, "server_url", NULL);
	look();
	assert_string_equal(d->needs[0].file, "server_url");
	assert_string_equal(d->needs[0].how, "--set server_url=URL");
}

static void said_against_seen(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_seen(&cf, "server-url", "refused", "stopped");
	look();
	assert_int_equal(d->ncontradictions, 1);
	assert_string_equal(d->contradictions[0].said, "refused");
	assert_string_equal(d->contradictions[0].saw, "stopped");
}

static void the_same_check_that_changes_its_mind(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503 page=other");
	look();
	assert_int_equal(d->ncontradictions, 0); /* what differs decides nothing */
	put_evidence(&cf, "scep.url", URL, "server-url", "status=403");
	look();
	assert_int_equal(d->ncontradictions, 1);
	assert_string_equal(d->contradictions[0].said, "stopped");
	assert_string_equal(d->contradictions[0].saw, "refused");
	assert_int_equal(d->contradictions[0].evidence, 5);
}

static void a_fix_between_explains_the_change(void **state)
{
	(void)state;
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_auto(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "fixed");
	put_evidence(&cf, "scep.url", URL, "server-url", "status=403");
	put_auto(&cf, "server-url", "refused");
	look();
	assert_int_equal(d->ncontradictions, 0);
	assert_int_equal(finding("app-pool-stopped")->nevidence, 1);
	assert_int_equal(finding("app-pool-stopped")->evidence[0], 3);
	assert_int_equal(finding("app-pool-stopped")->nafter, 1);
	assert_int_equal(finding("app-pool-stopped")->after[0], 6);
}

/* ---- the next best check ---- */

static void proposes_what_tells_most_for_its_cost(void **state)
{
	(void)state;
	look();
	/* Open: pool (scep.url, httperr), right (iis.log, rights), crash (events), soon (scep.caps).  The
	 * live ones cost nothing and are equal: the order of the flow decides. */
	assert_int_equal(d->nnext, 3);
	assert_string_equal(d->next[0].check->probe->id, "scep.url");
	assert_null(d->next[0].missing);
	assert_string_equal(d->next[0].how, "casebook probe scep.url url=https://a/mscep.dll");
	assert_int_equal(d->next[0].decides, 1);
	assert_int_equal(d->next[0].open, 4);
	assert_string_equal(d->next[1].check->probe->id, "scep.caps");
	assert_string_equal(d->next[2].check->probe->id, "iis.log");
	assert_string_equal(d->next[2].missing->key, "iis_log");
	assert_string_equal(d->next[2].how, "copy u_ex.log");
	assert_non_null(strstr(d->next[2].why, "The user right is missing"));
}

static void what_was_run_or_decides_nothing_is_not_proposed(void **state)
{
	(void)state;
	put_failed(&cf, "scep.url", URL, "server-url", "", EV_TIMEOUT);
	put_evidence(&cf, "user.rights", "file=r.inf", NULL,
	             "given=yes"); /* excludes what iis.log could tell */
	look();
	assert_int_equal(d->nnext, 1);
	assert_string_equal(d->next[0].check->probe->id, "scep.caps");
	put_evidence(&cf, "scep.caps", URL, "probing", "days_left=99");
	look();
	assert_int_equal(d->nnext, 0);
}

static void a_file_is_worth_what_its_step_reads_in_it(void **state)
{
	const char *text =
	        "flow: two\nversion: 1\ntitle: Two\nsummary: Two event logs.\n"
	        "source: {title: x, url: \"https://example.org\"}\nstart: server\n"
	        "inputs: {s: {type: file, label: Server log}, d: {type: file, label: Device log}}\n"
	        "steps:\n"
	        "  server:\n    label: S\n    ask: Server?\n    source: x\n    checks: [{probe: events, "
	        "file: $s}]\n"
	        "    answers:\n      yes: {label: Y, when: {events.was: true}, go: device}\n"
	        "      other: {label: O, go: device}\n"
	        "  device:\n    label: D\n    ask: Device?\n    source: x\n    checks: [{probe: events, "
	        "file: $d}]\n"
	        "    answers:\n      yes: {label: Y, when: {events.crash: true}, go: fix-a}\n"
	        "      no: {label: N, go: fix-b}\n"
	        "  fix-a: {label: A, fix: a, go: fix-b}\n  fix-b: {label: B, fix: b, go: fix-c}\n"
	        "  fix-c: {label: C, fix: c, go: end}\n"
	        "  end: {label: End, ask: End, end: inconclusive, source: x}\n"
	        "causes:\n"
	        "  a: {title: A, summary: x, remedy: x, fix: [x], source: x, verify: device, supported: "
	        "{events.crash: true}}\n"
	        "  b: {title: B, summary: x, remedy: x, fix: [x], source: x, verify: device, supported: "
	        "{events.crash: false}}\n"
	        "  c: {title: C, summary: x, remedy: x, fix: [x], source: x, verify: server, supported: "
	        "{events.was: true}}\n";

	(void)state;
	flow_free(flow);
	flow = lab_load(text);
	look();
	assert_int_equal(d->nnext, 2);
	assert_string_equal(d->next[0].missing->key, "d");
	assert_int_equal(d->next[0].decides, 2);
	assert_string_equal(d->next[1].missing->key, "s");
	assert_int_equal(d->next[1].decides, 1);
}

static void an_undecided_end_needs_the_files_that_would_decide(void **state)
{
	(void)state;
	put_answer(&cf, "server-url", "other");
	put_answer(&cf, "which", "unknown");
	look();
	assert_string_equal(flow->nodes[r.at].id, "unclear");
	assert_int_equal(d->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(d->nneeds, 1);
	assert_string_equal(d->needs[0].file, "iis.log");
	assert_string_equal(d->needs[0].step, "log");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(nothing_measured_is_untested_and_inconclusive),
	        T(facts_support_and_exclude),
	        T(excluded_needs_proof),
	        T(path_by_probe_supports),
	        T(every_answer_of_the_checks_says_why),
	        T(a_persons_word_alone_is_marked),
	        T(a_person_who_says_what_the_check_saw_is_no_mere_word),
	        T(warning_is_found_without_changing_the_path),
	        T(fixed_needs_the_same_checks),
	        T(fixed_by_word_is_marked),
	        T(a_file_from_before_the_fix_proves_nothing_after_it),
	        T(escalated_is_a_fault_whatever_the_cause),
	        T(what_claims_nothing_convicts_nobody),
	        T(still_there_after_the_fix),
	        T(not_fixed_goes_on_to_the_next),
	        T(two_files_together_support_one_cause),
	        T(needs_name_the_file_and_the_answer),
	        T(a_missing_url_is_needed_too),
	        T(said_against_seen),
	        T(the_same_check_that_changes_its_mind),
	        T(a_fix_between_explains_the_change),
	        T(proposes_what_tells_most_for_its_cost),
	        T(what_was_run_or_decides_nothing_is_not_proposed),
	        T(a_file_is_worth_what_its_step_reads_in_it),
	        T(an_undecided_end_needs_the_files_that_would_decide),
	};

	return cmocka_run_group_tests_name("diagnose", tests, NULL, NULL);
}
