/*
 * Shared by the files of the store. For engine/store and its tests only.
 */
#ifndef CASEBOOK_STORE_INT_H
#define CASEBOOK_STORE_INT_H

#include <casebook/sha256.h>
#include <casebook/store.h>

#include <sqlite3.h>

#include "stmt.h"

#define STORE_APPLICATION_ID 0x43626b31 /* "Cbk1" in the header of the file */
#define STORE_MOMENT_MS 150             /* the same while somebody watches */
#define STORE_BUSY_MS 5000              /* how long another process may hold the write lock */
#define STORE_MAX_RECORD (4u << 20)     /* one record as JSON: the largest evidence is well under 1 MiB */
/* Pages in the write-ahead log before a checkpoint: when idle, and at the latest. */
#define STORE_WAL_SOFT 60
#define STORE_WAL_HARD 16000

struct store {
	sqlite3 *db;
	char *path;
	const char *vfs; /* NULL: the system's */
	bool read_only;
	int busy_ms;
	int wal_pages;                  /* after the last commit */
	bool wal_sized;                 /* the log has been given its size */
	int64_t index_from;             /* no case before this one is known to have unindexed text */
	sqlite3_stmt *stmts[STMT__MAX]; /* prepared on first use */
};

/* For tests: another VFS, less patience. */
struct store_options {
	const char *path;
	bool read_only;
	int busy_ms;     /* 0: STORE_BUSY_MS */
	const char *vfs; /* NULL: the system's */
};
int store_open_with(const struct store_options *opt, struct store **out, struct err *err) MUST_CHECK;

/* ---- path.c ---- */
/* Makes the file with mode 0600 when it is missing; says what is in the way otherwise. */
int store_make_file(const char *path, struct err *err) MUST_CHECK;
/* Bytes in the write-ahead log beside the file; 0 when there is none. */
long store_wal_size(const char *path);
/* For reading: FAIL_NOT_FOUND when there is none yet. */
int store_have_file(const char *path, struct err *err) MUST_CHECK;

/* ---- schema.c ---- */
/* Creates, accepts, migrates or refuses the opened database. */
int schema_ready(struct store *s, struct err *err) MUST_CHECK;
/* A commit that changes nothing. */
int schema_touch(struct store *s);

/* ---- wal.c ---- */
/* Count the log's pages from now on. */
void wal_watch(struct store *s);
/* When idle: gives the log its size, and checkpoints it when it has many pages. Costs a few syncs; nothing
 * depends on its success. */
void wal_keep(struct store *s);
/* After every commit: keeps the log from growing without end. */
void wal_bound(struct store *s);

/* ---- fail.c ---- */
/* An error from SQLite's last message; `doing`: "reading the case", "saving". Returns -1. */
int db_fail(struct store *s, const char *doing, struct err *err);

/* ---- exec.c ---- */
/* A statement ready for binding; NULL and err on failure. Give back with stmt_release. */
sqlite3_stmt *stmt_use(struct store *s, enum stmt id, struct err *err);
void stmt_release(sqlite3_stmt **q); /* for the cleanup attribute; accepts a NULL statement */
#define AUTO_STMT __attribute__((cleanup(stmt_release))) sqlite3_stmt *
void bind_text(sqlite3_stmt *q, int i, const char *text); /* NULL binds NULL; copied by SQLite */
/* Text of a column, "" for NULL; lives until the next step. */
const char *column_text(sqlite3_stmt *q, int i);
/* A count; UINT32_MAX when invalid. */
uint32_t column_count(sqlite3_stmt *q, int i);
/* Runs a statement without result rows. */
int stmt_run(struct store *s, sqlite3_stmt *q, const char *doing, struct err *err) MUST_CHECK;
/* 1: a row, 0: none (any more), -1: err. */
int stmt_row(struct store *s, sqlite3_stmt *q, const char *doing, struct err *err) MUST_CHECK;
int tx_begin_read(struct store *s, struct err *err) MUST_CHECK;
int tx_begin_write(struct store *s, struct err *err) MUST_CHECK;
int tx_commit(struct store *s, struct err *err) MUST_CHECK; /* rolls back when it fails */
/* What was done in it ended with rc: commits, or rolls back. 0 or -1. */
int tx_end(struct store *s, int rc, struct err *err) MUST_CHECK;
/* Commits cost no sync while relaxed: for cached data only. Outside a transaction. */
void tx_relax(struct store *s, bool relaxed);
void tx_rollback(struct store *s); /* nothing when no transaction is open */

/* ---- chain.c ---- */
/* The case's opening data as the text that the first link is the hash of. */
void chain_opening(const struct casefile *cf, struct buf *text);
/* The first link: a hash of the case's opening data. */
void chain_begin(const struct casefile *cf, char out[SHA256_HEX]);
/* hash = SHA-256(hash, case id, record as JSON) */
void chain_add(char hash[SHA256_HEX], const char *case_id, const char *json, size_t n);

/* ---- cases.c ---- */
/* Columns of a row of CASE_COLUMNS. */
enum case_column {
	COL_NUMBER,
	COL_ID,
	COL_FLOW,
	COL_FLOW_HASH,
	COL_OPENED,
	COL_HOST,
	COL_TOOL,
	COL_TITLE,
	COL_AT,
	COL_STATE,
	COL_CHANGED,
	COL_RECORDS,
	COL_HEAD
};
/* The row of a case in its own values. */
struct case_head {
	int64_t number;
	uint32_t records;
	char head[SHA256_HEX];
};
/* A new row; out->number is its number. Inside a write transaction. */
int case_insert(struct store *s, const struct casefile *cf, struct case_head *out,
                struct err *err) MUST_CHECK;
