/*
 * Any order of intents, with any evidence that the probes may give: never a crash,
 * the place is always the fold of the log, a page always has something to say,
 * effects are bounded, and going back until it stops leads to the start.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/flow_load.h>
#include <casebook/page.h>

#include "lab.h"
#include "session_int.h"

#define MOST_INTENTS 150

static void must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", what);
		abort();
	}
}

struct fuzz {
	const uint8_t *p;
	size_t n;
	struct session s;
	struct effects fx;
	struct arena *mem;
	int64_t now_ms;
};

static uint8_t byte(struct fuzz *f)
{
	if (f->n == 0)
		return 0;
	f->n--;
	return *f->p++;
}

/* ---- the flows ---- */

static void ignore(void *arg, const struct diag *d)
{
	(void)arg;
	(void)d;
}

static const struct flow *flow_of(uint8_t choice)
{
	static struct flow *flows[8];
	static size_t n;
	struct flow_env lab = {lab_probe, ignore, NULL}, own = {probe_find, ignore, NULL};
	struct err err;

	if (n == 0) {
		flows[n++] = flow_load("lab", lab_flow, strlen(lab_flow), &lab, &err);
		must(flows[0] != NULL, "the lab flow loads");
		for (const struct builtin_flow *b = builtin_flows; b->id != NULL && n < 8; b++) {
			flows[n] = flow_load(b->id, (const char *)b->text, *b->n, &own, &err);
			must(flows[n++] != NULL, "a built-in flow loads");
		}
	}
	return flows[choice % n];
}

/* ---- evidence ---- */

static struct value any_value(struct fuzz *f, const struct fact_def *def)
{
	static const int numbers[] = {0, 1, 31, 200, 403, 500, 503, 1346, -1, 60, 7, 100000};
	uint8_t b = byte(f);
	struct value_builder list;
	size_t n = 0;

	if (b % 7 == 0)
		return value_null();
	switch (def->type) {
	case FACT_BOOL:
		return value_bool(b & 1);
	case FACT_INT:
		return value_int(numbers[b % (sizeof(numbers) / sizeof(numbers[0]))]);
	case FACT_TIME:
		return value_str((b & 1) != 0 ? "2026-11-22T14:00:00Z" : "2001-01-01T00:00:00Z");
	case FACT_STR:
		while (def->values != NULL && def->values[n] != NULL)
			n++;
		return value_str(n != 0 ? def->values[b % n] : "\x1b[31m text \xe2\x80\xae");
	case FACT_LIST:
	case FACT_MAP:
		break;
	}
	vb_init(&list, f->mem);
	for (unsigned i = 0; i < b % 3u; i++)
		vb_add(&list, "Disabled", value_int(i));
	return def->type == FACT_LIST ? vb_list(&list) : vb_map(&list);
}

static struct evidence any_evidence(struct fuzz *f, const struct probe *p)
{
	struct fact *facts = arena_array(f->mem, EVIDENCE_MAX_FACTS, sizeof(*facts));
	struct evidence e = {.probe = p->id, .target = "target", .facts = facts, .started_ms = f->now_ms};

	e.outcome = (enum evidence_outcome)(byte(f) % EV__MAX);
	if (e.outcome != EV_MEASURED)
		e.why = "because";
	if (p->kind == PROBE_FILE && (byte(f) & 1) != 0)
		e.sha256 = "00";
	for (const struct fact_def *d = p->facts; d->key != NULL && e.nfacts < EVIDENCE_MAX_FACTS; d++)
		if ((byte(f) & 3) != 0)
			facts[e.nfacts++] = (struct fact){d->key, any_value(f, d)};
	return e;
}

/* ---- intents ---- */

static const struct input_def *any_input(struct fuzz *f)
{
	return &f->s.flow->inputs[byte(f) % f->s.flow->ninputs];
}

static const char *any_text(struct fuzz *f, const struct input_def *def)
{
	static const char *const texts[] = {"https://a/mscep.dll",  "https://b/x", "no url", "file.log", "",
	                                    "2026-11-22T14:00:00Z", "ndes",        "bad\xff"};
	uint8_t b = byte(f);

	if (def->nchoices != 0 && (b & 1) != 0)
		return def->choices[b / 2 % def->nchoices].id;
	return texts[b % (sizeof(texts) / sizeof(texts[0]))];
}

static struct intent any_intent(struct fuzz *f, struct evidence *e)
{
	/* What moves a case comes more often. */
	static const enum intent_kind often[] = {IN_CHOOSE,   IN_CHOOSE,  IN_CHOOSE,   IN_SET,
	                                         IN_SET,      IN_SKIP,    IN_EVIDENCE, IN_EVIDENCE,
	                                         IN_EVIDENCE, IN_CONFIRM, IN_BACK,     IN_GOTO};
	uint8_t kind = byte(f);
	struct intent in = {.kind = (enum intent_kind)(kind % IN__MAX), .n = byte(f) % 8};
	const struct session *s = &f->s;

