/* Do, and good is: the one thing to get and what each outcome would mean; the next line of the fix; what the
 * same checks must say afterwards.  After a fix: before, after, what was done. */
#include "brief_int.h"

#include <string.h>

#define OUTCOMES 3
#define SEEN_MOST 3

/* ---- the one thing to get ---- */

/* The question that only a device's success answers; NULL: the flow has none with a good answer. */
static const struct node *device_proof(const struct maker *m)
{
	const struct flow *f = m->r->flow;

	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; f->nodes[i].kind == NODE_ASK && k < f->nodes[i].nanswers; k++) {
			const struct node *to = &f->nodes[f->nodes[i].answers[k].go];

			if (to->kind == NODE_END && to->verdict == VERDICT_HEALTHY &&
			    f->nodes[i].good != NULL)
				return &f->nodes[i];
		}
	return NULL;
}

static const char *target_of(const struct maker *m, const struct answer_def *a)
{
	const struct node *to = &m->r->flow->nodes[a->go];

	if ((to->kind == NODE_FIX || to->kind == NODE_END) && to->cause != CAUSE_NONE) {
		const struct cause *c = &m->r->flow->causes[to->cause];

		return c->topic != NULL ? c->topic : c->title;
	}
	if (to->kind == NODE_END && to->verdict == VERDICT_HEALTHY)
		return "the device got through";
	return to->kind == NODE_ASK && to->label != NULL ? arena_fmt(m->mem, "go on with \"%s\"", to->label)
	                                                 : NULL;
}

static bool reads_probe(void *arg, const char *probe, const char *fact)
{
	const char **want = arg;

	(void)fact;
	if (strcmp(probe, *want) != 0)
		return true;
	*want = NULL;
	return false;
}

/* "500, with win32 status 1346: the user right of IIS_IUSRS; ..." */
static const char *outcomes(const struct maker *m, const struct node *n, const struct probe *p)
{
	struct cond_env env = replay_env(m->r);
	const char *had[OUTCOMES];
	struct joined j;
	size_t count = 0;

	join_begin(&j, "; ");
	for (size_t i = 0; i < n->nanswers && count < OUTCOMES; i++) {
		const char *want = p->id, *to = target_of(m, &n->answers[i]);

		/* What holds already is that nothing is known yet. */
		if (n->answers[i].when == NULL || to == NULL ||
		    cond_eval(n->answers[i].when, &env) == TRI_YES)
			continue;
		for (size_t k = 0; k < count && to != NULL; k++)
			if (strcmp(had[k], to) == 0)
				to = NULL;
		if (to == NULL)
			continue;
		cond_reads(n->answers[i].when, reads_probe, &want);
		if (want != NULL)
			continue;
		join_add(&j,
		         arena_fmt(m->mem, "%s: %s", lower_article(m->mem, text_of(m, n->answers[i].label)),
		                   text_of(m, to)));
		had[count++] = to;
	}
	return join_end(&j, m->mem);
}

static bool all_live(const struct brief *b)
{
	for (size_t i = 0; i < b->nproofs; i++)
		if (!b->proofs[i].live)
			return false;
	return b->nproofs != 0;
}

/* Of a fault that is not certain yet: the answer that would confirm it. */
static const char *confirming(const struct maker *m, const struct proposal *p)
{
	const struct flow *f = m->r->flow;

	for (size_t i = 0; i < p->step->nanswers; i++) {
		const struct answer_def *a = &p->step->answers[i];
		const struct node *to = &f->nodes[a->go];

		if (a->when != NULL && (to->kind == NODE_FIX || to->kind == NODE_END) &&
		    to->cause != CAUSE_NONE && &f->causes[to->cause] == m->cause)
			return arena_fmt(m->mem, "%s: confirmed; anything else: look for another reason",
			                 text_of(m, a->label));
	}
	/* Requests of casebook's own name themselves in the log. */
	if (all_live(m->b) && strcmp(p->check->probe->id, "iis.log") == 0)
		return arena_fmt(m->mem,
		                 "no line with message=casebook at %s: the request did not reach IIS; such a "
		                 "line: IIS has seen it",
		                 say_when(m->mem, m->b->proofs[0].at_ms, SAY_MINUTE));
	return NULL;
}

