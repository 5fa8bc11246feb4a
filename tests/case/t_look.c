/*
 * What a case hears of its logs: looks.txt writes sources as parts and rows, the question, and what each fact
 * must answer, how well it is heard and as of when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/flow_load.h>
#include <casebook/io.h>
#include <casebook/replay.h>

#include "case_test.h"

#define NOON 1700000000000ll /* minute 0 */
#define MOST 40

/* The case of one paragraph. */
struct scene {
	struct casefile cf;
	struct replay r;
	struct arena *mem;
	struct evidence e; /* the source that is being written */
	struct evpart parts[MOST];
	struct evrow rows[MOST];
	struct fact facts[MOST];
	bool replayed;
};

static struct flow *flow;
static unsigned line, asked, wrong; /* of looks.txt, from 1; questions */

static void problem(void *arg, const struct diag *d)
{
	(void)arg;
	if (d->severity == DIAG_ERROR)
		fail_msg("%s", d->text);
}

static int64_t minute(const char *s)
{
	return NOON + strtoll(s, NULL, 10) * 60000;
}

static struct value value_of(struct arena *mem, const char *s)
{
	struct value v;

	if (strcmp(s, "yes") == 0 || strcmp(s, "no") == 0)
		return value_bool(*s == 'y');
	return value_parse_json(mem, s, strlen(s), &v, NULL) == 0 ? v : value_str(s);
}

/* "a=1 b=two": the next pair of *rest; a name alone has the value "yes". */
static bool pair(char **rest, const char **key, const char **value)
{
	char *word = strtok_r(NULL, " ", rest), *is = word != NULL ? strchr(word, '=') : NULL;

	if (word == NULL)
		return false;
	if (is != NULL)
		*is = '\0';
	*key = word;
	*value = is != NULL ? is + 1 : "yes";
	return true;
}

static void take_part(struct scene *s, char *rest)
{
	struct about *a = &s->parts[s->e.nparts++].about;
	const char *key, *value;

	*a = about_nothing;
	while (pair(&rest, &key, &value)) {
		const char **text = strcmp(key, "computer") == 0   ? &a->computer
		                    : strcmp(key, "platform") == 0 ? &a->platform
		                    : strcmp(key, "log") == 0      ? &a->log
		                                                   : NULL;

		if (text != NULL)
			*text = value;
		else if (strcmp(key, "from") == 0)
			a->from_ms = minute(value);
		else if (strcmp(key, "to") == 0)
			a->to_ms = minute(value);
		else if (strcmp(key, "slack") == 0)
			a->slack_ms = minute(value) - NOON;
		else if (strcmp(key, "whole") == 0)
			a->complete = TRI_YES;
		else if (strcmp(key, "role") == 0)
			a->role = (enum role)role_from(value);
		else
			fail_msg("line %u: a part has no %s", line, key);
	}
}

static void take_row(struct scene *s, char *rest)
{
	struct evrow *row = &s->rows[s->e.nrows++];
	struct value_builder data;
	const char *key, *value;

	*row = evrow_nothing;
	row->kind = strtok_r(NULL, " ", &rest);
	row->line = line;
	vb_init(&data, s->mem);
	while (pair(&rest, &key, &value)) {
		const char *to = strstr(value, "..");

		if (strcmp(key, "at") == 0)
			row->first_ms = minute(value), row->last_ms = minute(to != NULL ? to + 2 : value);
		else if (strcmp(key, "part") == 0)
			row->part = (uint16_t)strtoul(value, NULL, 10);
		else if (strcmp(key, "n") == 0)
			row->n = (uint32_t)strtoul(value, NULL, 10);
		else
			vb_add(&data, key, value_of(s->mem, value));
	}
	row->data = vb_map(&data);
}

static void end_source(struct scene *s)
{
	struct record rec = {.kind = REC_EVIDENCE};
	struct err err = {0};

	if (s->e.probe == NULL)
		return;
	s->e.facts = s->facts;
	s->e.parts = s->parts;
	s->e.rows = s->rows;
	rec.u.evidence = s->e;
	assert_non_null(casefile_append(&s->cf, &rec, &err));
	s->e.probe = NULL;
}

