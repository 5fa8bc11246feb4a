/* A disk that fails: at every single operation in turn, by running full, and how often it is asked to sync.
 */
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault_vfs.h"

#define STEPS 6
#define PER_STEP 3
#define MARKED 3 /* the step after which housekeeping comes */

/* What the program believes when the disk has failed: never less than the disk holds. */
struct run {
	char *path;
	struct casefile cf;
	bool begun;     /* store_begin said so */
	uint32_t saved; /* store_append said so */
};

static int setup(void **state)
{
	fault_vfs_register();
	fault_disk_reset();
	*state = folder_make_quick();
	return 0;
}

static int teardown(void **state)
{
	fault_disk_reset();
	folder_remove(*state);
	return 0;
}

static struct store *open_faulty(const char *path, struct err *err)
{
	const struct store_options opt = {.path = path, .busy_ms = 50, .vfs = FAULT_VFS};
	struct store *s;

	return store_open_with(&opt, &s, err) == 0 ? s : NULL;
}

static void check_err(const struct err *err)
{
	if (err->code == FAIL_NONE || err->code >= FAIL__MAX || strstr(err->msg, "cases.db") == NULL)
		fail_msg("a failure that says nothing: %d %s", err->code, err->msg);
}

static void step(struct store *s, struct run *r, uint32_t i)
{
	uint32_t saved, foreign;
	struct err err;

	while (r->cf.nlog < (i + 1) * PER_STEP) {
		add_story(&r->cf, (uint32_t)r->cf.nlog);
		if (i == MARKED && r->cf.nlog == (i + 1) * PER_STEP)
			casefile_set_mark(&r->cf, &(struct case_mark){"marked", "Server URL", CASE_WAITING});
	}
	/* As the program does it: what could not be saved goes with the next attempt. */
	if (store_append_merge(s, &r->cf, r->saved, &saved, &foreign, &err) == 0) {
		assert_int_equal(saved, r->cf.nlog);
		assert_int_equal(foreign, 0);
		r->saved = saved;
	} else {
		check_err(&err);
	}
}

static void housekeeping(struct store *s)
{
	store_keep(s);
	s->wal_pages = STORE_WAL_HARD;
	store_idle(s);
}

/* One life of the program on a failing disk: it goes on as far as it can. */
static void live(struct run *r)
{
	struct store *s;
	struct err err;

	for (int attempt = 0; attempt < 3; attempt++) {
		s = open_faulty(r->path, &err);
		if (s != NULL)
			break;
		check_err(&err);
	}
	if (s == NULL)
		return;
	for (int attempt = 0; attempt < 3 && !r->begun; attempt++) {
		r->begun = store_begin(s, &r->cf, &err) == 0;
		if (!r->begun)
			check_err(&err);
	}
	for (uint32_t i = 0; r->begun && i < STEPS; i++) {
		step(s, r, i);
		if (i == MARKED)
			housekeeping(s);
	}
	if (r->begun && r->saved < r->cf.nlog)
		step(s, r, STEPS - 1);
	store_close(s);
}

static void fail_on_fault(void *arg, const struct store_fault *f)
{
	fail_msg("%s: case %u record %u: %s", (const char *)arg, f->number, f->pos, f->what);
}

/* Everything that was acknowledged is there, and what else is there is whole. */
static void check_after(const struct run *r, const char *what)
{
	struct store_check c = {.fault = fail_on_fault, .arg = (void *)what};
	struct casefile back;
	struct store *s;
	struct err err;

	assert_ok(open_quick(r->path, false, &s, &err), &err);
	assert_ok(store_verify(s, NULL, &c, &err), &err);
	if (store_load(s, r->cf.id, &back, &err) != 0) {
		if (r->begun)
			fail_msg("%s: the case is lost: %s", what, err.msg);
		store_close(s);
		return;
	}
	if (back.nlog < r->saved || back.nlog > r->cf.nlog)
		fail_msg("%s: %zu records of %u acknowledged, %zu written", what, back.nlog, r->saved,
		         r->cf.nlog);
	for (size_t i = back.nlog; i < r->cf.nlog; i++) { /* so that both are of one length */
		add_story(&back, (uint32_t)i);
		if (r->cf.log[i].mark != NULL)
			casefile_set_mark(&back, r->cf.log[i].mark);
	}
	assert_same_log(&r->cf, &back);
	casefile_release(&back);
	store_close(s);
}

/* Returns how many operations there were. */
static long one_run(const char *folder, enum fault_kind kind, long at, bool sticky, bool must_end)
{
	long operations;
	struct run r = {.begun = false};
	char name[64], what[80];

	snprintf(name, sizeof(name), "%d-%d-%ld-cases.db", (int)kind, sticky, at);
	snprintf(what, sizeof(what), "kind %d, operation %ld%s", (int)kind, at,
	         sticky ? " and all after" : "");
	r.path = in_folder(folder, name);
	case_make(&r.cf, "faults");
	fault_disk_reset();
	fault_disk.kind = kind;
	fault_disk.at = at;
	fault_disk.sticky = sticky;
	live(&r);
	operations = fault_disk.operations;
	if (at != 0 && fault_disk.failures == 0)
		fail_msg("%s: never came", what);
	/* A disk that failed once and then works must not stop anybody. */
	if (must_end && (!r.begun || r.saved != STEPS * PER_STEP))
		fail_msg("%s: only %u records were saved in the end", what, r.saved);
	fault_disk.kind = FAULT_NONE;
	check_after(&r, what);
	casefile_release(&r.cf);
	free(r.path);
	return operations;
}

