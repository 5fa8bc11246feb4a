/* What a report computes from a case before a word of it is written. */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

bool report_retracted(const struct report *r, uint32_t pos)
{
	return pos != 0 && pos <= r->cf->nlog && r->replay->retracted[pos - 1];
}

bool finding_open(const struct finding *f)
{
	return f->severity != SEV_NOTE && !f->fixed && !f->fixed_by_person;
}

const char *step_label(const struct report *r, const char *step)
{
	const struct node *n = step != NULL ? flow_node(r->flow, step) : NULL;

	return n != NULL && n->label != NULL ? n->label : step;
}

const char *answer_label(const struct report *r, const char *step, const char *answer)
{
	const struct node *n = step != NULL ? flow_node(r->flow, step) : NULL;
	const struct answer_def *a = n != NULL && answer != NULL ? node_answer(n, answer) : NULL;

	if (a != NULL && a->label != NULL)
		return a->label;
	for (int i = 0; n != NULL && n->kind == NODE_FIX && answer != NULL && i < FIX__MAX; i++)
		if (strcmp(fix_answer_name((enum fix_answer)i), answer) == 0)
			return fix_answer_label((enum fix_answer)i);
	if (n != NULL && n->kind == NODE_FIX && answer != NULL && fix_instead(r->flow, answer) != NODE_NONE)
		return arena_fmt(r->mem, "First: %s",
		                 step_label(r, r->flow->nodes[fix_instead(r->flow, answer)].id));
	return answer;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts and drops what is there twice; returns how many are left. */
static size_t once(const char **all, size_t n)
{
	size_t kept = 0;

	if (n != 0)
		qsort(all, n, sizeof(*all), by_text);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(all[kept - 1], all[i]) != 0)
			all[kept++] = all[i];
	return kept;
}

/* The same name with other bytes is another file. */
static void add_file(struct report *r, struct report_model *m, struct text_set *seen,
                     const struct evidence *e)
{
	if (text_set_add(r->mem, seen,
	                 arena_fmt(r->mem, "%s %s", e->sha256, e->target != NULL ? e->target : "?")))
		m->files[m->nfiles++] = (struct file_read){e->target != NULL ? e->target : "?", e->sha256, e};
}

static void gather(struct report *r, struct report_model *m)
{
	struct text_set seen = {0};
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++)
		n += r->cf->log[i].kind == REC_EVIDENCE;
	m->evidence = arena_array(r->mem, n, sizeof(struct evidence *));
	m->files = arena_array(r->mem, n, sizeof(*m->files));
	m->vantages = arena_array(r->mem, n, sizeof(char *));
	m->proxies = arena_array(r->mem, n, sizeof(char *));
	m->contacted = arena_array(r->mem, n, sizeof(char *));
	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		if (r->cf->log[i].kind != REC_EVIDENCE)
			continue;
		m->evidence[m->nevidence++] = e;
		if (e->sha256 != NULL)
			add_file(r, m, &seen, e);
		else if (e->target != NULL && strcmp(e->probe, "file.recognise") != 0)
			m->contacted[m->ncontacted++] = e->target;
		if (e->host != NULL)
			m->vantages[m->nvantages++] = e->host;
		if (e->proxy != NULL)
			m->proxies[m->nproxies++] = e->proxy;
	}
	m->nvantages = once(m->vantages, m->nvantages);
	m->nproxies = once(m->proxies, m->nproxies);
	m->ncontacted = once(m->contacted, m->ncontacted);
}

void model_build(struct report *r)
{
	struct report_model *m = arena_alloc(r->mem, sizeof(*m));

	m->cited = arena_array(r->mem, r->diag->nfindings, sizeof(*m->cited));
	for (size_t i = 0; i < r->diag->nfindings; i++)
		m->cited[i] = report_cite(r, &r->diag->findings[i]);
	gather(r, m);
	model_fixes(r, m);
	m->nexpiries = expiries(r->mem, m->evidence, m->nevidence, &m->expiries);
	model_events(r, m);
	r->model = m;
	model_clocks(r, m);
	model_confidence(r);
}
