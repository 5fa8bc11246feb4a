/* The door for facts: cleaned, bounded, checked against the table. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/wire.h>

#include "evout.h"

static const char *const words[] = {"red", "green", NULL};
static const struct fact_def facts[] = {
        {"b", FACT_BOOL, NULL, "h"}, {"n", FACT_INT, NULL, "h"},    {"s", FACT_STR, NULL, "h"},
        {"w", FACT_STR, words, "h"}, {"t", FACT_TIME, NULL, "h"},   {"l", FACT_LIST, NULL, "h"},
        {"m", FACT_MAP, NULL, "h"},  {NULL, FACT_BOOL, NULL, NULL},
};
static const struct param_def params[] = {
        {"url", true, "h"},
        {"extra", false, "h"},
        {NULL, false, NULL},
};
static const struct probe probe = {.id = "test.door", .params = params, .facts = facts, .timeout_ms = 1000};

struct heard {
	struct arena *mem;
	struct wire_collect c;
	size_t lines, longest;
};

static void hear(void *arg, const char *line, size_t n)
{
	struct heard *h = arg;
	struct wire_message m;
	struct err err = {0};

	h->lines++;
	if (n > h->longest)
		h->longest = n;
	if (wire_get(h->mem, line, n - 1, &m, &err) != 0)
		fail_msg("%s: %s", err.msg, line);
	wire_collect(&h->c, &m);
}

static int setup(void **state)
{
	struct heard *h = calloc(1, sizeof(*h));

	h->mem = arena_new();
	wire_collect_init(&h->c, h->mem);
	*state = h;
	return 0;
}

static int teardown(void **state)
{
	struct heard *h = *state;

	arena_free(h->mem);
	free(h);
	return 0;
}

static const struct value *fact(struct heard *h, const char *key)
{
	struct evidence e = {.probe = "x"};

	wire_evidence(&h->c, &e);
	return evidence_fact(&e, key);
}

static void text_is_cleaned(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		const char *want;
	} rows[] = {
	        {"plain", 5, "plain"},
	        {"tab\tand\r\nline", 13, "tab and  line"},
	        {"\x1b[31mred\x07", 9, "\xEF\xBF\xBD[31mred\xEF\xBF\xBD"},
	        {"a\0b", 3,
	         "a\xEF\xBF\xBD"
	         "b"},
	        {"\xE2\x80\xAE"
	         "evil",
	         7,
	         "\xEF\xBF\xBD"
	         "evil"},
	        {"bad\xFF\xC0\x80", 6, "bad\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
	        {"caf\xC3\xA9", 5, "caf\xC3\xA9"},
	        {"", 0, ""},
	};
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ev_strn(out, "s", rows[i].in, rows[i].n);
		assert_string_equal(fact(h, "s")->u.s, rows[i].want);
	}
	ev_str(out, "s", NULL);
	assert_int_equal(fact(h, "s")->type, VAL_NULL);
	evout_free(out);
}

static void inner_text_is_cleaned(void **state)
{
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);
	struct value_builder m, l;
	const struct value *v;

	vb_init(&m, ev_mem(out));
	vb_add(&m, "k\x1b", value_str("v\x07"));
	vb_init(&l, ev_mem(out));
	vb_add(&l, NULL, vb_map(&m));
	ev_value(out, "l", vb_list(&l));
	v = &fact(h, "l")->u.list.items[0];
	assert_string_equal(v->u.map.items[0].key, "k\xEF\xBF\xBD");
	assert_string_equal(v->u.map.items[0].value.u.s, "v\xEF\xBF\xBD");
	evout_free(out);
}

static void long_things_are_cut(void **state)
{
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);
	struct value_builder l;
	char *text = malloc(300001);

	for (int i = 0; i < 300000; i += 2)
		memcpy(text + i, "\xC3\xA9", 2);
	text[300000] = '\0';
	ev_str(out, "s", text);
	assert_int_equal(strlen(fact(h, "s")->u.s), 65536);
	ev_strn(out, "s", text + 1, 299999); /* begins and ends in the middle of a letter */
	assert_true(strlen(fact(h, "s")->u.s) <= 65536);
	vb_init(&l, ev_mem(out));
	for (int i = 0; i < 100; i++)
		vb_add(&l, NULL, value_str(text));
	ev_value(out, "l", vb_list(&l)); /* 6.4 MB do not fit a line: the front does */
	assert_int_equal(fact(h, "l")->type, VAL_LIST);
	assert_in_range(fact(h, "l")->u.list.n, 5, 50);
	ev_pin(out, "s", "a\nb", 1, 2, PIN_NO_TIME, text, 300000);
	assert_int_equal(h->c.npins, 1);
	assert_int_equal(strlen(h->c.pins[0].text), PIN_TEXT);
	assert_string_equal(h->c.pins[0].file, "a b");
	for (int i = 0; i < 100; i++)
		ev_pin(out, "s", NULL, 1, 2, 0, "x", 1);
	assert_int_equal(h->c.npins, EVIDENCE_MAX_PINS);
	ev_why(out, "%s", text);
	assert_true(strlen(h->c.why) <= 600);
	assert_true(h->longest <= BUF_MAX_LINE);
	free(text);
	evout_free(out);
}

