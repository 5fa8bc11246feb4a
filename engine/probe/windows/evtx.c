/*
 * Chunks and records.  A chunk is read from its own bytes alone; a record that cannot be read is counted
 * and the next one is looked for by its signature, so that one bad record loses no other.
 */
#include "evtx_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/evidence.h>
#include <casebook/xalloc.h>

#define RECORD_MAGIC 0x00002a2au
#define RECORDS_AT 0x200u
#define TEMPLATES 512u /* slots of the cache; a chunk has at most a few dozen templates */
#define NEST_MAX 4     /* BinXml in BinXml */
/* Places that one record may make us look at: one of 64 KB has at most 16,383 values, and each is looked at
 * twice. Nested substitutions that name the same piece again and again would go on for hours. */
#define STEPS_MAX 65536u

struct template
{
	uint32_t definition; /* 0: free */
	struct slots *slots;
};
struct evtx {
	struct chunk c;
	uint64_t offset;
	const struct evtx_reader *r;
	struct arena *mem, *names; /* of a record; of the chunk */
	struct evtx_stats *stats;
	struct template cache[TEMPLATES];
	struct evtx_field fields[EVTX_MAX_FIELDS];
	struct evtx_record rec;
	struct slots *top; /* of the record, when it is a template instance as nearly all are */
	struct instance top_in;
	struct buf text;
	size_t steps; /* of the record at hand */
};

const char *evtx_check_header(const unsigned char *p, size_t n)
{
	if (n < 8 || memcmp(p, "ElfFile", 8) != 0)
		return "it does not begin as an event log (ElfFile)";
	if (n < 128)
		return "the file header is cut off";
	return NULL;
}

static void damage(struct evtx *x, size_t at, const char *what)
{
	if (x->stats->damage != NULL)
		return;
	x->stats->damage = what;
	x->stats->first_bad = x->offset + at;
}

/* A time that no event can have is unknown; the record stands. */
static int64_t time_of(struct evtx *x, size_t at, uint64_t filetime)
{
	int64_t ms = filetime_ms(filetime);

	if (filetime != 0 && clock_fits(ms))
		return ms;
	damage(x, at, "a record with a time that no event can have");
	return PIN_NO_TIME;
}

/* Large and mostly unused: only what says so is cleared. */
static struct slots *new_slots(struct arena *mem, bool kept)
{
	struct slots *s = (void *)arena_room(mem, sizeof(*s));

	s->n = s->nhead = s->nbody = 0;
	s->bad = false;
	s->kept = kept;
	return s;
}

static struct slots *slots_of(struct evtx *x, uint32_t definition)
{
	size_t i = definition * 2654435761u % TEMPLATES, pos, end;

	for (size_t tries = 0; tries < TEMPLATES; tries++, i = (i + 1) % TEMPLATES) {
		if (x->cache[i].definition == definition)
			return x->cache[i].slots;
		if (x->cache[i].definition != 0)
			continue;
		if (!xml_definition(&x->c, definition, &pos, &end))
			return NULL;
		x->cache[i].definition = definition;
		x->cache[i].slots = new_slots(x->names, true);
		xml_compile(&x->c, pos, end, true, x->cache[i].slots);
		return x->cache[i].slots;
	}
	return NULL;
}

/* All values of an instance by index; 64 KB hold at most 16383 descriptors. */
struct values {
	const struct instance *in;
	uint32_t last; /* the value that `at` belongs to: slots mostly ask in rising order */
	size_t at;
};

static bool value_at(struct evtx *x, struct values *v, uint16_t index, struct evtx_value *out)
{
	if (index >= v->in->nvalues)
		return false;
	if (index < v->last) {
		v->last = 0;
		v->at = v->in->values;
	}
	x->steps += (index - v->last) / 16;
	for (; v->last < index; v->last++)
		v->at += get16(v->in->descs + 4 * v->last);
	out->n = get16(v->in->descs + 4 * index);
	out->type = v->in->descs[4 * index + 2];
	out->p = x->c.p + v->at;
	return true;
}

static const char *text_of(struct evtx *x, struct slot *s, const struct evtx_value *v)
{
	if (s->index == SLOT_LITERAL) {
		if (s->literal == NULL)
			s->literal = u16_string(s->kept ? x->names : x->mem, s->text, &x->text);
		return s->literal;
	}
	return value_string(x->mem, v, &x->text);
}

static uint64_t number_of(struct evtx *x, struct slot *s, const struct evtx_value *v)
{
	if (s->index != SLOT_LITERAL && v->type != 0x01)
		return value_as_number(v);
	return strtoull(text_of(x, s, v), NULL, 10);
}

