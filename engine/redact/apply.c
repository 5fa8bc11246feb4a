/* Puts the tokens in place of the secrets: in a text, in a field, in a copy of a case, of its diagnosis, of a
 * flow. */
#include "redact_int.h"

#include <string.h>

#define WITHHELD "(withheld)"

/* ---- one text ---- */
static bool replace_plain(struct redaction *r, const char *text, size_t n, struct buf *out)
{
	size_t from = 0, i = 0;

	while (i < n) {
		const struct secret *s = secret_at(r, text, i, n);

		if (s == NULL) {
			i++;
			continue;
		}
		buf_put(out, text + from, i - from);
		buf_str(out, s->token);
		r->all[s - r->all].count++;
		i += s->len;
		from = i;
	}
	if (from == 0)
		return false;
	buf_put(out, text + from, n - from);
	return true;
}

struct encoded {
	struct redaction *r;
	struct arena *mem;
	struct view hit;
	const char *instead; /* NULL: no piece holds a secret */
};

static bool look_behind(void *arg, const struct view *v)
{
	struct encoded *e = arg;
	struct buf b;

	buf_init(&b, BUF_MAX_TEXT);
	if (replace_plain(e->r, v->plain, v->n, &b)) {
		e->hit = *v;
		e->instead = v->base64 ? "(encoded text withheld)" : arena_strndup(e->mem, buf_cstr(&b), b.n);
	}
	buf_release(&b);
	return e->instead == NULL;
}

/* One encoded piece at a time, until none is left that holds a secret. */
static const char *replace_encoded(struct redaction *r, struct arena *mem, const char *text)
{
	for (;;) {
		struct encoded e = {r, mem, {0}, NULL};

		arena_reset(r->scratch);
		each_view(r->scratch, text, look_behind, &e);
		if (e.instead != NULL)
			text = arena_fmt(mem, "%.*s%s%s", (int)e.hit.from, text, e.instead,
			                 text + e.hit.from + e.hit.len);
		if (e.instead == NULL)
			return text;
	}
}

const char *redact_text(struct redaction *r, struct arena *mem, const char *text)
{
	struct buf b;

	if (text == NULL || text[0] == '\0' || r->n == 0)
		return text;
	text = replace_encoded(r, mem, text);
	buf_init(&b, BUF_MAX_TEXT);
	if (replace_plain(r, text, strlen(text), &b))
		text = arena_strndup(mem, buf_cstr(&b), b.n);
	buf_release(&b);
	return text;
}

const char *redact_field(struct redaction *r, struct arena *mem, const char *text)
{
	struct secret *s = text != NULL ? secret_find(r, text, strlen(text)) : NULL;

	if (s == NULL)
		return redact_text(r, mem, text);
	s->count++;
	return s->token;
}

static const char *withhold(struct redaction *r, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return text;
	r->withheld++;
	return WITHHELD;
}

/* What people or foreign programs wrote freely: strict leaves it out whole. */
static const char *free_text(struct redaction *r, struct arena *mem, const char *text)
{
	return r->level == REDACT_STRICT ? withhold(r, text) : redact_text(r, mem, text);
}

/* ---- a case ---- */
struct value redact_value(struct redaction *r, struct arena *mem, const struct value *v)
{
	struct value out = *v;

	if (v->type == VAL_STR) {
		out.u.s = redact_field(r, mem, v->u.s);
	} else if (v->type == VAL_LIST) {
		struct value *items = arena_array(mem, v->u.list.n, sizeof(*items));

		for (size_t i = 0; i < v->u.list.n; i++)
			items[i] = redact_value(r, mem, &v->u.list.items[i]);
		out.u.list.items = items;
	} else if (v->type == VAL_MAP) {
		struct member *items = arena_array(mem, v->u.map.n, sizeof(*items));

		for (size_t i = 0; i < v->u.map.n; i++) {
			items[i].key = redact_text(r, mem, v->u.map.items[i].key);
			items[i].value = redact_value(r, mem, &v->u.map.items[i].value);
		}
		out.u.map.items = items;
	}
	return out;
}

/* A hash of an address tells whoever guesses it that the guess was right. */
static const char *call_token(struct redaction *r, struct arena *mem, const char *call)
{
	const char *name = call != NULL ? arena_fmt(mem, "call %s", call) : NULL;

	if (call == NULL)
		return NULL;
	return secret_add(r, S_CALL, name, strlen(name), NULL)->token;
}

/* Whose a source is and what was seen in it.  Strict leaves it out: rows quote foreign texts. */
static void redact_rows(struct redaction *r, struct arena *mem, const struct evidence *e,
                        struct evidence *out)
{
	struct evpart *parts = arena_array(mem, e->nparts, sizeof(*parts));
	struct evrow *rows = arena_array(mem, e->nrows, sizeof(*rows));

