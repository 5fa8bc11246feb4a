/* Several processes: killed at any moment, on one case, on one database, one that does not let go. */
#include "store_test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KILLS 200 /* CASEBOOK_KILLS asks for more */
#define KILLS_PER_CASE 20

/* What a child says on its pipe once the store has said it to the child. */
struct ack {
	uint32_t number, saved;
};

static int setup(void **state)
{
	*state = folder_make();
	return 0;
}

static int teardown(void **state)
{
	folder_remove(*state);
	return 0;
}

static void pause_us(long us)
{
	const struct timespec t = {us / 1000000, us % 1000000 * 1000};

	nanosleep(&t, NULL);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return status;
}

static void wait_ok(pid_t pid)
{
	int status = wait_for(pid);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("a child ended with status %#x", status);
}

/* ---- SIGKILL ---- */

/* A child never returns: it appends to a case, a few records at a time, until it is killed. */
static _Noreturn void append_until_killed(const char *path, const char *ref, int out)
{
	struct casefile cf;
	struct store *s;
	struct ack ack;
	uint32_t foreign;

	if (store_open(path, false, &s, NULL) != 0)
		_exit(1);
	if (ref == NULL) {
		case_make(&cf, "killed");
		if (store_begin(s, &cf, NULL) != 0)
			_exit(1);
	} else if (store_load(s, ref, &cf, NULL) != 0) {
		_exit(1);
	}
	ack = (struct ack){cf.number, (uint32_t)cf.nlog};
	for (;;) {
		(void)!write(out, &ack, sizeof(ack));
		for (size_t n = 1 + cf.nlog % 3; n > 0; n--)
			add_story(&cf, (uint32_t)cf.nlog);
		if (store_append_merge(s, &cf, ack.saved, &ack.saved, &foreign, NULL) != 0)
			_exit(1);
		store_keep(s);
		if (cf.nlog % 7 == 0) {
			s->wal_pages = STORE_WAL_HARD;
			store_idle(s);
		}
	}
}

static struct ack kill_one(const char *path, const char *ref, long after_us)
{
	struct ack ack = {0, 0}, got;
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		append_until_killed(path, ref, fds[1]);
	}
	close(fds[1]);
	/* Every second one is killed while it appends, however slow the machine is (the first word of a child
	 * says where it begins, the second that it has appended), the others at any time after they were
	 * born. */
	for (int words = 0;
	     after_us % 2 == 0 && words < 2 && read(fds[0], &got, sizeof(got)) == (ssize_t)sizeof(got);
	     words++)
		ack = got;
	pause_us(after_us);
	assert_int_equal(kill(pid, SIGKILL), 0);
	while (read(fds[0], &got, sizeof(got)) == (ssize_t)sizeof(got))
		ack = got;
	close(fds[0]);
	status = wait_for(pid);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		fail_msg("the child ended by itself: %#x", status);
	return ack;
}

static void fail_on_fault(void *arg, const struct store_fault *f)
{
	(void)arg;
	fail_msg("case %u record %u: %s", f->number, f->pos, f->what);
}

/* All that was acknowledged is there, and all that is there is what was to be written. */
static uint32_t check_killed(const char *path, const char *ref, uint32_t acked)
{
	struct store_check c = {.fault = fail_on_fault};
	struct casefile back, told;
	struct store *s;
	struct err err;
	uint32_t n;

	assert_ok(store_open(path, false, &s, &err), &err);
	assert_ok(store_verify(s, ref, &c, &err), &err);
	assert_ok(store_load(s, ref, &back, &err), &err);
	if (back.nlog < acked)
		fail_msg("%u records were acknowledged, %zu are there", acked, back.nlog);
	case_make(&told, "");
	for (uint32_t i = 0; i < back.nlog; i++)
		add_story(&told, i);
	assert_same_log(&told, &back);
	n = (uint32_t)back.nlog;
	casefile_release(&told);
	casefile_release(&back);
	store_close(s);
	return n;
}

