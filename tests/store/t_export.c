/* A case as a file: round trip, growing, conflict, and every kind of tampering named. */
#include "store_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS 8

struct fixture {
	char *folder;
	struct store *here, *there;
	struct casefile cf;
	struct buf file;
};

static int put(void *arg, const void *mem, size_t n)
{
	buf_put(arg, mem, n);
	return 0;
}

static void export(struct store *s, const char *ref, struct buf *out)
{
	struct store_check c = {.fault = NULL};
	uint32_t lines = 0;
	struct err err;

	buf_clear(out);
	assert_ok(store_export(s, ref, &c, put, out, &err), &err);
	assert_int_equal(c.faults, 0);
	assert_int_equal(c.cases, 1);
	for (size_t i = 0; i < out->n; i++)
		lines += out->p[i] == '\n';
	assert_int_equal(c.records, lines - 2); /* but for the first and the last line */
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char *a, *b;
	uint32_t saved;
	struct err err;

	f->folder = folder_make();
	a = in_folder(f->folder, "here.db");
	b = in_folder(f->folder, "there.db");
	f->here = open_or_fail(a);
	f->there = open_or_fail(b);
	free(a);
	free(b);
	case_make(&f->cf, "Zoë's \"tablet\"\nline");
	assert_ok(store_begin(f->here, &f->cf, &err), &err);
	for (uint32_t i = 0; i < RECORDS; i++)
		add_story(&f->cf, i);
	casefile_set_mark(&f->cf, &(struct case_mark){f->cf.title, "Server URL", CASE_CLOSED});
	assert_ok(store_append(f->here, &f->cf, 0, &saved, &err), &err);
	buf_init(&f->file, BUF_MAX_TEXT);
	export(f->here, "1", &f->file);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	buf_release(&f->file);
	casefile_release(&f->cf);
	store_close(f->here);
	store_close(f->there);
	folder_remove(f->folder);
	free(f);
	return 0;
}

static void import_ok(struct store *s, const struct buf *file, uint32_t had, uint32_t added, uint32_t number)
{
	struct store_import in;
	struct err err;

	assert_ok(store_import(s, "case.jsonl", file->p, file->n, &in, &err), &err);
	assert_int_equal(in.had, had);
	assert_int_equal(in.added, added);
	assert_int_equal(in.number, number);
}

static void no_faults(void *arg, const struct store_fault *f)
{
	(void)arg;
	fail_msg("case %u record %u line %u: %s", f->number, f->pos, f->line, f->what);
}

static void verify_clean(struct store *s, uint32_t cases, uint32_t records)
{
	struct store_check c = {.fault = no_faults};
	struct err err;

	assert_ok(store_verify(s, NULL, &c, &err), &err);
	assert_int_equal(c.cases, cases);
	assert_int_equal(c.records, records);
}

static bool keep_row(void *arg, const struct case_row *row)
{
	buf_fmt(arg, "#%u %s|%s|%s|%d|%u|%lld\n", row->number, row->id, row->title, row->at, row->state,
	        row->records, (long long)row->changed_ms);
	return true;
}

static void test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct store_check c = {.fault = no_faults};
	struct casefile other, back;
	struct buf again, rows;
	struct err err;

	assert_ok(store_verify_export(f->file.p, f->file.n, &c, &err), &err);
	assert_int_equal(c.records, RECORDS);
	/* The number differs there; the case does not. */
	case_make(&other, "another");
	assert_ok(store_begin(f->there, &other, &err), &err);
	import_ok(f->there, &f->file, 0, RECORDS, 2);
	assert_ok(store_load(f->there, f->cf.id, &back, &err), &err);
	assert_same_log(&f->cf, &back);
	assert_string_equal(back.title, f->cf.title);
	assert_string_equal(back.host, f->cf.host);
	assert_int_equal(back.opened_ms, f->cf.opened_ms);
	verify_clean(f->there, 2, RECORDS);
	buf_init(&again, BUF_MAX_TEXT);
	export(f->there, f->cf.id, &again);
	assert_string_equal(again.p, f->file.p); /* byte for byte */
	buf_init(&rows, 4096);
	assert_ok(store_list(f->there, "contoso", keep_row, &rows, &err), &err);
	buf_clear(&again);
	buf_fmt(&again, "#2 %s|%s|Server URL|2|8|%lld\n", f->cf.id, f->cf.title, (long long)(T0 + 7000));
	assert_string_equal(rows.p, again.p);
	buf_release(&rows);
	buf_release(&again);
	casefile_release(&back);
	casefile_release(&other);
}

