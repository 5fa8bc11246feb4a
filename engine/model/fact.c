/* Which values may stand in which fact. */
#include <casebook/fact.h>

#include <string.h>

#include <casebook/clock.h>
#include <casebook/probe.h>

const char *fact_type_name(enum fact_type t)
{
	static const char *const names[] = {"yes or no",  "a whole number", "text",
	                                    "a UTC time", "a list",         "a map"};

	return names[t];
}

static bool in_set(const char *const *set, const char *s)
{
	if (set == NULL)
		return true;
	for (; *set != NULL; set++)
		if (strcmp(*set, s) == 0)
			return true;
	return false;
}

bool fact_accepts(const struct fact_def *def, const struct value *v)
{
	int64_t at;

	if (v->type == VAL_NULL)
		return true;
	switch (def->type) {
	case FACT_BOOL:
		return v->type == VAL_BOOL;
	case FACT_INT:
		return v->type == VAL_INT;
	case FACT_STR:
		return v->type == VAL_STR && in_set(def->values, v->u.s);
	case FACT_TIME:
		return v->type == VAL_STR && clock_parse_iso(v->u.s, &at);
	case FACT_LIST:
		return v->type == VAL_LIST;
	case FACT_MAP:
		return v->type == VAL_MAP;
	}
	return false;
}

const struct fact_def *probe_fact(const struct probe *p, const char *key)
{
	for (const struct fact_def *f = p->facts; f->key != NULL; f++)
		if (strcmp(f->key, key) == 0)
			return f;
	return NULL;
}

enum fact_kind probe_fact_kind(const struct probe *p, const struct fact_def *f)
{
	if (f->kind != FACT_BY_PROBE)
		return f->kind;
	return p->kind == PROBE_LIVE ? FACT_LIVE : FACT_SNAPSHOT;
}

const struct param_def *probe_param(const struct probe *p, const char *key)
{
	for (const struct param_def *d = p->params; d->key != NULL; d++)
		if (strcmp(d->key, key) == 0)
			return d;
	return NULL;
}

bool probe_reads_capture(const struct probe *p, const struct probe_arg *args, size_t nargs)
{
	if (p->kind != PROBE_LIVE || p->side_effect == NULL || probe_param(p, "file") == NULL)
		return false;
	for (size_t i = 0; i < nargs; i++)
		if (strcmp(args[i].key, "file") == 0 ||
		    (strcmp(args[i].key, "url") == 0 && strstr(args[i].value, "PKIOperation") != NULL))
			return true;
	return false;
}
