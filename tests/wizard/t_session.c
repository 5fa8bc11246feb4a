/* Intents and their effects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "session_test.h"

static void inputs_fill_the_form_and_start_the_checks(void **state)
{
	(void)state;
	assert_string_equal(at(), "profile");
	assert_int_equal(fx.n, 0);
	set("server_url", "  https://a/mscep.dll\r\n");
	assert_string_equal(replay_input(&s.now, "server_url"), "https://a/mscep.dll");
	assert_int_equal(count(EF_SAVE), 1);
	assert_int_equal(count(EF_PROBE), 0);
	lack("platform");
	assert_string_equal(at(), "server-url");
	assert_int_equal(count(EF_SAVE), 1);
	assert_int_equal(count(EF_PROBE), 1);
	assert_string_equal(fx.e[0].probe->id, "scep.url");
	assert_string_equal(fx.e[0].step, "server-url");
	assert_int_equal(fx.e[0].nargs, 1);
	assert_string_equal(fx.e[0].args[0].value, "https://a/mscep.dll");
	assert_true(session_busy(&s));
	assert_false(session_settled(&s));
}

static void bad_inputs_are_not_taken(void **state)
{
	(void)state;
	set("server_url", "ftp://a");
	assert_int_equal(s.cf.nlog, 0);
	assert_non_null(strstr(s.message, "https://"));
	set("no-such", "x");
	assert_int_equal(s.cf.nlog, 0);
	set("server_url", "https://a/other.dll"); /* may be the very fault: taken, with a warning */
	assert_int_equal(s.cf.nlog, 1);
	assert_non_null(strstr(s.message, "mscep.dll"));
	set("server_url", "https://a/other.dll");
	assert_int_equal(s.cf.nlog, 1); /* the same again is no new record */
}

static void evidence_proposes_and_a_person_answers(void **state)
{
	const struct evidence *e;
	const struct rec_answer *a;

	(void)state;
	fill_profile();
	finish("scep.url", "status=503");
	assert_string_equal(at(), "server-url"); /* never by itself */
	assert_true(session_settled(&s));
	assert_int_equal(replay_suggest(&s.now, &flow->nodes[s.now.at]), 1);
	e = replay_check_evidence(&s.now, &flow->nodes[s.now.at].checks[0]);
	assert_non_null(e);
	assert_string_equal(e->step, "server-url");
	assert_non_null(e->call);
	choose(1);
	assert_string_equal(at(), "fix-pool");
	a = &s.cf.log[s.cf.nlog - 1].u.answer;
	assert_string_equal(a->seen, "stopped");
	assert_int_equal(a->evidence, e->id);
}

static void against_the_check_asks_once(void **state)
{
	const struct rec_answer *a;

	(void)state;
	fill_profile();
	finish("scep.url", "status=503");
	choose(0);
	assert_int_equal(s.pending, 0);
	assert_string_equal(at(), "server-url");
	send((struct intent){.kind = IN_DECLINE});
	assert_int_equal(s.pending, -1);
	choose(0);
	send((struct intent){.kind = IN_CONFIRM});
	assert_string_equal(at(), "log");
	a = &s.cf.log[s.cf.nlog - 1].u.answer;
	assert_string_equal(a->answer, "refused");
	assert_string_equal(a->seen, "stopped");
	assert_true(s.now.path[1].contradicts);
}

static void absence_is_no_contradiction(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	choose(0);
	assert_string_equal(at(), "log");
	assert_int_equal(replay_suggest(&s.now, &flow->nodes[s.now.at]), 0); /* "I have no log" */
	choose(1);                                                           /* looked at it by eye */
	assert_string_equal(at(), "reached");
	assert_null(s.cf.log[s.cf.nlog - 1].u.answer.seen);
}

static void a_check_goes_on_when_the_person_moves_on(void **state)
{
	(void)state;
	fill_profile();
	choose(2);
	assert_string_equal(at(), "which");
	assert_true(session_busy(&s));
	assert_int_equal(count(EF_CANCEL), 0);
	finish("scep.url", "status=503");
	assert_true(s.now.path[1].contradicts);
	assert_non_null(strstr(s.message, "503, stopped"));
}

