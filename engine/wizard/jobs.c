/*
 * Checks under way.  A check goes on when the person moves on, and its evidence
 * still counts; it ends early when its arguments change, when "fixed" is said,
 * and when the person stops it.
 */
#include "session_int.h"

#include <stdio.h>
#include <string.h>

struct job *job_find(struct session *s, uint32_t id)
{
	for (size_t i = 0; i < s->njobs; i++)
		if (s->jobs[i].id == id)
			return &s->jobs[i];
	return NULL;
}

const struct job *job_of_check(const struct session *s, const struct check *c)
{
	for (size_t i = 0; i < s->njobs; i++)
		if (s->jobs[i].check == c)
			return &s->jobs[i];
	return NULL;
}

static void forget(struct session *s, struct job *j)
{
	size_t at = (size_t)(j - s->jobs);

	memmove(j, j + 1, (s->njobs - at - 1) * sizeof(*j));
	s->njobs--;
}

/* Its evidence, when it comes, is of no use to this session. */
static void drop(struct apply *x, struct job *j)
{
	session_effect(x, (struct effect){.kind = EF_CANCEL, .job = j->id});
	forget(x->s, j);
}

void jobs_drop_all(struct apply *x)
{
	while (x->s->njobs != 0)
		drop(x, &x->s->jobs[x->s->njobs - 1]);
}

void jobs_drop_stale(struct apply *x)
{
	struct session *s = x->s;

	for (size_t i = s->njobs; i > 0; i--) {
		const char *call = replay_call(&s->now, s->jobs[i - 1].check);

		if (call == NULL || strcmp(call, s->jobs[i - 1].call) != 0)
			drop(x, &s->jobs[i - 1]);
	}
}

bool check_left_out(const struct session *s, size_t i)
{
	const struct check *c = &session_node(s)->checks[i];

	return s->opt.offline || (s->opt.no_network && c->probe->kind == PROBE_LIVE) ||
	       (s->declined & (1u << i)) != 0;
}

/* Another step may be measuring the very same thing. */
static bool same_runs(const struct session *s, const struct check *c, const char *call)
{
	for (size_t i = 0; i < s->njobs; i++)
		if (strcmp(s->jobs[i].call, call) == 0 && s->jobs[i].check->probe == c->probe)
			return true;
	return false;
}

static void start(struct apply *x, const struct check *c, const char *call)
{
	struct session *s = x->s;
	struct probe_arg *args = arena_array(s->now.mem, CHECK_MAX_ARGS, sizeof(*args));
	struct job *j;

	if (s->njobs == SESSION_MAX_JOBS)
		drop(x, &s->jobs[0]); /* the oldest, of a step long left */
	j = &s->jobs[s->njobs++];
	memset(j, 0, sizeof(*j));
	j->id = s->next_job++;
	j->check = c;
	j->step = session_node(s)->id;
	j->call = arena_strdup(s->cf.mem, call);
	session_effect(x, (struct effect){.kind = EF_PROBE,
	                                  .job = j->id,
	                                  .probe = c->probe,
	                                  .args = args,
	                                  .nargs = replay_args(&s->now, c, args, CHECK_MAX_ARGS),
	                                  .step = j->step});
}

static uint32_t due_bits(struct session *s, const struct node *n)
{
	const struct check *due[FLOW_MAX_CHECKS];
	size_t ndue = replay_due(&s->now, n, due, FLOW_MAX_CHECKS);
	uint32_t bits = s->again;

	for (size_t i = 0; i < ndue; i++)
		bits |= 1u << (due[i] - n->checks);
	return bits;
}

void jobs_start_due(struct apply *x)
{
	struct session *s = x->s;
	const struct node *n = session_node(s);
	uint32_t bits = n->kind == NODE_ASK ? due_bits(s, n) : 0;

	for (size_t i = 0; i < n->nchecks && i < FLOW_MAX_CHECKS; i++) {
		const struct check *c = &n->checks[i];
		const char *call = (bits & (1u << i)) != 0 ? replay_call(&s->now, c) : NULL;

		if (call == NULL || check_left_out(s, i) || same_runs(s, c, call)) {
			s->again &= ~(1u << i);
			continue;
		}
		if (c->probe->side_effect != NULL && !s->opt.allow_side_effects && x->confirmed != (int)i) {
			if (s->pending_check < 0 && s->pending < 0)
				s->pending_check = (int)i;
			continue;
		}
		s->again &= ~(1u << i);
		start(x, c, call);
	}
}

void apply_again(struct apply *x)
{
	struct session *s = x->s;
	const struct node *n = session_node(s);
	uint32_t due = n->kind == NODE_ASK ? due_bits(s, n) : 0;

	s->declined = 0;
	s->pending_check = -1;
	for (size_t i = 0; i < n->nchecks && i < FLOW_MAX_CHECKS; i++)
		if (replay_check_evidence(&s->now, &n->checks[i]) != NULL || (due & (1u << i)) != 0 ||
		    (n->checks[i].probe->kind == PROBE_FILE && replay_call(&s->now, &n->checks[i]) != NULL))
			s->again |= 1u << i;
	if (s->again == 0)
		session_say(s, "There is no check that could run here now.");
}

void apply_cancel(struct apply *x)
{
	struct session *s = x->s;

	if (s->held.text != NULL) {
		s->held.text = NULL;
		session_say(s, "Not taken.");
		return;
	}
	if (s->pending >= 0 || s->pending_check >= 0) {
		apply_decline(x);
		return;
	}
	for (size_t i = 0; i < s->njobs; i++) {
		struct job *j = &s->jobs[i];

		/* Said at once: what it has seen so far is on its way to the disk first. */
		snprintf(j->phase, sizeof(j->phase), "stopping; what it has seen is kept");
		j->stopping = true;
		session_effect(x, (struct effect){.kind = EF_CANCEL, .job = j->id});
	}
}

void apply_progress(struct apply *x)
{
	struct job *j = job_find(x->s, x->in->job);

	if (j == NULL || j->stopping)
		return;
	if (x->in->text != NULL)
		snprintf(j->phase, sizeof(j->phase), "%s", x->in->text);
	j->done = x->in->done;
	j->total = x->in->total;
}

/* A check that ended after its question was answered may tell otherwise: said once. */
static void say_if_it_contradicts(struct session *s, const char *step)
{
	for (size_t i = 0; i + 1 < s->now.npath; i++) {
		const struct visit *v = &s->now.path[i];
		const struct node *n = &s->flow->nodes[v->node];

		if (v->contradicts && v->answer->u.answer.seen == NULL && strcmp(n->id, step) == 0)
			session_say(
			        s,
			        "The check of \"%s\" has ended and saw \"%s\", not \"%s\". Both are kept; go "
			        "back to change the answer.",
			        n->label, node_answer(n, v->saw)->label,
			        node_answer(n, v->answer->u.answer.answer)->label);
	}
}

void apply_evidence(struct apply *x)
{
	struct session *s = x->s;
	struct job *j = job_find(s, x->in->job);
	struct record r = {.kind = REC_EVIDENCE};
	const char *step;

	if (x->in->evidence == NULL || (j == NULL && x->in->job != 0))
		return;
	r.u.evidence = *x->in->evidence;
	if (j == NULL) {
		if (session_append(x, &r))
			whose_note(x);
		return;
	}
	step = j->step;
	r.u.evidence.step = step;
	r.u.evidence.call = j->call;
	forget(s, j);
	if (!session_append(x, &r))
		return;
	whose_note(x);
	if (strcmp(session_node(s)->id, step) != 0)
		say_if_it_contradicts(s, step);
}
