/* Stores that somebody else wrote to: a newer one, one with code in it, one with another history, one with a
 * lying index. */
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	char *folder, *path;
	struct casefile cf;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct store *s;
	uint32_t saved;
	struct err err;

	f->folder = folder_make();
	f->path = in_folder(f->folder, "cases.db");
	case_make(&f->cf, "Tablet of Zoë does not enrol");
	s = open_or_fail(f->path);
	assert_ok(store_begin(s, &f->cf, &err), &err);
	for (uint32_t i = 0; i < 4; i++)
		add_story(&f->cf, i);
	assert_ok(store_append(s, &f->cf, 0, &saved, &err), &err);
	store_close(s);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	casefile_release(&f->cf);
	free(f->path);
	folder_remove(f->folder);
	free(f);
	return 0;
}

static void sql(const char *path, const char *text)
{
	char *why = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	sqlite3_close(db);
}

/* One version more than this program knows is already too new, with all its tables as we know them. */
static void the_next_version_is_refused(void **state)
{
	struct fixture *f = *state;
	char set[64], says[64], *before, *after;
	size_t n, m;

	snprintf(set, sizeof(set), "PRAGMA user_version = %d", latest_schema() + 1);
	snprintf(says, sizeof(says), "newer casebook (schema %d", latest_schema() + 1);
	sql(f->path, set);
	before = read_file(f->path, &n);
	for (int read_only = 0; read_only <= 1; read_only++) {
		struct store *s;
		struct err err;

		assert_int_equal(store_open(f->path, read_only != 0, &s, &err), -1);
		assert_int_equal(err.code, FAIL_DB);
		assert_non_null(strstr(err.msg, says));
	}
	after = read_file(f->path, &m);
	assert_int_equal(n, m);
	assert_memory_equal(before, after, n);
	free(before);
	free(after);
	/* and the version that it knows is opened again */
	snprintf(set, sizeof(set), "PRAGMA user_version = %d", latest_schema());
	sql(f->path, set);
	store_close(open_or_fail(f->path));
}

static void ran(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n, (void)v;
	++*(int *)sqlite3_user_data(c);
	sqlite3_result_int(c, 1);
}

static bool any_row(void *arg, const struct case_row *row)
{
	(void)arg, (void)row;
	return true;
}

