/* Statements and transactions: prepare once, bind, step, give back.  Knows no table. */
#include "store_int.h"

sqlite3_stmt *stmt_use(struct store *s, enum stmt id, struct err *err)
{
	sqlite3_stmt *q = s->stmts[id];

	if (q == NULL) {
		if (sqlite3_prepare_v3(s->db, stmt_sql(id), -1, SQLITE_PREPARE_PERSISTENT, &q, NULL) !=
		    SQLITE_OK) {
			db_fail(s, "preparing", err);
			return NULL;
		}
		s->stmts[id] = q;
	}
	return q;
}

void stmt_release(sqlite3_stmt **q)
{
	if (*q == NULL)
		return;
	sqlite3_reset(*q);
	sqlite3_clear_bindings(*q);
}

void bind_text(sqlite3_stmt *q, int i, const char *text)
{
	sqlite3_bind_text(q, i, text, -1, SQLITE_TRANSIENT);
}

const char *column_text(sqlite3_stmt *q, int i)
{
	const char *text = (const char *)sqlite3_column_text(q, i);

	return text != NULL ? text : "";
}

uint32_t column_count(sqlite3_stmt *q, int i)
{
	int64_t n = sqlite3_column_int64(q, i);

	return n < 0 || n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

int stmt_row(struct store *s, sqlite3_stmt *q, const char *doing, struct err *err)
{
	int rc = sqlite3_step(q);

	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : db_fail(s, doing, err);
}

int stmt_run(struct store *s, sqlite3_stmt *q, const char *doing, struct err *err)
{
	return stmt_row(s, q, doing, err) < 0 ? -1 : 0;
}

static int run(struct store *s, enum stmt id, const char *doing, struct err *err)
{
	AUTO_STMT q = stmt_use(s, id, err);

	return q != NULL ? stmt_run(s, q, doing, err) : -1;
}

int tx_begin_read(struct store *s, struct err *err)
{
	return run(s, STMT_BEGIN_READ, "starting to read", err);
}

int tx_begin_write(struct store *s, struct err *err)
{
	if (s->read_only)
		return err_set(err, FAIL_READONLY, 0, "%s: was opened read-only", s->path);
	return run(s, STMT_BEGIN_WRITE, "starting to write", err);
}

int tx_commit(struct store *s, struct err *err)
{
	if (run(s, STMT_COMMIT, "saving", err) == 0)
		return 0;
	tx_rollback(s);
	return -1;
}

void tx_rollback(struct store *s)
{
	if (sqlite3_get_autocommit(s->db) == 0)
		(void)run(s, STMT_ROLLBACK, "undoing", NULL);
}

int tx_end(struct store *s, int rc, struct err *err)
{
	if (rc == 0)
		return tx_commit(s, err);
	tx_rollback(s);
	return -1;
}

void tx_relax(struct store *s, bool relaxed)
{
	/* This pragma works when it is compiled, not when it is run: it cannot be prepared once. */
	sqlite3_exec(s->db, stmt_sql(relaxed ? STMT_SYNC_NORMAL : STMT_SYNC_FULL), NULL, NULL, NULL);
}
