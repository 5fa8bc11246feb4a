/* The store as its callers see it: begin, append, load, list, mark, delete. */
#include "store_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	char *folder, *path;
	struct store *s;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->folder = folder_make();
	f->path = in_folder(f->folder, "cases.db");
	f->s = open_or_fail(f->path);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	free(f->path);
	folder_remove(f->folder);
	free(f);
	return 0;
}

static void begin(struct fixture *f, struct casefile *cf, const char *title, uint32_t records)
{
	uint32_t saved = 0;
	struct err err;

	case_make(cf, title);
	assert_ok(store_begin(f->s, cf, &err), &err);
	for (uint32_t i = 0; i < records; i++)
		add_story(cf, i);
	assert_ok(store_append(f->s, cf, 0, &saved, &err), &err);
	assert_int_equal(saved, records);
}

static void test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct casefile cf, back;
	struct err err;

	begin(f, &cf, "Zoë's tablet \"B\"", 25);
	store_close(f->s);
	f->s = open_or_fail(f->path);
	assert_ok(store_load(f->s, cf.id, &back, &err), &err);
	assert_string_equal(back.id, cf.id);
	assert_string_equal(back.title, cf.title);
	assert_string_equal(back.flow_id, cf.flow_id);
	assert_string_equal(back.flow_hash, cf.flow_hash);
	assert_string_equal(back.host, cf.host);
	assert_string_equal(back.tool, cf.tool);
	assert_int_equal(back.opened_ms, cf.opened_ms);
	assert_int_equal(back.number, 1);
	assert_same_log(&cf, &back);
	casefile_release(&back);
	casefile_release(&cf);
}

static void test_append_is_idempotent(void **state)
{
	struct fixture *f = *state;
	struct casefile cf, back;
	uint32_t saved = 0;
	struct err err;

	begin(f, &cf, "a", 3);
	assert_ok(store_append(f->s, &cf, 0, &saved, &err), &err);
	add_story(&cf, 3);
	assert_ok(store_append(f->s, &cf, 1, &saved, &err), &err);
	assert_int_equal(saved, 4);
	assert_ok(store_load(f->s, "#1", &back, &err), &err);
	assert_same_log(&cf, &back);
	casefile_release(&back);
	casefile_release(&cf);
}

static void test_append_conflict(void **state)
{
	struct fixture *f = *state;
	struct casefile ours, theirs, back;
	uint32_t saved = 0;
	struct err err;

	begin(f, &ours, "a", 2);
	assert_ok(store_load(f->s, "1", &theirs, &err), &err);
	add_note(&theirs, "theirs");
	assert_ok(store_append(f->s, &theirs, 2, &saved, &err), &err);
	add_note(&ours, "ours");
	add_note(&ours, "ours too");
	assert_int_equal(store_append(f->s, &ours, 2, &saved, &err), -1);
	assert_int_equal(err.code, FAIL_CONFLICT);
	assert_ok(store_load(f->s, "1", &back, &err), &err);
	assert_same_log(&theirs, &back);
	casefile_release(&back);
	casefile_release(&ours);
	casefile_release(&theirs);
}

static void test_find_by_ref(void **state)
{
	static const struct {
		const char *ref;
		enum err_code code;
	} rows[] = {
	        {"1", FAIL_NONE},
	        {"#1", FAIL_NONE},
	        {"3", FAIL_NOT_FOUND},
	        {"#0", FAIL_NOT_FOUND},
	        {"01BBBBBBBBBBBBBBBBBBBBBBB1", FAIL_NONE},
	        {"01bbbbbbbbbbbbbbbbbbbbbbb1", FAIL_NONE},
	        {"01BBBBBBBBBBBBBBBBBBBBBBB", FAIL_NOT_FOUND}, /* ambiguous */
	        {"01BBBBBBBBBBBBBBBBBBBBBBB3", FAIL_NOT_FOUND},
	        {"01C", FAIL_NOT_FOUND},
	        {"", FAIL_NOT_FOUND},
	        {"%", FAIL_NOT_FOUND},
	        {"' OR 1=1 --", FAIL_NOT_FOUND},
	        {"99999999999999999999999999999999", FAIL_NOT_FOUND},
	};
	struct fixture *f = *state;
	struct err err;

	for (int i = 1; i <= 2; i++) {
		struct casefile cf;
		char id[CASE_ID];

		snprintf(id, sizeof(id), "01BBBBBBBBBBBBBBBBBBBBBBB%d", i);
		casefile_init(&cf, id, "f", NULL, T0);
		assert_ok(store_begin(f->s, &cf, &err), &err);
		casefile_release(&cf);
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct casefile back;
		int rc = store_load(f->s, rows[i].ref, &back, &err);

		if (rc == 0) {
			assert_int_equal(back.number, 1);
			casefile_release(&back);
		}
		if ((rc == 0 ? FAIL_NONE : err.code) != rows[i].code)
			fail_msg("\"%s\": %s", rows[i].ref, rc == 0 ? "found" : err.msg);
	}
}

