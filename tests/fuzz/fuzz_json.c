/*
 * Our reader of JSON against another one: what jansson takes, we take with the
 * same values; what it refuses, we refuse.  Fractions, NUL and great depth are
 * refused by us alone.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/value.h>

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void same(const json_t *theirs, const struct value *ours);

static void same_map(json_t *theirs, const struct value *ours)
{
	const char *key;
	json_t *one;

	must(ours->type == VAL_MAP && json_object_size(theirs) == ours->u.map.n);
	json_object_foreach (theirs, key, one) {
		const struct value *v = value_find(ours, key);

		must(v != NULL);
		same(one, v);
	}
}

static void same(const json_t *theirs, const struct value *ours)
{
	switch (json_typeof(theirs)) {
	case JSON_NULL:
		must(ours->type == VAL_NULL);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		must(ours->type == VAL_BOOL && ours->u.b == json_is_true(theirs));
		break;
	case JSON_INTEGER:
		must(ours->type == VAL_INT && ours->u.i == json_integer_value(theirs));
		break;
	case JSON_STRING:
		must(ours->type == VAL_STR && strcmp(ours->u.s, json_string_value(theirs)) == 0);
		break;
	case JSON_ARRAY:
		must(ours->type == VAL_LIST && json_array_size(theirs) == ours->u.list.n);
		for (size_t i = 0; i < ours->u.list.n; i++)
			same(json_array_get(theirs, i), &ours->u.list.items[i]);
		break;
	case JSON_OBJECT:
		same_map((json_t *)(uintptr_t)theirs, ours);
		break;
	case JSON_REAL:
		must(false);
	}
}

/* What we refuse on purpose and jansson takes. */
static bool stricter(const json_t *theirs, unsigned depth)
{
	const char *key;
	json_t *one;

	if (depth > 20 || json_is_real(theirs))
		return true;
	for (size_t i = 0; i < json_array_size(theirs); i++)
		if (stricter(json_array_get(theirs, i), depth + 1))
			return true;
	json_object_foreach ((json_t *)(uintptr_t)theirs, key, one) {
		if (stricter(one, depth + 1))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *mem = arena_new();
	json_error_t why;
	json_t *theirs = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	struct value ours;
	struct err err = {0};
	int rc = value_parse_json(mem, (const char *)data, size, &ours, &err);

	if (rc != 0)
		must(err.msg[0] != '\0');
	if (theirs == NULL)
		must(rc != 0);
	else if (rc == 0)
		same(theirs, &ours);
	else
		must(stricter(theirs, 0) || memchr(data, '\0', size) != NULL);
	json_decref(theirs);
	arena_free(mem);
	return 0;
}
