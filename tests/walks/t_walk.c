/* Walks of a small flow: the good ones hold, the bad ones say exactly what their .expected has, and
 * together the good ones notice every change of the flow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_test.h"
#include "golden_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/mutate.h>
#include <casebook/walk.h>

#define MOST 32

struct set {
	struct flow *flow;
	struct arena *mem;
	struct buf said;
	const char *names[MOST];
	struct walk *walks[MOST];
	struct walk_trace traces[MOST];
	size_t n;
	const char *without; /* a walk that does not count, for mutants */
};

static void say(void *arg, const struct diag *d)
{
	buf_fmt(arg, "%s:%u:%u: %s: %s\n", d->file, d->line, d->col, d->id, d->text);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list(struct set *s, const char *folder)
{
	char path[512];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", TEST_DIR, folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		const char *end = strstr(e->d_name, ".walk.yaml");

		if (end == NULL)
			continue;
		assert_true(s->n < MOST);
		s->names[s->n++] = arena_strndup(s->mem, e->d_name, (size_t)(end - e->d_name));
	}
	closedir(dir);
	assert_true(s->n > 0);
	qsort(s->names, s->n, sizeof(s->names[0]), by_name);
}

static void open_set(struct set *s, const char *folder)
{
	struct buf said;

	memset(s, 0, sizeof(*s));
	s->mem = arena_new();
	buf_init(&s->said, BUF_MAX_TEXT);
	s->flow = prove_path(TEST_DIR "/pool.yaml", "pool.yaml", &said);
	if (s->flow == NULL || said.n > 0)
		fail_msg("%s", buf_cstr(&said));
	buf_release(&said);
	list(s, folder);
}

static void close_set(struct set *s)
{
	for (size_t i = 0; i < s->n; i++)
		walk_trace_release(&s->traces[i]);
	flow_free(s->flow);
	buf_release(&s->said);
	arena_free(s->mem);
}

static struct walk *load(struct set *s, const char *folder, size_t i)
{
	struct flow_env env = {fake_probe_find, say, &s->said};
	char path[512];
	struct buf text;

	snprintf(path, sizeof(path), "%s/%s/%s.walk.yaml", TEST_DIR, folder, s->names[i]);
	read_path(path, &text);
	s->walks[i] = walk_load(s->mem, s->names[i], buf_cstr(&text), text.n, s->flow, &env);
	buf_release(&text);
	return s->walks[i];
}

static void load_good(struct set *s)
{
	open_set(s, "good");
	for (size_t i = 0; i < s->n; i++) {
		struct walk_trace *t = &s->traces[i];

		if (load(s, "good", i) == NULL)
			fail_msg("%s", buf_cstr(&s->said));
		t->steps = arena_array(s->mem, s->flow->nnodes, sizeof(bool));
		if (!walk_run_traced(s->walks[i], s->flow, &s->said, NULL, t))
			fail_msg("%s", buf_cstr(&s->said));
		assert_true(walk_holds(s->walks[i], s->flow, t));
	}
}

static void good_walks_hold(void **state)
{
	struct set s;

	(void)state;
	load_good(&s);
	assert_true(s.n >= 9);
	close_set(&s);
}

static void bad_walks_say_why(void **state)
{
	struct set s;

	(void)state;
	open_set(&s, "bad");
	for (size_t i = 0; i < s.n; i++) {
		char expected[512];

		buf_clear(&s.said);
		if (load(&s, "bad", i) != NULL)
			assert_false(walk_run(s.walks[i], s.flow, &s.said, NULL));
		assert_true(s.said.n > 0);
		snprintf(expected, sizeof(expected), "%s/bad/%s.expected", TEST_DIR, s.names[i]);
		golden_file(expected, buf_cstr(&s.said));
	}
	close_set(&s);
}

/* What --show prints can be pasted: as the expectations of the walk it holds again. */
static void shown_expectations_hold(void **state)
{
	struct flow_env env = {fake_probe_find, say, NULL};
	struct set s;

	(void)state;
	load_good(&s);
	env.arg = &s.said;
	for (size_t i = 0; i < s.n; i++) {
		struct buf was, why, text;
		struct walk one = *s.walks[i];
		const struct walk *again;

		if (one.nphases > 1)
			continue; /* the others are pasted phase by phase */
		buf_init(&was, BUF_MAX_LINE);
		buf_init(&why, BUF_MAX_LINE);
		buf_init(&text, BUF_MAX_LINE);
		walk_run(s.walks[i], s.flow, &why, &was);
		buf_fmt(&text, "walk: again\n%s", buf_cstr(&was));
		again = walk_load(s.mem, "again", buf_cstr(&text), text.n, s.flow, &env);
		if (again == NULL)
			fail_msg("%s\n%s", buf_cstr(&s.said), buf_cstr(&text));
		one.phases[0].expect = again->phases[0].expect;
		assert_true(walk_run(&one, s.flow, &why, NULL));
		buf_release(&was);
		buf_release(&why);
		buf_release(&text);
	}
	close_set(&s);
}

/* ---- mutants ---- */