static void changed_input_ends_the_old_check(void **state)
{
	uint32_t old;
	size_t records;

	(void)state;
	fill_profile();
	old = s.jobs[0].id;
	set("server_url", "https://b/mscep.dll");
	records = s.cf.nlog;
	assert_int_equal(count(EF_CANCEL), 1);
	assert_int_equal(count(EF_PROBE), 1);
	assert_int_equal(s.njobs, 1);
	assert_int_not_equal(s.jobs[0].id, old);
	send((struct intent){.kind = IN_EVIDENCE,
	                     .job = old,
	                     .evidence = &(struct evidence){.probe = "scep.url", .outcome = EV_CANCELLED}});
	assert_int_equal(s.cf.nlog, records); /* of no use any more */
}

static void fixed_ends_checks_and_measures_again(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=503");
	choose(1);
	choose(FIX_DONE);
	assert_string_equal(at(), "server-url");
	assert_int_equal(count(EF_PROBE), 1);
	finish("scep.url", "status=403");
	choose(0);
	assert_string_equal(at(), "log");
	assert_true(diagnose(&s.now)->findings[0].fixed);
}

static void side_effects_are_asked_first(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	choose(0);
	choose(3);
	assert_string_equal(at(), "probing");
	assert_int_equal(count(EF_PROBE), 1);
	assert_string_equal(fx.e[0].probe->id, "scep.caps");
	assert_int_equal(s.pending_check, 0);
	assert_false(session_settled(&s));
	send((struct intent){.kind = IN_DECLINE});
	assert_int_equal(count(EF_PROBE), 0);
	assert_int_equal(s.pending_check, -1);
	finish("scep.caps", "days_left=100");
	assert_true(session_settled(&s));
	send((struct intent){.kind = IN_AGAIN}); /* offers it again */
	assert_int_equal(s.pending_check, 0);
	send((struct intent){.kind = IN_CONFIRM});
	assert_int_equal(count(EF_PROBE), 1);
	assert_string_equal(fx.e[0].probe->id, "scep.try");
	finish("scep.try", "passed=yes");
	finish("scep.caps", "days_left=100");
	assert_int_equal(replay_suggest(&s.now, &flow->nodes[s.now.at]), 0);
}

static void again_and_cancel(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=503");
	send((struct intent){.kind = IN_AGAIN});
	assert_int_equal(count(EF_PROBE), 1);
	send((struct intent){.kind = IN_AGAIN});
	assert_int_equal(count(EF_PROBE), 0); /* it runs already */
	send((struct intent){.kind = IN_CANCEL});
	assert_int_equal(count(EF_CANCEL), 1);
	send((struct intent){.kind = IN_PROGRESS, .job = s.jobs[0].id, .text = "reading"}); /* sent before */
	assert_int_equal(strncmp(s.jobs[0].phase, "stopping", 8), 0);
	finish_as("scep.url", "", EV_CANCELLED);
	assert_int_equal(count(EF_PROBE), 0); /* not at once again */
	assert_int_equal(replay_suggest(&s.now, &flow->nodes[s.now.at]), 1);
}

static void a_stopped_first_run_is_not_started_again_by_itself(void **state)
{
	(void)state;
	fill_profile();
	send((struct intent){.kind = IN_CANCEL});
	finish_as("scep.url", "", EV_CANCELLED);
	assert_int_equal(count(EF_PROBE), 0);
	assert_true(session_settled(&s));
	send((struct intent){.kind = IN_AGAIN});
	assert_int_equal(count(EF_PROBE), 1);
}

static void no_network_leaves_live_checks_out(void **state)
{
	struct session_options opt = {.no_network = true};

	(void)state;
	session_restart(&opt);
	fill_profile();
	assert_int_equal(count(EF_PROBE), 0);
	assert_true(session_settled(&s));
	choose(0);
	assert_string_equal(at(), "log");
	set("iis_log", "u.log");
	assert_int_equal(count(EF_PROBE), 1); /* files are read all the same */
}

static void failed_saves_are_tried_again_whole(void **state)
{
	(void)state;
	set("server_url", "https://a/mscep.dll");
	send((struct intent){.kind = IN_SAVE_FAILED, .text = "disk full"});
	assert_int_equal(fx.n, 0);
	assert_true(s.save_failed);
	assert_non_null(strstr(s.message, "disk full"));
	send((struct intent){.kind = IN_CANCEL}); /* any next intent */
	assert_int_equal(count(EF_SAVE), 1);
	send((struct intent){.kind = IN_SAVED, .n = (uint32_t)s.cf.nlog});
	assert_false(s.save_failed);
	assert_int_equal(s.saved, s.cf.nlog);
	send((struct intent){.kind = IN_CANCEL});
	assert_int_equal(count(EF_SAVE), 0);
}

