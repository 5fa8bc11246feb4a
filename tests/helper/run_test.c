/* Shared by the runner's tests. */
#include "run_test.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <casebook/clock.h>

static const struct param_def params[] = {{"url", false, "any"}, {NULL, false, NULL}};
static const char *const words[] = {"green", "red", NULL};
#define NUMBERED 1000 /* k0, k1 ...: more than evidence holds */
static struct fact_def facts[5 + NUMBERED + 1] = {
        {"n", FACT_INT, NULL, "a number"},     {"word", FACT_STR, words, "a word of a closed set"},
        {"text", FACT_STR, NULL, "free text"}, {"yes", FACT_BOOL, NULL, "yes or no"},
        {"list", FACT_LIST, NULL, "a list"},
};

static void number_facts(void)
{
	static char names[NUMBERED][8];

	for (int i = 0; i < NUMBERED; i++) {
		snprintf(names[i], sizeof(names[i]), "k%d", i);
		facts[5 + i] = (struct fact_def){names[i], FACT_INT, NULL, "a number"};
	}
}

struct runner *run_new(const char *program, unsigned timeout_ms)
{
	struct runner_options opt = {.program = program != NULL ? program : BAD_HELPER,
	                             .timeout_ms = timeout_ms};

	return runner_new(&opt);
}

const struct probe *run_probe(const char *id)
{
	static struct probe known[32];
	size_t i = 0;

	number_facts();
	for (; known[i].id != NULL; i++)
		if (strcmp(known[i].id, id) == 0)
			return &known[i];
	known[i] = (struct probe){.id = id,
	                          .title = id,
	                          .params = params,
	                          .facts = facts,
	                          .timeout_ms = 20000,
	                          .by_hand = "look {url} {host}:{port}"};
	return &known[i];
}

void run_start_url(struct runner *r, uint32_t job, const char *id, const char *url)
{
	struct probe_arg arg = {"url", url};
	struct err err = {0};

	if (runner_start(r, job, run_probe(id), &arg, 1, "step-1", &err) != 0)
		fail_msg("%s", err.msg);
}

void run_start(struct runner *r, uint32_t job, const char *id)
{
	run_start_url(r, job, id,
	              "https://ndes.test:8443/certsrv/mscep/mscep.dll?operation=GetCACaps&message=it's");
}

/* One event, whatever it is. */
static void next(struct runner *r, struct runner_event *e)
{
	int64_t give_up = clock_monotonic_ms() + 30000;

	while (!runner_take(r, e)) {
		struct pollfd p = {.fd = runner_fd(r), .events = POLLIN};
		int wait = runner_wait_ms(r);

		if (clock_monotonic_ms() > give_up)
			fail_msg("no event within 30 s");
		(void)poll(&p, 1, wait < 0 || wait > 1000 ? 1000 : wait);
	}
}

const struct evidence *run_wait(struct runner *r, uint32_t *job)
{
	struct runner_event e;

	do {
		next(r, &e);
	} while (e.kind != RUNNER_DONE);
	if (job != NULL)
		*job = e.job;
	assert_non_null(e.evidence);
	assert_non_null(e.evidence->host);
	assert_non_null(e.evidence->target);
	assert_true(e.evidence->started_ms > 0);
	assert_true((e.evidence->why == NULL) == (e.evidence->outcome == EV_MEASURED));
	return e.evidence;
}

int64_t run_wait_phase(struct runner *r, uint32_t *job)
{
	struct runner_event e;

	do {
		next(r, &e);
		assert_int_not_equal(e.kind, RUNNER_DONE);
	} while (e.phase == NULL);
	if (job != NULL)
		*job = e.job;
	return strtoll(e.phase, NULL, 10);
}

const struct evidence *run_one(struct runner *r, const char *id)
{
	uint32_t job;
	const struct evidence *e;

	run_start(r, 1, id);
	e = run_wait(r, &job);
	assert_int_equal(job, 1);
	return e;
}

int64_t run_int(const struct evidence *e, const char *key)
{
	const struct value *v = evidence_fact(e, key);

	return v != NULL && v->type == VAL_INT ? v->u.i : -1;
}

int64_t run_item(const struct evidence *e, size_t n)
{
	const struct value *v = evidence_fact(e, "list");

	assert_non_null(v);
	assert_int_equal(v->type, VAL_LIST);
	assert_true(n < v->u.list.n);
	return v->u.list.items[n].u.i;
}

/* Ended, though perhaps nobody has asked how yet. */
static bool is_zombie(int64_t pid)
{
	char path[64], text[512] = "";
	FILE *f;
	char *end;

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	(void)!fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	end = strrchr(text, ')');
	return end != NULL && strncmp(end, ") Z", 3) == 0;
}

bool run_gone(int64_t pid)
{
	for (int i = 0; i < 1000; i++) {
		struct timespec tick = {.tv_nsec = 10000000};

		if ((kill((pid_t)pid, 0) != 0 && errno == ESRCH) || is_zombie(pid))
			return true;
		nanosleep(&tick, NULL);
	}
	return false;
}
