/* Values: lookup, comparison, copy, one-line text, JSON both ways. */
#include <casebook/value.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/json.h>

#include <jansson.h>

#define JSON_MAX_DEPTH 20

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
		if (strcmp(map->u.map.items[i].key, key) == 0)
			return &map->u.map.items[i].value;
	return NULL;
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
		buf_fmt(out, "%" PRId64, v->u.i);
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
			buf_fmt(out, "%s%s: ", i != 0 ? ", " : "", v->u.map.items[i].key);
			value_text(out, &v->u.map.items[i].value);
		}
	}
}

void value_json(struct buf *out, const struct value *v)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_value(&j, v);
}

static int from_json(struct arena *mem, const json_t *in, unsigned depth, struct value *out, struct err *err);

static int list_from_json(struct arena *mem, const json_t *in, unsigned depth, struct value *out,
                          struct err *err)
{
	size_t n = json_array_size(in);
	struct value *items = arena_array(mem, n, sizeof(*items));

	for (size_t i = 0; i < n; i++)
		if (from_json(mem, json_array_get(in, i), depth + 1, &items[i], err) != 0)
			return -1;
	out->type = VAL_LIST;
	out->u.list.items = items;
	out->u.list.n = n;
	return 0;
}

static int map_from_json(struct arena *mem, json_t *in, unsigned depth, struct value *out, struct err *err)
{
	struct member *items = arena_array(mem, json_object_size(in), sizeof(*items));
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach (in, key, value) {
		items[n].key = arena_strdup(mem, key);
		if (from_json(mem, value, depth + 1, &items[n].value, err) != 0)
			return -1;
		n++;
	}
	out->type = VAL_MAP;
	out->u.map.items = items;
	out->u.map.n = n;
	return 0;
}

static int from_json(struct arena *mem, const json_t *in, unsigned depth, struct value *out, struct err *err)
{
	if (depth > JSON_MAX_DEPTH)
		return err_set(err, FAIL_LIMIT, 0, "JSON is nested more than %d deep", JSON_MAX_DEPTH);
	switch (json_typeof(in)) {
	case JSON_NULL:
		*out = value_null();
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		*out = value_bool(json_is_true(in));
		return 0;
	case JSON_INTEGER:
		*out = value_int(json_integer_value(in));
		return 0;
	case JSON_STRING:
		*out = value_str(arena_strdup(mem, json_string_value(in)));
		return 0;
	case JSON_ARRAY:
		return list_from_json(mem, in, depth, out, err);
	case JSON_OBJECT:
		return map_from_json(mem, (json_t *)in, depth, out, err);
	case JSON_REAL:
		break;
	}
	return err_set(err, FAIL_FORMAT, 0, "JSON holds a number with a fraction, which no record has");
}

int value_parse_json(struct arena *mem, const char *text, size_t n, struct value *out, struct err *err)
{
	json_error_t why;
	json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	int rc;

	if (root == NULL) {
		err_set(err, FAIL_FORMAT, 0, "not JSON: %s", why.text);
		if (err != NULL) {
			err->line = (unsigned)why.line;
			err->col = (unsigned)why.column;
		}
		return -1;
	}
	rc = from_json(mem, root, 0, out, err);
	json_decref(root);
	return rc;
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
