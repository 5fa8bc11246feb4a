/*
 * BinXml after the format's description: header, chunk head of 512 bytes, records; every record carries its
 * template where it is first used in the chunk.  Values are UTF-16 strings, as EventData has them.
 */
#include "evtx_write.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define CHUNK 65536u

#define KNOWN 16

struct w {
	unsigned char *p; /* the chunk */
	size_t at;
	struct {
		const struct evtx_event *shape;
		uint32_t definition;
	} known[KNOWN]; /* templates that stand in the chunk already: as Windows, each is written once */
	size_t nknown;
};

static void u8(struct w *w, unsigned v)
{
	w->p[w->at++] = (unsigned char)v;
}

static void u16(struct w *w, unsigned v)
{
	u8(w, v & 0xFF);
	u8(w, v >> 8 & 0xFF);
}

static void u32(struct w *w, uint32_t v)
{
	u16(w, v & 0xFFFF);
	u16(w, v >> 16);
}

static void u64(struct w *w, uint64_t v)
{
	u32(w, (uint32_t)v);
	u32(w, (uint32_t)(v >> 32));
}

static void patch32(struct w *w, size_t at, uint32_t v)
{
	size_t here = w->at;

	w->at = at;
	u32(w, v);
	w->at = here;
}

static void chars(struct w *w, const char *s)
{
	for (; *s != '\0'; s++)
		u16(w, (unsigned char)*s);
}

/* Inline: its own offset, next 0, hash, length, characters, NUL. */
static void name(struct w *w, const char *s)
{
	u32(w, (uint32_t)w->at + 4);
	u32(w, 0);
	u16(w, 0);
	u16(w, (unsigned)strlen(s));
	chars(w, s);
	u16(w, 0);
}

/* Where the lengths of an element stand; both are known only at its end. */
struct element {
	size_t size_at, attributes_at;
};

static struct element open_element(struct w *w, const char *s, int attributes)
{
	struct element e = {0, 0};

	u8(w, attributes ? 0x41 : 0x01);
	u16(w, 0xFFFF);
	e.size_at = w->at;
	u32(w, 0);
	name(w, s);
	if (attributes) {
		e.attributes_at = w->at;
		u32(w, 0);
	}
	return e;
}

static void measure(struct w *w, size_t at)
{
	patch32(w, at, (uint32_t)(w->at - at - 4));
}

/* 0x02: content follows; 0x03: the element is empty. */
static void end_start(struct w *w, struct element e, unsigned token)
{
	if (e.attributes_at != 0)
		measure(w, e.attributes_at);
	u8(w, token);
	if (token == 0x03)
		measure(w, e.size_at);
}

static void close_element(struct w *w, struct element e)
{
	u8(w, 0x04);
	measure(w, e.size_at);
}

static void attribute(struct w *w, const char *s)
{
	u8(w, 0x06);
	name(w, s);
}

static void literal(struct w *w, const char *s)
{
	u8(w, 0x05);
	u8(w, 0x01);
	u16(w, (unsigned)strlen(s));
	chars(w, s);
}

static void subst(struct w *w, unsigned index, unsigned type)
{
	u8(w, 0x0E);
	u16(w, index);
	u8(w, type);
}

static void leaf(struct w *w, const char *s, unsigned index, unsigned type)
{
	struct element e = open_element(w, s, 0);

	end_start(w, e, 0x02);
	subst(w, index, type);
	close_element(w, e);
}

static void empty_with(struct w *w, const char *s, const char *attr, unsigned index, unsigned type)
{
	struct element e = open_element(w, s, 1);

	attribute(w, attr);
	subst(w, index, type);
	end_start(w, e, 0x03);
}

static void system_part(struct w *w)
{
	struct element e = open_element(w, "System", 0);

	end_start(w, e, 0x02);
	empty_with(w, "Provider", "Name", 0, 0x01);
	leaf(w, "EventID", 1, 0x06);
	leaf(w, "Level", 2, 0x04);
	empty_with(w, "TimeCreated", "SystemTime", 3, 0x11);
	leaf(w, "EventRecordID", 4, 0x0A);
	leaf(w, "Channel", 5, 0x01);
	close_element(w, e);
}

static void data_part(struct w *w, const struct evtx_event *e)
{
	struct element all = open_element(w, "EventData", 0);

	end_start(w, all, 0x02);
	for (unsigned i = 0; e->names[i] != NULL; i++) {
		int named = e->names[i][0] != '\0';
		struct element d = open_element(w, "Data", named);

		if (named) {
			attribute(w, "Name");
			literal(w, e->names[i]);
		}
		end_start(w, d, 0x02);
		subst(w, 6 + i, 0x01);
		close_element(w, d);
	}
	close_element(w, all);
}

