/*
 * The only way a session changes: one function per intent, behind a table.  Does
 * no I/O and knows no clock: what is to be done outside leaves as effects.
 */
#include "session_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct node *session_node(const struct session *s)
{
	return &s->flow->nodes[s->now.at];
}

void session_say(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->message, sizeof(s->message), fmt, ap);
	va_end(ap);
}

void session_effect(struct apply *x, struct effect e)
{
	if (x->out->n < EFFECTS_MAX)
		x->out->e[x->out->n++] = e;
}

static bool append(struct apply *x, const struct record *r, bool as_is)
{
	struct session *s = x->s;
	struct record rec = *r;
	struct err err;

	rec.at_ms = x->now_ms;
	if ((as_is ? casefile_restore(&s->cf, &rec, &err) : casefile_append(&s->cf, &rec, &err)) == NULL) {
		session_say(s, "%s", err.msg);
		return false;
	}
	replay_release(&s->now);
	replay_init(&s->now, s->flow, &s->cf, NULL);
	return true;
}

bool session_append(struct apply *x, const struct record *r)
{
	struct session *s = x->s;
	unsigned before = s->cf.left_out.n;

	if (!append(x, r, false))
		return false;
	/* Of evidence the report says it; what a person wrote is answered at once. */
	if (s->cf.left_out.n != before && (r->kind == REC_NOTE || r->kind == REC_INPUT))
		session_say(s, "Left out of the record: %s.",
		            s->cf.left_out.n - before == 1 ? "a value that looks like a secret"
		                                           : "values that look like secrets");
	return true;
}

bool session_append_as_is(struct apply *x, const struct record *r)
{
	return append(x, r, true);
}

bool session_hold(struct apply *x, const char *key, const char *text)
{
	struct session *s = x->s;
	struct arena *scratch = arena_new();
	struct secret_count count = {0, NULL};

	if (s->opt.ask_secrets && x->in->by == BY_PERSON) {
		if (key != NULL)
			secret_clean_named(scratch, key, text, &count);
		else
			secret_clean(scratch, text, &count);
	}
	arena_free(scratch);
	if (count.n == 0)
		return false;
	s->held.kind = x->in->kind;
	s->held.key = key;
	s->held.text = arena_strdup(s->cf.mem, text);
	s->held.what = count.what;
	s->held.ends_form = x->in->n == 1;
	return true;
}

static void apply_nothing(struct apply *x)
{
	(void)x;
}

static void apply_saved(struct apply *x)
{
	struct session *s = x->s;

	if (x->in->n > s->saved && x->in->n <= s->cf.nlog)
		s->saved = x->in->n;
	s->save_failed = false;
}

static void apply_save_failed(struct apply *x)
{
	const char *why = x->in->text != NULL ? x->in->text : "the case store failed";

	x->s->save_failed = true;
	snprintf(x->s->save_why, sizeof(x->s->save_why), "%s", why);
	session_say(x->s, "Not saved: %s", why);
}

static void apply_number(struct apply *x)
{
	if (x->s->cf.number == 0)
		x->s->cf.number = x->in->n;
}

static void apply_title(struct apply *x)
{
	struct casefile *cf = &x->s->cf;

	if (x->in->text != NULL)
		cf->title = secret_clean(cf->mem, arena_strdup(cf->mem, x->in->text), NULL);
}

static void apply_mark(struct apply *x)
{
	struct casefile *cf = &x->s->cf;

	if (cf->nlog > x->s->saved && x->in->text != NULL && x->in->n < CASE__MAX)
		casefile_set_mark(cf, &(struct case_mark){cf->title, x->in->text, (enum case_state)x->in->n});
}

static void apply_exported(struct apply *x)
{
	if (x->in->exported != NULL)
		session_append(x, &(struct record){.kind = REC_EXPORT, .u.export = *x->in->exported});
}

static void apply_looking(struct apply *x)
{
	x->s->looking = x->in->n;
}

/* What a person does clears the line that spoke to them; what the program does, does not. */
static const struct row {
	void (*fn)(struct apply *x);
	bool person;
	enum { SAVES_NEW, RETRIES, SAVES } saves; /* what it adds; what failed, too; whatever is unsaved */
} rows[] = {
        [IN_START] = {apply_nothing, false, SAVES},
        [IN_CHOOSE] = {apply_choose, true, RETRIES},
        [IN_SET] = {apply_set, true, RETRIES},
        [IN_SKIP] = {apply_skip, true, RETRIES},
        [IN_CONFIRM] = {apply_confirm, true, RETRIES},
        [IN_DECLINE] = {apply_decline, true, RETRIES},
        [IN_BACK] = {apply_back, true, RETRIES},
        [IN_GOTO] = {apply_goto, true, RETRIES},
        [IN_UNDO] = {apply_undo, true, RETRIES},
        [IN_REDO] = {apply_redo, true, RETRIES},
        [IN_AGAIN] = {apply_again, true, RETRIES},
        [IN_CANCEL] = {apply_cancel, true, RETRIES},
        [IN_NOTE] = {apply_note, true, RETRIES},
        [IN_TICK] = {apply_tick, true, RETRIES},
        [IN_ABOUT] = {apply_about, true, RETRIES},
        [IN_PROGRESS] = {apply_progress, false, SAVES_NEW},
        [IN_EVIDENCE] = {apply_evidence, false, RETRIES},
        [IN_SAVED] = {apply_saved, false, SAVES_NEW},
        [IN_SAVE_FAILED] = {apply_save_failed, false, SAVES_NEW},
        [IN_SAVE_AGAIN] = {apply_nothing, false, SAVES},
        [IN_NUMBER] = {apply_number, false, SAVES_NEW},
        [IN_TITLE] = {apply_title, false, SAVES_NEW},
        [IN_EXPORTED] = {apply_exported, false, RETRIES},
        [IN_MARK] = {apply_mark, false, SAVES_NEW},
        [IN_LOOKING] = {apply_looking, false, SAVES_NEW},
        [IN_INSTEAD] = {apply_instead, true, RETRIES},
        [IN_AFTER] = {apply_after, true, RETRIES},
};

