/* The answers and the evidence of a case, in order and in words. */
#include "case_text.h"

#include <inttypes.h>
#include <string.h>

size_t evidence_of(const struct casefile *cf, struct arena *mem, const struct record ***out)
{
	size_t n = 0;

	*out = arena_array(mem, cf->nlog + 1, sizeof(**out));
	for (size_t i = 0; i < cf->nlog; i++)
		if (cf->log[i].kind == REC_EVIDENCE)
			(*out)[n++] = &cf->log[i];
	return n;
}

const char *took_text(struct arena *mem, uint32_t ms)
{
	if (ms < 10000)
		return arena_fmt(mem, "%" PRIu32 " ms", ms);
	return arena_fmt(mem, "%" PRIu32 " s", ms / 1000);
}

/* What became of a fix. */
static const char *fix_text(const struct replay *r, const char *answer)
{
	node_id first = fix_instead(r->flow, answer);

	if (first != NODE_NONE)
		return arena_fmt(r->mem, "first: %s", r->flow->causes[r->flow->nodes[first].cause].title);
	return strcmp(answer, fix_answer_name(FIX_DONE)) == 0     ? "done, checked again"
	       : strcmp(answer, fix_answer_name(FIX_FAILED)) == 0 ? "it is something else"
	                                                          : "handed over";
}

const char *visit_answer(const struct replay *r, const struct visit *p)
{
	const struct answer_def *a;

	if (p->put_off != NULL)
		return "put off";
	if (p->answer == NULL)
		return NULL;
	if (r->flow->nodes[p->node].kind == NODE_FIX)
		return fix_text(r, p->answer->u.answer.answer);
	a = node_answer(&r->flow->nodes[p->node], p->answer->u.answer.answer);
	return a != NULL ? a->label : p->answer->u.answer.answer;
}