static void saving_again_is_an_intent_of_its_own(void **state)
{
	(void)state;
	set("server_url", "https://a/mscep.dll");
	send((struct intent){.kind = IN_SAVE_AGAIN}); /* nothing has failed, it is not saved either */
	assert_int_equal(count(EF_SAVE), 1);
	send((struct intent){.kind = IN_SAVED, .n = (uint32_t)s.cf.nlog});
	send((struct intent){.kind = IN_SAVE_AGAIN});
	assert_int_equal(fx.n, 0);
}

static void what_was_there_before_the_start_is_saved_with_it(void **state)
{
	struct casefile cf;
	size_t n;

	(void)state;
	set("server_url", "https://a/mscep.dll");
	n = s.cf.nlog;
	casefile_init(&cf, NULL, flow->id, flow->hash, 1000);
	for (size_t i = 0; i < n; i++)
		assert_non_null(casefile_append(&cf, &s.cf.log[i], NULL));
	session_release(&s);
	session_init(&s, flow, &cf, 0, NULL);
	assert_int_equal(s.saved, 0);
	send((struct intent){.kind = IN_START});
	assert_int_equal(count(EF_SAVE), 1);
}

static void number_and_title_are_given_once(void **state)
{
	struct casefile cf;

	(void)state;
	session_release(&s);
	casefile_init(&cf, NULL, flow->id, flow->hash, 1000);
	session_init(&s, flow, &cf, 0, NULL);
	send((struct intent){.kind = IN_NUMBER, .n = 7});
	send((struct intent){.kind = IN_NUMBER, .n = 8});
	tell(IN_TITLE, "a.example");
	tell(IN_TITLE, "b.example");
	assert_int_equal(s.cf.number, 7);
	assert_string_equal(s.cf.title, "b.example");
	assert_int_equal(s.cf.nlog, 0);
}

static void resume_starts_what_was_running(void **state)
{
	(void)state;
	fill_profile();
	assert_int_equal(s.njobs, 1);
	session_restart(NULL);
	assert_string_equal(at(), "server-url");
	assert_int_equal(count(EF_PROBE), 1);
	assert_int_equal(count(EF_SAVE), 0);
}

static void ticks_and_notes(void **state)
{
	const struct cause *c = flow_cause(flow, "app-pool-stopped");

	(void)state;
	fill_profile();
	choose(1);
	assert_string_equal(at(), "fix-pool");
	send((struct intent){.kind = IN_TICK, .n = 0});
	assert_true(replay_ticked(&s.now, c, 0));
	send((struct intent){.kind = IN_TICK, .n = 0});
	assert_false(replay_ticked(&s.now, c, 0));
	send((struct intent){.kind = IN_TICK, .n = 9});
	tell(IN_NOTE, "asked the network team");
	assert_string_equal(s.cf.log[s.cf.nlog - 1].u.note.text, "asked the network team");
	tell(IN_NOTE, "");
	tell(IN_NOTE, "bad \xff byte");
	assert_int_equal(s.cf.log[s.cf.nlog - 1].kind, REC_NOTE);
	assert_string_equal(s.cf.log[s.cf.nlog - 1].u.note.text, "asked the network team");
}

/* Where somebody can be asked, nothing is kept before the answer; where nobody can, the value is left out. */
static void what_looks_like_a_secret_is_asked_about(void **state)
{
	static const char note[] = "Password: hunter2Xq", left[] = "Password: <removed, 9 bytes>";
	const struct session_options ask = {.ask_secrets = true};
	size_t before;

	(void)state;
	tell(IN_NOTE, note);
	assert_string_equal(s.cf.log[s.cf.nlog - 1].u.note.text, left);
	assert_non_null(strstr(session_message(&s), "Left out"));
	s.opt = ask;
	before = s.cf.nlog;
	tell(IN_NOTE, note);
	assert_int_equal(s.cf.nlog, before);
	send((struct intent){.kind = IN_CANCEL});
	assert_int_equal(s.cf.nlog, before);
	tell(IN_NOTE, note);
	send((struct intent){.kind = IN_CONFIRM});
	assert_string_equal(s.cf.log[s.cf.nlog - 1].u.note.text, left);
	tell(IN_NOTE, note);
	send((struct intent){.kind = IN_DECLINE});
	assert_string_equal(s.cf.log[s.cf.nlog - 1].u.note.text, note);
	/* Of a URL the query goes; the check asks without it. */
	set("server_url", "https://a/mscep.dll?challenge=hunter2Xq");
	assert_string_equal(at(), "profile");
	send((struct intent){.kind = IN_CONFIRM});
	assert_string_equal(replay_input(&s.now, "server_url"), "https://a/mscep.dll");
}

