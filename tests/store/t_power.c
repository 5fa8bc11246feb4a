/*
 * The power goes at a random operation.  What was synced is on the disk; of what
 * was not, any sectors may be, in any order.  Nothing acknowledged may be lost and
 * nothing half-written may be shown, however often it happens to one database.
 */
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault_vfs.h"

#define ROUNDS 100 /* CASEBOOK_POWER_ROUNDS asks for more */
#define LIVES 4    /* of one database, each ended by a power cut */
#define CASES 8

struct acked {
	struct casefile cf;
	bool begun;
	uint32_t saved;
};
struct world {
	char *folder;
	struct acked cases[CASES];
	size_t ncases;
	uint64_t seed;
};

static uint64_t dice(struct world *w, uint64_t sides)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return w->seed % sides;
}

static int setup(void **state)
{
	fault_vfs_register();
	*state = folder_make_quick();
	return 0;
}

static int teardown(void **state)
{
	fault_disk_reset();
	folder_remove(*state);
	return 0;
}

static struct acked *new_case(struct world *w)
{
	struct acked *a = &w->cases[w->ncases++];

	case_make(&a->cf, "power");
	return a;
}

static void act(struct world *w, struct store *s, struct acked *a)
{
	uint32_t saved, foreign;

	switch (dice(w, 12)) {
	case 0:
		store_keep(s);
		return;
	case 1:
		s->wal_pages = STORE_WAL_HARD;
		store_idle(s);
		return;
	case 2:
		store_idle(s);
		return;
	default:
		break;
	}
	for (uint64_t n = dice(w, 3) + 1; n > 0; n--)
		add_story(&a->cf, (uint32_t)a->cf.nlog);
	if (dice(w, 3) == 0)
		casefile_set_mark(&a->cf,
		                  &(struct case_mark){"power", dice(w, 2) == 0 ? "one" : "two", CASE_OPEN});
	if (store_append_merge(s, &a->cf, a->saved, &saved, &foreign, NULL) == 0)
		a->saved = saved;
}

/* The program runs until the power goes, and does not know it: everything just fails from then on. */
static void live(struct world *w, const char *path)
{
	const struct store_options opt = {.path = path, .busy_ms = 50, .vfs = FAULT_VFS};
	struct store *s;

	fault_disk.kind = FAULT_TORN;
	fault_disk.sticky = true;
	fault_disk.at = fault_disk.operations + 1 + (long)dice(w, 180);
	if (store_open_with(&opt, &s, NULL) != 0)
		return;
	for (int i = 0; i < 40 && fault_disk.failures == 0; i++) {
		struct acked *a;

		if (w->ncases == 0 || (w->ncases < CASES && dice(w, 10) == 0)) {
			a = new_case(w);
			a->begun = store_begin(s, &a->cf, NULL) == 0;
		}
		a = &w->cases[dice(w, w->ncases)];
		if (a->begun)
			act(w, s, a);
	}
	store_close(s); /* on half of the lives this ends it, on the others it is what fails */
}

static void fail_on_fault(void *arg, const struct store_fault *f)
{
	fail_msg("round %d: case %u record %u: %s", *(int *)arg, f->number, f->pos, f->what);
}

static void check_case(struct store *s, struct acked *a, int round)
{
	struct casefile back;
	struct err err;

	if (store_load(s, a->cf.id, &back, &err) != 0) {
		if (a->begun)
			fail_msg("round %d: a case is lost: %s", round, err.msg);
		return;
	}
	if (back.nlog < a->saved || back.nlog > a->cf.nlog)
		fail_msg("round %d: %zu records of %u acknowledged", round, back.nlog, a->saved);
	/* The next life begins with what is there. */
	a->cf.nlog = back.nlog;
	a->begun = true;
	a->saved = (uint32_t)back.nlog;
	assert_same_log(&a->cf, &back);
	casefile_release(&back);
}

static bool count_row(void *arg, const struct case_row *row)
{
	(void)row;
	++*(size_t *)arg;
	return true;
}

static void check(struct world *w, const char *path, int round)
{
	struct store_check c = {.fault = fail_on_fault, .arg = &round};
	struct store *s;
	struct err err;
	size_t n = 0;

	if (access(path, F_OK) != 0 && w->ncases == 0)
		return;
	if (open_quick(path, false, &s, &err) != 0)
		fail_msg("round %d: %s", round, err.msg);
	assert_ok(store_verify(s, NULL, &c, &err), &err);
	for (size_t i = 0; i < w->ncases; i++)
		check_case(s, &w->cases[i], round);
	assert_ok(store_list(s, "contoso", count_row, &n, &err), &err);
	store_close(s);
}

static char *make_folder(const char *base, int round, int life, const char *what)
{
	char name[64];
	char *path;

	snprintf(name, sizeof(name), "%d-%d-%s", round, life, what);
	path = in_folder(base, name);
	assert_int_equal(mkdir(path, 0700), 0);
	return path;
}

/* One database through several lives, each on what the power cut before it left. */
static void one_world(const char *base, int round, long *cuts)
{
	struct world w = {.seed = (uint64_t)round * 0x9E3779B97F4A7C15u + 12345};
	char *folder = make_folder(base, round, 0, "start");

	for (int life = 1; life <= LIVES; life++) {
		char *path = in_folder(folder, "cases.db"), *next = make_folder(base, round, life, "after"),
		     *copy;

		fault_disk_reset();
		fault_remember_folder(folder);
		fault_remember(true);
		live(&w, path);
		*cuts += fault_disk.failures != 0;
		fault_power_cut(folder, next, dice(&w, UINT32_MAX));
		fault_disk_reset();
		copy = in_folder(next, "cases.db");
		check(&w, copy, round);
		free(copy);
		free(path);
		folder_remove(folder);
		folder = next;
	}
	folder_remove(folder);
	for (size_t i = 0; i < w.ncases; i++)
		casefile_release(&w.cases[i].cf);
}

static void test_power_cuts(void **state)
{
	const char *more = getenv("CASEBOOK_POWER_ROUNDS");
	int rounds = more != NULL ? (int)strtol(more, NULL, 10) : ROUNDS;
	long cuts = 0;

	for (int round = 1; round <= rounds; round++)
		one_world(*state, round, &cuts);
	print_message("%d databases, %ld lives cut short\n", rounds, cuts);
	assert_true(cuts > rounds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_power_cuts, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
