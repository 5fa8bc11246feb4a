/* What two cases have different, and in what order it is said. */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct report_options full = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL};

struct two {
	struct flow *flow;
	struct casefile a, b;
	struct report *left, *right;
};

static void open_two(struct two *t, const char *a, const char *b)
{
	t->flow = test_flow();
	test_case(t->flow, a, &t->a);
	test_case(t->flow, b, &t->b);
	t->left = report_new(t->flow, &t->a, &full);
	t->right = report_new(t->flow, &t->b, &full);
}

static void close_two(struct two *t)
{
	report_free(t->left);
	report_free(t->right);
	casefile_release(&t->a);
	casefile_release(&t->b);
	flow_free(t->flow);
}

static void expect(const struct diff *d, size_t i, enum difference_kind kind, const char *what, const char *a,
                   const char *b)
{
	struct buf text;

	assert_true(i < d->n);
	assert_int_equal(d->all[i].kind, kind);
	assert_string_equal(d->all[i].what, what);
	for (int side = 0; side < 2; side++) {
		const struct value *v = side == 0 ? d->all[i].a : d->all[i].b;
		const char *want = side == 0 ? a : b;

		assert_true((v == NULL) == (want == NULL));
		if (v == NULL)
			continue;
		buf_init(&text, BUF_MAX_LINE);
		value_text(&text, v);
		assert_string_equal(buf_cstr(&text), want);
		buf_release(&text);
	}
}

static void test_same_case(void **state)
{
	struct two t;
	struct diff *d;

	(void)state;
	open_two(&t, "healthy", "healthy");
	d = diff_new(t.left, t.right);
	assert_int_equal(d->n, 0);
	diff_free(d);
	close_two(&t);
}

static void test_two_cases(void **state)
{
	struct two t;
	struct diff *d;

	(void)state;
	open_two(&t, "healthy", "inconclusive");
	d = diff_new(t.left, t.right);
	expect(d, 0, DIFF_INPUT, "Platform of the device", "android", NULL);
	expect(d, 1, DIFF_INPUT, "IIS log", "u_ex261122.log", NULL);
	expect(d, 2, DIFF_MEASURED, "scep.cacert", "measured", "timeout");
	expect(d, d->n - 1, DIFF_VERDICT, "verdict", "healthy", "inconclusive");
	for (size_t i = 0; i < d->n; i++)
		assert_null(strstr(d->all[i].what, "_ms"));
	diff_free(d);
	close_two(&t);
}

/* Only what the fix changed: one case against itself, split at "fixed". */
static void test_before_and_after(void **state)
{
	struct two t;
	struct diff *d;

	(void)state;
	open_two(&t, "fault-fixed", "healthy");
	d = diff_of_fix(t.left);
	assert_non_null(d);
	assert_int_equal(d->fix, 15);
	expect(d, 0, DIFF_FACT, "scep.url status", "503", "403");
	expect(d, 1, DIFF_FACT, "scep.url page", "service-unavailable", "forbidden-iis");
	expect(d, 2, DIFF_FACT, "scep.url server", "Microsoft-HTTPAPI/2.0", "Microsoft-IIS/10.0");
	expect(d, 3, DIFF_MEASURED, "scep.cacert", "unreached", "measured");
	diff_free(d);
	assert_null(diff_of_fix(t.right));
	close_two(&t);
}

