/* What a database may be when it is opened: new, older, newer, foreign, no database at all. */
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char *folder, *path;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->folder = folder_make();
	f->path = in_folder(f->folder, "cases.db");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	free(f->path);
	folder_remove(f->folder);
	free(f);
	return 0;
}

static void run_sql(const char *path, const char *sql)
{
	char *why = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

static int records_in(const char *path)
{
	sqlite3_stmt *q;
	sqlite3 *db;
	int n;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	        sqlite3_prepare_v2(db, "SELECT count(*) FROM records WHERE json <> ''", -1, &q, NULL),
	        SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

static void texts(struct store *s, uint32_t cases, struct buf *out)
{
	for (uint32_t i = 1; i <= cases; i++) {
		struct casefile cf;
		struct err err;
		char ref[16];

		snprintf(ref, sizeof(ref), "#%u", i);
		assert_ok(store_load(s, ref, &cf, &err), &err);
		for (size_t k = 0; k < cf.nlog; k++) {
			record_json(out, &cf.log[k]);
			buf_char(out, '\n');
		}
		casefile_release(&cf);
	}
}

static bool count_row(void *arg, const struct case_row *row)
{
	(void)row;
	++*(int *)arg;
	return true;
}

static void check_migrated(const char *path, const char *expected)
{
	struct store *s = open_or_fail(path);
	struct casefile cf;
	uint32_t saved;
	struct err err;
	struct buf now;
	int n = 0;

	buf_init(&now, BUF_MAX_TEXT);
	texts(s, 3, &now);
	assert_string_equal(buf_cstr(&now), expected);
	assert_ok(store_list(s, "zoe contoso", count_row, &n, &err), &err);
	assert_int_equal(n, 2);
	/* and it goes on */
	assert_ok(store_load(s, "2", &cf, &err), &err);
	add_note(&cf, "after the migration");
	assert_ok(store_append(s, &cf, 14, &saved, &err), &err);
	assert_int_equal(saved, 15);
	casefile_release(&cf);
	store_close(s);
	buf_release(&now);
}

static void check_old(struct fixture *f, int v, const char *expected)
{
	char name[64], *sql, *backup;
	struct stat st;

	snprintf(name, sizeof(name), "old-%d.db", v);
	free(f->path);
	f->path = in_folder(f->folder, name);
	snprintf(name, sizeof(name), "schema_%d.sql", v);
	backup = in_folder(TEST_DIR, name);
	sql = read_file(backup, NULL);
	if (sql == NULL)
		fail_msg("%s is missing", backup);
	free(backup);
	run_sql(f->path, sql);
	check_migrated(f->path, expected);
	snprintf(name, sizeof(name), "old-%d.db.schema-%d.bak", v, v);
	backup = in_folder(f->folder, name);
	assert_int_equal(stat(backup, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(records_in(backup), 28);
	free(backup);
	free(sql);
}

/* Every schema that was ever pushed has its file here, all with the same story. */
static void test_every_old_schema_migrates(void **state)
{
	char *expected = read_file(TEST_DIR "/schema.expected", NULL);

	for (int v = 1; v < latest_schema(); v++)
		check_old(*state, v, expected);
	free(expected);
}

/* Every table and index as SQLite has it, sorted; blanks count once. */
static void put_tables(const char *path, struct buf *out)
{
	sqlite3_stmt *q;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
	                                    "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM "
	                                    "sqlite_master ORDER BY type, name",
	                                    -1, &q, NULL),
	                 SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		for (const char *c = (const char *)sqlite3_column_text(q, 0); *c != '\0'; c++)
			if (*c != ' ' || c[1] != ' ')
				buf_char(out, *c);
		buf_char(out, '\n');
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
}

/* A new store is made at one go; the migrations lead to the very same tables. */
static void test_a_new_store_is_a_migrated_one(void **state)
{
	struct fixture *f = *state;
	char *old = in_folder(f->folder, "old.db"), *sql = read_file(TEST_DIR "/schema_1.sql", NULL);
	struct buf made, migrated;

	run_sql(old, sql);
	store_close(open_or_fail(old));
	store_close(open_or_fail(f->path));
	buf_init(&made, BUF_MAX_TEXT);
	buf_init(&migrated, BUF_MAX_TEXT);
	put_tables(f->path, &made);
	put_tables(old, &migrated);
	assert_string_equal(buf_cstr(&made), buf_cstr(&migrated));
	assert_true(made.n > 500);
	buf_release(&made);
	buf_release(&migrated);
	free(sql);
	free(old);
}

static void test_backups_are_not_overwritten(void **state)
{
	struct fixture *f = *state;
	char *first = in_folder(f->folder, "cases.db.schema-1.bak");
	char *second = in_folder(f->folder, "cases.db.schema-1.2.bak");
	char *sql = read_file(TEST_DIR "/schema_1.sql", NULL), *kept;

	write_file(first, "precious", 8);
	run_sql(f->path, sql);
	store_close(open_or_fail(f->path));
	kept = read_file(first, NULL);
	assert_string_equal(kept, "precious");
	assert_int_equal(access(second, F_OK), 0);
	free(kept);
	free(sql);
	free(second);
	free(first);
}

static void test_new_file_is_private(void **state)
{
	struct fixture *f = *state;
	char *xdg = in_folder(f->folder, "a/b/data");
	struct stat st;
	struct store *s;
	struct err err;

	setenv("XDG_DATA_HOME", xdg, 1);
	assert_int_equal(store_open(NULL, true, &s, &err), -1);
	assert_int_equal(err.code, FAIL_NOT_FOUND);
	assert_int_equal(access(xdg, F_OK), -1); /* reading makes nothing */
	assert_ok(store_open(NULL, false, &s, &err), &err);
	assert_string_equal(strrchr(s->path, '/'), "/cases.db");
	assert_int_equal(stat(s->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(xdg, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	store_close(s);
	free(xdg);

	/* A relative XDG_DATA_HOME is to be ignored, HOME comes next. */
	setenv("XDG_DATA_HOME", "relative", 1);
	setenv("HOME", f->folder, 1);
	assert_ok(store_open(NULL, false, &s, &err), &err);
	assert_non_null(strstr(s->path, "/.local/share/casebook/cases.db"));
	store_close(s);
	unsetenv("HOME");
	assert_int_equal(store_open(NULL, false, &s, &err), -1);
	assert_non_null(strstr(err.msg, "--db"));
}

static void test_what_is_refused(void **state)
{
	static const struct {
		const char *sql, *bytes;
		enum err_code code;
		const char *says;
	} rows[] = {
	        {"PRAGMA application_id = 1130523441; PRAGMA user_version = 99; CREATE TABLE t (x)", NULL,
	         FAIL_DB, "newer casebook (schema 99"},
	        {"CREATE TABLE t (x)", NULL, FAIL_DB, "another program"},
	        {"PRAGMA application_id = 252006673; CREATE TABLE t (x)", NULL, FAIL_DB, "0x0f055111"},
	        {"PRAGMA user_version = 1", NULL, FAIL_DB, "another program"},
	        {NULL,
	         "This is a text file, long enough to be looked at as a database header, and it is none at "
	         "all.",
	         FAIL_DB, "not a case store"},
	        {NULL, "hello", FAIL_DB, "not a case store"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *before, *after;
		size_t n, m;
		struct store *s;
		struct err err;

		unlink(f->path);
		if (rows[i].sql != NULL)
			run_sql(f->path, rows[i].sql);
		else
			write_file(f->path, rows[i].bytes, strlen(rows[i].bytes));
		before = read_file(f->path, &n);
		for (int read_only = 0; read_only <= 1; read_only++) {
			if (store_open(f->path, read_only != 0, &s, &err) != -1)
				fail_msg("row %zu: opened", i);
			assert_null(s);
			if (err.code != rows[i].code || strstr(err.msg, rows[i].says) == NULL ||
			    strstr(err.msg, f->path) == NULL)
				fail_msg("row %zu: %s: %s", i, err_str(err.code), err.msg);
		}
		after = read_file(f->path, &m);
		assert_int_equal(n, m);
		assert_memory_equal(before, after, n); /* not ours: not touched */
		free(before);
		free(after);
	}
}

static void test_odd_paths(void **state)
{
	struct fixture *f = *state;
	char *inside = in_folder(f->folder, "no/such/folder/cases.db");
	char *funny = in_folder(f->folder, "file:a?mode=memory&b #'%41.db");
	struct store *s;
	struct err err;

	assert_int_equal(store_open(inside, false, &s, &err), -1);
	assert_int_equal(err.code, FAIL_IO);
	assert_non_null(strstr(err.msg, "folder does not exist"));
	assert_int_equal(store_open(f->folder, false, &s, &err), -1);
	assert_non_null(strstr(err.msg, "is not a file"));
	assert_int_equal(store_open("/dev/full", false, &s, &err), -1);
	assert_non_null(strstr(err.msg, "is not a file"));
	assert_int_equal(chdir(f->folder), 0);
	assert_ok(store_open(":memory:", false, &s, &err), &err);
	store_close(s);
	assert_int_equal(access(":memory:", F_OK), 0);
	assert_ok(store_open(funny, false, &s, &err), &err);
	store_close(s);
	assert_int_equal(access(funny, F_OK), 0);
	assert_int_equal(chdir("/"), 0);
	free(funny);
	free(inside);
}

static void test_an_empty_file_is_a_new_store(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	struct err err;

	write_file(f->path, "", 0);
	assert_int_equal(store_open(f->path, true, &s, &err), -1);
	assert_int_equal(err.code, FAIL_NOT_FOUND);
	store_close(open_or_fail(f->path));
	assert_ok(store_open(f->path, true, &s, &err), &err);
	store_close(s);
}

/* SQLite would take it for a new database and throw the log away. */
static void test_an_empty_file_beside_a_log(void **state)
{
	struct fixture *f = *state;
	char *wal = in_folder(f->folder, "cases.db-wal"), *kept;
	struct store *s;
	struct err err;

	write_file(f->path, "", 0);
	write_file(wal, "precious", 8);
	assert_int_equal(store_open(f->path, false, &s, &err), -1);
	assert_int_equal(err.code, FAIL_DB);
	assert_non_null(strstr(err.msg, "changes wait"));
	kept = read_file(wal, NULL);
	assert_string_equal(kept, "precious");
	free(kept);
	free(wal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_every_old_schema_migrates, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_a_new_store_is_a_migrated_one, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_backups_are_not_overwritten, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_new_file_is_private, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_what_is_refused, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_odd_paths, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_an_empty_file_is_a_new_store, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_an_empty_file_beside_a_log, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