int case_head_by_id(struct store *s, const char *id, struct case_head *out, struct err *err) MUST_CHECK;
/* The opening data of q's current row; caller releases. */
void case_fill(sqlite3_stmt *q, struct casefile *cf);
/* A line of the list, from q's current row, as whose texts live as long. */
void case_row_fill(sqlite3_stmt *q, struct case_row *row);
int case_set_head(struct store *s, const struct case_head *h, int64_t changed_ms, struct err *err) MUST_CHECK;
/* As if nothing were recorded yet: the time of the next record is the one of its last change. */
int case_unchanged(struct store *s, int64_t number, struct err *err) MUST_CHECK;
/* What the list shows. Inside a write transaction. */
int case_mark(struct store *s, int64_t number, const struct case_mark *m, struct err *err) MUST_CHECK;
/* The same for a damaged file: works even when the log's end is unreadable; its columns are NULL then. */
sqlite3_stmt *case_find_damaged(struct store *s, const char *ref, struct err *err);
/* Whether `ref` is a number ("14", "#14") rather than an id. */
bool case_ref_number(const char *ref, int64_t *out);
/* Finds a case by a person's reference and leaves the statement on its row; NULL on failure. */
sqlite3_stmt *case_find(struct store *s, const char *ref, struct err *err);

/* ---- records.c ---- */
/* A record's text for storing and hashing; FAIL_LIMIT when too long. */
int record_text(struct buf *out, const struct record *r, struct err *err) MUST_CHECK;
/* Put one record after h->records with this text; h moves on. */
int record_insert(struct store *s, struct case_head *h, const char *case_id, const struct record *r,
                  const struct buf *text, struct err *err) MUST_CHECK;
/* Append cf's records after h->records; h moves on. Inside a write transaction. */
int records_append(struct store *s, const struct casefile *cf, struct case_head *h,
                   struct err *err) MUST_CHECK;
/* Read every record after cf's last into cf. Inside a transaction; keeps records already read on failure. */
int records_load(struct store *s, int64_t number, struct casefile *cf, struct err *err) MUST_CHECK;
/* Whether the record stored at r->pos says the same as r. */
int record_is(struct store *s, int64_t number, const struct record *r, bool *same,
              struct err *err) MUST_CHECK;
/* The text of a row of STMT_RECORD_GET, STMT_RECORD_GET_BARE or STMT_RECORDS_FROM; on failure the part
 * that is left, without the measurement. */
int record_row_text(sqlite3_stmt *q, struct buf *out, struct err *err) MUST_CHECK;

/* FAIL_LIMIT when a text of the record is too long. */
int record_check(const struct record *r, struct err *err) MUST_CHECK;

/* ---- verify.c ---- */
struct walk {
	struct store *s;
	struct store_check *check;
	int64_t number;
	const struct casefile *begun; /* the case's opening data; NULL when unreadable */
	bool has_end;                 /* whether the next two are known */
	uint32_t records;             /* expected number */
	char head[SHA256_HEX];        /* hash of the last one */
	bool told;                    /* look no further than `records` */
	struct case_mark shown;       /* what the list shows; borrowed */
	int64_t changed_ms;
	/* Called for each readable record; `partial`: without its facts and pins. May be NULL. */
	int (*record)(void *arg, const char *hash, bool partial, const struct buf *text, struct err *err);
	void *arg;
};
/* Where the log of q's current row must end. */
void walk_end(struct walk *w, sqlite3_stmt *q);
/* Reads a log position by position, skipping unreadable records, and checks the chain. */
int walk_records(struct walk *w, struct err *err) MUST_CHECK;
/* The head so far, and whether it is the one that is looked for. */
void check_head(struct store_check *c, const char *hash, uint32_t pos);
void check_fault(struct store_check *c, const struct store_fault *f);

/* ---- search.c ---- */
/* Positions below 2^14 fit in the low bits of a row's number. */
#define SEARCH_SHIFT 14
_Static_assert(CASE_MAX_LOG < 1 << SEARCH_SHIFT, "a position fits beside the case's number");
/* Numbers of the cases that hold every word of `find`, ascending. Caller frees *out. */
int search_cases(struct store *s, const char *find, int64_t **out, size_t *n, struct err *err) MUST_CHECK;
/* Extends the index by a bounded amount. */
void search_idle(struct store *s);
/* Notes that a case has new text. */
void search_changed(struct store *s, int64_t number);
/* Records from `from` on were taken out: what comes in their place is to be read anew. Inside a write
 * transaction. */
int search_cut(struct store *s, int64_t number, uint32_t from, struct err *err) MUST_CHECK;
/* Forget a case. Inside a write transaction. */
int search_forget(struct store *s, int64_t number, struct err *err) MUST_CHECK;

/* ---- backup.c ---- */
/* A copy of the database as it is, beside it; named after its schema. Called while the write
 * lock is held, so that nothing can be written between the copy and the migration. */
int backup_make(struct store *s, int version, struct err *err) MUST_CHECK;

#endif
