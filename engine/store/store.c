/*
 * The case store's front: open, close, append, load.  One transaction per
 * append; what returned 0 has reached the disk.
 */
#include "store_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

static void drop_connection(struct store *s)
{
	for (int i = 0; i < STMT__MAX; i++) {
		sqlite3_finalize(s->stmts[i]);
		s->stmts[i] = NULL;
	}
	sqlite3_close(s->db);
	s->db = NULL;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	drop_connection(s);
	free(s->path);
	free(s);
}

/* SQLite gives ":memory:" and "file:" a meaning; a path with a folder in front is always a path. */
static char *plain_path(const char *path)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_fmt(&b, "%s%s", path[0] == '/' ? "" : "./", path);
	return buf_steal(&b);
}

void store_idle(struct store *s)
{
	if (s->read_only)
		return;
	search_idle(s);
	wal_keep(s);
}

static int open_as(struct store *s, const char *name, int flags, struct err *err)
{
	flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(name, &s->db, flags, s->vfs) != SQLITE_OK)
		return db_fail(s, "opening", err);
	sqlite3_busy_timeout(s->db, s->busy_ms);
	/* A database from elsewhere must not run anything of its own. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (!s->read_only && sqlite3_db_readonly(s->db, "main") == 1)
		return err_set(
		        err, FAIL_READONLY, 0,
		        "%s: cannot be written; make the file writable, or name another file with --db",
		        s->path);
	/* Who only reads goes through a case once, from its beginning to its end. */
	if (s->read_only)
		(void)!sqlite3_exec(s->db, "PRAGMA cache_size = -128", NULL, NULL, NULL);
	if (schema_ready(s, err) != 0)
		return -1;
	wal_watch(s);
	return 0;
}

/* SQLite wants to make files beside the database even to read it.  Where it may not, and where no
 * changes wait in a write-ahead log, the file can be read as it is (sqlite.org/uri.html, immutable). */
static int open_immutable(struct store *s, struct err *err)
{
	long waiting = store_wal_size(s->path);
	struct buf uri;
	int rc;

	if (waiting != 0)
		return err_set(err, FAIL_READONLY, 0,
		               "%s: its last changes are in %s-wal and can be read only where the folder can "
		               "be written; copy"
		               " both files to a folder of your own and name the copy with --db",
		               s->path, s->path);
	drop_connection(s);
	buf_init(&uri, 3 * 4096 + 64);
	buf_str(&uri, "file:");
	for (const char *p = s->path; *p != '\0'; p++) {
		if (isalnum((unsigned char)*p) || strchr("/._-", *p) != NULL)
			buf_char(&uri, *p);
		else
			buf_fmt(&uri, "%%%02X", (unsigned char)*p);
	}
	buf_str(&uri, "?immutable=1");
	rc = open_as(s, buf_cstr(&uri), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
	buf_release(&uri);
	return rc;
}

/* Files beside the database that could not be made: the folder forbids it, or the disk is full and nothing
 * waits. */
static bool lacks_files_beside(struct store *s)
{
	int code = sqlite3_extended_errcode(s->db);

	switch (code) {
	case SQLITE_FULL:
	case SQLITE_IOERR_SHMOPEN:
	case SQLITE_IOERR_SHMSIZE:
	case SQLITE_IOERR_SHMMAP:
		return store_wal_size(s->path) == 0;
	default:
		return (code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY;
	}
}

static int open_file(struct store *s, struct err *err)
{
	int rc = open_as(s, s->path, s->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, err);

	if (rc != 0 && s->read_only && lacks_files_beside(s))
		return open_immutable(s, err);
	return rc;
}

int store_open_with(const struct store_options *opt, struct store **out, struct err *err)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int rc = -1;

	*out = NULL;
	s->read_only = opt->read_only;
	s->vfs = opt->vfs;
	s->busy_ms = opt->busy_ms != 0 ? opt->busy_ms : STORE_BUSY_MS;
	s->path = opt->path != NULL ? plain_path(opt->path) : store_default_path(!opt->read_only, err);
	if (s->path != NULL)
		rc = opt->read_only ? store_have_file(s->path, err) : store_make_file(s->path, err);
	if (rc == 0)
		rc = open_file(s, err);
	if (rc != 0) {
		store_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

int store_open(const char *path, bool read_only, struct store **out, struct err *err)
{
	const struct store_options opt = {.path = path, .read_only = read_only};

	return store_open_with(&opt, out, err);
}

int store_open_watched(const char *path, struct store **out, struct err *err)
{
	const struct store_options opt = {.path = path, .busy_ms = STORE_MOMENT_MS};

	return store_open_with(&opt, out, err);
}

int store_open_to_read(const char *path, struct store **out, struct err *err)
{
	struct err why;

	if (store_open(path, true, out, err) == 0)
		return 0;
	if (err != NULL && err->code != FAIL_READONLY)
		return -1;
	/* The first reason is the one to know. */
	if (store_open(path, false, out, &why) != 0)
		return -1;
	store_close(*out);
	return store_open(path, true, out, err);
}

static int load_in(struct store *s, const char *ref, struct casefile *out, struct err *err)
{
	uint32_t records;
	int64_t number;
	bool has_end;

	{
		AUTO_STMT q = case_find(s, ref, err);

		if (q == NULL)
			return -1;
		case_fill(q, out);
		number = sqlite3_column_int64(q, COL_NUMBER);
		has_end = sqlite3_column_type(q, COL_RECORDS) != SQLITE_NULL;
		records = column_count(q, COL_RECORDS);
	}
	if (records_load(s, number, out, err) != 0)
		return err_wrap(err, "%s: case #%u", s->path, out->number);
	if (!has_end)
		return err_set(err, FAIL_DB, 0,
		               "%s: the end of case #%u is missing; `casebook case verify` says what is "
		               "wrong with it",
		               s->path, out->number);
	if (out->nlog != records)
		return err_set(
		        err, FAIL_DB, 0,
		        "%s: case #%u has %zu records of %u; `casebook case verify` says what is missing",
		        s->path, out->number, out->nlog, records);
	return 0;
}

int store_load(struct store *s, const char *ref, struct casefile *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if (tx_begin_read(s, err) != 0)
		return -1;
	rc = load_in(s, ref, out, err);
	tx_rollback(s);
	if (rc != 0)
		casefile_release(out);
	return rc;
}
