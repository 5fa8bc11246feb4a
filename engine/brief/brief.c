/* The slots of a case: what it is, where, how sure, what is seen now.  Knows the diagnosis; writes no format.
 */
#include "brief_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/url.h>
#include <casebook/utf8.h>

#define TITLE_MAX 70

const char *name_of(const struct maker *m, const char *name)
{
	return name != NULL && m->o->field != NULL ? m->o->field(m->o->self, m->mem, name) : name;
}

const char *text_of(const struct maker *m, const char *text)
{
	return text != NULL && m->o->text != NULL ? m->o->text(m->o->self, m->mem, text) : text;
}

const char *without_stop(struct arena *mem, const char *text)
{
	size_t n = strlen(text);

	return n != 0 && text[n - 1] == '.' ? arena_strndup(mem, text, n - 1) : text;
}

void join_begin(struct joined *j, const char *sep)
{
	buf_init(&j->out, 8000);
	j->sep = sep;
}

void join_add(struct joined *j, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	if (j->out.n != 0) {
		const char *had = strstr(buf_cstr(&j->out), text);
		size_t n = strlen(text), sep = strlen(j->sep);

		for (; had != NULL; had = strstr(had + 1, text))
			if ((had == j->out.p || (size_t)(had - j->out.p) >= sep) &&
			    (had[n] == '\0' || strncmp(had + n, j->sep, sep) == 0))
				return;
		buf_str(&j->out, j->sep);
	}
	buf_str(&j->out, text);
}

const char *join_end(struct joined *j, struct arena *mem)
{
	const char *out = j->out.n != 0 ? arena_strdup(mem, buf_cstr(&j->out)) : NULL;

	buf_release(&j->out);
	return out;
}

bool is_live(const struct replay *r, const struct evidence *e)
{
	const struct probe *p = flow_probe(r->flow, e->probe);

	return e->sha256 == NULL && (p == NULL || p->kind == PROBE_LIVE);
}

/* ---- sentences ---- */

struct asking {
	const struct maker *m;
	const struct evidence *e;
};

/* Numbers and words of the case's own view; names only as they may be shown. */
static const struct value *asked(void *self, const char *probe, const char *fact)
{
	const struct asking *a = self;
	struct seen seen;
	struct value *v;

	if (!replay_fact(a->m->r, probe, fact, &seen) ||
	    (strcmp(probe, a->e->probe) == 0 && seen.from != a->e))
		return NULL;
	v = arena_alloc(a->m->mem, sizeof(*v));
	*v = seen.value;
	return v;
}

static const char *shown(void *self, struct arena *mem, const char *name)
{
	const struct asking *a = self;

	(void)mem;
	return name_of(a->m, name);
}

static const char *said(const struct maker *m, const struct evidence *e, const char *fact,
                        const struct value *v)
{
	struct asking a = {m, e};
	struct say_env env = {.probe = flow_probe(m->r->flow, e->probe),
	                      .e = e,
	                      .attempt = replay_input(m->r, "attempt"),
	                      .other = asked,
	                      .shown = shown,
	                      .self = &a};

	return env.probe != NULL ? say_value(m->mem, &env, fact, v) : NULL;
}

const char *sentence(const struct maker *m, const struct proof *p)
{
	return said(m, p->e, p->fact, &p->value);
}

const char *sentence_of(const struct maker *m, const struct evidence *e, const char *fact)
{
	return said(m, e, fact, evidence_fact(e, fact));
}

/* ---- where ---- */

static const char *host_of(struct arena *mem, const char *text)
{
	struct url u;
	struct err err = {0};

	if (text == NULL)
		return NULL;
	return strstr(text, "://") == NULL      ? text
	       : url_parse(text, &u, &err) == 0 ? arena_strdup(mem, u.host)
	                                        : NULL;
}

static const char *find_host(struct maker *m)
{
	const struct flow *f = m->r->flow;
	const struct question *q = replay_question(m->r);

	for (size_t i = 0; i < f->ninputs; i++) {
		enum input_type t = f->inputs[i].type;
		const char *host = t == INPUT_URL || t == INPUT_HOST
		                           ? host_of(m->mem, replay_input(m->r, f->inputs[i].key))
		                           : NULL;

		if (host != NULL)
			return name_of(m, host);
	}
	for (size_t i = 0; i < q->ncomputers; i++)
		if (q->computers[i].said == ROLE_NDES || (q->computers[i].traces & TRACE_NDES) != 0)
			return name_of(m, q->computers[i].computer);
	return NULL;
}

/* ---- now ---- */

static const char *vantage(struct maker *m, const struct evidence *e)
{
	const char *host = e->host != NULL && e->host[0] != '\0' ? name_of(m, e->host) : NULL;

	if (host == NULL)
		return NULL;
	return arena_fmt(m->mem, "from %s%s%s, %s", host, e->network != NULL ? ", " : "",
	                 e->network != NULL ? e->network : "",
	                 e->proxy != NULL ? "through a proxy" : "no proxy");
}

