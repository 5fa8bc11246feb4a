/* Gathers the messages of one job into one piece of evidence, whatever order they come in. */
#include <casebook/wire.h>

#include <string.h>

void wire_collect_init(struct wire_collect *c, struct arena *mem)
{
	memset(c, 0, sizeof(*c));
	c->mem = mem;
	c->fault = -1;
	c->rows_from_ms = ABOUT_NO_TIME;
}

static void take_fact(struct wire_collect *c, const struct fact *f)
{
	size_t i = 0;

	while (i < c->nfacts && strcmp(c->facts[i].key, f->key) != 0)
		i++;
	if (i == EVIDENCE_MAX_FACTS)
		return;
	if (i == c->nfacts) {
		c->facts[i].key = arena_strdup(c->mem, f->key);
		c->nfacts++;
	}
	c->facts[i].value = value_copy(c->mem, &f->value);
}

static void take_pin(struct wire_collect *c, const struct pin *p)
{
	struct pin *to;

	if (c->npins == EVIDENCE_MAX_PINS)
		return;
	to = &c->pins[c->npins++];
	*to = *p;
	to->fact = arena_strdup(c->mem, p->fact);
	to->file = arena_strdup(c->mem, p->file);
	to->text = arena_strdup(c->mem, p->text);
}

static void take_part(struct wire_collect *c, uint64_t at, const struct about *a)
{
	for (; c->nparts <= at; c->nparts++)
		c->parts[c->nparts].about = about_nothing;
	c->parts[at].about = about_copy(c->mem, a);
}

static void take_row(struct wire_collect *c, const struct evrow *r)
{
	struct evrow *more;

	if (c->nrows == EVIDENCE_MAX_ROWS)
		return;
	if (c->nrows == c->cap_rows) {
		c->cap_rows = c->cap_rows != 0 ? 2 * c->cap_rows : 64;
		more = arena_array(c->mem, c->cap_rows, sizeof(*more));
		if (c->nrows != 0)
			memcpy(more, c->rows, c->nrows * sizeof(*more));
		c->rows = more;
	}
	c->rows[c->nrows++] = evrow_copy(c->mem, r);
}

static void take_text(struct wire_collect *c, const char **slot, const char *text)
{
	if (*slot == NULL || strcmp(*slot, text) != 0)
		*slot = arena_strdup(c->mem, text);
}

/* A check that talked to both has no one place to look from. */
static void take_network(struct wire_collect *c, const char *network)
{
	c->networks_differ |= c->network != NULL && network != c->network;
	c->network = network;
}

void wire_collect(struct wire_collect *c, const struct wire_message *m)
{
	switch (m->kind) {
	case WIRE_FACT:
		take_fact(c, &m->fact);
		break;
	case WIRE_PIN:
		take_pin(c, &m->pin);
		break;
	case WIRE_PART:
		take_part(c, m->n, &m->about);
		break;
	case WIRE_ROW:
		take_row(c, &m->row);
		break;
	case WIRE_ROWS_FROM:
		c->rows_from_ms = m->at_ms;
		break;
	case WIRE_FAULT:
		c->fault = m->flag ? 1 : 0;
		break;
	case WIRE_END:
		c->ended = true;
		c->outcome = m->outcome;
		c->took_ms = m->took_ms;
		break;
	case WIRE_PHASE:
		take_text(c, &c->phase, m->text);
		break;
	case WIRE_TARGET:
		take_text(c, &c->target, m->text);
		break;
	case WIRE_PROXY:
		take_text(c, &c->proxy, m->text);
		break;
	case WIRE_NETWORK:
		take_network(c, evidence_network(m->text));
		break;
	case WIRE_SHA256:
		take_text(c, &c->sha256, m->text);
		break;
	case WIRE_BY_HAND:
		take_text(c, &c->by_hand, m->text);
		break;
	case WIRE_WHY:
		take_text(c, &c->why, m->text);
		break;
	case WIRE_HELLO:
	case WIRE_PROGRESS:
	case WIRE__MAX:
		break;
	}
}

void wire_evidence(const struct wire_collect *c, struct evidence *out)
{
	out->facts = c->facts;
	out->nfacts = c->nfacts;
	out->pins = c->pins;
	out->npins = c->npins;
	out->parts = c->parts;
	out->nparts = c->nparts;
	out->rows = c->rows;
	out->nrows = c->nrows;
	out->rows_from_ms = c->rows_from_ms;
	out->proxy = c->proxy;
	out->network = c->proxy == NULL && !c->networks_differ ? c->network : NULL;
	out->sha256 = c->sha256;
	if (c->target != NULL)
		out->target = c->target;
	if (c->by_hand != NULL)
		out->by_hand = c->by_hand;
	out->outcome = c->outcome;
	out->took_ms = c->took_ms;
	out->why = c->outcome == EV_MEASURED ? NULL : c->why;
}
