/* A file that was tampered with or whose disk went bad: what is wrong is named, what is left is saved. */
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CASES 4
#define RECORDS 20
#define PAGE 4096

struct world {
	char *folder, *path;
	char *bytes; /* of the whole database */
	size_t size;
	struct buf whole[CASES]; /* each case's export */
	struct casefile cases[CASES];
};

static int put(void *arg, const void *mem, size_t n)
{
	buf_put(arg, mem, n);
	return 0;
}

/* Large enough to have pages of its own. */
static void add_big(struct casefile *cf, int which)
{
	struct fact facts[EVIDENCE_MAX_FACTS];
	char keys[EVIDENCE_MAX_FACTS][24];
	struct record r = {.kind = REC_EVIDENCE, .at_ms = T0};

	for (int i = 0; i < EVIDENCE_MAX_FACTS; i++) {
		snprintf(keys[i], sizeof(keys[i]), "fact_%d_%d", which, i);
		facts[i] = (struct fact){
		        keys[i],
		        value_str("what a log file said, in a hundred letters or so, about a server")};
	}
	r.u.evidence = (struct evidence){.probe = "iis.log",
	                                 .target = "u_ex261118.log",
	                                 .outcome = EV_MEASURED,
	                                 .facts = facts,
	                                 .nfacts = EVIDENCE_MAX_FACTS};
	assert_non_null(casefile_append(cf, &r, NULL));
}

static void make_case(struct world *w, struct store *s, int i)
{
	struct casefile *cf = &w->cases[i];
	struct store_check c = {.fault = NULL};
	uint32_t saved;
	struct err err;

	case_make(cf, "damaged");
	assert_ok(store_begin(s, cf, &err), &err);
	for (uint32_t k = 0; k < RECORDS; k++) {
		if (k % 10 == 5)
			add_big(cf, i * 100 + (int)k);
		else
			add_story(cf, k);
	}
	assert_ok(store_append(s, cf, 0, &saved, &err), &err);
	buf_init(&w->whole[i], BUF_MAX_TEXT);
	assert_ok(store_export(s, cf->id, &c, put, &w->whole[i], &err), &err);
}

static bool ignore_row(void *arg, const struct case_row *row)
{
	(void)arg;
	(void)row;
	return true;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct store *s;
	struct err err;

	w->folder = folder_make_quick();
	w->path = in_folder(w->folder, "cases.db");
	s = open_or_fail(w->path);
	for (int i = 0; i < CASES; i++)
		make_case(w, s, i);
	assert_ok(store_list(s, "contoso", ignore_row, NULL, &err), &err);
	store_close(s);
	w->bytes = read_file(w->path, &w->size);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < CASES; i++) {
		casefile_release(&w->cases[i]);
		buf_release(&w->whole[i]);
	}
	free(w->bytes);
	free(w->path);
	folder_remove(w->folder);
	free(w);
	return 0;
}

static void put_back(struct world *w, const char *bytes)
{
	char *wal = in_folder(w->folder, "cases.db-wal"), *shm = in_folder(w->folder, "cases.db-shm");

	unlink(wal);
	unlink(shm);
	write_file(w->path, bytes, w->size);
	free(wal);
	free(shm);
}

struct seen {
	uint32_t faults;
	char what[200];
};

static void note_fault(void *arg, const struct store_fault *f)
{
	struct seen *seen = arg;

	if (seen->faults++ == 0)
		snprintf(seen->what, sizeof(seen->what), "case %u record %u: %s", f->number, f->pos, f->what);
}

/* How many lines of an export are word for word lines of the whole one; lines that are not may only
 * be the header, the end, and records that say themselves that they are incomplete. */
static size_t lines_kept(const struct buf *part, const struct buf *whole, const char *what)
{
	size_t kept = 0;

	for (const char *line = buf_cstr(part); *line != '\0';) {
		const char *end = strchr(line, '\n');
		size_t n = (size_t)(end - line) + 1;
		char *copy = strndup(line, n);

		if (strncmp(copy, "{\"hash\"", 7) == 0) {
			if (strstr(whole->p, copy) != NULL)
				kept++;
			else if (strstr(copy, "\"partial\":true") == NULL)
				fail_msg("%s: made up: %.200s", what, copy);
		}
		free(copy);
		line = end + 1;
	}
	return kept;
}

struct sum {
	long opened, refused, whole, partly, lost;
};