static void take_source(struct scene *s, const char *probe)
{
	end_source(s);
	s->e = (struct evidence){.probe = probe, .target = "file.log", .host = "here", .call = "call"};
	s->e.call = arena_fmt(s->mem, "%016zu", s->cf.nlog);
	s->e.started_ms = NOON;
	s->e.rows_from_ms = ABOUT_NO_TIME;
	if (flow_probe(flow, probe) == NULL)
		fail_msg("line %u: the flow runs no %s", line, probe);
}

/* "403 [ours, -2]", "unknown". */
static const char *answer(struct scene *s, const char *probe, const char *fact)
{
	static const char *const heard[] = {"not", "perhaps", "unnamed", "ours", "live"};
	struct seen seen;
	struct buf b;
	const char *text;

	if (!replay_fact(&s->r, probe, fact, &seen))
		return "unknown";
	buf_init(&b, BUF_MAX_LINE);
	value_text(&b, &seen.value);
	buf_fmt(&b, " [%s", heard[seen.strength]);
	if (seen.at_ms != ABOUT_NO_TIME)
		buf_fmt(&b, ", %lld", ((long long)seen.at_ms - NOON) / 60000);
	buf_str(&b, "]");
	text = arena_strdup(s->mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

/* "iis.log last_status = 403 [ours, -2]" */
static void ask(struct scene *s, char *rest)
{
	char *probe = strtok_r(NULL, " ", &rest), *fact = strtok_r(NULL, " ", &rest);
	const char *want = rest + strspn(rest, "= "), *got;

	end_source(s);
	if (!s->replayed)
		replay_init(&s->r, flow, &s->cf, NULL);
	s->replayed = true;
	got = answer(s, probe, fact);
	asked++;
	if (strcmp(got, want) != 0)
		print_error("looks.txt:%u: %s.%s is %s, not %s\n", line, probe, fact, got, want), wrong++;
}

static void begin(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	s->mem = arena_new();
	casefile_init(&s->cf, NULL, flow->id, flow->hash, NOON);
}

static void end(struct scene *s)
{
	if (s->replayed)
		replay_release(&s->r);
	casefile_release(&s->cf);
	arena_free(s->mem);
}

static void take(struct scene *s, char *text)
{
	char *rest = NULL, *word = strtok_r(text, " ", &rest);

	if (strcmp(word, "set") == 0) {
		const char *key = strtok_r(NULL, " ", &rest);

		put_input(&s->cf, key, strtok_r(NULL, " ", &rest));
	} else if (strcmp(word, "source") == 0) {
		take_source(s, strtok_r(NULL, " ", &rest));
	} else if (strcmp(word, "part") == 0) {
		take_part(s, rest);
	} else if (strcmp(word, "row") == 0) {
		take_row(s, rest);
	} else if (strcmp(word, "fact") == 0) {
		const char *key, *value;

		assert_true(pair(&rest, &key, &value));
		s->facts[s->e.nfacts++] = (struct fact){key, value_of(s->mem, value)};
	} else if (strcmp(word, "?") == 0) {
		ask(s, rest);
	} else {
		fail_msg("looks.txt:%u: %s?", line, word);
	}
}

static void test_looks(void **state)
{
	struct scene s;
	struct buf all;
	char *at;

	(void)state;
	buf_init(&all, BUF_MAX_TEXT);
	assert_int_equal(io_read_file(TEST_DIR "/looks.txt", &all), 0);
	begin(&s);
	line = 1;
	for (at = all.p; *at != '\0'; line++) {
		char *nl = strchr(at, '\n'), *text = at + strspn(at, " ");

		assert_non_null(nl);
		*nl = '\0';
		if (*text == '\0') {
			end(&s);
			begin(&s);
		} else if (*text != '#') {
			take(&s, arena_strdup(s.mem, text));
		}
		at = nl + 1;
	}
	end(&s);
	buf_release(&all);
	print_message("%u facts asked\n", asked);
	assert_int_equal(wrong, 0);
}

static int setup(void **state)
{
	struct flow_env env = {probe_find, problem, NULL};
	const struct builtin_flow *b = builtin_flows;
	struct err err = {0};

	(void)state;
	while (strcmp(b->id, "intune-scep-ndes") != 0)
		b++;
	flow = flow_load(b->id, (const char *)b->text, *b->n, &env, &err);
	assert_non_null(flow);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	flow_free(flow);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_looks)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