/* The newest answer of the server itself: a page, or else a status. */
static const struct evidence *live_answer(const struct maker *m, const char **fact)
{
	static const char *const facts[] = {"page", "status", "error"};
	const struct casefile *cf = m->r->cf;

	for (size_t k = 0; k < sizeof(facts) / sizeof(*facts); k++) {
		for (size_t i = cf->nlog; i > 0; i--) {
			const struct evidence *e = &cf->log[i - 1].u.evidence;
			const struct value *v;

			if (cf->log[i - 1].kind != REC_EVIDENCE || !is_live(m->r, e) ||
			    replay_evidence(m->r, e->probe) != e)
				continue;
			v = evidence_fact(e, facts[k]);
			if (v == NULL || v->type == VAL_NULL ||
			    (strcmp(e->probe, "scep.url") != 0 && strcmp(e->probe, "http.get") != 0))
				continue;
			*fact = facts[k];
			return e;
		}
	}
	return NULL;
}

static void now(struct maker *m)
{
	const char *fact, *text;
	const struct evidence *e = live_answer(m, &fact);

	if (e == NULL)
		return;
	m->b->from = vantage(m, e);
	text = sentence_of(m, e, fact);
	if (text == NULL)
		return;
	m->b->now = arena_fmt(m->mem, "%s (%s%s%s)", without_stop(m->mem, text),
	                      say_when(m->mem, e->started_ms, SAY_MINUTE), m->b->from != NULL ? "; " : "",
	                      m->b->from != NULL ? m->b->from : "");
}

/* ---- what ---- */

/* "(Intune SCEP, step 2)" in the flow's title: what a device passes that gets through. */
static const char *passed(struct maker *m)
{
	const char *step = strstr(m->r->flow->title, "step ");

	if (step == NULL || step[5] < '0' || step[5] > '9')
		return "PASSED";
	return arena_fmt(m->mem, "STEP %.*s PASSED", (int)strspn(step + 5, "0123456789"), step + 5);
}

static bool any_fixed(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->nfindings; i++)
		if (d->findings[i].severity == SEV_FAULT &&
		    (d->findings[i].fixed || d->findings[i].fixed_by_person))
			return true;
	return false;
}

static void headline(struct maker *m)
{
	struct brief *b = m->b;

	switch (b->verdict) {
	case VERDICT_FAULT:
		b->headline = "FAULT FOUND";
		break;
	case VERDICT_REFUSED_LATER:
		b->headline = arena_fmt(m->mem, "%s, REFUSED LATER", passed(m));
		break;
	case VERDICT_FIXED:
		b->headline = "FIXED";
		b->lead = "waiting for the device's own request";
		break;
	case VERDICT_HEALTHY:
		b->headline = any_fixed(m->d) ? "FIXED" : passed(m);
		b->lead = any_fixed(m->d) ? "and a device got through" : NULL;
		break;
	case VERDICT_INCONCLUSIVE:
		b->headline = "NOT DECIDED";
		b->lead = b->contradicted                         ? "two sources contradict each other"
		          : m->d->nnext != 0 || m->d->nneeds != 0 ? "one thing to get"
		                                                  : NULL;
		break;
	}
}

static const struct contradiction *of_cause(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->ncontradictions; i++)
		if (d->contradictions[i].cause != NULL)
			return &d->contradictions[i];
	return NULL;
}

static bool is_main(const struct maker *m, const struct finding *f)
{
	bool fixed = f->fixed || f->fixed_by_person;

	switch (m->d->verdict) {
	case VERDICT_FAULT:
		return f->severity == SEV_FAULT && !fixed && !f->later;
	case VERDICT_REFUSED_LATER:
		return f->severity == SEV_FAULT && !fixed && f->later;
	case VERDICT_FIXED:
		return f->severity == SEV_FAULT && fixed;
	case VERDICT_HEALTHY:
		return any_fixed(m->d) ? f->severity == SEV_FAULT && fixed : f->severity == SEV_NOTE;
	case VERDICT_INCONCLUSIVE:
		break;
	}
	return false;
}

