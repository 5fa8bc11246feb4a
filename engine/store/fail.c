/*
 * What SQLite says, in our words: what failed, where, and what to do.  Knows
 * result codes and errno; never touches data.
 */
#include "store_int.h"

#include <errno.h>
#include <string.h>

static bool disk_full(int rc, int sys)
{
	return (rc & 0xff) == SQLITE_FULL ||
	       ((rc & 0xff) == SQLITE_IOERR && (sys == ENOSPC || sys == EDQUOT));
}

static int io_fail(struct store *s, int rc, int sys, const char *doing, struct err *err)
{
	if (disk_full(rc, sys))
		return err_set(err, FAIL_FULL, sys,
		               "%s: the disk is full (%s); what was saved before is kept. Free some space "
		               "and try again",
		               s->path, doing);
	if ((rc & 0xff) == SQLITE_CANTOPEN)
		return err_set(err, FAIL_IO, sys,
		               "%s: cannot be opened (%s: %s); check that the folder exists and belongs to "
		               "you, or name"
		               " another file with --db",
		               s->path, doing, sys != 0 ? strerror(sys) : "no reason given");
	return err_set(err, FAIL_IO, sys, "%s: the disk failed (%s: %s); check the disk and try again",
	               s->path, doing, sys != 0 ? strerror(sys) : sqlite3_errstr(rc));
}

int db_fail(struct store *s, const char *doing, struct err *err)
{
	int rc = sqlite3_extended_errcode(s->db);
	int sys = sqlite3_system_errno(s->db);

	switch (rc & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return io_fail(s, rc, sys, doing, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		if (s->busy_ms < 1000)
			return err_set(err, FAIL_LOCKED, rc, "%s: another program holds it (%s)", s->path,
			               doing);
		return err_set(err, FAIL_LOCKED, rc,
		               "%s: another program has held it for more than %d s (%s); close that program "
		               "and try again",
		               s->path, s->busy_ms / 1000, doing);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, FAIL_READONLY, rc,
		               "%s: cannot be written (%s); make the file and its folder writable, or name "
		               "another file"
		               " with --db",
		               s->path, doing);
	case SQLITE_NOTADB:
		return err_set(err, FAIL_DB, rc, "%s: is not a case store; name another file with --db",
		               s->path);
	case SQLITE_CORRUPT:
		return err_set(
		        err, FAIL_DB, rc,
		        "%s: is damaged (%s: %s); `casebook case export CASE` saves what can still be read",
		        s->path, doing, sqlite3_errmsg(s->db));
	case SQLITE_NOMEM:
		return err_set(err, FAIL_MEMORY, rc, "%s: out of memory (%s)", s->path, doing);
	default:
		return err_set(err, FAIL_DB, rc, "%s: the case store failed (%s: %s)", s->path, doing,
		               sqlite3_errmsg(s->db));
	}
}
