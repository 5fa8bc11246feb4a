/*
 * The last change taken back, and brought again, by name.  Both only append: a retraction, or the same record
 * once more.  What can be brought again is read from the log, so that it survives a resume.
 */
#include "session_int.h"

#include <string.h>

static bool is_change(const struct record *r)
{
	if (r->kind == REC_INPUT)
		return about_case_label(r->u.input.key) == NULL;
	return r->kind == REC_ANSWER || r->kind == REC_PUT_OFF || r->kind == REC_TICK || r->kind == REC_ABOUT;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether b says again what a said. */
static bool says_again(const struct record *a, const struct record *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == REC_INPUT)
		return same(a->u.input.key, b->u.input.key) && same(a->u.input.value, b->u.input.value);
	if (a->kind == REC_ANSWER)
		return same(a->u.answer.step, b->u.answer.step) &&
		       same(a->u.answer.answer, b->u.answer.answer);
	if (a->kind == REC_PUT_OFF)
		return same(a->u.put_off.step, b->u.put_off.step);
	if (a->kind == REC_TICK)
		return same(a->u.tick.cause, b->u.tick.cause) && a->u.tick.item == b->u.tick.item &&
		       a->u.tick.done == b->u.tick.done;
	return same(a->u.about.computer, b->u.about.computer) && same(a->u.about.target, b->u.about.target) &&
	       a->u.about.role == b->u.about.role;
}

/* ---- in words ---- */

static const char *step_text(const struct session *s, const char *step)
{
	const struct node *n = flow_node(s->flow, step);

	return n != NULL && n->label != NULL ? n->label : step;
}

static const char *answer_text(struct session *s, const struct rec_answer *a)
{
	const struct node *n = flow_node(s->flow, a->step);
	const struct answer_def *def = n != NULL && n->kind == NODE_ASK ? node_answer(n, a->answer) : NULL;
	const char *said = def != NULL ? def->label : a->answer;

	for (int i = 0; n != NULL && n->kind == NODE_FIX && i < FIX__MAX; i++)
		if (strcmp(fix_answer_name((enum fix_answer)i), a->answer) == 0)
			said = fix_answer_label((enum fix_answer)i);
	if (fix_instead(s->flow, a->answer) != NODE_NONE)
		said = arena_fmt(s->now.mem, "first %s",
		                 step_text(s, s->flow->nodes[fix_instead(s->flow, a->answer)].id));
	return arena_fmt(s->now.mem, "%s: %s", step_text(s, a->step), said);
}

static const char *tick_text(struct session *s, const struct rec_tick *t)
{
	for (size_t i = 0; i < s->flow->ncauses; i++)
		if (strcmp(s->flow->causes[i].id, t->cause) == 0 && t->item < s->flow->causes[i].nfix)
			return arena_fmt(s->now.mem, "%s \"%s\"", t->done ? "the tick at" : "no tick at",
			                 s->flow->causes[i].fix[t->item].text);
	return "a tick";
}

const char *change_text(struct session *s, const struct record *r)
{
	const struct input_def *def;

	if (r->kind == REC_ANSWER)
		return answer_text(s, &r->u.answer);
	if (r->kind == REC_PUT_OFF)
		return arena_fmt(s->now.mem, "%s was put off", step_text(s, r->u.put_off.step));
	if (r->kind == REC_TICK)
		return tick_text(s, &r->u.tick);
	if (r->kind == REC_ABOUT)
		return arena_fmt(s->now.mem, "whose %s is",
		                 r->u.about.computer != NULL ? r->u.about.computer
		                 : r->u.about.target != NULL ? r->u.about.target
		                                             : "a file");
	def = flow_input(s->flow, r->u.input.key);
	return arena_fmt(s->now.mem, "%s%s%s", def != NULL ? def->label : r->u.input.key,
	                 r->u.input.value != NULL ? " " : ", not at hand",
	                 r->u.input.value != NULL ? r->u.input.value : "");
}

/* ---- back ---- */

static const struct record *newest(const struct session *s)
{
	for (size_t i = s->cf.nlog; i > 0; i--)
		if (is_change(&s->cf.log[i - 1]) && !s->now.retracted[i - 1])
			return &s->cf.log[i - 1];
	return NULL;
}

/* A form that is sent off leaves several records: one key made them, one key takes them. */
static bool of_one_key(const struct record *a, const struct record *b)
{
	return a->kind == REC_INPUT && b->kind == REC_INPUT && a->at_ms == b->at_ms;
}

void apply_undo(struct apply *x)
{
	struct session *s = x->s;
	const struct record *r = newest(s);
	const char *what;
	bool more = true;

	if (s->held.text != NULL || s->pending >= 0 || s->pending_check >= 0) {
		session_say(s, "u: this page asks a question first; nothing from it is recorded yet.");
		return;
	}
	if (r == NULL) {
		session_say(s, "u: there is nothing to take back.");
		return;
	}
	while (more) {
		struct record was = *r, back = {.kind = REC_RETRACT, .u.retract = {r->pos}};

		if (!session_append(x, &back))
			return;
		what = change_text(s, &was);
		r = newest(s);
		more = r != NULL && of_one_key(r, &was);
	}
	session_say(s, "Taken back: %s. Ctrl-R brings it again.", what);
}

/* ---- and forth ---- */

/* Records that were taken back and may come again, the last one first; since then nothing else was changed.
 */
static size_t taken_back(struct session *s, const struct record ***out)
{
	const struct record **stack = arena_array(s->now.mem, s->cf.nlog, sizeof(*stack));
	size_t n = 0;

	for (size_t i = 0; i < s->cf.nlog; i++) {
		const struct record *r = &s->cf.log[i];
		const struct record *gone =
		        r->kind == REC_RETRACT ? casefile_at(&s->cf, r->u.retract.pos) : NULL;

		if (gone != NULL && is_change(gone))
			stack[n++] = gone;
		else if (is_change(r) && n > 0 && says_again(stack[n - 1], r))
			n--;
		else if (is_change(r))
			n = 0;
	}
	*out = stack;
	return n;
}

void apply_redo(struct apply *x)
{
	struct session *s = x->s;
	const struct record **stack;
	size_t n = taken_back(s, &stack);
	struct record first;
	bool more = n != 0;

	if (n == 0) {
		session_say(s, "Ctrl-R: nothing was taken back since the last change.");
		return;
	}
	first = *stack[n - 1];
	while (more) {
		struct record again = *stack[n - 1];

		again.mark = NULL;
		if (!session_append(x, &again))
			return;
		n = taken_back(s, &stack);
		more = n != 0 && of_one_key(stack[n - 1], &again);
	}
	session_say(s, "Again: %s.", change_text(s, &first));
}
