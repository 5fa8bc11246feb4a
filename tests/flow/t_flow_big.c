/* Sizes: 10,000 steps load, one more than the ceiling does not, and files made to be slow or to
 * eat memory end as quickly as they began. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_test.h"

#include <string.h>

static void put_head(struct buf *b)
{
	buf_str(b, "flow: big\nversion: 1\ntitle: Big\nstart: s0\ninputs:\n  url: {type: url, label: "
	           "URL}\nsteps:\n");
}

/* Questions in a row, each with a fix beside it. */
static void put_questions(struct buf *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		buf_fmt(b,
		        "  s%u:\n    ask: What does step %u say?\n    checks: [{probe: scep.url, url: "
		        "$url}]\n",
		        i, i);
		buf_fmt(b,
		        "    answers:\n      bad: {label: Bad, when: {scep.url.page: other}, go: f%u}\n"
		        "      good: {label: Good, when: {scep.url.status: {lt: 500}}, go: s%u}\n"
		        "      left: {label: Left, go: s%u}\n",
		        i, i + 1, i + 1);
		buf_fmt(b, "  f%u: {fix: c%u, go: s%u}\n", i, i, i + 1);
	}
	buf_fmt(b, "  s%u: {end: inconclusive}\ncauses:\n", n);
	for (unsigned i = 0; i < n; i++)
		buf_fmt(b, "  c%u: {title: Cause, source: S, verify: s%u, fix: [Repair.]}\n", i, i);
}

static void ten_thousand_steps(void **state)
{
	struct buf text, said;
	struct flow *f;

	(void)state;
	buf_init(&text, BUF_MAX_FLOW);
	put_head(&text);
	put_questions(&text, 5000);
	assert_false(text.over);
	f = load_text("big", buf_cstr(&text), text.n, &said);
	assert_non_null(f);
	assert_int_equal(said.n, 0);
	assert_int_equal(f->nnodes, 10001);
	assert_string_equal(f->nodes[10000].id, "s5000");
	assert_int_equal(f->nodes[9998].answers[0].go, 9999);
	flow_free(f);
	buf_release(&said);
	buf_release(&text);
}

static void too_many_steps(void **state)
{
	struct buf text, said;

	(void)state;
	buf_init(&text, BUF_MAX_FLOW);
	put_head(&text);
	for (unsigned i = 0; i <= FLOW_MAX_STEPS; i++)
		buf_fmt(&text, "  s%u: {end: inconclusive}\n", i);
	assert_null(load_text("big", buf_cstr(&text), text.n, &said));
	assert_non_null(
	        strstr(buf_cstr(&said), "too_many: there are 20001 steps; at most 20000 are allowed"));
	buf_release(&said);
	buf_release(&text);
}

/* Many problems: fifty are said, in the order of the file, and all are counted. */
static void many_problems(void **state)
{
	struct buf text, said;
	struct flow_env env = {fake_probe_find, NULL, NULL};
	struct err err = {0};
	size_t lines = 0;

	(void)state;
	buf_init(&text, BUF_MAX_FLOW);
	put_head(&text);
	for (unsigned i = 0; i < 9000; i++)
		buf_fmt(&text, "  s%u: {form: [url], go: nowhere%u}\n", i, i);
	assert_null(load_text("big", buf_cstr(&text), text.n, &said));
	for (const char *s = buf_cstr(&said); *s != '\0'; s++)
		lines += *s == '\n';
	assert_int_equal(lines, FLOW_MAX_DIAGS);
	assert_int_equal(strncmp(buf_cstr(&said), "big:8:", 6), 0);
	assert_null(flow_load("big", buf_cstr(&text), text.n, &env, &err));
	assert_string_equal(err.msg, "big has 9000 problems; the first 50 are shown");
	buf_release(&said);
	buf_release(&text);
}

static void larger_than_the_ceiling(void **state)
{
	struct flow_env env = {fake_probe_find, NULL, NULL};
	struct err err = {0};

	(void)state;
	assert_null(flow_load("huge", "", (size_t)BUF_MAX_FLOW + 1, &env, &err));
	assert_int_equal(err.code, FAIL_LIMIT);
}

/* Nine levels of nine aliases: nothing is ever expanded, each is a problem. */
static void alias_bomb(void **state)
{
	struct buf text, said;

	(void)state;
	buf_init(&text, BUF_MAX_FLOW);
	buf_str(&text, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
	for (unsigned i = 1; i < 9; i++)
		buf_fmt(&text, "a%u: &a%u [*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u]\n", i, i, i - 1,
		        i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	assert_null(load_text("bomb", buf_cstr(&text), text.n, &said));
	assert_non_null(strstr(buf_cstr(&said), "bomb:1:5: anchor:"));
	assert_non_null(strstr(buf_cstr(&said), "bomb:2:10: alias:"));
	buf_release(&said);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ten_thousand_steps), cmocka_unit_test(too_many_steps),
	        cmocka_unit_test(many_problems),      cmocka_unit_test(larger_than_the_ceiling),
	        cmocka_unit_test(alias_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
