/* Whose a source is: said beforehand, asked where it matters, kept, taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "session_test.h"

static struct arena *mem;

static int setup(void **state)
{
	mem = arena_new();
	return session_setup(state);
}

static int teardown(void **state)
{
	arena_free(mem);
	return session_teardown(state);
}

/* A file that shows the missing right, of that computer (NULL: it names none). */
static void read_rights(const char *file, const char *computer, unsigned traces)
{
	struct evpart part = {about_nothing};
	struct evidence e =
	        make_evidence(mem, "user.rights", arena_fmt(mem, "file=%s", file), NULL, "given=no");

	part.about.computer = computer;
	part.about.traces = traces;
	e.parts = &part;
	e.nparts = computer != NULL || traces != 0;
	e.sha256 = arena_fmt(mem, "sha-of-%s", file);
	send((struct intent){.kind = IN_EVIDENCE, .evidence = &e});
}

static const struct cause_row *rights(void)
{
	const struct diagnosis *d = diagnose(&s.now);

	for (size_t i = 0; i < d->nrows; i++)
		if (strcmp(d->rows[i].cause->id, "right-missing") == 0)
			return &d->rows[i];
	return NULL;
}

static const struct page *page(void)
{
	return page_build(&s, mem);
}

static bool asks(const char *computer)
{
	const struct page *p = page();

	return p->kind == PAGE_CONFIRM && strstr(p->ask, computer) != NULL;
}

static void pick(size_t i)
{
	const struct page *p = page();

	assert_true(i < p->npicks);
	send(p->picks[i].intent);
}

static const struct record *last(void)
{
	return &s.cf.log[s.cf.nlog - 1];
}

static void it_is_asked_once_and_kept(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	read_rights("srv77.inf", "SRV77", 0);
	assert_int_equal(rights()->state, CAUSE_SUPPORTED);
	assert_int_equal(rights()->strength, HEARD_PERHAPS);
	assert_true(asks("SRV77"));
	pick(0);
	assert_int_equal(last()->kind, REC_ABOUT);
	assert_int_equal(last()->u.about.role, ROLE_NDES);
	assert_string_equal(last()->u.about.sha256, "sha-of-srv77.inf");
	assert_int_equal(rights()->strength, HEARD_OURS);
	assert_false(asks("SRV77"));
	session_restart(NULL);
	assert_int_equal(rights()->strength, HEARD_OURS);
	assert_false(asks("SRV77"));
}

static void another_server_is_not_heard_and_back_asks_again(void **state)
{
	const char *stood;

	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	read_rights("srv77.inf", "SRV77", 0);
	stood = at();
	pick(1);
	assert_int_equal(rights()->state, CAUSE_UNTESTED);
	send((struct intent){.kind = IN_BACK});
	assert_string_equal(at(), stood);
	assert_int_equal(last()->kind, REC_RETRACT);
	assert_true(asks("SRV77"));
	pick(2);
	assert_int_equal(last()->u.about.role, ROLE_DEVICE);
	assert_int_equal(rights()->state, CAUSE_UNTESTED);
}

static void not_known_is_an_answer(void **state)
{
	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	read_rights("srv77.inf", "SRV77", 0);
	pick(3);
	assert_int_equal(last()->u.about.role, ROLE_UNKNOWN);
	assert_false(asks("SRV77"));
	assert_int_equal(rights()->strength, HEARD_PERHAPS);
}

static void nothing_is_asked_where_nothing_hangs_on_it(void **state)
{
	struct evpart part = {about_nothing};
	struct evidence e = make_evidence(mem, "user.rights", "file=x.inf", NULL, "other=no");

	(void)state;
	fill_profile();
	finish("scep.url", "status=403");
	part.about.computer = "SRV77";
	e.parts = &part;
	e.nparts = 1;
	send((struct intent){.kind = IN_EVIDENCE, .evidence = &e});
	assert_int_equal(page()->kind, PAGE_ASK);
	tell(IN_ABOUT, "SRV77");
	assert_int_equal(last()->kind, REC_EVIDENCE);
	/* A name that the file's own traces explain is no question either. */
	read_rights("ndes.inf", "NDES01", TRACE_NDES);
	assert_int_equal(page()->kind, PAGE_ASK);
}

