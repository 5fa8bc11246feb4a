/* What came of a walk against what was expected, list by list, and the same as YAML to paste. */
#include "walk_int.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct lines {
	struct arena *mem;
	const char **items;
	size_t n, cap;
};

static void add(struct lines *l, const char *item)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 16 : 2 * l->cap;
		const char **more = arena_array(l->mem, cap, sizeof(*more));

		if (l->n > 0)
			memcpy(more, l->items, l->n * sizeof(*more));
		l->items = more;
		l->cap = cap;
	}
	l->items[l->n++] = item;
}

/* ---- what was ---- */

static void was_path(struct outcome *o, struct lines *out)
{
	for (size_t i = 0; i < o->now->npath; i++) {
		const struct visit *v = &o->now->path[i];
		const char *id = o->flow->nodes[v->node].id;

		add(out, visit_way(o->now, v) == NULL
		                 ? id
		                 : arena_fmt(o->mem, "%s: %s", id, visit_way(o->now, v)));
	}
}

static void was_answered(struct outcome *o, struct lines *out)
{
	for (size_t i = 0; i < o->now->npath; i++) {
		const struct visit *v = &o->now->path[i];

		if (v->put_off != NULL)
			add(out, arena_fmt(o->mem, "%s: %s", o->flow->nodes[v->node].id,
			                   answered_by_name(v->put_off->u.put_off.by)));
		else if (v->answer != NULL)
			add(out, arena_fmt(o->mem, "%s: %s", o->flow->nodes[v->node].id,
			                   answered_by_name(v->answer->u.answer.by)));
	}
}

static void was_findings(struct outcome *o, struct lines *out)
{
	struct diagnosis *d = diagnose_causes(o->now);

	for (size_t i = 0; i < d->nfindings; i++) {
		const struct finding *f = &d->findings[i];
		const char *how = f->fixed_by_person ? ": fixed-by-person"
		                  : f->fixed         ? ": fixed"
		                  : f->by_person     ? ": by-person"
		                                     : "";

		add(out, arena_fmt(o->mem, "%s%s", f->id, how));
	}
}

static void was_causes(struct outcome *o, enum cause_state state, struct lines *out)
{
	struct diagnosis *d = diagnose_causes(o->now);

	for (size_t i = 0; i < d->nrows; i++)
		if (d->rows[i].state == state)
			add(out, d->rows[i].cause->id);
}

static void was_supported(struct outcome *o, struct lines *out)
{
	was_causes(o, CAUSE_SUPPORTED, out);
}

static void was_excluded(struct outcome *o, struct lines *out)
{
	was_causes(o, CAUSE_EXCLUDED, out);
}

static void was_contradicted(struct outcome *o, struct lines *out)
{
	was_causes(o, CAUSE_CONTRADICTED, out);
}

/* "app-pool-stopped: app-pool-crashing" */
static void was_explained(struct outcome *o, struct lines *out)
{
	struct diagnosis *d = diagnose_causes(o->now);

	for (size_t i = 0; i < d->nrows; i++)
		if (d->rows[i].explained_by != NULL)
			add(out,
			    arena_fmt(o->mem, "%s: %s", d->rows[i].cause->id, d->rows[i].explained_by->id));
}

static void was_needs(struct outcome *o, struct lines *out)
{
	struct diagnosis *d = diagnose(o->now);

	for (size_t i = 0; i < d->nneeds; i++)
		add(out, d->needs[i].file);
}

static void was_contradictions(struct outcome *o, struct lines *out)
{
	struct diagnosis *d = diagnose_causes(o->now);

	for (size_t i = 0; i < d->ncontradictions; i++)
		add(out, d->contradictions[i].step[0] != '\0' ? d->contradictions[i].step : "evidence");
}

/* Every check that ran, in order: "step: probe". */
static void was_ran(struct outcome *o, struct lines *out)
{
	for (size_t i = 0; i < o->cf->nlog; i++) {
		const struct record *r = &o->cf->log[i];

		if (r->kind == REC_EVIDENCE)
			add(out, arena_fmt(o->mem, "%s: %s", r->u.evidence.step, r->u.evidence.probe));
	}
}