static void test_kill(void **state)
{
	const char *more = getenv("CASEBOOK_KILLS");
	long kills = more != NULL ? strtol(more, NULL, 10) : KILLS, begun = 0, grown = 0;
	char *path = in_folder(*state, "cases.db"), ref[16] = "";
	struct store_check c = {.fault = fail_on_fault};
	uint32_t seed = 1, had = 0;
	struct store *s;
	struct err err;

	store_close(open_or_fail(path));
	for (long i = 0; i < kills; i++) {
		struct ack ack;

		seed = seed * 1664525u + 1013904223u;
		if (i % KILLS_PER_CASE == 0)
			ref[0] = '\0';
		ack = kill_one(path, ref[0] != '\0' ? ref : NULL, 200 + (seed >> 8) % 20000);
		if (ack.number == 0 && ref[0] == '\0')
			continue; /* killed before it began */
		if (ref[0] == '\0') {
			snprintf(ref, sizeof(ref), "#%u", ack.number);
			begun++;
			had = 0;
		}
		ack.saved = check_killed(path, ref, ack.saved > had ? ack.saved : had);
		grown += ack.saved > had;
		had = ack.saved;
	}
	s = open_or_fail(path);
	assert_ok(store_verify(s, NULL, &c, &err), &err);
	store_close(s);
	print_message(
	        "%ld kills, %ld of them while records were being added to %ld cases, %u records in all\n",
	        kills, grown, begun, c.records);
	assert_true(grown > kills / 4);
	free(path);
}

/* ---- together ---- */

static _Noreturn void write_notes(const char *path, const char *ref, int who, int n)
{
	uint32_t saved, foreign;
	struct casefile cf;
	struct store *s;
	struct err err;

	if (store_open(path, false, &s, &err) != 0 || store_load(s, ref, &cf, &err) != 0)
		_exit(1);
	saved = (uint32_t)cf.nlog;
	for (int i = 0; i < n; i++) {
		char text[40];

		snprintf(text, sizeof(text), "%d says %d", who, i);
		add_note(&cf, text);
		if (i % 3 == 0)
			continue; /* two at a time */
		if (store_append_merge(s, &cf, saved, &saved, &foreign, &err) != 0)
			_exit(1);
	}
	if (store_append_merge(s, &cf, saved, &saved, &foreign, &err) != 0)
		_exit(1);
	casefile_release(&cf);
	store_close(s);
	_exit(0);
}

/* Any number of processes on one case: every note of everybody, each one's in order, none twice. */
static void test_many_on_one_case(void **state)
{
	enum { WRITERS = 4, NOTES = 60 };
	char *path = in_folder(*state, "cases.db");
	int next[WRITERS] = {0};
	struct casefile cf, back;
	pid_t pids[WRITERS];
	struct store *s;
	struct err err;

	s = open_or_fail(path);
	case_make(&cf, "together");
	assert_ok(store_begin(s, &cf, &err), &err);
	store_close(s);
	for (int who = 0; who < WRITERS; who++) {
		pids[who] = fork();
		assert_true(pids[who] >= 0);
		if (pids[who] == 0)
			write_notes(path, cf.id, who, NOTES);
	}
	for (int who = 0; who < WRITERS; who++)
		wait_ok(pids[who]);
	s = open_or_fail(path);
	assert_ok(store_load(s, cf.id, &back, &err), &err);
	assert_int_equal(back.nlog, WRITERS * NOTES);
	for (size_t i = 0; i < back.nlog; i++) {
		int who, n;

		assert_int_equal(sscanf(back.log[i].u.note.text, "%d says %d", &who, &n), 2);
		assert_int_equal(n, next[who]++);
	}
	casefile_release(&back);
	casefile_release(&cf);
	store_close(s);
	free(path);
}

static _Noreturn void own_case(const char *path, int n)
{
	struct casefile cf;
	uint32_t saved = 0;
	struct store *s;

	struct err err;

	/* All of them at once make the same new database. */
	if (store_open(path, false, &s, &err) != 0) {
		(void)!write(2, err.msg, strlen(err.msg));
		_exit(1);
	}
	case_make(&cf, "own");
	if (store_begin(s, &cf, NULL) != 0)
		_exit(2);
	for (int i = 0; i < n; i++) {
		add_story(&cf, (uint32_t)i);
		if (store_append(s, &cf, saved, &saved, NULL) != 0)
			_exit(3);
		if (i % 10 == 0)
			store_keep(s);
		if (i % 10 == 5)
			store_idle(s);
	}
	casefile_release(&cf);
	store_close(s);
	_exit(0);
}

