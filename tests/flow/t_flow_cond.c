/* Conditions: three-valued, typed, explained.  Each row is a condition, what was measured, and
 * what has to come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_test.h"

#include <string.h>

/* A question whose first answer has the condition under test. */
#define BEFORE                                                                                              \
	"flow: f\nversion: 1\ntitle: T\nstart: q\ninputs:\n  url: {type: url, label: URL}\n"                \
	"  log: {type: file, label: Log}\n  when: {type: time, label: When}\n"                              \
	"  platform: {type: choice, label: P, choices: {android: A, ios: I}}\nsteps:\n"                     \
	"  q:\n    ask: Q?\n    checks:\n      - {probe: scep.url, url: $url}\n      - {probe: scep.caps, " \
	"url: $url}\n"                                                                                      \
	"      - {probe: tls.handshake, url: $url}\n      - {probe: iis.log, file: $log}\n    answers:\n"   \
	"      a:\n        label: A\n        go: e\n        when: "
#define AFTER "\n      b: {label: B, go: e}\n  e: {end: inconclusive}\n"

static const struct row {
	const char *cond, *facts; /* facts: JSON, probe to facts; also "input" and "answer" */
	enum tri expected;
	const char *why; /* cond_reason; NULL: not looked at */
} rows[] = {
        {"{scep.url.page: other}", "{}", TRI_UNKNOWN, "scep.url.page = other (not measured: unknown)"},
        {"{scep.url.page: other}", "{\"scep.url\":{\"page\":null}}", TRI_UNKNOWN,
         "scep.url.page = other (not measured: unknown)"},
        {"{scep.url.page: other}", "{\"scep.url\":{\"page\":\"other\"}}", TRI_YES,
         "scep.url.page = other (was other: yes)"},
        {"{scep.url.page: other}", "{\"scep.url\":{\"page\":\"none\"}}", TRI_NO,
         "scep.url.page = other (was none: no)"},
        {"{scep.url.page: [other, none]}", "{\"scep.url\":{\"page\":\"none\"}}", TRI_YES,
         "scep.url.page = other or none (was none: yes)"},
        {"{scep.url.page: {not: other}}", "{\"scep.url\":{\"page\":\"none\"}}", TRI_YES,
         "scep.url.page is not other (was none: yes)"},
        {"{scep.url.page: {not: [other, none]}}", "{\"scep.url\":{\"page\":\"none\"}}", TRI_NO,
         "scep.url.page is not other or none (was none: no)"},
        {"{scep.url.page: {not: other}}", "{}", TRI_UNKNOWN, NULL},
        /* a word that a newer probe knows is still a known value */
        {"{scep.url.page: {not: other}}", "{\"scep.url\":{\"page\":\"brand-new\"}}", TRI_YES, NULL},
        /* a value of another type is no value at all */
        {"{scep.url.page: other}", "{\"scep.url\":{\"page\":7}}", TRI_UNKNOWN, NULL},
        {"{scep.url.status: 403}", "{\"scep.url\":{\"status\":\"403\"}}", TRI_UNKNOWN, NULL},
        {"{scep.url.status: 403}", "{\"scep.url\":{\"status\":403}}", TRI_YES, NULL},
        {"{scep.url.status: {ge: 500, lt: 600}}", "{\"scep.url\":{\"status\":500}}", TRI_YES,
         "scep.url.status >= 500 (was 500: yes); scep.url.status < 600 (was 500: yes)"},
        {"{scep.url.status: {ge: 500, lt: 600}}", "{\"scep.url\":{\"status\":600}}", TRI_NO,
         "scep.url.status < 600 (was 600: no)"},
        {"{scep.url.status: {gt: -2, le: 3}}", "{\"scep.url\":{\"status\":3}}", TRI_YES, NULL},
        {"{scep.url.status: {gt: 3}}", "{\"scep.url\":{\"status\":3}}", TRI_NO, NULL},
        {"{scep.url.status: {known: false}}", "{}", TRI_YES,
         "scep.url.status is not known (not measured: yes)"},
        {"{scep.url.status: {known: true}}", "{}", TRI_NO, NULL},
        {"{scep.url.status: {known: true}}", "{\"scep.url\":{\"status\":0}}", TRI_YES, NULL},
        {"{scep.url.secure: yes}", "{\"scep.url\":{\"secure\":true}}", TRI_YES, NULL},
        {"{scep.url.secure: {not: true}}", "{\"scep.url\":{\"secure\":false}}", TRI_YES, NULL},
        {"{scep.caps.caps: {has: AES}}", "{\"scep.caps\":{\"caps\":[\"AES\",\"SHA-1\"]}}", TRI_YES, NULL},
        {"{scep.caps.caps: {has: [DES3, AES]}}", "{\"scep.caps\":{\"caps\":[\"AES\"]}}", TRI_YES, NULL},
        {"{scep.caps.caps: {lacks: [DES3, AES]}}", "{\"scep.caps\":{\"caps\":[\"AES\"]}}", TRI_NO, NULL},
        {"{scep.caps.caps: {lacks: [DES3]}}", "{\"scep.caps\":{\"caps\":[]}}", TRI_YES, NULL},
        {"{scep.caps.caps: {lacks: [DES3]}}", "{}", TRI_UNKNOWN, NULL},
        {"{scep.caps.caps: {empty: true}}", "{\"scep.caps\":{\"caps\":[]}}", TRI_YES, NULL},
        {"{scep.caps.caps: {empty: false}}", "{\"scep.caps\":{\"caps\":[\"AES\"]}}", TRI_YES, NULL},
        {"{scep.caps.caps: {empty: false}}", "{\"scep.caps\":{}}", TRI_UNKNOWN, NULL},
        {"{scep.caps.caps: {has: 7}}", "{\"scep.caps\":{\"caps\":[7]}}", TRI_YES, NULL},
        {"{iis.log.by_status: {has: \"500.0.1346\"}}", "{\"iis.log\":{\"by_status\":{\"500.0.1346\":3}}}",
         TRI_YES, NULL},
        {"{iis.log.by_status: {has: \"500.0.64\"}}", "{\"iis.log\":{\"by_status\":{\"500.0.1346\":3}}}",
         TRI_NO, NULL},
        {"{iis.log.by_status: {empty: true}}", "{\"iis.log\":{\"by_status\":{}}}", TRI_YES, NULL},
        {"{tls.handshake.not_after: {lt: \"2026-11-22T10:00:00Z\"}}",
         "{\"tls.handshake\":{\"not_after\":\"2026-11-22T11:59:59+02:00\"}}", TRI_YES, NULL},
        {"{tls.handshake.not_after: {ge: \"2026-11-22T00:00:00Z\"}}",
         "{\"tls.handshake\":{\"not_after\":\"not a time\"}}", TRI_UNKNOWN, NULL},
        {"{tls.handshake.not_after: \"2026-11-22T10:00:00Z\"}",
         "{\"tls.handshake\":{\"not_after\":\"2026-11-22T10:00:00.000Z\"}}", TRI_YES, NULL},
        {"{input.platform: android}", "{\"input\":{\"platform\":\"android\"}}", TRI_YES,
         "input.platform = android (was android: yes)"},
        {"{input.platform: android}", "{}", TRI_UNKNOWN, NULL},
        {"{input.log: {known: true}}", "{\"input\":{\"log\":\"u_ex.log\"}}", TRI_YES, NULL},
        {"{input.when: {gt: \"2026-01-01T00:00:00Z\"}}", "{\"input\":{\"when\":\"2026-01-02T00:00:00Z\"}}",
         TRI_YES, NULL},
        {"{answer.q: b}", "{\"answer\":{\"q\":\"b\"}}", TRI_YES, NULL},
        {"{answer.q: {not: b}}", "{\"answer\":{\"q\":\"b\"}}", TRI_NO, NULL},
        {"{answer.q: [a, b]}", "{}", TRI_UNKNOWN, NULL},
        /* maps: a false test decides, otherwise one unknown does */
        {"{scep.url.page: other, scep.url.status: 200}", "{\"scep.url\":{\"status\":500}}", TRI_NO,
         "scep.url.status = 200 (was 500: no)"},
        {"{scep.url.page: other, scep.url.status: 200}", "{\"scep.url\":{\"status\":200}}", TRI_UNKNOWN,
         "scep.url.page = other (not measured: unknown)"},
        /* lists: a true map decides, otherwise one unknown does */
        {"[{scep.url.page: other}, {scep.url.status: 200}]", "{\"scep.url\":{\"status\":200}}", TRI_YES,
         "scep.url.status = 200 (was 200: yes)"},
        {"[{scep.url.page: other}, {scep.url.status: 200}]", "{\"scep.url\":{\"status\":500}}", TRI_UNKNOWN,
         "scep.url.page = other (not measured: unknown)"},
        {"[{scep.url.page: other}, {scep.url.status: 200}]",
         "{\"scep.url\":{\"status\":500,\"page\":\"none\"}}", TRI_NO,
         "scep.url.page = other (was none: no); scep.url.status = 200 (was 500: no)"},
};

