/* Mutants of a flow: the same flow with one thing changed, each edge, condition and default in turn.
 * A change that makes no difference to any outcome is no mutant.  Everything is changed in one copy
 * and changed back. */
#include "flow_int.h"

#include <string.h>

#include <casebook/mutate.h>

struct mutator {
	struct flow flow; /* the copy */
	struct arena *mem, *scratch;
	bool (*each)(void *arg, const struct mutant *m);
	void *arg;
	node_id node;
	const char *answer;
	int cause;
	struct rules *rules;
	size_t n;
	bool stop;
};

static void tell(struct mutator *m, const char *what)
{
	struct mutant one = {what, &m->flow, m->node, m->answer, m->cause};

	m->n++;
	m->stop = !m->each(m->arg, &one);
}

/* The copy's parts are not const for the mutator. */
static struct node *node_at(struct mutator *m, size_t i)
{
	return (struct node *)(void *)&m->flow.nodes[i];
}

static struct answer_def *answer_at(struct node *n, size_t k)
{
	return (struct answer_def *)(void *)&n->answers[k];
}

static struct cause *cause_at(struct mutator *m, size_t i)
{
	return (struct cause *)(void *)&m->flow.causes[i];
}

static void copy_flow(struct mutator *m, const struct flow *f)
{
	struct node *nodes = arena_array(m->mem, f->nnodes, sizeof(*nodes));
	struct cause *causes = arena_array(m->mem, f->ncauses, sizeof(*causes));

	m->flow = *f;
	memcpy(nodes, f->nodes, f->nnodes * sizeof(*nodes));
	if (f->ncauses > 0)
		memcpy(causes, f->causes, f->ncauses * sizeof(*causes));
	for (size_t i = 0; i < f->nnodes; i++) {
		struct answer_def *a = arena_array(m->mem, nodes[i].nanswers, sizeof(*a));
		struct check *c = arena_array(m->mem, nodes[i].nchecks, sizeof(*c));

		if (nodes[i].nanswers > 0)
			memcpy(a, nodes[i].answers, nodes[i].nanswers * sizeof(*a));
		if (nodes[i].nchecks > 0)
			memcpy(c, nodes[i].checks, nodes[i].nchecks * sizeof(*c));
		nodes[i].answers = a;
		nodes[i].checks = c;
	}
	m->flow.nodes = nodes;
	m->flow.causes = causes;
}

static void make_rules(struct mutator *m)
{
	const struct flow *f = &m->flow;
	const char **inputs = arena_array(m->mem, f->ninputs, sizeof(const char *));
	size_t n = 0;

	for (size_t i = 0; i < f->ninputs; i++)
		inputs[i] = f->inputs[i].key;
	for (size_t i = 0; i < f->nnodes; i++)
		n += f->nodes[i].nchecks;
	m->rules = rules_new(m->mem, n);
	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			rules_add(m->rules, &f->nodes[i].checks[k], inputs);
}

/* ---- edges ---- */

/* Another step than the present target: the next in the order of the flow that is fit. */
static node_id other_step(const struct mutator *m, node_id now, bool question)
{
	for (size_t i = 1; i < m->flow.nnodes; i++) {
		node_id at = (node_id)((now + i) % m->flow.nnodes);

		if (!question || m->flow.nodes[at].kind == NODE_ASK)
			return at;
	}
	return now;
}

static void mutate_edge(struct mutator *m, node_id *edge, const char *where, bool question)
{
	node_id was = *edge, other = other_step(m, was, question);

	if (other == was || m->stop)
		return;
	*edge = other;
	tell(m, arena_fmt(m->scratch, "%s leads to '%s' instead of '%s'", where, m->flow.nodes[other].id,
	                  m->flow.nodes[was].id));
	*edge = was;
}

/* ---- conditions ---- */

/* A place where a condition stands, and how to tell whether a change of it can be noticed. */
struct place_of_cond {
	const struct cond **at;
	const char *where;
	const struct cond *before[FLOW_MAX_ANSWERS]; /* those that must fail for this one to count */
	size_t nbefore;
	const struct cond *given;  /* that must hold for this one to count; NULL: nothing */
	const struct cond *anyway; /* where this holds it counts whatever stands before; NULL: nowhere */
};

