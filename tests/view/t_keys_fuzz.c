/*
 * Random keys over a real session with a flow that has every kind of step, drawn at
 * random sizes: nothing crashes, every frame is sound, nothing is ever lost from the log.
 */
#include "test.h"

#include "app.h"
#include "session_int.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/flow_load.h>
#include <casebook/utf8.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define KEYS 18000

static const char *const pages[] = {"forbidden", "stopped", NULL};
static const struct param_def url_params[] = {{"url", true, "the URL"}, {NULL, false, NULL}};
static const struct param_def file_params[] = {{"file", true, "the file"}, {NULL, false, NULL}};
static const struct fact_def facts[] = {{"page", FACT_STR, pages, "which page"},
                                        {NULL, FACT_INT, NULL, NULL}};
static const struct probe live = {.id = "x.live",
                                  .title = "A live check",
                                  .kind = PROBE_LIVE,
                                  .params = url_params,
                                  .facts = facts,
                                  .timeout_ms = 1000,
                                  .side_effect = "an entry in a log",
                                  .by_hand = "curl {url}",
                                  .source = "a test"};
static const struct probe file = {.id = "x.file",
                                  .title = "A file",
                                  .kind = PROBE_FILE,
                                  .params = file_params,
                                  .facts = facts,
                                  .timeout_ms = 1000,
                                  .by_hand = "type {file}",
                                  .source = "a test",
                                  .fetch = "copy it"};

static const char text[] =
        "flow: fuzz\nversion: 1\ntitle: Fuzz\nsummary: All kinds.\n"
        "source: {title: t, url: 'https://example.org/'}\nstart: form\n"
        "inputs:\n"
        "  url: {type: url, label: URL, help: The URL.}\n"
        "  kind: {type: choice, label: Kind, choices: {a: One, b: Two}}\n"
        "  at: {type: time, label: When}\n"
        "  log: {type: file, label: Log, help: The log., fetch: copy it}\n"
        "steps:\n"
        "  form: {label: Form, ask: What is known?, form: [url, kind, at], text: Some text., go: ask}\n"
        "  ask:\n"
        "    label: Question\n    ask: What is it?\n    source: t\n    text: |\n      Text with "
        "**bold**.\n\n      - a\n      - b\n"
        "    checks: [{probe: x.live, url: $url}, {probe: x.file, file: $log}]\n"
        "    answers:\n"
        "      ok: {label: Fine, when: {x.live.page: forbidden}, go: end}\n"
        "      bad: {label: Bad, when: {x.live.page: stopped}, go: fix}\n"
        "      other: {label: Other, note: A note., go: fix}\n"
        "  fix: {label: Fix, fix: stopped, go: unclear}\n"
        "  end: {label: End, ask: All is well, end: healthy, text: Done.}\n"
        "  unclear: {label: Unclear, ask: Unclear, end: inconclusive, text: Hand over.}\n"
        "causes:\n"
        "  stopped:\n    title: It is stopped\n    summary: It does not run.\n    remedy: Start it.\n"
        "    supported: {x.live.page: stopped}\n    excluded: [{x.live.page: forbidden}]\n"
        "    fix: [Start it., {do: Look., who: me, where: here, changes: nothing}]\n"
        "    source: t\n    verify: ask\n";

static const struct format_card formats[] = {{"md", ".md", "Markdown"}};

static const struct probe *find(const char *id)
{
	return strcmp(id, live.id) == 0 ? &live : strcmp(id, file.id) == 0 ? &file : NULL;
}

static void complain(void *arg, const struct diag *d)
{
	(void)arg;
	if (d->severity == DIAG_ERROR)
		print_error("%u:%u: %s\n", d->line, d->col, d->text);
}

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 12) % sides;
}

struct play {
	struct app app;
	struct session s;
	struct arena *page_mem, *frame_mem;
	struct frame f;
	struct effect running[64];
	size_t nrunning;
	int64_t now;
};

static void send_intent(struct play *p, const struct intent *in);

static void finish_job(struct play *p, size_t i)
{
	struct fact fact = {"page", value_str(pages[dice(2)])};
	struct effect e = p->running[i];
	struct evidence ev = {.probe = e.probe->id,
	                      .target = "https://example.org/a\x1b[31m",
	                      .started_ms = p->now,
	                      .took_ms = dice(5000),
	                      .outcome = (enum evidence_outcome)dice(EV__MAX),
	                      .why = "it did not work",
	                      .host = "here",
	                      .facts = &fact,
	                      .nfacts = dice(2)};
	struct pin pin = {"page", "/tmp/x.log", 7, 0, PIN_NO_TIME, "a line\x07 of the file"};
	struct intent in = {.kind = IN_EVIDENCE, .job = e.job, .evidence = &ev};

	ev.pins = &pin;
	ev.npins = dice(2);
	p->running[i] = p->running[--p->nrunning];
	send_intent(p, &in);
}

