/*
 * One line of an account as the directory has it: "name: value" of [adsisearcher], ldifde, ldapsearch. Bits
 * and times by MS-ADTS 2.2.16 (userAccountControl), 3.1.1.4.5.17 (msDS-User-Account-Control-Computed: lockout
 * 0x10, password expired 0x800000), MS-ADA1 2.2 (accountExpires: 0 and 2^63 - 1 are never; else 100 ns since
 * 1601).
 */
#ifndef CASEBOOK_ACCOUNT_LDIF_H
#define CASEBOOK_ACCOUNT_LDIF_H

#include <stdbool.h>
#include <stdint.h>

#include "slice.h"

enum ldif_line {
	LDIF_OTHER,
	LDIF_ENTRY,    /* dn: another account begins */
	LDIF_CONTROL,  /* flags */
	LDIF_COMPUTED, /* flags */
	LDIF_EXPIRES   /* at_ms; INT64_MAX: never */
};
#define LDIF_DISABLED 0x2
#define LDIF_LOCKED 0x10
#define LDIF_PASSWORD_STAYS 0x10000
#define LDIF_PASSWORD_EXPIRED 0x800000

enum ldif_line account_ldif(struct slice line, int64_t *flags_or_ms);
bool account_ldif_looks(const char *text, size_t n);

#endif
