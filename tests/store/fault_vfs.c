/* The failing disk.  Single-threaded; locks and shared memory go straight to the real VFS. */
#include "fault_vfs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#include <sqlite3.h>

#define SECTOR 512
#define MAX_FILES 16

struct fault_disk fault_disk;

/* ---- what would be found after the power went ---- */

struct write_op {
	sqlite3_int64 at, n; /* n == -1: truncation to `at` */
	unsigned char *bytes;
};
struct image {
	char *path;
	unsigned char *durable; /* as at the last sync */
	size_t size;
	struct write_op *ops; /* since then */
	size_t nops;
	bool named;   /* its folder entry has reached the disk */
	bool deleted; /* unlinked, and that may not have reached the disk */
	bool gone;    /* unlinked, and it has */
};
static struct image images[MAX_FILES];
static size_t nimages;
static bool remembering;

static void drop_ops(struct image *im)
{
	for (size_t i = 0; i < im->nops; i++)
		free(im->ops[i].bytes);
	free(im->ops);
	im->ops = NULL;
	im->nops = 0;
}

static void drop_images(void)
{
	for (size_t i = 0; i < nimages; i++) {
		drop_ops(&images[i]);
		free(images[i].path);
		free(images[i].durable);
	}
	memset(images, 0, sizeof(images));
	nimages = 0;
}

static struct image *image_of(const char *path)
{
	for (size_t i = 0; i < nimages; i++)
		if (strcmp(images[i].path, path) == 0)
			return &images[i];
	if (nimages == MAX_FILES)
		BUG("too many files");
	images[nimages].path = xstrdup(path);
	return &images[nimages++];
}

static void forget(struct image *im)
{
	drop_ops(im);
	im->size = 0;
	im->named = false;
}

/* A folder that is synced holds no unlinked name any more. */
static void sync_names(void)
{
	for (size_t i = 0; i < nimages; i++) {
		if (!images[i].deleted)
			continue;
		forget(&images[i]);
		images[i].gone = true;
	}
}

static void remember_op(const char *path, const void *bytes, sqlite3_int64 n, sqlite3_int64 at)
{
	struct image *im;
	struct write_op *op;

	if (!remembering || path == NULL)
		return;
	im = image_of(path);
	im->ops = xrealloc(im->ops, (im->nops + 1) * sizeof(*im->ops));
	op = &im->ops[im->nops++];
	op->at = at;
	op->n = n;
	op->bytes = n > 0 ? xmalloc((size_t)n) : NULL;
	if (n > 0)
		memcpy(op->bytes, bytes, (size_t)n);
}

static void grow(struct image *im, size_t size)
{
	if (size <= im->size)
		return;
	im->durable = xrealloc(im->durable, size);
	memset(im->durable + im->size, 0, size - im->size);
	im->size = size;
}

static void apply(struct image *im, const struct write_op *op, size_t from, size_t n)
{
	grow(im, (size_t)op->at + from + n);
	memcpy(im->durable + op->at + from, op->bytes + from, n);
}

static void apply_all(struct image *im)
{
	for (size_t i = 0; i < im->nops; i++) {
		if (im->ops[i].n >= 0)
			apply(im, &im->ops[i], 0, (size_t)im->ops[i].n);
		else if ((size_t)im->ops[i].at < im->size)
			im->size = (size_t)im->ops[i].at;
		else
			grow(im, (size_t)im->ops[i].at);
	}
	drop_ops(im);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Some sectors of what was not synced have arrived, in any order; the rest has not. */
static void apply_some(struct image *im, uint64_t *seed)
{
	unsigned share = (unsigned)(next_random(seed) % 5); /* of 4: none, some, all */

	for (size_t i = 0; i < im->nops; i++) {
		const struct write_op *op = &im->ops[i];

		if (op->n < 0) {
			if (next_random(seed) % 2 == 0 && (size_t)op->at < im->size)
				im->size = (size_t)op->at;
			continue;
		}
		for (size_t at = 0; at < (size_t)op->n;) {
			size_t n = SECTOR - ((size_t)op->at + at) % SECTOR;

			if (n > (size_t)op->n - at)
				n = (size_t)op->n - at;
			if (next_random(seed) % 4 < share)
				apply(im, op, at, n);
			at += n;
		}
	}
}

static void write_image(const struct image *im, const char *to)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", to, strrchr(im->path, '/'));
	f = fopen(path, "wb");
	if (f == NULL ||
	    fwrite(im->durable != NULL ? im->durable : (unsigned char *)"", 1, im->size, f) != im->size)
		BUG("cannot write the image");
	fclose(f);
}

