/*
 * The field's error dialects from one table, assets/codes.tsv: HTTP and IIS status,
 * win32 and HRESULT, curl and OpenSSL, pkiStatus and failInfo, event ids, HTTPERR
 * reasons, MCSCEPErrorDomain.  Pure; the table is built into the program.
 */
#ifndef CASEBOOK_EXPLAIN_H
#define CASEBOOK_EXPLAIN_H

#include <stddef.h>

#include <casebook/arena.h>

struct code_row {
	const char *dialect; /* "iis", "win32", "event:ndes" ... */
	const char *code;    /* as the table writes it */
	const char *name;    /* "-" where there is none */
	const char *meaning, *seen, *next, *source;
};

/*
 * Rows that explain `query`, best first, in *out (in mem); returns how many.  Takes the forms of the
 * field: 500.0.1346, 403, 0x80190194, 2148204809, "failInfo 2", "pkiStatus 3", "event 36", "curl 60",
 * "verify 20", "win32 1346", AppOffline, 22013.  An IIS status that is not listed whole is explained by
 * its parts; 0x8007nnnn by its win32 code; 0x80190nnn by its HTTP status.
 */
size_t explain_find(struct arena *mem, const char *query, const struct code_row **out);
/* Every row, in the table's order. */
size_t explain_all(struct arena *mem, const struct code_row **out);
/* The meaning of one code, in mem; NULL when the table does not know it. For findings and screens. */
const char *explain_meaning(struct arena *mem, const char *dialect, const char *code);

#endif