static void get_proposal(struct maker *m, const struct proposal *p)
{
	const char *label =
	        p->missing != NULL && p->missing->label != NULL ? p->missing->label : p->check->probe->title;

	m->b->get = text_of(m, label);
	m->b->get_how = text_of(
	        m, p->missing != NULL && p->check->probe->fetch != NULL ? p->check->probe->fetch : p->how);
	m->b->outcome = m->cause == NULL ? outcomes(m, p->step, p->check->probe) : confirming(m, p);
}

static bool any_live(const struct brief *b)
{
	for (size_t i = 0; i < b->nproofs; i++)
		if (b->proofs[i].live)
			return true;
	for (size_t i = 0; i < b->nagainst; i++)
		if (b->against[i].live)
			return true;
	return false;
}

/* A file against a live answer: the file once more, made at the moment of the failure. */
static void settle(struct maker *m)
{
	struct brief *b = m->b;
	const struct probe *p = NULL;

	for (size_t i = 0; i < b->nagainst && p == NULL; i++)
		if (!b->against[i].live)
			p = flow_probe(m->r->flow,
			               casefile_at(m->r->cf, b->against[i].evidence)->u.evidence.probe);
	if (p != NULL) {
		const char *remedy = m->cause->remedy != NULL ? text_of(m, m->cause->remedy) : NULL;

		b->get = arena_fmt(m->mem, "%s once more, made %s", brief_witness(p),
		                   any_live(b) ? "on the server that answers, right after a failure"
		                               : "now and on the server that it is about");
		b->get_how = p->fetch;
		b->outcome = arena_fmt(
		        m->mem, "it says the same again: look for another reason; it says otherwise: %s",
		        remedy != NULL ? lower_first(m->mem, without_stop(m->mem, remedy))
		                       : "that is the reason");
		return;
	}
	for (size_t i = 0; i < m->d->ncontradictions && b->get == NULL; i++)
		if (m->d->contradictions[i].cause != NULL)
			b->get = text_of(m, m->d->contradictions[i].settle);
}

static const char *label_of_file(const struct maker *m, const struct node *n)
{
	const struct flow *f = m->r->flow;

	for (size_t i = 0; i < n->nchecks; i++)
		for (size_t k = 0; k < n->checks[i].nargs; k++) {
			int in = n->checks[i].args[k].input;

			if (in >= 0 && f->inputs[in].type == INPUT_FILE && f->inputs[in].label != NULL)
				return f->inputs[in].label;
		}
	return NULL;
}

/* After a fix it is the device's own request, in the log of what came since. */
static void get_of_device(struct maker *m, const struct node *proof)
{
	const char *file = proof != NULL ? label_of_file(m, proof) : NULL;
	int64_t at = brief_fixed_ms(m);

	if (file == NULL) {
		m->b->get = proof != NULL ? text_of(m, proof->good) : "the device's own request";
		return;
	}
	m->b->get = arena_fmt(m->mem, "%s%s%s, once one device has synced", text_of(m, file),
	                      at != ABOUT_NO_TIME ? " for the time after " : "",
	                      at != ABOUT_NO_TIME ? say_when(m->mem, at, SAY_MINUTE) : "");
	m->b->outcome = arena_fmt(m->mem, "%s: proved; no line of the device: its request does not arrive",
	                          text_of(m, proof->good));
}

