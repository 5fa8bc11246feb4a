/* Messages of the helper to the wizard, one JSON object a line.  Both directions. */
#include <casebook/wire.h>

#include <string.h>

static const char *const names[] = {
        "hello", "fact",  "pin",    "part",  "row",     "rows_from", "progress", "fault",
        "end",   "phase", "target", "proxy", "network", "sha256",    "by_hand",  "why",
};
_Static_assert(sizeof(names) / sizeof(names[0]) == WIRE__MAX, "every kind has its name");

/* Those whose value is a text and nothing else. */
#define TEXT_KINDS         \
	case WIRE_PHASE:   \
	case WIRE_TARGET:  \
	case WIRE_PROXY:   \
	case WIRE_NETWORK: \
	case WIRE_SHA256:  \
	case WIRE_BY_HAND: \
	case WIRE_WHY

static void put_pin(struct jsonw *j, const struct pin *p)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "fact", p->fact);
	jsonw_kstr(j, "file", p->file);
	jsonw_kint(j, "line", (int64_t)p->line);
	jsonw_kint(j, "offset", (int64_t)p->offset);
	if (p->at_ms != PIN_NO_TIME)
		jsonw_kint(j, "at", p->at_ms);
	jsonw_kstr(j, "text", p->text);
	jsonw_close(j, '}');
}

static void put_body(struct jsonw *j, const struct wire_message *m)
{
	switch (m->kind) {
	case WIRE_HELLO:
		jsonw_int(j, (int64_t)m->n);
		break;
	case WIRE_FACT:
		jsonw_open(j, '{');
		jsonw_kstr(j, "key", m->fact.key);
		jsonw_key(j, "value");
		jsonw_value(j, &m->fact.value);
		jsonw_close(j, '}');
		break;
	case WIRE_PIN:
		put_pin(j, &m->pin);
		break;
	case WIRE_PART:
		jsonw_open(j, '[');
		jsonw_int(j, (int64_t)m->n);
		about_json(j, &m->about);
		jsonw_close(j, ']');
		break;
	case WIRE_ROW:
		evrow_json(j, &m->row);
		break;
	case WIRE_ROWS_FROM:
		jsonw_int(j, m->at_ms);
		break;
	case WIRE_PROGRESS:
		jsonw_open(j, '[');
		jsonw_int(j, (int64_t)m->done);
		jsonw_int(j, (int64_t)m->total);
		jsonw_close(j, ']');
		break;
	case WIRE_FAULT:
		jsonw_bool(j, m->flag);
		break;
	case WIRE_END:
		jsonw_open(j, '{');
		jsonw_kstr(j, "outcome", evidence_outcome_name(m->outcome));
		jsonw_kint(j, "took_ms", m->took_ms);
		jsonw_close(j, '}');
		break;
	TEXT_KINDS:
	case WIRE__MAX:
		jsonw_str(j, m->text);
		break;
	}
}

void wire_put(struct buf *out, const struct wire_message *m)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_key(&j, names[m->kind]);
	put_body(&j, m);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

static const char *text_of(const struct value *v)
{
	return v != NULL && v->type == VAL_STR ? v->u.s : NULL;
}

static uint64_t count_of(const struct value *v)
{
	return v != NULL && v->type == VAL_INT && v->u.i > 0 ? (uint64_t)v->u.i : 0;
}

static bool get_pin(const struct value *v, struct pin *out)
{
	const struct value *at = value_find(v, "at");

	out->fact = text_of(value_find(v, "fact"));
	out->file = text_of(value_find(v, "file"));
	out->line = count_of(value_find(v, "line"));
	out->offset = count_of(value_find(v, "offset"));
	out->at_ms = at != NULL && at->type == VAL_INT ? at->u.i : PIN_NO_TIME;
	out->text = text_of(value_find(v, "text"));
	return out->fact != NULL && out->text != NULL && strlen(out->text) <= PIN_TEXT;
}

