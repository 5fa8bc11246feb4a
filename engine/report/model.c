/* What a report computes from a case before a word of it is written. */
#include "report_int.h"

void model_build(struct report *r)
{
	struct report_model *m = arena_alloc(r->mem, sizeof(*m));

	m->cited = arena_array(r->mem, r->diag->nfindings, sizeof(*m->cited));
	for (size_t i = 0; i < r->diag->nfindings; i++) {
		const struct finding *f = &r->diag->findings[i];

		m->cited[i] = report_cite(r, f->cause != NULL ? f->cause->supported : NULL, f->evidence,
		                          f->nevidence);
	}
	r->model = m;
}