/* "It is no secret" does not make a value valid. */
static void what_is_kept_as_it_is_must_be_valid(void **state)
{
	static const char *const wrong[][2] = {
	        {"ftp://a/mscep.dll?challenge=hunter2Xq", "https://"},
	        {"https://a/mscep.dll?password=hunter 2Xq", "blank"},
	        {"https://a/mscep.dll?challenge=hunter2\x1bXq", "control character"},
	};
	const struct session_options ask = {.ask_secrets = true};

	(void)state;
	s.opt = ask;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		size_t before = s.cf.nlog;

		set("server_url", wrong[i][0]);
		assert_non_null(s.held.text);
		send((struct intent){.kind = IN_DECLINE});
		assert_null(s.held.text);
		assert_int_equal(s.cf.nlog, before);
		assert_non_null(strstr(session_message(&s), wrong[i][1]));
	}
	set("server_url", "https://a/mscep.dll?challenge=hunter2Xq");
	send((struct intent){.kind = IN_DECLINE});
	assert_string_equal(replay_input(&s.now, "server_url"), "https://a/mscep.dll?challenge=hunter2Xq");
}

/* Asked about or not, what is sent off with its form sends it off. */
static void send_off(enum intent_kind said)
{
	static const char url[] = "https://a/mscep.dll?challenge=hunter2Xq";
	const struct session_options ask = {.ask_secrets = true};

	s.opt = ask;
	send((struct intent){.kind = IN_SET, .key = "server_url", .text = url, .n = 1});
	assert_non_null(s.held.text);
	assert_false(replay_input_skipped(&s.now, "platform"));
	send((struct intent){.kind = said});
	assert_string_equal(at(), "server-url");
	assert_true(replay_input_skipped(&s.now, "platform"));
}

static void a_form_with_a_secret_goes_on_without_it(void **state)
{
	(void)state;
	send_off(IN_CONFIRM);
}

static void a_form_kept_as_it_is_goes_on(void **state)
{
	(void)state;
	send_off(IN_DECLINE);
}

static void the_same_file_given_again_is_read_again(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	choose(0);
	set("iis_log", "u.log");
	assert_int_equal(count(EF_PROBE), 1);
	finish("iis.log", "status=500");
	set("iis_log", "u.log");
	assert_int_equal(count(EF_PROBE), 1);
}

static void nonsense_changes_nothing(void **state)
{
	size_t nlog;

	(void)state;
	fill_profile();
	nlog = s.cf.nlog;
	choose(99);
	tell(IN_GOTO, "nowhere");
	tell(IN_SKIP, "nothing");
	send((struct intent){.kind = IN_PROGRESS, .job = 777, .text = "x"});
	send((struct intent){.kind = IN_EVIDENCE, .job = 777});
	send((struct intent){.kind = IN_CONFIRM});
	send((struct intent){.kind = (enum intent_kind)1000});
	assert_int_equal(s.cf.nlog, nlog);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, session_setup, session_teardown)
	const struct CMUnitTest tests[] = {
	        T(inputs_fill_the_form_and_start_the_checks),
	        T(bad_inputs_are_not_taken),
	        T(evidence_proposes_and_a_person_answers),
	        T(against_the_check_asks_once),
	        T(absence_is_no_contradiction),
	        T(a_check_goes_on_when_the_person_moves_on),
	        T(changed_input_ends_the_old_check),
	        T(fixed_ends_checks_and_measures_again),
	        T(side_effects_are_asked_first),
	        T(again_and_cancel),
	        T(a_stopped_first_run_is_not_started_again_by_itself),
	        T(no_network_leaves_live_checks_out),
	        T(failed_saves_are_tried_again_whole),
	        T(saving_again_is_an_intent_of_its_own),
	        T(what_was_there_before_the_start_is_saved_with_it),
	        T(number_and_title_are_given_once),
	        T(resume_starts_what_was_running),
	        T(ticks_and_notes),
	        T(what_looks_like_a_secret_is_asked_about),
	        T(what_is_kept_as_it_is_must_be_valid),
	        T(a_form_with_a_secret_goes_on_without_it),
	        T(a_form_kept_as_it_is_goes_on),
	        T(the_same_file_given_again_is_read_again),
	        T(nonsense_changes_nothing),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