static void test_import_extends(void **state)
{
	struct fixture *f = *state;
	struct casefile back;
	struct buf longer;
	uint32_t saved;
	struct err err;

	import_ok(f->there, &f->file, 0, RECORDS, 1);
	import_ok(f->there, &f->file, RECORDS, 0, 1);
	add_note(&f->cf, "more");
	assert_ok(store_append(f->here, &f->cf, RECORDS, &saved, &err), &err);
	buf_init(&longer, BUF_MAX_TEXT);
	export(f->here, "1", &longer);
	import_ok(f->there, &longer, RECORDS, 1, 1);
	import_ok(f->there, &f->file, RECORDS + 1, 0, 1); /* the shorter one has nothing new */
	assert_ok(store_load(f->there, "1", &back, &err), &err);
	assert_same_log(&f->cf, &back);
	verify_clean(f->there, 1, RECORDS + 1);
	casefile_release(&back);
	buf_release(&longer);
}

/* What was only exported there moves behind what the file has, and the words of that are found. */
static void test_export_gives_way(void **state)
{
	struct fixture *f = *state;
	char sum[SHA256_HEX];
	struct rec_export e = {"case", "jsonl", "full", sum, NULL};
	struct casefile theirs;
	struct buf rows;
	uint32_t saved;
	struct err err;

	sha256_of(f->file.p, f->file.n, sum);
	import_ok(f->there, &f->file, 0, RECORDS, 1);
	assert_ok(store_exported(f->there, "1", &e, T0, &err), &err);
	buf_init(&rows, 4096);
	assert_ok(store_list(f->there, "parcel", keep_row, &rows, &err), &err); /* all is in the index */
	assert_int_equal(rows.n, 0);
	add_note(&f->cf, "a parcel");
	assert_ok(store_append(f->here, &f->cf, RECORDS, &saved, &err), &err);
	export(f->here, "1", &f->file);
	import_ok(f->there, &f->file, RECORDS, 1, 1);
	assert_ok(store_load(f->there, "1", &theirs, &err), &err);
	assert_int_equal(theirs.nlog, RECORDS + 2);
	assert_int_equal(theirs.log[RECORDS].kind, REC_NOTE);
	assert_int_equal(theirs.log[RECORDS + 1].kind, REC_EXPORT);
	verify_clean(f->there, 1, RECORDS + 2);
	assert_ok(store_list(f->there, "parcel", keep_row, &rows, &err), &err);
	assert_true(rows.n != 0);
	casefile_release(&theirs);
	buf_release(&rows);
}

/* Exports are not told of: a case that has nothing else has nothing to tell, and that is a whole file. */
static void test_nothing_but_exports(void **state)
{
	struct fixture *f = *state;
	char sum[SHA256_HEX];
	struct rec_export e = {"case", "jsonl", "full", sum, NULL};
	struct store_check written = {.fault = no_faults}, found = {.fault = no_faults};
	struct casefile bare;
	struct err err;

	sha256_of("", 0, sum);
	case_make(&bare, "bare");
	assert_ok(store_begin(f->there, &bare, &err), &err);
	assert_ok(store_exported(f->there, bare.id, &e, T0, &err), &err);
	casefile_release(&bare);
	assert_ok(store_load(f->there, "1", &bare, &err), &err);
	assert_int_equal(bare.nlog, 1);
	buf_clear(&f->file);
	assert_ok(store_export_told(f->there, &bare, &written, put, &f->file, &err), &err);
	assert_int_equal(written.records, 0);
	assert_ok(store_verify_export(f->file.p, f->file.n, &found, &err), &err);
	assert_int_equal(found.records, 0);
	casefile_release(&bare);
}

static void test_import_conflict(void **state)
{
	struct fixture *f = *state;
	struct casefile theirs, back;
	struct store_import in;
	struct buf before, after;
	uint32_t saved;
	struct err err;

	import_ok(f->there, &f->file, 0, RECORDS, 1);
	assert_ok(store_load(f->there, "1", &theirs, &err), &err);
	add_note(&theirs, "said there, \x1b[31mred\x1b[0m");
	add_note(&theirs, "and more");
	assert_ok(store_append(f->there, &theirs, RECORDS, &saved, &err), &err);
	add_note(&f->cf, "said here");
	assert_ok(store_append(f->here, &f->cf, RECORDS, &saved, &err), &err);
	export(f->here, "1", &f->file);
	buf_init(&before, BUF_MAX_TEXT);
	buf_init(&after, BUF_MAX_TEXT);
	export(f->there, "1", &before);
	assert_int_equal(store_import(f->there, "case.jsonl", f->file.p, f->file.n, &in, &err), -1);
	assert_int_equal(err.code, FAIL_CONFLICT);
	assert_non_null(strstr(err.msg, "from record 9 on"));
	assert_non_null(strstr(err.msg, "said here"));
	assert_non_null(strstr(err.msg, "said there"));
	assert_null(strchr(err.msg, '\x1b'));
	export(f->there, "1", &after);
	assert_string_equal(before.p, after.p);
	assert_ok(store_load(f->there, "1", &back, &err), &err);
	assert_same_log(&theirs, &back);
	buf_release(&before);
	buf_release(&after);
	casefile_release(&back);
	casefile_release(&theirs);
}

