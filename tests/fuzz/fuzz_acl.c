/* Any bytes as nTSecurityDescriptor: bounded, and what may be used agrees with what was visited. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ad_acl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct ad_sid first;
	bool allow, on_condition;
	size_t n;
};

static void note(void *ctx, const struct ad_ace *ace)
{
	struct seen *s = ctx;
	char text[AD_SID_TEXT];

	ad_sid_text(&ace->who, text);
	if (ace->who.n < 8 || ace->who.n > AD_SID_MOST || strncmp(text, "S-1-", 4) != 0)
		abort();
	if (s->n++ == 0) {
		s->first = ace->who;
		s->allow = ace->allow;
		s->on_condition = ace->on_condition;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen s = {.n = 0};
	enum ad_acl read = ad_acl_each(data, size, ad_right_enroll, note, &s);
	enum ad_tri want = read == AD_ACL_BAD    ? AD_UNKNOWN
	                   : read == AD_ACL_OPEN ? AD_YES
	                   : s.n == 0            ? AD_NO
	                   : s.on_condition      ? AD_UNKNOWN
	                   : s.allow             ? AD_YES
	                                         : AD_NO;

	if (s.n > AD_ACL_MOST / 16 || ad_acl_may(data, size, ad_right_enroll, &s.first, 1) != want)
		abort();
	return 0;
}
