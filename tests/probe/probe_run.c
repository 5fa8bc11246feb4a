#include "probe_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/json.h>
#include <casebook/wire.h>

#include "evout.h"

#include "value_json.h"

static void collect(void *arg, const char *line, size_t n)
{
	struct wire_collect *c = arg;
	struct wire_message m;
	struct err err;

	while (n > 0 && line[n - 1] == '\n')
		n--;
	if (wire_get(c->mem, line, n, &m, &err) < 0)
		fail_msg("a line of the wire: %s", err.msg);
	wire_collect(c, &m);
}

void probe_run(struct probe_run *r, const char *id, const struct probe_call *call, const char *const *args)
{
	const struct probe_impl *impl = probe_impl_find(id);
	struct probe_arg list[WIRE_MAX_ARGS];
	struct probe_call c = *call;
	static struct wire_collect w;

	assert_non_null(impl);
	memset(r, 0, sizeof(*r));
	r->mem = arena_new();
	c.args = list;
	c.nargs = 0;
	for (; *args != NULL; args++) {
		char *key = arena_strdup(r->mem, *args), *eq = strchr(key, '=');
		assert_non_null(eq);
		*eq = '\0';
		list[c.nargs++] = (struct probe_arg){key, eq + 1};
	}
	if (c.timeout_ms == 0)
		c.timeout_ms = impl->desc.timeout_ms;
	wire_collect_init(&w, r->mem);
	probe_call_run(impl, &c, collect, &w);
	assert_true(w.ended);
	wire_evidence(&w, &r->e);
	r->e.probe = id;
	r->fault = w.fault;
}

void probe_run_release(struct probe_run *r)
{
	arena_free(r->mem);
}

const struct value *run_value(const struct probe_run *r, const char *key)
{
	const struct value *v = evidence_fact(&r->e, key);

	if (v == NULL) {
		run_print(r);
		fail_msg("%s did not say %s", r->e.probe, key);
	}
	return v;
}

static const struct value *typed(const struct probe_run *r, const char *key, enum value_type type)
{
	const struct value *v = run_value(r, key);

	if (v->type != type) {
		run_print(r);
		fail_msg("%s.%s is not of the expected type", r->e.probe, key);
	}
	return v;
}

const char *run_str(const struct probe_run *r, const char *key)
{
	return typed(r, key, VAL_STR)->u.s;
}

int64_t run_int(const struct probe_run *r, const char *key)
{
	return typed(r, key, VAL_INT)->u.i;
}

bool run_bool(const struct probe_run *r, const char *key)
{
	return typed(r, key, VAL_BOOL)->u.b;
}

bool run_unknown(const struct probe_run *r, const char *key)
{
	const struct value *v = evidence_fact(&r->e, key);

	return v == NULL || v->type == VAL_NULL;
}

bool run_has(const struct probe_run *r, const char *key, const char *item)
{
	const struct value *v = typed(r, key, VAL_LIST);

	for (size_t i = 0; i < v->u.list.n; i++)
		if (v->u.list.items[i].type == VAL_STR && strcmp(v->u.list.items[i].u.s, item) == 0)
			return true;
	return false;
}

static void actual(const struct probe_run *r, const char *key, struct buf *out)
{
	const struct value *v = evidence_fact(&r->e, key);

	if (strcmp(key, "outcome") == 0)
		buf_str(out, evidence_outcome_name(r->e.outcome));
	else if (strcmp(key, "fault") == 0)
		buf_fmt(out, "%d", r->fault);
	else if (v == NULL)
		buf_str(out, "null");
	else
		value_json(out, v);
}

void run_expect(const struct probe_run *r, const char *name, const char *const *expect)
{
	unsigned wrong = 0;

	for (; *expect != NULL; expect++) {
		const char *eq = strchr(*expect, '=');
		char key[80];
		struct buf b;

		assert_non_null(eq);
		snprintf(key, sizeof(key), "%.*s", (int)(eq - *expect), *expect);
		buf_init(&b, BUF_MAX_TEXT);
		actual(r, key, &b);
		if (strcmp(buf_cstr(&b), eq + 1) != 0) {
			fprintf(stderr, "%s: %s is %s, expected %s\n", name, key, buf_cstr(&b), eq + 1);
			wrong++;
		}
		buf_release(&b);
	}
	if (wrong > 0) {
		run_print(r);
		fail_msg("%s: %u expectations do not hold", name, wrong);
	}
}

void run_print(const struct probe_run *r)
{
	struct buf b;
	struct jsonw j;

	buf_init(&b, BUF_MAX_TEXT);
	jsonw_init(&j, &b);
	evidence_json(&j, &r->e, false);
	fprintf(stderr, "%s\n", buf_cstr(&b));
	buf_release(&b);
}

const char *srv(const char *name)
{
	const char *v = getenv(name);

	if (v == NULL)
		fail_msg("%s is not set: run this through tests/lib/servers.py", name);
	return v;
}
