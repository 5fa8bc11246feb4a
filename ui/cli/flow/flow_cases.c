/* casebook flow test --cases: what a changed flow makes of the cases that the store holds. */
#include "flow_cmd.h"

#include <string.h>

#include <casebook/arena.h>
#include <casebook/store.h>
#include <casebook/then_now.h>
#include <casebook/utf8.h>

#define CASES_MAX 100000

struct cases {
	struct arena *mem;
	const struct flow *flow;
	struct flow_ref own; /* the flow built in under the cases' id */
	struct buf *out;
	const char **ids;
	size_t n, cap, changed;
};

/* The flow that the case was begun with, when it is still the very same. */
static const struct flow *begun_with(struct cases *k, const struct casefile *cf)
{
	if (strcmp(k->flow->hash, cf->flow_hash) == 0)
		return k->flow;
	if (k->own.mem == NULL && !flow_ref_is_file(cf->flow_id) && flow_ref_load(cf->flow_id, &k->own) != 0)
		return NULL;
	return k->own.flow != NULL && strcmp(k->own.flow->hash, cf->flow_hash) == 0 ? k->own.flow : NULL;
}

static void put_side(struct buf *b, const struct diagnosis *d)
{
	buf_str(b, d != NULL ? verdict_name(d->verdict) : "not known, its flow is gone");
	for (size_t i = 0; d != NULL && i < d->nfindings; i++)
		buf_fmt(b, "%s %s", i == 0 ? ":" : ",", d->findings[i].id);
}

static void put_case(struct cases *k, const struct then_now *t)
{
	struct buf raw;

	buf_init(&raw, BUF_MAX_LINE);
	buf_fmt(&raw, "#%u %s\n  then ", (unsigned)t->cf->number, t->cf->title);
	put_side(&raw, t->old_diag);
	buf_str(&raw, "\n  now  ");
	put_side(&raw, t->new_diag);
	buf_char(&raw, '\n');
	utf8_clean(k->out, buf_cstr(&raw), raw.n, UTF8_LINES);
	buf_release(&raw);
}

static bool note_case(void *arg, const struct case_row *row)
{
	struct cases *k = arg;

	if (strcmp(row->flow_id, k->flow->id) != 0 || k->n == CASES_MAX)
		return true;
	if (k->n == k->cap) {
		const char **more = arena_array(k->mem, 2 * k->cap + 64, sizeof(*more));

		if (k->n != 0)
			memcpy(more, k->ids, k->n * sizeof(*more));
		k->ids = more;
		k->cap = 2 * k->cap + 64;
	}
	k->ids[k->n++] = arena_strdup(k->mem, row->id);
	return true;
}

static int try_case(struct cases *k, struct store *store, const char *id, struct err *err)
{
	struct casefile cf;
	struct then_now t;

	if (store_load(store, id, &cf, err) != 0)
		return -1;
	then_now_init(&t, &cf, begun_with(k, &cf), k->flow);
	if (then_now_differs(&t)) {
		k->changed++;
		put_case(k, &t);
	}
	then_now_release(&t);
	casefile_release(&cf);
	return 0;
}

int flow_test_cases(struct cli *c, const struct flow_ref *r, struct buf *out)
{
	struct cases k = {.mem = arena_new(), .flow = r->flow, .out = out};
	struct store *store;
	struct err err;
	int rc;

	if (store_open_to_read(c->db, &store, &err) != 0) {
		arena_free(k.mem);
		return cli_fail(&err);
	}
	rc = store_list(store, NULL, note_case, &k, &err);
	for (size_t i = 0; rc == 0 && i < k.n; i++)
		rc = try_case(&k, store, k.ids[i], &err);
	store_close(store);
	if (rc == 0)
		buf_fmt(out, "%s: %zu cases, the conclusion of %zu changes\n", r->flow->id, k.n, k.changed);
	if (k.own.mem != NULL)
		flow_ref_release(&k.own);
	arena_free(k.mem);
	return rc == 0 ? EXIT_DONE : cli_fail(&err);
}
