/* The order of a report: what a reader needs first stands first.  Knows the tree; knows no format. */
#include "report_int.h"

void tree_build(struct report *r)
{
	r->doc = rn_fmt(r, NULL, R_DOC, "Case %u: %s", r->cf->number, r->cf->title);
	rn_fmt(r, r->doc, R_VERDICT, "Verdict: %s", verdict_name(r->diag->verdict));
}
