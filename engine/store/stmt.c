/*
 * All SQL of the program but the schema itself.  Knows no C API of SQLite: it
 * is a table of texts, so that they can be read in one place.
 */
#include "stmt.h"

#define CASE_COLUMNS \
	"number, id, flow, flow_hash, opened_ms, host, tool, title, at, state, changed_ms, records, head"

static const char *const sql[] = {
        [STMT_BEGIN_READ] = "BEGIN",
        /* Takes the write lock at once, so that nothing can come between reading and writing. */
        [STMT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [STMT_COMMIT] = "COMMIT",
        [STMT_ROLLBACK] = "ROLLBACK",
        [STMT_GET_APPLICATION_ID] = "PRAGMA application_id",
        [STMT_GET_USER_VERSION] = "PRAGMA user_version",
        [STMT_COUNT_TABLES] = "SELECT count(*) FROM sqlite_schema",
        [STMT_CASE_INSERT] =
                "INSERT INTO cases (id, flow, flow_hash, opened_ms, host, tool, title, at, state,"
                " changed_ms, records, head)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', 0, ?4, 0, ?8)",
        [STMT_CASE_BY_ID] = "SELECT " CASE_COLUMNS " FROM cases WHERE id = ?1",
        [STMT_CASE_BY_NUMBER] = "SELECT " CASE_COLUMNS " FROM cases WHERE number = ?1",
        /* Two rows are enough to know that a prefix is ambiguous. */
        [STMT_CASE_BY_PREFIX] = "SELECT " CASE_COLUMNS " FROM cases"
                                " WHERE id >= ?1 AND id < ?1 || 'a' ORDER BY id LIMIT 2",
        [STMT_CASE_HEAD] = "SELECT number, records, head FROM cases WHERE id = ?1",
        [STMT_CASE_SET_HEAD] = "UPDATE cases SET records = ?2, head = ?3, changed_ms = ?4 WHERE number = ?1",
        [STMT_CASE_MARK] = "UPDATE cases SET title = ?2, at = ?3, state = ?4 WHERE id = ?1",
        [STMT_CASE_DELETE] = "DELETE FROM cases WHERE number = ?1",
        [STMT_CASE_LIST] = "SELECT " CASE_COLUMNS " FROM cases ORDER BY changed_ms DESC, number DESC",
        [STMT_RECORD_INSERT] = "INSERT INTO records (number, pos, hash, json) VALUES (?1, ?2, ?3, ?4)",
        [STMT_RECORD_GET] = "SELECT pos, hash, json FROM records WHERE number = ?1 AND pos = ?2",
        [STMT_RECORDS_FROM] =
                "SELECT pos, hash, json FROM records WHERE number = ?1 AND pos > ?2 ORDER BY pos",
};
_Static_assert(sizeof(sql) / sizeof(sql[0]) == STMT__MAX, "every statement has its text");

const char *stmt_sql(enum stmt id)
{
	return sql[id];
}
