/* Where the case store lives, and making its folders and file readable for their owner only. */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/io.h>
#include <casebook/xalloc.h>

/* XDG Base Directory Specification: a relative path in the variable is to be ignored. */
static int default_folder(struct buf *out, struct err *err)
{
	const char *xdg = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (xdg != NULL && xdg[0] == '/')
		buf_fmt(out, "%s/casebook", xdg);
	else if (home != NULL && home[0] == '/')
		buf_fmt(out, "%s/.local/share/casebook", home);
	else
		return err_set(err, FAIL_IO, 0,
		               "neither XDG_DATA_HOME nor HOME names a folder for the case store; name a "
		               "file with --db");
	return 0;
}

static int make_folder(const char *path, struct err *err)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return err_set(err,
	               errno == EROFS || errno == EACCES ? FAIL_READONLY
	               : errno == ENOSPC                 ? FAIL_FULL
	                                                 : FAIL_IO,
	               errno, "%s: the folder for the case store cannot be made: %s; name a file with --db",
	               path, strerror(errno));
}

/* mkdir -p with 0700 for whatever is missing. */
static int make_folders(char *path, struct err *err)
{
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (access(path, F_OK) != 0 && make_folder(path, err) != 0) {
			*p = '/';
			return -1;
		}
		*p = '/';
	}
	return make_folder(path, err);
}

char *store_beside(const char *name, bool make, struct err *err)
{
	struct buf path;

	buf_init(&path, 4096);
	if (default_folder(&path, err) != 0 || (make && make_folders(path.p, err) != 0)) {
		buf_release(&path);
		return NULL;
	}
	buf_fmt(&path, "/%s", name);
	return buf_steal(&path);
}

char *store_default_path(bool make, struct err *err)
{
	return store_beside("cases.db", make, err);
}

static int file_fail(const char *path, struct err *err)
{
	int sys = errno;

	switch (sys) {
	case ENOENT:
		return err_set(err, FAIL_IO, sys,
		               "%s: the folder does not exist; make it, or name another file with --db",
		               path);
	case EACCES:
	case EPERM:
	case EROFS:
		return err_set(err, FAIL_READONLY, sys,
		               "%s: cannot be made here: %s; make the folder writable, or name another file "
		               "with --db",
		               path, strerror(sys));
	case ENOSPC:
	case EDQUOT:
		return err_set(err, FAIL_FULL, sys, "%s: the disk is full; free some space and try again",
		               path);
	default:
		return err_set(err, FAIL_IO, sys, "%s: cannot be created: %s; name another file with --db",
		               path, strerror(sys));
	}
}

/* SQLite takes an empty file for a new one and throws away the log beside it.  The log is looked at first:
 * who makes a store writes the first page of the file before there is a log, so a file found empty after its
 * log has lost its pages. */
static bool pages_lost(const char *path)
{
	struct stat st;

	return store_wal_size(path) != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
}

int store_make_file(const char *path, struct err *err)
{
	struct stat st;
	int fd;

	if (stat(path, &st) == 0) {
		if (st.st_size == 0 && pages_lost(path))
			return err_set(err, FAIL_DB, 0,
			               "%s: is empty, but changes wait in %s-wal; keep that file, put a copy "
			               "of the store back"
			               " beside it, or name another file with --db",
			               path, path);
		if (S_ISREG(st.st_mode))
			return 0;
		return err_set(err, FAIL_IO, 0, "%s: is not a file; name another file with --db", path);
	}
	if (errno != ENOENT)
		return file_fail(path, err);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : file_fail(path, err);
	close(fd);
	io_sync_folder(path);
	return 0;
}

int store_have_file(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR
		               ? err_set(err, FAIL_NOT_FOUND, errno,
		                         "%s: there is no case store yet; `casebook run` begins the first "
		                         "case",
		                         path)
		               : err_set(err, FAIL_IO, errno, "%s: cannot be read: %s", path,
		                         strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, FAIL_IO, 0, "%s: is not a file; name another file with --db", path);
	return 0;
}

long store_wal_size(const char *path)
{
	struct stat st;
	struct buf wal;
	long size;

	buf_init(&wal, 8192);
	buf_fmt(&wal, "%s-wal", path);
	size = stat(buf_cstr(&wal), &st) == 0 ? (long)st.st_size : 0;
	buf_release(&wal);
	return size;
}
