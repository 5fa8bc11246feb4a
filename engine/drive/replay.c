/*
 * run --replay CASE --flow NEW: what a newer flow would have concluded from the
 * evidence that a case holds.  Runs no check and writes nothing; a person's answers
 * count where the newer flow still asks for them.
 */
#include "run.h"

#include <stdio.h>
#include <string.h>

#include <casebook/json.h>
#include <casebook/utf8.h>

#include "case_ref.h"

struct then_now {
	const struct casefile *cf;
	const struct flow *old_flow; /* NULL: it is not known any more */
	struct replay then;          /* when old_flow is */
	struct session now;
	const struct diagnosis *old_diag, *new_diag;
};

/* ---- the newer flow over the old evidence ---- */

/* Inputs and evidence, in their order; retracted inputs do not count. */
static void copy_measured(const struct casefile *cf, const bool *retracted, struct casefile *out)
{
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *r = &cf->log[i];

		if (r->kind == REC_EVIDENCE || (r->kind == REC_INPUT && !retracted[i]))
			(void)casefile_append(out, r, NULL);
	}
}

/* What a person last said at a step that the newer flow still has; NULL when nothing. */
static const char *said_at(const struct casefile *cf, const bool *retracted, const struct node *n)
{
	for (size_t i = cf->nlog; i > 0; i--) {
		const struct rec_answer *a = &cf->log[i - 1].u.answer;

		if (cf->log[i - 1].kind == REC_ANSWER && !retracted[i - 1] && strcmp(a->step, n->id) == 0 &&
		    (a->by == BY_PERSON || a->by == BY_ANSWERS) && node_answer(n, a->answer) != NULL)
			return a->answer;
	}
	return NULL;
}

static void apply(struct session *s, struct intent in)
{
	struct effects fx;

	session_apply(s, &in, s->cf.opened_ms, &fx);
}

static bool answer(struct session *s, const struct casefile *cf, const bool *retracted)
{
	const struct node *n = &s->flow->nodes[s->now.at];
	int proposed = replay_suggest(&s->now, n);
	const char *said = said_at(cf, retracted, n);

	if (proposed < 0 && said == NULL)
		return false;
	apply(s, (struct intent){.kind = IN_CHOOSE,
	                         .n = proposed >= 0 ? (uint32_t)proposed
	                                            : (uint32_t)(node_answer(n, said) - n->answers),
	                         .by = proposed >= 0 ? BY_PROBE : BY_ANSWERS});
	return true;
}

static void walk(struct session *s, const struct casefile *cf, const bool *retracted)
{
	while (s->now.npath < REPLAY_MAX_PATH) {
		const struct node *n = &s->flow->nodes[s->now.at];
		size_t nlog = s->cf.nlog;

		for (size_t i = 0; n->kind == NODE_INPUT && i < n->ninputs; i++)
			apply(s, (struct intent){.kind = IN_SKIP, .key = s->flow->inputs[n->inputs[i]].key});
		if (n->kind == NODE_ASK)
			(void)answer(s, cf, retracted);
		if (s->cf.nlog == nlog)
			return;
	}
}

static void replay_over(struct then_now *t, const struct flow *flow)
{
	struct session_options opt = {.offline = true};
	struct casefile cf;
	struct replay was;

	replay_init(&was, flow, t->cf, NULL); /* only for what is retracted */
	casefile_init(&cf, t->cf->id, flow->id, flow->hash, t->cf->opened_ms);
	copy_measured(t->cf, was.retracted, &cf);
	session_init(&t->now, flow, &cf, 0, &opt);
	walk(&t->now, t->cf, was.retracted);
	replay_release(&was);
	t->new_diag = diagnose(&t->now.now);
}

/* ---- what differs ---- */

static bool has_finding(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; d != NULL && i < d->nfindings; i++)
		if (strcmp(d->findings[i].id, id) == 0)
			return true;
	return false;
}

static bool differs(const struct then_now *t)
{
	if (t->old_diag == NULL)
		return true;
	if (t->old_diag->verdict != t->new_diag->verdict || t->old_diag->nfindings != t->new_diag->nfindings)
		return true;
	for (size_t i = 0; i < t->old_diag->nfindings; i++)
		if (!has_finding(t->new_diag, t->old_diag->findings[i].id))
			return true;
	return false;
}

static const char *answer_of(const struct visit *v)
{
	return v->answer != NULL ? v->answer->u.answer.answer : "(none)";
}

/* The first step that was left otherwise; SIZE_MAX when the paths are the same. */
static size_t parting(const struct then_now *t)
{
	const struct replay *a = &t->then, *b = &t->now.now;

	for (size_t i = 0; i < a->npath && i < b->npath; i++) {
		if (strcmp(a->flow->nodes[a->path[i].node].id, b->flow->nodes[b->path[i].node].id) != 0 ||
		    strcmp(answer_of(&a->path[i]), answer_of(&b->path[i])) != 0)
			return i;
	}
	return a->npath == b->npath ? SIZE_MAX : (a->npath < b->npath ? a->npath : b->npath) - 1;
}

static void put_findings(struct buf *out, const struct diagnosis *d)
{
	buf_str(out, d != NULL ? verdict_name(d->verdict) : "not known: its flow is gone");
	for (size_t i = 0; d != NULL && i < d->nfindings; i++)
		buf_fmt(out, "%s %s", i == 0 ? ":" : ",", d->findings[i].id);
	buf_char(out, '\n');
}

