/*
 * The common frame of all log probes: one file, a folder or an archive; files of another kind are named, not
 * read; facts first, checksum after.
 */
#ifndef CASEBOOK_FILE_RUN_H
#define CASEBOOK_FILE_RUN_H

#include "file_kind.h"

struct file_run {
	struct evidence_out *out;
	const char *wanted, *sign; /* "an IIS log", "an IIS log has a line that begins with #Fields" */
	unsigned (*recognise)(const struct sample *s);
	/* Reads one file.  -1: damaged from the place in err on; earlier content stands. */
	int (*read)(void *arg, struct file_src *src, struct err *err);
	/* The file just read has this checksum; NULL when the probe does not list files.  For a single
	 * file it comes after send and may send the list again. */
	void (*hashed)(void *arg, const char *hex);
	/* Everything is read: send all facts and pins. */
	void (*send)(void *arg);
	void *arg;
	bool hash;
	struct value others; /* out, before send: files of another kind: path, why */
	/* private */
	struct value_builder list;
	unsigned taken;
};

/* Fills others, calls read for each recognised file, then send. */
enum evidence_outcome file_run(struct file_run *r, const char *path);

/* "hash=no" in the call. */
bool file_wants_hash(const struct probe_call *call);
#define FILE_PARAM_HASH                                                                                     \
	{                                                                                                   \
		"hash", false, "no: leave out the SHA-256 of the file, which takes longer than reading it." \
	}
#define FILE_FACT_OTHERS                                                                             \
	{                                                                                            \
		"other_files", FACT_LIST, NULL,                                                      \
		        "Files of the folder or archive that are something else: path, why.", SILENT \
	}

#endif
