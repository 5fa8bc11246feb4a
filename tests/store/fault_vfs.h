/*
 * A disk that fails on demand: a VFS between SQLite and the real one.  It counts,
 * lets the n-th operation fail, has a quota, and remembers what would be on the
 * disk if the power went now: what was synced, and any part of what was not.
 */
#ifndef CASEBOOK_FAULT_VFS_H
#define CASEBOOK_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

#define FAULT_VFS "casebook-fault"

enum fault_kind {
	FAULT_NONE,
	FAULT_IO,   /* the operation fails, nothing of it is done */
	FAULT_TORN, /* a write is half done, then fails */
	FAULT_FULL, /* ENOSPC */
};
struct fault_disk {
	/* what to do */
	enum fault_kind kind;
	long at;       /* the operation that fails, counted from 1; 0: none */
	bool sticky;   /* and every one after it */
	int64_t quota; /* bytes that all files together may have; 0: no end */
	/* what was done */
	long operations; /* writes, syncs, truncations, creations, deletions */
	long syncs;
	long failures;
};
extern struct fault_disk fault_disk;

void fault_vfs_register(void);
/* Forget plan, counters and images. */
void fault_disk_reset(void);
/* Remember from now on what each file would be after the power went. */
void fault_remember(bool on);
/* The files that are in a folder now are on the disk as they are. */
void fault_remember_folder(const char *folder);
/* Write the files of `from` as they might be found after the power went, into the folder `to`.
 * `seed` decides what became of every sector that was written but not synced. */
void fault_power_cut(const char *from, const char *to, uint64_t seed);

#endif
