/* Checks that a loop starts by itself: what they saw is told in the order of their start, whichever ends
 * first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drive_int.h"

/* ---- the book of jobs and the session, as far as own.c uses them ---- */

static struct job_ask asked[8];
static size_t nasked, running;
static char told[64]; /* the targets that reached the case, one letter each; those told to a function in
                         capitals */

int jobs_start(struct jobs *b, const struct job_ask *ask, struct err *err)
{
	(void)b, (void)err;
	asked[nasked++] = *ask;
	running++;
	return 0;
}

size_t jobs_count(const struct jobs *b, const void *owner)
{
	(void)b, (void)owner;
	return 0;
}

bool jobs_runs(const struct jobs *b, const void *owner, const char *call)
{
	(void)b, (void)owner, (void)call;
	return false;
}

void jobs_cancel_all(struct jobs *b, const void *owner)
{
	(void)b, (void)owner;
}

void jobs_drop(struct jobs *b, const void *owner)
{
	(void)b, (void)owner;
}

void run_files_release(struct run_own *o)
{
	(void)o;
}

struct evidence evidence_unstarted(const struct drive *d, const struct probe *p, const char *target,
                                   const struct err *why)
{
	(void)d, (void)p, (void)why;
	return (struct evidence){.target = target};
}

void drive_send(struct drive *d, struct intent in)
{
	(void)d;
	assert_int_equal(in.kind, IN_EVIDENCE);
	strncat(told, in.evidence->target, 1);
}

static void to_function(void *arg, const struct evidence *e)
{
	char capital[2] = {(char)(*e->target - 'a' + 'A'), '\0'};

	(void)arg;
	strncat(told, capital, 1);
}

/* ---- the cases ---- */

static struct drive drive;
static struct run_own own;

static int setup(void **state)
{
	(void)state;
	nasked = running = 0;
	told[0] = '\0';
	run_own_init(&own, &drive, (struct run_wait){NULL, NULL}, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	run_own_release(&own);
	return 0;
}

static void start(bool function)
{
	run_own_start(&own, NULL, NULL, 0, NULL, NULL, function ? to_function : NULL, NULL);
}

static void end(size_t i)
{
	char target[2] = {(char)('a' + i), '\0'};
	struct evidence e = {.probe = "iis.log", .target = target, .outcome = EV_MEASURED};

	asked[i].done(asked[i].arg, &(struct job_end){.evidence = &e});
	target[0] = '?'; /* the runner's memory is used again */
}

static void what_ends_first_waits_for_what_began_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		start(i == 2);
	end(3);
	end(1);
	assert_string_equal(told, "");
	end(0);
	assert_string_equal(told, "ab");
	end(2);
	assert_string_equal(told, "abCd");
	start(false);
	end(4);
	assert_string_equal(told, "abCde");
}

static void what_never_ends_holds_up_nobody_at_the_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		start(i == 3);
	end(1);
	end(2);
	end(3);
	run_own_settle(&own, true);
	assert_string_equal(told, "bc"); /* nobody is there any more to go on from d */
	start(false);
	end(4);
	assert_string_equal(told, "bce");
}

static void a_function_that_is_forgotten_holds_up_nobody(void **state)
{
	(void)state;
	start(true);
	start(false);
	start(false);
	end(2);
	run_own_forget(&own);
	assert_string_equal(told, "");
	end(1);
	assert_string_equal(told, "bc");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        T(what_ends_first_waits_for_what_began_first),
	        T(what_never_ends_holds_up_nobody_at_the_end),
	        T(a_function_that_is_forgotten_holds_up_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
