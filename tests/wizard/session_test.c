/* Drives a session without a loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session_test.h"

#include <string.h>

struct session s;
struct effects fx;
struct flow *flow;
static struct arena *mem;
static int64_t now_ms;

int session_setup_flow(const char *yaml)
{
	struct casefile cf;

	flow = lab_load(yaml);
	mem = arena_new();
	now_ms = 1000;
	casefile_init(&cf, NULL, flow->id, flow->hash, now_ms);
	cf.number = 14;
	cf.title = "NDES01";
	session_init(&s, flow, &cf, 0, NULL);
	send((struct intent){.kind = IN_START});
	return 0;
}

int session_setup(void **state)
{
	(void)state;
	return session_setup_flow(lab_flow);
}

int session_teardown(void **state)
{
	(void)state;
	session_release(&s);
	arena_free(mem);
	flow_free(flow);
	return 0;
}

void session_restart(const struct session_options *opt)
{
	struct casefile cf;

	casefile_init(&cf, s.cf.id, flow->id, flow->hash, now_ms);
	for (size_t i = 0; i < s.cf.nlog; i++)
		assert_non_null(casefile_append(&cf, &s.cf.log[i], NULL));
	session_release(&s);
	session_init(&s, flow, &cf, (uint32_t)cf.nlog, opt);
	send((struct intent){.kind = IN_START});
}

void check_fold(void)
{
	struct replay r;

	replay_init(&r, flow, &s.cf, NULL);
	assert_int_equal(r.at, s.now.at);
	assert_int_equal(r.npath, s.now.npath);
	for (size_t i = 0; i < r.npath; i++) {
		assert_int_equal(r.path[i].node, s.now.path[i].node);
		assert_ptr_equal(r.path[i].answer, s.now.path[i].answer);
	}
	replay_release(&r);
}

void send(struct intent in)
{
	session_apply(&s, &in, ++now_ms, &fx);
	assert_true(fx.n <= EFFECTS_MAX);
	check_fold();
}

void choose(uint32_t n)
{
	send((struct intent){.kind = IN_CHOOSE, .n = n});
}

void set(const char *key, const char *value)
{
	send((struct intent){.kind = IN_SET, .key = key, .text = value});
}

void lack(const char *key)
{
	send((struct intent){.kind = IN_SKIP, .key = key});
}

void tell(enum intent_kind kind, const char *text)
{
	send((struct intent){.kind = kind, .text = text, .key = text});
}

void fill_profile(void)
{
	set("server_url", "https://a/mscep.dll");
	lack("platform");
}

void finish_as(const char *probe, const char *facts, enum evidence_outcome outcome)
{
	struct evidence e = make_evidence(mem, probe, "url=whatever", NULL, facts);

	e.outcome = outcome;
	e.network = "inside";
	for (size_t i = s.njobs; i > 0; i--) {
		if (strcmp(s.jobs[i - 1].check->probe->id, probe) == 0) {
			send((struct intent){.kind = IN_EVIDENCE, .job = s.jobs[i - 1].id, .evidence = &e});
			return;
		}
	}
	fail_msg("no job of %s runs", probe);
}

void finish(const char *probe, const char *facts)
{
	finish_as(probe, facts, EV_MEASURED);
}

const char *at(void)
{
	return flow->nodes[s.now.at].id;
}

size_t count(enum effect_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < fx.n; i++)
		n += fx.e[i].kind == kind;
	return n;
}
