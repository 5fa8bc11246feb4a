/*
 * What a person says: answers, inputs, ticks and notes.  An answer against what
 * the checks saw is asked back once; both are kept.
 */
#include "session_int.h"

#include <stdio.h>
#include <string.h>

#include <casebook/utf8.h>

static bool fits(struct session *s, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return false;
	if (strlen(text) <= CASE_MAX_TEXT)
		return true;
	session_say(s, "That is longer than %d bytes; please shorten it.", CASE_MAX_TEXT);
	return false;
}

/* ---- answers ---- */

/* Whoever takes what the checks saw says what they say. */
static enum answered_by who(const struct session *s, const struct evidence *e)
{
	const struct probe *p = e != NULL ? flow_probe(s->flow, e->probe) : NULL;

	if (p == NULL)
		return BY_PERSON;
	return p->kind == PROBE_FILE ? BY_FILE : BY_PROBE;
}

/* What claims nothing while a file is missing is no answer: the step is put off, with what it waits for. */
static bool put_off(struct apply *x, const struct node *n, size_t choice)
{
	const struct input_def *missing[FLOW_MAX_CHECKS];
	size_t count = replay_missing(&x->s->now, n, missing, FLOW_MAX_CHECKS);
	struct record r = {.kind = REC_PUT_OFF};
	const char *wanted = "";

	for (size_t i = 0; i < count; i++)
		if (missing[i]->type == INPUT_FILE)
			wanted = arena_fmt(x->s->now.mem, "%s%s%s", wanted, *wanted != '\0' ? " " : "",
			                   missing[i]->key);
	if (&n->answers[choice] != node_blank(n) || *wanted == '\0')
		return false;
	r.u.put_off = (struct rec_put_off){.step = n->id, .wanted = wanted, .by = x->in->by};
	session_append(x, &r);
	return true;
}

static void answer_question(struct apply *x, const struct node *n, size_t choice)
{
	struct session *s = x->s;
	int saw = session_settled(s) ? replay_saw(&s->now, n) : -1;
	struct record r = {.kind = REC_ANSWER};

	if (x->in->by == BY_PERSON && saw >= 0 && (size_t)saw != choice && x->in->kind != IN_CONFIRM) {
		s->pending = (int)choice;
		return;
	}
	if (saw < 0 && put_off(x, n, choice))
		return;
	r.u.answer.step = n->id;
	r.u.answer.answer = n->answers[choice].id;
	r.u.answer.by = x->in->by;
	if (saw >= 0) {
		const struct evidence *e = replay_decider(&s->now, n->answers[saw].when);

		r.u.answer.seen = n->answers[saw].id;
		r.u.answer.evidence = e != NULL ? e->id : 0;
		if (x->in->by == BY_PERSON && (size_t)saw == choice)
			r.u.answer.by = who(s, e);
	}
	session_append(x, &r);
}

/* What an answers file said against the checks, which are followed: it stays in the record, taken back. */
static void keep_overruled(struct apply *x, const struct node *n)
{
	const struct answer_def *said = x->in->text != NULL ? node_answer(n, x->in->text) : NULL;
	struct record r = {.kind = REC_ANSWER};
	struct record back = {.kind = REC_RETRACT};

	if (said == NULL || x->in->by == BY_PERSON || x->in->n >= n->nanswers)
		return;
	r.u.answer.step = n->id;
	r.u.answer.answer = said->id;
	r.u.answer.by = BY_ANSWERS;
	r.u.answer.seen = n->answers[x->in->n].id;
	if (!session_append(x, &r))
		return;
	back.u.retract.pos = (uint32_t)x->s->cf.nlog;
	session_append(x, &back);
}

static void answer_fix(struct apply *x, const struct node *n)
{
	struct session *s = x->s;
	struct record r = {.kind = REC_ANSWER};

	if (x->in->n >= FIX__MAX || s->now.path[s->now.npath - 1].answer != NULL)
		return;
	if (x->in->n == FIX_DONE)
		jobs_drop_all(x);
	r.u.answer.step = n->id;
	r.u.answer.answer = fix_answer_name((enum fix_answer)x->in->n);
	r.u.answer.by = x->in->by;
	session_append(x, &r);
}

void apply_choose(struct apply *x)
{
	struct session *s = x->s;
	const struct node *n = session_node(s);

	s->pending = s->pending_check = -1;
	if (n->kind == NODE_FIX) {
		answer_fix(x, n);
	} else if (n->kind == NODE_ASK && x->in->n < n->nanswers) {
		keep_overruled(x, n);
		answer_question(x, n, x->in->n);
	} else {
		session_say(s, "There is no such answer here.");
	}
}