struct seen {
	char text[512];
	size_t n;
};

static bool note_row(void *arg, const struct case_row *row)
{
	struct seen *seen = arg;
	size_t at = strlen(seen->text);

	seen->n++;
	snprintf(seen->text + at, sizeof(seen->text) - at, "#%u %s %s %s %d %u\n", row->number, row->title,
	         row->flow_id, row->at, row->state, row->records);
	return true;
}

static void test_list_mark_delete(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {.n = 0};
	struct casefile a, b;
	uint32_t saved;
	struct err err;

	begin(f, &a, "first", 4);
	begin(f, &b, "second", 1);
	add_note(&b, "it is called otherwise from here on");
	casefile_set_mark(&b, &(struct case_mark){"renamed", "Server URL", CASE_WAITING});
	assert_ok(store_append(f->s, &b, 1, &saved, &err), &err);
	assert_ok(store_list(f->s, NULL, note_row, &seen, &err), &err);
	assert_string_equal(seen.text, "#1 first intune-scep-ndes  0 4\n"
	                               "#2 renamed intune-scep-ndes Server URL 1 2\n");
	assert_ok(store_delete(f->s, "#1", &err), &err);
	seen.text[0] = '\0';
	assert_ok(store_list(f->s, NULL, note_row, &seen, &err), &err);
	assert_string_equal(seen.text, "#2 renamed intune-scep-ndes Server URL 1 2\n");
	assert_int_equal(store_delete(f->s, "#1", &err), -1);
	assert_int_equal(err.code, FAIL_NOT_FOUND);
	add_note(&a, "to a case that is gone");
	assert_int_equal(store_append(f->s, &a, 4, &saved, &err), -1);
	assert_int_equal(err.code, FAIL_NOT_FOUND);
	casefile_release(&a);
	begin(f, &a, "third", 1);
	assert_int_equal(a.number, 3); /* a number is never given twice */
	casefile_release(&a);
	casefile_release(&b);
}

static void refuse_text(struct fixture *f, const struct record *r, const char *says)
{
	struct casefile cf;
	uint32_t saved = 0;
	struct err err;

	begin(f, &cf, "limits", 1);
	assert_non_null(casefile_restore(&cf, r, NULL));
	assert_int_equal(store_append(f->s, &cf, 1, &saved, &err), -1);
	if (err.code != FAIL_LIMIT || strstr(err.msg, says) == NULL)
		fail_msg("%s: %s", err_str(err.code), err.msg);
	/* What was refused leaves nothing behind. */
	cf.nlog = 1;
	add_note(&cf, "short");
	assert_ok(store_append(f->s, &cf, 1, &saved, &err), &err);
	assert_int_equal(saved, 2);
	casefile_release(&cf);
}