static bool differs_in(struct space *s, struct arena *mem, const struct region *from, const struct cond *a,
                       const struct cond *b)
{
	return from != NULL &&
	       (region_where(s, mem, from, a, &b, 1) != NULL || region_where(s, mem, from, b, &a, 1) != NULL);
}

/* Can the two differ in any outcome that gets as far as this condition? */
static bool differs(struct mutator *m, const struct place_of_cond *p, const struct cond *a,
                    const struct cond *b)
{
	const struct cond *all[FLOW_MAX_ANSWERS + 4];
	struct arena *mem = arena_new();
	size_t n = p->nbefore;
	struct space *s;
	struct region *start;
	bool differ;

	memcpy(all, p->before, p->nbefore * sizeof(const struct cond *));
	all[n++] = a;
	all[n++] = b;
	if (p->given != NULL)
		all[n++] = p->given;
	if (p->anyway != NULL)
		all[n++] = p->anyway;
	s = space_new(all, n);
	start = rules_start(m->rules, s, mem, all, n);
	differ = differs_in(s, mem, region_where(s, mem, start, p->given, p->before, p->nbefore), a, b) ||
	         (p->anyway != NULL &&
	          differs_in(s, mem, region_where(s, mem, start, p->anyway, NULL, 0), a, b));
	space_free(s);
	arena_free(mem);
	return differ;
}

static void try_cond(struct mutator *m, struct place_of_cond *p, const struct cond *changed, const char *how)
{
	const struct cond *was = *p->at;

	if (m->stop || !differs(m, p, was, changed))
		return;
	*p->at = changed;
	tell(m, arena_fmt(m->scratch, "%s: %s", p->where, how));
	*p->at = was;
}

static const char *test_words(struct mutator *m, const struct test *t)
{
	struct buf b;
	const char *text;

	buf_init(&b, BUF_MAX_LINE);
	test_text(t, &b);
	text = arena_strdup(m->scratch, buf_cstr(&b));
	buf_release(&b);
	return text;
}

/* A copy of the condition with room to change one clause. */
static struct clause *copy_cond(struct mutator *m, const struct cond *c, struct cond *out)
{
	struct clause *clauses = arena_array(m->scratch, c->n, sizeof(*clauses));

	memcpy(clauses, c->clauses, c->n * sizeof(*clauses));
	*out = (struct cond){clauses, c->n};
	return clauses;
}

/* A copy of the condition whose clause has n tests, which may be changed; all of the old ones are there. */
static struct cond *copy_tests(struct mutator *m, const struct cond *c, size_t clause, size_t n,
                               struct test **tests)
{
	const struct clause *old = &c->clauses[clause];
	struct cond *copy = arena_alloc(m->scratch, sizeof(*copy));
	struct clause *clauses = copy_cond(m, c, copy);

	*tests = arena_array(m->scratch, old->n, sizeof(**tests));
	memcpy(*tests, old->tests, old->n * sizeof(**tests));
	clauses[clause] = (struct clause){*tests, n};
	return copy;
}

static void with_test(struct mutator *m, struct place_of_cond *p, size_t clause, size_t at,
                      struct test changed)
{
	const struct clause *old = &(*p->at)->clauses[clause];
	struct test *tests;
	struct cond *copy = copy_tests(m, *p->at, clause, old->n, &tests);

	tests[at] = changed;
	try_cond(m, p, copy,
	         arena_fmt(m->scratch, "'%s' instead of '%s'", test_words(m, &changed),
	                   test_words(m, &old->tests[at])));
}

static void without_test(struct mutator *m, struct place_of_cond *p, size_t clause, size_t at)
{
	const struct clause *old = &(*p->at)->clauses[clause];
	struct test *tests;
	struct cond *copy = copy_tests(m, *p->at, clause, old->n - 1, &tests);

	memmove(tests + at, tests + at + 1, (old->n - at - 1) * sizeof(*tests));
	try_cond(m, p, copy, arena_fmt(m->scratch, "without '%s'", test_words(m, &old->tests[at])));
}