static void system_slot(struct evtx *x, struct slot *s, const struct evtx_value *v)
{
	struct evtx_record *rec = &x->rec;

	switch (s->kind) {
	case SLOT_PROVIDER:
		rec->provider = text_of(x, s, v);
		break;
	case SLOT_ID:
		rec->id = (uint32_t)number_of(x, s, v) & 0xFFFFu;
		break;
	case SLOT_LEVEL:
		rec->level = (int)(number_of(x, s, v) & 0xFFu);
		break;
	case SLOT_TIME:
		if (s->index != SLOT_LITERAL && v->type == 0x11 && v->n >= 8)
			rec->time_ms = time_of(x, (size_t)(v->p - x->c.p), get64(v->p));
		break;
	case SLOT_NUMBER:
		rec->number = number_of(x, s, v);
		break;
	case SLOT_CHANNEL:
		rec->channel = text_of(x, s, v);
		break;
	case SLOT_COMPUTER:
		rec->computer = text_of(x, s, v);
		break;
	case SLOT_DATA:
	case SLOT_XML:
		break;
	}
}

static const char *label_of(struct evtx *x, struct slot *s)
{
	if (s->label != NULL)
		return s->label;
	buf_clear(&x->text);
	u16_text(&x->text, s->name);
	if (s->attr.n != 0) {
		buf_char(&x->text, '@');
		u16_text(&x->text, s->attr);
	}
	s->label = arena_strndup(s->kept ? x->names : x->mem, buf_cstr(&x->text), x->text.n);
	return s->label;
}

static void data_slot(struct evtx *x, struct slots *in, size_t i, const struct evtx_value *v)
{
	struct evtx_field *f = &x->fields[x->rec.ndata];

	if (x->rec.ndata == EVTX_MAX_FIELDS)
		return;
	f->name = label_of(x, &in->s[i]);
	f->value = text_of(x, &in->s[i], v);
	x->rec.ndata++;
}

static bool fragments(struct evtx *x, size_t pos, size_t end, bool data, int nest);

/* What a slot of the body says: data, or more BinXml. */
static void body_slot(struct evtx *x, struct slots *slots, size_t i, const struct evtx_value *v, int nest)
{
	if (v->type == 0x21 && v->n != 0)
		(void)fragments(x, (size_t)(v->p - x->c.p), (size_t)(v->p - x->c.p) + v->n, true, nest + 1);
	else if (v->type != 0x21 && slots->s[i].kind == SLOT_DATA)
		data_slot(x, slots, i, v);
}

/* The slots of System when `data` is false, else the others; of a nested fragment all. */
static void use_slots(struct evtx *x, struct slots *slots, const struct instance *in, bool data, int nest)
{
	struct values values = {in, 0, in != NULL ? in->values : 0};
	const uint16_t *some = data ? slots->body : slots->head;
	bool all = data && nest != 0;
	size_t n = all ? slots->n : data ? slots->nbody : slots->nhead;

	for (size_t k = 0; k < n; k++) {
		size_t i = all ? k : some[k];
		struct slot *s = &slots->s[i];
		struct evtx_value v = {0, NULL, 0};

		if (x->steps++ > STEPS_MAX)
			return;
		if (s->index != SLOT_LITERAL && (in == NULL || !value_at(x, &values, s->index, &v)))
			continue;
		if (s->kind == SLOT_DATA || s->kind == SLOT_XML)
			body_slot(x, slots, i, &v, nest);
		else if (v.type != 0x21)
			system_slot(x, s, &v);
		else if (data)
			body_slot(x, slots, i, &v, nest);
	}
}

/* A template instance at *pos, which moves behind it. */
static bool instance(struct evtx *x, size_t *pos, size_t end, bool data, int nest)
{
	struct slots *slots;
	struct instance in;

	if (!xml_instance(&x->c, pos, end, &in))
		return false;
	slots = slots_of(x, in.definition);
	if (slots == NULL)
		return false;
	use_slots(x, slots, &in, data, nest);
	if (nest == 0) {
		x->top = slots;
		x->top_in = in;
	}
	return !slots->bad;
}

/* One fragment after the other: each its header, then a template instance or plain elements (those of
 * forwarded events), which carry no dependency id. */
static bool fragments(struct evtx *x, size_t pos, size_t end, bool data, int nest)
{
	bool any = false;

	if (nest > NEST_MAX)
		return false;
	while (pos < end && x->steps++ <= STEPS_MAX) {
		uint8_t token = x->c.p[pos];

		if (token == 0x00) {
			pos++;
		} else if (token == 0x0F) {
			pos += 4;
		} else if (token == 0x0C) {
			/* What follows the first is padding, in a record always. */
			if (!instance(x, &pos, end, data, nest))
				return any;
			any = true;
			if (nest == 0)
				return true;
		} else {
			struct slots *plain = new_slots(x->mem, false);

			if (any)
				return true; /* padding behind the last instance */
			x->steps += (end - pos) / 64;
			xml_compile(&x->c, pos, end, false, plain);
			use_slots(x, plain, NULL, data, nest);
			return !plain->bad;
		}
	}
	return any;
}

