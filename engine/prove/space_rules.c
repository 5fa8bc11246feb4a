/* What cannot be, whatever is measured: a live check measures nothing while its address is not known.
 * (A file may come along without being asked for, so nothing follows from an input that names one.) */
#include "flow_int.h"

#include <string.h>

struct rules {
	struct arena *mem;
	struct names *probes; /* id to place in `address` */
	const char **address; /* the input without which no check runs this probe; NULL when there is none */
	size_t n, room;
};

static bool is_address(const struct check *c, const struct check_arg *a)
{
	const struct param_def *p = probe_param(c->probe, a->key);

	return strcmp(a->key, "url") == 0 || strcmp(a->key, "host") == 0 || (p != NULL && p->required);
}

static const char *first_address(const struct check *c, const char *const *inputs)
{
	for (size_t i = 0; c->probe->kind == PROBE_LIVE && i < c->nargs; i++)
		if (c->args[i].input >= 0 && is_address(c, &c->args[i]))
			return inputs[c->args[i].input];
	return NULL;
}

struct rules *rules_new(struct arena *mem, size_t checks)
{
	struct rules *r = arena_alloc(mem, sizeof(*r));

	r->mem = mem;
	r->probes = names_new(mem, checks);
	r->address = arena_array(mem, checks, sizeof(const char *));
	r->room = checks;
	return r;
}

void rules_add(struct rules *r, const struct check *c, const char *const *inputs)
{
	long known = names_add(r->probes, c->probe->id, (long)r->n);
	const char *mine = first_address(c, inputs);

	if (known < 0)
		r->address[r->n++] = mine;
	else if (r->address[known] != NULL && (mine == NULL || strcmp(mine, r->address[known]) != 0))
		r->address[known] = NULL; /* asked in two ways: either may measure it */
}

/* "The input is unknown and the fact is known": never so. */
static bool rule_out(const struct rules *r, const struct test *about, struct clause *out)
{
	long at = about->subject == SUBJECT_FACT ? names_find(r->probes, about->probe) : -1;
	struct test *two;

	if (at < 0 || r->address[at] == NULL)
		return false;
	two = arena_array(r->mem, 2, sizeof(*two));
	two[0] = (struct test){
	        .subject = SUBJECT_INPUT, .key = r->address[at], .type = FACT_STR, .op = OP_KNOWN};
	two[1] = *about;
	two[1].op = OP_KNOWN;
	two[1].flag = true;
	two[1].n = 0;
	*out = (struct clause){two, 2};
	return true;
}

static bool is_ruled(const struct clause *clauses, size_t n, const struct test *about)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(clauses[i].tests[1].probe, about->probe) == 0 &&
		    strcmp(clauses[i].tests[1].key, about->key) == 0)
			return true;
	return false;
}

struct region *rules_start(const struct rules *r, struct space *s, struct arena *mem,
                           const struct cond *const *conds, size_t n)
{
	struct clause *clauses;
	struct cond impossible = {NULL, 0};
	const struct cond *never = &impossible;
	size_t room = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; conds[i] != NULL && k < conds[i]->n; k++)
			room += conds[i]->clauses[k].n;
	impossible.clauses = clauses = arena_array(r->mem, room, sizeof(*clauses));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; conds[i] != NULL && k < conds[i]->n; k++)
			for (size_t m = 0; m < conds[i]->clauses[k].n; m++) {
				const struct test *t = &conds[i]->clauses[k].tests[m];

				if (t->subject == SUBJECT_FACT && impossible.n < MAX_RULES &&
				    !is_ruled(clauses, impossible.n, t) &&
				    rule_out(r, t, &clauses[impossible.n]))
					impossible.n++;
			}
	return region_where(s, mem, region_all(s, mem), NULL, &never, 1);
}
