/*
 * Hostile text in every single string of a case and of its flow, one after the other: no format lets it out
 * as markup, and no character that steers a terminal or turns text round.  The structs are walked here string
 * by string; every_string.py compares that with their headers.
 */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/value.h>

/* Both ends of every range of characters that are invisible, or change direction (Unicode 15, Cc, Cf, Zl,
 * Zp). */
#define UNSEEN                                                                                                         \
	"\x01\x1b[31m\x1f\x7f\xc2\x80\xc2\x9f\xc2\xad\xd8\x9c\xe1\xa0\x8e\xe2\x80\x8b\xe2\x80\x8f\xe2\x80\xa8"         \
	"\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa0\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaf\xef\xbb\xbf\xef\xbf\xb9" \
	"\xef\xbf\xbb\xf3\xa0\x80\x81\xf3\xa0\x81\xbf"
#define EVIL "Q\"Q'Q<Q>Q&Q" UNSEEN "Q</code>Q</td>Q"

struct walk {
	size_t at, target; /* the string that is changed in this run */
	const char *name;  /* of it */
};

static void one(struct walk *w, const char **text, const char *name)
{
	if (*text == NULL || w->at++ != w->target)
		return;
	*text = EVIL;
	w->name = name;
}

#define ONE(w, s, member) one(w, &(s)->member, #s "." #member)
/* Stays as it is; the test every_string asks for one of the two. */
#define KEPT(w, s, member) ((void)(w), (void)(s)->member)

static void values(struct walk *w, struct value *v)
{
	if (v->type == VAL_STR)
		one(w, (const char **)(void *)&v->u.s, "value");
	for (size_t i = 0; v->type == VAL_LIST && i < v->u.list.n; i++)
		values(w, (struct value *)(uintptr_t)&v->u.list.items[i]);
	for (size_t i = 0; v->type == VAL_MAP && i < v->u.map.n; i++) {
		struct member *m = (struct member *)(uintptr_t)&v->u.map.items[i];

		one(w, &m->key, "key of a map");
		values(w, &m->value);
	}
}

static void about(struct walk *w, struct about *a)
{
	ONE(w, a, computer);
	ONE(w, a, site);
	ONE(w, a, pool);
	ONE(w, a, store);
	ONE(w, a, device);
	ONE(w, a, platform);
	ONE(w, a, log);
}

static void evidence(struct walk *w, struct evidence *e)
{
	ONE(w, e, probe);
	ONE(w, e, target);
	ONE(w, e, step);
	ONE(w, e, call);
	ONE(w, e, why);
	ONE(w, e, host);
	ONE(w, e, proxy);
	ONE(w, e, network);
	ONE(w, e, sha256);
	ONE(w, e, by_hand);
	for (size_t i = 0; i < e->nfacts; i++) {
		struct fact *fact = (struct fact *)(uintptr_t)&e->facts[i];

		ONE(w, fact, key);
		values(w, &fact->value);
	}
	for (size_t i = 0; i < e->npins; i++) {
		struct pin *pin = (struct pin *)(uintptr_t)&e->pins[i];

		ONE(w, pin, fact);
		ONE(w, pin, file);
		ONE(w, pin, text);
	}
	for (size_t i = 0; i < e->nparts; i++)
		about(w, (struct about *)(uintptr_t)&e->parts[i].about);
	for (size_t i = 0; i < e->nrows; i++) {
		struct evrow *row = (struct evrow *)(uintptr_t)&e->rows[i];

		ONE(w, row, kind);
		values(w, &row->data);
	}
}

