/* One measurement: names, copy, and its JSON form in both directions. */
#include <casebook/evidence.h>

#include <string.h>

#include <casebook/clock.h>

static const char *const outcomes[] = {"measured",  "unreached", "timeout",
                                       "cancelled", "crashed",   "unreadable"};
_Static_assert(sizeof(outcomes) / sizeof(outcomes[0]) == EV__MAX, "every outcome has its name");

const char *evidence_outcome_name(enum evidence_outcome o)
{
	return outcomes[o];
}

int evidence_outcome_from(const char *name)
{
	for (int i = 0; i < EV__MAX; i++)
		if (name != NULL && strcmp(outcomes[i], name) == 0)
			return i;
	return -1;
}

const char *evidence_network(const char *name)
{
	static const char *const networks[] = {"inside", "outside"};

	for (size_t i = 0; name != NULL && i < sizeof(networks) / sizeof(networks[0]); i++)
		if (strcmp(networks[i], name) == 0)
			return networks[i];
	return NULL;
}

bool pin_same_line(const struct pin *a, const struct pin *b)
{
	return a->line != 0 && a->line == b->line && a->file != NULL && b->file != NULL &&
	       strcmp(a->file, b->file) == 0;
}

const struct value *evidence_fact(const struct evidence *e, const char *key)
{
	for (size_t i = 0; e != NULL && i < e->nfacts; i++)
		if (e->facts[i].key[0] == key[0] && strcmp(e->facts[i].key, key) == 0)
			return &e->facts[i].value;
	return NULL;
}

const struct about *evidence_about(const struct evidence *e, const struct evrow *r)
{
	return r->part < e->nparts ? &e->parts[r->part].about : &about_nothing;
}

static void copy_rows(struct arena *mem, struct evidence *e)
{
	struct evpart *parts = arena_array(mem, e->nparts, sizeof(*parts));
	struct evrow *rows = arena_array(mem, e->nrows, sizeof(*rows));

	for (size_t i = 0; i < e->nparts; i++)
		parts[i].about = about_copy(mem, &e->parts[i].about);
	for (size_t i = 0; i < e->nrows; i++)
		rows[i] = evrow_copy(mem, &e->rows[i]);
	e->parts = parts;
	e->rows = rows;
}

struct evidence evidence_copy(struct arena *mem, const struct evidence *e)
{
	struct evidence out = *e;
	struct fact *facts = arena_array(mem, e->nfacts, sizeof(*facts));
	struct pin *pins = arena_array(mem, e->npins, sizeof(*pins));

	out.probe = arena_strdup(mem, e->probe);
	out.target = arena_strdup(mem, e->target);
	out.step = arena_strdup(mem, e->step);
	out.call = arena_strdup(mem, e->call);
	out.why = arena_strdup(mem, e->why);
	out.host = arena_strdup(mem, e->host);
	out.proxy = arena_strdup(mem, e->proxy);
	out.network = evidence_network(e->network);
	out.sha256 = arena_strdup(mem, e->sha256);
	out.by_hand = arena_strdup(mem, e->by_hand);
	for (size_t i = 0; i < e->nfacts; i++) {
		facts[i].key = arena_strdup(mem, e->facts[i].key);
		facts[i].value = value_copy(mem, &e->facts[i].value);
	}
	for (size_t i = 0; i < e->npins; i++) {
		pins[i] = e->pins[i];
		pins[i].fact = arena_strdup(mem, e->pins[i].fact);
		pins[i].file = arena_strdup(mem, e->pins[i].file);
		pins[i].text = arena_strdup(mem, e->pins[i].text);
	}
	out.facts = facts;
	out.pins = pins;
	copy_rows(mem, &out);
	return out;
}

void pin_json(struct jsonw *j, const struct pin *p, bool offset)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "fact", p->fact);
	jsonw_kstr(j, "file", p->file);
	jsonw_kint(j, "line", (int64_t)p->line);
	if (offset)
		jsonw_kint(j, "offset", (int64_t)p->offset);
	jsonw_ktime_if(j, "time", p->at_ms, p->at_ms != PIN_NO_TIME);
	jsonw_kstr(j, "text", p->text);
	jsonw_close(j, '}');
}

static void pins_json(struct jsonw *j, const struct evidence *e)
{
	jsonw_key(j, "pins");
	jsonw_open(j, '[');
	for (size_t i = 0; i < e->npins; i++)
		pin_json(j, &e->pins[i], true);
	jsonw_close(j, ']');
}

/* Behind the pins, and only when there are some: the store cuts them out together. */
static void rows_json(struct jsonw *j, const struct evidence *e)
{
	if (e->nparts != 0) {
		jsonw_key(j, "parts");
		jsonw_open(j, '[');
		for (size_t i = 0; i < e->nparts; i++)
			about_json(j, &e->parts[i].about);
		jsonw_close(j, ']');
	}
	if (e->nrows == 0)
		return;
	jsonw_key(j, "rows");
	jsonw_open(j, '[');
	for (size_t i = 0; i < e->nrows; i++)
		evrow_json(j, &e->rows[i]);
	jsonw_close(j, ']');
	if (e->rows_from_ms != ABOUT_NO_TIME)
		jsonw_kint(j, "rows_from_ms", e->rows_from_ms);
}

