/*
 * The value of a fact: null (unknown), bool, integer, text, list or map. Values are immutable trees in an
 * arena. Maps keep their insertion order.
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
/* The text at a key of a map; NULL when absent or not text. */
const char *value_find_str(const struct value *map, const char *key);
bool value_equal(const struct value *a, const struct value *b);
struct value value_copy(struct arena *mem, const struct value *v);
/* One readable line for screens and reports: "403", "yes", "unknown", "SHA-256, AES". */
void value_text(struct buf *out, const struct value *v);

/* Parses JSON (RFC 8259) with cJSON to a bounded depth. Refuses fractions, numbers beyond 64 bits, duplicate
 * keys, NUL and invalid UTF-8. *err has the line and column of a syntax error. */
int value_parse_json(struct arena *mem, const char *text, size_t n, struct value *out,
                     struct err *err) MUST_CHECK;

/* Builds lists and maps. */
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