static void what(struct maker *m)
{
	const struct contradiction *c = of_cause(m->d);
	struct brief *b = m->b;

	for (size_t i = 0; i < m->d->nfindings && m->f == NULL; i++)
		if (is_main(m, &m->d->findings[i]))
			m->f = &m->d->findings[i];
	if (m->f == NULL && m->d->nfindings != 0 && m->d->verdict != VERDICT_INCONCLUSIVE)
		m->f = &m->d->findings[0];
	m->cause = m->f != NULL ? m->f->cause : NULL;
	b->contradicted = m->f == NULL && c != NULL;
	if (b->contradicted)
		m->cause = c->cause;
	b->what = m->f != NULL      ? text_of(m, m->f->title)
	          : b->contradicted ? title_unclear(m->mem, text_of(m, m->cause->title), &b->turned)
	                            : NULL;
	if (m->f != NULL && m->f->severity == SEV_FAULT && (m->f->fixed || m->f->fixed_by_person))
		b->what = title_past(m->mem, b->what);
	b->main = m->f != NULL ? (size_t)(m->f - m->d->findings) : BRIEF_NO_FINDING;
	/* Of a contradiction nothing is known yet. */
	b->summary = m->cause != NULL && !b->contradicted ? say_plain(m->mem, text_of(m, m->cause->summary))
	                                                  : NULL;
}

static void title(struct maker *m)
{
	struct brief *b = m->b;
	const char *what = b->what, *whole;
	size_t n;

	if (what == NULL) {
		n = strcspn(m->r->flow->title, "(");
		while (n > 0 && m->r->flow->title[n - 1] == ' ')
			n--;
		b->what = what = arena_strndup(m->mem, m->r->flow->title, n);
	}
	if (b->verdict == VERDICT_INCONCLUSIVE && !b->contradicted)
		what = arena_fmt(m->mem, "%s, not decided", what);
	whole = arena_fmt(m->mem, "%s%s%s", what, b->host != NULL ? ": " : "",
	                  b->host != NULL ? b->host : "");
	n = strlen(whole);
	if (utf8_width(whole, n) > TITLE_MAX) {
		n = utf8_fit(whole, n, TITLE_MAX - 3);
		while (n > 0 && whole[n] != ' ')
			n--;
		whole = arena_fmt(m->mem, "%.*s...", (int)n, whole);
	}
	b->title = whole;
}

/* Who did it, what as, for which ticket: as told once. */
static void person(struct maker *m)
{
	const char *values[ABOUT_CASE__MAX] = {NULL};
	struct joined j;

	for (size_t i = 0; i < m->r->cf->nlog; i++) {
		const struct record *rec = &m->r->cf->log[i];

		for (int k = 0; rec->kind == REC_INPUT && k < ABOUT_CASE__MAX; k++)
			if (strcmp(rec->u.input.key, about_case_key((enum about_case)k)) == 0 &&
			    !m->r->retracted[i])
				values[k] = rec->u.input.value;
	}
	join_begin(&j, ", ");
	join_add(&j, name_of(m, values[ABOUT_PERSON]));
	join_add(&j, text_of(m, values[ABOUT_ROLE]));
	join_add(&j, values[ABOUT_TICKET] != NULL
	                     ? arena_fmt(m->mem, "ticket %s", text_of(m, values[ABOUT_TICKET]))
	                     : NULL);
	m->b->person = join_end(&j, m->mem);
}

const char *brief_case_title(struct arena *mem, struct replay *r)
{
	static const struct brief_options as_they_are = {0};
	struct brief b = {0};
	struct maker m = {.mem = mem, .r = r, .d = diagnose_causes(r), .o = &as_they_are, .b = &b};

	b.verdict = m.d->verdict;
	b.host = find_host(&m);
	what(&m);
	if (b.verdict == VERDICT_INCONCLUSIVE && !b.contradicted)
		return b.host;
	title(&m);
	return b.title;
}

bool brief_is_title(struct arena *mem, struct replay *r, const char *title)
{
	static const struct brief_options as_they_are = {0};
	struct maker m = {.mem = mem, .r = r, .o = &as_they_are};
	const char *host = find_host(&m);
	size_t n = strlen(title), k = host != NULL ? strlen(host) : 0;

	if (host == NULL || n < k || strcmp(title + n - k, host) != 0)
		return n == 0;
	return n == k || (n > k + 2 && strncmp(title + n - k - 2, ": ", 2) == 0);
}

struct brief *brief_new(struct arena *mem, struct replay *r, const struct brief_options *o)
{
	struct brief *b = arena_alloc(mem, sizeof(*b));
	struct maker m = {.mem = mem, .r = r, .d = diagnose(r), .o = o, .b = b};

	b->verdict = m.d->verdict;
	b->confidence = m.d->confidence;
	b->made_ms = o->made_ms;
	b->id = r->cf->id;
	b->number = r->cf->number;
	b->records = r->cf->nlog;
	b->head = o->head;
	b->ascii = o->ascii;
	b->host = find_host(&m);
	what(&m);
	headline(&m);
	title(&m);
	person(&m);
	now(&m);
	brief_proofs(&m);
	brief_course(&m);
	brief_excluded(&m);
	brief_fix(&m);
	brief_next(&m);
	return b;
}
