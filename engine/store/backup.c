/* A copy of the whole database before a migration.  Never overwrites an older copy. */
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/io.h>

#define TRIES 100

/* An empty file that only its owner can read; SQLite fills it. NULL and err when none can be made. */
static char *reserve(struct store *s, int version, struct err *err)
{
	for (int i = 1; i <= TRIES; i++) {
		struct buf path;
		int fd;

		buf_init(&path, 4096);
		buf_fmt(&path, "%s.schema-%d", s->path, version);
		if (i > 1)
			buf_fmt(&path, ".%d", i);
		buf_str(&path, ".bak");
		fd = open(buf_cstr(&path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0) {
			close(fd);
			return buf_steal(&path);
		}
		buf_release(&path);
		if (errno != EEXIST)
			break;
	}
	err_set(err, errno == ENOSPC ? FAIL_FULL : FAIL_IO, errno,
	        "%s: the copy that must be made before its tables are changed cannot be made beside it: %s",
	        s->path, strerror(errno));
	return NULL;
}

static int copy_into(struct store *s, const char *path, struct err *err)
{
	struct store reader = {.path = s->path, .busy_ms = s->busy_ms};
	int rc = -1;

	/* Another connection: ours holds the write lock, and VACUUM cannot run in a transaction. */
	if (sqlite3_open_v2(s->path, &reader.db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	                    s->vfs) == SQLITE_OK) {
		AUTO_STMT q = stmt_use(&reader, STMT_BACKUP, err);

		if (q != NULL) {
			bind_text(q, 1, path);
			rc = stmt_run(&reader, q, "copying it before its tables are changed", err);
		}
	} else {
		db_fail(&reader, "copying it before its tables are changed", err);
	}
	sqlite3_finalize(reader.stmts[STMT_BACKUP]);
	sqlite3_close(reader.db);
	return rc;
}

static int sync_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int rc = fd >= 0 ? fsync(fd) : -1;

	if (rc != 0)
		err_set(err, FAIL_IO, errno, "%s: the copy cannot be synced to the disk: %s", path,
		        strerror(errno));
	if (fd >= 0)
		close(fd);
	if (rc == 0)
		io_sync_folder(path);
	return rc;
}

int backup_make(struct store *s, int version, struct err *err)
{
	char *path = reserve(s, version, err);
	int rc;

	if (path == NULL)
		return -1;
	rc = copy_into(s, path, err);
	if (rc == 0)
		rc = sync_file(path, err);
	if (rc != 0)
		(void)unlink(path);
	free(path);
	return rc;
}