static void test_texts_have_a_ceiling(void **state)
{
	char *text = calloc(1, CASE_MAX_TEXT + 2);
	const struct record rows[] = {
	        {.kind = REC_NOTE, .u.note.text = text},
	        {.kind = REC_INPUT, .u.input = {"server_url", text, BY_PERSON}},
	        {.kind = REC_ANSWER, .u.answer = {"server-url", text, BY_PERSON, NULL, 0}},
	};
	struct fixture *f = *state;
	struct casefile cf;
	struct err err;

	memset(text, 'x', CASE_MAX_TEXT + 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		refuse_text(f, &rows[i], "8192 bytes");
	case_make(&cf, text);
	assert_int_equal(store_begin(f->s, &cf, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	cf.title = "";
	assert_ok(store_begin(f->s, &cf, &err), &err);
	add_note(&cf, "short");
	casefile_set_mark(&cf, &(struct case_mark){text, "", CASE_OPEN});
	assert_int_equal(store_append(f->s, &cf, 0, &(uint32_t){0}, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	casefile_release(&cf);
	text[CASE_MAX_TEXT] = '\0';
	begin(f, &cf, text, 0);
	add_note(&cf, text); /* exactly as long as it may be */
	assert_ok(store_append(f->s, &cf, 0, &(uint32_t){0}, &err), &err);
	casefile_release(&cf);
	free(text);
}

static void test_evidence_has_a_ceiling(void **state)
{
	char *text = calloc(1, STORE_MAX_RECORD + 1);
	const struct fact fact = {"body", value_str(text)};

	memset(text, 'x', STORE_MAX_RECORD);
	refuse_text(
	        *state,
	        &(struct record){.kind = REC_EVIDENCE,
	                         .u.evidence = {.probe = "p", .target = "t", .facts = &fact, .nfacts = 1}},
	        "larger than");
	free(text);
}

static void test_a_case_has_a_ceiling(void **state)
{
	struct fixture *f = *state;
	struct casefile ours, theirs, back;
	uint32_t saved, foreign;
	struct err err;

	begin(f, &ours, "long", CASE_MAX_RECORDS - 1);
	assert_ok(store_load(f->s, "1", &theirs, &err), &err);
	add_note(&theirs, "the last one");
	assert_ok(store_append(f->s, &theirs, CASE_MAX_RECORDS - 1, &saved, &err), &err);
	add_note(&ours, "one too many");
	assert_int_equal(store_append_merge(f->s, &ours, CASE_MAX_RECORDS - 1, &saved, &foreign, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	assert_non_null(strstr(err.msg, "new case"));
	assert_int_equal(ours.nlog, CASE_MAX_RECORDS);
	assert_ok(store_load(f->s, "1", &back, &err), &err);
	assert_same_log(&theirs, &back);
	casefile_release(&back);
	casefile_release(&theirs);
	casefile_release(&ours);
}

static struct rec_export export_of(char sum[SHA256_HEX], unsigned n)
{
	sha256_of(&n, sizeof(n), sum);
	return (struct rec_export){"report", "md", "standard", sum, NULL};
}

/* A full case is the one that is handed on: that it was has room in its log, and nothing else has. */
static void test_a_full_case_can_be_exported(void **state)
{
	struct fixture *f = *state;
	char sum[SHA256_HEX];
	struct rec_export e = export_of(sum, 0);
	struct store_check found = {.fault = NULL};
	struct casefile cf;
	uint32_t saved;
	struct err err;

	begin(f, &cf, "full", CASE_MAX_RECORDS);
	assert_ok(store_exported(f->s, cf.id, &e, T0, &err), &err);
	assert_ok(store_exported(f->s, "1", &e, T0, &err), &err); /* its last record says so already */
	casefile_release(&cf);
	assert_ok(store_load(f->s, "1", &cf, &err), &err);
	assert_int_equal(cf.nlog, CASE_MAX_RECORDS + 1);
	assert_int_equal(casefile_told(&cf), CASE_MAX_RECORDS);
	assert_null(casefile_append(&cf, &(struct record){.kind = REC_NOTE, .u.note = {"more"}}, &err));
	assert_non_null(strstr(err.msg, "new case"));
	for (unsigned n = 1; n < CASE_MAX_EXPORTS; n++) {
		struct record r = {.kind = REC_EXPORT, .at_ms = T0, .u.export = export_of(sum, n)};

		assert_non_null(casefile_restore(&cf, &r, &err));
	}
	assert_ok(store_append(f->s, &cf, CASE_MAX_RECORDS + 1, &saved, &err), &err);
	casefile_release(&cf);
	e = export_of(sum, CASE_MAX_EXPORTS);
	assert_int_equal(store_exported(f->s, "1", &e, T0, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	assert_ok(store_verify(f->s, "1", &found, &err), &err);
	assert_int_equal(found.faults, 0);
	assert_int_equal(found.records, CASE_MAX_LOG);
}

static void test_every_statement_prepares(void **state)
{
	struct fixture *f = *state;
	struct err err;

	assert_int_equal(sqlite3_step(stmt_use(f->s, STMT_TAIL_CREATE, &err)), SQLITE_DONE);
	for (int i = 0; i < STMT__MAX; i++)
		if (stmt_use(f->s, (enum stmt)i, &err) == NULL)
			fail_msg("%s: %s", stmt_sql((enum stmt)i), err.msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_append_is_idempotent, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_append_conflict, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_find_by_ref, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_list_mark_delete, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_texts_have_a_ceiling, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_evidence_has_a_ceiling, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_a_case_has_a_ceiling, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_a_full_case_can_be_exported, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_every_statement_prepares, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
