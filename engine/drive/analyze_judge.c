/*
 * What the files show: the judgement of a case that holds them and nothing else, so that `analyze` says what
 * `run` would say of the same files.  One file alone is heard with proofs only; symptoms need the others.
 */
#include "analyze_int.h"

#include <string.h>

#include <casebook/casefile.h>
#include <casebook/clock.h>
#include <casebook/replay.h>

size_t analyze_judge(const struct flow *flow, struct arena *mem, const struct evidence *const *files,
                     size_t n, bool symptoms, const struct cause *const **out)
{
	const struct cause **found;
	struct casefile cf;
	struct replay r;
	struct diagnosis *d;
	size_t nfound = 0;

	casefile_init(&cf, NULL, flow->id, flow->hash, clock_now_ms());
	for (size_t i = 0; i < n; i++) {
		struct record rec = {.kind = REC_EVIDENCE, .at_ms = clock_now_ms(), .u.evidence = *files[i]};

		if (casefile_restore(&cf, &rec, NULL) == NULL)
			break;
	}
	replay_init(&r, flow, &cf, NULL);
	d = diagnose_causes(&r);
	found = arena_array(mem, d->nfindings + 1, sizeof(*found));
	for (size_t i = 0; i < d->nfindings; i++) {
		const struct cause *c = d->findings[i].cause;
		const struct cause_row *row = &d->rows[c - flow->causes]; /* in the order of the flow */

		if (row->state == CAUSE_SUPPORTED && (symptoms || !row->symptom))
			found[nfound++] = c;
	}
	replay_release(&r);
	casefile_release(&cf);
	*out = found;
	return nfound;
}

void analyze_judge_all(struct analysis *a)
{
	const struct evidence **all = arena_array(a->mem, a->n + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; a->flow != NULL && i < a->n; i++) {
		struct analyzed *f = &a->files[i];

		if (!f->looked)
			continue;
		all[n++] = &f->e;
		f->shown.n = analyze_judge(a->flow, a->mem, &all[n - 1], 1, false, &f->shown.causes);
	}
	if (n != 0)
		a->shown.n = analyze_judge(a->flow, a->mem, all, n, true, &a->shown.causes);
}