static const char *network_of(const struct heard *h)
{
	struct evidence e = {0};

	wire_evidence(&h->c, &e);
	return e.network;
}

/* Inside or outside is told by an address talked to, and by nothing else. */
static void network(void **state)
{
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);

	ev_vantage(out, NULL, NULL);
	ev_vantage(out, "", "100.64.0.1");
	assert_null(network_of(h));
	ev_vantage(out, "", "10.1.2.3");
	ev_vantage(out, NULL, "fd00::1");
	assert_string_equal(network_of(h), "inside");
	ev_vantage(out, NULL, "2603:1030::1");
	assert_null(network_of(h)); /* talked to both */
	evout_free(out);
}

static void network_behind_proxy(void **state)
{
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);

	ev_vantage(out, NULL, "20.1.1.1");
	assert_string_equal(network_of(h), "outside");
	ev_vantage(out, "http://10.0.0.1:8080", "10.0.0.1");
	assert_null(network_of(h));
	assert_string_equal(h->c.proxy, "http://10.0.0.1:8080");
	evout_free(out);
}

static void the_rest(void **state)
{
	static const struct {
		const char *in, *want;
	} proxies[] = {
	        {"http://a:1", "http://a:1"},
	        {"http://user:pass@a:1/", "http://a:1/"},
	        {"user:p@ss@a:1", "a:1"},
	        {"http://a:1/x@y", "http://a:1/x@y"},
	};
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);

	ev_bool(out, "b", true);
	ev_int(out, "n", INT64_MIN);
	ev_str(out, "w", "red");
	ev_time(out, "t", 0);
	assert_true(fact(h, "b")->u.b);
	assert_true(fact(h, "n")->u.i == INT64_MIN);
	assert_string_equal(fact(h, "t")->u.s, "1970-01-01T00:00:00Z");
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++) {
		ev_vantage(out, proxies[i].in, "192.0.2.1");
		assert_string_equal(h->c.proxy, proxies[i].want);
	}
	ev_target(out, "a\x1b");
	assert_string_equal(h->c.target, "a\xEF\xBF\xBD");
	ev_by_hand(out, "one\ntwo\x07");
	assert_string_equal(h->c.by_hand, "one\ntwo\xEF\xBF\xBD");
	ev_fault(out, true);
	assert_int_equal(h->c.fault, 1);
	h->lines = 0;
	for (int i = 0; i < 1000; i++)
		ev_progress(out, (uint64_t)i, 1000);
	assert_in_range(h->lines, 1, 100); /* at most 20 a second */
	evout_free(out);
}

static void parts_and_rows(void **state)
{
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);
	struct about about = about_nothing;
	struct evrow row = evrow_nothing;
	struct value_builder data;
	struct evidence e = {0}, back;
	struct buf text;
	struct value v;
	struct err err = {0};
	char longer[ROW_TEXT + 100];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	about.computer = "NDES\x1b"
	                 "01";
	about.traces = TRACE_NDES;
	about.to_ms = 5;
	ev_part(out, 1, &about);
	about.complete = TRI_YES;
	about.layer = LAYER_IIS;
	ev_part(out, 1, &about); /* again: it replaces */
	ev_part(out, EVIDENCE_MAX_PARTS, &about);
	vb_init(&data, ev_mem(out));
	vb_add(&data, "url", value_str(longer));
	vb_add(&data, "status", value_int(403));
	vb_add(&data, "gone", value_null());
	row = (struct evrow){
	        .kind = "crash", .part = 1, .first_ms = 1, .last_ms = 2, .n = 3, .data = vb_map(&data)};
	for (int i = 0; i < EVIDENCE_MAX_ROWS + 5; i++)
		ev_row(out, &row);
	ev_rows_from(out, 7);
	wire_evidence(&h->c, &e);
	e.probe = "test.door";
	assert_int_equal(e.nparts, 2);
	assert_int_equal(e.nrows, EVIDENCE_MAX_ROWS);
	assert_null(e.parts[0].about.computer); /* never sent: all unknown */
	assert_int_equal(e.parts[0].about.complete, TRI_UNKNOWN);
	/* and through the form in which the store keeps it */
	buf_init(&text, 4u << 20);
	{
		struct jsonw j;

		jsonw_init(&j, &text);
		evidence_json(&j, &e, true);
	}
	assert_int_equal(value_parse_json(h->mem, text.p, text.n, &v, &err), 0);
	assert_int_equal(evidence_from_value(h->mem, &v, &back, &err), 0);
	buf_release(&text);
	assert_int_equal(back.nparts, 2);
	assert_string_equal(evidence_about(&back, &back.rows[9])->computer, "NDES\xEF\xBF\xBD"
	                                                                    "01");
	assert_int_equal(back.parts[1].about.complete, TRI_YES);
	assert_int_equal(back.parts[1].about.layer, LAYER_IIS);
	assert_int_equal(back.parts[1].about.to_ms, 5);
	assert_true(back.parts[1].about.from_ms == ABOUT_NO_TIME);
	assert_int_equal(back.rows_from_ms, 7);
	assert_int_equal(back.rows[9].n, 3);
	assert_int_equal(back.rows[9].last_ms, 2);
	assert_int_equal(value_find(&back.rows[9].data, "status")->u.i, 403);
	assert_null(value_find(&back.rows[9].data, "gone"));
	assert_int_equal(strlen(value_find(&back.rows[9].data, "url")->u.s), ROW_TEXT);
	evout_free(out);
}

