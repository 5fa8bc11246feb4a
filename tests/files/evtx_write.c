/*
 * BinXml after the format's description: header, chunk head of 512 bytes, records; every record carries its
 * template where it is first used in the chunk.  Values are UTF-16 strings, as EventData has them.
 */
#include "evtx_write.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 65536u

struct w {
	unsigned char *p; /* the chunk */
	size_t at;
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

static void open_element(struct w *w, const char *s, int attributes)
{
	u8(w, attributes ? 0x41 : 0x01);
	u16(w, 0xFFFF);
	u32(w, 0);
	name(w, s);
	if (attributes)
		u32(w, 0);
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
	open_element(w, s, 0);
	u8(w, 0x02);
	subst(w, index, type);
	u8(w, 0x04);
}

static void system_part(struct w *w)
{
	open_element(w, "System", 0);
	u8(w, 0x02);
	open_element(w, "Provider", 1);
	attribute(w, "Name");
	subst(w, 0, 0x01);
	u8(w, 0x03);
	leaf(w, "EventID", 1, 0x06);
	leaf(w, "Level", 2, 0x04);
	open_element(w, "TimeCreated", 1);
	attribute(w, "SystemTime");
	subst(w, 3, 0x11);
	u8(w, 0x03);
	leaf(w, "EventRecordID", 4, 0x0A);
	leaf(w, "Channel", 5, 0x01);
	u8(w, 0x04);
}

static void definition(struct w *w, const struct evtx_event *e)
{
	size_t size_at;

	u32(w, 0);
	u64(w, 0x1122334455667788u);
	u64(w, e->id);
	size_at = w->at;
	u32(w, 0);
	u32(w, 0x0001010F); /* fragment header 1.1, no flags */
	open_element(w, "Event", 0);
	u8(w, 0x02);
	system_part(w);
	open_element(w, "EventData", 0);
	u8(w, 0x02);
	for (unsigned i = 0; e->names[i] != NULL; i++) {
		open_element(w, "Data", e->names[i][0] != '\0');
		if (e->names[i][0] != '\0') {
			attribute(w, "Name");
			literal(w, e->names[i]);
		}
		u8(w, 0x02);
		subst(w, 6 + i, 0x01);
		u8(w, 0x04);
	}
	u8(w, 0x04);
	u8(w, 0x04);
	u8(w, 0x00);
	patch32(w, size_at, (uint32_t)(w->at - size_at - 4));
}

static void instance(struct w *w, const struct evtx_event *e, uint64_t number)
{
	unsigned n = 0;

	u8(w, 0x0C);
	u8(w, 0x01);
	u32(w, e->id);
	u32(w, (uint32_t)w->at + 4);
	definition(w, e);
	while (e->names[n] != NULL)
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

unsigned char *evtx_write(const struct evtx_event *events, size_t n, size_t per_chunk, size_t *size)
{
	size_t chunks = (n + per_chunk - 1) / per_chunk, done = 0;
	unsigned char *file = calloc(1, 4096 + chunks * CHUNK);

	memcpy(file, "ElfFile", 8);
	for (size_t c = 0; c < chunks; c++) {
		struct w w = {file + 4096 + c * CHUNK, 0x200};

		memcpy(w.p, "ElfChnk", 8);
		for (size_t k = 0; k < per_chunk && done < n; k++, done++)
			record(&w, &events[done], done + 1);
		patch32(&w, 0x30, (uint32_t)w.at);
	}
	*size = 4096 + chunks * CHUNK;
	return file;
}
