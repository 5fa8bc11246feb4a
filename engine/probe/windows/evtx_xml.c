/*
 * BinXml to slots: where in a record which field lies.  A template is compiled once per chunk; its records
 * then only look up values.  Every offset is checked against the chunk; nesting and slots are bounded.
 */
#include "evtx_int.h"

#include <string.h>

#define DEPTH_MAX 32

enum token {
	TOK_EOF = 0x00,
	TOK_OPEN = 0x01,
	TOK_CLOSE_START = 0x02,
	TOK_CLOSE_EMPTY = 0x03,
	TOK_END = 0x04,
	TOK_VALUE = 0x05,
	TOK_ATTRIBUTE = 0x06,
	TOK_CDATA = 0x07,
	TOK_CHARREF = 0x08,
	TOK_ENTITY = 0x09,
	TOK_PI_TARGET = 0x0A,
	TOK_PI_DATA = 0x0B,
	TOK_TEMPLATE = 0x0C,
	TOK_SUBST = 0x0D,
	TOK_OPTIONAL = 0x0E,
	TOK_FRAGMENT = 0x0F,
	TOK_MORE = 0x40,
};

struct element {
	struct u16 name, label; /* label: the Name attribute of Data */
};
struct walk {
	const struct chunk *c;
	size_t pos, end;
	bool dependency;
	struct element stack[DEPTH_MAX];
	size_t depth;
	struct u16 attr; /* the attribute whose value comes next; n 0 when none */
	struct slots *out;
};

bool u16_is(struct u16 s, const char *ascii)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (ascii[i] == '\0' || s.p[2 * i] != (unsigned char)ascii[i] || s.p[2 * i + 1] != 0)
			return false;
	return ascii[i] == '\0';
}

static bool room(const struct walk *w, size_t n)
{
	return w->end >= w->pos && w->end - w->pos >= n;
}

/* A name lies where the offset says: next u32, hash u16, length u16, characters, NUL.  Written at the
 * place of its first use, it is skipped there. */
static bool name_at(struct walk *w, struct u16 *out)
{
	uint32_t offset;
	size_t len;

	if (!room(w, 4))
		return false;
	offset = get32(w->c->p + w->pos);
	w->pos += 4;
	if ((size_t)offset + 8 > w->c->n)
		return false;
	len = get16(w->c->p + offset + 6);
	if ((size_t)offset + 8 + 2 * len > w->c->n)
		return false;
	*out = (struct u16){w->c->p + offset + 8, len};
	if (offset == w->pos)
		w->pos += 8 + 2 * len + 2;
	return w->pos <= w->end;
}

static const struct {
	const char *element, *attr;
	enum slot_kind kind;
} system_fields[] = {
        {"Provider", "Name", SLOT_PROVIDER}, {"EventID", "", SLOT_ID},
        {"Level", "", SLOT_LEVEL},           {"TimeCreated", "SystemTime", SLOT_TIME},
        {"EventRecordID", "", SLOT_NUMBER},  {"Channel", "", SLOT_CHANNEL},
        {"Computer", "", SLOT_COMPUTER},
};

/* What a value at this place is; false when nobody needs it. */
static bool place(const struct walk *w, struct slot *s)
{
	const struct element *top;

	if (w->depth == 0)
		return false;
	top = &w->stack[w->depth - 1];
	if (w->depth >= 2 && u16_is(w->stack[w->depth - 2].name, "System")) {
		for (size_t i = 0; i < sizeof(system_fields) / sizeof(system_fields[0]); i++) {
			if (!u16_is(top->name, system_fields[i].element) ||
			    !u16_is(w->attr, system_fields[i].attr))
				continue;
			s->kind = system_fields[i].kind;
			return true;
		}
		return false;
	}
	/* Names of schemas say nothing of the event. */
	if (u16_is(w->attr, "xmlns") || u16_is(top->name, "Event") ||
	    (w->depth >= 2 && u16_is(w->stack[1].name, "System")))
		return false;
	s->kind = SLOT_DATA;
	s->name = top->label.n != 0 && w->attr.n == 0 ? top->label : top->name;
	s->attr = w->attr;
	return true;
}

static void keep(struct slots *out, const struct slot *s)
{
	if (s->kind == SLOT_DATA || s->kind == SLOT_XML)
		out->body[out->nbody++] = (uint16_t)out->n;
	else
		out->head[out->nhead++] = (uint16_t)out->n;
	out->s[out->n] = *s;
	out->s[out->n++].kept = out->kept;
}

static void add(struct walk *w, uint16_t index, struct u16 text, bool xml)
{
	struct slot s = {.index = index, .text = text};

	if (xml)
		s.kind = SLOT_XML;
	else if (!place(w, &s))
		return;
	if (w->out->n == SLOTS_MAX)
		w->out->bad = true;
	else
		keep(w->out, &s);
}