static void test_conflict_at_every_record(void **state)
{
	struct fixture *f = *state;

	for (uint32_t at = 1; at <= RECORDS; at++) {
		struct store_import in;
		struct casefile cf;
		char says[40], *path, name[16];
		uint32_t saved;
		struct store *s;
		struct err err;

		snprintf(name, sizeof(name), "%u.db", at);
		path = in_folder(f->folder, name);
		s = open_or_fail(path);
		casefile_init(&cf, f->cf.id, f->cf.flow_id, f->cf.flow_hash, f->cf.opened_ms);
		cf.host = "admin-pc";
		assert_ok(store_begin(s, &cf, &err), &err);
		for (uint32_t i = 0; i < RECORDS; i++)
			add_story(&cf, i + 1 == at ? i + 600 : i);
		assert_ok(store_append(s, &cf, 0, &saved, &err), &err);
		assert_int_equal(store_import(s, "f", f->file.p, f->file.n, &in, &err), -1);
		snprintf(says, sizeof(says), "from record %u on", at);
		if (err.code != FAIL_CONFLICT || strstr(err.msg, says) == NULL)
			fail_msg("%u: %s", at, err.msg);
		casefile_release(&cf);
		store_close(s);
		free(path);
	}
}

static void test_same_id_begun_otherwise(void **state)
{
	struct fixture *f = *state;
	struct store_import in;
	struct casefile cf;
	struct err err;

	casefile_init(&cf, f->cf.id, "another-flow", NULL, T0);
	assert_ok(store_begin(f->there, &cf, &err), &err);
	assert_int_equal(store_import(f->there, "f", f->file.p, f->file.n, &in, &err), -1);
	assert_int_equal(err.code, FAIL_CONFLICT);
	assert_non_null(strstr(err.msg, "began otherwise"));
	casefile_release(&cf);
}

struct named {
	uint32_t faults;
	unsigned first_line, first_pos;
	char what[200];
};

static void note_fault(void *arg, const struct store_fault *f)
{
	struct named *n = arg;

	if (n->faults++ == 0) {
		n->first_line = f->line;
		n->first_pos = f->pos;
		snprintf(n->what, sizeof(n->what), "%s", f->what);
	}
}

/* Every single byte, changed in three ways: the right line is named, and import refuses. */
static void test_every_byte_counts(void **state)
{
	static const unsigned char flips[] = {0x01, 0x20, 0x80};
	struct fixture *f = *state;
	unsigned line = 1;

	for (size_t i = 0; i < f->file.n; i++) {
		char was = f->file.p[i];

		for (size_t k = 0; k < sizeof(flips); k++) {
			struct named n = {0};
			struct store_check c = {.fault = note_fault, .arg = &n};
			struct store_import in;
			struct err err;
			int rc;

			f->file.p[i] = (char)(was ^ flips[k]);
			rc = store_verify_export(f->file.p, f->file.n, &c, &err);
			if (rc == 0 && n.faults == 0)
				fail_msg("byte %zu of line %u ^ %#x: not noticed", i, line, flips[k]);
			/* The first line is proved by the first record or by the end; the others by
			 * themselves. */
			if (rc == 0 && line > 1 && line < RECORDS + 2 && was != '\n' && n.first_line != line)
				fail_msg("byte %zu of line %u ^ %#x: line %u named", i, line, flips[k],
				         n.first_line);
			if (strstr(n.what, "this is not a record") != NULL && n.first_pos != line - 1)
				fail_msg("byte %zu of line %u ^ %#x: record %u named", i, line, flips[k],
				         n.first_pos);
			if (i % 7 == k) {
				assert_int_equal(store_import(f->there, "f", f->file.p, f->file.n, &in, &err),
				                 -1);
				assert_true(err.code == FAIL_FORMAT || err.code == FAIL_LIMIT);
			}
		}
		f->file.p[i] = was;
		line += was == '\n';
	}
	import_ok(f->there, &f->file, 0, RECORDS, 1);
}

static void test_every_cut_is_noticed(void **state)
{
	struct fixture *f = *state;

	for (size_t n = 0; n < f->file.n; n++) {
		struct named seen = {0};
		struct store_check c = {.fault = note_fault, .arg = &seen};
		struct err err;

		if (store_verify_export(f->file.p, n, &c, &err) == 0 && seen.faults == 0)
			fail_msg("cut after %zu bytes: not noticed", n);
	}
}

