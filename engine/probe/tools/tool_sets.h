/* Closed sets of words that facts of this room use. */
#ifndef CASEBOOK_TOOL_SETS_H
#define CASEBOOK_TOOL_SETS_H

enum policy_result { POLICY_VERIFIED, POLICY_REFUSED, POLICY_UNREACHED, POLICY_FAILED, POLICY_NONE };
extern const char *const policy_results[]; /* "verified" "refused" "unreached" "failed" "none" NULL */

#endif
