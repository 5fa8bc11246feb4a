/* Requests of the wizard to the helper: start a job, cancel one.  Both directions. */
#include <casebook/wire.h>

#include <string.h>

static void put_start(struct jsonw *j, const struct wire_request *r)
{
	jsonw_key(j, "start");
	jsonw_open(j, '{');
	jsonw_kint(j, "job", r->job);
	jsonw_kstr(j, "probe", r->probe);
	jsonw_key(j, "args");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->nargs; i++) {
		jsonw_open(j, '[');
		jsonw_str(j, r->args[i].key);
		jsonw_str(j, r->args[i].value);
		jsonw_close(j, ']');
	}
	jsonw_close(j, ']');
	jsonw_kstr(j, "ca", r->ca_file);
	jsonw_kstr(j, "proxy", r->proxy);
	jsonw_kbool(j, "external", r->allow_external);
	jsonw_kbool(j, "effects", r->allow_side_effects);
	jsonw_kint(j, "timeout_ms", r->timeout_ms);
	jsonw_close(j, '}');
}

void wire_put_request(struct buf *out, const struct wire_request *r)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	if (r->warm)
		jsonw_kstr(&j, "warm", r->ca_file != NULL ? r->ca_file : "");
	else if (r->cancel)
		jsonw_kint(&j, "cancel", r->job);
	else
		put_start(&j, r);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

static bool true_in(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_BOOL && v->u.b;
}

static bool u32_of(const struct value *v, uint32_t *out)
{
	if (v == NULL || v->type != VAL_INT || v->u.i < 0 || v->u.i > UINT32_MAX)
		return false;
	*out = (uint32_t)v->u.i;
	return true;
}

static int get_args(struct arena *mem, const struct value *list, struct wire_request *out, struct err *err)
{
	struct probe_arg *args;

	if (list == NULL || list->type != VAL_LIST || list->u.list.n > WIRE_MAX_ARGS)
		return err_set(err, FAIL_FORMAT, 0, "a request has no list of at most %d arguments",
		               WIRE_MAX_ARGS);
	args = arena_array(mem, list->u.list.n, sizeof(*args));
	for (size_t i = 0; i < list->u.list.n; i++) {
		const struct value *pair = &list->u.list.items[i];

		if (pair->type != VAL_LIST || pair->u.list.n != 2 || pair->u.list.items[0].type != VAL_STR ||
		    pair->u.list.items[1].type != VAL_STR)
			return err_set(err, FAIL_FORMAT, 0,
			               "argument %zu of a request is not a key and a value", i + 1);
		args[i].key = pair->u.list.items[0].u.s;
		args[i].value = pair->u.list.items[1].u.s;
	}
	out->args = args;
	out->nargs = list->u.list.n;
	return 0;
}

static int get_start(struct arena *mem, const struct value *v, struct wire_request *out, struct err *err)
{
	uint32_t timeout;

	out->probe = value_find_str(v, "probe");
	if (out->probe == NULL || !u32_of(value_find(v, "job"), &out->job) ||
	    !u32_of(value_find(v, "timeout_ms"), &timeout))
		return err_set(err, FAIL_FORMAT, 0, "a request to start names no probe, job or time");
	out->timeout_ms = timeout;
	out->ca_file = value_find_str(v, "ca");
	out->proxy = value_find_str(v, "proxy");
	out->allow_external = true_in(v, "external");
	out->allow_side_effects = true_in(v, "effects");
	return get_args(mem, value_find(v, "args"), out, err);
}

int wire_get_request(struct arena *mem, const char *line, size_t n, struct wire_request *out, struct err *err)
{
	struct value v;
	const struct value *what;

	memset(out, 0, sizeof(*out));
	if (value_parse_json(mem, line, n, &v, err) < 0)
		return -1;
	what = value_find(&v, "start");
	if (what != NULL)
		return get_start(mem, what, out, err);
	if (value_find_str(&v, "warm") != NULL) {
		out->warm = true;
		out->ca_file = *value_find_str(&v, "warm") != '\0' ? value_find_str(&v, "warm") : NULL;
		return 0;
	}
	out->cancel = true;
	if (u32_of(value_find(&v, "cancel"), &out->job))
		return 0;
	return err_set(err, FAIL_FORMAT, 0, "a request neither starts, cancels nor warms up");
}
