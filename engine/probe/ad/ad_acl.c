/* Descriptors of the directory; knows nothing of connections and templates. */
#include "ad_acl.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DACL_PRESENT 0x0004u
#define SELF_RELATIVE 0x8000u
#define INHERIT_ONLY 0x08u
#define CONTROL_ACCESS 0x00000100u
#define GENERIC_ALL 0x10000000u
#define HAS_OBJECT 1u
#define HAS_INHERITED 2u

const unsigned char ad_right_enroll[16] = {0x68, 0xc9, 0x10, 0x0e, 0xfb, 0x78, 0xd2, 0x11,
                                           0x90, 0xd4, 0x00, 0xc0, 0x4f, 0x79, 0xdc, 0x55};

static unsigned le16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static uint32_t le32(const unsigned char *p)
{
	return le16(p) | (uint32_t)le16(p + 2) << 16;
}

/* ---- SIDs ---- */

bool ad_sid_read(const unsigned char *p, size_t n, bool exact, struct ad_sid *out)
{
	size_t size;

	out->n = 0;
	if (n < 8 || p[0] != 1 || p[1] > 15)
		return false;
	size = 8 + (size_t)p[1] * 4;
	if (size > n || (exact && size != n))
		return false;
	memcpy(out->bytes, p, size);
	out->n = size;
	return true;
}

bool ad_sid_same(const struct ad_sid *a, const struct ad_sid *b)
{
	return a->n == b->n && a->n != 0 && memcmp(a->bytes, b->bytes, a->n) == 0;
}

void ad_sid_text(const struct ad_sid *sid, char out[AD_SID_TEXT])
{
	uint64_t authority = 0;
	size_t at;

	out[0] = '\0';
	if (sid->n < 8)
		return;
	for (size_t i = 2; i < 8; i++)
		authority = authority << 8 | sid->bytes[i];
	if (authority >> 32 != 0) /* in hexadecimal from here on: MS-DTYP 2.4.2.1 */
		at = (size_t)snprintf(out, AD_SID_TEXT, "S-1-0x%012llX", (unsigned long long)authority);
	else
		at = (size_t)snprintf(out, AD_SID_TEXT, "S-1-%llu", (unsigned long long)authority);
	for (size_t i = 8; i + 4 <= sid->n && at < AD_SID_TEXT; i += 4)
		at += (size_t)snprintf(out + at, AD_SID_TEXT - at, "-%u", (unsigned)le32(sid->bytes + i));
}

/* ---- entries ---- */

enum kind { KIND_OTHER, KIND_ALLOW, KIND_DENY };

static const struct {
	unsigned char type;
	enum kind kind;
	bool object, on_condition;
} types[] = {{0x00, KIND_ALLOW, false, false}, {0x01, KIND_DENY, false, false},
             {0x05, KIND_ALLOW, true, false},  {0x06, KIND_DENY, true, false},
             {0x09, KIND_ALLOW, false, true},  {0x0A, KIND_DENY, false, true},
             {0x0B, KIND_ALLOW, true, true},   {0x0C, KIND_DENY, true, true}};

/* 1: it concerns the right; 0: it does not; -1: damaged. */
static int entry(const unsigned char *p, size_t size, const unsigned char right[16], struct ad_ace *out)
{
	static const unsigned char every[16];
	const unsigned char *of = every;
	size_t t = 0, at = 8;
	uint32_t mask, flags;

	while (t < sizeof(types) / sizeof(types[0]) && types[t].type != p[0])
		t++;
	if (t == sizeof(types) / sizeof(types[0]))
		return 0;
	if (size < 8 || (types[t].object && size < 12))
		return -1;
	mask = le32(p + 4);
	if (types[t].object) {
		flags = le32(p + 8);
		at = 12;
		if ((flags & HAS_OBJECT) != 0) {
			of = p + at;
			at += 16;
		}
		at += (flags & HAS_INHERITED) != 0 ? 16 : 0;
	}
	if (at > size || !ad_sid_read(p + at, size - at, false, &out->who))
		return -1;
	out->allow = types[t].kind == KIND_ALLOW;
	out->on_condition = types[t].on_condition;
	return (p[1] & INHERIT_ONLY) == 0 && (mask & (CONTROL_ACCESS | GENERIC_ALL)) != 0 &&
	       (memcmp(of, every, 16) == 0 || memcmp(of, right, 16) == 0);
}

static enum ad_acl each(const unsigned char *acl, size_t n, const unsigned char right[16], ad_ace_visit visit,
                        void *ctx)
{
	size_t size, at = 8;
	unsigned count;

	if (n < 8 || (acl[0] != 2 && acl[0] != 4))
		return AD_ACL_BAD;
	size = le16(acl + 2);
	count = le16(acl + 4);
	if (size < 8 || size > n)
		return AD_ACL_BAD;
	for (unsigned i = 0; i < count; i++) {
		struct ad_ace ace;
		size_t len;
		int fits;

		if (size - at < 4)
			return AD_ACL_BAD;
		len = le16(acl + at + 2);
		if (len < 4 || len > size - at)
			return AD_ACL_BAD;
		fits = entry(acl + at, len, right, &ace);
		if (fits < 0)
			return AD_ACL_BAD;
		if (fits != 0)
			visit(ctx, &ace);
		at += len;
	}
	return AD_ACL_READ;
}

enum ad_acl ad_acl_each(const unsigned char *sd, size_t n, const unsigned char right[16], ad_ace_visit visit,
                        void *ctx)
{
	uint32_t at;
	unsigned control;

	if (n < 20 || sd[0] != 1)
		return AD_ACL_BAD;
	control = le16(sd + 2);
	at = le32(sd + 16);
	if ((control & SELF_RELATIVE) == 0)
		return AD_ACL_BAD;
	if ((control & DACL_PRESENT) == 0 || at == 0)
		return AD_ACL_OPEN;
	if (at < 20 || at > n)
		return AD_ACL_BAD;
	return each(sd + at, n - at, right, visit, ctx);
}

/* ---- one who asks ---- */

struct asking {
	const struct ad_sid *who;
	size_t whos;
	bool told;
	enum ad_tri may;
};

static void first_that_fits(void *ctx, const struct ad_ace *ace)
{
	struct asking *a = ctx;

	for (size_t i = 0; i < a->whos && !a->told; i++)
		if (ad_sid_same(&a->who[i], &ace->who)) {
			a->told = true;
			a->may = ace->on_condition ? AD_UNKNOWN : ace->allow ? AD_YES : AD_NO;
		}
}

enum ad_tri ad_acl_may(const unsigned char *sd, size_t n, const unsigned char right[16],
                       const struct ad_sid *who, size_t whos)
{
	struct asking a = {.who = who, .whos = whos, .told = false, .may = AD_NO};

	switch (ad_acl_each(sd, n, right, first_that_fits, &a)) {
	case AD_ACL_OPEN:
		return AD_YES;
	case AD_ACL_READ:
		return a.may;
	case AD_ACL_BAD:
		break;
	}
	return AD_UNKNOWN;
}
