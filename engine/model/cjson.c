/* Reads JSON with cJSON, which takes its memory where it is told to. */
#include "cjson.h"

#include <stdbool.h>
#include <string.h>

#include <casebook/utf8.h>

#define PIECE 4096u
#define BLOCK 32u

/* While a text is read: cJSON asks for little, and often. */
static _Thread_local struct room {
	struct arena *mem;
	char *next;
	size_t left;
} room;

static void *take(size_t n)
{
	char *p = room.next;

	n = (n + 7) & ~(size_t)7;
	if (n > PIECE / 8)
		return arena_room(room.mem, n);
	if (n > room.left) {
		p = arena_room(room.mem, PIECE);
		room.left = PIECE;
	}
	room.next = p + n;
	room.left -= n;
	return p;
}

static void leave(void *p)
{
	(void)p;
}

static bool has_nul(const char *text, size_t n)
{
	const char *p = text, *end = text + n;

	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL && end - p >= 6) {
		if (memcmp(p, "\\u0000", 6) == 0)
			return true;
		p += 2;
	}
	return false;
}

static inline unsigned is_control(char c)
{
	return ((unsigned char)c < 0x20) & (c != '\n') & (c != '\r') & (c != '\t');
}

/* Within the first n bytes, or n: a character that no JSON text holds as it is (RFC 8259, 7); cJSON takes it.
 */
static size_t control_at(const char *text, size_t n)
{
	size_t i = 0;

	for (unsigned low = 0; n - i >= BLOCK && low == 0; i += low == 0 ? BLOCK : 0)
		for (size_t k = 0; k < BLOCK; k++) /* without a way out, so that it is done many at a time */
			low |= is_control(text[i + k]);
	while (i < n && !is_control(text[i]))
		i++;
	return i;
}

static int not_json(struct err *err, const char *text, const char *at)
{
	unsigned line = 1;
	const char *from = text;

	for (const char *p = text; p < at; p++)
		if (*p == '\n') {
			line++;
			from = p + 1;
		}
	err_set(err, FAIL_FORMAT, 0, "not JSON from column %zu on", (size_t)(at - from) + 1);
	if (err != NULL) {
		err->line = line;
		err->col = (unsigned)(at - from) + 1;
	}
	return -1;
}

cJSON *cjson_read(struct arena *mem, const char *text, size_t n, enum cjson_how how, struct err *err)
{
	cJSON_Hooks hooks = {take, leave};
	const char *end = text;
	size_t valid = utf8_valid_prefix(text, n);
	cJSON *root = NULL;

	if (how != CJSON_MARKED)
		valid = control_at(text, valid);
	if (valid == n && how == CJSON_STRICT && has_nul(text, n)) {
		err_set(err, FAIL_FORMAT, 0, "JSON contains a NUL character, which is not allowed");
		return NULL;
	}
	if (valid == n) {
		room = (struct room){.mem = mem};
		cJSON_InitHooks(&hooks);
		root = cJSON_ParseWithLengthOpts(text, n, &end, false);
		room.mem = NULL;
	} else {
		end = text + valid;
	}
	while (root != NULL && end < text + n && (*end == ' ' || (*end >= '\t' && *end <= '\r')))
		end++;
	if (root == NULL || end != text + n) {
		not_json(err, text, end);
		return NULL;
	}
	return root;
}
