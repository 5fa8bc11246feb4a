/* Questions to the directory, each bounded in time, number and size. */
#ifndef CASEBOOK_AD_SEARCH_H
#define CASEBOOK_AD_SEARCH_H

#include "ad_conn.h"
#include "ad_value.h"

/* An answer.  `whole`: nothing was cut off and nothing lies elsewhere, so that what is missing is not there.
 */
struct ad_answer {
	LDAPMessage *message;
	int rc; /* LDAP_SUCCESS; also when it was cut off at `most`, or when the base does not exist */
	bool whole;
};
/* attrs ends with NULL.  with_acl: asks for owner, group and DACL of nTSecurityDescriptor, which people
 * without administrator's rights may read (MS-ADTS 3.1.1.3.4.1.11). */
struct ad_answer ad_search(struct ad_conn *c, const char *base, int scope, const char *filter,
                           const char *const *attrs, int most, bool with_acl);
void ad_answer_free(struct ad_answer *a);
LDAPMessage *ad_first(struct ad_conn *c, const struct ad_answer *a);

/* All values of one attribute; freed with the answer's arena by ad_values_free(). */
struct berval **ad_values(struct ad_conn *c, LDAPMessage *entry, const char *name);
/* The one value of an attribute as text in the call's arena; NULL when it has none. */
const char *ad_text(struct ad_conn *c, LDAPMessage *entry, const char *name);
const char *ad_dn(struct ad_conn *c, LDAPMessage *entry);
enum ad_tri ad_entry_flag(struct ad_conn *c, LDAPMessage *entry, const char *name, int64_t flag);
enum ad_time ad_entry_time(struct ad_conn *c, LDAPMessage *entry, const char *name, int64_t *ms);

/*
 * The account in this domain by its name.  1: found, its entry in *a; 0: this domain has none of that name;
 * -1: cannot be told, *how is what the probe returns.
 */
int ad_find_account(struct ad_conn *c, const char *account, const char *const *attrs, struct ad_answer *a,
                    enum evidence_outcome *how);

#endif
