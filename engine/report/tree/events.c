/* The timeline: what people did, what was measured, and what the files themselves say happened when. */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/say.h>

static const char *answer_text(const struct report *r, struct arena *mem, const struct rec_answer *a)
{
	const char *label = answer_label(r, a->step, a->answer);

	if (a->seen != NULL && strcmp(a->seen, a->answer) != 0)
		return arena_fmt(mem, "%s: %s (the checks saw: %s)", step_label(r, a->step), label,
		                 answer_label(r, a->step, a->seen));
	return rn_join(mem, step_label(r, a->step), ": ", label);
}

static const char *evidence_text(struct arena *mem, const struct evidence *e)
{
	if (e->why != NULL)
		return arena_fmt(mem, "%s %s: %s", evidence_outcome_name(e->outcome),
		                 e->target != NULL ? e->target : "", e->why);
	return rn_join(mem, evidence_outcome_name(e->outcome), " ", e->target);
}

static const char *tick_text(const struct report *r, struct arena *mem, const struct rec_tick *t)
{
	const struct cause *c = flow_cause(r->flow, t->cause);
	const char *item =
	        c != NULL && t->item < c->nfix ? c->fix[t->item].text : "a line that the flow no longer has";

	return arena_fmt(mem, "%s: %s", t->done ? "Done" : "Not done after all", say_plain(mem, item));
}

static const char *input_text(const struct report *r, struct arena *mem, const struct rec_input *in)
{
	const struct input_def *d = flow_input(r->flow, in->key);

	return rn_join(mem, input_label(d, in->key), ": ", in->value != NULL ? in->value : "not at hand");
}

static const char *about_text(struct arena *mem, const struct rec_about *a)
{
	static const char *const whose[ROLE__MAX] = {
	        [ROLE_UNKNOWN] = "Nobody knows whose it is: ", [ROLE_NDES] = "Of the NDES server: ",
	        [ROLE_SERVER] = "Of another server: ",         [ROLE_DEVICE] = "Of the device: ",
	        [ROLE_CONSOLE] = "Of the console: ",
	};

	if (a->computer != NULL)
		return arena_fmt(mem, "%scomputer %s", whose[a->role], a->computer);
	return rn_join(mem, whose[a->role], a->target, NULL);
}

/* "Put off: IIS log, HTTPERR log" */
static const char *put_off_text(const struct report *r, struct arena *mem, const struct rec_put_off *p)
{
	const char *comma = "", *out;
	struct buf text;

	buf_init(&text, BUF_MAX_TEXT);
	buf_str(&text, "Put off: ");
	for (const char *at = p->wanted; *at != '\0';) {
		size_t n = strcspn(at, " ");
		const char *key = arena_strndup(mem, at, n);

		buf_fmt(&text, "%s%s", comma, input_label(flow_input(r->flow, key), key));
		comma = ", ";
		at += n + strspn(at + n, " ");
	}
	out = arena_strdup(mem, buf_cstr(&text));
	buf_release(&text);
	return out;
}

static struct event_text record_text(const struct report *r, struct arena *mem, const struct record *rec)
{
	struct event_text out = {"person", NULL, false};

	switch (rec->kind) {
	case REC_INPUT:
		out.source = answered_by_name(rec->u.input.by);
		out.what = input_text(r, mem, &rec->u.input);
		break;
	case REC_ANSWER:
		out.source = answered_by_name(rec->u.answer.by);
		out.what = answer_text(r, mem, &rec->u.answer);
		break;
	case REC_RETRACT:
		out.what = tree_number(mem, "Took back record ", rec->u.retract.pos);
		break;
	case REC_EVIDENCE:
		out.source = rec->u.evidence.probe;
		out.what = evidence_text(mem, &rec->u.evidence);
		break;
	case REC_NOTE:
		out.what = rn_join(mem, "Note: ", rec->u.note.text, NULL);
		break;
	case REC_TICK:
		out.what = tick_text(r, mem, &rec->u.tick);
		break;
	case REC_ABOUT:
		out.source = answered_by_name(rec->u.about.by);
		out.what = about_text(mem, &rec->u.about);
		break;
	case REC_EXPORT:
		out.what =
		        arena_fmt(mem, "Exported: %s as %s, redaction %s, SHA-256 %.16s", rec->u.export.what,
		                  rec->u.export.format, rec->u.export.level, rec->u.export.sha256);
		break;
	case REC_PUT_OFF:
		out.source = answered_by_name(rec->u.put_off.by);
		out.what = put_off_text(r, mem, &rec->u.put_off);
		break;
	case REC_HAND:
		out.what = rn_join(mem, "Handed to ", rec->u.hand.to, NULL);
		break;
	case REC__MAX:
		break;
	}
	return out;
}

struct event_text event_text(const struct report *r, struct arena *mem, const struct event *e)
{
	const struct record *rec = casefile_at(r->cf, e->pos);
	const struct pin *p;

	if (rec == NULL)
		return (struct event_text){"casebook", "Case opened", false};
	if (e->pin == 0)
		return record_text(r, mem, rec);
	p = &rec->u.evidence.pins[e->pin - 1];
	return (struct event_text){p->file != NULL ? p->file : rec->u.evidence.probe, p->text, true};
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

/* A log is in the order of time but for clocks that were set back, and qsort does not profit from that. */
static void sort(struct event *all, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (by_time(&all[i - 1], &all[i]) > 0) {
			qsort(all, n, sizeof(*all), by_time);
			return;
		}
	}
}

static bool same_line(const struct pin *a, const struct pin *b)
{
	return a->line == b->line && a->offset == b->offset && a->at_ms == b->at_ms;
}

/* Several facts may rest on one line: it happened once. */
static size_t pin_events(const struct evidence *e, struct event *out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < e->npins; i++) {
		const struct pin *p = &e->pins[i];
		bool again = p->at_ms == PIN_NO_TIME || p->text == NULL;

		for (uint32_t k = 0; k < i && !again; k++)
			again = same_line(&e->pins[k], p);
		if (!again)
			out[n++] = (struct event){p->at_ms, e->id, i + 1};
	}
	return n;
}

static void merge(struct report_model *m, const struct event *a, size_t na, const struct event *b, size_t nb)
{
	size_t i = 0, k = 0;

	while ((i < na || k < nb) && m->nevents < REPORT_MAX_EVENTS) {
		bool left = k == nb || (i < na && by_time(&a[i], &b[k]) < 0);

		m->events[m->nevents++] = left ? a[i++] : b[k++];
	}
	m->events_left_out = na - i + nb - k;
}

void model_events(struct report *r, struct report_model *m)
{
	size_t n = r->cf->nlog + 1, npins = 0, found = 0;
	struct arena *mem = arena_new();
	struct event *records = arena_array(mem, n, sizeof(*records)), *pins;

	for (size_t i = 0; i < m->nevidence; i++)
		npins += m->evidence[i]->npins;
	pins = arena_array(mem, npins, sizeof(*pins));
	records[0] = (struct event){r->cf->opened_ms, 0, 0};
	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct record *rec = &r->cf->log[i];

		records[i + 1] = (struct event){
		        rec->kind == REC_EVIDENCE ? rec->u.evidence.started_ms : rec->at_ms, rec->pos, 0};
	}
	for (size_t i = 0; i < m->nevidence; i++)
		found += pin_events(m->evidence[i], pins + found);
	sort(records, n);
	sort(pins, found);
	m->events = arena_array(r->mem, n + found < REPORT_MAX_EVENTS ? n + found : REPORT_MAX_EVENTS,
	                        sizeof(*m->events));
	merge(m, records, n, pins, found);
	arena_free(mem);
}
