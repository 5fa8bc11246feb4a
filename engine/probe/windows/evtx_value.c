/* BinXml values as text (MS-EVEN6 2.2.12, value types). */
#include "evtx_int.h"
#include "file_text.h"

#include <inttypes.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

#define BINARY_SHOWN 32 /* bytes of a binary value that are worth showing */

enum {
	T_NULL,
	T_WSTRING,
	T_STRING,
	T_INT8,
	T_UINT8,
	T_INT16,
	T_UINT16,
	T_INT32,
	T_UINT32,
	T_INT64,
	T_UINT64,
	T_FLOAT,
	T_DOUBLE,
	T_BOOL,
	T_BINARY,
	T_GUID,
	T_SIZE,
	T_FILETIME,
	T_SYSTEMTIME,
	T_SID,
	T_HEX32,
	T_HEX64,
	T_ARRAY = 0x80,
};

#define NOT_ASCII 0xFF80FF80FF80FF80ull

/* Four units, whose high bytes are 0, as four bytes in a row. */
static void put4(char *to, uint64_t four)
{
	uint32_t row;

	four |= four >> 8;
	row = (uint32_t)(four & 0xFFFF) | (uint32_t)(four >> 16 & 0xFFFF0000u);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	row = __builtin_bswap32(row);
#endif
	memcpy(to, &row, 4);
}

static bool ascii4(const unsigned char *p)
{
	return (get64(p) & NOT_ASCII) == 0;
}

typedef uint16_t wide8 __attribute__((vector_size(16)));
typedef uint8_t narrow8 __attribute__((vector_size(8)));

/* The low bytes of eight units. */
static void put8(char *to, const unsigned char *p)
{
	wide8 units;
	narrow8 bytes;

	memcpy(&units, p, sizeof(units));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	units >>= 8;
#endif
	bytes = __builtin_convertvector(units, narrow8);
	memcpy(to, &bytes, sizeof(bytes));
}

/* Nearly all text is ASCII: eight units at a time, then four, the last four perhaps partly once more. Returns
 * how many were. */
static size_t narrow(char *to, const unsigned char *p, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n && ((get64(p + 2 * i) | get64(p + 2 * i + 8)) & NOT_ASCII) == 0; i += 8)
		put8(to + i, p + 2 * i);
	if (n >= 8 && i + 8 > n && ((get64(p + 2 * n - 16) | get64(p + 2 * n - 8)) & NOT_ASCII) == 0) {
		put8(to + n - 8, p + 2 * n - 16);
		return n;
	}
	for (; i + 4 <= n && ascii4(p + 2 * i); i += 4)
		put4(to + i, get64(p + 2 * i));
	if (n >= 4 && i + 4 > n && ascii4(p + 2 * (n - 4))) {
		put4(to + n - 4, get64(p + 2 * (n - 4)));
		return n;
	}
	for (; i < n && p[2 * i + 1] == 0 && p[2 * i] < 0x80; i++)
		to[i] = (char)p[2 * i];
	return i;
}

void u16_text(struct buf *out, struct u16 s)
{
	char ascii[512];
	size_t i = 0, n;

	while (s.n != 0 && get16(s.p + 2 * (s.n - 1)) == 0)
		s.n--;
	do {
		size_t want = s.n - i < sizeof(ascii) ? s.n - i : sizeof(ascii);

		n = narrow(ascii, s.p + 2 * i, want);
		buf_put(out, ascii, n);
		i += n;
		if (n < want)
			break;
	} while (i < s.n);
	if (i < s.n)
		(void)file_from_utf16(out, s.p + 2 * i, 2 * (s.n - i), true, true);
}

const char *u16_string(struct arena *mem, struct u16 s, struct buf *scratch)
{
	char *to;

	while (s.n != 0 && get16(s.p + 2 * (s.n - 1)) == 0)
		s.n--;
	to = arena_room(mem, s.n + 1);
	if (narrow(to, s.p, s.n) == s.n) {
		to[s.n] = '\0';
		return to;
	}
	buf_clear(scratch);
	u16_text(scratch, s);
	return arena_strndup(mem, buf_cstr(scratch), scratch->n);
}

#define DIGITS 24 /* room for a number of 64 bits */

