/* Which walk notices a change of its flow.  Knows where to look first: most changes are noticed by a walk
 * that was written for their place.  The order is a guess and decides nothing; before a change counts as not
 * noticed, every walk that comes by was run. */
#include <casebook/walk.h>

#include <string.h>

#include <casebook/arena.h>

enum turn { OWN_NAME_FRESH, OWN_NAME, COMES_BY, REST, TURNS };

struct walk_search {
	const struct walk *const *walks;
	const struct walk_trace *traces;
	size_t n;
	size_t last;     /* the walk that noticed the last change: the next one is near */
	bool *noticed;   /* by walk: some change */
	size_t *order;   /* the walks, for this change */
	enum turn *turn; /* by walk, for this change */
};

struct walk_search *walk_search_new(struct arena *mem, const struct walk *const *walks,
                                    const struct walk_trace *traces, size_t n)
{
	struct walk_search *s = arena_alloc(mem, sizeof(*s));

	*s = (struct walk_search){.walks = walks, .traces = traces, .n = n};
	s->noticed = arena_array(mem, n, sizeof(*s->noticed));
	s->order = arena_array(mem, n, sizeof(*s->order));
	s->turn = arena_array(mem, n, sizeof(*s->turn));
	return s;
}

/* ---- where to look first ---- */

/* "app-pool-stopped--503-and-no-crash.walk.yaml" is called after app-pool-stopped. */
static bool named_after(const struct walk *w, const char *id)
{
	const char *slash = strrchr(w->file, '/'), *name = slash != NULL ? slash + 1 : w->file;
	size_t n = strlen(id);

	return strncmp(name, id, n) == 0 && strchr("-.", name[n]) != NULL;
}

/* "id", or "id: more". */
static bool lists(const struct walk_list *l, const char *id)
{
	size_t n = strlen(id);

	for (size_t i = 0; i < l->n; i++)
		if (strncmp(l->items[i], id, n) == 0 && strchr(":", l->items[i][n]) != NULL)
			return true;
	return false;
}

static bool expects_cause(const struct walk *w, const char *id)
{
	for (size_t i = 0; i < w->nphases; i++) {
		const struct walk_expect *e = &w->phases[i].expect;

		if (lists(&e->findings, id) || lists(&e->supported, id) || lists(&e->excluded, id) ||
		    lists(&e->contradicted, id) || lists(&e->explained, id))
			return true;
	}
	return false;
}

static bool took_answer(const struct casefile *cf, const char *step, const char *answer)
{
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct rec_answer *a = &cf->log[i].u.answer;

		if (cf->log[i].kind == REC_ANSWER && strcmp(a->step, step) == 0 &&
		    strcmp(a->answer, answer) == 0)
			return true;
	}
	return false;
}

static enum turn turn_of(const struct walk_search *s, size_t i, const struct mutant *m)
{
	bool cause = m->cause != CAUSE_NONE;
	const char *id;

	if (!cause && m->node == NODE_NONE)
		return REST;
	id = cause ? m->flow->causes[m->cause].id : m->flow->nodes[m->node].id;
	if (named_after(s->walks[i], id))
		return s->noticed[i] ? OWN_NAME : OWN_NAME_FRESH;
	if (cause)
		return expects_cause(s->walks[i], id) ? COMES_BY : REST;
	return m->answer != NULL && took_answer(&s->traces[i].cf, id, m->answer) ? COMES_BY : REST;
}

static void put_in_order(struct walk_search *s, const struct mutant *m)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		s->turn[i] = turn_of(s, i, m);
	s->order[n++] = s->last;
	for (enum turn turn = 0; turn < TURNS; turn++)
		for (size_t i = 1; i < s->n; i++) {
			size_t at = (s->last + i) % s->n;

			if (s->turn[at] == turn)
				s->order[n++] = at;
		}
}

/* ---- looking ---- */

/* A change of what is concluded shows in the log that the walk left; the run itself has the last word. */
static bool concludes_otherwise(const struct walk_search *s, size_t i, const struct mutant *m)
{
	return !walk_holds(s->walks[i], m->flow, &s->traces[i]) &&
	       !walk_run(s->walks[i], m->flow, NULL, NULL);
}

static bool runs_otherwise(const struct walk_search *s, size_t i, const struct mutant *m)
{
	if (m->node != NODE_NONE && !s->traces[i].steps[m->node])
		return false; /* it never comes there */
	return !walk_run(s->walks[i], m->flow, NULL, NULL);
}

static bool some_walk(struct walk_search *s, const struct mutant *m,
                      bool (*notices)(const struct walk_search *, size_t, const struct mutant *))
{
	for (size_t i = 0; i < s->n; i++) {
		if (!notices(s, s->order[i], m))
			continue;
		s->last = s->order[i];
		s->noticed[s->last] = true;
		return true;
	}
	return false;
}

bool walk_search_notices(struct walk_search *s, const struct mutant *m)
{
	if (s->n == 0)
		return false;
	put_in_order(s, m);
	return (m->cause != CAUSE_NONE && some_walk(s, m, concludes_otherwise)) ||
	       some_walk(s, m, runs_otherwise);
}
