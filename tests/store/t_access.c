/* Who may write, and where: files and folders that cannot be written, and a real disk that is full. */
#define _GNU_SOURCE
#include "store_test.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define RECORDS 20

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

/* A store with one case in it; `waiting`: with its last records still in the write-ahead log. */
static void make_store(const char *path, bool waiting)
{
	struct casefile cf;
	uint32_t saved;
	struct store *s;
	struct err err;

	s = open_or_fail(path);
	casefile_init(&cf, "01BBBBBBBBBBBBBBBBBBBBBBB1", "intune-scep-ndes", NULL, T0);
	assert_ok(store_begin(s, &cf, &err), &err);
	for (uint32_t i = 0; i < RECORDS; i++)
		add_story(&cf, i);
	assert_ok(store_append(s, &cf, 0, &saved, &err), &err);
	if (waiting)
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	casefile_release(&cf);
	store_close(s);
}

/* Root may write everywhere: what must be refused is tried as nobody, in a child. */
static int as_nobody(int (*fn)(const char *path), const char *path)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(99);
		_exit(fn(path));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static bool count_row(void *arg, const struct case_row *row)
{
	*(uint32_t *)arg += row->records;
	return true;
}

static int reads_all(struct store *s)
{
	struct casefile cf;
	uint32_t n = 0;
	int rc = 0;

	if (store_list(s, "contoso", count_row, &n, NULL) != 0 || n != RECORDS)
		return 20;
	if (store_load(s, "1", &cf, NULL) != 0)
		return 21;
	if (cf.nlog != RECORDS)
		rc = 22;
	casefile_release(&cf);
	return rc;
}

/* Writing is refused with words, reading works all the same. */
static int read_but_not_write(const char *path)
{
	struct casefile cf;
	struct store *s;
	struct err err;
	int rc;

	if (store_open(path, false, &s, &err) == 0)
		return 1;
	if (err.code != FAIL_READONLY || strstr(err.msg, path) == NULL || strstr(err.msg, "--db") == NULL) {
		fprintf(stderr, "%s: %s\n", err_str(err.code), err.msg);
		return 2;
	}
	if (store_open(path, true, &s, &err) != 0) {
		fprintf(stderr, "%s: %s\n", err_str(err.code), err.msg);
		return 3;
	}
	rc = reads_all(s);
	casefile_init(&cf, NULL, "f", NULL, T0);
	if (rc == 0 && (store_begin(s, &cf, &err) == 0 || err.code != FAIL_READONLY))
		rc = 4;
	if (rc == 0 && (store_delete(s, "1", &err) == 0 || err.code != FAIL_READONLY))
		rc = 5;
	store_keep(s);
	store_idle(s);
	casefile_release(&cf);
	store_close(s);
	return rc;
}

static void test_file_cannot_be_written(void **state)
{
	char *path = in_folder(*state, "cases.db");

	make_store(path, false);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(*state, 0777), 0);
	assert_int_equal(as_nobody(read_but_not_write, path), 0);
	free(path);
}

static void test_folder_cannot_be_written(void **state)
{
	char *path = in_folder(*state, "odd name %41?#.db");

	make_store(path, false);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(chmod(*state, 0555), 0);
	assert_int_equal(as_nobody(read_but_not_write, path), 0);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(as_nobody(read_but_not_write, path), 0);
	assert_int_equal(chmod(*state, 0700), 0);
	free(path);
}

/* Changes that wait in the write-ahead log must not be passed over in silence. */
static int all_or_a_reason(const char *path)
{
	struct store *s;
	struct err err;
	int rc;

	if (store_open(path, true, &s, &err) != 0)
		return err.code == FAIL_READONLY && strstr(err.msg, "-wal") != NULL ? 0 : 1;
	rc = reads_all(s);
	store_close(s);
	return rc;
}

static void test_folder_cannot_be_written_and_changes_wait(void **state)
{
	char *path = in_folder(*state, "cases.db"), *shm = in_folder(*state, "cases.db-shm"),
	     *wal = in_folder(*state, "cases.db-wal");
	struct stat st;

	make_store(path, true);
	assert_int_equal(stat(wal, &st), 0);
	assert_true(st.st_size > 0);
	chmod(path, 0444);
	chmod(wal, 0444);
	unlink(shm);
	assert_int_equal(chmod(*state, 0555), 0);
	assert_int_equal(as_nobody(all_or_a_reason, path), 0);
	assert_int_equal(chmod(*state, 0700), 0);
	free(wal);
	free(shm);
	free(path);
}

static int cannot_be_read(const char *path)
{
	struct store *s;
	struct err err;

	for (int read_only = 0; read_only <= 1; read_only++) {
		if (store_open(path, read_only != 0, &s, &err) == 0)
			return 1;
		if (strstr(err.msg, path) == NULL || strstr(err.msg, "--db") == NULL)
			return 2;
	}
	return 0;
}

static void test_file_cannot_be_read(void **state)
{
	char *path = in_folder(*state, "cases.db");

	make_store(path, false);
	chmod(path, 0000);
	chmod(*state, 0777);
	assert_int_equal(as_nobody(cannot_be_read, path), 0);
	free(path);
}

