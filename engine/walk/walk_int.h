/* A running walk; for engine/walk only. */
#ifndef CASEBOOK_WALK_INT_H
#define CASEBOOK_WALK_INT_H

#include <casebook/walk.h>

#include "session_int.h"

#define WALK_MAX_PATH 400 /* steps; a mutant may loop, and replaying is quadratic */

struct waiting { /* a started check without an answer yet */
	uint32_t job;
	struct evidence evidence;
};
struct walking {
	const struct walk *walk;
	const struct flow *flow;
	struct arena *mem;
	struct session s;
	size_t phase;
	int64_t now_ms;
	struct waiting waiting[SESSION_MAX_JOBS + EFFECTS_MAX];
	size_t nwaiting;
};

/* For walk_cost.c: a walk that stands before its first step. */
struct walking *walking_new(const struct walk *w, const struct flow *flow);
void walking_free(struct walking *k);
void walking_send(struct walking *k, struct intent in);
struct evidence walking_evidence(struct walking *k, const struct probe *probe, const struct probe_arg *args,
                                 size_t nargs, const char *step);
const char *walking_input(const struct walking *k, const char *key); /* NULL: the walk does not say it */

/* A phase of a walk, and its result to compare. */
struct outcome {
	const struct walk *walk;
	size_t phase;
	const struct flow *flow;
	struct replay *now;
	const struct casefile *cf;
	struct arena *mem;
};
/* A line per difference goes to `why`, which may be NULL. */
bool walk_compare(struct outcome *o, struct buf *why);
void walk_put_expect(struct outcome *o, struct buf *was);

#endif
