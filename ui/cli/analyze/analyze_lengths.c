/*
 * The longest request that a log shows against every limit on its way.  HTTP.sys bounds a line and a whole
 * head, request filtering the query and the path, each by itself.  Decides nothing.
 */
#include "analyze_lengths.h"

#include <string.h>

#define AROUND 40     /* bytes of method, path and version in the same line */
#define WANTED 65534  /* what NDES needs for the longest request by GET */
#define DEFAULT 16384 /* of HTTP.sys, where its key is there without the value */

static const struct {
	const char *probe, *fact, *name;
	enum { QUERY, LINE, PATH } counts;
} limits[] = {
        {"iis.config", "max_query_string", "request filtering, maxQueryString", QUERY},
        {"iis.config", "max_url", "request filtering, maxUrl", PATH},
        {"registry.export", "MaxFieldLength", "HTTP.sys, MaxFieldLength", LINE},
        {"registry.export", "MaxRequestBytes", "HTTP.sys, MaxRequestBytes", LINE},
};
#define NLIMITS (sizeof(limits) / sizeof(limits[0]))

static int64_t number(const struct evidence *e, const char *fact)
{
	const struct value *v = evidence_fact(e, fact);

	return v != NULL && v->type == VAL_INT ? v->u.i : -1;
}

static int64_t limit_of(const struct analyzed *f, size_t i)
{
	const struct value *v = evidence_fact(&f->e, "http_parameters");
	int64_t n = number(&f->e, limits[i].fact);

	return n < 0 && limits[i].counts == LINE && v != NULL && v->type == VAL_BOOL && v->u.b ? DEFAULT : n;
}

static void find_longest(const struct analysis *a, struct lengths *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct analyzed *f = &a->files[i];

		if (f->looked && strcmp(f->kind->id, "iis.log") == 0 &&
		    number(&f->e, "longest_query") > out->longest) {
			out->longest = number(&f->e, "longest_query");
			out->log = f->path;
		}
	}
}

static void hold(const struct analyzed *f, struct lengths *out)
{
	for (size_t k = 0; k < NLIMITS; k++) {
		int64_t limit = strcmp(f->kind->id, limits[k].probe) == 0 ? limit_of(f, k) : -1;
		int64_t need = limits[k].counts == PATH
		                       ? AROUND
		                       : out->longest + (limits[k].counts == LINE ? AROUND : 0);
		int64_t most =
		        limits[k].counts == PATH ? AROUND : WANTED; /* no path is longer than that of NDES */

		if (limit >= 0)
			out->list[out->n++] = (struct length){.name = limits[k].name,
			                                      .file = f->path,
			                                      .limit = limit,
			                                      .is = limit < need   ? LENGTH_SHORT
			                                            : limit < most ? LENGTH_SEEN
			                                                           : LENGTH_ENOUGH};
	}
}

void analyze_lengths(const struct analysis *a, struct arena *mem, struct lengths *out)
{
	*out = (struct lengths){.list = arena_array(mem, NLIMITS * a->n + 1, sizeof(*out->list))};
	find_longest(a, out);
	for (size_t i = 0; i < a->n && out->log != NULL; i++)
		if (a->files[i].looked)
			hold(&a->files[i], out);
}
