/* Each line of the wire there and back, and lines that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/wire.h>

static struct arena *mem;

static int setup(void **state)
{
	(void)state;
	mem = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static void requests(void **state)
{
	static const struct probe_arg args[] = {{"url", "https://a/\"\\\x01\n"}, {"k", ""}, {"k", "twice"}};
	const struct wire_request rows[] = {
	        {.job = 1, .probe = "tcp.connect", .args = args, .nargs = 3, .timeout_ms = 5000},
	        {.job = UINT32_MAX, .probe = "x", .ca_file = "/a b", .proxy = "", .allow_external = true},
	        {.job = 7,
	         .probe = "y",
	         .proxy = "http://p:1",
	         .allow_side_effects = true,
	         .timeout_ms = UINT32_MAX},
	        {.job = 9, .cancel = true},
	        {.warm = true},
	        {.warm = true, .ca_file = "a b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct wire_request *w = &rows[i];
		struct wire_request r;
		struct err err = {0};
		struct buf b;

		buf_init(&b, BUF_MAX_LINE);
		wire_put_request(&b, w);
		assert_int_equal(b.p[b.n - 1], '\n');
		assert_ptr_equal(memchr(b.p, '\n', b.n), b.p + b.n - 1); /* one line, whatever it holds */
		if (wire_get_request(mem, b.p, b.n - 1, &r, &err) != 0)
			fail_msg("%s", err.msg);
		assert_int_equal(r.job, w->job);
		assert_int_equal(r.cancel, w->cancel);
		buf_release(&b);
		assert_int_equal(r.warm, w->warm);
		if (w->warm)
			assert_true((r.ca_file == NULL) == (w->ca_file == NULL));
		if (w->cancel || w->warm)
			continue;
		assert_string_equal(r.probe, w->probe);
		assert_int_equal(r.nargs, w->nargs);
		for (size_t k = 0; k < w->nargs; k++)
			assert_string_equal(r.args[k].key, w->args[k].key);
		assert_true((r.ca_file == NULL) == (w->ca_file == NULL));
		assert_true((r.proxy == NULL) == (w->proxy == NULL)); /* "" is direct, NULL the environment */
		assert_int_equal(r.allow_external, w->allow_external);
		assert_int_equal(r.allow_side_effects, w->allow_side_effects);
		assert_int_equal(r.timeout_ms, w->timeout_ms);
	}
}

static void bad_requests(void **state)
{
	static const char *const rows[] = {
	        "",
	        "{}",
	        "[]",
	        "nonsense",
	        "{\"cancel\":-1}",
	        "{\"cancel\":\"1\"}",
	        "{\"start\":{}}",
	        "{\"start\":{\"job\":1,\"probe\":\"x\",\"timeout_ms\":1}}",
	        "{\"start\":{\"job\":1,\"probe\":\"x\",\"timeout_ms\":1,\"args\":[[\"a\"]]}}",
	        "{\"start\":{\"job\":1,\"probe\":\"x\",\"timeout_ms\":1,\"args\":[[\"a\",1]]}}",
	        "{\"start\":{\"job\":1,\"probe\":7,\"timeout_ms\":1,\"args\":[]}}",
	        "{\"start\":{\"job\":4294967296,\"probe\":\"x\",\"timeout_ms\":1,\"args\":[]}}",
	        "{\"start\":{\"job\":1,\"probe\":\"x\",\"timeout_ms\":-1,\"args\":[]}}",
	        "{\"start\":{\"job\":1,\"probe\":\"x\",\"timeout_ms\":1,\"args\":[[\"a\",\"b\"],[\"a\",\"b\"]"
	        ",[\"a\",\"b\"],"
	        "[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\","
	        "\"b\"],"
	        "[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"],[\"a\","
	        "\"b\"]]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_request r;
		struct err err = {0};

		if (wire_get_request(mem, rows[i], strlen(rows[i]), &r, &err) == 0)
			fail_msg("taken: %s", rows[i]);
		assert_int_not_equal(err.msg[0], '\0');
	}
}