static bool open_element(struct walk *w, bool attributes)
{
	struct u16 name;

	/* dependency id u16 (not in a substitution), size u32, name */
	w->pos += w->dependency ? 6 : 4;
	if (w->pos > w->end || !name_at(w, &name) || w->depth == DEPTH_MAX)
		return false;
	w->stack[w->depth++] = (struct element){name, {NULL, 0}};
	w->attr = (struct u16){NULL, 0};
	w->pos += attributes ? 4 : 0;
	return w->pos <= w->end;
}

static bool counted_text(struct walk *w, struct u16 *out)
{
	if (!room(w, 2))
		return false;
	out->n = get16(w->c->p + w->pos);
	out->p = w->c->p + w->pos + 2;
	w->pos += 2;
	if (!room(w, 2 * out->n))
		return false;
	w->pos += 2 * out->n;
	return true;
}

static bool literal(struct walk *w)
{
	struct u16 text;

	if (!room(w, 1) || w->c->p[w->pos] != 0x01)
		return false; /* a literal is always UTF-16 text */
	w->pos++;
	if (!counted_text(w, &text))
		return false;
	if (w->depth != 0 && u16_is(w->attr, "Name") && u16_is(w->stack[w->depth - 1].name, "Data"))
		w->stack[w->depth - 1].label = text;
	else
		add(w, SLOT_LITERAL, text, false);
	return true;
}

static bool substitution(struct walk *w)
{
	uint16_t index;
	uint8_t type;

	if (!room(w, 3))
		return false;
	index = get16(w->c->p + w->pos);
	type = w->c->p[w->pos + 2];
	w->pos += 3;
	if (index == SLOT_LITERAL)
		return false;
	add(w, index, (struct u16){NULL, 0}, type == 0x21);
	return true;
}

/* An instance inside a fragment that is not cached: its literals and its own values cannot be told apart
 * from the outer ones by index, so it is left to the record's own walk. */
static bool step(struct walk *w, uint8_t token)
{
	struct u16 name;

	switch (token & ~TOK_MORE) {
	case TOK_OPEN:
		return open_element(w, (token & TOK_MORE) != 0);
	case TOK_CLOSE_START:
		w->attr = (struct u16){NULL, 0};
		return true;
	case TOK_CLOSE_EMPTY:
	case TOK_END:
		w->depth -= w->depth != 0;
		w->attr = (struct u16){NULL, 0};
		return true;
	case TOK_VALUE:
		return literal(w);
	case TOK_ATTRIBUTE:
		return name_at(w, &w->attr);
	case TOK_CDATA:
	case TOK_PI_DATA:
		return counted_text(w, &name);
	case TOK_CHARREF:
		w->pos += 2;
		return w->pos <= w->end;
	case TOK_ENTITY:
	case TOK_PI_TARGET:
		return name_at(w, &name);
	case TOK_SUBST:
	case TOK_OPTIONAL:
		return substitution(w);
	case TOK_FRAGMENT:
		w->pos += 3;
		return w->pos <= w->end;
	default:
		return false;
	}
}

void xml_compile(const struct chunk *c, size_t pos, size_t end, bool dependency, struct slots *out)
{
	struct walk w = {.c = c, .pos = pos, .end = end, .dependency = dependency, .out = out};

	while (w.pos < w.end) {
		uint8_t token = c->p[w.pos++];

		if (token == TOK_EOF)
			break;
		if (!step(&w, token)) {
			out->bad = true;
			break;
		}
	}
}

/* next u32, GUID 16, size u32, then the fragment */
bool xml_definition(const struct chunk *c, uint32_t definition, size_t *pos, size_t *end)
{
	size_t at = definition, size;

	if (at + 24 > c->n)
		return false;
	size = get32(c->p + at + 20);
	*pos = at + 24;
	if (size > c->n - *pos)
		return false;
	*end = *pos + size;
	return true;
}

/* 0x0C, 0x01, id u32, definition u32, [definition], count u32, descriptors, values */
bool xml_instance(const struct chunk *c, size_t *pos, size_t end, struct instance *out)
{
	size_t at = *pos, total = 0;

	if (end < at || end - at < 10 || c->p[at] != TOK_TEMPLATE)
		return false;
	out->definition = get32(c->p + at + 6);
	at += 10;
	if (out->definition == at) {
		size_t body, stop;

		if (!xml_definition(c, out->definition, &body, &stop))
			return false;
		at = stop;
	}
	if (at > end || end - at < 4)
		return false;
	out->nvalues = get32(c->p + at);
	at += 4;
	if (out->nvalues > (end - at) / 4)
		return false;
	out->descs = c->p + at;
	out->values = at + 4 * (size_t)out->nvalues;
	for (uint32_t i = 0; i < out->nvalues; i++)
		total += get16(out->descs + 4 * i);
	if (total > end - out->values)
		return false;
	out->end = *pos = out->values + total;
	return true;
}
