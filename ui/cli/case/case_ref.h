/* A case named on the command line, with the flow that it was begun with: what report, bundle and diff need.
 */
#ifndef CASEBOOK_CASE_REF_H
#define CASEBOOK_CASE_REF_H

#include <casebook/casefile.h>

#include "flow_cmd.h"

struct case_ref {
	struct casefile cf;
	struct flow_ref flow;
	bool loaded;
};
/* 0, or the exit code after a message.  `flow` (a file or an id) stands in when the case's own flow is not
 * built in; NULL when none is named.  Caller releases, whatever came of it. */
int case_ref_load(const struct cli *c, const char *ref, const char *flow, struct case_ref *out) MUST_CHECK;
void case_ref_release(struct case_ref *r);
/* SOURCE_DATE_EPOCH in ms (reproducible-builds.org/specs/source-date-epoch), or REPORT_MADE_BY_CASE. */
int64_t made_from_environment(void);

#endif
