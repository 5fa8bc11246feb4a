/* From a saved case to a report: replay, conclusions, redaction, tree; and the table of formats. */
#include "redact_int.h"
#include "report_int.h"

#include <string.h>

#include <casebook/words.h>

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

const char *report_shown(void *self, struct arena *mem, const char *name)
{
	struct report *r = self;

	return r->redaction != NULL ? redact_field(r->redaction, mem, name) : name;
}

static const char *shown_text(void *self, struct arena *mem, const char *text)
{
	struct report *r = self;

	return r->redaction != NULL ? redact_text(r->redaction, mem, text) : text;
}

static struct brief_options as_shown(struct report *r)
{
	return (struct brief_options){
	        .made_ms = r->made_ms, .head = r->head, .field = report_shown, .text = shown_text, .self = r};
}

/* The case without what was only exported after its last record. */
static const struct casefile *told_case(struct arena *mem, const struct casefile *cf)
{
	struct casefile *out = arena_alloc(mem, sizeof(*out));

	*out = *cf;
	out->nlog = casefile_told(cf);
	return out;
}

static const struct brief *brief_of(struct report *r)
{
	struct brief_options o = as_shown(r);

	return brief_new(r->mem, r->replay, &o);
}

const char *report_reason(struct report *r, const char *reason)
{
	struct brief_options o = as_shown(r);

	return words_said(r->replay, &o, reason, r->mem);
}

const struct finding *report_main(const struct report *r)
{
	return r->brief->main != BRIEF_NO_FINDING ? &r->diag->findings[r->brief->main] : NULL;
}

/* A redacted copy has its tokens: they are not replaced by others, unless more is asked for. */
static void copied_level(struct report *r, const struct casefile *cf)
{
	const struct rec_export *copied = casefile_copied(cf);
	int level = copied != NULL ? redact_level_from(copied->level) : -1;

	if (level < 0 || (r->level == REDACT_STRICT && level != REDACT_STRICT))
		return;
	r->level = (enum redact_level)level;
	r->tokens_kept = true;
}

struct report *report_new(const struct flow *flow, const struct casefile *cf,
                          const struct report_options *options)
{
	struct arena *mem = arena_new();
	struct report *r = arena_alloc(mem, sizeof(*r));
	const struct casefile *original;

	r->mem = mem;
	r->flow = flow;
	original = cf;
	r->cf = cf = told_case(mem, cf);
	r->head = cf->told_head[0] != '\0' ? cf->told_head : NULL;
	r->details = options != NULL && options->details;
	r->excerpts = options != NULL && options->excerpts;
	r->level = options != NULL ? options->redact : REDACT_STANDARD;
	copied_level(r, original);
	r->made_ms = options != NULL && options->made_ms != REPORT_MADE_BY_CASE ? options->made_ms
	                                                                        : made_by_case(cf);
	r->replay = arena_alloc(mem, sizeof(*r->replay));
	replay_init(r->replay, flow, cf, &r->lost);
	r->diag = diagnose(r->replay);
	redact_report(r, options);
	r->brief = brief_of(r);
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
