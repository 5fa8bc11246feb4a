/*
 * Fewer answers: where checks have decided, or a file would, the others wait behind one line.  A page asks
 * for one thing.
 */
#include "page_int.h"

#include <string.h>

static bool wants_file(const struct page *p)
{
	for (size_t i = 0; i < p->nfields; i++)
		if (p->fields[i].def->type == INPUT_FILE && !p->fields[i].given && !p->fields[i].skipped)
			return true;
	return false;
}

static const struct pick *suggested(const struct page *p)
{
	for (size_t i = 0; i < p->npicks; i++)
		if (p->picks[i].suggested)
			return &p->picks[i];
	return NULL;
}

static const struct pick *blank(const struct page *p)
{
	for (size_t i = 0; i < p->npicks; i++)
		if (p->picks[i].blank)
			return &p->picks[i];
	return NULL;
}

void page_fold(struct page *p, struct arena *mem)
{
	const struct pick *go = suggested(p);
	bool decided = go != NULL;
	struct pick *two;

	if (go == NULL && wants_file(p))
		go = blank(p);
	if (p->kind != PAGE_ASK || go == NULL || p->npicks < 4)
		return;
	two = arena_array(mem, 2, sizeof(*two));
	two[0] = *go;
	two[0].label = decided ? arena_fmt(mem, "Go on: %s", go->label) : "Go on without";
	if (!decided)
		two[0].hint = "stays open; the case says so";
	two[1] = (struct pick){.label = decided ? "I see something else" : "Answer by eye",
	                       .hint = decided ? arena_fmt(mem, "the other %zu answers", p->npicks - 1)
	                                       : arena_fmt(mem, "%zu answers", p->npicks),
	                       .unfolds = true};
	p->picks = two;
	p->npicks = 2;
}
