/* Shared by evtx.c (chunks, records), evtx_xml.c (BinXml) and evtx_value.c (values as text) only. */
#ifndef CASEBOOK_EVTX_INT_H
#define CASEBOOK_EVTX_INT_H

#include "evtx.h"

#include <string.h>

#include <casebook/arena.h>
#include <casebook/buf.h>

/* A stretch of UTF-16LE inside the chunk. */
struct u16 {
	const unsigned char *p;
	size_t n; /* code units */
};
bool u16_is(struct u16 s, const char *ascii);

enum slot_kind {
	SLOT_PROVIDER,
	SLOT_ID,
	SLOT_LEVEL,
	SLOT_TIME,
	SLOT_NUMBER,
	SLOT_CHANNEL,
	SLOT_COMPUTER,
	SLOT_DATA, /* named data */
	SLOT_XML,  /* a substitution that contains BinXml */
};
#define SLOT_LITERAL 0xFFFFu
#define SLOTS_MAX 256

/* A value's place in a template: compiled once per chunk, used for every record. */
struct slot {
	enum slot_kind kind;
	uint16_t index;        /* of the substitution, or SLOT_LITERAL */
	struct u16 text;       /* of a literal */
	struct u16 name, attr; /* SLOT_DATA: element or Data's Name; attribute or empty */
	/* Name and literal as UTF-8, converted on first use. */
	const char *label, *literal;
	bool kept; /* as in struct slots */
};
struct slots {
	struct slot s[SLOTS_MAX];
	size_t n;
	uint16_t head[SLOTS_MAX], body[SLOTS_MAX]; /* slots of System, and the rest, in order */
	size_t nhead, nbody;
	bool bad, kept; /* kept: cached for the chunk, so labels can be cached too */
};

struct chunk {
	const unsigned char *p;
	size_t n;
};

static inline uint16_t get16(const unsigned char *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t get32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t get64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* A template instance: the place of its definition, and its values. */
struct instance {
	uint32_t definition;        /* offset of the template in the chunk */
	const unsigned char *descs; /* 4 bytes a value: size, type, 0 */
	uint32_t nvalues;
	size_t values, end; /* offsets in the chunk */
};

/* At the token 0x0C at *pos: reads the instance and moves *pos past it. */
bool xml_instance(const struct chunk *c, size_t *pos, size_t end, struct instance *out);
/* Compiles tokens in [pos, end) to slots.  `dependency`: elements carry a dependency id. */
void xml_compile(const struct chunk *c, size_t pos, size_t end, bool dependency, struct slots *out);
/* The body of a template definition. */
bool xml_definition(const struct chunk *c, uint32_t definition, size_t *pos, size_t *end);

/* The i-th value of an instance; false when absent or out of bounds. */
struct evtx_value {
	uint8_t type;
	const unsigned char *p;
	size_t n;
};
/* Values as text in `mem`; integers of any width also as a number. */
const char *value_string(struct arena *mem, const struct evtx_value *v, struct buf *scratch);
uint64_t value_as_number(const struct evtx_value *v);
int64_t filetime_ms(uint64_t filetime);
void u16_text(struct buf *out, struct u16 s);
/* The same in `mem`, with a fast path for ASCII, the usual case. */
const char *u16_string(struct arena *mem, struct u16 s, struct buf *scratch);

#endif