/* The wal-index is rebuilt by whoever comes first; what is left of it on the disk is anything. */
static void write_junk_shm(const struct image *db, const char *to, uint64_t *seed)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s-shm", to, strrchr(db->path, '/'));
	f = fopen(path, "wb");
	for (int i = 0; f != NULL && i < 32768 / 8; i++) {
		uint64_t junk = next_random(seed);

		fwrite(&junk, 1, sizeof(junk), f);
	}
	if (f != NULL)
		fclose(f);
}

void fault_power_cut(const char *from, const char *to, uint64_t seed)
{
	seed = seed * 0x9E3779B97F4A7C15u + 1;
	for (size_t i = 0; i < nimages; i++) {
		struct image *im = &images[i];

		if (im->gone || strncmp(im->path, from, strlen(from)) != 0)
			continue;
		/* Gone, or back from the dead; never named, or named all the same. */
		if ((im->deleted || !im->named) && next_random(&seed) % 2 == 0)
			continue;
		apply_some(im, &seed);
		write_image(im, to);
		if (strcmp(im->path + strlen(im->path) - 3, ".db") == 0 && next_random(&seed) % 2 == 0)
			write_junk_shm(im, to, &seed);
	}
}

void fault_remember_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char path[4096];
		struct image *im;
		long size;
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (e->d_name[0] == '.' || strstr(e->d_name, "-shm") != NULL ||
		    (f = fopen(path, "rb")) == NULL)
			continue;
		fseek(f, 0, SEEK_END);
		size = ftell(f);
		rewind(f);
		im = image_of(path);
		im->named = true;
		grow(im, (size_t)size);
		if (size > 0 && fread(im->durable, 1, im->size, f) != im->size)
			BUG("cannot read a file back");
		fclose(f);
	}
	if (dir != NULL)
		closedir(dir);
}

void fault_remember(bool on)
{
	remembering = on;
}

void fault_disk_reset(void)
{
	memset(&fault_disk, 0, sizeof(fault_disk));
	drop_images();
	remembering = false;
}

/* ---- the VFS ---- */

struct fault_file {
	sqlite3_file base;
	char *path;
	bool temporary;
	sqlite3_file *real; /* in the memory behind this struct */
};
static sqlite3_vfs *real_vfs;

static sqlite3_file *real(sqlite3_file *f)
{
	return ((struct fault_file *)f)->real;
}

/* Whether the operation that begins now is to fail. */
static bool fails(void)
{
	fault_disk.operations++;
	if (fault_disk.kind == FAULT_NONE || fault_disk.at == 0)
		return false;
	if (fault_disk.operations != fault_disk.at &&
	    !(fault_disk.sticky && fault_disk.operations > fault_disk.at))
		return false;
	fault_disk.failures++;
	return true;
}

static bool over_quota(sqlite3_file *f, sqlite3_int64 end)
{
	sqlite3_int64 size = 0;

	if (fault_disk.quota == 0 || ((struct fault_file *)f)->temporary)
		return false;
	real(f)->pMethods->xFileSize(real(f), &size);
	if (end <= size || end <= fault_disk.quota)
		return false;
	fault_disk.failures++;
	return true;
}

static int fault_close(sqlite3_file *f)
{
	struct fault_file *ff = (struct fault_file *)f;
	int rc = ff->real->pMethods != NULL ? ff->real->pMethods->xClose(ff->real) : SQLITE_OK;

	free(ff->path);
	ff->path = NULL;
	return rc;
}

static int fault_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return real(f)->pMethods->xRead(real(f), to, n, at);
}

static int fault_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	if (over_quota(f, at + n))
		return SQLITE_FULL;
	if (fails()) {
		if (fault_disk.kind == FAULT_TORN && n > 1) {
			if (fault_disk.failures == 1) /* the power goes in the middle of this one, and once */
				remember_op(((struct fault_file *)f)->path, from, n / 2, at);
			(void)real(f)->pMethods->xWrite(real(f), from, n / 2, at);
		}
		return fault_disk.kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	}
	remember_op(((struct fault_file *)f)->path, from, n, at);
	return real(f)->pMethods->xWrite(real(f), from, n, at);
}