/* Damaged data may not be shown as if it were good, unless a fault is named for that case. */
static void check_case(struct world *w, struct store *s, int i, const char *what, struct sum *sum)
{
	struct seen seen = {0};
	struct store_check c = {.fault = note_fault, .arg = &seen};
	struct casefile back;
	struct buf part;
	struct err err;
	char ref[16];
	bool loaded;

	snprintf(ref, sizeof(ref), "#%d", i + 1);
	loaded = store_load(s, ref, &back, &err) == 0;
	buf_init(&part, BUF_MAX_TEXT);
	if (store_export(s, ref, &c, put, &part, &err) != 0) {
		sum->lost++;
		assert_true(err.msg[0] != '\0');
	} else {
		const char *said = strchr(buf_cstr(&part), '\n');
		size_t kept = said != NULL && seen.faults == 0 ? RECORDS : 0;

		if (seen.faults == 0)
			kept = lines_kept(&part, &w->whole[i], what);
		if (seen.faults == 0 && kept != RECORDS)
			fail_msg("%s: case %d: %zu records of %d and no fault named", what, i + 1, kept,
			         RECORDS);
		sum->whole += seen.faults == 0;
		sum->partly += seen.faults != 0;
	}
	if (loaded && seen.faults == 0)
		assert_same_log(&w->cases[i], &back);
	if (loaded)
		casefile_release(&back);
	buf_release(&part);
}

static void check_damaged(struct world *w, const char *what, struct sum *sum)
{
	struct seen seen = {0};
	struct store_check c = {.fault = note_fault, .arg = &seen};
	long whole = sum->whole;
	struct store *s;
	struct err err;

	if (open_quick(w->path, false, &s, &err) != 0) {
		sum->refused++;
		if (strstr(err.msg, w->path) == NULL)
			fail_msg("%s: refused without a name: %s", what, err.msg);
		return;
	}
	sum->opened++;
	if (store_verify(s, NULL, &c, &err) != 0)
		seen.faults++;
	for (int i = 0; i < CASES; i++)
		check_case(w, s, i, what, sum);
	if (seen.faults == 0 && sum->whole - whole != CASES)
		fail_msg("%s: not all is whole and verify says nothing", what);
	(void)!store_list(s, NULL, ignore_row, NULL, NULL);
	(void)!store_list(s, "contoso zoe", ignore_row, NULL, NULL);
	store_close(s);
}

static void test_every_page_lost(void **state)
{
	struct world *w = *state;
	struct sum sum = {0};
	char *bytes = malloc(w->size), what[40];

	for (size_t page = 0; page < w->size / PAGE; page++) {
		memcpy(bytes, w->bytes, w->size);
		if (page % 2 == 0)
			memset(bytes + page * PAGE, 0, PAGE);
		else /* a block of another file */
			memcpy(bytes + page * PAGE, w->bytes + (page + 1) % (w->size / PAGE) * PAGE, PAGE);
		put_back(w, bytes);
		snprintf(what, sizeof(what), "page %zu", page + 1);
		check_damaged(w, what, &sum);
	}
	print_message("%zu pages: opened %ld, refused %ld; cases whole %ld, partly saved %ld, lost %ld\n",
	              w->size / PAGE, sum.opened, sum.refused, sum.whole, sum.partly, sum.lost);
	/* One page is one page: most cases are whole, and hardly one is lost altogether. */
	assert_true(sum.whole > sum.opened * CASES / 2);
	assert_true(sum.lost < sum.partly / 4);
	free(bytes);
}

/* A page with a piece of a case on it: the rest of that case is saved. */
static void test_most_of_a_case_is_saved(void **state)
{
	struct world *w = *state;
	size_t least = RECORDS, damaged = 0;
	char *bytes = malloc(w->size);

	for (size_t page = 1; page < w->size / PAGE; page++) {
		struct seen seen = {0};
		struct store_check c = {.fault = note_fault, .arg = &seen};
		struct store *s;
		struct buf part;
		struct err err;

		memcpy(bytes, w->bytes, w->size);
		memset(bytes + page * PAGE, 0, PAGE);
		put_back(w, bytes);
		if (open_quick(w->path, true, &s, &err) != 0)
			continue;
		buf_init(&part, BUF_MAX_TEXT);
		if (store_export(s, "3", &c, put, &part, &err) == 0 && seen.faults != 0) {
			size_t kept = lines_kept(&part, &w->whole[2], "most");

			damaged++;
			if (kept < least && c.records != 0)
				least = kept;
		}
		buf_release(&part);
		store_close(s);
	}
	print_message("%zu pages hold a piece of case 3; at least %zu of %d records were saved\n", damaged,
	              least, RECORDS);
	assert_true(damaged > 5);
	free(bytes);
}

/* Single bytes, anywhere: either nothing that we show has changed, or verify says so. */
static void test_bytes_flipped(void **state)
{
	const char *more = getenv("CASEBOOK_FLIPS");
	long flips = more != NULL ? strtol(more, NULL, 10) : 120;
	struct world *w = *state;
	struct sum sum = {0};
	uint32_t seed = 7;
	char what[60];

	for (long i = 0; i < flips; i++) {
		size_t at;
		char was;

		seed = seed * 1664525u + 1013904223u;
		at = (size_t)(((uint64_t)seed * w->size) >> 32);
		was = w->bytes[at];
		w->bytes[at] = (char)(was ^ (1 << (seed >> 8) % 8));
		put_back(w, w->bytes);
		snprintf(what, sizeof(what), "byte %zu (page %zu)", at, at / PAGE + 1);
		check_damaged(w, what, &sum);
		w->bytes[at] = was;
	}
	print_message("%ld bytes: opened %ld, refused %ld; cases whole %ld, partly saved %ld, lost %ld\n",
	              flips, sum.opened, sum.refused, sum.whole, sum.partly, sum.lost);
}