static void put_parting(struct buf *out, struct then_now *t)
{
	size_t i = t->old_diag != NULL ? parting(t) : SIZE_MAX;
	const struct replay *a = &t->then, *b = &t->now.now;

	if (i == SIZE_MAX)
		return;
	buf_fmt(out, "They part at '%s': then %s", a->flow->nodes[a->path[i].node].id,
	        answer_of(&a->path[i]));
	if (strcmp(a->flow->nodes[a->path[i].node].id, b->flow->nodes[b->path[i].node].id) != 0)
		buf_fmt(out, "; now the flow asks '%s' first", b->flow->nodes[b->path[i].node].id);
	else
		buf_fmt(out, ", now %s", answer_of(&b->path[i]));
	if (replay_why(&t->now.now, i) != NULL)
		buf_fmt(out, " (%s)", replay_why(&t->now.now, i));
	buf_char(out, '\n');
}

static const struct cause_row *row_of(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; d != NULL && i < d->nrows; i++)
		if (strcmp(d->rows[i].cause->id, id) == 0)
			return &d->rows[i];
	return NULL;
}

static void put_rows(struct buf *out, const struct then_now *t)
{
	for (size_t i = 0; i < t->new_diag->nrows; i++) {
		const struct cause_row *now = &t->new_diag->rows[i],
		                       *then = row_of(t->old_diag, now->cause->id);

		if (then != NULL && then->state == now->state)
			continue;
		buf_fmt(out, "  %s: then %s, now %s (%s)\n", now->cause->id,
		        then != NULL ? cause_state_name(then->state) : "not in the flow",
		        cause_state_name(now->state), now->by);
	}
}

static void put_text(struct buf *out, struct then_now *t)
{
	struct buf raw;

	buf_init(&raw, BUF_MAX_TEXT);
	buf_fmt(&raw, "Case #%u over flow %s (%.12s; the case was begun with %.12s)\n",
	        (unsigned)t->cf->number, t->now.flow->id, t->now.flow->hash, t->cf->flow_hash);
	buf_str(&raw, "Then: ");
	put_findings(&raw, t->old_diag);
	buf_str(&raw, "Now:  ");
	put_findings(&raw, t->new_diag);
	buf_str(&raw, differs(t) ? "" : "The conclusion is the same.\n");
	put_parting(&raw, t);
	put_rows(&raw, t);
	for (size_t i = 0; i < t->new_diag->nneeds; i++)
		buf_fmt(&raw, "At '%s' the stored evidence does not decide: %s\n", t->new_diag->needs[i].step,
		        t->new_diag->needs[i].file);
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_LINES);
	buf_release(&raw);
}

static void side_json(struct jsonw *j, const char *key, const char *hash, const struct diagnosis *d)
{
	jsonw_key(j, key);
	jsonw_open(j, '{');
	jsonw_kstr(j, "flow_hash", hash);
	jsonw_kstr(j, "verdict", d != NULL ? verdict_name(d->verdict) : NULL);
	jsonw_key(j, "findings");
	jsonw_open(j, '[');
	for (size_t i = 0; d != NULL && i < d->nfindings; i++)
		jsonw_str(j, d->findings[i].id);
	jsonw_close(j, ']');
	jsonw_key(j, "differential");
	jsonw_open(j, '{');
	for (size_t i = 0; d != NULL && i < d->nrows; i++)
		jsonw_kstr(j, d->rows[i].cause->id, cause_state_name(d->rows[i].state));
	jsonw_close(j, '}');
	jsonw_close(j, '}');
}

static void put_json(struct buf *out, const struct then_now *t)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "case", t->cf->id);
	jsonw_kstr(&j, "flow", t->now.flow->id);
	jsonw_kbool(&j, "changed", differs(t));
	side_json(&j, "then", t->cf->flow_hash, t->old_diag);
	side_json(&j, "now", t->now.flow->hash, t->new_diag);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

/* ---- the command ---- */

static int show(struct cli *c, struct then_now *t)
{
	struct buf out;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json"))
		put_json(&out, t);
	else
		put_text(&out, t);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	if (rc != EXIT_DONE)
		return rc;
	return t->new_diag->verdict == VERDICT_FAULT     ? EXIT_FAULT
	       : t->new_diag->verdict == VERDICT_HEALTHY ? EXIT_DONE
	                                                 : EXIT_INCONCLUSIVE;
}

/* The flow that the case was begun with, when it is still the very same. */
static void then_of(struct then_now *t, const struct flow *candidate)
{
	if (candidate == NULL || strcmp(candidate->hash, t->cf->flow_hash) != 0)
		return;
	t->old_flow = candidate;
	replay_init(&t->then, candidate, t->cf, NULL);
	t->old_diag = diagnose(&t->then);
}

int run_replay(struct cli *c, const char *ref, const struct flow *flow)
{
	struct flow_ref own = {0};
	struct then_now t = {0};
	struct casefile cf;
	struct store *store;
	struct err err;
	int rc;

	if (store_open(c->db, true, &store, &err) != 0)
		return cli_fail(&err);
	rc = store_load(store, ref, &cf, &err);
	store_close(store);
	if (rc != 0)
		return cli_fail(&err);
	t.cf = &cf;
	then_of(&t, flow);
	if (t.old_diag == NULL && !flow_ref_is_file(cf.flow_id) && flow_ref_load(cf.flow_id, &own) == 0)
		then_of(&t, own.flow);
	replay_over(&t, flow);
	rc = show(c, &t);
	session_release(&t.now);
	if (t.old_flow != NULL)
		replay_release(&t.then);
	if (own.mem != NULL)
		flow_ref_release(&own);
	casefile_release(&cf);
	return rc;
}
