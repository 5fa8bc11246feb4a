/* By what: every source that supports the finding, a line per file, log or live check. */
#include "brief_int.h"

#include <string.h>

#define SAYS_MOST 3
#define WITNESS_MOST 12

struct witness {
	const struct evidence *e;
	const struct proof *proof; /* the first of it */
	const char *kind;          /* of an event log: which log; else NULL */
	const char *says[SAYS_MOST];
	size_t nsays;
	const char *plain; /* "scep Stopped": of a fact without a sentence */
	uint64_t line;
	int64_t at_ms;
	bool live, specific, page;
	const char *by_layer; /* its sentence about who answered; NULL */
};

static bool same_file(const struct evidence *a, const struct evidence *b)
{
	return a == b || (a->sha256 != NULL && b->sha256 != NULL && strcmp(a->sha256, b->sha256) == 0);
}

static struct witness *witness_of(const struct maker *m, struct witness *all, size_t *n,
                                  const struct proof *p)
{
	const char *kind = proof_log(p);
	bool live = is_live(m->r, p->e);

	for (size_t i = 0; i < *n; i++)
		if (live ? all[i].live && strcmp(all[i].e->probe, p->e->probe) == 0
		         : same_file(all[i].e, p->e) && all[i].kind == kind)
			return &all[i];
	if (*n == WITNESS_MOST)
		return NULL;
	all[*n] = (struct witness){.e = p->e,
	                           .proof = p,
	                           .kind = kind,
	                           .live = live,
	                           .at_ms = live ? p->e->started_ms : p->at_ms};
	return &all[(*n)++];
}

const char *plain_words(const struct maker *m, const char *fact, const struct value *v)
{
	struct buf b;
	const char *out;

	buf_init(&b, 400);
	value_text(&b, v);
	out = arena_fmt(m->mem, "%s %s", fact, name_of(m, arena_strdup(m->mem, buf_cstr(&b))));
	buf_release(&b);
	return out;
}

static void hear(const struct maker *m, struct witness *w, const struct proof *p)
{
	const char *text = sentence(m, p);
	bool layer = strcmp(p->fact, "layer") == 0;

	/* Who made the page stands in the sentence of the page. */
	if (layer && w->page)
		text = NULL;
	if (strcmp(p->fact, "page") == 0 && text != NULL) {
		w->page = true;
		w->nsays -= w->nsays != 0 && w->says[w->nsays - 1] == w->by_layer;
	}
	if (layer && text != NULL)
		w->by_layer = text;
	if (w->plain == NULL)
		w->plain = plain_words(m, p->fact, &p->value);
	w->specific = w->specific || !p->symptom;
	if (p->at_ms != ABOUT_NO_TIME && !w->live && (w->at_ms == ABOUT_NO_TIME || p->at_ms > w->at_ms))
		w->at_ms = p->at_ms;
	if (w->line == 0 || (!p->symptom && w->nsays == 0))
		w->line = p->line;
	for (size_t i = 0; text != NULL && i < w->nsays; i++)
		if (strcmp(w->says[i], text) == 0)
			text = NULL;
	if (text != NULL && w->nsays < SAYS_MOST)
		w->says[w->nsays++] = text;
}

/* The line itself, as the record has it. */
static const char *line_text(const struct maker *m, const struct witness *w)
{
	for (size_t i = 0; i < w->e->npins; i++)
		if (w->line != 0 && w->e->pins[i].line == w->line && w->e->pins[i].text != NULL)
			return text_of(m, w->e->pins[i].text);
	return NULL;
}

static const char *place_text(const struct maker *m, const struct witness *w)
{
	struct evidence shown = *w->e;
	const char *place;

	shown.target = name_of(m, w->e->target);
	shown.npins = 0;
	if (w->live)
		return arena_fmt(m->mem, "record %u", w->e->id);
	place = say_place(m->mem, &shown, w->line);
	return w->at_ms == ABOUT_NO_TIME ? arena_fmt(m->mem, "%s, undated", place) : place;
}

/* Dated before undated, what proves before what looks so, a log or a file before the live answer. */
static int rank(const struct witness *w)
{
	return (w->at_ms == ABOUT_NO_TIME ? 4 : 0) + (w->specific ? 0 : 2) + (w->live ? 1 : 0);
}

static const char *spoken(const struct maker *m, const struct witness *w)
{
	const struct probe *p = flow_probe(m->r->flow, w->e->probe);
	struct joined j;

	join_begin(&j, " ");
	for (size_t i = 0; i < w->nsays; i++)
		join_add(&j, w->says[i]);
	if (w->nsays == 0)
		join_add(&j, arena_fmt(m->mem, "%s: %s.", p != NULL ? p->title : w->e->probe, w->plain));
	return join_end(&j, m->mem);
}

static size_t witnesses(struct maker *m, enum proof_side side, const struct brief_proof **out,
                        size_t *sources)
{
	const struct proof *all;
	const struct proof *first[WITNESS_MOST];
	struct witness w[WITNESS_MOST];
	size_t n = 0, count = replay_proofs(m->r, m->cause, side, &all);
	struct brief_proof *list;

	for (size_t i = 0; i < count; i++) {
		struct witness *one = witness_of(m, w, &n, &all[i]);

		if (one != NULL)
			hear(m, one, &all[i]);
	}
	for (size_t i = 1; i < n; i++) {
		struct witness one = w[i];
		size_t at = i;

		for (; at > 0 && rank(&w[at - 1]) > rank(&one); at--)
			w[at] = w[at - 1];
		w[at] = one;
	}
	list = arena_array(m->mem, n, sizeof(*list));
	for (size_t i = 0; i < n; i++)
		list[i] = (struct brief_proof){.says = spoken(m, &w[i]),
		                               .place = place_text(m, &w[i]),
		                               .quote = line_text(m, &w[i]),
		                               .evidence = w[i].e->id,
		                               .at_ms = w[i].at_ms,
		                               .live = w[i].live,
		                               .specific = w[i].specific};
	for (size_t i = 0; i < n; i++)
		first[i] = w[i].proof;
	*sources = proofs_witnesses(first, n);
	*out = list;
	return n;
}

size_t brief_witnesses(struct arena *mem, struct replay *r, const struct cause *c, enum proof_side side,
                       const struct brief_proof **out)
{
	struct brief_options as_they_are = {.made_ms = 0};
	struct maker m = {.mem = mem, .r = r, .o = &as_they_are, .cause = c};
	size_t sources;

	return witnesses(&m, side, out, &sources);
}

void brief_proofs(struct maker *m)
{
	struct brief *b = m->b;
	size_t against;

	if (m->cause == NULL)
		return;
	b->nproofs = witnesses(m, PROOF_FOR, &b->proofs, &b->nsources);
	if (b->contradicted)
		b->nagainst = witnesses(m, PROOF_AGAINST, &b->against, &against);
}
