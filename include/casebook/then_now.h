/*
 * What a newer flow would have concluded from the evidence that a case holds.  Runs
 * no check and writes nothing; a person's answers count where the newer flow still
 * asks for them.
 */
#ifndef CASEBOOK_THEN_NOW_H
#define CASEBOOK_THEN_NOW_H

#include <casebook/session.h>

struct then_now {
	const struct casefile *cf;                   /* borrowed, as the flows are */
	const struct diagnosis *old_diag, *new_diag; /* old_diag NULL: the old flow is not known any more */
	struct replay *then;                         /* NULL when old_diag is */
	struct session *now;
};

/* `was`: the flow that the case was begun with; NULL when there is none with the hash that the case
 * names.  Caller releases. */
void then_now_init(struct then_now *t, const struct casefile *cf, const struct flow *was,
                   const struct flow *flow);
void then_now_release(struct then_now *t);
/* Another verdict, or other findings. */
bool then_now_differs(const struct then_now *t);
/* The first step that was left otherwise, as an index of both paths; SIZE_MAX when the paths are the same. */
size_t then_now_parting(const struct then_now *t);

#endif
