/*
 * The tables, as a list of migrations that only ever grows: user_version is the
 * number of them that a database has seen.  Refuses what is not ours or newer.
 */
#include "store_int.h"

#include <stdio.h>
#include <time.h>

/* What has stayed as it was first made. */
#define CASES_BEGIN                                                                               \
	"CREATE TABLE cases ("                                                                    \
	" number INTEGER PRIMARY KEY AUTOINCREMENT," /* never given twice, even after a delete */ \
	" id TEXT NOT NULL UNIQUE,"                                                               \
	" flow TEXT NOT NULL,"                                                                    \
	" flow_hash TEXT NOT NULL,"                                                               \
	" opened_ms INTEGER NOT NULL,"                                                            \
	" host TEXT NOT NULL,"                                                                    \
	" tool TEXT NOT NULL,"
#define RECORDS_BEGIN                                                           \
	"CREATE TABLE records ("                                                \
	" number INTEGER NOT NULL REFERENCES cases (number) ON DELETE CASCADE," \
	" pos INTEGER NOT NULL CHECK (pos >= 1),"                               \
	" hash TEXT NOT NULL,"                                                  \
	" json TEXT NOT NULL,"
#define BODIES                        \
	"CREATE TABLE bodies ("       \
	" id INTEGER PRIMARY KEY,"    \
	" hash TEXT NOT NULL UNIQUE," \
	" json TEXT NOT NULL) STRICT;"
#define RECORDS_BODY "CREATE INDEX records_body ON records (body) WHERE body IS NOT NULL;"
#define SEARCH "CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');"

static const char *const migrations[] = {
        /* 1: cases and their logs */
        CASES_BEGIN " title TEXT NOT NULL," /* what the list shows; not part of the log */
                    " at TEXT NOT NULL,"
                    " state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),"
                    " changed_ms INTEGER NOT NULL,"
                    " records INTEGER NOT NULL," /* how many there must be, */
                    " head TEXT NOT NULL"        /* and the hash of the last one */
                    ") STRICT;" RECORDS_BEGIN " PRIMARY KEY (number, pos)"
                    ") STRICT, WITHOUT ROWID;",
        /* 2: facts and pins of large measurements, kept once however often they were seen; and the
         * index of words, whose rowid is number * 2^14 + position, 0 for the title */
        BODIES "ALTER TABLE records ADD COLUMN body INTEGER REFERENCES bodies (id);" RECORDS_BODY
               "ALTER TABLE cases ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;"
               "ALTER TABLE cases ADD COLUMN title_indexed INTEGER NOT NULL DEFAULT 0;" SEARCH,
        /* 3: where a log ends, in a row behind its last record.  There it shares their page, and an
         * answer writes one page instead of two. */
        "ALTER TABLE records ADD COLUMN total INTEGER;"
        "ALTER TABLE records ADD COLUMN changed_ms INTEGER;"
        "INSERT INTO records (number, pos, hash, json, total, changed_ms)"
        " SELECT number, 2147483647, head, '', records, changed_ms FROM cases;"
        "ALTER TABLE cases DROP COLUMN records;"
        "ALTER TABLE cases DROP COLUMN head;"
        "ALTER TABLE cases DROP COLUMN changed_ms;",
        /* 4: title, place and state as the log's newest mark has them, in the same row: written with
         * the record that says so, and proved by it */
        "ALTER TABLE records ADD COLUMN title TEXT;"
        "ALTER TABLE records ADD COLUMN at TEXT;"
        "ALTER TABLE records ADD COLUMN state INTEGER CHECK (state BETWEEN 0 AND 2);"
        "UPDATE records SET (title, at, state) ="
        " (SELECT c.title, c.at, c.state FROM cases c WHERE c.number = records.number)"
        " WHERE pos = 2147483647;"
        "ALTER TABLE cases DROP COLUMN title;"
        "ALTER TABLE cases DROP COLUMN at;"
        "ALTER TABLE cases DROP COLUMN state;",
};
#define LATEST ((int)(sizeof(migrations) / sizeof(migrations[0])))

/* What all of them together make, for a database that is new: most of a first start went into making tables
 * and rewriting them at once.  A test compares both. */
static const char fresh[] =
        CASES_BEGIN " indexed INTEGER NOT NULL DEFAULT 0,"
                    " title_indexed INTEGER NOT NULL DEFAULT 0) STRICT;" RECORDS_BEGIN
                    " body INTEGER REFERENCES bodies (id),"
                    " total INTEGER,"
                    " changed_ms INTEGER,"
                    " title TEXT,"
                    " at TEXT,"
                    " state INTEGER CHECK (state BETWEEN 0 AND 2),"
                    " PRIMARY KEY (number, pos)) STRICT, WITHOUT ROWID;" BODIES RECORDS_BODY SEARCH;

