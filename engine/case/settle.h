/* The two sides of a cause, and how they are settled. */
#ifndef CASEBOOK_SETTLE_H
#define CASEBOOK_SETTLE_H

#include "case_int.h"

struct side {
	bool holds;
	bool word;              /* it rests on a person's word */
	bool behind;            /* it concerns what happens behind NDES' own answer */
	bool live;              /* all measured live */
	bool snapshot;          /* all from files collected on one day */
	enum strength strength; /* of its weakest fact */
	int64_t at_ms;          /* of its newest fact; ABOUT_NO_TIME: undated */
	const struct cond *cond;
	struct look look; /* the evidence with which it holds */
};
struct side look_side(const struct look *from, const struct cond *c);

enum settled {
	SETTLED_NOT, /* both sides remain: contradicted */
	SETTLED_YES,
	SETTLED_SINCE, /* the other side is newer */
	SETTLED_OURS   /* the other side is certainly about the server in question */
};
enum settled settle(const struct side *yes, const struct side *no);
/* `still`: nothing failed since. */
bool works_since(const struct side *yes, const struct seen *works, bool still);

/* All rows of the differential, without evidence for what only the path says. */
void settle_rows(struct replay *r, const struct conclusion *c, struct cause_row *rows);

#endif
