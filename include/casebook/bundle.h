/*
 * A bundle hands a case over: its report in every format, each piece of evidence, and a manifest with the
 * SHA-256 and size of each part, in one zip.  A separate process (casebook-zip) with libarchive reads and
 * writes the zip, so that a hostile zip costs no more than a child process.
 */
#ifndef CASEBOOK_BUNDLE_H
#define CASEBOOK_BUNDLE_H

#include <casebook/report.h>
#include <casebook/sha256.h>

#define BUNDLE_MAX_PARTS 10100       /* all records of a case, and the reports */
#define BUNDLE_MAX_BYTES (1u << 30)  /* unpacked; ours are never larger */
#define BUNDLE_MAX_PART BUF_MAX_TEXT /* one part: as large as a report */
#define BUNDLE_MAX_NAME 200

struct bundle;
/* The report's parts without the manifest, checked for leaks.  Caller frees. */
int bundle_new(const struct report *r, struct bundle **out, struct err *err) MUST_CHECK;
void bundle_free(struct bundle *b); /* accepts NULL */
/* One more part; bytes are copied.  Names are relative, a-z A-Z 0-9 . _ - and / only. */
int bundle_add(struct bundle *b, const char *name, const void *bytes, size_t n, struct err *err) MUST_CHECK;
/* Writes manifest and zip.  path "-" is standard output.  `seal` gets the SHA-256 of the manifest: proof
 * that nothing was changed, the manifest included; `sha256` that of the zip. */
int bundle_save(struct bundle *b, const char *path, char seal[SHA256_HEX], char sha256[SHA256_HEX],
                struct err *err) MUST_CHECK;

#define BUNDLE_CASE "case.jsonl" /* the case itself, as `casebook case export` writes it */

struct bundle_fault {
	const char *part; /* NULL: the bundle as a whole */
	const char *what; /* one sentence; lives for the call */
};
struct bundle_check {
	void (*fault)(void *arg, const struct bundle_fault *f); /* NULL: only count */
	void *arg;
	size_t parts, faults;
	char seal[SHA256_HEX]; /* of the manifest as found; "" when there is none */
	char id[CASE_ID];      /* the case named in the manifest; "" when it names none */
	const char *want;      /* a part to keep; NULL: none */
	struct buf *part;      /* its bytes; the caller's */
};
/* Returns 0 even when there are faults: see `c`. -1 when the file cannot be read or is not a bundle
 * (FAIL_FORMAT). */
int bundle_verify(const char *path, struct bundle_check *c, struct err *err) MUST_CHECK;

#endif