static void record(struct walk *w, struct record *r)
{
	switch (r->kind) {
	case REC_INPUT:
		ONE(w, r, u.input.key);
		ONE(w, r, u.input.value);
		break;
	case REC_ANSWER:
		ONE(w, r, u.answer.step);
		ONE(w, r, u.answer.answer);
		ONE(w, r, u.answer.seen);
		break;
	case REC_EVIDENCE:
		evidence(w, &r->u.evidence);
		break;
	case REC_NOTE:
		ONE(w, r, u.note.text);
		break;
	case REC_TICK:
		ONE(w, r, u.tick.cause);
		break;
	case REC_ABOUT:
		ONE(w, r, u.about.sha256);
		ONE(w, r, u.about.target);
		ONE(w, r, u.about.computer);
		break;
	case REC_EXPORT:
		ONE(w, r, u.export.what);
		ONE(w, r, u.export.format);
		ONE(w, r, u.export.level);
		ONE(w, r, u.export.sha256);
		ONE(w, r, u.export.seal);
		break;
	case REC_HAND:
		ONE(w, r, u.hand.to);
		ONE(w, r, u.hand.left);
		break;
	case REC_PUT_OFF:
		ONE(w, r, u.put_off.step);
		ONE(w, r, u.put_off.wanted);
		break;
	case REC_RETRACT:
	case REC__MAX:
		break;
	}
	if (r->mark != NULL) {
		struct case_mark *m = (struct case_mark *)(uintptr_t)r->mark;

		ONE(w, m, title);
		ONE(w, m, place);
	}
}

static void casefile(struct walk *w, struct casefile *cf)
{
	ONE(w, cf, title);
	ONE(w, cf, flow_id);
	ONE(w, cf, host);
	ONE(w, cf, tool);
	for (size_t i = 0; i < cf->nlog; i++)
		record(w, &cf->log[i]);
}

/* Names of steps, answers, causes and inputs stay as they are: a flow with other signs in them does not load.
 */
static void inputs(struct walk *w, struct flow *f)
{
	for (size_t i = 0; i < f->ninputs; i++) {
		struct input_def *input = (struct input_def *)(uintptr_t)&f->inputs[i];

		KEPT(w, input, key);
		ONE(w, input, label);
		ONE(w, input, help);
		ONE(w, input, ends_with);
		ONE(w, input, fetch);
		ONE(w, input, trip);
		for (size_t k = 0; k < input->nchoices; k++) {
			struct input_choice *choice = (struct input_choice *)(uintptr_t)&input->choices[k];

			KEPT(w, choice, id);
			ONE(w, choice, label);
		}
	}
}

static void nodes(struct walk *w, struct flow *f)
{
	for (size_t i = 0; i < f->nnodes; i++) {
		struct node *node = (struct node *)(uintptr_t)&f->nodes[i];

		KEPT(w, node, id);
		ONE(w, node, label);
		ONE(w, node, ask);
		ONE(w, node, text);
		ONE(w, node, source);
		ONE(w, node, good);
		ONE(w, node, section);
		for (size_t k = 0; k < node->nanswers; k++) {
			struct answer_def *answer = (struct answer_def *)(uintptr_t)&node->answers[k];

			KEPT(w, answer, id);
			ONE(w, answer, label);
			ONE(w, answer, note);
		}
	}
}

static void causes(struct walk *w, struct flow *f)
{
	for (size_t i = 0; i < f->ncauses; i++) {
		struct cause *cause = (struct cause *)(uintptr_t)&f->causes[i];

		KEPT(w, cause, id);
		ONE(w, cause, title);
		ONE(w, cause, summary);
		ONE(w, cause, remedy);
		ONE(w, cause, source);
		ONE(w, cause, section);
		ONE(w, cause, topic);
		ONE(w, cause, good);
		for (size_t k = 0; k < cause->nfix; k++) {
			struct fix_item *fix = (struct fix_item *)(uintptr_t)&cause->fix[k];

			ONE(w, fix, text);
			ONE(w, fix, who);
			ONE(w, fix, where);
			ONE(w, fix, changes);
			ONE(w, fix, run);
		}
	}
}

