/*
 * Two cases, or before and after a fix, as a person tells it: verdicts, the facts that decided in sentences,
 * findings, what was not repeated; then how many differences follow from them.
 */
#include "report_int.h"

#include <string.h>

#include <casebook/brief.h>
#include <casebook/clock.h>
#include <casebook/diff.h>
#include <casebook/say.h>
#include <casebook/utf8.h>

#define PAIRS_MOST 8
#define NAMES_MOST 6
#define NAME_WIDE 8

struct telling {
	const struct diff *d;
	struct arena *mem;
	struct buf *out;
	size_t told; /* differences that the sentences stand for */
};

/* A name and what it stands for, in two columns. */
static void line_in(struct telling *t, size_t wide, const char *name, const char *text)
{
	buf_fmt(t->out, "  %-*s", (int)wide, name);
	utf8_clean(t->out, text, strlen(text), UTF8_ONE_LINE);
	buf_char(t->out, '\n');
}

static void line(struct telling *t, const char *name, const char *text)
{
	line_in(t, NAME_WIDE, name, text);
}

static const struct evidence *evidence_at(const struct report *r, uint32_t pos)
{
	return pos != 0 ? report_evidence(r, pos) : NULL;
}

static const char *sentence(struct telling *t, const struct report *r, const struct evidence *e,
                            const char *fact)
{
	struct say_env env = {.probe = flow_probe(r->flow, e->probe),
	                      .e = e,
	                      .attempt = replay_input(r->replay, "attempt")};

	return env.probe != NULL && evidence_fact(e, fact) != NULL ? say_fact(t->mem, &env, fact) : NULL;
}

static const char *where_text(struct telling *t, const struct evidence *a, const struct evidence *b)
{
	if (a == NULL || b == NULL)
		return arena_fmt(t->mem, "record %u of the %s", a != NULL ? a->id : b->id,
		                 a != NULL ? "first" : "second");
	return arena_fmt(t->mem, "records %u and %u", a->id, b->id);
}

static const char *side(struct telling *t, const struct report *r, const struct evidence *e, const char *fact)
{
	const char *text = e != NULL ? sentence(t, r, e, fact) : NULL;

	return text != NULL ? text : e != NULL && e->why != NULL ? e->why : "not measured";
}

/* Whether a finding rests on this fact of this measurement. */
static bool cited(const struct report *r, const struct evidence *e, const char *fact)
{
	for (size_t i = 0; e != NULL && i < r->diag->nfindings; i++)
		for (size_t k = 0; k < r->model->cited[i].n; k++) {
			const struct citation *c = &r->model->cited[i].all[k];
			const char *name = c->e->id == e->id ? citation_fact(c) : NULL;

			if (name != NULL && strcmp(name, fact) == 0)
				return true;
		}
	return false;
}

/* What no condition of the flow asks for decides nothing: a clock's reading, a round trip. */
struct asked {
	const char *probe, *fact;
	bool is;
};

static bool is_asked(void *arg, const char *probe, const char *fact)
{
	struct asked *a = arg;

	a->is = strcmp(a->probe, probe) == 0 && strcmp(a->fact, fact) == 0;
	return !a->is;
}

static bool decides(const struct flow *f, const struct probe *p, const char *fact)
{
	struct asked a = {p->id, fact, false};

	for (size_t i = 0; i < f->ncauses && !a.is; i++)
		cause_reads(&f->causes[i], is_asked, &a);
	return a.is;
}

static bool same_value(const struct evidence *a, const struct evidence *b, const char *fact)
{
	const struct value *was = a != NULL ? evidence_fact(a, fact) : NULL,
	                   *is = b != NULL ? evidence_fact(b, fact) : NULL;

	return was != NULL && is != NULL && value_equal(was, is);
}

/* "was" and "now" of a fix; of two cases each by its number. */
static const char *side_name(const struct telling *t, bool second)
{
	const struct report *r = second ? t->d->b : t->d->a;

	if (t->d->fix != 0)
		return second ? "  now" : "  was";
	if (t->d->a->cf->number == t->d->b->cf->number || r->cf->number == 0)
		return second ? "  second" : "  first";
	return arena_fmt(t->mem, "  case %u", r->cf->number);
}

/* The usual column, or a wider one that keeps two blanks behind the longer of two names. */
static size_t wide_enough(const char *a, const char *b)
{
	size_t most = strlen(a) > strlen(b) ? strlen(a) : strlen(b);

	return most + 2 > NAME_WIDE ? most + 2 : NAME_WIDE;
}

static bool tell_fact(struct telling *t, const struct probe *p, const struct fact_def *f,
                      const struct evidence *a, const struct evidence *b)
{
	const char *was, *is, *first, *second;
	size_t wide;

	if (f->voice != FACT_SPEAKS || (strcmp(f->key, "status") == 0 && probe_fact(p, "page") != NULL))
		return false;
	was = side(t, t->d->a, a, f->key);
	is = side(t, t->d->b, b, f->key);
	if (strcmp(was, is) == 0 || same_value(a, b, f->key))
		return false;
	buf_fmt(t->out, "  %s, %s\n", p->title, where_text(t, a, b));
	first = side_name(t, false);
	second = side_name(t, true);
	wide = wide_enough(first, second);
	line_in(t, wide, first, was);
	line_in(t, wide, second, is);
	return true;
}

/* A fact that is said otherwise: one that a finding rests on, else the first that some cause asks for; a
 * status is said by its page as well. */
static bool tell_pair(struct telling *t, const struct evidence *a, const struct evidence *b)
{
	const struct probe *p = flow_probe(t->d->a->flow, a != NULL ? a->probe : b->probe);

	for (int any = 0; any < 2; any++)
		for (const struct fact_def *f = p != NULL ? p->facts : NULL; f != NULL && f->key != NULL; f++)
			if (((any != 0 && decides(t->d->a->flow, p, f->key)) || cited(t->d->a, a, f->key) ||
			     cited(t->d->b, b, f->key)) &&
			    tell_fact(t, p, f, a, b))
				return true;
	return false;
}