static const struct value *part(void *self, const char *group, const char *key)
{
	const struct value *g = value_find(self, group);

	return g == NULL ? NULL : value_find(g, key);
}

static const char *text_part(void *self, const char *group, const char *key)
{
	const struct value *v = part(self, group, key);

	return v == NULL ? NULL : v->u.s;
}

static const char *input_part(void *self, const char *key)
{
	return text_part(self, "input", key);
}

static const char *answer_part(void *self, const char *step)
{
	return text_part(self, "answer", step);
}

static struct flow *flow_of(const char *cond)
{
	struct buf text, said;
	struct flow *f;

	buf_init(&text, BUF_MAX_TEXT);
	buf_fmt(&text, "%s%s%s", BEFORE, cond, AFTER);
	f = load_text("cond", buf_cstr(&text), text.n, &said);
	if (f == NULL)
		fail_msg("%s: %s", cond, buf_cstr(&said));
	buf_release(&text);
	buf_release(&said);
	return f;
}

static void every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct flow *f = flow_of(r->cond);
		struct arena *mem = arena_new();
		struct value facts;
		struct cond_env env = {part, input_part, answer_part, &facts};
		const struct cond *c = f->nodes[0].answers[0].when;
		struct err err = {0};
		struct buf why;

		assert_int_equal(value_parse_json(mem, r->facts, strlen(r->facts), &facts, &err), 0);
		if (cond_eval(c, &env) != r->expected)
			fail_msg("%s with %s: %d", r->cond, r->facts, (int)cond_eval(c, &env));
		buf_init(&why, BUF_MAX_LINE);
		cond_reason(c, &env, &why);
		if (r->why != NULL)
			assert_string_equal(buf_cstr(&why), r->why);
		buf_release(&why);
		arena_free(mem);
		flow_free(f);
	}
}