/* ---- the table of expectations ---- */

static const struct row {
	const char *key;
	size_t offset; /* of its walk_list */
	void (*was)(struct outcome *, struct lines *);
	bool sorted; /* the order says nothing */
	bool quiet;  /* an empty one is not printed */
} rows[] = {
        {"path", offsetof(struct walk_expect, path), was_path, false},
        {"findings", offsetof(struct walk_expect, findings), was_findings, false},
        {"supported", offsetof(struct walk_expect, supported), was_supported, true},
        {"excluded", offsetof(struct walk_expect, excluded), was_excluded, true},
        {"contradicted", offsetof(struct walk_expect, contradicted), was_contradicted, true, true},
        {"explained", offsetof(struct walk_expect, explained), was_explained, true, true},
        {"needs", offsetof(struct walk_expect, needs), was_needs, true},
        {"contradictions", offsetof(struct walk_expect, contradictions), was_contradictions, true},
        {"answered", offsetof(struct walk_expect, answered), was_answered, false},
        {"ran", offsetof(struct walk_expect, ran), was_ran, true},
};

static const struct walk_list *list_of(const struct walk_expect *e, const struct row *r)
{
	return (const struct walk_list *)(const void *)((const char *)e + r->offset);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *joined(struct outcome *o, const char *const *items, size_t n, bool sorted)
{
	const char **copy = arena_array(o->mem, n, sizeof(*copy));
	struct buf b;
	const char *text;

	if (n > 0)
		memcpy(copy, items, n * sizeof(*copy));
	if (sorted && n > 1)
		qsort(copy, n, sizeof(*copy), by_text);
	buf_init(&b, BUF_MAX_LINE);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%s", i > 0 ? ", " : "", copy[i]);
	text = arena_strdup(o->mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

static bool compare_list(struct outcome *o, const struct row *r, struct buf *why)
{
	const struct walk_list *want = list_of(&o->walk->phases[o->phase].expect, r);
	struct lines was = {.mem = o->mem};
	const char *is, *should;

	if (!want->given)
		return true;
	r->was(o, &was);
	is = joined(o, was.items, was.n, r->sorted);
	should = joined(o, want->items, want->n, r->sorted);
	if (strcmp(is, should) == 0)
		return true;
	if (why == NULL)
		return false;
	buf_fmt(why, "%s:%u:%u: %s: expected [%s], was [%s]\n", o->walk->file, want->line, want->col, r->key,
	        should, is);
	return false;
}

bool walk_compare(struct outcome *o, struct buf *why)
{
	const struct walk_expect *e = &o->walk->phases[o->phase].expect;
	const char *verdict = verdict_name(diagnose_causes(o->now)->verdict);
	bool good = true;

	/* Without words for them one difference is enough. */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && (good || why != NULL); i++)
		good = compare_list(o, &rows[i], why) && good;
	if (e->verdict == NULL || strcmp(e->verdict, verdict) == 0)
		return good;
	if (why == NULL)
		return false;
	buf_fmt(why, "%s:%u:%u: verdict: expected %s, was %s\n", o->walk->file, e->line, e->col, e->verdict,
	        verdict);
	return false;
}

void walk_put_expect(struct outcome *o, struct buf *was)
{
	const char *indent = o->phase == 0 ? "  " : "      ";

	buf_fmt(was, "%sexpect:\n%sverdict: %s\n", o->phase == 0 ? "" : "    ", indent,
	        verdict_name(diagnose_causes(o->now)->verdict));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lines l = {.mem = o->mem};

		rows[i].was(o, &l);
		if (l.n == 0 && rows[i].quiet)
			continue;
		buf_fmt(was, "%s%s: [%s]\n", indent, rows[i].key, joined(o, l.items, l.n, rows[i].sorted));
	}
}