static void without_clause(struct mutator *m, struct place_of_cond *p, size_t clause)
{
	const struct cond *c = *p->at;
	struct cond *copy = arena_alloc(m->scratch, sizeof(*copy));
	struct clause *clauses = copy_cond(m, c, copy);

	memmove(clauses + clause, clauses + clause + 1, (c->n - clause - 1) * sizeof(*clauses));
	copy->n--;
	try_cond(m, p, copy, arena_fmt(m->scratch, "without its map number %zu", clause + 1));
}

static void mutate_test(struct mutator *m, struct place_of_cond *p, size_t clause, size_t at)
{
	static const enum test_op opposite[] = {OP_NOT, OP_IS,    OP_GE,  OP_GT,    OP_LE,
	                                        OP_LT,  OP_LACKS, OP_HAS, OP_EMPTY, OP_KNOWN};
	static const enum test_op edge[] = {OP_IS, OP_NOT, OP_LE,    OP_LT,    OP_GE,
	                                    OP_GT, OP_HAS, OP_LACKS, OP_EMPTY, OP_KNOWN};
	const struct test *old = &(*p->at)->clauses[clause].tests[at];
	struct test t = *old;

	t.op = opposite[old->op];
	t.flag = !old->flag;
	with_test(m, p, clause, at, t);
	t = *old;
	t.op = edge[old->op];
	if (t.op != old->op)
		with_test(m, p, clause, at, t); /* the bound itself */
	for (size_t i = 0; old->n > 1 && i < old->n; i++) {
		const char **words = arena_array(m->scratch, old->n, sizeof(*words));
		int64_t *numbers = arena_array(m->scratch, old->n, sizeof(*numbers));

		t = *old;
		t.n = 0;
		for (size_t k = 0; k < old->n; k++) {
			if (k == i)
				continue;
			words[t.n] = old->words[k];
			numbers[t.n++] = old->numbers[k];
		}
		t.words = words;
		t.numbers = numbers;
		with_test(m, p, clause, at, t);
	}
}

static void mutate_cond(struct mutator *m, struct place_of_cond *p)
{
	const struct cond *c = *p->at;

	for (size_t i = 0; c != NULL && i < c->n && !m->stop; i++) {
		for (size_t k = 0; k < c->clauses[i].n && !m->stop; k++) {
			mutate_test(m, p, i, k);
			if (c->clauses[i].n > 1)
				without_test(m, p, i, k);
		}
		if (c->n > 1)
			without_clause(m, p, i);
	}
	if (c == NULL || m->stop)
		return;
	*p->at = NULL;
	tell(m, arena_fmt(m->scratch, "%s: without its condition", p->where));
	*p->at = c;
}

/* ---- questions ---- */

static void without_answer(struct mutator *m, struct node *n, size_t k)
{
	struct answer_def was = n->answers[k];
	size_t after = n->nanswers - k - 1;

	memmove(answer_at(n, k), &n->answers[k + 1], after * sizeof(was));
	n->nanswers--;
	tell(m, arena_fmt(m->scratch, "step '%s': without the answer '%s'", n->id, was.id));
	memmove(answer_at(n, k + 1), &n->answers[k], after * sizeof(was));
	*answer_at(n, k) = was;
	n->nanswers++;
}

/* Two answers that can hold at once, in the other order. */
static void swap_answers(struct mutator *m, struct node *n, size_t k)
{
	struct answer_def one = n->answers[k], two = n->answers[k + 1];
	const struct cond *both[FLOW_MAX_ANSWERS];
	struct arena *mem = arena_new();
	struct space *s;
	struct region *r;

	for (size_t i = 0; i < k + 2; i++)
		both[i] = n->answers[i].when;
	s = space_new(both, k + 2);
	r = region_where(s, mem, rules_start(m->rules, s, mem, both, k + 2), one.when, both, k);
	r = r == NULL ? NULL : region_where(s, mem, r, two.when, NULL, 0);
	if (r != NULL) {
		*answer_at(n, k) = two;
		*answer_at(n, k + 1) = one;
		tell(m, arena_fmt(m->scratch, "step '%s': '%s' stands before '%s'", n->id, two.id, one.id));
		*answer_at(n, k) = one;
		*answer_at(n, k + 1) = two;
	}
	space_free(s);
	arena_free(mem);
}