/* The digits at the end of the room; returns where they begin. */
static size_t decimal(char room[DIGITS], uint64_t v)
{
	size_t i = DIGITS;

	do {
		room[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	return i;
}

static size_t hexadecimal(char room[DIGITS], uint64_t v)
{
	size_t i = DIGITS;

	do {
		room[--i] = "0123456789abcdef"[v % 16];
		v /= 16;
	} while (v != 0);
	room[--i] = 'x';
	room[--i] = '0';
	return i;
}

int64_t filetime_ms(uint64_t filetime)
{
	/* 100 ns since 1601; 11644473600 s lie between 1601 and 1970. */
	return (int64_t)(filetime / 10000) - 11644473600000LL;
}

uint64_t value_as_number(const struct evtx_value *v)
{
	if (v->n >= 8)
		return get64(v->p);
	if (v->n >= 4)
		return get32(v->p);
	if (v->n >= 2)
		return get16(v->p);
	return v->n != 0 ? v->p[0] : 0;
}

static int64_t signed_number(const struct evtx_value *v)
{
	uint64_t u = value_as_number(v);

	switch (v->n) {
	case 1:
		return (int8_t)u;
	case 2:
		return (int16_t)u;
	case 4:
		return (int32_t)u;
	default:
		return (int64_t)u;
	}
}

static void hex_byte(char *to, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	to[0] = digits[byte >> 4];
	to[1] = digits[byte & 15];
}

#define GUID_TEXT 38

static void guid_text(char text[GUID_TEXT], const unsigned char *p)
{
	static const unsigned char order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	size_t n = 0;

	text[n++] = '{';

	for (size_t i = 0; i < sizeof(order); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[n++] = '-';
		hex_byte(text + n, p[order[i]]);
		n += 2;
	}
	text[n] = '}';
}

#define SID_TEXT 2844 /* "S-255-", a number of 48 bits and 255 of 32, each with its '-' */

static char *put_number(char *to, uint64_t v)
{
	char room[DIGITS];
	size_t i = decimal(room, v);

	memcpy(to, room + i, DIGITS - i);
	return to + DIGITS - i;
}

/* MS-DTYP 2.4.2.1; returns its length, 0 when there is none. */
static size_t sid_text(char to[SID_TEXT], const struct evtx_value *v)
{
	uint64_t authority = 0;
	char *at = to;

	if (v->n < 8)
		return 0;
	for (int i = 2; i < 8; i++)
		authority = authority << 8 | v->p[i];
	*at++ = 'S';
	*at++ = '-';
	at = put_number(at, v->p[0]);
	*at++ = '-';
	at = put_number(at, authority);
	for (size_t i = 0; i < v->p[1] && 8 + 4 * i + 4 <= v->n; i++) {
		*at++ = '-';
		at = put_number(at, get32(v->p + 8 + 4 * i));
	}
	return (size_t)(at - to);
}

static void sid_into(struct buf *out, const struct evtx_value *v)
{
	char text[SID_TEXT];

	buf_put(out, text, sid_text(text, v));
}

static void time_text(struct buf *out, int64_t ms)
{
	char text[CLOCK_TEXT];

	buf_str(out, clock_iso(ms, text));
}

static void binary_text(struct buf *out, const struct evtx_value *v)
{
	char text[2 * BINARY_SHOWN];
	size_t n = 0;

	for (; n < v->n && n < BINARY_SHOWN; n++)
		hex_byte(text + 2 * n, v->p[n]);
	buf_put(out, text, 2 * n);
	if (v->n > BINARY_SHOWN)
		buf_fmt(out, "... (%zu bytes)", v->n);
}

/* Strings one after the other, each with its NUL. */
static void string_array(struct buf *out, const struct evtx_value *v)
{
	struct u16 s = {v->p, 0};

	for (size_t i = 0; i + 1 < v->n; i += 2) {
		if (get16(v->p + i) != 0) {
			s.n++;
			continue;
		}
		u16_text(out, s);
		if (i + 3 < v->n)
			buf_str(out, "; ");
		s = (struct u16){v->p + i + 2, 0};
	}
	u16_text(out, s);
}

/* The digits of a number without a sign at the end of the room; DIGITS when it is something else. */
static size_t digits_of(const struct evtx_value *v, char room[DIGITS])
{
	switch (v->type) {
	case T_UINT8:
	case T_UINT16:
	case T_UINT32:
	case T_UINT64:
	case T_SIZE:
		return decimal(room, value_as_number(v));
	case T_HEX32:
	case T_HEX64:
		return hexadecimal(room, value_as_number(v));
	default:
		return DIGITS;
	}
}

static void system_time(struct buf *out, const unsigned char *p)
{
	int64_t ms;

	if (clock_from_civil(get16(p), get16(p + 2), get16(p + 6), get16(p + 8), get16(p + 10), get16(p + 12),
	                     &ms))
		time_text(out, ms + get16(p + 14) % 1000);
}

static void other_as_text(struct buf *out, const struct evtx_value *v)
{
	if (v->type == T_INT8 || v->type == T_INT16 || v->type == T_INT32 || v->type == T_INT64)
		buf_fmt(out, "%" PRId64, signed_number(v));
	else if (v->type == T_BOOL)
		buf_str(out, value_as_number(v) != 0 ? "true" : "false");
	else if (v->type == T_STRING)
		utf8_from_latin1(out, (const char *)v->p, strnlen((const char *)v->p, v->n));
	else if (v->type == T_FILETIME && v->n >= 8)
		time_text(out, filetime_ms(get64(v->p)));
	else if (v->type == T_SYSTEMTIME && v->n >= 16)
		system_time(out, v->p);
	else if (v->type == T_SID)
		sid_into(out, v);
	else if (v->type == (T_ARRAY | T_WSTRING))
		string_array(out, v);
	else
		binary_text(out, v);
}

const char *value_string(struct arena *mem, const struct evtx_value *v, struct buf *scratch)
{
	char room[DIGITS], *guid;
	size_t i;

	if (v->n == 0 || v->type == T_NULL)
		return "";
	if (v->type == T_WSTRING)
		return u16_string(mem, (struct u16){v->p, v->n / 2}, scratch);
	i = digits_of(v, room);
	if (i != DIGITS)
		return arena_strndup(mem, room + i, DIGITS - i);
	if (v->type == T_GUID && v->n >= 16) {
		guid = arena_room(mem, GUID_TEXT + 1);
		guid_text(guid, v->p);
		guid[GUID_TEXT] = '\0';
		return guid;
	}
	if (v->type == T_SID) {
		char sid[SID_TEXT];

		return arena_strndup(mem, sid, sid_text(sid, v));
	}
	buf_clear(scratch);
	other_as_text(scratch, v);
	return arena_strndup(mem, buf_cstr(scratch), scratch->n);
}