	if (r->level == REDACT_STRICT) {
		out->nparts = out->nrows = 0;
		return;
	}
	for (size_t i = 0; i < e->nparts; i++) {
		struct about *a = &parts[i].about;

		*a = e->parts[i].about;
		a->computer = redact_field(r, mem, a->computer);
		a->device = redact_field(r, mem, a->device);
		a->site = redact_text(r, mem, a->site);
		a->pool = redact_text(r, mem, a->pool);
		a->store = redact_text(r, mem, a->store);
		a->platform = redact_text(r, mem, a->platform);
		a->log = redact_text(r, mem, a->log);
	}
	for (size_t i = 0; i < e->nrows; i++) {
		rows[i] = e->rows[i];
		rows[i].data = redact_value(r, mem, &e->rows[i].data);
	}
	out->parts = parts;
	out->rows = rows;
}

static struct evidence redact_evidence(struct redaction *r, struct arena *mem, const struct evidence *e)
{
	struct fact *facts = arena_array(mem, e->nfacts, sizeof(*facts));
	struct pin *pins = arena_array(mem, e->npins, sizeof(*pins));
	struct evidence out = *e;

	out.target = redact_field(r, mem, e->target);
	out.why = redact_text(r, mem, e->why);
	out.host = redact_field(r, mem, e->host);
	out.proxy = redact_text(r, mem, e->proxy);
	out.by_hand = redact_text(r, mem, e->by_hand);
	out.call = call_token(r, mem, e->call);
	for (size_t i = 0; i < e->nfacts; i++) {
		facts[i].key = e->facts[i].key;
		facts[i].value = redact_value(r, mem, &e->facts[i].value);
	}
	for (size_t i = 0; i < e->npins; i++) {
		pins[i] = e->pins[i];
		pins[i].file = redact_field(r, mem, e->pins[i].file);
		pins[i].text = free_text(r, mem, e->pins[i].text);
	}
	out.facts = facts;
	out.pins = pins;
	redact_rows(r, mem, e, &out);
	return out;
}

/* Ids of the flow stay; a log from elsewhere may hold others. */
static void redact_answer(struct redaction *r, struct arena *mem, const struct flow *flow,
                          struct rec_answer *a)
{
	const struct node *n = flow_node(flow, a->step);

	if (n == NULL)
		a->step = redact_text(r, mem, a->step);
	if (n == NULL || node_answer(n, a->answer) == NULL)
		a->answer = redact_text(r, mem, a->answer);
	if (a->seen != NULL && (n == NULL || node_answer(n, a->seen) == NULL))
		a->seen = redact_text(r, mem, a->seen);
}

static void redact_record(struct redaction *r, struct arena *mem, const struct flow *flow, struct record *rec)
{
	const struct input_def *d;

	switch (rec->kind) {
	case REC_INPUT:
		d = flow_input(flow, rec->u.input.key);
		if (d != NULL && d->type == INPUT_TEXT)
			rec->u.input.value = free_text(r, mem, rec->u.input.value);
		else if (d == NULL || (d->type != INPUT_CHOICE && d->type != INPUT_TIME))
			rec->u.input.value = redact_field(r, mem, rec->u.input.value);
		break;
	case REC_EVIDENCE:
		rec->u.evidence = redact_evidence(r, mem, &rec->u.evidence);
		break;
	case REC_NOTE:
		rec->u.note.text = free_text(r, mem, rec->u.note.text);
		break;
	case REC_ABOUT:
		rec->u.about.target = redact_field(r, mem, rec->u.about.target);
		rec->u.about.computer = redact_field(r, mem, rec->u.about.computer);
		break;
	case REC_ANSWER:
		redact_answer(r, mem, flow, &rec->u.answer);
		break;
	case REC_HAND:
		rec->u.hand.to = redact_field(r, mem, rec->u.hand.to);
		break;
	case REC_EXPORT:
	case REC_TICK:
	case REC_RETRACT:
	case REC_PUT_OFF:
	case REC__MAX:
		break;
	}
	if (rec->mark != NULL)
		rec->mark = case_mark_new(mem, free_text(r, mem, rec->mark->title),
		                          redact_text(r, mem, rec->mark->place), rec->mark->state);
}

const struct casefile *redact_case(struct redaction *r, struct arena *mem, const struct flow *flow,
                                   const struct casefile *cf)
{
	struct casefile *out = arena_alloc(mem, sizeof(*out));

	*out = *cf;
	out->title = free_text(r, mem, cf->title);
	out->host = redact_field(r, mem, cf->host);
	out->log = arena_array(mem, cf->nlog, sizeof(*out->log));
	if (cf->nlog != 0)
		memcpy(out->log, cf->log, cf->nlog * sizeof(*out->log));
	for (size_t i = 0; i < cf->nlog; i++)
		redact_record(r, mem, flow, &out->log[i]);
	return out;
}

