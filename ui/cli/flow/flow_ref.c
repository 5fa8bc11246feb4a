/* A flow named on the command line, loaded with the problems that it has. */
#include "flow_cmd.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>
#include <casebook/nearest.h>
#include <casebook/xalloc.h>

static void keep(void *arg, const struct diag *d)
{
	struct flow_ref *r = arg;

	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 8 : 2 * r->cap;
		r->problems = xrealloc(r->problems, r->cap * sizeof(*r->problems));
	}
	r->problems[r->n] = *d;
	r->problems[r->n].text = arena_strdup(r->mem, d->text);
	r->problems[r->n].file = r->name;
	r->n++;
	r->errors += d->severity == DIAG_ERROR;
}

bool flow_ref_is_file(const char *ref)
{
	return strcmp(ref, "-") == 0 || strchr(ref, '/') != NULL || strchr(ref, '.') != NULL;
}

static const struct builtin_flow *find_own(const char *id)
{
	for (const struct builtin_flow *b = builtin_flows; b->id != NULL; b++)
		if (strcmp(b->id, id) == 0)
			return b;
	return NULL;
}

static int no_such_flow(const char *ref, struct err *err)
{
	struct nearest near = {.word = ref};
	const char *best;

	for (const struct builtin_flow *b = builtin_flows; b->id != NULL; b++)
		nearest_try(&near, b->id);
	best = nearest_found(&near);
	if (best != NULL)
		return err_set(err, FAIL_NOT_FOUND, 0, "there is no flow '%s'; did you mean '%s'?", ref,
		               best);
	return err_set(
	        err, FAIL_NOT_FOUND, 0,
	        "there is no flow '%s'; `casebook flow list` names them, a file is named with its path", ref);
}

static int load(const char *ref, bool prove, struct flow_ref *out)
{
	struct flow_env env = {probe_find, keep, out};

	*out = (struct flow_ref){.name = strcmp(ref, "-") == 0 ? "(standard input)" : ref,
	                         .mem = arena_new()};
	if (flow_ref_is_file(ref)) {
		out->flow =
		        prove ? flow_prove_file(ref, &env, &out->err) : flow_load_file(ref, &env, &out->err);
	} else {
		out->own = find_own(ref);
		if (out->own == NULL)
			return no_such_flow(ref, &out->err);
		out->flow = (prove ? flow_prove : flow_load)(ref, (const char *)out->own->text, *out->own->n,
		                                             &env, &out->err);
	}
	return out->flow == NULL ? -1 : 0;
}

int flow_ref_load(const char *ref, struct flow_ref *out)
{
	return load(ref, false, out);
}

int flow_ref_prove(const char *ref, struct flow_ref *out)
{
	return load(ref, true, out);
}

void flow_ref_release(struct flow_ref *r)
{
	flow_free(r->flow);
	arena_free(r->mem);
	free(r->problems);
	*r = (struct flow_ref){0};
}

void flow_ref_print(const struct flow_ref *r, struct buf *out)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct diag *d = &r->problems[i];

		utf8_clean(out, r->name, strlen(r->name), UTF8_ONE_LINE);
		buf_fmt(out, ":%u:%u: %s: %s\n", d->line, d->col, d->id, d->text);
	}
}