static bool get_end(const struct value *v, struct wire_message *out)
{
	int outcome = evidence_outcome_from(text_of(value_find(v, "outcome")));
	uint64_t took = count_of(value_find(v, "took_ms"));

	if (outcome < 0 || took > UINT32_MAX)
		return false;
	out->outcome = (enum evidence_outcome)outcome;
	out->took_ms = (uint32_t)took;
	return true;
}

static bool get_fact(const struct value *v, struct fact *out)
{
	const struct value *val = value_find(v, "value");

	out->key = text_of(value_find(v, "key"));
	if (out->key == NULL || *out->key == '\0' || val == NULL)
		return false;
	out->value = *val;
	return true;
}

static bool get_part(const struct value *v, struct wire_message *out)
{
	if (v->type != VAL_LIST || v->u.list.n != 2 || v->u.list.items[1].type != VAL_MAP)
		return false;
	out->n = count_of(&v->u.list.items[0]);
	about_from(&v->u.list.items[1], &out->about);
	return out->n < EVIDENCE_MAX_PARTS;
}

static bool get_body(const struct value *v, struct wire_message *out)
{
	switch (out->kind) {
	case WIRE_HELLO:
		out->n = count_of(v);
		return v->type == VAL_INT;
	case WIRE_FACT:
		return get_fact(v, &out->fact);
	case WIRE_PIN:
		return get_pin(v, &out->pin);
	case WIRE_PART:
		return get_part(v, out);
	case WIRE_ROW:
		return evrow_from(v, &out->row);
	case WIRE_ROWS_FROM:
		out->at_ms = v->type == VAL_INT ? v->u.i : ABOUT_NO_TIME;
		return v->type == VAL_INT;
	case WIRE_PROGRESS:
		if (v->type != VAL_LIST || v->u.list.n != 2)
			return false;
		out->done = count_of(&v->u.list.items[0]);
		out->total = count_of(&v->u.list.items[1]);
		return true;
	case WIRE_FAULT:
		out->flag = v->type == VAL_BOOL && v->u.b;
		return v->type == VAL_BOOL;
	case WIRE_END:
		return get_end(v, out);
	TEXT_KINDS:
		out->text = text_of(v);
		return out->text != NULL;
	case WIRE__MAX:
		break;
	}
	return false;
}

int wire_get(struct arena *mem, const char *line, size_t n, struct wire_message *out, struct err *err)
{
	struct value v;

	memset(out, 0, sizeof(*out));
	if (value_parse_json(mem, line, n, &v, err) < 0)
		return -1;
	if (v.type != VAL_MAP || v.u.map.n != 1)
		return err_set(err, FAIL_FORMAT, 0, "a message is not an object with one key");
	for (int k = 0; k < WIRE__MAX; k++) {
		if (strcmp(v.u.map.items[0].key, names[k]) != 0)
			continue;
		out->kind = (enum wire_kind)k;
		if (get_body(&v.u.map.items[0].value, out))
			return 0;
		return err_set(err, FAIL_FORMAT, 0, "a message of kind '%s' has no readable content",
		               names[k]);
	}
	return err_set(err, FAIL_FORMAT, 0, "a message is of unknown kind");
}

bool wire_take_job(const char **line, size_t *n, uint32_t *job)
{
	uint64_t v = 0;
	size_t i = 0;

	while (i < *n && i < 10 && (*line)[i] >= '0' && (*line)[i] <= '9')
		v = v * 10 + (uint64_t)((*line)[i++] - '0');
	if (i == 0 || i >= *n || (*line)[i] != ' ' || v > UINT32_MAX)
		return false;
	*job = (uint32_t)v;
	*line += i + 1;
	*n -= i + 1;
	return true;
}

bool wire_is_end(const char *line, size_t n)
{
	return n > 6 && memcmp(line, "{\"end\"", 6) == 0;
}
