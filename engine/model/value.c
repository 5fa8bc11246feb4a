/* Values: lookup, comparison, copy, one-line text, JSON both ways. */
#include <casebook/value.h>

#include <stdlib.h>
#include <string.h>

#include <casebook/json.h>

struct value value_null(void)
{
	return (struct value){.type = VAL_NULL};
}

struct value value_bool(bool b)
{
	return (struct value){.type = VAL_BOOL, .u.b = b};
}

struct value value_int(int64_t i)
{
	return (struct value){.type = VAL_INT, .u.i = i};
}

struct value value_str(const char *s)
{
	return s != NULL ? (struct value){.type = VAL_STR, .u.s = s} : value_null();
}

const struct value *value_find(const struct value *map, const char *key)
{
	if (map == NULL || map->type != VAL_MAP)
		return NULL;
	for (size_t i = 0; i < map->u.map.n; i++)
		if (map->u.map.items[i].key[0] == key[0] && strcmp(map->u.map.items[i].key, key) == 0)
			return &map->u.map.items[i].value;
	return NULL;
}

const char *value_find_str(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_STR ? v->u.s : NULL;
}

static bool lists_equal(const struct value *a, const struct value *b)
{
	if (a->u.list.n != b->u.list.n)
		return false;
	for (size_t i = 0; i < a->u.list.n; i++)
		if (!value_equal(&a->u.list.items[i], &b->u.list.items[i]))
			return false;
	return true;
}

static bool maps_equal(const struct value *a, const struct value *b)
{
	if (a->u.map.n != b->u.map.n)
		return false;
	for (size_t i = 0; i < a->u.map.n; i++) {
		const struct value *other = value_find(b, a->u.map.items[i].key);

		if (other == NULL || !value_equal(&a->u.map.items[i].value, other))
			return false;
	}
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case VAL_NULL:
		return true;
	case VAL_BOOL:
		return a->u.b == b->u.b;
	case VAL_INT:
		return a->u.i == b->u.i;
	case VAL_STR:
		return strcmp(a->u.s, b->u.s) == 0;
	case VAL_LIST:
		return lists_equal(a, b);
	case VAL_MAP:
		return maps_equal(a, b);
	}
	return false;
}

struct value value_copy(struct arena *mem, const struct value *v)
{
	struct value out = *v;

	if (v->type == VAL_STR) {
		out.u.s = arena_strdup(mem, v->u.s);
	} else if (v->type == VAL_LIST) {
		struct value *items = arena_array(mem, v->u.list.n, sizeof(*items));

		for (size_t i = 0; i < v->u.list.n; i++)
			items[i] = value_copy(mem, &v->u.list.items[i]);
		out.u.list.items = items;
	} else if (v->type == VAL_MAP) {
		struct member *items = arena_array(mem, v->u.map.n, sizeof(*items));

		for (size_t i = 0; i < v->u.map.n; i++) {
			items[i].key = arena_strdup(mem, v->u.map.items[i].key);
			items[i].value = value_copy(mem, &v->u.map.items[i].value);
		}
		out.u.map.items = items;
	}
	return out;
}

void value_text(struct buf *out, const struct value *v)
{
	if (v == NULL || v->type == VAL_NULL) {
		buf_str(out, "unknown");
	} else if (v->type == VAL_BOOL) {
		buf_str(out, v->u.b ? "yes" : "no");
	} else if (v->type == VAL_INT) {
		buf_int(out, v->u.i);
	} else if (v->type == VAL_STR) {
		buf_str(out, v->u.s);
	} else if (v->type == VAL_LIST) {
		if (v->u.list.n == 0)
			buf_str(out, "none");
		for (size_t i = 0; i < v->u.list.n; i++) {
			buf_str(out, i != 0 ? (v->u.list.items[i].type == VAL_MAP ? "; " : ", ") : "");
			value_text(out, &v->u.list.items[i]);
		}
	} else {
		if (v->u.map.n == 0)
			buf_str(out, "none");
		for (size_t i = 0; i < v->u.map.n; i++) {
			buf_str(out, i != 0 ? ", " : "");
			buf_str(out, v->u.map.items[i].key);
			buf_str(out, ": ");
			value_text(out, &v->u.map.items[i].value);
		}
	}
}

void vb_init(struct value_builder *b, struct arena *mem)
{
	memset(b, 0, sizeof(*b));
	b->mem = mem;
}

void vb_add(struct value_builder *b, const char *key, struct value v)
{
	if (b->n == b->cap) {
		size_t cap = b->cap != 0 ? b->cap * 2 : 8;
		struct member *items = arena_array(b->mem, cap, sizeof(*items));

		if (b->n != 0)
			memcpy(items, b->items, b->n * sizeof(*items));
		b->items = items;
		b->cap = cap;
	}
	b->items[b->n].key = arena_strdup(b->mem, key);
	b->items[b->n].value = value_copy(b->mem, &v);
	b->n++;
}

struct value vb_list(struct value_builder *b)
{
	struct value *items = arena_array(b->mem, b->n, sizeof(*items));

	for (size_t i = 0; i < b->n; i++)
		items[i] = b->items[i].value;
	return (struct value){.type = VAL_LIST, .u.list = {items, b->n}};
}

struct value vb_map(struct value_builder *b)
{
	return (struct value){.type = VAL_MAP, .u.map = {b->items, b->n}};
}
