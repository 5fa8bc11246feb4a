/* Every certificate that was seen, by the day it ends. */
#include <casebook/expiry.h>

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>

#define DAY_MS (24 * 3600 * INT64_C(1000))

static bool same(const struct expiry *a, const struct expiry *b)
{
	if (a->sha256 != NULL && b->sha256 != NULL)
		return strcmp(a->sha256, b->sha256) == 0;
	return a->at_ms == b->at_ms && strcmp(a->subject, b->subject) == 0;
}

struct calendar {
	struct arena *mem;
	struct expiry *all;
	size_t n, cap;
};

static void add(struct calendar *c, const struct expiry *x)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!same(&c->all[i], x))
			continue;
		if (c->all[i].role == NULL)
			c->all[i].role = x->role;
		return;
	}
	if (c->n == c->cap) {
		struct expiry *all = arena_array(c->mem, c->cap * 2 + 8, sizeof(*all));

		if (c->n != 0)
			memcpy(all, c->all, c->n * sizeof(*all));
		c->all = all;
		c->cap = c->cap * 2 + 8;
	}
	c->all[c->n++] = *x;
}

static void from_list(struct calendar *c, const struct evidence *e, const struct value *list)
{
	for (size_t i = 0; i < list->u.list.n; i++) {
		const struct value *v = &list->u.list.items[i];
		struct expiry x = {.subject = value_find_str(v, "subject"),
		                   .not_after = value_find_str(v, "not_after"),
		                   .e = e};

		if (x.not_after == NULL || !clock_parse_iso(x.not_after, &x.at_ms))
			continue;
		x.subject = x.subject != NULL ? x.subject : "(no subject)";
		x.role = value_find_str(v, "role");
		x.sha256 = value_find_str(v, "sha256");
		if (x.sha256 == NULL)
			x.sha256 = value_find_str(v, "thumbprint");
		add(c, &x);
	}
}

static int by_end(const void *a, const void *b)
{
	const struct expiry *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return strcmp(x->subject, y->subject);
}

int64_t expiry_days(const struct expiry *x, int64_t at_ms)
{
	return (x->at_ms - at_ms) / DAY_MS;
}

size_t expiries(struct arena *mem, const struct evidence *const *e, size_t n, struct expiry **out)
{
	struct calendar c = {mem, NULL, 0, 0};

	/* The newest measurement first: what it calls a certificate is what counts. */
	for (size_t i = n; i-- > 0;)
		for (size_t k = 0; k < e[i]->nfacts; k++)
			if (e[i]->facts[k].value.type == VAL_LIST)
				from_list(&c, e[i], &e[i]->facts[k].value);
	if (c.n != 0)
		qsort(c.all, c.n, sizeof(*c.all), by_end);
	*out = c.all;
	return c.n;
}