static void send_intent(struct play *p, const struct intent *in)
{
	struct effects fx;
	size_t before = p->s.cf.nlog;

	session_apply(&p->s, in, p->now++, &fx);
	assert_true(p->s.cf.nlog >= before);
	for (size_t i = 0; i < fx.n; i++)
		if (fx.e[i].kind == EF_PROBE && p->nrunning < N(p->running))
			p->running[p->nrunning++] = fx.e[i];
	for (size_t i = 0; i < fx.n; i++) {
		struct intent saved = {.kind = dice(9) == 0 ? IN_SAVE_FAILED : IN_SAVED,
		                       .n = (uint32_t)p->s.cf.nlog,
		                       .text = "the disk is full"};

		if (fx.e[i].kind == EF_SAVE)
			send_intent(p, &saved);
	}
}

static void assert_sound(const struct frame *f)
{
	for (int y = 0; y < f->rows; y++)
		for (int x = 0; x < f->cols; x++) {
			const struct cell *c = frame_at(f, y, x);
			uint32_t cp;

			if (c->len == 0)
				continue;
			utf8_decode(c->ch, c->len, &cp);
			assert_false(utf8_is_unsafe(cp));
			assert_true(cp >= 0x20);
		}
	assert_true(f->cursor_row < f->rows && f->cursor_col < f->cols);
}

static void draw(struct play *p)
{
	arena_reset(p->page_mem);
	arena_reset(p->frame_mem);
	p->app.session = &p->s;
	app_page(&p->app, page_build(&p->s, p->page_mem));
	assert_true(p->app.page->ask != NULL);
	app_draw(&p->app, &p->f, p->frame_mem);
	assert_sound(&p->f);
	assert_true(p->app.pv.sel < item_count(p->app.page));
}

/* A key of the table, wherever it works. */
static struct key known_key(void)
{
	struct key_walk w = {0};
	size_t places = 0;
	uint32_t n;

	while (place_nth(places, &w.at))
		places++;
	do
		place_nth(dice((uint32_t)places), &w.at);
	while (!keymap_next(&w));
	for (n = dice(40); n > 0 && keymap_next(&w);)
		n--;
	return w.b.key;
}

static struct key random_key(void)
{
	struct key k = {K_CHAR, 0, false};

	if (dice(3) != 0)
		return known_key();
	k.cp = dice(4) == 0 ? 0x4E00 + dice(500) : 0x20 + dice(0x5F);
	k.pasted = dice(8) == 0;
	return k;
}

static void step(struct play *p)
{
	struct wish w;

	if (dice(40) == 0)
		frame_resize(&p->f, 1 + (int)dice(45), 1 + (int)dice(140));
	if (p->nrunning > 0 && dice(6) == 0)
		finish_job(p, dice((uint32_t)p->nrunning));
	draw(p);
	w = app_key(&p->app, random_key());
	if (w.kind == WISH_INTENT && p->s.cf.nlog < CASE_MAX_RECORDS - 100)
		send_intent(p, &w.intent);
}

static void random_keys(void **state)
{
	struct err err = {0};
	struct flow_env env = {find, complain, NULL};
	struct flow *flow = flow_load("fuzz", text, sizeof(text) - 1, &env, &err);

	(void)state;
	assert_non_null(flow);
	for (uint32_t round = 1; round <= 12; round++) {
		struct play *p = calloc(1, sizeof(*p));
		struct casefile cf;

		seed = round;
		p->page_mem = arena_new();
		p->frame_mem = arena_new();
		p->now = 1795356131000;
		p->app.in.formats = formats;
		p->app.in.nformats = N(formats);
		p->app.ascii = round % 2 == 0;
		frame_resize(&p->f, 24, 80);
		casefile_init(&cf, NULL, flow->id, flow->hash, p->now);
		session_init(&p->s, flow, &cf, 0, NULL);
		send_intent(p, &(struct intent){.kind = IN_START});
		for (int i = 0; i < KEYS / 12; i++)
			step(p);
		session_release(&p->s);
		frame_release(&p->f);
		arena_free(p->page_mem);
		arena_free(p->frame_mem);
		free(p);
	}
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(random_keys)};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