	if (kind >= 64)
		in.kind = often[kind % (sizeof(often) / sizeof(often[0]))];
	in.by = (enum answered_by)(byte(f) % BY__MAX);
	in.text = "text";
	if (in.kind == IN_SET || in.kind == IN_SKIP) {
		const struct input_def *def = any_input(f);

		in.key = def->key;
		in.text = any_text(f, def);
	}
	if (in.kind == IN_GOTO) {
		in.text = s->flow->nodes[s->now.path[byte(f) % s->now.npath].node].id;
		in.n = (byte(f) & 1) != 0 ? 1 + byte(f) % (uint32_t)s->now.npath : 0;
	}
	if (in.kind == IN_SAVED)
		in.n = (uint32_t)s->cf.nlog;
	if ((in.kind == IN_EVIDENCE || in.kind == IN_PROGRESS) && s->njobs != 0) {
		const struct job *j = &s->jobs[byte(f) % s->njobs];

		in.job = j->id;
		*e = any_evidence(f, j->check->probe);
		in.evidence = e;
	}
	return in;
}

/* ---- what must hold ---- */

static void check_fold(struct fuzz *f)
{
	struct replay r;

	replay_init(&r, f->s.flow, &f->s.cf, NULL);
	must(r.at == f->s.now.at && r.npath == f->s.now.npath, "at == replay(flow, log)");
	for (size_t i = 0; i < r.npath; i++)
		must(r.path[i].node == f->s.now.path[i].node && r.path[i].answer == f->s.now.path[i].answer,
		     "the path is the fold's");
	replay_release(&r);
}

static void check_effects(const struct fuzz *f)
{
	must(f->fx.n <= EFFECTS_MAX, "effects are bounded");
	must(f->s.njobs <= SESSION_MAX_JOBS, "jobs are bounded");
	for (size_t i = 0; i < f->fx.n; i++)
		if (f->fx.e[i].kind == EF_PROBE)
			must(f->fx.e[i].nargs != 0 && f->fx.e[i].args[0].value != NULL,
			     "a check has its arguments");
}

static void check_page(struct fuzz *f)
{
	struct page *p = page_build(&f->s, f->mem);
	const struct diagnosis *d = diagnose(&f->s.now);
	struct buf out;

	must(p->ask != NULL && p->ask[0] != '\0', "a page asks or says something");
	must(p->nblocks + p->npicks + p->nfields != 0, "a page is never empty");
	must(p->ntrail >= f->s.now.npath, "the trail is whole");
	must(d->nrows == f->s.flow->ncauses, "every cause is a row");
	for (size_t i = 0; i < d->nrows; i++)
		must(d->rows[i].by != NULL && d->rows[i].by[0] != '\0', "every row says why");
	buf_init(&out, BUF_MAX_TEXT);
	page_print(p, true, &out);
	for (size_t i = 0; i < out.n; i++)
		must(out.p[i] == '\n' || (out.p[i] >= 0x20 && out.p[i] < 0x7f), "plain text is clean");
	buf_release(&out);
}

static void apply(struct fuzz *f, const struct intent *in)
{
	session_apply(&f->s, in, f->now_ms++, &f->fx);
	check_fold(f);
	check_effects(f);
}

static void go_back_to_the_start(struct fuzz *f)
{
	const struct intent back = {.kind = IN_BACK};
	size_t before;
	int pending;

	do {
		before = f->s.cf.nlog;
		pending = f->s.pending;
		apply(f, &back);
	} while (f->s.cf.nlog != before || pending >= 0);
	must(f->s.now.npath == 1 && f->s.now.at == f->s.flow->start, "back leads to the start");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.p = data, .n = size, .mem = arena_new(), .now_ms = 1000};
	const struct flow *flow = flow_of(byte(&f));
	uint8_t bits = byte(&f);
	struct session_options opt = {.no_network = (bits & 1) != 0, .allow_side_effects = (bits & 2) != 0};
	struct casefile cf;
	struct evidence e;

	casefile_init(&cf, "01ARZ3NDEKTSV4RRFFQ69G5FAV", flow->id, flow->hash, 1000);
	session_init(&f.s, flow, &cf, 0, &opt);
	for (int i = 0; i < MOST_INTENTS && f.n != 0; i++) {
		struct intent in = any_intent(&f, &e);

		apply(&f, &in);
		if (i % 4 == 0 || f.n == 0)
			check_page(&f);
		arena_reset(f.mem);
	}
	go_back_to_the_start(&f);
	session_release(&f.s);
	arena_free(f.mem);
	return 0;
}