/* Whole lines taken out, doubled or swapped. */
static void test_lines_moved(void **state)
{
	struct fixture *f = *state;
	char *lines[RECORDS + 2], *copy = strdup(f->file.p), *at = copy;

	for (int i = 0; i < RECORDS + 2; i++) {
		lines[i] = at;
		at = strchr(at, '\n');
		*at++ = '\0';
	}
	for (int what = 0; what < 3; what++) {
		for (int i = 1; i < RECORDS; i++) {
			struct named seen = {0};
			struct store_check c = {.fault = note_fault, .arg = &seen};
			struct buf b;
			struct err err;

			buf_init(&b, BUF_MAX_TEXT);
			for (int k = 0; k < RECORDS + 2; k++) {
				int from = what == 2 && k == i ? i + 1 : what == 2 && k == i + 1 ? i : k;

				if (what == 0 && k == i)
					continue;
				buf_fmt(&b, "%s\n", lines[from]);
				if (what == 1 && k == i)
					buf_fmt(&b, "%s\n", lines[k]);
			}
			assert_ok(store_verify_export(b.p, b.n, &c, &err), &err);
			if (seen.faults == 0)
				fail_msg("%d at line %d: not noticed", what, i + 1);
			if (seen.first_line != (unsigned)(what == 1 ? i + 2 : i + 1))
				fail_msg("%d at line %d: named line %u (%s)", what, i + 1, seen.first_line,
				         seen.what);
			buf_release(&b);
		}
	}
	free(copy);
}

static void test_not_an_export(void **state)
{
	static const char *const files[] = {"",
	                                    "\n",
	                                    "x",
	                                    "{}",
	                                    "{}\n",
	                                    "[1]\n",
	                                    "null\n",
	                                    "{\"kind\":\"casebook.case\"}\n",
	                                    "{\"kind\":\"casebook.case\",\"schema_version\":2}\n",
	                                    "{\"kind\":\"other\",\"schema_version\":1}\n",
	                                    "\xff\xd8\xff\xe0 JFIF\n"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct store_check c = {.fault = NULL};
		struct store_import in;
		struct err err;

		assert_int_equal(store_verify_export(files[i], strlen(files[i]), &c, &err), -1);
		assert_int_equal(err.code, FAIL_FORMAT);
		assert_int_equal(store_import(f->there, "photo.jpg", files[i], strlen(files[i]), &in, &err),
		                 -1);
		assert_int_equal(err.code, FAIL_FORMAT);
		assert_non_null(strstr(err.msg, "photo.jpg"));
	}
}

/* A chain can be computed by anybody: what it proves whole may still be nothing that we take. */
static void test_hostile_but_whole(void **state)
{
	static const char *const headers[] = {"\"id\":\"../../../etc/passwd0000000\"",
	                                      "\"state\":\"burning\"",
	                                      "\"opened\":\"yesterday\"",
	                                      "\"records\":-1",
	                                      "\"records\":99999999",
	                                      "\"flow_hash\":\"xyz\"",
	                                      "\"title\":null"};
	static const char *const keys[] = {"\"id\":",      "\"state\":",     "\"opened\":", "\"records\":",
	                                   "\"records\":", "\"flow_hash\":", "\"title\":"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char *at = strstr(f->file.p, keys[i]), *end = strpbrk(at + strlen(keys[i]) + 1, ",");
		struct store_import in;
		struct buf b;
		struct err err;

		buf_init(&b, BUF_MAX_TEXT);
		buf_put(&b, f->file.p, (size_t)(at - f->file.p));
		buf_str(&b, headers[i]);
		buf_str(&b, end);
		assert_int_equal(store_import(f->there, "f", b.p, b.n, &in, &err), -1);
		if (err.code != FAIL_FORMAT)
			fail_msg("%s: %s", headers[i], err.msg);
		buf_release(&b);
	}
	verify_clean(f->there, 0, 0);
}

static int put_full(void *arg, const void *mem, size_t n)
{
	(void)arg;
	(void)mem;
	(void)n;
	errno = ENOSPC;
	return -1;
}

static void test_export_to_a_full_disk(void **state)
{
	struct fixture *f = *state;
	struct store_check c = {.fault = NULL};
	struct err err;

	assert_int_equal(store_export(f->here, "1", &c, put_full, NULL, &err), -1);
	assert_int_equal(err.code, FAIL_FULL);
	assert_int_equal(store_export(f->here, "7", &c, put, &f->file, &err), -1);
	assert_int_equal(err.code, FAIL_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_import_extends, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_export_gives_way, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_nothing_but_exports, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_import_conflict, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_conflict_at_every_record, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_same_id_begun_otherwise, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_every_byte_counts, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_every_cut_is_noticed, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_lines_moved, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_not_an_export, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_hostile_but_whole, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_export_to_a_full_disk, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