/* magic u32, size u32, id u64, written u64, fragment, size u32 again */
static bool record(struct evtx *x, size_t at, size_t size, bool *go_on)
{
	const unsigned char *p = x->c.p + at;

	arena_reset(x->mem);
	memset(&x->rec, 0, sizeof(x->rec));
	x->rec.provider = x->rec.channel = x->rec.computer = "";
	x->rec.number = get64(p + 8);
	x->rec.time_ms = time_of(x, at, get64(p + 16));
	x->rec.offset = x->offset + at;
	x->rec.data = x->fields;
	x->top = NULL;
	x->steps = 0;
	if (!fragments(x, at + 24, at + size - 4, false, 0))
		return false;
	x->stats->records++;
	if (x->r->want != NULL && !x->r->want(x->r->arg, &x->rec))
		return true;
	if (x->top != NULL)
		use_slots(x, x->top, &x->top_in, true, 0);
	else
		(void)fragments(x, at + 24, at + size - 4, true, 0);
	if (x->steps > STEPS_MAX)
		damage(x, at, "a record whose parts name one another without end");
	*go_on = x->r->each(x->r->arg, &x->rec);
	return true;
}

static size_t next_magic(const struct chunk *c, size_t from, size_t end)
{
	for (; from + 28 <= end; from += 8)
		if (get32(c->p + from) == RECORD_MAGIC)
			return from;
	return end;
}

static bool sound_size(const struct evtx *x, size_t at, size_t end)
{
	size_t size = get32(x->c.p + at + 4);

	return size >= 32 && size <= end - at && get32(x->c.p + at + size - 4) == size;
}

static bool records(struct evtx *x, size_t end)
{
	size_t at = RECORDS_AT;
	bool go_on = true;

	while (go_on && at + 28 <= end) {
		bool good = get32(x->c.p + at) == RECORD_MAGIC && sound_size(x, at, end);

		if (good && record(x, at, get32(x->c.p + at + 4), &go_on)) {
			at += get32(x->c.p + at + 4);
			continue;
		}
		if (get32(x->c.p + at) == RECORD_MAGIC || good) {
			x->stats->bad_records++;
			damage(x, at,
			       good ? "a record whose content cannot be read"
			            : "a record whose length is wrong");
		} else {
			damage(x, at, "bytes that are no record");
		}
		at = good ? at + get32(x->c.p + at + 4) : next_magic(&x->c, at + 8, end);
	}
	return go_on;
}

static bool all_zero(const unsigned char *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

struct evtx *evtx_new(const struct evtx_reader *r, struct evtx_stats *stats)
{
	struct evtx *x = xcalloc(1, sizeof(*x));

	x->r = r;
	x->stats = stats;
	x->mem = arena_new();
	x->names = arena_new();
	buf_init(&x->text, EVTX_CHUNK * 3);
	return x;
}

void evtx_free(struct evtx *x)
{
	if (x == NULL)
		return;
	arena_free(x->mem);
	arena_free(x->names);
	buf_release(&x->text);
	free(x);
}

/* Counts the chunk, names what is wrong with it and returns where its records end. */
static size_t begin(struct evtx *x, const unsigned char *p, size_t n)
{
	bool is_chunk = n >= RECORDS_AT && memcmp(p, "ElfChnk", 8) == 0;
	size_t end = is_chunk ? get32(p + 0x30) : n;

	x->stats->chunks++;
	if (!is_chunk) {
		x->stats->bad_chunks++;
		damage(x, 0,
		       n < RECORDS_AT ? "the file ends in the head of a chunk"
		                      : "a chunk without its signature");
	} else if (n < EVTX_CHUNK) {
		damage(x, n, "the file ends inside a chunk");
	}
	return end < RECORDS_AT || end > n ? n : end;
}

bool evtx_chunk(struct evtx *x, const unsigned char *p, size_t n, uint64_t offset)
{
	size_t end;

	if (all_zero(p, n))
		return true; /* allocated and not yet used */
	memset(x->cache, 0, sizeof(x->cache));
	arena_reset(x->names);
	x->c = (struct chunk){p, n};
	x->offset = offset;
	end = begin(x, p, n);
	return end < RECORDS_AT || records(x, end);
}
