/* The records that the tests write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "case_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/replay.h>

static void say(void *arg, const struct diag *d)
{
	(void)arg;
	if (d->severity == DIAG_ERROR)
		fail_msg("%s:%u:%u: %s: %s", d->file, d->line, d->col, d->id, d->text);
}

struct flow *lab_load(const char *yaml)
{
	struct flow_env env = {lab_probe, say, NULL};
	struct err err = {0};
	struct flow *f = flow_load("lab.yaml", yaml, strlen(yaml), &env, &err);

	if (f == NULL)
		fail_msg("%s", err.msg);
	return f;
}

static uint32_t put(struct casefile *cf, const struct record *r)
{
	struct err err = {0};
	const struct record *stored = casefile_append(cf, r, &err);

	assert_non_null(stored);
	return stored->pos;
}

static uint32_t put_by(struct casefile *cf, const char *step, const char *answer, const char *seen,
                       enum answered_by by)
{
	struct record r = {.kind = REC_ANSWER, .u.answer = {step, answer, by, seen, 0}};

	return put(cf, &r);
}

uint32_t put_answer(struct casefile *cf, const char *step, const char *answer)
{
	return put_by(cf, step, answer, NULL, BY_PERSON);
}

uint32_t put_seen(struct casefile *cf, const char *step, const char *answer, const char *seen)
{
	return put_by(cf, step, answer, seen, BY_PERSON);
}

uint32_t put_auto(struct casefile *cf, const char *step, const char *answer)
{
	return put_by(cf, step, answer, answer, BY_PROBE);
}

uint32_t put_input(struct casefile *cf, const char *key, const char *value)
{
	struct record r = {.kind = REC_INPUT, .u.input = {key, value, BY_PERSON}};

	return put(cf, &r);
}

uint32_t put_retract(struct casefile *cf, uint32_t pos)
{
	struct record r = {.kind = REC_RETRACT, .u.retract = {pos}};

	return put(cf, &r);
}

uint32_t put_tick(struct casefile *cf, const char *cause, uint32_t item, bool done)
{
	struct record r = {.kind = REC_TICK, .u.tick = {cause, item, done}};

	return put(cf, &r);
}

static struct value fact_value(struct arena *mem, const char *s)
{
	struct value_builder b;

	if (strcmp(s, "yes") == 0 || strcmp(s, "no") == 0)
		return value_bool(s[0] == 'y');
	if (strcmp(s, "null") == 0)
		return value_null();
	if (s[0] == '[') {
		vb_init(&b, mem);
		if (s[1] != ']')
			vb_add(&b, NULL, value_str(arena_strndup(mem, s + 1, strlen(s) - 2)));
		return vb_list(&b);
	}
	if (s[0] >= '0' && s[0] <= '9')
		return value_int(strtol(s, NULL, 10));
	return value_str(s);
}

struct evidence make_evidence(struct arena *mem, const char *probe, const char *arg, const char *step,
                              const char *facts)
{
	struct fact *f = arena_array(mem, 16, sizeof(*f));
	char *text = arena_strdup(mem, facts), *rest = NULL;
	const char *eq = strchr(arg, '=');
	struct probe_arg a = {arena_strndup(mem, arg, (size_t)(eq - arg)), eq + 1};
	struct evidence e = {.probe = probe, .target = a.value, .step = step, .host = "here", .facts = f};

	e.call = call_id(mem, probe, &a, 1);
	e.started_ms = 1700000000000;
	e.took_ms = 12;
	if (lab_probe(probe)->kind == PROBE_FILE)
		e.sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	for (char *w = strtok_r(text, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
		char *is = strchr(w, '=');

		*is = '\0';
		f[e.nfacts].key = w;
		f[e.nfacts++].value = fact_value(mem, is + 1);
	}
	return e;
}

uint32_t put_failed(struct casefile *cf, const char *probe, const char *arg, const char *step,
                    const char *facts, enum evidence_outcome outcome)
{
	struct arena *mem = arena_new();
	struct record r = {.kind = REC_EVIDENCE, .u.evidence = make_evidence(mem, probe, arg, step, facts)};
	uint32_t pos;

	r.u.evidence.outcome = outcome;
	if (outcome != EV_MEASURED)
		r.u.evidence.why = "the test says so";
	pos = put(cf, &r);
	arena_free(mem);
	return pos;
}

uint32_t put_evidence(struct casefile *cf, const char *probe, const char *arg, const char *step,
                      const char *facts)
{
	return put_failed(cf, probe, arg, step, facts, EV_MEASURED);
}
