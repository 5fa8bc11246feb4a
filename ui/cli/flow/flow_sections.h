/* Sections of an article, and who cites them. */
#ifndef CASEBOOK_FLOW_SECTIONS_H
#define CASEBOOK_FLOW_SECTIONS_H

#include <casebook/flow.h>

#define SECTIONS_MAX 500 /* of one article */

struct section {
	const char *name, *sha256;
	const char **steps, **causes; /* ids of those that cite it */
	size_t nsteps, ncauses;
};
struct sections {
	struct section *list;
	size_t n;              /* 0: the flow has no list */
	size_t missing;        /* sections that nothing cites */
	const char **unlisted; /* steps and causes that cite a section which is not in the list */
	size_t nunlisted;
};
bool section_is_cited(const struct section *s);
/* Everything in mem; never NULL. */
struct sections *sections_of(struct arena *mem, const struct flow *f);

#endif