/* ---- what a condition reads ---- */

struct reads {
	struct buf text;
	size_t left;
};

static bool note(void *arg, const char *probe, const char *fact)
{
	struct reads *r = arg;

	buf_fmt(&r->text, "%s %s;", probe, fact);
	return --r->left > 0;
}

static void reads_in_order(void **state)
{
	struct flow *f = flow_of(
	        "[{scep.url.page: other, input.log: x}, {iis.log.by_status: {has: a}, scep.url.status: 1}]");
	const struct cond *c = f->nodes[0].answers[0].when;
	struct reads r = {.left = 99};

	(void)state;
	buf_init(&r.text, BUF_MAX_LINE);
	cond_reads(c, note, &r);
	assert_string_equal(buf_cstr(&r.text), "scep.url page;iis.log by_status;scep.url status;");
	buf_clear(&r.text);
	r.left = 2;
	cond_reads(c, note, &r);
	assert_string_equal(buf_cstr(&r.text), "scep.url page;iis.log by_status;");
	buf_release(&r.text);
	flow_free(f);
}

/* The longest probe id wins: scep.url.more.page is a whole number, scep.url.page is not. */
static void longest_probe_id(void **state)
{
	struct flow *f = flow_of("{scep.url.more.page: 3}");
	struct reads r = {.left = 9};

	(void)state;
	buf_init(&r.text, BUF_MAX_LINE);
	cond_reads(f->nodes[0].answers[0].when, note, &r);
	assert_string_equal(buf_cstr(&r.text), "scep.url.more page;");
	buf_release(&r.text);
	flow_free(f);
}

/* An environment without a callback knows nothing of that kind. */
static void empty_environment(void **state)
{
	struct flow *f = flow_of("[{scep.url.page: other}, {input.log: x}, {answer.q: a}]");
	struct cond_env env = {NULL, NULL, NULL, NULL};

	(void)state;
	assert_int_equal(cond_eval(f->nodes[0].answers[0].when, &env), TRI_UNKNOWN);
	flow_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_row),
	        cmocka_unit_test(reads_in_order),
	        cmocka_unit_test(longest_probe_id),
	        cmocka_unit_test(empty_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
