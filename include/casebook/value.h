/*
 * A value is what a fact holds: null (unknown), bool, integer, text, list or map.
 * Values are immutable trees in an arena.  Maps keep the order in which they
 * were written; value_sorted() gives one order for output that must not vary.
 */
#ifndef CASEBOOK_VALUE_H
#define CASEBOOK_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/arena.h>
#include <casebook/buf.h>
#include <casebook/err.h>

enum value_type { VAL_NULL, VAL_BOOL, VAL_INT, VAL_STR, VAL_LIST, VAL_MAP };

struct member;
struct value {
	enum value_type type;
	union {
		bool b;
		int64_t i;
		const char *s;
		struct {
			const struct value *items;
			size_t n;
		} list;
		struct {
			const struct member *items;
			size_t n;
		} map;
	} u;
};
struct member {
	const char *key;
	struct value value;
};

struct value value_null(void);
struct value value_bool(bool b);
struct value value_int(int64_t i);
struct value value_str(const char *s); /* borrows; NULL gives null */

const struct value *value_find(const struct value *map, const char *key); /* NULL when absent */
/* The text at a key of a map; NULL when it is absent or no text. */
const char *value_find_str(const struct value *map, const char *key);
bool value_equal(const struct value *a, const struct value *b);
struct value value_copy(struct arena *mem, const struct value *v);
/* One readable line for screens and reports: "403", "yes", "unknown", "SHA-256, AES". */
void value_text(struct buf *out, const struct value *v);

/* JSON (RFC 8259).  Text that is not UTF-8 is cleaned on the way out. */
void value_json(struct buf *out, const struct value *v);
/* Parses with cJSON; depth is bounded; refused are numbers with a fraction or beyond 64 bits, keys that come
 * twice, NUL and what is not UTF-8.  *err has line and column where the text is no JSON. */
int value_parse_json(struct arena *mem, const char *text, size_t n, struct value *out,
                     struct err *err) MUST_CHECK;

/* A writer for lists and maps that grow. */
struct value_builder {
	struct arena *mem;
	struct member *items;
	size_t n, cap;
};
void vb_init(struct value_builder *b, struct arena *mem);
void vb_add(struct value_builder *b, const char *key, struct value v); /* key NULL for lists; copied */
struct value vb_list(struct value_builder *b);
struct value vb_map(struct value_builder *b);

#endif