/* What a probe may not do ends its process. */
static void lies(void **state)
{
	static const char *const keys[] = {"unknown", "b", "n", "l", "m"};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			struct heard *h = *state;
			struct rlimit none = {0, 0};

			setrlimit(RLIMIT_CORE, &none);
			signal(SIGABRT, SIG_DFL);
			(void)!freopen("/dev/null", "w", stderr);
			ev_str(evout_new(&probe, hear, h), keys[i], "not so");
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

/* Times and words come from foreign bytes: one that fits no table is unknown, and no other fact is lost. */
static void what_does_not_fit_is_unknown(void **state)
{
	static const int64_t times[] = {253402300800000LL, -62135596800001LL, INT64_MAX, INT64_MIN + 1};
	struct heard *h = *state;
	struct evidence_out *out = evout_new(&probe, hear, h);

	ev_int(out, "n", 7);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		ev_time(out, "t", times[i]);
		assert_int_equal(fact(h, "t")->type, VAL_NULL);
	}
	ev_str(out, "w", "blue");
	assert_int_equal(fact(h, "w")->type, VAL_NULL);
	ev_pin(out, "n", "f", 1, 0, INT64_MAX, "line", 4);
	assert_true(h->c.pins[0].at_ms == PIN_NO_TIME);
	ev_time(out, "t", 253402300799999LL);
	assert_string_equal(fact(h, "t")->u.s, "9999-12-31T23:59:59.999Z");
	evout_end(out, EV_MEASURED, 1);
	assert_non_null(strstr(h->c.why, "5 values"));
	assert_true(fact(h, "n")->u.i == 7);
	evout_free(out);
}

static void arguments(void **state)
{
	static const struct {
		struct probe_arg args[2];
		size_t n;
		const char *want; /* NULL: fine */
	} rows[] = {
	        {{{"url", "x"}}, 1, NULL},
	        {{{"url", "x"}, {"extra", "y"}}, 2, NULL},
	        {{{"extra", "y"}}, 1, "test.door needs url="},
	        {{{"url", "x"}, {"other", "y"}}, 2, "test.door takes no 'other'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;
		const char *got;

		buf_init(&b, 200);
		got = call_problem(&probe, rows[i].args, rows[i].n, &b);
		if (rows[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].want);
		buf_release(&b);
	}
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	ev_int(out, "n", call->timeout_ms);
	ev_int(out, "n", call_left(call));
	return EV_MEASURED;
}

static void a_call(void **state)
{
	const struct probe_impl impl = {.desc = probe, .run = run};
	const struct probe_arg good = {"url", "x"};
	struct probe_call call = {.args = &good, .nargs = 1};
	struct heard *h = *state;

	probe_call_run(&impl, &call, hear, h);
	assert_true(h->c.ended);
	assert_int_equal(h->c.outcome, EV_MEASURED);
	assert_in_range(fact(h, "n")->u.i, 1, 1000); /* the probe's own time, when none is given */
	call.nargs = 0;
	probe_call_run(&impl, &call, hear, h);
	assert_int_equal(h->c.outcome, EV_UNREADABLE);
	assert_string_equal(h->c.why, "test.door needs url=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(text_is_cleaned, setup, teardown),
	        cmocka_unit_test_setup_teardown(inner_text_is_cleaned, setup, teardown),
	        cmocka_unit_test_setup_teardown(long_things_are_cut, setup, teardown),
	        cmocka_unit_test_setup_teardown(network, setup, teardown),
	        cmocka_unit_test_setup_teardown(network_behind_proxy, setup, teardown),
	        cmocka_unit_test_setup_teardown(the_rest, setup, teardown),
	        cmocka_unit_test_setup_teardown(what_does_not_fit_is_unknown, setup, teardown),
	        cmocka_unit_test_setup_teardown(parts_and_rows, setup, teardown),
	        cmocka_unit_test_setup_teardown(lies, setup, teardown),
	        cmocka_unit_test(arguments),
	        cmocka_unit_test_setup_teardown(a_call, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
