/*
 * Events as JSON: Get-WinEvent or Get-EventLog | ConvertTo-Json, one event a line as log shippers write it,
 * and what converters of .evtx make of the XML ("Event": {"System": ..., "EventData": ...}).  Names of
 * members are property names, which nobody translates; who writes them decides their case, and how deep they
 * lie.
 */
#include "file_json.h"
#include "file_kind.h"
#include "win_events.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/xalloc.h>

#define DEPTH 4u /* members of members: winlog.event_data, Event.System.Provider.#attributes */

static const char *const id_names[] = {"EventID", "event_id", "Id", "InstanceId", NULL};
static const char *const provider_names[] = {"ProviderName", "provider_name", "SourceName", "Source", NULL};
static const char *const channel_names[] = {"LogName", "Channel", "log_name", "Log", NULL};
static const char *const computer_names[] = {"MachineName", "Computer", "computer_name", "Hostname", NULL};
static const char *const message_names[] = {"Message", "Description", NULL};
static const char *const time_names[] = {
        "SystemTime", "TimeCreated", "TimeGenerated", "EventTime", "@timestamp", "timestamp", NULL};
static const char *const data_names[] = {"EventData",  "event_data",         "UserData",
                                         "Properties", "ReplacementStrings", NULL};
/* Where converters hide what belongs to the event itself. */
static const char *const inner_names[] = {"Event", "System", "winlog", "event", NULL};

struct reading {
	struct win_judge *j;
	struct arena *mem;
	struct evtx_field fields[EVTX_MAX_FIELDS];
	size_t nfields;
};

/* A text or number, also one that lies in "#text", "Name" or "Value" of a member. */
static const char *plain(struct arena *mem, const struct value *v, unsigned depth)
{
	static const char *const keys[] = {"#text",    "Value",       "Name", "SystemTime",
	                                   "DateTime", "#attributes", NULL};
	const char *found = NULL;

	if (v == NULL || depth == 0)
		return NULL;
	if (v->type == VAL_STR)
		return v->u.s;
	if (v->type == VAL_INT)
		return arena_fmt(mem, "%lld", (long long)v->u.i);
	for (size_t i = 0; keys[i] != NULL && found == NULL; i++)
		found = plain(mem, file_json_find(v, keys[i]), depth - 1);
	return found;
}

static const char *first_of(struct reading *r, const struct value *v, const char *const *names)
{
	const char *found = NULL;

	for (size_t i = 0; names[i] != NULL && found == NULL; i++)
		found = plain(r->mem, file_json_find(v, names[i]), DEPTH);
	return found;
}

/* The same in the object or in what lies within it by a known name. */
static const char *anywhere(struct reading *r, const struct value *v, const char *const *names,
                            unsigned depth)
{
	const char *found = first_of(r, v, names);

	for (size_t i = 0; depth > 0 && inner_names[i] != NULL && found == NULL; i++) {
		const struct value *inner = file_json_find(v, inner_names[i]);

		if (inner != NULL && inner->type == VAL_MAP)
			found = anywhere(r, inner, names, depth - 1);
	}
	return found;
}

static void add(struct reading *r, const char *name, const char *value)
{
	if (value != NULL && r->nfields < EVTX_MAX_FIELDS)
		r->fields[r->nfields++] = (struct evtx_field){name, value};
}

/* Shippers number what has no name: param1, param2. */
static const char *name_of(const char *key)
{
	return strncasecmp(key, "param", 5) == 0 && isdigit((unsigned char)key[5]) ? "Data" : key;
}

static void add_data(struct reading *r, const struct value *v, unsigned depth)
{
	if (v->type == VAL_LIST)
		for (size_t i = 0; i < v->u.list.n; i++)
			add(r, "Data", plain(r->mem, &v->u.list.items[i], DEPTH));
	for (size_t i = 0; v->type == VAL_MAP && i < v->u.map.n; i++) {
		const struct value *m = &v->u.map.items[i].value;
		const char *text = plain(r->mem, m, DEPTH);

		if (text != NULL)
			add(r, name_of(v->u.map.items[i].key), text);
		else if (depth > 0)
			add_data(r, m, depth - 1);
	}
}