static void mutate_question(struct mutator *m, struct node *n)
{
	for (size_t k = 0; k < n->nanswers && !m->stop; k++) {
		struct answer_def *a = answer_at(n, k);
		struct place_of_cond p = {.at = &a->when};

		m->answer = a->id;
		p.where = arena_fmt(m->scratch, "step '%s', answer '%s'", n->id, a->id);
		mutate_edge(m, &a->go, p.where, false);
		for (size_t i = 0; i < k; i++)
			if (n->answers[i].when != NULL)
				p.before[p.nbefore++] = n->answers[i].when;
		mutate_cond(m, &p);
		if (a->when == NULL && !m->stop)
			without_answer(m, n, k);
		if (k + 1 < n->nanswers && a->when != NULL && n->answers[k + 1].when != NULL && !m->stop)
			swap_answers(m, n, k);
	}
	m->answer = NULL;
	for (size_t k = 0; k < n->nchecks && !m->stop; k++) {
		struct check *c = (struct check *)(void *)&n->checks[k];
		struct place_of_cond p = {.at = &c->when};

		p.where = arena_fmt(m->scratch, "step '%s', check %s", n->id, c->probe->id);
		mutate_cond(m, &p);
	}
}

static void mutate_end(struct mutator *m, struct node *n)
{
	static const char *const names[] = {"inconclusive", "fault", "healthy"};
	enum verdict was = n->verdict;
	int cause = n->cause;

	n->verdict = was == VERDICT_HEALTHY ? VERDICT_INCONCLUSIVE : VERDICT_HEALTHY;
	tell(m,
	     arena_fmt(m->scratch, "step '%s' ends %s instead of %s", n->id, names[n->verdict], names[was]));
	n->verdict = was;
	if (cause == CAUSE_NONE || m->stop)
		return;
	n->cause = CAUSE_NONE;
	tell(m, arena_fmt(m->scratch, "step '%s' concludes no cause", n->id));
	n->cause = cause;
}

static void mutate_fix(struct mutator *m, struct node *n)
{
	int was = n->cause;

	mutate_edge(m, &n->go, arena_fmt(m->scratch, "step '%s', not fixed,", n->id), false);
	for (size_t i = 1; i < m->flow.ncauses && !m->stop && n->cause == was; i++) {
		int other = (was + (int)i) % (int)m->flow.ncauses;

		if (m->flow.causes[other].verify == NODE_NONE)
			continue;
		n->cause = other;
		tell(m, arena_fmt(m->scratch, "step '%s' concludes '%s' instead of '%s'", n->id,
		                  m->flow.causes[other].id, m->flow.causes[was].id));
	}
	n->cause = was;
}

static void mutate_node(struct mutator *m, size_t i)
{
	struct node *n = node_at(m, i);

	m->node = (node_id)i;
	m->cause = CAUSE_NONE;
	switch (n->kind) {
	case NODE_ASK:
		mutate_question(m, n);
		break;
	case NODE_INPUT:
		mutate_edge(m, &n->go, arena_fmt(m->scratch, "step '%s'", n->id), false);
		break;
	case NODE_FIX:
		mutate_fix(m, n);
		break;
	case NODE_END:
		mutate_end(m, n);
		break;
	}
}

/* "Fixed" is only said where a step concludes the cause. */
static bool has_fix_step(const struct mutator *m, size_t cause)
{
	for (size_t i = 0; i < m->flow.nnodes; i++)
		if (m->flow.nodes[i].kind == NODE_FIX && m->flow.nodes[i].cause == (int)cause)
			return true;
	return false;
}

