/*
 * All SQL of the program but the schema itself.  Knows no C API of SQLite: it
 * is a table of texts, so that they can be read in one place.
 */
#include "stmt.h"

/* The row behind a log's last record says where the log ends. */
#define END "2147483647"
#define CASE_ITSELF "c.number, c.id, c.flow, c.flow_hash, c.opened_ms, c.host, c.tool"
#define CASE_COLUMNS                                                          \
	CASE_ITSELF ", e.title, e.at, e.state, e.changed_ms, e.total, e.hash" \
	            " FROM cases c LEFT JOIN records e ON e.number = c.number AND e.pos = " END
#define CASE_BARE CASE_ITSELF ", NULL, NULL, NULL, NULL, NULL, NULL FROM cases c"
#define RECORD_COLUMNS \
	"r.pos, r.hash, r.json, b.json, r.body FROM records r LEFT JOIN bodies b ON b.id = r.body"

static const char *const sql[] = {
        [STMT_BEGIN_READ] = "BEGIN",
        /* Takes the write lock at once, so that nothing can come between reading and writing. */
        [STMT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [STMT_COMMIT] = "COMMIT",
        [STMT_ROLLBACK] = "ROLLBACK",
        [STMT_SYNC_FULL] = "PRAGMA synchronous = FULL",
        [STMT_SYNC_NORMAL] = "PRAGMA synchronous = NORMAL",
        [STMT_GET_APPLICATION_ID] = "PRAGMA application_id",
        [STMT_GET_USER_VERSION] = "PRAGMA user_version",
        [STMT_COUNT_TABLES] = "SELECT count(*) FROM sqlite_schema",
        [STMT_GET_JOURNAL_MODE] = "PRAGMA journal_mode",
        [STMT_BACKUP] = "VACUUM INTO ?1",

        [STMT_CASE_INSERT] = "INSERT INTO cases (id, flow, flow_hash, opened_ms, host, tool)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [STMT_END_INSERT] =
                "INSERT INTO records (number, pos, hash, json, total, changed_ms, title, at, state)"
                " VALUES (?1, " END ", ?2, '', 0, ?3, ?4, '', 0)",
        [STMT_CASE_BY_ID] = "SELECT " CASE_COLUMNS " WHERE c.id = ?1",
        [STMT_CASE_BY_NUMBER] = "SELECT " CASE_COLUMNS " WHERE c.number = ?1",
        /* Two rows are enough to know that a prefix is ambiguous. */
        [STMT_CASE_BY_PREFIX] =
                "SELECT " CASE_COLUMNS " WHERE c.id >= ?1 AND c.id < ?1 || 'a' ORDER BY c.id LIMIT 2",
        /* For when the page with the log's end cannot be read. */
        [STMT_CASE_BARE_BY_NUMBER] = "SELECT " CASE_BARE " WHERE c.number = ?1",
        [STMT_CASE_BARE_BY_PREFIX] =
                "SELECT " CASE_BARE " WHERE c.id >= ?1 AND c.id < ?1 || 'a' ORDER BY c.id LIMIT 2",
        [STMT_CASE_HEAD] = "SELECT c.number, e.total, e.hash FROM cases c"
                           " LEFT JOIN records e ON e.number = c.number AND e.pos = " END " WHERE c.id = ?1",
        [STMT_END_SET] = "UPDATE records SET total = ?2, hash = ?3, changed_ms = max(changed_ms, ?4)"
                         " WHERE number = ?1 AND pos = " END,
        [STMT_END_MARK] =
                "UPDATE records SET title = ?2, at = ?3, state = ?4 WHERE number = ?1 AND pos = " END,
        [STMT_TITLE_CHANGES] =
                "UPDATE cases SET title_indexed = 0 WHERE number = ?1 AND title_indexed = 1"
                " AND ?2 <> (SELECT title FROM records e WHERE e.number = ?1 AND e.pos = " END ")",
        [STMT_CASE_DELETE] = "DELETE FROM cases WHERE number = ?1",
        [STMT_CASE_LIST] = "SELECT " CASE_COLUMNS " ORDER BY e.changed_ms DESC, c.number DESC",

        [STMT_RECORD_INSERT] =
                "INSERT INTO records (number, pos, hash, json, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        [STMT_RECORD_GET] = "SELECT " RECORD_COLUMNS " WHERE r.number = ?1 AND r.pos = ?2",
        [STMT_RECORDS_FROM] = "SELECT " RECORD_COLUMNS " WHERE r.number = ?1 AND r.pos > ?2 AND r.pos < " END
                              " ORDER BY r.pos",
        /* Without the evidence's body, for when that cannot be read. */
        [STMT_RECORD_GET_BARE] =
                "SELECT pos, hash, json, NULL, body FROM records WHERE number = ?1 AND pos = ?2",
        [STMT_RECORD_LAST] = "SELECT max(pos) FROM records WHERE number = ?1 AND pos < " END,
        [STMT_RECORDS_CUT] = "DELETE FROM records WHERE number = ?1 AND pos >= ?2 AND pos < " END,
        [STMT_END_UNCHANGED] = "UPDATE records SET changed_ms = 0 WHERE number = ?1 AND pos = " END,
        [STMT_LAST_NUMBER] = "SELECT seq FROM sqlite_sequence WHERE name = 'cases'",
        [STMT_LAST_CASE_NUMBER] = "SELECT max(number) FROM cases",
        [STMT_LAST_RECORD_NUMBER] = "SELECT max(number) FROM records",
        /* Anything but our tables: a trigger, a view. */
        [STMT_FOREIGN_SCHEMA] =
                "SELECT type || ' ' || name FROM sqlite_schema WHERE type NOT IN ('table', 'index')"
                " OR (type = 'table' AND name NOT IN ('cases', 'records', 'bodies', 'sqlite_sequence',"
                " 'sqlite_stat1', 'sqlite_stat4') AND name <> 'search' AND name NOT LIKE 'search\\_%' ESCAPE '\\')",
        [STMT_INTEGRITY] = "PRAGMA integrity_check(20)",
        [STMT_BODY_FIND] = "SELECT id, json FROM bodies WHERE hash = ?1",
        [STMT_BODY_INSERT] = "INSERT INTO bodies (hash, json) VALUES (?1, ?2)",
        [STMT_BODIES_SWEEP] = "DELETE FROM bodies WHERE NOT EXISTS"
                              " (SELECT 1 FROM records WHERE records.body = bodies.id)",

        [STMT_SEARCH_STALE] =
                "SELECT c.number, e.total, c.indexed, c.title_indexed,"
                " coalesce(e.title, '') || ' ' || c.id || ' ' || c.host || ' ' || c.flow FROM cases c"
                " LEFT JOIN records e ON e.number = c.number AND e.pos = " END
                " WHERE c.number >= ?1 AND (c.indexed < e.total OR c.title_indexed = 0)"
                " ORDER BY c.number",
        [STMT_SEARCH_INSERT] = "INSERT OR REPLACE INTO search (rowid, text) VALUES (?1, ?2)",
        [STMT_SEARCH_DROP] = "DELETE FROM search WHERE rowid BETWEEN ?1 AND ?2",
        [STMT_SEARCH_DONE] =
                "UPDATE cases SET title_indexed = 1, indexed = CASE WHEN ?2 >= 0 THEN max(indexed, ?2) ELSE"
                " coalesce((SELECT total FROM records r WHERE r.number = ?1 AND r.pos = " END
                "), indexed) END"
                " WHERE number = ?1",
        [STMT_SEARCH_CUT] = "UPDATE cases SET indexed = min(indexed, ?2 - 1) WHERE number = ?1",
        [STMT_SEARCH_MATCH] = "SELECT DISTINCT rowid >> 14 FROM search WHERE search MATCH ?1",
        [STMT_SEARCH_REBUILD] = "INSERT INTO search (search) VALUES ('rebuild')",
        [STMT_SEARCH_OPTIMIZE] = "INSERT INTO search (search) VALUES ('optimize')",
        /* What is not yet in the index of a database that we may only read. */
        [STMT_TAIL_CREATE] = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.tail USING fts5"
                             " (text, tokenize = 'unicode61 remove_diacritics 2')",
        [STMT_TAIL_CLEAR] = "DELETE FROM temp.tail",
        [STMT_TAIL_INSERT] = "INSERT OR REPLACE INTO temp.tail (rowid, text) VALUES (?1, ?2)",
        [STMT_TAIL_MATCH] = "SELECT DISTINCT rowid >> 14 FROM temp.tail WHERE tail MATCH ?1",
};
_Static_assert(sizeof(sql) / sizeof(sql[0]) == STMT__MAX, "every statement has its text");

const char *stmt_sql(enum stmt id)
{
	return sql[id];
}
