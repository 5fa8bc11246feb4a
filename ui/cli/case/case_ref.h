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
	bool of_file; /* not in the store: a bundle or an export was named */
};
/* 0, or the exit code after a message.  `flow` (a file or an id) stands in when the case's own flow is not
 * built in; NULL when none is named.  Caller releases, whatever came of it. */
int case_ref_load(const struct cli *c, const char *ref, const char *flow, struct case_ref *out) MUST_CHECK;
/* Whether a CASE is a file rather than a number or an id. */
bool case_names_file(const char *arg);
/* The text of an exported case, from such a file or out of a bundle that is as its manifest says. Caller
 * releases out, whatever came of it. */
int case_file_text(const char *path, struct buf *out, struct err *err) MUST_CHECK;
/* The same, read and proven. Caller releases. */
int case_file_load(const char *path, struct casefile *out, struct err *err) MUST_CHECK;
/* A case from the store, or from a file. */
int case_any_load(const struct cli *c, const char *ref, struct casefile *out, struct err *err) MUST_CHECK;
/* Puts on record that something of a case in the store was written; says so on stderr when it cannot. What
 * goes to standard output is not recorded: nobody knows where it went. */
void case_exported(const struct cli *c, const char *ref, const struct rec_export *e);
void case_ref_release(struct case_ref *r);
/* SOURCE_DATE_EPOCH in ms (reproducible-builds.org/specs/source-date-epoch), or REPORT_MADE_BY_CASE. */
int64_t made_from_environment(void);

#endif
