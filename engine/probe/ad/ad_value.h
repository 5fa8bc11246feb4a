/*
 * Attributes of the directory as values: times, flags, words for a filter.  Pure functions of foreign bytes.
 * Times: 100 ns since 1601, 0 and 2^63 - 1 are never (MS-ADA1 2.2, MS-ADA2
 * msDS-UserPasswordExpiryTimeComputed). Flags: MS-ADTS 2.2.16 (userAccountControl), 3.1.1.4.5.17
 * (msDS-User-Account-Control-Computed).  Filters: RFC 4515 section 3.  Generalized time: RFC 4517
 * section 3.3.13.
 */
#ifndef CASEBOOK_AD_VALUE_H
#define CASEBOOK_AD_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include <casebook/buf.h>

#define AD_DISABLED 0x2
#define AD_LOCKED 0x10
#define AD_PASSWORD_STAYS 0x10000
#define AD_PASSWORD_EXPIRED 0x800000

/* Of an attribute that may be missing or no number. */
enum ad_tri { AD_UNKNOWN = -1, AD_NO, AD_YES };

/* A whole decimal number of 64 bits, with a sign or without; nothing else beside it. */
bool ad_int(const char *text, size_t n, int64_t *out);

enum ad_time { AD_TIME_BAD, AD_TIME_NEVER, AD_TIME_AT };
/* Milliseconds since 1970 in *ms when it is AD_TIME_AT. */
enum ad_time ad_filetime(const char *text, size_t n, int64_t *ms);
/* "20261201041500.0Z" */
bool ad_generalized(const char *text, size_t n, int64_t *ms);

enum ad_tri ad_flag(const char *text, size_t n, int64_t flag);

/* An assertion value: whatever could end it or mean something else becomes \xx. */
void ad_escape(struct buf *out, const char *text, size_t n);

/* An account as people write it. */
struct ad_name {
	char domain[256]; /* of DOMAIN\name, or behind the @ of name@domain; "" when not named */
	char name[256];
	bool upn;
	bool local; /* of the computer itself: LocalSystem, NT AUTHORITY\..., IIS APPPOOL\... */
};
/* False when there is no name in it, or it is too long to be one. */
bool ad_name(const char *text, struct ad_name *out);

#endif
