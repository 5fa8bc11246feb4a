/* Some members of an object of foreign JSON, whatever else it holds. */
#include <casebook/json.h>

#include "cjson.h"

static const char *text_of(struct arena *mem, const cJSON *v)
{
	if (cJSON_IsString(v))
		return arena_strdup(mem, v->valuestring);
	return cJSON_IsNumber(v) ? arena_fmt(mem, "%.0f", v->valuedouble) : NULL;
}

int json_pick(struct arena *mem, const char *text, size_t n, const char *const keys[], const char *out[],
              struct err *err)
{
	struct arena *nodes = arena_new();
	const cJSON *root = cjson_read(nodes, text, n, CJSON_CUT, err);
	int rc = root != NULL ? 0 : -1;

	if (root != NULL && !cJSON_IsObject(root))
		rc = err_set(err, FAIL_FORMAT, 0, "not a JSON object");
	for (size_t i = 0; rc == 0 && keys[i] != NULL; i++)
		out[i] = text_of(mem, cJSON_GetObjectItemCaseSensitive(root, keys[i]));
	arena_free(nodes);
	return rc;
}