/* Cut anywhere. */
static void test_file_cut(void **state)
{
	struct world *w = *state;
	struct sum sum = {0};
	size_t size = w->size;
	char what[40];

	for (size_t n = 2; n < size; n += 7777) {
		w->size = n;
		put_back(w, w->bytes);
		snprintf(what, sizeof(what), "cut at %zu", n);
		check_damaged(w, what, &sum);
	}
	w->size = size;
}

/* By somebody who knows SQL: each change is found, and found at its place. */
static void test_tampering_is_named(void **state)
{
	static const struct {
		const char *sql;
		uint32_t number, pos, to;
		const char *says;
	} rows[] = {
	        {"UPDATE records SET json = replace(json, 'ndes6', 'ndes7') WHERE number = 2 AND pos = 7", 2,
	         7, 7, "changed"},
	        {"UPDATE records SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 2 AND pos "
	         "= 7",
	         2, 7, 7, "changed"},
	        {"UPDATE bodies SET json = replace(json, 'what a log', 'what a fog') WHERE id = 1", 1, 6, 6,
	         "changed"},
	        {"UPDATE records SET body = 2 WHERE number = 1 AND pos = 6", 1, 6, 6, "changed"},
	        {"UPDATE records SET body = NULL WHERE number = 1 AND pos = 6", 1, 6, 6, "changed"},
	        {"DELETE FROM records WHERE number = 2 AND pos = 7", 2, 7, 7, "gap"},
	        {"DELETE FROM records WHERE number = 2 AND pos BETWEEN 7 AND 9", 2, 7, 9, "gap"},
	        {"DELETE FROM records WHERE number = 2 AND pos = 1", 2, 1, 1, "gap"},
	        {"DELETE FROM records WHERE number = 2 AND pos BETWEEN 16 AND 20", 2, 16, 20, "cut"},
	        {"DELETE FROM records WHERE number = 2 AND pos < 1000", 2, 1, 20, "cut"},
	        {"DELETE FROM records WHERE number = 2 AND pos > 1000", 2, 20, 20, "where the log ends"},
	        {"DELETE FROM records WHERE number = 2", 2, 0, 0, "where the log ends"},
	        {"UPDATE records SET total = 19 WHERE number = 2 AND pos = 2147483647", 2, 20, 20,
	         "beyond the end"},
	        {"DELETE FROM records WHERE number = 2 AND pos = 20; UPDATE records SET total = 19 WHERE "
	         "number = 2 AND pos = 2147483647",
	         2, 19, 19, "as its last"},
	        {"UPDATE records SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 2 AND pos "
	         "= 2147483647",
	         2, 20, 20, "as its last"},
	        {"UPDATE cases SET host = 'another' WHERE number = 2", 2, 1, 1, "began with"},
	        {"UPDATE cases SET opened_ms = opened_ms + 1 WHERE number = 2", 2, 1, 1, "began with"},
	        {"UPDATE cases SET flow_hash = '' WHERE number = 2", 2, 1, 1, "began with"},
	        {"UPDATE cases SET id = '01BBBBBBBBBBBBBBBBBBBBBBBB' WHERE number = 2", 2, 1, 1,
	         "began with"},
	        {"UPDATE records SET pos = 21 WHERE number = 2 AND pos = 20", 2, 20, 20, "missing"},
	        {"UPDATE records SET total = 4000000000 WHERE number = 2 AND pos = 2147483647", 2, 0, 0,
	         "more records than"},
	        /* what only SQLite's own look at the file finds */
	        {"PRAGMA ignore_check_constraints = ON; UPDATE records SET pos = -5 WHERE number = 3 AND pos = 20",
	         0, 0, 0, "CHECK constraint failed"},
	        {"PRAGMA foreign_keys = OFF; DELETE FROM cases WHERE number = 2", 2, 0, 0,
	         "no case that they belong to"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expect[200];
		struct seen seen = {0};
		struct store_check c = {.fault = note_fault, .arg = &seen};
		struct store *s;
		struct err err;
		char *why = NULL;
		sqlite3 *db;

		put_back(w, w->bytes);
		assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
		if (sqlite3_exec(db, rows[i].sql, NULL, NULL, &why) != SQLITE_OK)
			fail_msg("%s: %s", rows[i].sql, why);
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		assert_ok(open_quick(w->path, false, &s, &err), &err);
		assert_ok(store_verify(s, NULL, &c, &err), &err);
		snprintf(expect, sizeof(expect), "case %u record %u: ", rows[i].number, rows[i].pos);
		if (seen.faults == 0 || strncmp(seen.what, expect, strlen(expect)) != 0 ||
		    strstr(seen.what, rows[i].says) == NULL)
			fail_msg("%s\n%u faults: %s", rows[i].sql, seen.faults, seen.what);
		store_close(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_every_page_lost, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_most_of_a_case_is_saved, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_bytes_flipped, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_file_cut, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_tampering_is_named, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