static int number_in(struct store *s, const char *query)
{
	sqlite3_stmt *q;
	int n;

	assert_int_equal(sqlite3_prepare_v2(s->db, query, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return n;
}

/* Triggers of others run neither functions nor plain SQL when a case is written: nothing is lost by them. */
static void triggers_of_others_are_not_run(void **state)
{
	static const char *const triggers[] = {
	        "CREATE TRIGGER t AFTER INSERT ON records BEGIN SELECT attack(); END",
	        "CREATE TRIGGER u AFTER INSERT ON records BEGIN DELETE FROM cases; END",
	        "CREATE TRIGGER v BEFORE INSERT ON records BEGIN SELECT RAISE(IGNORE); END",
	        "CREATE TRIGGER w AFTER UPDATE ON cases BEGIN DELETE FROM records; END",
	};
	struct fixture *f = *state;
	struct store *s;
	uint32_t saved;
	struct err err;
	int count = 0, before;

	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		sql(f->path, triggers[i]);
	s = open_or_fail(f->path);
	assert_int_equal(sqlite3_create_function(s->db, "attack", 0, SQLITE_UTF8, &count, ran, NULL, NULL),
	                 SQLITE_OK);
	before = number_in(s, "SELECT count(*) FROM records");
	add_note(&f->cf, "one more");
	assert_ok(store_append(s, &f->cf, 4, &saved, &err), &err);
	assert_int_equal(count, 0);
	assert_int_equal(number_in(s, "SELECT count(*) FROM cases"), 1);
	assert_true(number_in(s, "SELECT count(*) FROM records") > before);
	store_close(s);
}

/* A view in the place of a table is refused when the list is read, and what it calls is not run. */
static void a_view_of_others_is_refused(void **state)
{
	static const struct {
		const char *sql, *word;
	} views[] = {
	        {"ALTER TABLE cases RENAME TO kept; CREATE VIEW cases AS SELECT * FROM kept WHERE attack()",
	         "attack()"},
	        {"DROP VIEW cases; CREATE VIEW cases AS SELECT * FROM kept", "view \"cases\""},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		struct store *s;
		struct err err;
		int count = 0;

		sql(f->path, views[i].sql);
		s = open_or_fail(f->path);
		assert_int_equal(
		        sqlite3_create_function(s->db, "attack", 0, SQLITE_UTF8, &count, ran, NULL, NULL),
		        SQLITE_OK);
		if (store_list(s, NULL, any_row, NULL, &err) != -1)
			fail_msg("%s: no error", views[i].sql);
		if (strstr(err.msg, views[i].word) == NULL)
			fail_msg("%s: %s", views[i].sql, err.msg);
		assert_int_equal(count, 0);
		store_close(s);
	}
}

/* Of the same case another history, shorter than what is on screen: nothing is appended to it. */
static void another_beginning_is_not_continued(void **state)
{
	struct fixture *f = *state;
	struct casefile mine, back;
	struct store *s = open_or_fail(f->path);
	uint32_t saved = 0;
	struct err err;

	casefile_init(&mine, f->cf.id, f->cf.flow_id, f->cf.flow_hash, f->cf.opened_ms);
	mine.title = f->cf.title;
	mine.host = f->cf.host;
	for (int i = 0; i < 8; i++)
		add_note(&mine, i == 0 ? "mine" : "and more");
	/* four records are in the store; six were saved elsewhere, the first four of them others */
	assert_int_equal(store_append(s, &mine, 6, &saved, &err), -1);
	assert_int_equal(err.code, FAIL_CONFLICT);
	assert_non_null(strstr(err.msg, "different beginning"));
	assert_ok(store_load(s, f->cf.id, &back, &err), &err);
	assert_same_log(&f->cf, &back);
	casefile_release(&back);
	casefile_release(&mine);
	/* ours, of which the store holds the beginning, goes on */
	for (uint32_t i = 4; i < 9; i++)
		add_story(&f->cf, i);
	assert_ok(store_append(s, &f->cf, 7, &saved, &err), &err);
	assert_int_equal(saved, 9);
	store_close(s);
}

/* Two cases, of which `with` alone knows "alpha"; both know "zebra" and so many words that the index has
 * pages. */
static void two_cases(const char *path, int with)
{
	struct store *s = open_or_fail(path);
	uint32_t sum = 0;
	struct err err;

	for (int i = 1; i <= 2; i++) {
		struct casefile cf;
		uint32_t saved;

		case_make(&cf, "Case");
		assert_ok(store_begin(s, &cf, &err), &err);
		for (int k = 0; k < 400; k++) {
			char words[200];
			int n = 0;

			for (int w = 0; w < 8; w++)
				n += snprintf(words + n, sizeof(words) - (size_t)n, "middle%dx%d%s", k, w,
				              w < 7 ? " " : "");
			add_note(&cf, words);
		}
		add_note(&cf, i == with ? "alpha zebra" : "zebra");
		assert_ok(store_append(s, &cf, 0, &saved, &err), &err);
		casefile_release(&cf);
	}
	assert_ok(store_list(s, "zebra", any_row, &sum, &err), &err);
	assert_int_equal(
	        sqlite3_exec(s->db, "INSERT INTO search (search) VALUES ('optimize')", NULL, NULL, NULL),
	        SQLITE_OK);
	store_close(s);
}

static bool add_number(void *arg, const struct case_row *row)
{
	*(uint32_t *)arg |= 1u << row->number;
	return true;
}

/* What a damaged index found before its damage was met counts for nothing once it is made again. */
static void hits_of_a_damaged_index_are_dropped(void **state)
{
	struct fixture *f = *state;
	char *good = in_folder(f->folder, "good.db"), *other = in_folder(f->folder, "other.db");
	struct store *s;
	uint32_t cases = 0;
	struct err err;
	struct buf b;

	two_cases(good, 2);
	two_cases(other, 1);
	buf_init(&b, 4096);
	buf_fmt(&b,
	        "ATTACH '%s' AS o; DELETE FROM search_data; DELETE FROM search_idx;"
	        "INSERT INTO search_data SELECT * FROM o.search_data;"
	        "INSERT INTO search_idx SELECT * FROM o.search_idx;"
	        "UPDATE search_data SET block = x'ffff00' WHERE id = (SELECT max(id) FROM search_data)",
	        other);
	sql(good, buf_cstr(&b));
	buf_release(&b);
	s = open_or_fail(good);
	assert_ok(store_list(s, "alpha zebra", add_number, &cases, &err), &err);
	assert_int_equal(cases, 1u << 2);
	store_close(s);
	free(good);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(the_next_version_is_refused, setup, teardown),
	        cmocka_unit_test_setup_teardown(triggers_of_others_are_not_run, setup, teardown),
	        cmocka_unit_test_setup_teardown(a_view_of_others_is_refused, setup, teardown),
	        cmocka_unit_test_setup_teardown(another_beginning_is_not_continued, setup, teardown),
	        cmocka_unit_test_setup_teardown(hits_of_a_damaged_index_are_dropped, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