static int number_of(struct store *s, enum stmt id, int *out, struct err *err)
{
	AUTO_STMT q = stmt_use(s, id, err);

	if (q == NULL || stmt_row(s, q, "reading its version", err) < 0)
		return -1;
	*out = sqlite3_column_int(q, 0);
	return 0;
}

struct found {
	int application, version, tables;
};

static int look(struct store *s, struct found *f, struct err *err)
{
	if (number_of(s, STMT_GET_APPLICATION_ID, &f->application, err) != 0 ||
	    number_of(s, STMT_GET_USER_VERSION, &f->version, err) != 0)
		return -1;
	return number_of(s, STMT_COUNT_TABLES, &f->tables, err);
}

static bool is_fresh(const struct found *f)
{
	return f->application == 0 && f->version == 0 && f->tables == 0;
}

static int judge(const struct store *s, const struct found *f, struct err *err)
{
	if (is_fresh(f))
		return 0;
	if (f->application != STORE_APPLICATION_ID || f->version < 1)
		return err_set(err, FAIL_DB, 0,
		               "%s: is a database of another program (application id 0x%08x); name another "
		               "file with --db",
		               s->path, (unsigned)f->application);
	if (f->version > LATEST)
		return err_set(err, FAIL_DB, 0,
		               "%s: was written by a newer casebook (schema %d; this one knows %d); use that "
		               "casebook, or"
		               " name another file with --db",
		               s->path, f->version, LATEST);
	return 0;
}

static int exec(struct store *s, const char *sql, const char *doing, struct err *err)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail(s, doing, err);
}

static int set_version(struct store *s, struct err *err)
{
	char set[64];

	snprintf(set, sizeof(set), "PRAGMA user_version = %d", LATEST);
	return exec(s, set, "making its tables", err);
}

int schema_touch(struct store *s)
{
	struct found f;

	/* Only while it is ours: a newer casebook may have migrated it meanwhile. */
	if (tx_begin_write(s, NULL) != 0)
		return -1;
	if (look(s, &f, NULL) != 0 || f.version != LATEST || set_version(s, NULL) != 0) {
		tx_rollback(s);
		return -1;
	}
	return tx_commit(s, NULL);
}

/* Inside the write transaction: another process may have done it meanwhile. */
static int migrate_in(struct store *s, struct err *err)
{
	char set[64];
	struct found f;

	if (look(s, &f, err) != 0 || judge(s, &f, err) != 0)
		return -1;
	if (f.version != 0 && f.version < LATEST && backup_make(s, f.version, err) != 0)
		return -1;
	if (is_fresh(&f) && exec(s, fresh, "making its tables", err) != 0)
		return -1;
	for (int v = is_fresh(&f) ? LATEST : f.version; v < LATEST; v++)
		if (exec(s, migrations[v], "making its tables", err) != 0)
			return -1;
	snprintf(set, sizeof(set), "PRAGMA application_id = %d", STORE_APPLICATION_ID);
	if (exec(s, set, "making its tables", err) != 0)
		return -1;
	return set_version(s, err);
}

static int migrate(struct store *s, struct err *err)
{
	if (tx_begin_write(s, err) != 0)
		return -1;
	return tx_end(s, migrate_in(s, err), err);
}

/* Changing to WAL needs the file alone for a moment, and SQLite does not wait for it. */
static int use_wal(struct store *s, struct err *err)
{
	const struct timespec pause = {0, 20 * 1000 * 1000};

	for (int waited = 0;; waited += 20) {
		int rc = sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

		if (rc == SQLITE_OK)
			return 0;
		if ((rc & 0xff) != SQLITE_BUSY || waited >= s->busy_ms)
			return db_fail(s, "preparing", err);
		nanosleep(&pause, NULL);
	}
}

/* All of it at one moment: another process may be making the database. */
static int look_at_once(struct store *s, struct found *f, struct err *err)
{
	int rc;

	if (tx_begin_read(s, err) != 0)
		return -1;
	rc = look(s, f, err);
	if (rc == 0) /* else the connection goes, and its error is still to be looked at */
		tx_rollback(s);
	return rc;
}

int schema_ready(struct store *s, struct err *err)
{
	struct found f;

	if (look_at_once(s, &f, err) != 0 || judge(s, &f, err) != 0)
		return -1;
	if (s->read_only) {
		if (f.version == LATEST)
			return 0;
		if (is_fresh(&f))
			return err_set(err, FAIL_NOT_FOUND, 0,
			               "%s: there is no case store yet; `casebook run` begins the first case",
			               s->path);
		return err_set(err, FAIL_READONLY, 0,
		               "%s: was written by an older casebook (schema %d) and must be opened once for "
		               "writing",
		               s->path, f.version);
	}
	if (use_wal(s, err) != 0)
		return -1;
	if (exec(s, stmt_sql(STMT_SYNC_FULL), "preparing", err) != 0)
		return -1;
	return f.version == LATEST ? 0 : migrate(s, err);
}
