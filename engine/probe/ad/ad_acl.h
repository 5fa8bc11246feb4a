/*
 * Who may use an extended right, out of the bytes of nTSecurityDescriptor.  Pure functions of foreign bytes.
 * Layout: MS-DTYP 2.4.6 (descriptor), 2.4.5 (ACL), 2.4.4 (ACE), 2.4.2.2 (SID).  Which entries count, and that
 * the first that fits decides: MS-ADTS 5.1.3.3.2 and 5.1.3.3.4.
 */
#ifndef CASEBOOK_AD_ACL_H
#define CASEBOOK_AD_ACL_H

#include <stdbool.h>
#include <stddef.h>

#include "ad_value.h"

#define AD_SID_MOST 68     /* bytes: 8 and 15 parts of 4 */
#define AD_SID_TEXT 192    /* of ad_sid_text(), with its NUL */
#define AD_ACL_MOST 65535u /* bytes of a list: its size has 16 bits */

/* GUIDs as they lie in an entry: the first three parts with the lowest byte first. */
extern const unsigned char ad_right_enroll[16]; /* 0e10c968-78fb-11d2-90d4-00c04f79dc55, MS-CRTD 2.5 */

struct ad_sid {
	unsigned char bytes[AD_SID_MOST];
	size_t n; /* 0: none */
};
/* The SID that is all of n bytes, or (exact = false) begins there. */
bool ad_sid_read(const unsigned char *p, size_t n, bool exact, struct ad_sid *out);
bool ad_sid_same(const struct ad_sid *a, const struct ad_sid *b);
/* "S-1-5-21-1-2-3-500" */
void ad_sid_text(const struct ad_sid *sid, char out[AD_SID_TEXT]);

struct ad_ace {
	struct ad_sid who;
	bool allow;
	bool on_condition; /* holds only where a condition is met (MS-DTYP 2.4.4.17), which nobody here
	                      reckons */
};
typedef void (*ad_ace_visit)(void *ctx, const struct ad_ace *ace);

enum ad_acl {
	AD_ACL_BAD,  /* no descriptor, or a damaged one: what was visited proves nothing */
	AD_ACL_OPEN, /* it has no list: everybody may do everything */
	AD_ACL_READ  /* the entries that concern the right were visited, in their order */
};
enum ad_acl ad_acl_each(const unsigned char *sd, size_t n, const unsigned char right[16], ad_ace_visit visit,
                        void *ctx);

/* May one who is all of `who` (an account and its groups) use the right? */
enum ad_tri ad_acl_may(const unsigned char *sd, size_t n, const unsigned char right[16],
                       const struct ad_sid *who, size_t whos);

#endif
