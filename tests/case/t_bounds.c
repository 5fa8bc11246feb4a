/* What the diagnosis makes of a file's answer, and of more sources than its tables hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/replay.h>

#include "case_test.h"

#define URL "url=https://a/mscep.dll"

static void put_by_file(struct casefile *cf, const char *step, const char *answer)
{
	struct record r = {.kind = REC_ANSWER, .u.answer = {step, answer, BY_FILE, NULL, 0}};

	assert_non_null(casefile_append(cf, &r, NULL));
}

/* Answered by files alone: nobody's word, and the fix is proven. */
static void what_a_file_says_is_no_persons_word(void **state)
{
	struct flow *flow = lab_load(lab_flow);
	const struct finding *found = NULL;
	struct casefile cf;
	struct diagnosis *d;
	struct replay r;

	(void)state;
	casefile_init(&cf, NULL, flow->id, flow->hash, 1000);
	put_input(&cf, "server_url", "https://a/mscep.dll");
	put_input(&cf, "platform", NULL);
	put_evidence(&cf, "scep.url", URL, "server-url", "status=503");
	put_by_file(&cf, "server-url", "stopped");
	put_answer(&cf, "fix-pool", "fixed");
	put_evidence(&cf, "scep.url", URL, "server-url", "status=403");
	put_by_file(&cf, "server-url", "refused");
	replay_init(&r, flow, &cf, NULL);
	d = diagnose(&r);
	for (size_t i = 0; i < d->nfindings; i++)
		if (strcmp(d->findings[i].id, "app-pool-stopped") == 0)
			found = &d->findings[i];
	assert_non_null(found);
	assert_false(found->by_person);
	assert_true(found->fixed);
	assert_false(found->fixed_by_person);
	replay_release(&r);
	casefile_release(&cf);
	flow_free(flow);
}

/* ---- a cause that forty checks speak of ---- */

#define CHECKS 40
#define SAID 32 /* as many as a reason names */

static struct probe many[CHECKS];
static char ids[CHECKS][16];

static const struct probe *find_many(const char *id)
{
	for (size_t i = 0; i < CHECKS; i++)
		if (strcmp(many[i].id, id) == 0)
			return &many[i];
	return NULL;
}

static void say(void *arg, const struct diag *d)
{
	(void)arg;
	if (d->severity == DIAG_ERROR)
		fail_msg("%u:%u: %s: %s", d->line, d->col, d->id, d->text);
}

static struct flow *big_flow(void)
{
	static const struct param_def params[] = {{"url", true, "address"}, {NULL, false, NULL}};
	static const struct fact_def facts[] = {{"bad", FACT_BOOL, NULL, "bad"},
	                                        {NULL, FACT_BOOL, NULL, NULL}};
	struct flow_env env = {find_many, say, NULL};
	struct err err = {0};
	struct flow *f;
	struct buf b;

	buf_init(&b, 65536);
	buf_str(&b,
	        "flow: big\nversion: 1\ntitle: T\nsummary: S.\nsource: {title: L, url: \"https://example.org/l\"}\n"
	        "start: q\ninputs: {u: {type: url, label: U}}\nsteps:\n"
	        "  q:\n    label: Q\n    ask: Which?\n    source: L\n"
	        "    checks: [{probe: kind00.of, url: $u}]\n    answers:\n"
	        "      a: {label: A, go: f}\n      b: {label: B, go: u}\n"
	        "  f: {label: F, fix: wide, go: u}\n"
	        "  u: {label: U, ask: Not found yet, end: inconclusive, source: L}\n"
	        "causes:\n  wide:\n    title: W\n    summary: S.\n    remedy: R.\n    fix: [Do it.]\n    source: L\n"
	        "    verify: q\n    supported: [");
	for (int i = 0; i < CHECKS; i++) {
		snprintf(ids[i], sizeof(ids[i]), "kind%02d.of", i);
		many[i] = (struct probe){ids[i], "P",  PROBE_LIVE,   params, facts,
		                         1000,   NULL, "curl {url}", "L",    NULL};
		buf_fmt(&b, "%s{%s.bad: true}", i != 0 ? ", " : "", ids[i]);
	}
	buf_str(&b, "]\n");
	f = flow_load("big.yaml", buf_cstr(&b), b.n, &env, &err);
	if (f == NULL)
		fail_msg("%s", err.msg);
	buf_release(&b);
	return f;
}

static void a_reason_has_room_for_so_many_sources(void **state)
{
	struct flow *flow = big_flow();
	struct casefile cf;
	struct diagnosis *d;
	struct replay r;
	size_t named = 0;

	(void)state;
	casefile_init(&cf, NULL, flow->id, flow->hash, 1000);
	replay_init(&r, flow, &cf, NULL);
	d = diagnose(&r);
	assert_int_equal(d->nrows, 1);
	assert_int_equal(d->rows[0].state, CAUSE_UNTESTED);
	assert_ptr_equal(strstr(d->rows[0].by, "not measured: kind00.of, kind01.of, "), d->rows[0].by);
	for (const char *p = d->rows[0].by; (p = strstr(p, ".of")) != NULL; p++)
		named++;
	assert_int_equal(named, SAID);
	replay_release(&r);
	casefile_release(&cf);
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_a_file_says_is_no_persons_word),
	        cmocka_unit_test(a_reason_has_room_for_so_many_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