static void definition(struct w *w, const struct evtx_event *e)
{
	struct element event;
	size_t size_at;

	u32(w, 0);
	u64(w, 0x1122334455667788u);
	u64(w, e->id);
	size_at = w->at;
	u32(w, 0);
	u32(w, 0x0001010F); /* fragment header 1.1, no flags */
	event = open_element(w, "Event", 0);
	end_start(w, event, 0x02);
	system_part(w);
	data_part(w, e);
	close_element(w, event);
	u8(w, 0x00);
	patch32(w, size_at, (uint32_t)(w->at - size_at - 4));
}

static int same_shape(const struct evtx_event *a, const struct evtx_event *b)
{
	size_t i = 0;

	while (a->names[i] != NULL && b->names[i] != NULL && strcmp(a->names[i], b->names[i]) == 0)
		i++;
	return a->names[i] == NULL && b->names[i] == NULL;
}

static void use_definition(struct w *w, const struct evtx_event *e)
{
	for (size_t i = 0; i < w->nknown; i++) {
		if (!same_shape(w->known[i].shape, e))
			continue;
		u32(w, w->known[i].definition);
		return;
	}
	if (w->nknown < KNOWN) {
		w->known[w->nknown].shape = e;
		w->known[w->nknown++].definition = (uint32_t)w->at + 4;
	}
	u32(w, (uint32_t)w->at + 4);
	definition(w, e);
}

static void instance(struct w *w, const struct evtx_event *e, uint64_t number)
{
	unsigned n = 0;

	u8(w, 0x0C);
	u8(w, 0x01);
	u32(w, e->id);
	use_definition(w, e);
	while (e->names[n] != NULL && e->values[n] != NULL)
		n++;
	u32(w, 6 + n);
	u16(w, 2 * (unsigned)strlen(e->provider)), u16(w, 0x01);
	u16(w, 2), u16(w, 0x06);
	u16(w, 1), u16(w, 0x04);
	u16(w, 8), u16(w, 0x11);
	u16(w, 8), u16(w, 0x0A);
	u16(w, 2 * (unsigned)strlen(e->channel)), u16(w, 0x01);
	for (unsigned i = 0; i < n; i++)
		u16(w, 2 * (unsigned)strlen(e->values[i])), u16(w, 0x01);
	chars(w, e->provider);
	u16(w, e->id);
	u8(w, e->level);
	u64(w, ((uint64_t)e->time_ms + 11644473600000u) * 10000u);
	u64(w, number);
	chars(w, e->channel);
	for (unsigned i = 0; i < n; i++)
		chars(w, e->values[i]);
}

static void record(struct w *w, const struct evtx_event *e, uint64_t number)
{
	size_t start = w->at;

	u32(w, 0x00002a2a);
	u32(w, 0);
	u64(w, number);
	u64(w, ((uint64_t)e->time_ms + 11644473600000u) * 10000u);
	u32(w, 0x0001010F);
	instance(w, e, number);
	u8(w, 0x00);
	while ((w->at - start + 4) % 8 != 0)
		u8(w, 0);
	u32(w, (uint32_t)(w->at - start + 4));
	patch32(w, start + 4, (uint32_t)(w->at - start));
}

/* Numbers of records, sizes and both check sums, as readers of others demand them. */
static void chunk_head(struct w *w, size_t last, uint64_t from, uint64_t to)
{
	size_t end = w->at;
	unsigned long sum;

	w->at = 8;
	u64(w, from), u64(w, to), u64(w, from), u64(w, to);
	u32(w, 128), u32(w, (uint32_t)last), u32(w, (uint32_t)end);
	u32(w, (uint32_t)crc32(0, w->p + 0x200, (unsigned)(end - 0x200)));
	sum = crc32(crc32(0, w->p, 120), w->p + 128, 384);
	patch32(w, 124, (uint32_t)sum);
	w->at = end;
}

static void file_head(unsigned char *file, size_t chunks, size_t n)
{
	struct w w = {.p = file, .at = 8};

	memcpy(file, "ElfFile", 8);
	u64(&w, 0), u64(&w, chunks - 1), u64(&w, n + 1);
	u32(&w, 128), u16(&w, 1), u16(&w, 3), u16(&w, 4096), u16(&w, (unsigned)chunks);
	patch32(&w, 124, (uint32_t)crc32(0, file, 120));
}

unsigned char *evtx_write(const struct evtx_event *events, size_t n, size_t per_chunk, size_t *size)
{
	size_t chunks = (n + per_chunk - 1) / per_chunk, done = 0;
	unsigned char *file = calloc(1, 4096 + chunks * CHUNK);

	file_head(file, chunks, n);
	for (size_t c = 0; c < chunks; c++) {
		struct w w = {.p = file + 4096 + c * CHUNK, .at = 0x200};
		size_t last = w.at, first = done;

		memcpy(w.p, "ElfChnk", 8);
		for (size_t k = 0; k < per_chunk && done < n; k++, done++) {
			last = w.at;
			record(&w, &events[done], done + 1);
		}
		chunk_head(&w, last, first + 1, done);
	}
	*size = 4096 + chunks * CHUNK;
	return file;
}
