/* The timeline: what people did, what was measured, and what the files themselves say happened when. */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

static const char *answer_text(struct report *r, const struct rec_answer *a)
{
	const char *label = answer_label(r, a->step, a->answer);

	if (a->seen != NULL && strcmp(a->seen, a->answer) != 0)
		return arena_fmt(r->mem, "%s: %s (the checks saw: %s)", step_label(r, a->step), label,
		                 answer_label(r, a->step, a->seen));
	return arena_fmt(r->mem, "%s: %s", step_label(r, a->step), label);
}

static const char *evidence_text(struct report *r, const struct evidence *e)
{
	if (e->why != NULL)
		return arena_fmt(r->mem, "%s %s: %s", evidence_outcome_name(e->outcome),
		                 e->target != NULL ? e->target : "", e->why);
	return arena_fmt(r->mem, "%s %s", evidence_outcome_name(e->outcome),
	                 e->target != NULL ? e->target : "");
}

static const char *tick_text(struct report *r, const struct rec_tick *t)
{
	const struct cause *c = flow_cause(r->flow, t->cause);
	const char *item =
	        c != NULL && t->item < c->nfix ? c->fix[t->item].text : "a line that the flow no longer has";

	item = plain_prose(r, item);
	return arena_fmt(r->mem, "%s: %s", t->done ? "Done" : "Not done after all", item);
}

static const char *input_text(struct report *r, const struct rec_input *in)
{
	const struct input_def *d = flow_input(r->flow, in->key);

	return arena_fmt(r->mem, "%s: %s", d != NULL && d->label != NULL ? d->label : in->key,
	                 in->value != NULL ? in->value : "not at hand");
}

static void record_event(struct report *r, const struct record *rec, struct event *out)
{
	switch (rec->kind) {
	case REC_INPUT:
		out->source = answered_by_name(rec->u.input.by);
		out->text = input_text(r, &rec->u.input);
		break;
	case REC_ANSWER:
		out->source = answered_by_name(rec->u.answer.by);
		out->text = answer_text(r, &rec->u.answer);
		break;
	case REC_RETRACT:
		out->text = arena_fmt(r->mem, "Took back record %u", rec->u.retract.pos);
		break;
	case REC_EVIDENCE:
		out->source = rec->u.evidence.probe;
		out->text = evidence_text(r, &rec->u.evidence);
		break;
	case REC_NOTE:
		out->text = arena_fmt(r->mem, "Note: %s", rec->u.note.text);
		break;
	case REC_TICK:
		out->text = tick_text(r, &rec->u.tick);
		break;
	case REC__MAX:
		break;
	}
}

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	return x->pin < y->pin ? -1 : x->pin > y->pin;
}

static void add(struct report_model *m, const struct event *e)
{
	if (m->nevents == REPORT_MAX_EVENTS)
		m->events_left_out++;
	else
		m->events[m->nevents++] = *e;
}

static bool same_line(const struct pin *a, const struct pin *b)
{
	return a->line == b->line && a->offset == b->offset && a->at_ms == b->at_ms;
}

/* Several facts may rest on one line: it happened once. */
static void pin_events(struct report_model *m, const struct evidence *e)
{
	for (uint32_t i = 0; i < e->npins; i++) {
		const struct pin *p = &e->pins[i];
		bool again = p->at_ms == PIN_NO_TIME || p->text == NULL;

		for (uint32_t k = 0; k < i && !again; k++)
			again = same_line(&e->pins[k], p);
		if (!again)
			add(m, &(struct event){p->at_ms, e->id, i + 1, p->file != NULL ? p->file : e->probe,
			                       p->text, true});
	}
}

void model_events(struct report *r, struct report_model *m)
{
	size_t n = r->cf->nlog + 1;

	for (size_t i = 0; i < m->nevidence; i++)
		n += m->evidence[i]->npins;
	m->events = arena_array(r->mem, n < REPORT_MAX_EVENTS ? n : REPORT_MAX_EVENTS, sizeof(*m->events));
	add(m, &(struct event){r->cf->opened_ms, 0, 0, "casebook", "Case opened", false});
	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct record *rec = &r->cf->log[i];
		struct event e = {rec->at_ms, rec->pos, 0, "person", NULL, false};

		if (rec->kind == REC_EVIDENCE)
			e.at_ms = rec->u.evidence.started_ms;
		record_event(r, rec, &e);
		add(m, &e);
	}
	for (size_t i = 0; i < m->nevidence; i++)
		pin_events(m, m->evidence[i]);
	qsort(m->events, m->nevents, sizeof(*m->events), by_time);
}