/* ---- a diagnosis ---- */
static const struct cause *same_cause(const struct flow *shown, const struct flow *original,
                                      const struct cause *c)
{
	return c != NULL ? &shown->causes[c - original->causes] : NULL;
}

struct diagnosis *redact_diagnosis(struct redaction *r, struct arena *mem, const struct flow *shown,
                                   const struct flow *original, const struct diagnosis *d)
{
	struct diagnosis *out = arena_alloc(mem, sizeof(*out));

	*out = *d;
	out->rows = arena_array(mem, d->nrows, sizeof(*out->rows));
	for (size_t i = 0; i < d->nrows; i++) {
		out->rows[i] = d->rows[i];
		out->rows[i].cause = same_cause(shown, original, d->rows[i].cause);
		out->rows[i].by = redact_text(r, mem, d->rows[i].by);
	}
	out->findings = arena_array(mem, d->nfindings, sizeof(*out->findings));
	for (size_t i = 0; i < d->nfindings; i++) {
		struct finding *f = &out->findings[i];

		*f = d->findings[i];
		f->cause = same_cause(shown, original, f->cause);
		f->title = redact_text(r, mem, f->title);
		f->remedy = redact_text(r, mem, f->remedy);
		f->by = redact_text(r, mem, f->by);
	}
	out->needs = arena_array(mem, d->nneeds, sizeof(*out->needs));
	for (size_t i = 0; i < d->nneeds; i++) {
		out->needs[i] = d->needs[i];
		out->needs[i].how = redact_text(r, mem, d->needs[i].how);
		out->needs[i].says = redact_text(r, mem, d->needs[i].says);
	}
	out->contradictions = arena_array(mem, d->ncontradictions, sizeof(*out->contradictions));
	for (size_t i = 0; i < d->ncontradictions; i++) {
		struct contradiction *c = &out->contradictions[i];

		*c = d->contradictions[i];
		c->said = redact_text(r, mem, c->said);
		c->saw = redact_text(r, mem, c->saw);
		c->text = redact_text(r, mem, c->text);
	}
	return out;
}

/* ---- a flow: its prose may name a host of the house ---- */
static void redact_node(struct redaction *r, struct arena *mem, struct node *n)
{
	struct answer_def *answers = arena_array(mem, n->nanswers, sizeof(*answers));

	n->label = redact_text(r, mem, n->label);
	n->ask = redact_text(r, mem, n->ask);
	n->good = redact_text(r, mem, n->good);
	n->text = redact_text(r, mem, n->text);
	n->source = redact_text(r, mem, n->source);
	for (size_t i = 0; i < n->nanswers; i++) {
		answers[i] = n->answers[i];
		answers[i].label = redact_text(r, mem, answers[i].label);
		answers[i].note = redact_text(r, mem, answers[i].note);
	}
	n->answers = answers;
}

static void redact_cause(struct redaction *r, struct arena *mem, struct cause *c)
{
	struct fix_item *fix = arena_array(mem, c->nfix, sizeof(*fix));

	c->title = redact_text(r, mem, c->title);
	c->summary = redact_text(r, mem, c->summary);
	c->remedy = redact_text(r, mem, c->remedy);
	c->source = redact_text(r, mem, c->source);
	c->topic = redact_text(r, mem, c->topic);
	for (size_t i = 0; i < c->nfix; i++) {
		fix[i].text = redact_text(r, mem, c->fix[i].text);
		fix[i].who = redact_text(r, mem, c->fix[i].who);
		fix[i].where = redact_text(r, mem, c->fix[i].where);
		fix[i].changes = redact_text(r, mem, c->fix[i].changes);
		fix[i].run = redact_text(r, mem, c->fix[i].run);
	}
	c->fix = fix;
}

const struct flow *redact_flow(struct redaction *r, struct arena *mem, const struct flow *f)
{
	struct flow *out = arena_alloc(mem, sizeof(*out));
	struct node *nodes = arena_array(mem, f->nnodes, sizeof(*nodes));
	struct cause *causes = arena_array(mem, f->ncauses, sizeof(*causes));
	struct input_def *inputs = arena_array(mem, f->ninputs, sizeof(*inputs));

	*out = *f;
	out->title = redact_text(r, mem, f->title);
	out->source_title = redact_text(r, mem, f->source_title);
	out->source_url = redact_text(r, mem, f->source_url);
	for (size_t i = 0; i < f->nnodes; i++) {
		nodes[i] = f->nodes[i];
		redact_node(r, mem, &nodes[i]);
	}
	for (size_t i = 0; i < f->ncauses; i++) {
		causes[i] = f->causes[i];
		redact_cause(r, mem, &causes[i]);
	}
	for (size_t i = 0; i < f->ninputs; i++) {
		inputs[i] = f->inputs[i];
		inputs[i].label = redact_text(r, mem, inputs[i].label);
	}
	out->nodes = nodes;
	out->causes = causes;
	out->inputs = inputs;
	return out;
}
