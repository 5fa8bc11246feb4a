/* The rows of cases: begin, find, list, mark, delete. */
#include "store_int.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int store_begin(struct store *s, struct casefile *cf, struct err *err)
{
	char head[SHA256_HEX];
	sqlite3_int64 number;

	if (tx_begin_write(s, err) != 0)
		return -1;
	{
		AUTO_STMT q = stmt_use(s, STMT_CASE_INSERT, err);
		int rc = -1;

		if (q != NULL) {
			chain_begin(cf, head);
			bind_text(q, 1, cf->id);
			bind_text(q, 2, cf->flow_id);
			bind_text(q, 3, cf->flow_hash);
			sqlite3_bind_int64(q, 4, cf->opened_ms);
			bind_text(q, 5, cf->host);
			bind_text(q, 6, cf->tool);
			bind_text(q, 7, cf->title);
			bind_text(q, 8, head);
			rc = stmt_run(s, q, "beginning a case", err);
		}
		if (rc != 0) {
			tx_rollback(s);
			return -1;
		}
	}
	number = sqlite3_last_insert_rowid(s->db);
	if (tx_commit(s, err) != 0)
		return -1;
	cf->number = (uint32_t)number;
	return 0;
}

int case_head_by_id(struct store *s, const char *id, struct case_head *out, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_CASE_HEAD, err);
	int rc;

	if (q == NULL)
		return -1;
	bind_text(q, 1, id);
	rc = stmt_row(s, q, "reading the case", err);
	if (rc <= 0)
		return rc < 0 ? -1
		              : err_set(err, FAIL_NOT_FOUND, 0, "%s: case %s is not there (any more)",
		                        s->path, id);
	out->number = sqlite3_column_int64(q, 0);
	out->records = (uint32_t)sqlite3_column_int64(q, 1);
	snprintf(out->head, sizeof(out->head), "%s", column_text(q, 2));
	return 0;
}

/* "14" and "#14" are numbers; an id begins with 0 until the year 3000 or so. */
static bool ref_number(const char *ref, int64_t *out)
{
	char *end;

	if (*ref == '#')
		ref++;
	else if (*ref == '0')
		return false;
	if (!isdigit((unsigned char)*ref) || strlen(ref) > 10)
		return false;
	*out = strtoll(ref, &end, 10);
	return *end == '\0';
}

static sqlite3_stmt *not_found(struct store *s, const char *ref, struct err *err)
{
	err_set(err, FAIL_NOT_FOUND, 0, "%s: there is no case \"%.40s\"; `casebook case list` shows them",
	        s->path, ref);
	return NULL;
}

static sqlite3_stmt *find_by_prefix(struct store *s, const char *ref, struct err *err)
{
	sqlite3_stmt *q = stmt_use(s, STMT_CASE_BY_PREFIX, err);
	char id[CASE_ID];
	size_t n = strlen(ref);
	int rc;

	if (q == NULL)
		return NULL;
	if (n == 0 || n >= sizeof(id))
		return not_found(s, ref, err);
	for (size_t i = 0; i <= n; i++)
		id[i] = (char)toupper((unsigned char)ref[i]);
	bind_text(q, 1, id);
	rc = stmt_row(s, q, "finding the case", err);
	if (rc > 0) {
		rc = stmt_row(s, q, "finding the case", err);
		if (rc > 0)
			err_set(err, FAIL_NOT_FOUND, 0,
			        "more than one case begins with \"%s\"; write more of its id", id);
		if (rc == 0) {
			sqlite3_reset(q);
			if (stmt_row(s, q, "finding the case", err) > 0)
				return q;
		}
	} else if (rc == 0) {
		not_found(s, ref, err);
	}
	stmt_release(&q);
	return NULL;
}

sqlite3_stmt *case_find(struct store *s, const char *ref, struct err *err)
{
	sqlite3_stmt *q;
	int64_t number;
	int rc;

	if (!ref_number(ref, &number))
		return find_by_prefix(s, ref, err);
	q = stmt_use(s, STMT_CASE_BY_NUMBER, err);
	if (q == NULL)
		return NULL;
	sqlite3_bind_int64(q, 1, number);
	rc = stmt_row(s, q, "finding the case", err);
	if (rc > 0)
		return q;
	stmt_release(&q);
	return rc == 0 ? not_found(s, ref, err) : NULL;
}

static void fill_row(sqlite3_stmt *q, struct case_row *row)
{
	memset(row, 0, sizeof(*row));
	snprintf(row->id, sizeof(row->id), "%s", column_text(q, COL_ID));
	row->number = (uint32_t)sqlite3_column_int64(q, COL_NUMBER);
	row->records = (uint32_t)sqlite3_column_int64(q, COL_RECORDS);
	row->title = column_text(q, COL_TITLE);
	row->flow_id = column_text(q, COL_FLOW);
	row->at = column_text(q, COL_AT);
	row->opened_ms = sqlite3_column_int64(q, COL_OPENED);
	row->changed_ms = sqlite3_column_int64(q, COL_CHANGED);
	row->state = (enum case_state)sqlite3_column_int(q, COL_STATE);
}

int store_list(struct store *s, const char *find, bool (*each)(void *arg, const struct case_row *row),
               void *arg, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_CASE_LIST, err);
	struct case_row row;
	int rc;

	(void)find;
	if (q == NULL)
		return -1;
	while ((rc = stmt_row(s, q, "listing cases", err)) > 0) {
		fill_row(q, &row);
		if (!each(arg, &row))
			return 0;
	}
	return rc;
}

int store_mark(struct store *s, const char *id, const char *title, const char *at, enum case_state state,
               struct err *err)
{
	AUTO_STMT q = NULL;

	if (s->read_only)
		return err_set(err, FAIL_READONLY, 0, "%s: was opened for reading only", s->path);
	q = stmt_use(s, STMT_CASE_MARK, err);
	if (q == NULL)
		return -1;
	bind_text(q, 1, id);
	bind_text(q, 2, title != NULL ? title : "");
	bind_text(q, 3, at != NULL ? at : "");
	sqlite3_bind_int(q, 4, (int)state);
	if (stmt_run(s, q, "marking the case", err) != 0)
		return -1;
	if (sqlite3_changes(s->db) == 0)
		return err_set(err, FAIL_NOT_FOUND, 0, "%s: case %s is not there (any more)", s->path, id);
	return 0;
}

int store_delete(struct store *s, const char *ref, struct err *err)
{
	int64_t number = 0;

	if (tx_begin_write(s, err) != 0)
		return -1;
	{
		AUTO_STMT found = case_find(s, ref, err);

		if (found != NULL)
			number = sqlite3_column_int64(found, COL_NUMBER);
	}
	{
		AUTO_STMT q = number != 0 ? stmt_use(s, STMT_CASE_DELETE, err) : NULL;

		if (q != NULL)
			sqlite3_bind_int64(q, 1, number);
		if (q == NULL || stmt_run(s, q, "deleting the case", err) != 0) {
			tx_rollback(s);
			return -1;
		}
	}
	return tx_commit(s, err);
}
