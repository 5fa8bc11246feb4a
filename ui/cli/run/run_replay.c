/* run --replay CASE --flow NEW, as text and as JSON: then, now, and where the paths part. */
#include "run.h"

#include <stdio.h>
#include <string.h>

#include <casebook/json.h>
#include <casebook/then_now.h>
#include <casebook/utf8.h>

#include "case_ref.h"

/* ---- what differs ---- */

static const char *answer_of(const struct visit *v)
{
	return v->answer != NULL ? v->answer->u.answer.answer : "(none)";
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
	size_t i = t->old_diag != NULL ? then_now_parting(t) : SIZE_MAX;
	const struct replay *a = t->then, *b = session_now(t->now);

	if (i == SIZE_MAX)
		return;
	buf_fmt(out, "They differ from '%s' on: then %s", a->flow->nodes[a->path[i].node].id,
	        answer_of(&a->path[i]));
	if (strcmp(a->flow->nodes[a->path[i].node].id, b->flow->nodes[b->path[i].node].id) != 0)
		buf_fmt(out, "; now the flow asks '%s' first", b->flow->nodes[b->path[i].node].id);
	else
		buf_fmt(out, ", now %s", answer_of(&b->path[i]));
	if (replay_why(session_now(t->now), i) != NULL)
		buf_fmt(out, " (%s)", replay_why(session_now(t->now), i));
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
	        (unsigned)t->cf->number, session_flow(t->now)->id, session_flow(t->now)->hash,
	        t->cf->flow_hash);
	buf_str(&raw, "Then: ");
	put_findings(&raw, t->old_diag);
	buf_str(&raw, "Now:  ");
	put_findings(&raw, t->new_diag);
	buf_str(&raw, then_now_differs(t) ? "" : "The conclusion is the same.\n");
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
	jsonw_kstr(&j, "flow", session_flow(t->now)->id);
	jsonw_kbool(&j, "changed", then_now_differs(t));
	side_json(&j, "then", t->cf->flow_hash, t->old_diag);
	side_json(&j, "now", session_flow(t->now)->hash, t->new_diag);
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
	return verdict_exit(t->new_diag->verdict);
}

/* The flow that the case was begun with, when it is still the very same. */
static const struct flow *same_flow(const struct casefile *cf, const struct flow *candidate)
{
	return candidate != NULL && strcmp(candidate->hash, cf->flow_hash) == 0 ? candidate : NULL;
}

int run_replay(struct cli *c, const char *ref, const struct flow *flow)
{
	struct flow_ref own = {0};
	const struct flow *was;
	struct then_now t;
	struct casefile cf;
	struct err err;
	int rc;

	if (case_any_load(c, ref, &cf, &err) != 0)
		return cli_fail(&err);
	was = same_flow(&cf, flow);
	if (was == NULL && !flow_ref_is_file(cf.flow_id) && flow_ref_load(cf.flow_id, &own) == 0)
		was = same_flow(&cf, own.flow);
	then_now_init(&t, &cf, was, flow);
	rc = show(c, &t);
	then_now_release(&t);
	if (own.mem != NULL)
		flow_ref_release(&own);
	casefile_release(&cf);
	return rc;
}