/* Encoded, decoded and encoded again: the same bytes. */
static void messages(void **state)
{
	struct value_builder list;
	struct wire_message rows[] = {
	        {.kind = WIRE_HELLO, .n = WIRE_VERSION},
	        {.kind = WIRE_FACT, .fact = {"n", value_int(INT64_MIN)}},
	        {.kind = WIRE_FACT, .fact = {"b", value_bool(true)}},
	        {.kind = WIRE_FACT, .fact = {"unknown", value_null()}},
	        {.kind = WIRE_FACT, .fact = {"s", value_str("caf\xC3\xA9 \"\\\n")}},
	        {.kind = WIRE_FACT, .fact = {"l", value_null()}},
	        {.kind = WIRE_PIN, .pin = {"f", "a.log", 12, 345, 1700000000123, "text"}},
	        {.kind = WIRE_PIN, .pin = {"f", NULL, 0, 0, PIN_NO_TIME, ""}},
	        {.kind = WIRE_PROGRESS, .done = 5, .total = INT64_MAX},
	        {.kind = WIRE_FAULT, .flag = true},
	        {.kind = WIRE_FAULT, .flag = false},
	        {.kind = WIRE_END, .outcome = EV_UNREADABLE, .took_ms = UINT32_MAX},
	        {.kind = WIRE_PHASE, .text = "TLS handshake"},
	        {.kind = WIRE_TARGET, .text = "a:1"},
	        {.kind = WIRE_PROXY, .text = "http://p:1"},
	        {.kind = WIRE_NETWORK, .text = "inside"},
	        {.kind = WIRE_SHA256, .text = "00"},
	        {.kind = WIRE_BY_HAND, .text = "a\nb"},
	        {.kind = WIRE_WHY, .text = ""},
	};

	(void)state;
	vb_init(&list, mem);
	vb_add(&list, NULL, value_str("x"));
	vb_add(&list, NULL, value_int(1));
	rows[5].fact.value = vb_list(&list);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_message m;
		struct err err = {0};
		struct buf a, b;

		buf_init(&a, BUF_MAX_LINE);
		buf_init(&b, BUF_MAX_LINE);
		wire_put(&a, &rows[i]);
		assert_ptr_equal(memchr(a.p, '\n', a.n), a.p + a.n - 1);
		if (wire_get(mem, a.p, a.n - 1, &m, &err) != 0)
			fail_msg("%s: %s", a.p, err.msg);
		assert_int_equal(m.kind, rows[i].kind);
		wire_put(&b, &m);
		assert_string_equal(buf_cstr(&a), buf_cstr(&b));
		assert_int_equal(wire_is_end(a.p, a.n), m.kind == WIRE_END);
		buf_release(&a);
		buf_release(&b);
	}
}

static void bad_messages(void **state)
{
	static const char *const rows[] = {
	        "",
	        "{}",
	        "null",
	        "{\"fact\":{\"key\":\"a\",\"value\":1},\"end\":{}}",
	        "{\"other\":1}",
	        "{\"fact\":{\"key\":\"a\"}}",
	        "{\"fact\":{\"key\":\"\",\"value\":1}}",
	        "{\"fact\":{\"key\":1,\"value\":1}}",
	        "{\"fact\":{\"key\":\"a\",\"value\":1.5}}",
	        "{\"fact\":{\"key\":\"a\",\"value\":99999999999999999999}}",
	        "{\"pin\":{\"fact\":\"a\"}}",
	        "{\"pin\":{\"text\":\"a\"}}",
	        "{\"progress\":[1]}",
	        "{\"progress\":7}",
	        "{\"fault\":1}",
	        "{\"end\":{\"outcome\":\"fine\",\"took_ms\":1}}",
	        "{\"end\":\"measured\"}",
	        "{\"end\":{\"outcome\":\"measured\",\"took_ms\":99999999999}}",
	        "{\"phase\":7}",
	        "{\"hello\":\"1\"}",
	        "{\"why\":\"a\\u0000b\"}",
	        "{\"why\":\"\xFF\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_message m;
		struct err err = {0};

		if (wire_get(mem, rows[i], strlen(rows[i]), &m, &err) == 0)
			fail_msg("taken: %s", rows[i]);
	}
}

