/* Who is meant: SIDs as names, and an account with all its groups as SIDs. */
#ifndef CASEBOOK_AD_WHO_H
#define CASEBOOK_AD_WHO_H

#include "ad_acl.h"
#include "ad_search.h"

#define AD_WHO_MOST 1024 /* groups of one account: Windows itself takes no more than 1015 into a token */

struct ad_who {
	struct ad_sid *sids; /* in the call's arena */
	size_t n;
	bool whole; /* its groups could be read, all of them */
};
/*
 * The account and its groups, the nested ones too (tokenGroups, which the directory computes: MS-ADTS
 * 3.1.1.4.5.19), with Everyone and Authenticated Users.  Returns as ad_find_account().
 */
int ad_who_is(struct ad_conn *c, const char *account, struct ad_who *out, enum evidence_outcome *how);

/* The name of a SID in the call's arena: of the well-known ones by heart, others as this domain has them; the
 * SID's own text where it has none. */
const char *ad_who_name(struct ad_conn *c, const struct ad_sid *sid);

#endif