static int fault_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (fails())
		return SQLITE_IOERR_TRUNCATE;
	remember_op(((struct fault_file *)f)->path, NULL, -1, size);
	return real(f)->pMethods->xTruncate(real(f), size);
}

/* The real disk is not asked to sync: the images say what it would have, and tests stay quick. */
static int fault_sync(sqlite3_file *f, int flags)
{
	struct fault_file *ff = (struct fault_file *)f;

	(void)flags;
	if (fails())
		return SQLITE_IOERR_FSYNC;
	fault_disk.syncs++;
	if (remembering && ff->path != NULL) {
		struct image *im = image_of(ff->path);

		apply_all(im);
		/* SQLite's unix VFS syncs the folder with the first sync of a new file. */
		if (!im->named)
			sync_names();
		im->named = true;
	}
	return SQLITE_OK;
}

static int fault_size(sqlite3_file *f, sqlite3_int64 *out)
{
	return real(f)->pMethods->xFileSize(real(f), out);
}

static int fault_lock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xLock(real(f), level);
}

static int fault_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int fault_check_lock(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int fault_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int fault_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int fault_traits(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int fault_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}

static int fault_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void fault_shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int fault_shm_unmap(sqlite3_file *f, int delete)
{
	return real(f)->pMethods->xShmUnmap(real(f), delete);
}

static const sqlite3_io_methods methods = {
        .iVersion = 2,
        .xClose = fault_close,
        .xRead = fault_read,
        .xWrite = fault_write,
        .xTruncate = fault_truncate,
        .xSync = fault_sync,
        .xFileSize = fault_size,
        .xLock = fault_lock,
        .xUnlock = fault_unlock,
        .xCheckReservedLock = fault_check_lock,
        .xFileControl = fault_control,
        .xSectorSize = fault_sector,
        .xDeviceCharacteristics = fault_traits,
        .xShmMap = fault_shm_map,
        .xShmLock = fault_shm_lock,
        .xShmBarrier = fault_shm_barrier,
        .xShmUnmap = fault_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct fault_file *ff = (struct fault_file *)f;
	int exists = 1, rc;

	(void)vfs;
	memset(ff, 0, sizeof(*ff));
	ff->real = (sqlite3_file *)(ff + 1);
	if (name != NULL)
		real_vfs->xAccess(real_vfs, name, SQLITE_ACCESS_EXISTS, &exists);
	if (exists == 0 && fails())
		return SQLITE_CANTOPEN;
	rc = real_vfs->xOpen(real_vfs, name, ff->real, flags, out);
	if (rc != SQLITE_OK)
		return rc;
	ff->temporary = name == NULL;
	ff->path = name != NULL ? xstrdup(name) : NULL;
	if (remembering && name != NULL) {
		struct image *im = image_of(name);

		if (im->deleted) /* another file with an old name */
			forget(im);
		im->deleted = im->gone = false;
		if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
			im->named = true; /* the store makes and syncs this name itself */
	}
	f->pMethods = &methods;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	if (fails())
		return SQLITE_IOERR_DELETE;
	if (remembering) {
		struct image *im = image_of(name);

		im->deleted = true;
		if (sync != 0)
			sync_names();
	}
	return real_vfs->xDelete(real_vfs, name, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs;
	return real_vfs->xAccess(real_vfs, name, flags, out);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	(void)vfs;
	return real_vfs->xFullPathname(real_vfs, name, n, out);
}

static int vfs_last_error(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs;
	return real_vfs->xGetLastError(real_vfs, n, out);
}

void fault_vfs_register(void)
{
	static sqlite3_vfs vfs;

	if (vfs.zName != NULL)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.pNext = NULL;
	vfs.zName = FAULT_VFS;
	vfs.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	vfs.xAccess = vfs_access;
	vfs.xFullPathname = vfs_full_path;
	vfs.xGetLastError = vfs_last_error;
	if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
		BUG("the VFS cannot be registered");
}
