/* Records before they are kept: every text of theirs passes the gate for secrets. */
#include <casebook/casefile.h>

#include <casebook/secret.h>

/* A copy only where something was left out, so that most evidence costs reading alone. */
static struct value clean_value(struct arena *mem, const char *name, const struct value *v,
                                struct secret_count *c)
{
	struct value out = *v;

	if (v->type == VAL_STR) {
		out.u.s = name != NULL ? secret_clean_named(mem, name, v->u.s, c)
		                       : secret_clean(mem, v->u.s, c);
	} else if (v->type == VAL_LIST && v->u.list.n != 0) {
		struct value *items = arena_array(mem, v->u.list.n, sizeof(*items));

		for (size_t i = 0; i < v->u.list.n; i++)
			items[i] = clean_value(mem, name, &v->u.list.items[i], c);
		out.u.list.items = items;
	} else if (v->type == VAL_MAP && v->u.map.n != 0) {
		struct member *items = arena_array(mem, v->u.map.n, sizeof(*items));

		for (size_t i = 0; i < v->u.map.n; i++) {
			items[i].key = secret_clean(mem, v->u.map.items[i].key, c);
			items[i].value = clean_value(mem, items[i].key, &v->u.map.items[i].value, c);
		}
		out.u.map.items = items;
	}
	return out;
}

static void clean_about(struct arena *mem, struct about *a, struct secret_count *c)
{
	const char **const texts[] = {&a->computer, &a->site,     &a->pool, &a->store,
	                              &a->device,   &a->platform, &a->log};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = secret_clean(mem, *texts[i], c);
}

static void clean_rows(struct arena *mem, struct evidence *e, struct secret_count *c)
{
	struct evpart *parts = arena_array(mem, e->nparts, sizeof(*parts));
	struct evrow *rows = arena_array(mem, e->nrows, sizeof(*rows));

	for (size_t i = 0; i < e->nparts; i++) {
		parts[i] = e->parts[i];
		clean_about(mem, &parts[i].about, c);
	}
	for (size_t i = 0; i < e->nrows; i++) {
		rows[i] = e->rows[i];
		rows[i].data = clean_value(mem, NULL, &e->rows[i].data, c);
	}
	e->parts = parts;
	e->rows = rows;
}

struct evidence evidence_clean(struct arena *mem, const struct evidence *e, struct secret_count *c)
{
	struct evidence out = *e;
	struct fact *facts = arena_array(mem, e->nfacts, sizeof(*facts));
	struct pin *pins = arena_array(mem, e->npins, sizeof(*pins));

	out.target = secret_clean(mem, e->target, c);
	out.why = secret_clean(mem, e->why, c);
	out.host = secret_clean(mem, e->host, c);
	out.proxy = secret_clean(mem, e->proxy, c);
	out.by_hand = secret_clean(mem, e->by_hand, c);
	for (size_t i = 0; i < e->nfacts; i++) {
		facts[i].key = e->facts[i].key; /* of the program, not of the file */
		facts[i].value = clean_value(mem, NULL, &e->facts[i].value, c);
	}
	for (size_t i = 0; i < e->npins; i++) {
		pins[i] = e->pins[i];
		pins[i].file = secret_clean(mem, e->pins[i].file, c);
		pins[i].text = secret_clean(mem, e->pins[i].text, c);
	}
	out.facts = facts;
	out.pins = pins;
	clean_rows(mem, &out, c);
	return out;
}

struct record record_clean(struct arena *mem, const struct record *r, struct secret_count *c)
{
	struct record out = *r;

	switch (r->kind) {
	case REC_INPUT:
		out.u.input.value = secret_clean_named(mem, r->u.input.key, r->u.input.value, c);
		break;
	case REC_ANSWER:
		out.u.answer.answer = secret_clean(mem, r->u.answer.answer, c);
		out.u.answer.seen = secret_clean(mem, r->u.answer.seen, c);
		break;
	case REC_EVIDENCE:
		out.u.evidence = evidence_clean(mem, &r->u.evidence, c);
		break;
	case REC_NOTE:
		out.u.note.text = secret_clean(mem, r->u.note.text, c);
		break;
	case REC_ABOUT:
		out.u.about.target = secret_clean(mem, r->u.about.target, c);
		out.u.about.computer = secret_clean(mem, r->u.about.computer, c);
		break;
	case REC_HAND:
		out.u.hand.to = secret_clean(mem, r->u.hand.to, c);
		break;
	case REC_RETRACT:
	case REC_TICK:
	case REC_EXPORT:
	case REC_PUT_OFF:
	case REC__MAX:
		break;
	}
	if (r->mark != NULL)
		out.mark = case_mark_new(mem, secret_clean(mem, r->mark->title, c),
		                         secret_clean(mem, r->mark->place, c), r->mark->state);
	return out;
}