/* At another place than before: the questions that were open there are gone. */
static void arrive(struct session *s)
{
	s->declined = 0;
	s->again = 0;
	s->weighed = false;
	s->pending = -1;
	s->pending_check = -1;
	s->held.text = NULL;
}

void session_apply(struct session *s, const struct intent *in, int64_t now_ms, struct effects *out)
{
	struct apply x = {.s = s, .in = in, .now_ms = now_ms, .out = out, .confirmed = -1};
	size_t npath = s->now.npath, nlog = s->cf.nlog;
	node_id at = s->now.at;
	const struct row *row;

	out->n = 0;
	if ((size_t)in->kind >= sizeof(rows) / sizeof(rows[0]))
		return;
	row = &rows[in->kind];
	if (row->person)
		s->message[0] = '\0';
	row->fn(&x);
	if (s->now.npath != npath || s->now.at != at)
		arrive(s);
	if (x.again_there)
		apply_again(&x);
	if (s->cf.nlog != nlog)
		jobs_drop_stale(&x);
	jobs_start_due(&x);
	if (s->cf.nlog > s->saved &&
	    (s->cf.nlog != nlog || row->saves == SAVES || (row->saves == RETRIES && s->save_failed)))
		session_effect(&x, (struct effect){.kind = EF_SAVE});
}

void session_init(struct session *s, const struct flow *flow, struct casefile *cf, uint32_t saved,
                  const struct session_options *opt)
{
	unsigned lost;

	memset(s, 0, sizeof(*s));
	s->flow = flow;
	s->cf = *cf;
	memset(cf, 0, sizeof(*cf));
	s->saved = saved;
	if (opt != NULL)
		s->opt = *opt;
	s->next_job = 1;
	arrive(s);
	replay_init(&s->now, flow, &s->cf, &lost);
	if (lost != 0)
		session_say(s,
		            "%u answers of this case name steps that the flow no longer has; they are kept "
		            "in the record and no longer count.",
		            lost);
}

void session_reload(struct session *s, const struct casefile *merged)
{
	replay_release(&s->now);
	s->cf = *merged;
	replay_init(&s->now, s->flow, &s->cf, NULL);
	arrive(s);
	session_say(s, "Somebody else went on with this case in another window; what was recorded there is "
	               "here now.");
}

void session_release(struct session *s)
{
	if (s == NULL)
		return;
	replay_release(&s->now);
	casefile_release(&s->cf);
	memset(s, 0, sizeof(*s));
}

bool session_busy(const struct session *s)
{
	return s->njobs != 0;
}

void session_set_before(struct session *s, const char *lines)
{
	s->before = lines;
	s->before_at = s->now.at;
}

const char *session_before(const struct session *s)
{
	return s->before;
}

size_t session_looking(const struct session *s)
{
	return s->looking;
}

const struct cause *session_after_fix(const struct session *s)
{
	const struct replay *r = &s->now;
	const struct visit *v = r->npath >= 2 ? &r->path[r->npath - 2] : NULL;
	const struct node *n = v != NULL ? &s->flow->nodes[v->node] : NULL;

	if (n == NULL || n->kind != NODE_FIX || v->answer == NULL || session_node(s)->kind != NODE_ASK ||
	    strcmp(v->answer->u.answer.answer, fix_answer_name(FIX_DONE)) != 0)
		return NULL;
	return &s->flow->causes[n->cause];
}

bool session_settled(struct session *s)
{
	const struct node *n = session_node(s);
	const struct check *due[FLOW_MAX_CHECKS];
	size_t ndue = replay_due(&s->now, n, due, FLOW_MAX_CHECKS);

	for (size_t i = 0; i < n->nchecks; i++)
		if (job_of_check(s, &n->checks[i]) != NULL)
			return false;
	for (size_t i = 0; i < ndue; i++)
		if (!check_left_out(s, (size_t)(due[i] - n->checks)))
			return false;
	return true;
}

/* ---- to look at ---- */

const struct flow *session_flow(const struct session *s)
{
	return s->flow;
}

const struct casefile *session_case(const struct session *s)
{
	return &s->cf;
}

struct replay *session_now(struct session *s)
{
	return &s->now;
}

const struct job *session_jobs(const struct session *s, size_t *n)
{
	*n = s->njobs;
	return s->jobs;
}

uint32_t session_saved(const struct session *s)
{
	return s->saved;
}

bool session_save_failed(const struct session *s)
{
	return s->save_failed;
}

const char *session_message(const struct session *s)
{
	return s->message;
}

bool session_asks_check(const struct session *s)
{
	return s->pending_check >= 0;
}