static int cannot_be_made(const char *path)
{
	struct store *s;
	struct err err;

	if (store_open(path, false, &s, &err) == 0)
		return 1;
	return err.code == FAIL_READONLY && strstr(err.msg, path) != NULL && strstr(err.msg, "--db") != NULL
	               ? 0
	               : 2;
}

static int cannot_be_made_at_home(const char *folder)
{
	struct store *s;
	struct err err;

	setenv("XDG_DATA_HOME", folder, 1);
	if (store_open(NULL, false, &s, &err) == 0)
		return 1;
	return err.code == FAIL_READONLY && strstr(err.msg, folder) != NULL && strstr(err.msg, "--db") != NULL
	               ? 0
	               : 2;
}

static void test_folder_refuses_a_new_store(void **state)
{
	char *path = in_folder(*state, "cases.db");

	assert_int_equal(chmod(*state, 0555), 0);
	assert_int_equal(as_nobody(cannot_be_made, path), 0);
	assert_int_equal(as_nobody(cannot_be_made_at_home, *state), 0);
	assert_int_equal(chmod(*state, 0700), 0);
	free(path);
}

/* ---- a real file system without room ---- */

static void fill(const char *folder)
{
	char *path = in_folder(folder, "filler"), block[4096] = {0};
	FILE *f = fopen(path, "wb");

	setvbuf(f, NULL, _IONBF, 0);
	while (fwrite(block, 1, sizeof(block), f) == sizeof(block))
		;
	fclose(f);
	free(path);
}

static void make_room(const char *folder)
{
	char *path = in_folder(folder, "filler");

	unlink(path);
	free(path);
}

/* Fills up while a case grows: the error is clear, nothing is lost, and it goes on with room. */
static int grow_until_full(const char *folder)
{
	char *path = in_folder(folder, "cases.db");
	struct store_check c = {.fault = NULL};
	struct casefile cf, back;
	uint32_t saved = 0;
	struct store *s;
	struct err err;
	int rc = 0;

	if (store_open(path, false, &s, &err) != 0)
		return 1;
	case_make(&cf, "full");
	if (store_begin(s, &cf, &err) != 0)
		return 2;
	while (rc == 0 && cf.nlog < 5000) {
		add_story(&cf, (uint32_t)cf.nlog);
		if (cf.nlog == 15)
			fill(folder);
		rc = store_append(s, &cf, saved, &saved, &err);
	}
	if (rc == 0 || err.code != FAIL_FULL || strstr(err.msg, path) == NULL) {
		fprintf(stderr, "%s: %s\n", err_str(err.code), err.msg);
		return 3;
	}
	if (store_load(s, cf.id, &back, &err) != 0 || back.nlog != saved)
		return 4; /* reading goes on, while full */
	casefile_release(&back);
	store_close(s);
	if (store_open(path, true, &s, &err) != 0 || store_load(s, cf.id, &back, &err) != 0 ||
	    back.nlog != saved) {
		fprintf(stderr, "%s: %s\n", err_str(err.code), err.msg);
		return 5; /* also by a new process, before there is room */
	}
	casefile_release(&back);
	store_close(s);
	make_room(folder);
	if (store_open(path, false, &s, &err) != 0 || store_append(s, &cf, saved, &saved, &err) != 0) {
		fprintf(stderr, "%s: %s\n", err_str(err.code), err.msg);
		return 6;
	}
	if (saved != cf.nlog || store_verify(s, NULL, &c, &err) != 0 || c.faults != 0)
		return 7;
	store_close(s);
	casefile_release(&cf);
	free(path);
	return 0;
}

static int begin_when_full(const char *folder)
{
	char *path = in_folder(folder, "cases.db");
	struct store *s = NULL;
	struct casefile cf;
	struct err err;
	int rc;

	fill(folder);
	rc = store_open(path, false, &s, &err);
	case_make(&cf, "full");
	if (rc == 0)
		rc = store_begin(s, &cf, &err);
	if (rc == 0 || err.code != FAIL_FULL) {
		fprintf(stderr, "%s: %s\n", err_str(err.code), err.msg);
		return 1;
	}
	store_close(s);
	make_room(folder);
	if (store_open(path, false, &s, &err) != 0 || store_begin(s, &cf, &err) != 0)
		return 2;
	store_close(s);
	casefile_release(&cf);
	free(path);
	return 0;
}

/* On a file system of its own, seen by nobody else. */
static int on_small_disk(int (*fn)(const char *folder), const char *folder)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		    mount("tmpfs", folder, "tmpfs", 0, "size=512k") != 0)
			_exit(99);
		_exit(fn(folder));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static void small_disk(int (*fn)(const char *folder), void **state)
{
	int rc = on_small_disk(fn, *state);

	/* Where no file system can be mounted the quota of t_fault still tells. */
	if (rc == 99) {
		print_message("NOT TRIED: no small file system can be mounted here (%s)\n", strerror(errno));
		skip();
	}
	assert_int_equal(rc, 0);
}

static void test_grow_until_full(void **state)
{
	small_disk(grow_until_full, state);
}

static void test_begin_when_full(void **state)
{
	small_disk(begin_when_full, state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_file_cannot_be_written, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_folder_cannot_be_written, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_folder_cannot_be_written_and_changes_wait, setup,
	                                        teardown),
	        cmocka_unit_test_setup_teardown(test_file_cannot_be_read, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_folder_refuses_a_new_store, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_grow_until_full, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_begin_when_full, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