static void get(struct maker *m)
{
	struct brief *b = m->b;
	const struct diagnosis *d = m->d;
	const struct node *proof = device_proof(m);

	if (b->verdict == VERDICT_FIXED) {
		get_of_device(m, proof);
	} else if (b->verdict == VERDICT_INCONCLUSIVE && b->contradicted) {
		settle(m);
	} else if (b->verdict == VERDICT_INCONCLUSIVE && d->nnext != 0) {
		get_proposal(m, &d->next[0]);
	} else if (b->verdict == VERDICT_FAULT && b->confidence < CONFIDENCE_HIGH && d->nnext != 0) {
		get_proposal(m, &d->next[0]);
		b->get = arena_fmt(m->mem, "%s; it confirms this or rules it out", b->get);
	}
	if (b->get == NULL)
		b->get = b->verdict == VERDICT_INCONCLUSIVE ? "nothing that casebook knows of"
		                                            : "nothing: decided";
}

/* ---- do ---- */

static void first_undone(struct maker *m)
{
	const struct cause *c = m->cause;
	struct brief *b = m->b;

	for (size_t i = 0; c != NULL && i < c->nfix; i++) {
		if (replay_ticked(m->r, c, (uint32_t)i))
			continue;
		b->next = say_plain(m->mem, text_of(m, c->fix[i].text));
		b->next_who = text_of(m, c->fix[i].who);
		b->next_where = text_of(m, c->fix[i].where);
		b->next_run = text_of(m, c->fix[i].run);
		return;
	}
	if (m->f != NULL)
		b->next = text_of(m, m->f->remedy);
}

const char *brief_resume(struct arena *mem, const struct brief *b)
{
	return b->number != 0 ? arena_fmt(mem, "casebook resume %u", b->number) : "casebook resume CASE";
}

static const char *good_of(const struct maker *m)
{
	const struct flow *f = m->r->flow;

	if (m->cause != NULL && m->cause->good != NULL)
		return text_of(m, m->cause->good);
	return m->cause != NULL && m->cause->verify != NODE_NONE ? text_of(m, f->nodes[m->cause->verify].good)
	                                                         : NULL;
}

void brief_next(struct maker *m)
{
	struct brief *b = m->b;
	const char *good = good_of(m);

	get(m);
	switch (b->verdict) {
	case VERDICT_REFUSED_LATER:
		first_undone(m);
		b->then = arena_fmt(m->mem, "sync the device.%s%s%s", good != NULL ? " Good is " : "",
		                    good != NULL ? good : "", good != NULL ? "." : "");
		break;
	case VERDICT_FAULT:
		first_undone(m);
		b->then = arena_fmt(m->mem, "%s, \"%s\".%s%s%s", brief_resume(m->mem, b),
		                    fix_answer_label(FIX_DONE), good != NULL ? " Good is " : "",
		                    good != NULL ? good : "", good != NULL ? "." : "");
		break;
	case VERDICT_FIXED:
		b->next = "Sync one device, wait two minutes, then fetch the server's log of that time.";
		b->then = arena_fmt(m->mem, "%s, and give it the log.", brief_resume(m->mem, b));
		break;
	case VERDICT_HEALTHY:
		b->next = m->f != NULL && m->f->severity == SEV_NOTE ? text_of(m, m->f->remedy) : NULL;
		break;
	case VERDICT_INCONCLUSIVE:
		b->then = arena_fmt(m->mem, "%s, and give it what was fetched.", brief_resume(m->mem, b));
		break;
	}
}

/* ---- a fix ---- */

/* What one fact was before and is after the fix, in its own sentences. */
struct change {
	const char *was, *is;
};

static bool changed(const struct change *c)
{
	return c->was != NULL && c->is != NULL && strcmp(c->was, c->is) != 0;
}

/* What a reader knows best: a page before may be a list of capabilities after. */
static const char *best_of(const struct maker *m, const struct evidence *e)
{
	static const char *const facts[] = {"page", "caps", "ra_days_left", "status", "scep", "usable"};
	const char *text = NULL;

	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts) && text == NULL; i++)
		text = evidence_fact(e, facts[i]) != NULL ? sentence_of(m, e, facts[i]) : NULL;
	return text;
}