static bool is_measurement(const struct difference *x)
{
	return x->kind == DIFF_FACT || x->kind == DIFF_MEASURED;
}

static void decided(struct telling *t)
{
	uint32_t done[PAIRS_MOST][2];
	size_t n = 0;

	buf_str(t->out, "\nWhat decided\n");
	for (size_t i = 0; i < t->d->n && n < PAIRS_MOST; i++) {
		const struct difference *x = &t->d->all[i];
		const struct evidence *a = evidence_at(t->d->a, x->a_pos),
		                      *b = evidence_at(t->d->b, x->b_pos);
		bool again = !is_measurement(x) || (a == NULL && b == NULL);

		for (size_t k = 0; k < n && !again; k++)
			again = done[k][0] == x->a_pos && done[k][1] == x->b_pos;
		if (again || !tell_pair(t, a, b))
			continue;
		done[n][0] = x->a_pos;
		done[n++][1] = x->b_pos;
	}
	t->told = n;
	if (n == 0)
		buf_str(t->out, "  nothing that was measured\n");
}

static void findings(struct telling *t)
{
	bool some = false;

	for (size_t i = 0; i < t->d->n; i++) {
		const struct difference *x = &t->d->all[i];
		const struct cause *c = x->kind == DIFF_FINDING ? flow_cause(t->d->a->flow, x->what) : NULL;
		const char *a = x->a != NULL && x->a->type == VAL_STR ? x->a->u.s : "not found";
		const char *b = x->b != NULL && x->b->type == VAL_STR ? x->b->u.s : "not found";

		if (x->kind != DIFF_FINDING)
			continue;
		if (!some)
			buf_str(t->out, "\nFindings\n");
		some = true;
		line(t, "",
		     arena_fmt(t->mem,
		               t->d->fix != 0 ? "%s: was %s, now %s"
		                              : "%s: %s in the first, %s in the second",
		               c != NULL ? c->title : x->what, a, b));
	}
}

/* Files that were read before the fix and not again. */
static void not_repeated(struct telling *t)
{
	const struct casefile *cf = t->d->a->cf;
	const char *names[NAMES_MOST];
	size_t n = 0;

	for (uint32_t pos = 1; t->d->fix != 0 && pos < t->d->fix && n < NAMES_MOST; pos++) {
		const struct evidence *e = evidence_at(t->d->a, pos);
		bool again = e == NULL || e->sha256 == NULL || e->call == NULL;

		for (uint32_t later = t->d->fix; !again && later <= cf->nlog; later++) {
			const struct evidence *f = evidence_at(t->d->a, later);

			again = f != NULL && f->call != NULL && strcmp(f->call, e->call) == 0;
		}
		if (!again)
			names[n++] = e->target;
	}
	if (n == 0)
		return;
	buf_str(t->out, "\nNot repeated, files from before the fix\n");
	for (size_t i = 0; i < n; i++)
		line(t, "", names[i]);
}

static const char *headline(struct telling *t, const struct report *r)
{
	const struct brief *b = r->brief;

	return arena_fmt(t->mem, "%s%s%s", b->headline, b->lead != NULL ? ", " : "",
	                 b->lead != NULL ? b->lead : "");
}

static void line_of(struct telling *t, const char *sign, const char *text)
{
	buf_fmt(t->out, "%s  ", sign);
	utf8_clean(t->out, text, strlen(text), UTF8_ONE_LINE);
	buf_char(t->out, '\n');
}

/* "30 Nov 2026 20:50:13 UTC: FAULT FOUND": the time of a slot that begins with one; its sentences follow. */
static const char *at_its_time(struct telling *t, const char *slot, const char *words)
{
	const char *end = slot != NULL ? strstr(slot, ": ") : NULL;

	return end != NULL ? arena_fmt(t->mem, "%.*s: %s", (int)(end - slot), slot, words) : words;
}

static void heads(struct telling *t)
{
	const struct report *a = t->d->a, *b = t->d->b;

	if (t->d->fix == 0) {
		line_of(t, "-",
		        arena_fmt(t->mem, "case %u: %s: %s", a->cf->number, headline(t, a), a->brief->title));
		line_of(t, "+",
		        arena_fmt(t->mem, "case %u: %s: %s", b->cf->number, headline(t, b), b->brief->title));
		return;
	}
	buf_fmt(t->out, "case %u, ", a->cf->number);
	utf8_clean(t->out, a->brief->title, strlen(a->brief->title), UTF8_ONE_LINE);
	buf_char(t->out, '\n');
	line(t, "before", at_its_time(t, a->brief->before, "FAULT FOUND"));
	line(t, "fixed", say_when(t->mem, casefile_at(a->cf, t->d->fix)->at_ms, SAY_FULL));
	line(t, "after", at_its_time(t, a->brief->after, headline(t, a)));
}

void diff_text(const struct diff *d, struct buf *out)
{
	struct buf raw;
	struct telling t = {.d = d, .mem = arena_new(), .out = &raw};

	buf_init(&raw, BUF_MAX_TEXT);
	heads(&t);
	if (d->n == 0) {
		buf_str(&raw, "\nNo difference.\n");
	} else {
		decided(&t);
		findings(&t);
		not_repeated(&t);
		buf_fmt(&raw, "\nFolded: %zu difference%s in all, %zu of them told above; --all lists them\n",
		        d->n, d->n == 1 ? "" : "s", t.told);
	}
	diff_put(d, &raw, out);
	buf_release(&raw);
	arena_free(t.mem);
}