static bool noticed(struct set *s, const struct mutant *m)
{
	for (size_t i = 0; i < s->n; i++) {
		struct buf why;
		bool same;

		if (s->without != NULL && strcmp(s->without, s->names[i]) == 0)
			continue;
		if (m->node != NODE_NONE && !s->traces[i].steps[m->node])
			continue;
		buf_init(&why, BUF_MAX_LINE);
		same = walk_run(s->walks[i], m->flow, &why, NULL);
		buf_release(&why);
		if (m->cause != CAUSE_NONE && strstr(m->what, "leads to") == NULL)
			assert_int_equal(same, walk_holds(s->walks[i], m->flow, &s->traces[i]));
		if (!same)
			return true;
	}
	return false;
}

static bool each_mutant(void *arg, const struct mutant *m)
{
	struct set *s = arg;

	if (!noticed(s, m))
		buf_fmt(&s->said, "not noticed: %s\n", m->what);
	return true;
}

static void every_change_is_noticed(void **state)
{
	struct set s;
	size_t n;

	(void)state;
	load_good(&s);
	n = flow_mutants(s.flow, each_mutant, &s);
	assert_true(n > 40);
	assert_string_equal(buf_cstr(&s.said), "");
	close_set(&s);
}

static void a_walk_less_is_noticed(void **state)
{
	struct set s;

	(void)state;
	load_good(&s);
	s.without = "below-500";
	flow_mutants(s.flow, each_mutant, &s);
	assert_non_null(
	        strstr(buf_cstr(&s.said), "step 'page', answer 'stopped': without 'scep.url.status >= 500'"));
	buf_clear(&s.said);
	s.without = "stopped-not-fixed";
	flow_mutants(s.flow, each_mutant, &s);
	assert_string_equal(
	        buf_cstr(&s.said),
	        "not noticed: step 'fix-stopped', not fixed, leads to 'reached' instead of 'fix-crash'\n"
	        "not noticed: step 'fix-crash', not fixed, leads to 'profile' instead of 'unclear'\n");
	close_set(&s);
}

/* What the search says, where a walk may be missing, is what comes of running every walk. */
struct both {
	struct set *s;
	struct walk_search *search;
	size_t noticed, missed;
};

static bool ask_both(void *arg, const struct mutant *m)
{
	struct both *b = arg;
	bool one = noticed(b->s, m);

	if (walk_search_notices(b->search, m) != one)
		fail_msg("%s: %s by running every walk", m->what, one ? "noticed" : "not noticed");
	b->noticed += one;
	b->missed += !one;
	return true;
}

static void search_finds_what_running_all_finds(void **state)
{
	struct set s;
	struct both b = {.s = &s};
	const struct walk *walks[MOST];
	struct walk_trace traces[MOST];

	(void)state;
	load_good(&s);
	for (size_t left_out = 0; left_out < s.n; left_out++) {
		size_t n = 0;

		for (size_t i = 0; i < s.n; i++)
			if (i != left_out) {
				walks[n] = s.walks[i];
				traces[n++] = s.traces[i];
			}
		s.without = s.names[left_out];
		b.search = walk_search_new(s.mem, walks, traces, n);
		flow_mutants(s.flow, ask_both, &b);
	}
	assert_true(b.noticed > 40 && b.missed > 10);
	b.search = walk_search_new(s.mem, walks, traces, 0);
	assert_false(walk_search_notices(b.search, &(struct mutant){.flow = s.flow}));
	close_set(&s);
}

static bool list_mutant(void *arg, const struct mutant *m)
{
	buf_fmt(arg, "%s\n", m->what);
	return true;
}

/* Every change that is tried, for a person to read. */
static void the_changes_themselves(void **state)
{
	struct set s;

	(void)state;
	load_good(&s);
	flow_mutants(s.flow, list_mutant, &s.said);
	golden_file(TEST_DIR "/mutants.expected", buf_cstr(&s.said));
	close_set(&s);
}

/* What `unless` silences cannot be noticed in `supported`, and `excluded` speaks there. */
static void changes_of_a_silenced_cause(void **state)
{
	struct buf said;
	struct flow *f;

	(void)state;
	buf_init(&said, BUF_MAX_TEXT);
	f = prove_path(TEST_DIR "/silenced.yaml", "silenced.yaml", &said);
	if (f == NULL || said.n > 0)
		fail_msg("%s", buf_cstr(&said));
	flow_mutants(f, list_mutant, &said);
	golden_file(TEST_DIR "/silenced.expected", buf_cstr(&said));
	flow_free(f);
	buf_release(&said);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(good_walks_hold),
	        cmocka_unit_test(bad_walks_say_why),
	        cmocka_unit_test(shown_expectations_hold),
	        cmocka_unit_test(every_change_is_noticed),
	        cmocka_unit_test(a_walk_less_is_noticed),
	        cmocka_unit_test(search_finds_what_running_all_finds),
	        cmocka_unit_test(the_changes_themselves),
	        cmocka_unit_test(changes_of_a_silenced_cause),
	};

	golden_args(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
