/* Going back: what is asked again and what stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "session_test.h"

static void back(void)
{
	send((struct intent){.kind = IN_BACK});
}

static void back_takes_one_step_at_a_time(void **state)
{
	(void)state;
	fill_profile();
	choose(0);
	choose(3);
	choose(1);
	assert_string_equal(at(), "unclear");
	back();
	assert_string_equal(at(), "probing");
	back();
	assert_string_equal(at(), "log");
	back();
	assert_string_equal(at(), "server-url");
	back();
	assert_string_equal(at(), "profile");
	back();
	assert_string_equal(at(), "profile");
	assert_non_null(strstr(s.message, "first step"));
}

static uint32_t position(void)
{
	return (uint32_t)s.cf.nlog;
}

static void undo_and_redo_name_what_they_change(void **state)
{
	(void)state;
	send((struct intent){.kind = IN_UNDO});
	assert_non_null(strstr(s.message, "nothing to take back"));
	fill_profile();
	choose(0);
	assert_string_equal(at(), "log");
	send((struct intent){.kind = IN_UNDO});
	assert_string_equal(at(), "server-url");
	assert_non_null(strstr(s.message, "Taken back: "));
	send((struct intent){.kind = IN_UNDO});
	assert_string_equal(at(), "profile");
	send((struct intent){.kind = IN_REDO});
	assert_string_equal(at(), "server-url"); /* a whole form by one key */
	assert_string_equal(replay_input(&s.now, "server_url"), "https://a/mscep.dll");
	send((struct intent){.kind = IN_REDO});
	assert_string_equal(at(), "log");
	send((struct intent){.kind = IN_REDO});
	assert_non_null(strstr(s.message, "nothing was taken back"));
	check_fold();
}

/* Another change than the one that was taken back ends what may come again. */
static void a_new_change_forgets_what_was_taken_back(void **state)
{
	uint32_t before;

	(void)state;
	fill_profile();
	choose(0);
	send((struct intent){.kind = IN_UNDO});
	choose(2);
	before = position();
	send((struct intent){.kind = IN_REDO});
	assert_int_equal(position(), before);
	assert_string_equal(at(), "which");
	/* A resume knows what was taken back. */
	send((struct intent){.kind = IN_UNDO});
	session_restart(NULL);
	send((struct intent){.kind = IN_REDO});
	assert_string_equal(at(), "which");
	check_fold();
}

static void an_older_value_does_not_hold_the_form(void **state)
{
	(void)state;
	set("server_url", "https://a/mscep.dll");
	set("platform", "ios");
	set("platform", "android");
	assert_string_equal(at(), "server-url");
	back();
	assert_string_equal(at(), "profile");
	assert_null(replay_input(&s.now, "platform"));
	assert_string_equal(replay_input(&s.now, "server_url"), "https://a/mscep.dll");
}

static void goto_keeps_the_answers_behind(void **state)
{
	(void)state;
	fill_profile();
	choose(0);
	choose(3);
	choose(1);
	assert_string_equal(at(), "unclear");
	tell(IN_GOTO, "server-url");
	assert_string_equal(at(), "server-url");
	choose(2); /* another way ... */
	assert_string_equal(at(), "which");
	choose(0); /* ... to the same log: its answer and the next still stand */
	assert_string_equal(at(), "unclear");
	assert_int_equal(s.now.npath, 6);
}

static void goto_before_a_fix_takes_the_fix_back(void **state)
{
	(void)state;
	fill_profile();
	choose(1);
	choose(FIX_DONE);
	choose(0);
	choose(3);
	assert_string_equal(at(), "probing");
	tell(IN_GOTO, "profile");
	assert_string_equal(at(), "profile");
	fill_profile();
	assert_string_equal(at(), "fix-pool"); /* what led to it is kept */
	choose(FIX_DONE);
	assert_string_equal(at(), "server-url");
	choose(0);
	assert_string_equal(at(), "log"); /* "log" came after the fix: not kept */
}

static void goto_names_one_of_two_visits(void **state)
{
	(void)state;
	fill_profile();
	choose(1);
	choose(FIX_DONE);
	choose(0);
	assert_string_equal(at(), "log");
	send((struct intent){.kind = IN_GOTO, .text = "server-url"}); /* the later one */
	assert_string_equal(at(), "server-url");
	assert_int_equal(s.now.npath, 4);
	choose(0);
	send((struct intent){.kind = IN_GOTO, .text = "server-url", .n = 2});
	assert_string_equal(at(), "server-url");
	assert_int_equal(s.now.npath, 2);
}

static void a_circle_is_left_behind_whole(void **state)
{
	(void)state;
	fill_profile();
	choose(2);
	choose(1);
	choose(2);
	choose(0);
	assert_string_equal(at(), "log");
	send((struct intent){.kind = IN_GOTO, .text = "server-url", .n = 2});
	assert_string_equal(at(), "server-url");
	assert_int_equal(s.now.npath, 2);
}

static void back_from_escalated_stays_with_the_fix(void **state)
{
	(void)state;
	fill_profile();
	choose(1);
	choose(FIX_ESCALATE);
	assert_string_equal(at(), "fix-pool");
	choose(FIX_FAILED); /* it has ended */
	assert_string_equal(at(), "fix-pool");
	back();
	assert_string_equal(at(), "fix-pool");
	choose(FIX_FAILED);
	assert_string_equal(at(), "fix-right");
}

static void back_closes_a_question_asked_back(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=503");
	choose(0);
	assert_int_equal(s.pending, 0);
	back();
	assert_int_equal(s.pending, -1);
	assert_string_equal(at(), "server-url");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, session_setup, session_teardown)
	const struct CMUnitTest tests[] = {
	        T(back_takes_one_step_at_a_time),          T(an_older_value_does_not_hold_the_form),
	        T(undo_and_redo_name_what_they_change),    T(a_new_change_forgets_what_was_taken_back),
	        T(goto_keeps_the_answers_behind),          T(goto_before_a_fix_takes_the_fix_back),
	        T(goto_names_one_of_two_visits),           T(a_circle_is_left_behind_whole),
	        T(back_from_escalated_stays_with_the_fix), T(back_closes_a_question_asked_back),
	};

	return cmocka_run_group_tests_name("back", tests, NULL, NULL);
}