void evidence_json(struct jsonw *j, const struct evidence *e, bool inner)
{
	jsonw_open(j, '{');
	if (!inner)
		jsonw_kint(j, "schema_version", 1);
	jsonw_kstr(j, "probe", e->probe);
	jsonw_kstr(j, "target", e->target);
	if (inner) {
		jsonw_kstr(j, "step", e->step);
		jsonw_kstr(j, "call", e->call);
	}
	jsonw_kstr(j, "outcome", evidence_outcome_name(e->outcome));
	jsonw_key(j, "vantage");
	jsonw_open(j, '{');
	jsonw_kstr(j, "host", e->host);
	jsonw_kstr(j, "proxy", e->proxy);
	jsonw_kstr(j, "network", e->network);
	jsonw_close(j, '}');
	jsonw_key(j, "started");
	jsonw_time(j, e->started_ms);
	jsonw_kint(j, "took_ms", e->took_ms);
	jsonw_key(j, "facts");
	jsonw_open(j, '{');
	for (size_t i = 0; i < e->nfacts; i++) {
		jsonw_key(j, e->facts[i].key);
		jsonw_value(j, &e->facts[i].value);
	}
	jsonw_close(j, '}');
	pins_json(j, e);
	rows_json(j, e);
	jsonw_kstr(j, "sha256", e->sha256);
	jsonw_kstr(j, "by_hand", e->by_hand);
	jsonw_kstr(j, "why", e->why);
	jsonw_close(j, '}');
}

static int64_t int_of(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_INT ? v->u.i : 0;
}

static void facts_from(struct arena *mem, const struct value *map, struct evidence *out)
{
	struct fact *facts;

	if (map == NULL || map->type != VAL_MAP)
		return;
	facts = arena_array(mem, map->u.map.n, sizeof(*facts));
	for (size_t i = 0; i < map->u.map.n; i++) {
		facts[i].key = map->u.map.items[i].key;
		facts[i].value = map->u.map.items[i].value;
	}
	out->facts = facts;
	out->nfacts = map->u.map.n;
}

static void pins_from(struct arena *mem, const struct value *list, struct evidence *out)
{
	struct pin *pins;

	if (list == NULL || list->type != VAL_LIST)
		return;
	pins = arena_array(mem, list->u.list.n, sizeof(*pins));
	for (size_t i = 0; i < list->u.list.n; i++) {
		const struct value *v = &list->u.list.items[i];
		const char *at = value_find_str(v, "time");

		pins[i].fact = value_find_str(v, "fact");
		pins[i].file = value_find_str(v, "file");
		pins[i].line = (uint64_t)int_of(v, "line");
		pins[i].offset = (uint64_t)int_of(v, "offset");
		pins[i].text = value_find_str(v, "text");
		if (at == NULL || !clock_parse_iso(at, &pins[i].at_ms))
			pins[i].at_ms = PIN_NO_TIME;
	}
	out->pins = pins;
	out->npins = list->u.list.n;
}

static void parts_from(struct arena *mem, const struct value *list, struct evidence *out)
{
	struct evpart *parts;

	if (list == NULL || list->type != VAL_LIST)
		return;
	out->nparts = list->u.list.n < EVIDENCE_MAX_PARTS ? list->u.list.n : EVIDENCE_MAX_PARTS;
	parts = arena_array(mem, out->nparts, sizeof(*parts));
	for (size_t i = 0; i < out->nparts; i++)
		about_from(&list->u.list.items[i], &parts[i].about);
	out->parts = parts;
}

static void rows_from(struct arena *mem, const struct value *v, struct evidence *out)
{
	const struct value *list = value_find(v, "rows"), *from = value_find(v, "rows_from_ms");
	struct evrow *rows;
	size_t n;

	out->rows_from_ms = from != NULL && from->type == VAL_INT ? from->u.i : ABOUT_NO_TIME;
	if (list == NULL || list->type != VAL_LIST)
		return;
	n = list->u.list.n < EVIDENCE_MAX_ROWS ? list->u.list.n : EVIDENCE_MAX_ROWS;
	rows = arena_array(mem, n, sizeof(*rows));
	for (size_t i = 0; i < n; i++)
		out->nrows += evrow_from(&list->u.list.items[i], &rows[out->nrows]);
	out->rows = rows;
}

int evidence_from_value(struct arena *mem, const struct value *v, struct evidence *out, struct err *err)
{
	const struct value *vantage = value_find(v, "vantage");
	const char *started = value_find_str(v, "started");
	int outcome = evidence_outcome_from(value_find_str(v, "outcome"));
	int64_t took = int_of(v, "took_ms");

	memset(out, 0, sizeof(*out));
	out->probe = value_find_str(v, "probe");
	if (out->probe == NULL || outcome < 0)
		return err_set(err, FAIL_FORMAT, 0, "a piece of evidence names no probe or no known outcome");
	out->outcome = (enum evidence_outcome)outcome;
	out->target = value_find_str(v, "target");
	out->step = value_find_str(v, "step");
	out->call = value_find_str(v, "call");
	out->why = value_find_str(v, "why");
	out->sha256 = value_find_str(v, "sha256");
	out->by_hand = value_find_str(v, "by_hand");
	out->host = value_find_str(vantage, "host");
	out->proxy = value_find_str(vantage, "proxy");
	out->network = evidence_network(value_find_str(vantage, "network")); /* cases of before have none */
	out->took_ms = took > 0 && took < UINT32_MAX ? (uint32_t)took : 0;
	if (started == NULL || !clock_parse_iso(started, &out->started_ms))
		return err_set(err, FAIL_FORMAT, 0, "the evidence of %s has no readable start time",
		               out->probe);
	facts_from(mem, value_find(v, "facts"), out);
	pins_from(mem, value_find(v, "pins"), out);
	parts_from(mem, value_find(v, "parts"), out); /* cases of before have neither */
	rows_from(mem, v, out);
	return 0;
}
