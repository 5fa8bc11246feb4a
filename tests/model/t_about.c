/* What evidence is about, written and read again: every member alone and all at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <casebook/about.h>

#include <cmocka.h>

static struct arena *mem;

static int begin(void **state)
{
	(void)state;
	mem = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static void same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_true(a == b);
	else
		assert_string_equal(a, b);
}

static void same_about(const struct about *a, const struct about *b)
{
	same_text(a->computer, b->computer);
	same_text(a->site, b->site);
	same_text(a->pool, b->pool);
	same_text(a->store, b->store);
	same_text(a->device, b->device);
	same_text(a->platform, b->platform);
	same_text(a->log, b->log);
	assert_int_equal(a->traces, b->traces);
	assert_int_equal(a->from_ms, b->from_ms);
	assert_int_equal(a->to_ms, b->to_ms);
	assert_int_equal(a->slack_ms, b->slack_ms);
	assert_int_equal(a->as_of_ms, b->as_of_ms);
	assert_int_equal(a->written_ms, b->written_ms);
	assert_int_equal(a->complete, b->complete);
	assert_int_equal(a->layer, b->layer);
	assert_int_equal(a->role, b->role);
}

static const char *written(void (*put)(struct jsonw *, const void *), const void *what)
{
	struct buf out;
	struct jsonw j;
	const char *text;

	buf_init(&out, 10000);
	jsonw_init(&j, &out);
	put(&j, what);
	text = arena_strdup(mem, buf_cstr(&out));
	buf_release(&out);
	return text;
}

static void put_about(struct jsonw *j, const void *a)
{
	about_json(j, a);
}

static void put_row(struct jsonw *j, const void *r)
{
	evrow_json(j, r);
}

static struct value parsed(const char *text)
{
	struct value v;
	struct err err;

	if (value_parse_json(mem, text, strlen(text), &v, &err) != 0)
		fail_msg("%s: %s", text, err.msg);
	return v;
}

static void survives(const struct about *a)
{
	struct value v = parsed(written(put_about, a));
	struct about back, copy = about_copy(mem, a);

	about_from(&v, &back);
	same_about(a, &back);
	same_about(a, &copy);
}

static void each_member_alone(void **state)
{
	struct about all[16 + LAYER__MAX + ROLE__MAX + 2];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		all[i] = about_nothing;
	survives(&about_nothing);
	assert_string_equal(written(put_about, &about_nothing), "{}");
	all[n++].computer = "NDES01";
	all[n++].site = "W3SVC1";
	all[n++].pool = "SCEP";
	all[n++].store = "root";
	all[n++].device = "10.0.0.9";
	all[n++].platform = "ios";
	all[n++].log = "capi2";
	all[n++].traces = TRACE_NDES;
	all[n++].traces = TRACE_NDES | TRACE_DEVICE;
	all[n++].from_ms = 0;
	all[n++].to_ms = -1;
	all[n++].slack_ms = 1;
	all[n++].as_of_ms = 5;
	all[n++].written_ms = 6;
	all[n++].complete = TRI_YES;
	all[n++].complete = TRI_NO;
	for (int layer = 0; layer < LAYER__MAX; layer++)
		all[n++].layer = (enum layer)layer;
	for (int role = 0; role < ROLE__MAX; role++)
		all[n++].role = (enum role)role;
	for (size_t i = 0; i < n; i++)
		survives(&all[i]);
}

static void all_at_once(void **state)
{
	static const struct about all = {"c", "s", "p", "st", "d", "pl",   "l",        TRACE_DEVICE,
	                                 1,   2,   3,   4,    5,   TRI_NO, LAYER_NDES, ROLE_SERVER};

	(void)state;
	survives(&all);
}

/* What another program wrote. */
static void foreign_words(void **state)
{
	struct about a;
	struct value v =
	        parsed("{\"traces\":255,\"slack_ms\":-1,\"layer\":\"cake\",\"role\":\"king\",\"complete\":1,"
	               "\"from_ms\":\"x\"}");

	(void)state;
	about_from(&v, &a);
	assert_int_equal(a.traces, TRACE_NDES | TRACE_DEVICE);
	a.traces = 0;
	same_about(&a, &about_nothing);
}

static void rows_too(void **state)
{
	struct evrow row = evrow_nothing, back;
	struct value v;

	(void)state;
	row.kind = "crash";
	assert_string_equal(written(put_row, &row), "{\"kind\":\"crash\"}");
	row.part = EVIDENCE_MAX_PARTS - 1;
	row.first_ms = 7;
	row.last_ms = 8;
	row.n = UINT32_MAX;
	row.line = 9;
	row.data = parsed("{\"code\":503}");
	v = parsed(written(put_row, &row));
	assert_true(evrow_from(&v, &back));
	assert_string_equal(back.kind, "crash");
	assert_int_equal(back.part, EVIDENCE_MAX_PARTS - 1);
	assert_int_equal(back.first_ms, 7);
	assert_int_equal(back.last_ms, 8);
	assert_int_equal(back.n, UINT32_MAX);
	assert_int_equal(back.line, 9);
	assert_int_equal(value_find(&back.data, "code")->u.i, 503);
}

static void foreign_rows(void **state)
{
	static const char *const bad[] = {"{\"part\":0}", "{\"kind\":\"a\",\"part\":-1}",
	                                  "{\"kind\":\"a\",\"part\":64}"};
	struct evrow row;
	struct value v;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v = parsed(bad[i]);
		if (evrow_from(&v, &row))
			fail_msg("taken: %s", bad[i]);
	}
	v = parsed("{\"kind\":\"a\",\"n\":0,\"line\":-4,\"data\":[1]}");
	assert_true(evrow_from(&v, &row));
	assert_int_equal(row.n, 1);
	assert_int_equal(row.line, 0);
	assert_int_equal(row.data.type, VAL_NULL);
	assert_int_equal(row.first_ms, ABOUT_NO_TIME);
	assert_int_equal(row.last_ms, ABOUT_NO_TIME);
	v = parsed("{\"kind\":\"a\",\"n\":4294967296}");
	assert_true(evrow_from(&v, &row));
	assert_int_equal(row.n, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_member_alone), cmocka_unit_test(all_at_once),
	        cmocka_unit_test(foreign_words),     cmocka_unit_test(rows_too),
	        cmocka_unit_test(foreign_rows),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
