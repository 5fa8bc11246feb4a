/*
 * Pasted text as evidence: it is kept in a file of its own beside the store, so that checks read it, reports
 * cite it and its SHA-256 is recorded as those of any file.
 */
#ifndef CASEBOOK_PASTE_H
#define CASEBOOK_PASTE_H

#include <stddef.h>
#include <stdint.h>

#include <casebook/arena.h>
#include <casebook/err.h>
#include <casebook/secret.h>

#define PASTE_MAX (16u << 20) /* bytes; a larger log is named as a file */

/* Writes the bytes, with secrets masked (secret_mask_bytes(); `count` may be NULL), to
 * pastes/paste-TIME-HASH.txt in the store's folder, readable for its owner only, and returns the path, in
 * mem.  `db` as for store_open().  NULL: *err says why; nothing is refused but an empty text, and one beyond
 * PASTE_MAX. */
const char *paste_keep(struct arena *mem, const char *db, int64_t now_ms, const void *text, size_t n,
                       struct secret_count *count, struct err *err) MUST_CHECK;

#endif
