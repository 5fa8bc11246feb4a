/* Every certificate that was seen, by the day it ends. */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>

static const char *text_of(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_STR ? v->u.s : NULL;
}

static bool same(const struct expiry *a, const struct expiry *b)
{
	if (a->sha256 != NULL && b->sha256 != NULL)
		return strcmp(a->sha256, b->sha256) == 0;
	return a->at_ms == b->at_ms && strcmp(a->subject, b->subject) == 0;
}

static void add(struct report *r, struct report_model *m, size_t *cap, const struct expiry *x)
{
	for (size_t i = 0; i < m->nexpiries; i++) {
		if (!same(&m->expiries[i], x))
			continue;
		if (m->expiries[i].role == NULL)
			m->expiries[i].role = x->role;
		return;
	}
	if (m->nexpiries == *cap) {
		struct expiry *all = arena_array(r->mem, *cap * 2 + 8, sizeof(*all));

		if (m->nexpiries != 0)
			memcpy(all, m->expiries, m->nexpiries * sizeof(*all));
		m->expiries = all;
		*cap = *cap * 2 + 8;
	}
	m->expiries[m->nexpiries++] = *x;
}

static void from_list(struct report *r, struct report_model *m, size_t *cap, const struct evidence *e,
                      const struct value *list)
{
	for (size_t i = 0; i < list->u.list.n; i++) {
		const struct value *v = &list->u.list.items[i];
		struct expiry x = {
		        .subject = text_of(v, "subject"), .not_after = text_of(v, "not_after"), .e = e};

		if (x.not_after == NULL || !clock_parse_iso(x.not_after, &x.at_ms))
			continue;
		x.subject = x.subject != NULL ? x.subject : "(no subject)";
		x.role = text_of(v, "role");
		x.sha256 = text_of(v, "sha256");
		if (x.sha256 == NULL)
			x.sha256 = text_of(v, "thumbprint");
		add(r, m, cap, &x);
	}
}

static int by_end(const void *a, const void *b)
{
	const struct expiry *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return strcmp(x->subject, y->subject);
}

void model_expiries(struct report *r, struct report_model *m)
{
	size_t cap = 0;

	/* The newest measurement first: what it calls a certificate is what counts. */
	for (size_t i = m->nevidence; i-- > 0;)
		for (size_t k = 0; k < m->evidence[i]->nfacts; k++)
			if (m->evidence[i]->facts[k].value.type == VAL_LIST)
				from_list(r, m, &cap, m->evidence[i], &m->evidence[i]->facts[k].value);
	if (m->nexpiries != 0)
		qsort(m->expiries, m->nexpiries, sizeof(*m->expiries), by_end);
}
