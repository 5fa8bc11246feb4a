/* Shared by the files of this folder. */
#ifndef BUNDLE_INT_H
#define BUNDLE_INT_H

#include <stdint.h>
#include <sys/types.h>

#include <casebook/bundle.h>

#define MANIFEST "manifest.json"

struct part {
	char *name;
	char *bytes;
	size_t n;
	char sha256[SHA256_HEX];
};
struct bundle {
	const struct report *report; /* borrowed */
	struct part *parts;
	size_t n, cap, bytes;
};
/* A file without a name, in $TMPDIR. */
int scratch_file(struct err *err) MUST_CHECK;
bool bundle_name_ok(const char *name);

/* ---- zip.c: casebook-zip as a process ---- */
/* argument may be NULL; the descriptors are the child's standard input and output. */
int zip_start(const char *verb, const char *argument, int in, int out, pid_t *pid,
              struct err *err) MUST_CHECK;
void zip_kill(pid_t pid);

#endif