static void jobs(void **state)
{
	static const struct {
		const char *line;
		bool good;
		uint32_t job;
		const char *rest;
	} rows[] = {
	        {"7 {}", true, 7, "{}"},
	        {"0 x", true, 0, "x"},
	        {"4294967295 x", true, UINT32_MAX, "x"},
	        {"4294967296 x", false, 0, ""},
	        {"99999999999 x", false, 0, ""},
	        {"x", false, 0, ""},
	        {"7", false, 0, ""},
	        {" 7 x", false, 0, ""},
	        {"-7 x", false, 0, ""},
	        {"7{}", false, 0, ""},
	        {"", false, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *line = rows[i].line;
		size_t n = strlen(line);
		uint32_t job;

		assert_int_equal(wire_take_job(&line, &n, &job), rows[i].good);
		if (!rows[i].good)
			continue;
		assert_int_equal(job, rows[i].job);
		assert_string_equal(line, rows[i].rest);
		assert_int_equal(n, strlen(rows[i].rest));
	}
}

static void collected(void **state)
{
	static struct wire_collect c;
	struct evidence e = {.target = "kept", .by_hand = "kept too"};

	(void)state;
	wire_collect_init(&c, mem);
	assert_int_equal(c.fault, -1);
	wire_collect(&c, &(struct wire_message){.kind = WIRE_FACT, .fact = {"a", value_int(1)}});
	wire_collect(&c, &(struct wire_message){.kind = WIRE_FACT, .fact = {"b", value_int(2)}});
	wire_collect(&c, &(struct wire_message){.kind = WIRE_FACT, .fact = {"a", value_int(3)}});
	wire_collect(&c, &(struct wire_message){.kind = WIRE_WHY, .text = "because"});
	wire_collect(&c, &(struct wire_message){.kind = WIRE_END, .outcome = EV_UNREACHED, .took_ms = 9});
	wire_evidence(&c, &e);
	assert_int_equal(e.nfacts, 2);
	assert_int_equal(evidence_fact(&e, "a")->u.i, 3);
	assert_string_equal(e.target, "kept");
	assert_string_equal(e.by_hand, "kept too");
	assert_string_equal(e.why, "because");
	assert_int_equal(e.took_ms, 9);
	wire_collect(&c, &(struct wire_message){.kind = WIRE_END, .outcome = EV_MEASURED});
	wire_collect(&c, &(struct wire_message){.kind = WIRE_TARGET, .text = "said"});
	wire_evidence(&c, &e);
	assert_null(e.why); /* what was measured needs no reason */
	assert_string_equal(e.target, "said");
}

/* Where a check looked from is said when there is one such place, and no proxy looked for it. */
static void networks(void **state)
{
	const struct wire_message inside = {.kind = WIRE_NETWORK, .text = "inside"},
	                          outside = {.kind = WIRE_NETWORK, .text = "outside"},
	                          proxy = {.kind = WIRE_PROXY, .text = "http://p:1"};
	struct wire_collect c;
	struct evidence e = {0};

	(void)state;
	wire_collect_init(&c, mem);
	wire_evidence(&c, &e);
	assert_null(e.network);
	wire_collect(&c, &inside);
	wire_collect(&c, &inside);
	wire_evidence(&c, &e);
	assert_string_equal(e.network, "inside");
	wire_collect(&c, &outside);
	wire_evidence(&c, &e);
	assert_null(e.network);

	wire_collect_init(&c, mem);
	wire_collect(&c, &outside);
	wire_collect(&c, &proxy);
	wire_evidence(&c, &e);
	assert_null(e.network);
	assert_string_equal(e.proxy, "http://p:1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(requests),     cmocka_unit_test(bad_requests), cmocka_unit_test(messages),
	        cmocka_unit_test(bad_messages), cmocka_unit_test(jobs),         cmocka_unit_test(collected),
	        cmocka_unit_test(networks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
