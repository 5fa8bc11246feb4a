/* What a part of a source is about and what happened in it: names, copies, JSON in both directions. */
#include <casebook/about.h>

#include <string.h>

static const char *const roles[] = {"unknown", "ndes", "server", "device", "console"};
static const char *const layers[] = {"unknown", "httpsys", "iis", "ndes", "connector", "app-proxy", "proxy"};
_Static_assert(sizeof(roles) / sizeof(roles[0]) == ROLE__MAX, "every role has its name");
_Static_assert(sizeof(layers) / sizeof(layers[0]) == LAYER__MAX, "every layer has its name");

const struct about about_nothing = {.from_ms = ABOUT_NO_TIME,
                                    .to_ms = ABOUT_NO_TIME,
                                    .as_of_ms = ABOUT_NO_TIME,
                                    .written_ms = ABOUT_NO_TIME,
                                    .complete = TRI_UNKNOWN};
const struct evrow evrow_nothing = {.first_ms = ABOUT_NO_TIME, .last_ms = ABOUT_NO_TIME, .n = 1};

const char *role_name(enum role r)
{
	return roles[r];
}

static int index_of(const char *const *names, int n, const char *name)
{
	for (int i = 0; name != NULL && i < n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

int role_from(const char *name)
{
	return index_of(roles, ROLE__MAX, name);
}

int layer_from(const char *name)
{
	return index_of(layers, LAYER__MAX, name);
}

/* The texts of an about, by key: one table for copying, writing and reading. */
static const struct {
	const char *key;
	size_t at;
} texts[] = {
        {"computer", offsetof(struct about, computer)}, {"site", offsetof(struct about, site)},
        {"pool", offsetof(struct about, pool)},         {"store", offsetof(struct about, store)},
        {"device", offsetof(struct about, device)},     {"platform", offsetof(struct about, platform)},
        {"log", offsetof(struct about, log)},
};
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static const char *const *text_in(const struct about *a, size_t i)
{
	return (const char *const *)((const char *)a + texts[i].at);
}

static const char **text_of(struct about *a, size_t i)
{
	return (const char **)((char *)a + texts[i].at);
}

struct about about_copy(struct arena *mem, const struct about *a)
{
	struct about out = *a;

	for (size_t i = 0; i < TEXTS; i++)
		*text_of(&out, i) = arena_strdup(mem, *text_in(a, i));
	return out;
}

struct evrow evrow_copy(struct arena *mem, const struct evrow *r)
{
	struct evrow out = *r;

	out.kind = arena_strdup(mem, r->kind);
	out.data = value_copy(mem, &r->data);
	return out;
}

static void put_time(struct jsonw *j, const char *key, int64_t ms)
{
	if (ms != ABOUT_NO_TIME)
		jsonw_kint(j, key, ms);
}

void about_json(struct jsonw *j, const struct about *a)
{
	jsonw_open(j, '{');
	for (size_t i = 0; i < TEXTS; i++)
		if (*text_in(a, i) != NULL)
			jsonw_kstr(j, texts[i].key, *text_in(a, i));
	if (a->traces != 0)
		jsonw_kint(j, "traces", a->traces);
	put_time(j, "from_ms", a->from_ms);
	put_time(j, "to_ms", a->to_ms);
	if (a->slack_ms != 0)
		jsonw_kint(j, "slack_ms", a->slack_ms);
	put_time(j, "as_of_ms", a->as_of_ms);
	put_time(j, "written_ms", a->written_ms);
	if (a->complete != TRI_UNKNOWN)
		jsonw_kbool(j, "complete", a->complete == TRI_YES);
	if (a->layer != LAYER_UNKNOWN)
		jsonw_kstr(j, "layer", layers[a->layer]);
	if (a->role != ROLE_UNKNOWN)
		jsonw_kstr(j, "role", roles[a->role]);
	jsonw_close(j, '}');
}

void evrow_json(struct jsonw *j, const struct evrow *r)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "kind", r->kind);
	if (r->part != 0)
		jsonw_kint(j, "part", r->part);
	put_time(j, "first_ms", r->first_ms);
	put_time(j, "last_ms", r->last_ms);
	if (r->n != 1)
		jsonw_kint(j, "n", r->n);
	if (r->line != 0)
		jsonw_kint(j, "line", (int64_t)r->line);
	if (r->data.type != VAL_NULL) {
		jsonw_key(j, "data");
		jsonw_value(j, &r->data);
	}
	jsonw_close(j, '}');
}

static int64_t int_of(const struct value *map, const char *key, int64_t otherwise)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_INT ? v->u.i : otherwise;
}

void about_from(const struct value *v, struct about *out)
{
	const struct value *complete = value_find(v, "complete");
	int layer = layer_from(value_find_str(v, "layer")), role = role_from(value_find_str(v, "role"));

	*out = about_nothing;
	for (size_t i = 0; i < TEXTS; i++)
		*text_of(out, i) = value_find_str(v, texts[i].key);
	out->traces = (unsigned)(int_of(v, "traces", 0) & (TRACE_NDES | TRACE_DEVICE));
	out->from_ms = int_of(v, "from_ms", ABOUT_NO_TIME);
	out->to_ms = int_of(v, "to_ms", ABOUT_NO_TIME);
	out->slack_ms = int_of(v, "slack_ms", 0);
	if (out->slack_ms < 0)
		out->slack_ms = 0;
	out->as_of_ms = int_of(v, "as_of_ms", ABOUT_NO_TIME);
	out->written_ms = int_of(v, "written_ms", ABOUT_NO_TIME);
	if (complete != NULL && complete->type == VAL_BOOL)
		out->complete = complete->u.b ? TRI_YES : TRI_NO;
	out->layer = layer >= 0 ? (enum layer)layer : LAYER_UNKNOWN;
	out->role = role >= 0 ? (enum role)role : ROLE_UNKNOWN;
}

bool evrow_from(const struct value *v, struct evrow *out)
{
	const struct value *data = value_find(v, "data");
	int64_t part = int_of(v, "part", 0), n = int_of(v, "n", 1), line = int_of(v, "line", 0);

	*out = evrow_nothing;
	out->kind = value_find_str(v, "kind");
	if (out->kind == NULL || part < 0 || part >= EVIDENCE_MAX_PARTS)
		return false;
	out->part = (uint16_t)part;
	out->first_ms = int_of(v, "first_ms", ABOUT_NO_TIME);
	out->last_ms = int_of(v, "last_ms", ABOUT_NO_TIME);
	out->n = n < 1 ? 1 : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
	out->line = line > 0 ? (uint64_t)line : 0;
	if (data != NULL && data->type == VAL_MAP)
		out->data = *data;
	return true;
}