static void whole_flow(struct walk *w, struct flow *f)
{
	KEPT(w, f, id);
	ONE(w, f, title);
	ONE(w, f, summary);
	ONE(w, f, version);
	ONE(w, f, source_title);
	ONE(w, f, source_url);
	inputs(w, f);
	nodes(w, f);
	causes(w, f);
}

/* ---- what may not be in a report ---- */

static bool unseen(const char *text)
{
	static const char *const parts[] = {
	        "\x01",
	        "\x1b",
	        "\x1f",
	        "\x7f",
	        "\xc2\x80",
	        "\xc2\x9f",
	        "\xc2\xad",
	        "\xd8\x9c",
	        "\xe1\xa0\x8e",
	        "\xe2\x80\x8b",
	        "\xe2\x80\x8f",
	        "\xe2\x80\xa8",
	        "\xe2\x80\xaa",
	        "\xe2\x80\xae",
	        "\xe2\x81\xa0",
	        "\xe2\x81\xa5",
	        "\xe2\x81\xa6",
	        "\xe2\x81\xa9",
	        "\xe2\x81\xaf",
	        "\xef\xbb\xbf",
	        "\xef\xbf\xb9",
	        "\xef\xbf\xbb",
	        "\xf3\xa0\x80\x81",
	        "\xf3\xa0\x81\xbf",
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(text, parts[i]) != NULL)
			return true;
	return false;
}

static const char *wrong_html(const char *text)
{
	static const char *const raw[] = {"Q\"", "Q'", "Q<", "Q>", "Q&Q"};

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		/* "Q<" may be the end of the text and our own tag behind it */
		for (const char *p = text; (p = strstr(p, raw[i])) != NULL; p++)
			if (raw[i][1] != '<' || p[2] == 'Q' || strncmp(p + 2, "/code>Q", 7) == 0 ||
			    strncmp(p + 2, "/td>Q", 5) == 0)
				if (raw[i][1] != '"' || p[2] == 'Q')
					return p;
	}
	return NULL;
}

static int failed;

static void wrong_in(const char *name, const char *format, const char *what)
{
	failed++;
	print_error("%s in %s: %.60s\n", name, format, what);
}

static void check(const struct flow *flow, const struct casefile *cf, enum redact_level level,
                  const char *name)
{
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .redact = level};
	struct report *r = report_new(flow, cf, &options);

	for (size_t i = 0; report_formats[i] != NULL; i++) {
		char *text = test_render(r, report_formats[i]->name);
		const char *wrong = strcmp(report_formats[i]->name, "html") == 0 ? wrong_html(text) : NULL;

		if (unseen(text))
			wrong_in(name, report_formats[i]->name, "a character that is not to be seen");
		if (wrong != NULL)
			wrong_in(name, report_formats[i]->name, wrong);
		if (strcmp(report_formats[i]->name, "json") == 0) {
			struct arena *mem = arena_new();
			struct value v;
			struct err err;

			if (value_parse_json(mem, text, strlen(text), &v, &err) != 0)
				wrong_in(name, "json", err.msg);
			arena_free(mem);
		}
		free(text);
	}
	report_free(r);
}

/* The cases by hand have no parts and rows: every file of this one gets some. */
static void add_parts(struct casefile *cf)
{
	for (size_t i = 0; i < cf->nlog; i++) {
		struct evpart *part = arena_array(cf->mem, 1, sizeof(*part));
		struct evrow *row = arena_array(cf->mem, 1, sizeof(*row));
		struct value_builder data;

		if (cf->log[i].kind != REC_EVIDENCE || cf->log[i].u.evidence.npins == 0)
			continue;
		part->about = about_nothing;
		part->about.computer = part->about.site = part->about.pool = part->about.store = "NDES01";
		part->about.device = part->about.platform = part->about.log = "windows";
		*row = evrow_nothing;
		row->kind = "crash";
		row->first_ms = row->last_ms = cf->log[i].at_ms;
		vb_init(&data, cf->mem);
		vb_add(&data, "process", value_str("w3wp.exe"));
		row->data = vb_map(&data);
		cf->log[i].u.evidence.parts = part;
		cf->log[i].u.evidence.rows = row;
		cf->log[i].u.evidence.nparts = cf->log[i].u.evidence.nrows = 1;
	}
}

