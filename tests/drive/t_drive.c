/* A case driven over a real store: saved, named, gone on with in another window, and what cannot start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/clock.h>
#include <casebook/drive.h>

#include "case_test.h"

static char folder[64], db[96];
static struct flow *flow;

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/casebook-drive-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(db, sizeof(db), "%s/cases.db", folder);
	flow = lab_load(lab_flow);
	return 0;
}

static int teardown(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[128];

	(void)state;
	flow_free(flow);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", db, ends[i]);
		unlink(path);
	}
	rmdir(folder);
	return 0;
}

/* One window. */
struct window {
	struct drive_options o;
	struct drive *d;
	struct session *s;
};

static void enter(struct window *w, const char *program, struct casefile *cf, uint32_t saved)
{
	struct err err;

	w->o = (struct drive_options){.jobs = jobs_new(&(struct runner_options){.program = program})};
	assert_int_equal(store_open(db, false, &w->o.store, &err), 0);
	w->d = drive_new(&w->o, flow, cf, saved);
	w->s = drive_session(w->d);
}

static void begin(struct window *w, const char *program)
{
	struct casefile cf;

	drive_fresh_case(flow, NULL, &cf);
	enter(w, program, &cf, 0);
	drive_send(w->d, (struct intent){.kind = IN_START});
}

static void leave(struct window *w)
{
	drive_free(w->d);
	jobs_free(w->o.jobs);
	store_close(w->o.store);
}

static void set_server(struct window *w)
{
	drive_send(w->d, (struct intent){
	                         .kind = IN_SET, .key = "server_url", .text = "https://ndes.test/mscep.dll"});
}

static void wait_idle(struct window *w)
{
	int64_t give_up = clock_monotonic_ms() + 30000;

	while (session_busy(w->s)) {
		if (clock_monotonic_ms() > give_up)
			fail_msg("a check that the session waits for has not ended within 30 s");
		jobs_wait(w->o.jobs, NULL, 0, 1000);
	}
}

static size_t evidence_in(const struct session *s, enum evidence_outcome outcome)
{
	const struct casefile *cf = session_case(s);
	size_t n = 0;

	for (size_t i = 0; i < cf->nlog; i++)
		n += cf->log[i].kind == REC_EVIDENCE && cf->log[i].u.evidence.outcome == outcome;
	return n;
}

static void a_case_is_begun_with_its_first_record_and_named_after_its_server(void **state)
{
	struct window w;
	struct casefile loaded;
	struct err err;

	(void)state;
	begin(&w, BAD_HELPER);
	assert_int_equal(session_case(w.s)->number, 0); /* nothing was said yet */
	assert_true(drive_all_saved(w.d));
	set_server(&w);
	assert_int_equal(session_case(w.s)->number, 1);
	assert_string_equal(session_case(w.s)->title, "ndes.test");
	assert_true(drive_all_saved(w.d));
	assert_null(drive_failed(w.d));
	assert_int_equal(store_load(w.o.store, "1", &loaded, &err), 0);
	assert_string_equal(loaded.title, "ndes.test");
	assert_int_equal(loaded.nlog, session_case(w.s)->nlog);
	casefile_release(&loaded);
	leave(&w);
}

static void a_report_takes_what_was_saved(void **state)
{
	struct window w;
	struct casefile loaded;
	const struct casefile *cf;
	bool copied;

	(void)state;
	begin(&w, BAD_HELPER);
	set_server(&w);
	wait_idle(&w);
	cf = drive_case_to_report(w.d, &loaded, &copied);
	assert_true(copied);
	assert_ptr_equal(cf, &loaded);
	assert_int_equal(loaded.nlog, session_case(w.s)->nlog);
	casefile_release(&loaded);
	leave(&w);
}

/* What the other window has recorded may make checks due here: they are started, and they end. */
static void records_of_another_window_start_what_they_make_due(void **state)
{
	struct window one, two;
	struct casefile cf;
	struct err err;

	(void)state;
	begin(&one, BAD_HELPER);
	drive_send(one.d, (struct intent){.kind = IN_SKIP, .key = "platform"});
	assert_int_equal(store_load(one.o.store, "1", &cf, &err), 0);
	enter(&two, BAD_HELPER, &cf, (uint32_t)cf.nlog);
	set_server(&two);
	wait_idle(&two);
	assert_false(session_busy(one.s));
	drive_send(one.d, (struct intent){.kind = IN_NOTE, .text = "from here"});
	assert_non_null(strstr(session_message(one.s), "another window"));
	assert_non_null(replay_input(session_now(one.s), "server_url"));
	assert_true(drive_all_saved(one.d));
	drive_send(one.d, (struct intent){.kind = IN_AGAIN});
	assert_true(session_busy(one.s));
	wait_idle(&one);
	assert_true(session_settled(one.s));
	leave(&one);
	leave(&two);
}

static void a_merge_that_makes_a_check_due_starts_it(void **state)
{
	struct window one, two;
	struct casefile cf;
	struct err err;

	(void)state;
	begin(&one, BAD_HELPER);
	drive_send(one.d, (struct intent){.kind = IN_SKIP, .key = "platform"});
	assert_int_equal(store_load(one.o.store, "1", &cf, &err), 0);
	enter(&two, BAD_HELPER, &cf, (uint32_t)cf.nlog);
	set_server(&two); /* its check has not ended: nothing is known of it in the store */
	drive_send(one.d, (struct intent){.kind = IN_NOTE, .text = "from here"});
	assert_true(session_busy(one.s));
	wait_idle(&one);
	assert_true(session_settled(one.s));
	assert_true(drive_all_saved(one.d));
	leave(&one);
	leave(&two);
}

static void what_cannot_be_started_ends_as_evidence(void **state)
{
	struct window w;

	(void)state;
	begin(&w, "/nonexistent/helper");
	drive_send(w.d, (struct intent){.kind = IN_SKIP, .key = "platform"});
	set_server(&w);
	assert_false(session_busy(w.s));
	assert_int_equal(evidence_in(w.s, EV_CRASHED), 1);
	assert_true(drive_all_saved(w.d));
	leave(&w);
}

static void the_case_goes_on_elsewhere(void **state)
{
	struct window w, next;
	struct casefile cf;
	uint32_t saved;

	(void)state;
	begin(&w, "/nonexistent/helper");
	set_server(&w);
	drive_hand_over(w.d, &cf, &saved);
	assert_int_equal(saved, cf.nlog);
	jobs_free(w.o.jobs);
	store_close(w.o.store);
	enter(&next, "/nonexistent/helper", &cf, saved);
	assert_true(drive_all_saved(next.d));
	assert_int_equal(session_case(next.s)->number, 1);
	leave(&next);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(a_case_is_begun_with_its_first_record_and_named_after_its_server),
	        T(a_report_takes_what_was_saved),
	        T(records_of_another_window_start_what_they_make_due),
	        T(a_merge_that_makes_a_check_due_starts_it),
	        T(what_cannot_be_started_ends_as_evidence),
	        T(the_case_goes_on_elsewhere),
	};

	return cmocka_run_group_tests_name("drive", tests, NULL, NULL);
}
