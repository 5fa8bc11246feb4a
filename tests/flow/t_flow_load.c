/* Good flows load whole and silently; FLOWS.md shows one that does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_test.h"

#include <stdio.h>
#include <string.h>

static struct flow *good(const char *name)
{
	char path[512];
	struct buf said;
	struct flow *f;

	assert_true((size_t)snprintf(path, sizeof(path), "%s/good/%s", TEST_DIR, name) < sizeof(path));
	f = prove_path(path, name, &said);
	if (f == NULL || said.n > 0)
		fail_msg("%s: %s", name, buf_cstr(&said));
	buf_release(&said);
	return f;
}

static void minimal(void **state)
{
	struct flow *f = good("minimal.yaml");

	(void)state;
	assert_string_equal(f->id, "minimal");
	assert_int_equal(f->nnodes, 2);
	assert_int_equal(f->nodes[0].answers[1].go, 1);
	assert_string_equal(f->nodes[1].label, "done");
	assert_null(f->nodes[0].answers[0].when);
	assert_int_equal(f->nodes[1].verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(f->nodes[1].cause, CAUSE_NONE);
	assert_int_equal(strlen(f->hash), 64);
	flow_free(f);
}

static void head_and_inputs(void **state)
{
	struct flow *f = good("everything.yaml");

	(void)state;
	assert_string_equal(f->version, "12");
	assert_string_equal(f->title, "Every construct, f\xc3\xbcr alle");
	assert_string_equal(f->summary, "One of each.");
	assert_string_equal(f->source_url, "https://example.org/page");
	assert_int_equal(f->ninputs, 6);
	assert_int_equal(flow_input(f, "server_url")->type, INPUT_URL);
	assert_string_equal(flow_input(f, "server_url")->ends_with, "mscep.dll");
	assert_int_equal(flow_input(f, "platform")->nchoices, 2);
	assert_string_equal(flow_input(f, "platform")->choices[1].label, "iOS or iPadOS");
	assert_string_equal(flow_input(f, "iis_log")->help, "Newest file below W3SVC1.\nTwo lines of help.");
	assert_non_null(flow_input(f, "iis_log")->fetch);
	assert_null(flow_input(f, "nothing"));
	flow_free(f);
}

static void steps_and_causes(void **state)
{
	struct flow *f = good("everything.yaml");
	const struct node *q = flow_node(f, "server-url"), *pool = flow_node(f, "pool");
	const struct cause *c = flow_cause(f, "pool-stopped");

	(void)state;
	assert_int_equal(f->nodes[f->start].kind, NODE_INPUT);
	assert_int_equal(f->nodes[f->start].ninputs, 6);
	assert_ptr_equal(&f->nodes[f->nodes[f->start].go], q);
	assert_int_equal(q->nchecks, 7);
	assert_string_equal(q->checks[0].probe->id, "scep.url");
	assert_int_equal(q->checks[0].nargs, 2);
	assert_int_equal(q->checks[0].args[0].input, 0);
	assert_int_equal(q->checks[0].args[1].input, -1);
	assert_string_equal(q->checks[0].args[1].literal, "443");
	assert_non_null(q->checks[3].when);
	assert_int_equal(q->nanswers, 4);
	assert_ptr_equal(&f->nodes[node_answer(q, "stopped")->go], pool);
	assert_string_equal(node_answer(q, "refused")->note, "As it should be.");
	assert_null(node_answer(q, "other")->when);
	assert_int_equal(pool->kind, NODE_FIX);
	assert_ptr_equal(&f->causes[pool->cause], c);
	assert_ptr_equal(&f->nodes[c->verify], q);
	assert_int_equal(c->nfix, 2);
	assert_string_equal(c->fix[0].text, "Start it.");
	assert_string_equal(c->fix[1].where, "NDES server");
	assert_string_equal(flow_cause(f, "clock-off")->remedy, "Set the clock.");
	assert_int_equal(flow_cause(f, "reached-it")->verify, NODE_NONE);
	assert_int_equal(flow_node(f, "broken")->verdict, VERDICT_FAULT);
	flow_free(f);
}

static void same_text_same_hash(void **state)
{
	struct flow *a = good("minimal.yaml"), *b = good("minimal.yaml"), *c = good("everything.yaml");

	(void)state;
	assert_string_equal(a->hash, b->hash);
	assert_string_not_equal(a->hash, c->hash);
	flow_free(a);
	flow_free(b);
	flow_free(c);
}

/* good() fails for any warning, an overlap among them. */
static void no_address_no_measurement(void **state)
{
	(void)state;
	flow_free(good("address.yaml"));
}

static void missing_file(void **state)
{
	struct flow_env env = {fake_probe_find, NULL, NULL};
	struct err err = {0};

	(void)state;
	assert_null(flow_load_file("/nonexistent/flow.yaml", &env, &err));
	assert_int_equal(err.code, FAIL_NOT_FOUND);
	assert_null(flow_load_file("/", &env, &err));
	assert_int_equal(err.code, FAIL_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(minimal),          cmocka_unit_test(head_and_inputs),
	        cmocka_unit_test(steps_and_causes), cmocka_unit_test(same_text_same_hash),
	        cmocka_unit_test(missing_file),     cmocka_unit_test(no_address_no_measurement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
