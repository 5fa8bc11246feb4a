/* A walk while it runs; nobody outside engine/walk includes this. */
#ifndef CASEBOOK_WALK_INT_H
#define CASEBOOK_WALK_INT_H

#include <casebook/walk.h>

#define WALK_MAX_PATH 400 /* steps; a mutant may go in circles, and replaying is quadratic */

struct waiting { /* a check that was started and is not answered yet */
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

bool walk_compare(struct walking *k, struct buf *why);
void walk_put_expect(struct walking *k, struct buf *was);

#endif
