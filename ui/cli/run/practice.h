/* A practice case: what casebook-practice plays, and what is said when it is over. */
#ifndef CASEBOOK_UI_PRACTICE_H
#define CASEBOOK_UI_PRACTICE_H

#include <sys/types.h>

#include "run.h"

#define PRACTICE_MAX 40 /* inputs, causes */

/* What casebook-practice says of a case. */
struct practice_case {
	const char *name, *kind, *story, *truth, *verdict;
	const char *causes[PRACTICE_MAX]; /* alternatives with | between them */
	size_t ncauses;
	struct setting inputs[PRACTICE_MAX]; /* what is known, its server_url among them */
	size_t ninputs;
	const char *ca, *files, *folder; /* NULL: none */
};

/* Every case, in the order of the list.  Lives in mem. */
int practice_list(struct arena *mem, struct practice_case **out, size_t *n, struct err *err) MUST_CHECK;

struct practice_play {
	pid_t pid;
	int to; /* the end of its standard input: closing it ends the play */
	struct practice_case it;
};
int practice_start(struct arena *mem, const char *name, struct practice_play *out,
                   struct err *err) MUST_CHECK;
void practice_end(struct practice_play *p);

/* "the pool is stopped (app-pool-stopped)." */
void practice_truth(const struct practice_case *it, struct buf *out);
/* True when the checks alone find it. What it was, whether the newest case of the store found it, the
 * shortest way, and where the walk left it.
 */
bool practice_tell(struct cli *c, struct practice_case *it, const struct flow *flow, bool walked,
                   struct buf *out);

#endif
