/* Values, facts, evidence and records: lookup, comparison and JSON in both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <casebook/casefile.h>
#include <casebook/probe.h>

#include <cmocka.h>

#include "value_json.h"

static void json_reads_back_as_written(void **state)
{
	static const char *const rows[] = {
	        "null",
	        "true",
	        "-9007199254740993",
	        "[9007199254740992,9007199254740993,9223372036854775807,-9223372036854775808]",
	        "{\"12345678901234567\":[12345678901234567,\"12345678901234567\",\"\\\\\"],\"a\":\"\\\"1\"}",
	        "\"\\\\u0000\"",
	        "\"a\\\"b\\\\c\\n\"",
	        "[]",
	        "{}",
	        "{\"status\":403,\"caps\":[\"AES\",\"SHA-256\"],\"by\":{\"500.0.1346\":2},\"none\":null}",
	};
	struct arena *mem = arena_new();
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value v, copy;
		struct err err;

		assert_int_equal(value_parse_json(mem, rows[i], strlen(rows[i]), &v, &err), 0);
		copy = value_copy(mem, &v);
		assert_true(value_equal(&v, &copy));
		buf_clear(&b);
		value_json(&b, &copy);
		assert_string_equal(buf_cstr(&b), rows[i]);
	}
	buf_release(&b);
	arena_free(mem);
}

static void hostile_json_is_refused(void **state)
{
	static const char *const rows[] = {
	        "",
	        "{",
	        "[1,]",
	        "1.5",
	        "{\"a\":1,\"a\":2}",
	        "\"\xFF\"",
	        "[1] 2",
	        "9223372036854775808",
	        "[1e300]",
	        "[12345678901234567.5]",
	        "\"\x1f\"",
	        "[12345678901234567,\"\x01\"]",
	        "\"a\\u0000b\"",
	        "\"\\ud800\"",
	        "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
	        "\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1,\"r\":1,"
	        "\"s\":1,\"t\":1,\"u\":1,\"v\":1,\"w\":1,\"x\":1,\"y\":1,\"b\":2}"};
	struct arena *mem = arena_new();
	char deep[200];
	struct value v;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(value_parse_json(mem, rows[i], strlen(rows[i]), &v, &err), -1);
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	assert_int_equal(value_parse_json(mem, deep, sizeof(deep), &v, &err), -1);
	for (size_t n = 21; n <= 22; n++) { /* twenty around the outermost are the limit */
		memset(deep, '[', n);
		memset(deep + n, ']', n);
		assert_int_equal(value_parse_json(mem, deep, 2 * n, &v, &err), n == 21 ? 0 : -1);
	}
	assert_int_equal(err.code, FAIL_LIMIT);
	arena_free(mem);
}

static void a_fact_takes_only_its_own_kind(void **state)
{
	static const char *const pages[] = {"forbidden-iis", "other", NULL};
	const struct fact_def page = {"page", FACT_STR, pages, ""};
	const struct fact_def when = {"first_time", FACT_TIME, NULL, ""};
	struct value v = value_str("forbidden-iis");

	(void)state;
	assert_true(fact_accepts(&page, &v));
	v = value_str("made-up");
	assert_false(fact_accepts(&page, &v));
	v = value_int(4);
	assert_false(fact_accepts(&page, &v));
	v = value_null();
	assert_true(fact_accepts(&page, &v));
	v = value_str("2026-11-22T10:00:00Z");
	assert_true(fact_accepts(&when, &v));
	v = value_str("yesterday");
	assert_false(fact_accepts(&when, &v));
}

/* Evidence that does not say what was asked, how it ended or when is none. */
static void evidence_without_its_head_is_refused(void **state)
{
	static const struct {
		const char *json, *says; /* NULL: it is taken */
	} rows[] = {
	        {"{\"probe\":\"iis.log\",\"outcome\":\"measured\",\"started\":\"2026-11-22T10:00:00Z\"}",
	         NULL},
	        {"{\"outcome\":\"measured\",\"started\":\"2026-11-22T10:00:00Z\"}", "names no probe"},
	        {"{\"probe\":\"iis.log\",\"outcome\":\"guessed\",\"started\":\"2026-11-22T10:00:00Z\"}",
	         "no known outcome"},
	        {"{\"probe\":\"iis.log\",\"started\":\"2026-11-22T10:00:00Z\"}", "no known outcome"},
	        {"{\"probe\":\"iis.log\",\"outcome\":\"measured\"}", "no readable start"},
	        {"{\"probe\":\"iis.log\",\"outcome\":\"measured\",\"started\":\"today\"}",
	         "no readable start"},
	};
	struct arena *mem = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct evidence e;
		struct value v;
		struct err err = {0};
		int rc;

		assert_int_equal(value_parse_json(mem, rows[i].json, strlen(rows[i].json), &v, NULL), 0);
		rc = evidence_from_value(mem, &v, &e, &err);
		assert_int_equal(rc, rows[i].says != NULL ? -1 : 0);
		if (rows[i].says != NULL) {
			assert_int_equal(err.code, FAIL_FORMAT);
			assert_non_null(strstr(err.msg, rows[i].says));
		}
	}
	arena_free(mem);
}