static void every_operation(void **state, enum fault_kind kind, bool sticky, long step)
{
	long operations = one_run(*state, kind, 0, false, true);

	assert_true(operations > 40);
	print_message("kind %d: %ld positions in steps of %ld\n", (int)kind, operations, step);
	for (long at = 1; at <= operations; at += step)
		(void)one_run(*state, kind, at, sticky, !sticky);
}

static void test_every_operation_fails_once(void **state)
{
	every_operation(state, FAULT_IO, false, 1);
}

static void test_every_operation_fails_for_good(void **state)
{
	every_operation(state, FAULT_IO, true, 2);
}

static void test_every_write_torn(void **state)
{
	every_operation(state, FAULT_TORN, false, 1);
}

static void test_every_write_torn_for_good(void **state)
{
	every_operation(state, FAULT_TORN, true, 3);
}

static void test_every_write_finds_no_room(void **state)
{
	every_operation(state, FAULT_FULL, true, 2);
}

/* Full at any size: a clear error, nothing lost, and it goes on when there is room again. */
static void test_quota(void **state)
{
	for (int64_t quota = 4096; quota < 140000; quota += 4096) {
		struct run r = {.begun = false};
		char name[40], what[40];

		snprintf(name, sizeof(name), "q%lld-cases.db", (long long)quota);
		snprintf(what, sizeof(what), "quota %lld", (long long)quota);
		r.path = in_folder(*state, name);
		case_make(&r.cf, "quota");
		fault_disk_reset();
		fault_disk.quota = quota;
		live(&r);
		fault_disk.quota = 0;
		check_after(&r, what);
		live(&r);
		assert_true(r.begun);
		assert_int_equal(r.saved, STEPS * PER_STEP);
		check_after(&r, what);
		casefile_release(&r.cf);
		free(r.path);
	}
}

static void test_full_says_so(void **state)
{
	char *path = in_folder(*state, "cases.db");
	struct casefile cf;
	struct store *s;
	uint32_t saved = 0;
	struct err err;
	int rc = 0;

	s = open_faulty(path, &err);
	assert_non_null(s);
	case_make(&cf, "full");
	assert_ok(store_begin(s, &cf, &err), &err);
	fault_disk.quota = 200000;
	while (rc == 0) {
		add_story(&cf, (uint32_t)cf.nlog);
		rc = store_append(s, &cf, saved, &saved, &err);
	}
	assert_int_equal(err.code, FAIL_FULL);
	assert_non_null(strstr(err.msg, path));
	assert_non_null(strstr(err.msg, "disk is full"));
	assert_int_equal(saved, cf.nlog - 1);
	fault_disk.quota = 0;
	assert_ok(store_append(s, &cf, saved, &saved, &err), &err);
	assert_int_equal(saved, cf.nlog);
	casefile_release(&cf);
	store_close(s);
	free(path);
}

static void add_big(struct casefile *cf)
{
	struct fact facts[EVIDENCE_MAX_FACTS];
	char keys[EVIDENCE_MAX_FACTS][24];
	struct record r = {.kind = REC_EVIDENCE, .at_ms = T0};

	for (int i = 0; i < EVIDENCE_MAX_FACTS; i++) {
		snprintf(keys[i], sizeof(keys[i]), "fact_%d_%zu", i, cf->nlog);
		facts[i] = (struct fact){
		        keys[i], value_str("one hundred bytes or so of what a log file said about it")};
	}
	r.u.evidence = (struct evidence){.probe = "iis.log",
	                                 .target = "u_ex.log",
	                                 .outcome = EV_MEASURED,
	                                 .facts = facts,
	                                 .nfacts = EVIDENCE_MAX_FACTS};
	assert_non_null(casefile_append(cf, &r, NULL));
}

static void append_one(struct store *s, struct casefile *cf, uint32_t *saved, int i)
{
	long before = fault_disk.syncs;
	struct err err;

	if (i % 50 == 0)
		add_big(cf);
	else
		add_story(cf, (uint32_t)i);
	/* Title and step change with every answer, and cost nothing. */
	casefile_set_mark(cf, &(struct case_mark){"title", i % 2 == 0 ? "one" : "two", CASE_OPEN});
	assert_ok(store_append(s, cf, *saved, saved, &err), &err);
	if (fault_disk.syncs != before + 1)
		fail_msg("append %d: %ld syncs", i, fault_disk.syncs - before);
}

/* The promise of performance: an answer is one sync, whatever else goes on between answers. */
static void test_one_sync_per_append(void **state)
{
	char *path = in_folder(*state, "cases.db");
	long before, kept = 0;
	struct casefile cf;
	struct store *s;
	uint32_t saved = 0;
	struct err err;

	s = open_faulty(path, &err);
	assert_non_null(s);
	case_make(&cf, "syncs");
	assert_ok(store_begin(s, &cf, &err), &err);
	for (int i = 0; i < 2000; i++) {
		append_one(s, &cf, &saved, i);
		before = fault_disk.syncs;
		store_keep(s);
		kept += fault_disk.syncs - before;
	}
	if (kept == 0 || kept > 2000 / 8)
		fail_msg("%ld syncs of housekeeping between 2000 answers", kept);
	for (int i = 0; i < 500; i++)
		append_one(s, &cf, &saved, i);
	/* The same again: nothing is written, nothing is synced. */
	before = fault_disk.syncs;
	assert_ok(store_append(s, &cf, 0, &saved, &err), &err);
	assert_int_equal(fault_disk.syncs, before);
	store_idle(s);
	append_one(s, &cf, &saved, 1);
	casefile_release(&cf);
	store_close(s);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_every_operation_fails_once, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_every_operation_fails_for_good, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_every_write_torn, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_every_write_torn_for_good, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_every_write_finds_no_room, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_quota, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_full_says_so, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_one_sync_per_append, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
