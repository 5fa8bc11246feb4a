/*
 * What a newer flow would have concluded from a case's evidence. Runs no check and writes nothing; a person's
 * answers count where the newer flow still asks for them.
 */
#ifndef CASEBOOK_THEN_NOW_H
#define CASEBOOK_THEN_NOW_H

#include <casebook/session.h>

struct then_now {
	const struct casefile *cf;                   /* borrowed, like the flows */
	const struct diagnosis *old_diag, *new_diag; /* old_diag NULL: the old flow is unknown */
	struct replay *then;                         /* NULL if old_diag is */
	struct session *now;
};

/* `was`: the case's original flow; NULL when no known flow has the hash in the case.  Caller releases. */
void then_now_init(struct then_now *t, const struct casefile *cf, const struct flow *was,
                   const struct flow *flow);
void then_now_release(struct then_now *t);
/* Whether verdict or findings differ. */
bool then_now_differs(const struct then_now *t);
/* Index of the first step where the paths diverge; SIZE_MAX when they are equal. */
size_t then_now_parting(const struct then_now *t);

#endif