static void with(const struct said_of *said, size_t n)
{
	const struct session_options opt = {.said = said, .nsaid = n};

	session_restart(&opt);
	fill_profile();
}

static void what_was_said_beforehand_goes_with_the_file(void **state)
{
	static const struct said_of said[] = {{"/logs/a.inf", false, ROLE_NDES, BY_PERSON},
	                                      {"/other", false, ROLE_SERVER, BY_PERSON},
	                                      {"b.inf", true, ROLE_NDES, BY_ANSWERS},
	                                      {"srv9", true, ROLE_SERVER, BY_ANSWERS}};

	(void)state;
	with(said, 4);
	read_rights("/logs/ba.inf", "SRV1", 0);
	assert_int_equal(last()->kind, REC_EVIDENCE);
	read_rights("/other/x.inf", "SRV2", 0);
	assert_int_equal(last()->u.about.role, ROLE_SERVER);
	read_rights("/logs/b.inf", "SRV3", 0);
	assert_int_equal(last()->u.about.role, ROLE_NDES);
	assert_int_equal(last()->u.about.by, BY_ANSWERS);
	read_rights("/logs/c.inf", "SRV9.contoso.example", 0);
	assert_string_equal(last()->u.about.computer, "SRV9.contoso.example");
	read_rights("/logs/d.inf", "SRV9.contoso.example", 0);
	assert_int_equal(last()->kind, REC_EVIDENCE); /* said already */
	read_rights("/logs/a.inf", "SRV4", 0);
	assert_int_equal(rights()->strength, HEARD_OURS);
	assert_int_equal(replay_question(&s.now)->named_ndes, true);
}

static void a_file_that_names_nobody_takes_the_word(void **state)
{
	static const struct said_of said[] = {{"/x.inf", false, ROLE_SERVER, BY_PERSON}};

	(void)state;
	with(said, 1);
	read_rights("/y.inf", NULL, 0);
	assert_int_equal(rights()->strength, HEARD_UNNAMED);
	with(said, 1);
	read_rights("/x.inf", NULL, 0);
	read_rights("/y.inf", NULL, 0);
	assert_int_equal(rights()->strength, HEARD_UNNAMED);
	send((struct intent){.kind = IN_BACK});
}

static void no_word_makes_a_device_of_the_machine_that_wrote_ndes_events(void **state)
{
	static const struct said_of said[] = {{"/x.inf", false, ROLE_DEVICE, BY_PERSON}};
	const struct diagnosis *d;

	(void)state;
	with(said, 1);
	read_rights("/x.inf", "NDES01", TRACE_NDES);
	assert_int_equal(last()->kind, REC_ABOUT);
	assert_int_equal(rights()->strength, HEARD_OURS);
	d = diagnose(&s.now);
	assert_int_equal(d->ncontradictions, 1);
	assert_string_equal(d->contradictions[0].said, "device");
	assert_string_equal(d->contradictions[0].saw, "ndes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(it_is_asked_once_and_kept, setup, teardown),
	        cmocka_unit_test_setup_teardown(another_server_is_not_heard_and_back_asks_again, setup,
	                                        teardown),
	        cmocka_unit_test_setup_teardown(not_known_is_an_answer, setup, teardown),
	        cmocka_unit_test_setup_teardown(nothing_is_asked_where_nothing_hangs_on_it, setup, teardown),
	        cmocka_unit_test_setup_teardown(what_was_said_beforehand_goes_with_the_file, setup, teardown),
	        cmocka_unit_test_setup_teardown(a_file_that_names_nobody_takes_the_word, setup, teardown),
	        cmocka_unit_test_setup_teardown(no_word_makes_a_device_of_the_machine_that_wrote_ndes_events,
	                                        setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
