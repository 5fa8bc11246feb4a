/* From a saved case to a report: replay, conclusions, redaction, tree; and the table of formats. */
#include "report_int.h"

#include <string.h>

#define ROW(name) extern const struct report_format fmt_##name;
#include "formats.def"
#undef ROW

const struct report_format *const report_formats[] = {
#define ROW(name) &fmt_##name,
#include "formats.def"
#undef ROW
        NULL,
};

const struct report_format *report_format_find(const char *name)
{
	for (size_t i = 0; report_formats[i] != NULL; i++)
		if (strcmp(report_formats[i]->name, name) == 0)
			return report_formats[i];
	return NULL;
}

static int64_t made_by_case(const struct casefile *cf)
{
	return cf->nlog != 0 ? cf->log[cf->nlog - 1].at_ms : cf->opened_ms;
}

struct report *report_new(const struct flow *flow, const struct casefile *cf,
                          const struct report_options *options)
{
	struct arena *mem = arena_new();
	struct report *r = arena_alloc(mem, sizeof(*r));

	r->mem = mem;
	r->flow = flow;
	r->cf = cf;
	r->level = options != NULL ? options->redact : REDACT_STANDARD;
	r->made_ms = options != NULL && options->made_ms != REPORT_MADE_BY_CASE ? options->made_ms
	                                                                        : made_by_case(cf);
	r->replay = arena_alloc(mem, sizeof(*r->replay));
	replay_init(r->replay, flow, cf, &r->lost);
	r->diag = diagnose(r->replay);
	redact_report(r, options);
	model_build(r);
	tree_build(r);
	return r;
}

void report_free(struct report *r)
{
	if (r == NULL)
		return;
	replay_release(r->replay);
	redaction_free(r->redaction);
	if (r->scratch != NULL)
		arena_free(r->scratch);
	arena_free(r->mem);
}
