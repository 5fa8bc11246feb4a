/* The slots by their names: the table on top of a report, and the same with its proofs for a page. */
#include "brief_int.h"

struct table {
	struct brief_row *out;
	size_t n, most;
};

static void row(struct table *t, const char *name, const char *text, bool first)
{
	if (text != NULL && text[0] != '\0' && t->n < t->most)
		t->out[t->n++] = (struct brief_row){.name = name, .text = text, .first = first};
}

static void command(struct table *t, const char *text)
{
	row(t, NULL, text, true);
}

static void when_and_who(struct table *t, struct arena *mem, const struct brief *b)
{
	bool fixed = b->before != NULL;

	row(t, "Before", b->before, true);
	row(t, "After", b->after, true);
	row(t, "Done", fixed ? b->done : NULL, true);
	row(t, "Not ticked", fixed ? b->undone : NULL, false);
	row(t, "Since", b->since, !fixed);
	row(t, "Last failure",
	    b->last != NULL                 ? arena_fmt(mem, "%s (%s)", b->last, b->last_place)
	    : b->verdict == VERDICT_HEALTHY ? NULL
	                                    : "not known: no log shows a failing request of a device",
	    true);
	row(t, "Affected", b->who, !fixed);
}

static void proofs(struct table *t, struct arena *mem, const char *name, const struct brief_proof *p,
                   size_t n)
{
	for (size_t i = 0; i < n; i++)
		row(t, n > 1 ? arena_fmt(mem, "%s %zu", name, i + 1) : name,
		    arena_fmt(mem, "%s (%s)", p[i].says, p[i].place), i < 3);
}

static void what_holds(struct table *t, struct arena *mem, const struct brief *b, bool first)
{
	row(t, "Now", b->now, first);
	row(t, "Excluded", b->not, false);
	row(t, "As told", b->told != NULL ? arena_fmt(mem, "does not apply: %s", b->told) : NULL, false);
	row(t, "Known", b->verdict != VERDICT_FIXED ? b->summary : NULL, false);
	row(t, "Unknown", b->verdict == VERDICT_FIXED ? "whether a device gets through" : NULL, false);
}

static bool to_get(const struct brief *b)
{
	return b->verdict != VERDICT_HEALTHY;
}

size_t brief_rows(struct arena *mem, const struct brief *b, struct brief_row out[BRIEF_MAX_ROWS])
{
	struct table t = {out, 0, BRIEF_MAX_ROWS};

	when_and_who(&t, mem, b);
	what_holds(&t, mem, b, false);
	row(&t, "One thing to get", to_get(b) ? b->get : NULL, true);
	row(&t, "What it decides", b->outcome, true);
	row(&t, "Next", next_words(mem, b), true);
	row(&t, "Then", b->then, true);
	return t.n;
}

size_t brief_lines(struct arena *mem, const struct brief *b, struct brief_row out[BRIEF_MAX_LINES])
{
	struct table t = {out, 0, BRIEF_MAX_LINES};

	when_and_who(&t, mem, b);
	if (b->contradicted) {
		proofs(&t, mem, b->turned ? "Says no" : "Says yes", b->proofs, b->nproofs);
		proofs(&t, mem, b->turned ? "Says yes" : "Says no", b->against, b->nagainst);
	} else {
		proofs(&t, mem, "Proof", b->proofs, b->nproofs);
	}
	what_holds(&t, mem, b, b->nproofs == 0);
	row(&t, "One thing to get", to_get(b) ? b->get : NULL, true);
	command(&t, b->verdict == VERDICT_INCONCLUSIVE ? b->get_how : NULL);
	row(&t, "What it decides", b->outcome, true);
	row(&t, "Next", next_words(mem, b), true);
	command(&t, b->next_run);
	row(&t, "Then", b->then, true);
	return t.n;
}