static void test_many_on_one_database(void **state)
{
	enum { WRITERS = 8, RECORDS = 60 };
	char *path = in_folder(*state, "cases.db");
	struct store_check c = {.fault = fail_on_fault};
	pid_t pids[WRITERS];
	struct store *s;
	struct err err;

	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			own_case(path, RECORDS);
	}
	for (int i = 0; i < WRITERS; i++)
		wait_ok(pids[i]);
	s = open_or_fail(path);
	assert_ok(store_verify(s, NULL, &c, &err), &err);
	assert_int_equal(c.cases, WRITERS);
	assert_int_equal(c.records, WRITERS * RECORDS);
	store_close(s);
	free(path);
}

static _Noreturn void open_when_told(const char *path, int told)
{
	struct store *s;
	struct err err;
	char go;

	(void)!read(told, &go, 1);
	if (store_open(path, false, &s, &err) != 0) {
		(void)!write(2, err.msg, strlen(err.msg));
		_exit(1);
	}
	store_close(s);
	_exit(0);
}

/* What one looks at while another makes the database must be of one moment. */
static void test_made_together(void **state)
{
	enum { OPENERS = 8, DATABASES = 40 };
	pid_t pids[OPENERS];
	int told[2];

	for (int d = 0; d < DATABASES; d++) {
		char name[32], *path;

		snprintf(name, sizeof(name), "made-%d.db", d);
		path = in_folder(*state, name);
		assert_int_equal(pipe(told), 0);
		for (int i = 0; i < OPENERS; i++) {
			pids[i] = fork();
			assert_true(pids[i] >= 0);
			if (pids[i] == 0) {
				close(told[1]);
				open_when_told(path, told[0]);
			}
		}
		close(told[0]);
		close(told[1]); /* for all of them at once */
		for (int i = 0; i < OPENERS; i++)
			wait_ok(pids[i]);
		free(path);
	}
}

/* ---- one that does not let go ---- */

static void test_locked(void **state)
{
	char *path = in_folder(*state, "cases.db"), go;
	const struct store_options opt = {.path = path, .busy_ms = 300};
	struct casefile cf, back;
	int to[2], from[2];
	uint32_t saved = 0;
	struct store *s;
	struct err err;
	pid_t pid;

	s = open_or_fail(path);
	case_make(&cf, "locked");
	assert_ok(store_begin(s, &cf, &err), &err);
	store_close(s);
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sqlite3 *db;

		if (sqlite3_open(path, &db) != SQLITE_OK ||
		    sqlite3_exec(db, "BEGIN IMMEDIATE; UPDATE cases SET tool = 'x'", NULL, NULL, NULL) !=
		            SQLITE_OK)
			_exit(1);
		(void)!write(from[1], "k", 1);
		(void)!read(to[0], &go, 1);
		_exit(0); /* without a word: its lock goes with it */
	}
	assert_int_equal(read(from[0], &go, 1), 1);
	assert_ok(store_open_with(&opt, &s, &err), &err); /* opening and reading need no lock */
	assert_ok(store_load(s, cf.id, &back, &err), &err);
	casefile_release(&back);
	add_note(&cf, "to be kept");
	assert_int_equal(store_append(s, &cf, 0, &saved, &err), -1);
	assert_int_equal(err.code, FAIL_LOCKED);
	assert_non_null(strstr(err.msg, path));
	assert_non_null(strstr(err.msg, "another program"));
	assert_int_equal(write(to[1], "k", 1), 1);
	wait_ok(pid);
	assert_ok(store_append(s, &cf, 0, &saved, &err), &err);
	assert_int_equal(saved, 1);
	assert_ok(store_load(s, cf.id, &back, &err), &err);
	assert_string_equal(back.title, "locked");
	casefile_release(&back);
	casefile_release(&cf);
	store_close(s);
	for (int i = 0; i < 2; i++) {
		close(to[i]);
		close(from[i]);
	}
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_kill, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_many_on_one_case, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_many_on_one_database, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_made_together, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_locked, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
