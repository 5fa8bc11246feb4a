/* Some members of an object of foreign JSON, whatever else it holds. */
#include <casebook/json.h>

#include <string.h>

#include <jansson.h>

static const char *text_of(struct arena *mem, const json_t *v)
{
	if (json_is_string(v))
		return arena_strndup(mem, json_string_value(v), json_string_length(v));
	/* Numbers are taken as reals: identifiers of 64 bits without a sign are no integers to jansson. */
	if (json_is_real(v))
		return arena_fmt(mem, "%.0f", json_real_value(v));
	return NULL;
}

int json_pick(struct arena *mem, const char *text, size_t n, const char *const keys[], const char *out[],
              struct err *err)
{
	json_error_t why;
	json_t *root = json_loadb(text, n, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &why);

	if (!json_is_object(root)) {
		json_decref(root);
		return err_set(err, FAIL_FORMAT, 0, "not a JSON object%s%s", root == NULL ? ": " : "",
		               root == NULL ? why.text : "");
	}
	for (size_t i = 0; keys[i] != NULL; i++)
		out[i] = text_of(mem, json_object_get(root, keys[i]));
	json_decref(root);
	return 0;
}