/* No flow or case by hand has these: what is good once a cause is gone, said of the cause or of the step that
 * proves it; and a step that was put off, the last one of a case with a fault. */
static void put_off_last(struct flow *f, struct casefile *cf, bool cause_says)
{
	struct node *pool = (struct node *)(uintptr_t)flow_node(f, "app-pool");

	while (cf->nlog != 0 && (cf->log[cf->nlog - 1].kind != REC_ANSWER ||
	                         strcmp(cf->log[cf->nlog - 1].u.answer.step, "app-pool") != 0))
		cf->nlog--;
	assert_int_not_equal(cf->nlog, 0);
	cf->log[cf->nlog - 1].kind = REC_PUT_OFF;
	cf->log[cf->nlog - 1].u.put_off = (struct rec_put_off){"app-pool", "pools httperr", BY_PERSON};
	((struct answer_def *)(uintptr_t)&pool->answers[pool->nanswers - 1])->blank = true;
	for (size_t i = 0; i < f->nnodes; i++)
		((struct node *)(uintptr_t)&f->nodes[i])->good = "its own page";
	for (size_t i = 0; i < f->ncauses && cause_says; i++)
		((struct cause *)(uintptr_t)&f->causes[i])->good = "that the pool runs";
}

enum hunt { IN_CASE, IN_FLOW, PUT_OFF, PUT_OFF_CAUSE_SAYS };

static void hunted(struct walk *w, struct flow *f, struct casefile *cf, enum hunt in)
{
	struct node *proof = (struct node *)(uintptr_t)flow_node(f, "server-url");
	struct cause *cause = (struct cause *)(uintptr_t)flow_cause(f, "app-pool-stopped");

	switch (in) {
	case IN_CASE:
		casefile(w, cf);
		break;
	case IN_FLOW:
		whole_flow(w, f);
		break;
	case PUT_OFF:
	case PUT_OFF_CAUSE_SAYS:
		put_off_last(f, cf, in == PUT_OFF_CAUSE_SAYS);
		record(w, &cf->log[cf->nlog - 1]);
		if (in == PUT_OFF)
			ONE(w, proof, good);
		else
			ONE(w, cause, good);
		break;
	}
}

static size_t hunt(const char *name, enum hunt in)
{
	struct walk w = {.target = 0};

	for (;; w.target++) {
		struct flow *flow = test_flow();
		struct casefile cf;

		test_case(flow, name, &cf);
		add_parts(&cf);
		w.at = 0;
		w.name = NULL;
		hunted(&w, flow, &cf, in);
		if (w.name != NULL)
			check(flow, &cf, w.target % 2 == 0 ? REDACT_FULL : REDACT_STANDARD, w.name);
		casefile_release(&cf);
		flow_free(flow);
		if (w.name == NULL)
			return w.target;
	}
}

static void every_string_of_a_case(void **state)
{
	(void)state;
	assert_in_range(hunt("fault-fixed", IN_CASE), 150, 5000);
	assert_int_equal(failed, 0);
}

static void every_string_of_a_flow(void **state)
{
	(void)state;
	failed = 0;
	assert_in_range(hunt("fault-fixed", IN_FLOW), 70, 5000);
	assert_int_equal(failed, 0);
}

static void every_string_of_what_is_put_off(void **state)
{
	(void)state;
	failed = 0;
	assert_int_equal(hunt("fault-fixed", PUT_OFF), 3);
	assert_int_equal(hunt("fault-fixed", PUT_OFF_CAUSE_SAYS), 3);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_string_of_a_case),
	        cmocka_unit_test(every_string_of_a_flow),
	        cmocka_unit_test(every_string_of_what_is_put_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