/* Whoever sends a form off has said what they can; what else it asks is asked again where it matters. */
static void end_form(struct apply *x, const struct node *n, bool ends)
{
	struct session *s = x->s;

	for (size_t i = 0; ends && n->kind == NODE_INPUT && i < n->ninputs; i++) {
		const char *key = s->flow->inputs[n->inputs[i]].key;
		struct record r = {.kind = REC_INPUT, .u.input = {.key = key, .by = x->in->by}};

		if (replay_input(&s->now, key) == NULL && !replay_input_skipped(&s->now, key))
			session_append(x, &r);
	}
}

/* IN_CONFIRM leaves the value out, IN_DECLINE keeps the text: it is no secret. */
static void answer_held(struct apply *x, bool keep)
{
	struct session *s = x->s;
	struct record r = {.kind = s->held.kind == IN_NOTE ? REC_NOTE : REC_INPUT};
	const struct input_def *def = r.kind == REC_INPUT ? flow_input(s->flow, s->held.key) : NULL;
	const struct node *here = session_node(s);
	const char *whole = s->held.text, *text = whole;
	char warn[240] = "";
	struct err err;

	s->held.text = NULL;
	if (def != NULL && !keep)
		text = input_without_secret(s->now.mem, def, text, NULL);
	if (text == NULL && input_accepts(def, whole, NULL, 0, &err)) {
		session_say(s, "Not taken: nothing remains without the secret.");
		return;
	}
	if (def != NULL && (text == NULL || !input_accepts(def, text, warn, sizeof(warn), &err))) {
		session_say(s, "%s", err.msg);
		return;
	}
	if (r.kind == REC_NOTE)
		r.u.note.text = text;
	else
		r.u.input = (struct rec_input){.key = s->held.key, .value = text, .by = BY_PERSON};
	if (!(keep ? session_append_as_is(x, &r) : session_append(x, &r)))
		return;
	session_say(s, "%s%s%s", keep ? "Kept as it is." : "Kept without the value.",
	            warn[0] != '\0' ? " " : "", warn);
	end_form(x, here, def != NULL && s->held.ends_form);
}

/* Back at the fix of the same cause: it has not helped. */
static void leave_fix(struct apply *x, const struct cause *c, enum fix_answer a)
{
	struct session *s = x->s;
	const struct node *n = session_node(s);
	struct record r = {.kind = REC_ANSWER};

	if (n->kind != NODE_FIX || &s->flow->causes[n->cause] != c)
		return;
	r.u.answer.step = n->id;
	r.u.answer.answer = fix_answer_name(a);
	r.u.answer.by = x->in->by;
	session_append(x, &r);
}

void apply_after(struct apply *x)
{
	struct session *s = x->s;
	const struct cause *c = session_after_fix(s);
	int saw = c != NULL && session_settled(s) ? replay_saw(&s->now, session_node(s)) : -1;
	struct record back = {.kind = REC_RETRACT};

	if (saw < 0) {
		session_say(s, "The checks have not shown yet whether it helped.");
		return;
	}
	if (x->in->n == AFTER_GO_ON || x->in->n == AFTER_FINISH) {
		answer_question(x, session_node(s), (size_t)saw);
		return;
	}
	back.u.retract.pos = s->now.path[s->now.npath - 2].answer->pos;
	if (!session_append(x, &back))
		return;
	if (x->in->n == AFTER_NEXT_CAUSE)
		leave_fix(x, c, FIX_FAILED);
	else if (x->in->n == AFTER_HAND_OVER)
		leave_fix(x, c, FIX_ESCALATE);
}

void apply_instead(struct apply *x)
{
	struct session *s = x->s;
	const struct node *n = session_node(s);
	struct record r = {.kind = REC_ANSWER};
	const char *said = x->in->key != NULL ? arena_fmt(s->now.mem, FIX_INSTEAD "%s", x->in->key) : "";

	if (n->kind != NODE_FIX || s->now.path[s->now.npath - 1].answer != NULL ||
	    fix_instead(s->flow, said) == NODE_NONE) {
		session_say(s, "There is no fix for that here.");
		return;
	}
	r.u.answer = (struct rec_answer){.step = n->id, .answer = said, .by = x->in->by};
	session_append(x, &r);
}

void apply_confirm(struct apply *x)
{
	struct session *s = x->s;

	if (s->held.text != NULL) {
		answer_held(x, false);
	} else if (s->pending >= 0) {
		size_t choice = (size_t)s->pending;

		s->pending = -1;
		answer_question(x, session_node(s), choice);
	} else if (s->pending_check >= 0) {
		x->confirmed = s->pending_check;
		s->pending_check = -1;
	} else {
		s->weighed = true;
	}
}