static const char *plain(const struct maker *m, const struct evidence *e, const char *fact,
                         const struct value *v)
{
	const struct probe *p = flow_probe(m->r->flow, e->probe);

	return arena_fmt(m->mem, "%s: %s.", p != NULL ? p->title : e->probe, plain_words(m, fact, v));
}

/* What a reader knows best; else whatever changed; else a fact that has no sentence. */
static bool what_changed(const struct maker *m, const struct evidence *before, const struct evidence *after,
                         struct change *c)
{
	*c = (struct change){best_of(m, before), best_of(m, after)};
	for (size_t i = 0; i < after->nfacts && !changed(c); i++) {
		const char *key = after->facts[i].key;

		if (evidence_fact(before, key) != NULL)
			*c = (struct change){sentence_of(m, before, key), sentence_of(m, after, key)};
	}
	if (changed(c))
		return true;
	for (size_t i = 0; i < after->nfacts; i++) {
		const char *key = after->facts[i].key;
		const struct value *was = evidence_fact(before, key), *is = &after->facts[i].value;

		if (was == NULL || was->type == VAL_NULL || is->type == VAL_LIST || is->type == VAL_MAP ||
		    is->type == VAL_NULL || value_equal(was, is))
			continue;
		*c = (struct change){plain(m, before, key, was), plain(m, after, key, is)};
		return true;
	}
	return false;
}

static const struct evidence *before_of(const struct maker *m, const struct evidence *after)
{
	for (uint32_t pos = after->id - 1; pos > 0; pos--) {
		const struct record *rec = casefile_at(m->r->cf, pos);

		if (rec != NULL && rec->kind == REC_EVIDENCE && rec->u.evidence.call != NULL &&
		    after->call != NULL && strcmp(rec->u.evidence.call, after->call) == 0)
			return &rec->u.evidence;
	}
	return NULL;
}

static void ticks(struct maker *m)
{
	struct joined done, undone;

	join_begin(&done, " ");
	join_begin(&undone, " ");
	for (uint32_t i = 0; i < m->cause->nfix; i++)
		join_add(replay_ticked_ever(m->r, m->cause, i) ? &done : &undone,
		         say_plain(m->mem, text_of(m, m->cause->fix[i].text)));
	m->b->done = join_end(&done, m->mem);
	m->b->undone = join_end(&undone, m->mem);
	if (m->b->done == NULL && m->b->undone != NULL) {
		m->b->done = "no line of the fix is ticked; what was done, and by whom, is not recorded";
		m->b->undone = NULL;
	}
}

void brief_fix(struct maker *m)
{
	struct joined was, is;
	int64_t was_ms = 0, is_ms = 0;
	size_t n = 0;

	if (m->f == NULL || m->cause == NULL || !(m->f->fixed || m->f->fixed_by_person))
		return;
	join_begin(&was, " ");
	join_begin(&is, " ");
	for (size_t i = 0; i < m->f->nafter && n < SEEN_MOST; i++) {
		const struct evidence *after = &casefile_at(m->r->cf, m->f->after[i])->u.evidence,
		                      *before = before_of(m, after);
		struct change c;

		if (before == NULL || !what_changed(m, before, after, &c))
			continue;
		join_add(&was, c.was);
		join_add(&is, c.is);
		was_ms = before->started_ms;
		is_ms = after->started_ms;
		n++;
	}
	m->b->before = join_end(&was, m->mem);
	m->b->after = join_end(&is, m->mem);
	if (m->b->before != NULL && m->b->after != NULL) {
		m->b->before = arena_fmt(m->mem, "%s: %s", say_when(m->mem, was_ms, SAY_FULL), m->b->before);
		m->b->after = arena_fmt(m->mem, "%s: %s", say_when(m->mem, is_ms, SAY_FULL), m->b->after);
	}
	ticks(m);
}
