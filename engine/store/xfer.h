/*
 * A case as one file, line by line: writing and reading together, so that they stay in step.  Private to
 * engine/store.
 *
 * {"schema_version":1,"kind":"casebook.case","id":...,"records":2,"head":"..."} {"hash":"...","record":{...}}
 * {"hash":"...","record":{...}} {"end":{"header":"SHA-256 of the first
 * line","records":2,"head":"...","faults":[]}}
 *
 * A record's text is, byte for byte, the text hashed when it was first stored.
 */
#ifndef CASEBOOK_STORE_XFER_H
#define CASEBOOK_STORE_XFER_H

#include "store_int.h"

#define XFER_KIND "casebook.case"
#define XFER_LINE (2u * STORE_MAX_RECORD) /* one line; ours are never longer */
#define XFER_HASH "{\"hash\":\""
#define XFER_RECORD "\",\"record\":"
#define XFER_PARTIAL "\",\"partial\":true,\"record\":"

/* The contents of an export: the case, its log, and the text and hash of each record. */
struct xfer_record {
	const char *text; /* borrowed from the file */
	size_t n;
	char hash[SHA256_HEX];
};
struct xfer {
	struct casefile cf; /* header and log */
	const char *at;     /* in cf.mem */
	enum case_state state;
	struct xfer_record *records; /* as many as cf.nlog; freed by xfer_release */
	size_t cap;
	bool has_header;
	bool instead;     /* what the case here went on with otherwise is taken out for it */
	uint32_t claimed; /* number in the header */
	char head[SHA256_HEX];
};
/* Reads and verifies; reports every fault to `c`. -1 only when the file is not an export. */
int xfer_read(struct xfer *x, const char *text, size_t n, struct store_check *c, struct err *err) MUST_CHECK;
void xfer_release(struct xfer *x);
/* What was read as rc says, to a caller who wants the case alone; releases the rest. Returns rc. */
int xfer_give(struct xfer *x, int rc, struct casefile *out);
/* One more record of the case; FAIL_LIMIT when it holds no more of its kind. `text` is borrowed. */
int xfer_keep(struct xfer *x, const struct record *rec, const char *text, size_t n, const char *hash,
              struct err *err);
/* What the fields of an opening may be: of these letters alone, so many of them; a hash; a text. */
bool xfer_made_of(const char *s, const char *letters, size_t least, size_t most);
bool xfer_is_hash(const char *s);
bool xfer_fits(const char *s);
/* ---- import.c ---- */
/* The case that was read and proven, into the store: all of it or nothing. */
int xfer_import(struct store *s, struct xfer *x, const char *name, struct store_import *out,
                struct err *err) MUST_CHECK;

#endif