static void records_read_back_as_written(void **state)
{
	struct fact facts[] = {{"status", {.type = VAL_INT, .u.i = 500}},
	                       {"page", {.type = VAL_STR, .u.s = "internal-error"}}};
	struct pin pins[] = {{"last_status", "u_ex.log", 12, 3456, 1795344737000, "GET /certsrv 500 0 1346"},
	                     {"first_time", "u_ex.log", 1, 0, PIN_NO_TIME, "#Fields"}};
	struct record rows[] = {
	        {.kind = REC_INPUT, .at_ms = 1, .u.input = {"server_url", "https://x/mscep.dll", BY_PERSON}},
	        {.kind = REC_INPUT, .at_ms = 2, .u.input = {"iis_log", NULL, BY_PERSON}},
	        {.kind = REC_ANSWER,
	         .at_ms = 3,
	         .u.answer = {"server-url", "stopped", BY_PROBE, "stopped", 4}},
	        {.kind = REC_EVIDENCE,
	         .at_ms = 4,
	         .u.evidence = {.probe = "iis.log",
	                        .target = "u_ex.log",
	                        .step = "log",
	                        .started_ms = 4,
	                        .took_ms = 7,
	                        .outcome = EV_TIMEOUT,
	                        .why = "too slow",
	                        .host = "console",
	                        .sha256 = "ab",
	                        .by_hand = "findstr",
	                        .facts = facts,
	                        .nfacts = 2,
	                        .pins = pins,
	                        .npins = 2}},
	        {.kind = REC_RETRACT, .at_ms = 5, .u.retract = {3}},
	        {.kind = REC_NOTE, .at_ms = 6, .u.note = {"said \"so\""}},
	        {.kind = REC_TICK, .at_ms = 7, .u.tick = {"app-pool-stopped", 1, true}},
	        {.kind = REC_ABOUT, .at_ms = 8, .u.about = {"ab", "app.evtx", NULL, ROLE_NDES, BY_PERSON}},
	        {.kind = REC_ABOUT, .at_ms = 9, .u.about = {NULL, NULL, "SRV7", ROLE_UNKNOWN, BY_ANSWERS}},
	        {.kind = REC_HAND, .at_ms = 11, .u.hand = {"Second line", "00ff 11ee"}},
	        {.kind = REC_PUT_OFF, .at_ms = 10, .u.put_off = {"log", "iis_log httperr_log", BY_PERSON}},
	};
	struct casefile cf;
	struct buf first, second;

	(void)state;
	casefile_init(&cf, NULL, "f", NULL, 1795344737000);
	assert_int_equal(strlen(cf.id), 26);
	buf_init(&first, 100000);
	buf_init(&second, 100000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct record *r = casefile_append(&cf, &rows[i], NULL);
		struct record back;
		struct err err;

		assert_int_equal(r->pos, i + 1);
		buf_clear(&first);
		buf_clear(&second);
		record_json(&first, r);
		assert_int_equal(record_from_json(cf.mem, buf_cstr(&first), first.n, &back, &err), 0);
		record_json(&second, &back);
		assert_string_equal(buf_cstr(&first), buf_cstr(&second));
	}
	assert_null(casefile_at(&cf, 0));
	assert_null(casefile_at(&cf, 12));
	assert_int_equal(evidence_fact(&casefile_at(&cf, 4)->u.evidence, "status")->u.i, 500);
	assert_int_equal(casefile_at(&cf, 4)->u.evidence.pins[1].at_ms, PIN_NO_TIME);
	buf_release(&first);
	buf_release(&second);
	casefile_release(&cf);
}

static void a_full_case_says_so(void **state)
{
	struct record note = {.kind = REC_NOTE, .u.note = {"n"}};
	struct casefile cf;
	struct err err;

	(void)state;
	casefile_init(&cf, NULL, "f", NULL, 0);
	for (int i = 0; i < CASE_MAX_RECORDS; i++)
		assert_non_null(casefile_append(&cf, &note, &err));
	assert_null(casefile_append(&cf, &note, &err));
	assert_int_equal(err.code, FAIL_LIMIT);
	assert_int_equal(cf.nlog, CASE_MAX_RECORDS);
	casefile_release(&cf);
}

static void values_read_as_words(void **state)
{
	struct arena *mem = arena_new();
	struct value_builder b;
	struct value v;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	vb_init(&b, mem);
	v = vb_list(&b);
	value_text(&out, &v);
	vb_add(&b, NULL, value_str("AES"));
	vb_add(&b, NULL, value_bool(true));
	v = vb_list(&b);
	buf_char(&out, '|');
	value_text(&out, &v);
	buf_char(&out, '|');
	value_text(&out, NULL);
	assert_string_equal(buf_cstr(&out), "none|AES, yes|unknown");
	buf_release(&out);
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(json_reads_back_as_written),
	        cmocka_unit_test(hostile_json_is_refused),
	        cmocka_unit_test(a_fact_takes_only_its_own_kind),
	        cmocka_unit_test(evidence_without_its_head_is_refused),
	        cmocka_unit_test(records_read_back_as_written),
	        cmocka_unit_test(a_full_case_says_so),
	        cmocka_unit_test(values_read_as_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
