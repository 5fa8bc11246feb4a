/* Pages in words, as --plain prints them.  Golden files lie beside this one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_file.h"
#include "session_test.h"

static void page_is(const char *name)
{
	struct arena *mem = arena_new();
	struct page *p = page_build(&s, mem);
	struct buf got;
	char path[500];

	buf_init(&got, BUF_MAX_TEXT);
	page_print(p, false, &got);
	snprintf(path, sizeof(path), "%s/%s.txt", TEST_DIR, name);
	golden_file(path, buf_cstr(&got));
	buf_release(&got);
	arena_free(mem);
}

static void form_and_question(void **state)
{
	(void)state;
	page_is("form");
	set("server_url", "https://a/mscep.dll");
	lack("platform");
	send((struct intent){.kind = IN_PROGRESS, .job = s.jobs[0].id, .text = "TLS handshake"});
	page_is("ask-running");
	finish("scep.url", "status=503 page=service-unavailable rtt_ms=31");
	page_is("ask-seen");
	choose(0);
	page_is("ask-confirm");
	send((struct intent){.kind = IN_CONFIRM});
	page_is("ask-file");
}

static void fix_and_end(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=503 page=service-unavailable rtt_ms=31");
	choose(1);
	send((struct intent){.kind = IN_TICK, .n = 0});
	page_is("fix");
	choose(FIX_DONE);
	finish("scep.url", "status=403");
	choose(0);
	choose(1);
	page_is("end");
}

static void escalated_and_a_persons_word(void **state)
{
	(void)state;
	lack("server_url");
	lack("platform");
	choose(1);
	page_is("fix-by-word");
	choose(FIX_ESCALATE);
	page_is("fix-escalated");
}

static void side_effect_and_unsaved(void **state)
{
	(void)state;
	fill_profile();
	choose(0);
	choose(3);
	send((struct intent){.kind = IN_SAVE_FAILED, .text = "the disk is full"});
	page_is("confirm-check");
	send((struct intent){.kind = IN_DECLINE});
	finish_as("scep.caps", "", EV_TIMEOUT);
	page_is("ask-left-out");
}

/* People compare times with clocks and logs, which have whole seconds. */
static void times_are_whole_seconds(void **state)
{
	struct arena *mem = arena_new();
	struct page *page;
	struct buf got;

	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	for (size_t i = 0; i < s.cf.nlog; i++)
		if (s.cf.log[i].kind == REC_EVIDENCE)
			s.cf.log[i].u.evidence.started_ms = 1767225607999; /* 2026-01-01T00:00:07.999Z */
	buf_init(&got, BUF_MAX_TEXT);
	page = page_build(&s, mem);
	page->more = true;
	page_print(page, false, &got);
	assert_non_null(strstr(buf_cstr(&got), "2026-01-01T00:00:07Z"));
	assert_null(strstr(buf_cstr(&got), "999"));
	buf_release(&got);
	arena_free(mem);
}

/* What the words do not show. */
static void values_of_the_page(void **state)
{
	struct arena *mem = arena_new();
	struct page *p;

	(void)state;
	fill_profile();
	p = page_build(&s, mem);
	assert_int_equal(p->kind, PAGE_ASK);
	assert_true(p->busy);
	assert_string_equal(p->status, "saving");
	assert_int_equal(p->step_number, 2);
	assert_int_equal(p->supported + p->excluded + p->untested, flow->ncauses);
	send((struct intent){.kind = IN_SAVED, .n = (uint32_t)s.cf.nlog});
	finish("scep.url", "status=403");
	send((struct intent){.kind = IN_SAVED, .n = (uint32_t)s.cf.nlog});
	p = page_build(&s, mem);
	assert_string_equal(p->status, "saved");
	assert_true(p->picks[0].suggested);
	assert_string_equal(p->picks[0].hint, "what the check saw");
	assert_int_equal(p->picks[0].intent.kind, IN_CHOOSE);
	choose(0);
	choose(3);
	send((struct intent){.kind = IN_GOTO, .text = "server-url"});
	choose(2);
	send((struct intent){.kind = IN_CONFIRM});
	p = page_build(&s, mem);
	/* profile, server-url, which; and the answer of "log", which waits */
	assert_int_equal(p->ntrail, 4);
	assert_null(p->trail[2].answer);
	assert_true(p->trail[3].kept);
	assert_string_equal(p->trail[3].label, "IIS log");
	arena_free(mem);
}

static void after_going_back_the_form_remembers(void **state)
{
	struct arena *mem = arena_new();
	struct page *p;

	(void)state;
	set("server_url", "https://a/mscep.dll");
	set("platform", "ios");
	send((struct intent){.kind = IN_BACK});
	p = page_build(&s, mem);
	assert_int_equal(p->nfields, 2);
	assert_true(p->fields[0].given);
	assert_false(p->fields[1].given);
	assert_string_equal(p->fields[1].value, "ios");
	arena_free(mem);
}

static void ascii_and_hostile_text(void **state)
{
	struct arena *mem = arena_new();
	struct buf out;

	(void)state;
	buf_init(&out, BUF_MAX_TEXT);
	fill_profile();
	finish("scep.url", "status=403 page=\x1b[31m\xe2\x80\xae");
	page_print(page_build(&s, mem), true, &out);
	for (size_t i = 0; i < out.n; i++)
		assert_true(out.p[i] == '\n' || (out.p[i] >= 0x20 && out.p[i] < 0x7f));
	buf_release(&out);
	arena_free(mem);
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(name, session_setup, session_teardown)
	const struct CMUnitTest tests[] = {
	        T(form_and_question),
	        T(fix_and_end),
	        T(escalated_and_a_persons_word),
	        T(side_effect_and_unsaved),
	        T(values_of_the_page),
	        T(after_going_back_the_form_remembers),
	        T(ascii_and_hostile_text),
	        T(times_are_whole_seconds),
	};

	golden_args(argc, argv);
	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