/* What a person is told: the sentences that changed, not every fact. */
static void test_told_in_sentences(void **state)
{
	struct two t;
	struct diff *d;
	struct buf text;

	(void)state;
	open_two(&t, "fault-fixed", "healthy");
	d = diff_of_fix(t.left);
	buf_init(&text, BUF_MAX_TEXT);
	diff_text(d, &text);
	assert_non_null(strstr(buf_cstr(&text), "was   The URL answered 503: no pool takes the request."));
	assert_non_null(strstr(buf_cstr(&text), "now   The URL answered 403, page forbidden-iis."));
	assert_non_null(strstr(buf_cstr(&text), "records 4 and 16"));
	assert_non_null(strstr(buf_cstr(&text), "Not repeated, files from before the fix"));
	assert_non_null(strstr(buf_cstr(&text), "pools.txt"));
	assert_non_null(strstr(buf_cstr(&text), "--all lists them"));
	assert_null(strstr(buf_cstr(&text), "scep.url page")); /* names of facts are for --all */
	buf_clear(&text);
	diff_list(d, &text);
	assert_non_null(strstr(buf_cstr(&text), "scep.url page"));
	buf_release(&text);
	diff_free(d);
	close_two(&t);
}

/* Maps and lists of maps are compared member by member. */
static void test_inside_values(void **state)
{
	static const char head[] = "{\"kind\":\"evidence\",\"at\":\"2026-11-22T14:00:03Z\",\"evidence\":{"
	                           "\"probe\":\"httperr.log\","
	                           "\"target\":\"h.log\",\"outcome\":\"measured\",\"started\":\"2026-11-"
	                           "22T14:00:03Z\",\"took_ms\":5,"
	                           "\"facts\":{\"by_reason\":";
	struct flow *flow = test_flow();
	struct casefile a, b;
	struct report *left, *right;
	struct diff *d;
	char json[1000];

	(void)state;
	casefile_init(&a, NULL, flow->id, flow->hash, 0);
	casefile_init(&b, NULL, flow->id, flow->hash, 0);
	snprintf(json, sizeof(json),
	         "%s{\"Disabled\":3,\"Timer\":1,\"Gone\":2},\"rows\":[{\"n\":1},{\"n\":2}],\"t_ms\":1}}}",
	         head);
	test_append(&a, json);
	snprintf(json, sizeof(json),
	         "%s{\"Disabled\":4,\"Timer\":1},\"rows\":[{\"n\":1},{\"n\":5},{\"n\":6}],\"t_ms\":2}}}",
	         head);
	test_append(&b, json);
	left = report_new(flow, &a, &full);
	right = report_new(flow, &b, &full);
	d = diff_new(left, right);
	assert_int_equal(d->n, 4);
	expect(d, 0, DIFF_FACT, "httperr.log by_reason.Disabled", "3", "4");
	expect(d, 1, DIFF_FACT, "httperr.log by_reason.Gone", "2", NULL);
	expect(d, 2, DIFF_FACT, "httperr.log rows[1].n", "2", "5");
	expect(d, 3, DIFF_FACT, "httperr.log rows[2]", NULL, "n: 6");
	diff_free(d);
	report_free(left);
	report_free(right);
	casefile_release(&a);
	casefile_release(&b);
	flow_free(flow);
}

static void write_out(const char *name, const struct buf *b)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", BUILD_DIR, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	fwrite(buf_cstr(b), 1, b->n, f);
	fclose(f);
}

/* The text as a person sees it; the JSON is left for the schema test. */
static void test_shown(void **state)
{
	struct two t;
	struct diff *d;
	struct buf out;

	(void)state;
	open_two(&t, "fault-fixed", "healthy");
	d = diff_of_fix(t.left);
	buf_init(&out, BUF_MAX_TEXT);
	diff_list(d, &out);
	assert_non_null(strstr(buf_cstr(&out), "fact  scep.url status\n  - 503  [4]\n  + 403  [16]\n"));
	buf_clear(&out);
	diff_json(d, &out);
	write_out("diff-fix.json", &out);
	diff_free(d);
	d = diff_new(t.left, t.right);
	buf_clear(&out);
	diff_json(d, &out);
	write_out("diff-two.json", &out);
	buf_release(&out);
	diff_free(d);
	close_two(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_same_case),        cmocka_unit_test(test_two_cases),
	        cmocka_unit_test(test_before_and_after), cmocka_unit_test(test_told_in_sentences),
	        cmocka_unit_test(test_inside_values),    cmocka_unit_test(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