static void all_data(struct reading *r, const struct value *v, unsigned depth)
{
	for (size_t i = 0; data_names[i] != NULL && r->nfields == 0; i++) {
		const struct value *data = file_json_find(v, data_names[i]);

		if (data != NULL)
			add_data(r, data, DEPTH);
	}
	for (size_t i = 0; depth > 0 && inner_names[i] != NULL && r->nfields == 0; i++) {
		const struct value *inner = file_json_find(v, inner_names[i]);

		if (inner != NULL)
			all_data(r, inner, depth - 1);
	}
}

/* "/Date(1726823400000)/" of Windows PowerShell, ISO of everybody else; *zoned: it names a moment. */
static int64_t time_of(const char *s, bool *zoned)
{
	const char *at = s != NULL ? strstr(s, "/Date(") : NULL;
	int64_t ms;

	*zoned = true;
	if (at != NULL)
		return strtoll(at + 6, NULL, 10);
	if (s == NULL)
		return PIN_NO_TIME;
	*zoned = win_time_is_zoned(s, strlen(s));
	ms = win_local_time(s, strlen(s));
	return ms;
}

static int level_of(struct reading *r, const struct value *v)
{
	static const char *const names[] = {"Level", "level", NULL}, *const types[] = {"EntryType", NULL};
	const char *level = anywhere(r, v, names, DEPTH), *type = first_of(r, v, types);

	if (level != NULL && isdigit((unsigned char)level[0]))
		return (int)strtol(level, NULL, 10);
	/* System.Diagnostics.EventLogEntryType: 1 error, 2 warning, 4 information */
	if (type != NULL)
		return strcmp(type, "1") == 0 || strcasecmp(type, "Error") == 0     ? 2
		       : strcmp(type, "2") == 0 || strcasecmp(type, "Warning") == 0 ? 3
		                                                                    : 4;
	return 0;
}

/* False when the object is no event. */
static bool one_event(struct reading *r, const struct value *v, const struct file_line *at)
{
	const char *id = anywhere(r, v, id_names, DEPTH), *provider = anywhere(r, v, provider_names, DEPTH);
	static const char *const providers[] = {"Provider", NULL};
	struct win_event e = {.number = at->number, .offset = at->offset};
	bool zoned;

	if (provider == NULL)
		provider = anywhere(r, v, providers, DEPTH);
	if (id == NULL || !isdigit((unsigned char)id[0]) || provider == NULL)
		return false;
	r->nfields = 0;
	all_data(r, v, DEPTH);
	e.id = (uint32_t)strtoull(id, NULL, 10) & 0xFFFFu;
	e.level = level_of(r, v);
	e.provider = provider;
	e.channel = anywhere(r, v, channel_names, DEPTH);
	e.computer = anywhere(r, v, computer_names, DEPTH);
	e.message = anywhere(r, v, message_names, DEPTH);
	e.channel = e.channel != NULL ? e.channel : "";
	e.message = e.message != NULL ? e.message : "";
	e.time_ms = time_of(anywhere(r, v, time_names, DEPTH), &zoned);
	e.data = r->fields;
	e.ndata = r->nfields;
	win_judge_zoned(r->j, zoned);
	win_judge_take(r->j, &e);
	return true;
}

int win_read_json(struct file_text *text, struct win_judge *j, uint64_t *bad, struct err *err)
{
	struct file_json *json = file_json_over(text);
	struct reading *r = xcalloc(1, sizeof(*r));
	struct file_line at;
	struct value v;
	int got;

	r->j = j;
	r->mem = arena_new();
	while ((got = file_json_next(json, &v, &at, err)) > 0) {
		*bad += !one_event(r, &v, &at);
		arena_reset(r->mem);
	}
	*bad += file_json_bad(json);
	file_json_free(json);
	arena_free(r->mem);
	free(r);
	return got;
}

bool win_json_looks(const struct sample *s)
{
	static const char *const ids[] = {"\"Id\"", "\"EventID\"", "\"event_id\"", "\"InstanceId\""};
	static const char *const sources[] = {"\"ProviderName\"", "\"provider_name\"", "\"SourceName\"",
	                                      "\"Source\"", "\"Provider\""};
	bool id = false, source = false;

	if (!file_json_is(s))
		return false;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		id = id || sample_has(s, ids[i]);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		source = source || sample_has(s, sources[i]);
	return id && source &&
	       (sample_has(s, "\"Message\"") || sample_has(s, "\"EventData\"") ||
	        sample_has(s, "\"event_data\"") || sample_has(s, "\"LogName\"") ||
	        sample_has(s, "\"Channel\"") || sample_has(s, "\"ReplacementStrings\""));
}
