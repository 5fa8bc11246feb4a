/* Fetching from a server: which rows, the list that is shown first, and casebook-fetch at work. */
#ifndef CASEBOOK_UI_COLLECT_H
#define CASEBOOK_UI_COLLECT_H

#include <casebook/collect.h>
#include <casebook/replay.h>

#include "cli.h"

/* What came of a row; NULL: it was not asked. */
struct collect_got {
	const char *outcome, *words;
};
struct collect_plan {
	struct arena *mem;
	const char *url;
	struct ssh_target target;
	const struct collector *rows[COLLECT_MOST]; /* what is asked, in the table's order */
	struct collect_got got[COLLECT_MOST];
	size_t n;
};

/* The rows of the core; with --all every one; for a case those that read what it needs, and where it needs an
 * answer only and is undecided, those of the core that read what it has not; with --no-temp none that writes
 * something there. `r` NULL: no case. 0 or an exit code. */
int collect_plan_make(struct cli *c, const char *url, struct replay *r, struct collect_plan *out);
/* Word for word what the server would be asked, and what each writes there. */
void collect_list(const struct collect_plan *p, struct buf *out);
/* The same for programs, with what came of each; folder NULL: nobody was asked, or nothing came. */
void collect_json(const struct collect_plan *p, const char *folder, struct buf *out);
/* Shows the list and asks, when somebody is there to answer: whether it is to be done. */
bool collect_agreed(const struct collect_plan *p);
/* Into a folder beside the store or, `here`, in the current one; *folder says which. The exit code: 0 all is
 * there, 4 some is missing, 1 the server was not reached. */
int collect_run(struct cli *c, struct collect_plan *p, bool here, const char **folder);
/* All of it for somebody in the middle of a case: the folder of what came; NULL: nothing, which was said. */
const char *collect_for_person(struct cli *c, struct arena *mem, const char *url, struct replay *r);
/* All of it for `run --collect URL`. */
int collect_for_run(struct cli *c, struct arena *mem, const char *url, const char **folder);

#endif