/* One cause less that this one yields to. */
static void mutate_yields(struct mutator *m, struct cause *c)
{
	const uint16_t *was = c->yields;
	size_t n = c->nyields;
	uint16_t *less = arena_array(m->scratch, n, sizeof(*less));

	for (size_t i = 0; i < n && !m->stop; i++) {
		for (size_t k = 0, to = 0; k < n; k++)
			if (k != i)
				less[to++] = was[k];
		c->yields = less;
		c->nyields = n - 1;
		tell(m, arena_fmt(m->scratch, "cause '%s' does not yield to '%s'", c->id,
		                  m->flow.causes[was[i]].id));
	}
	c->yields = was;
	c->nyields = n;
}

/* Proof counts where nothing stops it, a symptom where neither proof nor counter-proof is there, and what
 * excludes a cause or keeps it from applying counts everywhere: beside proof it is a contradiction. */
static void mutate_reasons(struct mutator *m, struct cause *c)
{
	struct place_of_cond supported = {.at = &c->supported}, unless = {.at = &c->unless},
	                     symptom = {.at = &c->symptom}, excluded = {.at = &c->excluded},
	                     applies = {.at = &c->applies};

	supported.where = arena_fmt(m->scratch, "cause '%s', supported", c->id);
	if (c->unless != NULL)
		supported.before[supported.nbefore++] = c->unless;
	mutate_cond(m, &supported);
	symptom.where = arena_fmt(m->scratch, "cause '%s', symptom", c->id);
	if (c->supported != NULL)
		symptom.before[symptom.nbefore++] = c->supported;
	if (c->excluded != NULL)
		symptom.before[symptom.nbefore++] = c->excluded;
	mutate_cond(m, &symptom);
	unless.where = arena_fmt(m->scratch, "cause '%s', unless", c->id);
	unless.given = c->supported;
	if (c->supported != NULL)
		mutate_cond(m, &unless);
	excluded.where = arena_fmt(m->scratch, "cause '%s', excluded", c->id);
	mutate_cond(m, &excluded);
	applies.where = arena_fmt(m->scratch, "cause '%s', applies", c->id);
	mutate_cond(m, &applies);
	if (!m->stop)
		mutate_yields(m, c);
}

static void mutate_cause(struct mutator *m, size_t i)
{
	struct cause *c = cause_at(m, i);
	enum severity was = c->severity;

	m->node = NODE_NONE;
	m->cause = (int)i;
	mutate_reasons(m, c);
	if (c->verify != NODE_NONE && has_fix_step(m, i))
		mutate_edge(m, &c->verify, arena_fmt(m->scratch, "cause '%s', fixed,", c->id), true);
	if (m->stop)
		return;
	c->severity = was == SEV_FAULT ? SEV_NOTE : SEV_FAULT;
	tell(m, arena_fmt(m->scratch, "cause '%s' has another severity", c->id));
	c->severity = was;
	if (m->stop || was != SEV_FAULT)
		return;
	c->later = !c->later;
	tell(m, arena_fmt(m->scratch, "cause '%s' is%s later", c->id, c->later ? "" : " not"));
	c->later = !c->later;
}

size_t flow_mutants(const struct flow *f, bool (*each)(void *arg, const struct mutant *m), void *arg)
{
	struct mutator m = {.mem = arena_new(), .scratch = arena_new(), .each = each, .arg = arg};

	copy_flow(&m, f);
	make_rules(&m);
	m.node = NODE_NONE;
	m.cause = CAUSE_NONE;
	mutate_edge(&m, &m.flow.start, "the flow", false);
	for (size_t i = 0; i < f->nnodes && !m.stop; i++) {
		arena_reset(m.scratch);
		mutate_node(&m, i);
	}
	for (size_t i = 0; i < f->ncauses && !m.stop; i++) {
		arena_reset(m.scratch);
		mutate_cause(&m, i);
	}
	arena_free(m.scratch);
	arena_free(m.mem);
	return m.n;
}