void apply_decline(struct apply *x)
{
	struct session *s = x->s;

	if (s->held.text != NULL) {
		answer_held(x, true);
	} else if (s->pending >= 0) {
		s->pending = -1;
	} else if (s->pending_check >= 0) {
		s->declined |= 1u << s->pending_check;
		s->again &= ~(1u << s->pending_check);
		s->pending_check = -1;
	}
}

/* ---- inputs ---- */

/* Pasted text brings blanks and line ends along. */
static const char *trimmed(struct session *s, const char *text)
{
	size_t n;

	while (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
		text++;
	n = strlen(text);
	while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
		n--;
	return arena_strndup(s->now.mem, text, n);
}

/* The same file given again is read again. */
static void again_with(struct session *s, const struct input_def *def)
{
	const struct node *n = session_node(s);

	for (size_t i = 0; i < n->nchecks && i < FLOW_MAX_CHECKS; i++)
		for (size_t a = 0; a < n->checks[i].nargs; a++)
			if (n->checks[i].args[a].input >= 0 &&
			    &s->flow->inputs[n->checks[i].args[a].input] == def)
				s->again |= 1u << i;
}

void apply_set(struct apply *x)
{
	const struct node *here = session_node(x->s);
	struct session *s = x->s;
	const struct input_def *def = x->in->key != NULL ? flow_input(s->flow, x->in->key) : NULL;
	const char *text = x->in->text, *whole, *was;
	struct record r = {.kind = REC_INPUT};
	char warn[240] = "";
	struct err err;

	if (def == NULL || text == NULL) {
		session_say(s, "This flow has no such input.");
		return;
	}
	text = trimmed(s, text);
	if (session_hold(x, def->key, text))
		return;
	whole = text;
	text = input_without_secret(s->now.mem, def, text, NULL);
	if (text == NULL && input_accepts(def, whole, NULL, 0, &err)) {
		session_say(s, "%s: not taken, nothing remains without the secret.", def->label);
		return;
	}
	if (text == NULL || !input_accepts(def, text, warn, sizeof(warn), &err)) {
		session_say(s, "%s", err.msg);
		return;
	}
	session_say(s, "%s%s",
	            text != whole ? "What looks like a secret was left out: the rest is taken. " : "", warn);
	was = replay_input(&s->now, def->key);
	/* Given again after a fix, a file is another one: it may hold what came since. */
	if (was != NULL && strcmp(was, text) == 0 && !replay_is_from_before(&s->now, def)) {
		again_with(s, def);
		end_form(x, here, x->in->n == 1);
		return;
	}
	r.u.input.key = def->key;
	r.u.input.value = text;
	r.u.input.by = x->in->by;
	session_append(x, &r);
	end_form(x, here, x->in->n == 1);
}

void apply_skip(struct apply *x)
{
	const struct node *here = session_node(x->s);
	struct session *s = x->s;
	const struct input_def *def = x->in->key != NULL ? flow_input(s->flow, x->in->key) : NULL;
	struct record r = {.kind = REC_INPUT};

	if (def == NULL) {
		session_say(s, "This flow has no such input.");
		return;
	}
	r.u.input.key = def->key;
	r.u.input.by = x->in->by;
	if (!replay_input_skipped(&s->now, def->key))
		session_append(x, &r);
	end_form(x, here, x->in->n == 1);
}

/* ---- the rest ---- */

void apply_tick(struct apply *x)
{
	struct session *s = x->s;
	const struct node *n = session_node(s);
	struct record r = {.kind = REC_TICK};
	const struct cause *c;

	if (n->kind != NODE_FIX || x->in->n >= s->flow->causes[n->cause].nfix)
		return;
	c = &s->flow->causes[n->cause];
	r.u.tick.cause = c->id;
	r.u.tick.item = x->in->n;
	r.u.tick.done = !replay_ticked(&s->now, c, x->in->n);
	session_append(x, &r);
}

void apply_note(struct apply *x)
{
	struct record r = {.kind = REC_NOTE};

	if (!fits(x->s, x->in->text))
		return;
	if (!utf8_valid(x->in->text, strlen(x->in->text))) {
		session_say(x->s, "The note is not valid UTF-8 and was not taken.");
		return;
	}
	if (session_hold(x, NULL, x->in->text))
		return;
	r.u.note.text = x->in->text;
	if (session_append(x, &r) && x->s->message[0] == '\0')
		session_say(x->s, "Noted.");
}
