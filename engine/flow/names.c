/* Names to indexes in constant time, and the name that a misspelt one was meant to be. */
#include "flow_int.h"

#include <string.h>

struct slot {
	const char *name;
	long index;
};
struct names {
	struct slot *slots;
	size_t mask; /* a power of two, less one */
};

struct names *names_new(struct arena *mem, size_t expect)
{
	struct names *t = arena_alloc(mem, sizeof(*t));
	size_t size = 16;

	while (size < 2 * expect + 2)
		size *= 2;
	t->slots = arena_array(mem, size, sizeof(*t->slots));
	t->mask = size - 1;
	return t;
}

/* FNV-1a; a hostile file can make it slow only as far as its own size allows. */
static size_t hash(const char *s)
{
	uint64_t h = 1469598103934665603u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (size_t)(h ^ (h >> 32));
}

static struct slot *slot_of(const struct names *t, const char *name)
{
	size_t i = hash(name) & t->mask;

	while (t->slots[i].name != NULL && strcmp(t->slots[i].name, name) != 0)
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

long names_add(struct names *t, const char *name, long index)
{
	struct slot *s = slot_of(t, name);

	if (s->name != NULL)
		return s->index;
	s->name = name;
	s->index = index;
	return -1;
}

long names_find(const struct names *t, const char *name)
{
	const struct slot *s;

	if (t == NULL)
		return -1;
	s = slot_of(t, name);
	return s->name == NULL ? -1 : s->index;
}

const char *nearest_text(struct arena *mem, const struct nearest *s)
{
	const char *best = nearest_found(s);

	return best != NULL ? arena_fmt(mem, "; did you mean '%s'?", best) : "";
}

struct dref draft_ref(struct draft *d, const struct ynode *at, enum diag_id missing)
{
	const struct names *t = d->step_names;
	struct nearest near = {0};
	struct dref ref = {at, -1};

	if (at == NULL || at->kind != YAML_TEXT)
		return ref;
	if (missing == DG_unknown_input)
		t = d->input_names;
	else if (missing == DG_unknown_cause)
		t = d->cause_names;
	ref.index = names_find(t, at->text);
	if (ref.index >= 0)
		return ref;
	near.word = at->text;
	if (missing == DG_unknown_input)
		for (size_t i = 0; i < d->ninputs; i++)
			nearest_try(&near, d->inputs[i].def.key);
	else if (missing == DG_unknown_cause)
		for (size_t i = 0; i < d->ncauses; i++)
			nearest_try(&near, d->causes[i].def.id);
	else if (d->p->n < 2 * FLOW_MAX_DIAGS) /* each search is as long as the flow */
		for (size_t i = 0; i < d->nsteps; i++)
			nearest_try(&near, d->steps[i].def.id);
	problem(d->p, missing, at, at->text, nearest_text(d->mem, &near), NULL);
	return ref;
}
