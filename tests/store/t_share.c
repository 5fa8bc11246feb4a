/* Several hands on one case or one database: merge, follow, bodies kept once, search. */
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	char *folder, *path;
	struct store *a, *b; /* two connections, as of two processes */
	struct casefile cf;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	uint32_t saved;
	struct err err;

	f->folder = folder_make();
	f->path = in_folder(f->folder, "cases.db");
	f->a = open_or_fail(f->path);
	f->b = open_or_fail(f->path);
	case_make(&f->cf, "Tablet of Zoë does not enrol");
	assert_ok(store_begin(f->a, &f->cf, &err), &err);
	for (uint32_t i = 0; i < 7; i++)
		add_story(&f->cf, i);
	assert_ok(store_append(f->a, &f->cf, 0, &saved, &err), &err);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	casefile_release(&f->cf);
	store_close(f->a);
	store_close(f->b);
	free(f->path);
	folder_remove(f->folder);
	free(f);
	return 0;
}

static int64_t ask(struct store *s, const char *sql)
{
	sqlite3_stmt *q;
	int64_t out;

	assert_int_equal(sqlite3_prepare_v2(s->db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	out = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return out;
}

static void add_big_evidence(struct casefile *cf, const char *host)
{
	struct fact facts[40];
	char keys[40][16];
	struct record r = {.kind = REC_EVIDENCE, .at_ms = T0};

	for (int i = 0; i < 40; i++) {
		snprintf(keys[i], sizeof(keys[i]), "fact_%d", i);
		facts[i] = (struct fact){keys[i], value_str("a value with \"facts\":{},\"pins\":[] in it")};
	}
	r.u.evidence = (struct evidence){.probe = "iis.log",
	                                 .target = "u_ex261118.log",
	                                 .outcome = EV_MEASURED,
	                                 .why = "\"facts\":{},\"pins\":[]",
	                                 .host = host,
	                                 .facts = facts,
	                                 .nfacts = 40};
	assert_non_null(casefile_append(cf, &r, NULL));
}

static void test_bodies_are_kept_once(void **state)
{
	struct fixture *f = *state;
	struct casefile back;
	uint32_t saved;
	struct err err;

	add_big_evidence(&f->cf, "one");
	add_big_evidence(&f->cf, "two");
	assert_ok(store_append(f->a, &f->cf, 7, &saved, &err), &err);
	assert_int_equal(ask(f->a, "SELECT count(*) FROM bodies"), 1);
	assert_int_equal(ask(f->a, "SELECT count(*) FROM records WHERE body IS NOT NULL"), 2);
	assert_ok(store_load(f->b, "1", &back, &err), &err);
	assert_same_log(&f->cf, &back);
	casefile_release(&back);
	/* Equal content is no conflict, also when it is kept in two parts. */
	assert_ok(store_append(f->b, &f->cf, 0, &saved, &err), &err);
	assert_ok(store_delete(f->b, "1", &err), &err);
	assert_int_equal(ask(f->a, "SELECT count(*) FROM bodies"), 0);
	assert_int_equal(ask(f->a, "SELECT count(*) FROM records"), 0);
	assert_int_equal(ask(f->a, "SELECT count(*) FROM search"), 0);
}

static void append_ok(struct store *s, struct casefile *cf, uint32_t from, uint32_t expect_foreign)
{
	uint32_t saved, foreign;
	struct err err;

	assert_ok(store_append_merge(s, cf, from, &saved, &foreign, &err), &err);
	assert_int_equal(saved, cf->nlog);
	assert_int_equal(foreign, expect_foreign);
}

static void add_answer(struct casefile *cf, uint32_t evidence)
{
	struct record r = {
	        .kind = REC_ANSWER, .at_ms = T0, .u.answer = {"log", "silent", BY_PROBE, NULL, evidence}};

	assert_non_null(casefile_append(cf, &r, NULL));
}

static void add_retract(struct casefile *cf, uint32_t pos)
{
	struct record r = {.kind = REC_RETRACT, .at_ms = T0, .u.retract.pos = pos};

	assert_non_null(casefile_append(cf, &r, NULL));
}

static void test_merge_renumbers(void **state)
{
	struct fixture *f = *state;
	struct casefile theirs, back;
	struct err err;

	assert_ok(store_load(f->b, "1", &theirs, &err), &err);
	add_note(&theirs, "theirs 8");
	add_note(&theirs, "theirs 9");
	append_ok(f->b, &theirs, 7, 0);

	add_big_evidence(&f->cf, "ours"); /* 8 -> 10 */
	add_answer(&f->cf, 8);            /* 9 -> 11, refers to 10 */
	add_answer(&f->cf, 2);            /* 10 -> 12, still refers to 2 */
	add_retract(&f->cf, 9);           /* 11 -> 13, retracts 11 */
	add_retract(&f->cf, 3);           /* 12 -> 14, still retracts 3 */
	append_ok(f->a, &f->cf, 7, 2);
	assert_int_equal(f->cf.nlog, 14);
	assert_string_equal(f->cf.log[7].u.note.text, "theirs 8");
	assert_int_equal(f->cf.log[9].u.evidence.id, 10);
	assert_int_equal(f->cf.log[10].u.answer.evidence, 10);
	assert_int_equal(f->cf.log[11].u.answer.evidence, 2);
	assert_int_equal(f->cf.log[12].u.retract.pos, 11);
	assert_int_equal(f->cf.log[13].u.retract.pos, 3);
	assert_ok(store_load(f->b, "1", &back, &err), &err);
	assert_same_log(&f->cf, &back);
	casefile_release(&back);

	/* And the other side, with something of its own unsaved. */
	add_note(&theirs, "theirs again");
	append_ok(f->b, &theirs, 9, 5);
	assert_int_equal(theirs.nlog, 15);
	append_ok(f->b, &theirs, 15, 0);
	casefile_release(&theirs);
}

static void test_merge_failure_leaves_the_case_alone(void **state)
{
	struct fixture *f = *state;
	struct casefile theirs;
	uint32_t saved = 77, foreign = 77;
	struct err err;
	struct record *log;

	assert_ok(store_load(f->b, "1", &theirs, &err), &err);
	add_note(&theirs, "theirs");
	append_ok(f->b, &theirs, 7, 0);
	add_note(&f->cf, "ours");
	log = f->cf.log;
	assert_int_equal(sqlite3_exec(f->b->db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_busy_timeout(f->a->db, 10);
	assert_int_equal(store_append_merge(f->a, &f->cf, 7, &saved, &foreign, &err), -1);
	assert_int_equal(err.code, FAIL_LOCKED);
	assert_int_equal(sqlite3_exec(f->b->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(saved, 77);
	assert_int_equal(foreign, 0);
	assert_ptr_equal(f->cf.log, log);
	assert_int_equal(f->cf.nlog, 8);
	append_ok(f->a, &f->cf, 7, 1);
	casefile_release(&theirs);
}

static void test_an_older_copy_is_continued(void **state)
{
	struct fixture *f = *state;
	char *copy = in_folder(f->folder, "copy.db");
	struct casefile back;
	struct store *s;
	uint32_t saved;
	struct buf sql;
	struct err err;

	buf_init(&sql, 4096);
	buf_fmt(&sql, "VACUUM INTO '%s'", copy);
	assert_int_equal(sqlite3_exec(f->a->db, buf_cstr(&sql), NULL, NULL, NULL), SQLITE_OK);
	buf_release(&sql);
	add_note(&f->cf, "8");
	add_note(&f->cf, "9");
	append_ok(f->a, &f->cf, 7, 0);
	add_note(&f->cf, "10");
	s = open_or_fail(copy);
	assert_ok(store_append(s, &f->cf, 9, &saved, &err), &err);
	assert_ok(store_load(s, "1", &back, &err), &err);
	assert_same_log(&f->cf, &back);
	casefile_release(&back);
	store_close(s);
	free(copy);
}

static bool count_row(void *arg, const struct case_row *row)
{
	uint32_t *sum = arg;

	*sum |= 1u << row->number;
	return true;
}

static uint32_t found(struct store *s, const char *words)
{
	uint32_t sum = 0;
	struct err err;

	assert_ok(store_list(s, words, count_row, &sum, &err), &err);
	return sum;
}

static void test_find(void **state)
{
	static const struct {
		const char *words;
		uint32_t cases; /* a bit per number */
	} rows[] = {
	        {"tablet", 2 | 4},              /* a title */
	        {"TABLETS zoe", 4},             /* title and note; case and accents do not matter */
	        {"tabl", 2 | 4},                /* the beginning of a word */
	        {"ndes0.contoso", 2},           /* an input; dots within are no operators */
	        {"refused", 2},                 /* an answer */
	        {"forbidden-iis", 2},           /* a fact */
	        {"certsrv/mscep mscep.dll", 2}, /* a pin */
	        {"tablets nothing", 0},         /* every word must be there */
	        {"wildfire", 4},
	        {"AND", 0},
	        {"tablet AND", 0},
	        {"wildfire NOT tablet", 0},
	        {"\"", 0},
	        {"wild\"fire", 0},
	        {"text:wildfire", 0},
	        {"wildfire*", 4},
	        {"(wildfire)", 4},
	        {"^wildfire", 4},
	        {"' OR 1=1; --", 0},
	        {"{wildfire}:", 4},
	        {"\xff\xfe wildfire", 0},
	};
	struct fixture *f = *state;
	struct casefile other;
	struct err err;
	uint32_t sum = 0;

	case_make(&other, "Another one");
	assert_ok(store_begin(f->a, &other, &err), &err);
	add_note(&other, "The TABLETS of Zoe caught Wildfire");
	append_ok(f->a, &other, 0, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool letters = rows[i].words[0] != '"';

		sum = 0;
		if (store_list(f->a, rows[i].words, count_row, &sum, &err) != (letters ? 0 : -1))
			fail_msg("find %s: %s", rows[i].words, err.msg);
		if (!letters)
			assert_int_equal(err.code, FAIL_USAGE);
		else if ((rows[i].words[0] == 't' && strcmp(rows[i].words, "tabl") == 0
		                  ? 2u | 4u
		                  : rows[i].cases) != sum)
			fail_msg("find %s: %x, not %x", rows[i].words, sum, rows[i].cases);
	}
	casefile_release(&other);
}

static void test_find_follows_changes(void **state)
{
	struct fixture *f = *state;
	struct store *reader;
	struct err err;

	assert_int_equal(found(f->b, "tablet"), 2);
	add_note(&f->cf, "zebra");
	casefile_set_mark(&f->cf, &(struct case_mark){"Phone", "Server URL", CASE_OPEN});
	append_ok(f->a, &f->cf, 7, 0);
	/* One that may not write the index finds the same. */
	assert_ok(store_open(f->path, true, &reader, &err), &err);
	assert_int_equal(found(reader, "zebra phone"), 2);
	assert_int_equal(ask(f->a, "SELECT indexed FROM cases"), 7);
	assert_int_equal(found(f->b, "zebra phone"), 2);
	assert_int_equal(found(f->b, "tablet"), 0);
	assert_int_equal(ask(f->a, "SELECT indexed FROM cases"), 8);
	assert_int_equal(found(reader, "zebra"), 2);
	store_close(reader);
	store_idle(f->a);
	assert_int_equal(ask(f->a, "PRAGMA synchronous"), 2);
}

static void test_search_in_pieces(void **state)
{
	struct fixture *f = *state;

	for (uint32_t i = 7; i < 1300; i++)
		add_story(&f->cf, i);
	append_ok(f->a, &f->cf, 7, 0);
	store_idle(f->a);
	assert_int_equal(ask(f->a, "SELECT indexed FROM cases"), 500);
	assert_int_equal(found(f->a, "ndes1296.contoso.example"), 2);
	assert_int_equal(ask(f->a, "SELECT indexed FROM cases"), 1300);
}

/* The index can be made again: its damage costs nothing but the time. */
static void test_a_damaged_index_is_made_again(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	assert_int_equal(found(f->a, "tablet"), 2);
	store_close(f->a);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
	        sqlite3_exec(db, "UPDATE search_data SET block = x'ffff00' WHERE id > 10", NULL, NULL, NULL),
	        SQLITE_OK);
	assert_true(sqlite3_changes(db) > 0);
	sqlite3_close(db);
	f->a = open_or_fail(f->path);
	assert_int_equal(found(f->a, "tablet"), 2);
	assert_int_equal(found(f->a, "zoe refused"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_bodies_are_kept_once, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_merge_renumbers, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_merge_failure_leaves_the_case_alone, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_an_older_copy_is_continued, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_find, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_find_follows_changes, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_search_in_pieces, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_a_damaged_index_is_made_again, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
