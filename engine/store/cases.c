/* The rows of cases: begin, find, list, mark, delete. */
#include "store_int.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_text(const char *what, const char *text, struct err *err)
{
	if (text == NULL || strlen(text) <= CASE_MAX_TEXT)
		return 0;
	return err_set(err, FAIL_LIMIT, 0, "the %s of a case has at most %d bytes; shorten it", what,
	               CASE_MAX_TEXT);
}

static int insert_case(struct store *s, const struct casefile *cf, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_CASE_INSERT, err);

	if (q == NULL)
		return -1;
	bind_text(q, 1, cf->id);
	bind_text(q, 2, cf->flow_id);
	bind_text(q, 3, cf->flow_hash);
	sqlite3_bind_int64(q, 4, cf->opened_ms);
	bind_text(q, 5, cf->host);
	bind_text(q, 6, cf->tool);
	return stmt_run(s, q, "beginning a case", err);
}

int case_insert(struct store *s, const struct casefile *cf, struct case_head *out, struct err *err)
{
	AUTO_STMT q = NULL;

	if (check_text("title", cf->title, err) != 0 || check_text("machine", cf->host, err) != 0 ||
	    check_text("flow", cf->flow_id, err) != 0 || insert_case(s, cf, err) != 0)
		return -1;
	out->number = sqlite3_last_insert_rowid(s->db);
	out->records = 0;
	search_changed(s, out->number);
	chain_begin(cf, out->head);
	q = stmt_use(s, STMT_END_INSERT, err);
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, out->number);
	bind_text(q, 2, out->head);
	sqlite3_bind_int64(q, 3, cf->opened_ms);
	bind_text(q, 4, cf->title);
	return stmt_run(s, q, "beginning a case", err);
}

int store_begin(struct store *s, struct casefile *cf, struct err *err)
{
	struct case_head h;

	if (tx_begin_write(s, err) != 0)
		return -1;
	if (tx_end(s, case_insert(s, cf, &h, err), err) != 0)
		return -1;
	cf->number = (uint32_t)h.number;
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
		              : err_set(err, FAIL_NOT_FOUND, 0, "%s: case %s does not exist (any more)",
		                        s->path, id);
	if (sqlite3_column_type(q, 1) == SQLITE_NULL)
		return err_set(err, FAIL_DB, 0,
		               "%s: the end of case %s is missing; `casebook case verify` says what is wrong "
		               "with it",
		               s->path, id);
	out->number = sqlite3_column_int64(q, 0);
	out->records = column_count(q, 1);
	snprintf(out->head, sizeof(out->head), "%s", column_text(q, 2));
	return 0;
}

int case_set_head(struct store *s, const struct case_head *h, int64_t changed_ms, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_END_SET, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, h->number);
	sqlite3_bind_int64(q, 2, h->records);
	bind_text(q, 3, h->head);
	sqlite3_bind_int64(q, 4, changed_ms);
	search_changed(s, h->number);
	return stmt_run(s, q, "saving", err);
}

void case_fill(sqlite3_stmt *q, struct casefile *cf)
{
	casefile_init(cf, column_text(q, COL_ID), column_text(q, COL_FLOW), column_text(q, COL_FLOW_HASH),
	              sqlite3_column_int64(q, COL_OPENED));
	cf->number = column_count(q, COL_NUMBER);
	cf->title = arena_strdup(cf->mem, column_text(q, COL_TITLE));
	cf->host = arena_strdup(cf->mem, column_text(q, COL_HOST));
	cf->tool = arena_strdup(cf->mem, column_text(q, COL_TOOL));
}

/* "14" and "#14" are numbers; an id begins with 0 until the year 3000 or so. */
bool case_ref_number(const char *ref, int64_t *out)
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

static sqlite3_stmt *find_by_prefix(struct store *s, enum stmt how, const char *ref, struct err *err)
{
	sqlite3_stmt *q = stmt_use(s, how, err);
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

static sqlite3_stmt *find(struct store *s, enum stmt by_number, enum stmt by_prefix, const char *ref,
                          struct err *err)
{
	sqlite3_stmt *q;
	int64_t number;
	int rc;

	if (!case_ref_number(ref, &number))
		return find_by_prefix(s, by_prefix, ref, err);
	q = stmt_use(s, by_number, err);
	if (q == NULL)
		return NULL;
	sqlite3_bind_int64(q, 1, number);
	rc = stmt_row(s, q, "finding the case", err);
	if (rc > 0)
		return q;
	stmt_release(&q);
	return rc == 0 ? not_found(s, ref, err) : NULL;
}

sqlite3_stmt *case_find(struct store *s, const char *ref, struct err *err)
{
	return find(s, STMT_CASE_BY_NUMBER, STMT_CASE_BY_PREFIX, ref, err);
}

sqlite3_stmt *case_find_damaged(struct store *s, const char *ref, struct err *err)
{
	struct err why;
	sqlite3_stmt *q = case_find(s, ref, &why);

	if (q != NULL)
		return q;
	if (why.code == FAIL_DB || why.code == FAIL_IO)
		q = find(s, STMT_CASE_BARE_BY_NUMBER, STMT_CASE_BARE_BY_PREFIX, ref, err);
	else if (err != NULL)
		*err = why;
	return q;
}

void case_row_fill(sqlite3_stmt *q, struct case_row *row)
{
	bool has_end = sqlite3_column_type(q, COL_RECORDS) != SQLITE_NULL;

	memset(row, 0, sizeof(*row));
	snprintf(row->id, sizeof(row->id), "%s", column_text(q, COL_ID));
	row->number = column_count(q, COL_NUMBER);
	row->records = has_end ? column_count(q, COL_RECORDS) : 0;
	row->title = column_text(q, COL_TITLE);
	row->flow_id = column_text(q, COL_FLOW);
	row->at = column_text(q, COL_AT);
	row->head = has_end ? column_text(q, COL_HEAD) : "";
	row->opened_ms = sqlite3_column_int64(q, COL_OPENED);
	row->changed_ms = sqlite3_column_int64(q, has_end ? COL_CHANGED : COL_OPENED);
	row->state = column_count(q, COL_STATE) < CASE__MAX ? (enum case_state)column_count(q, COL_STATE)
	                                                    : CASE_OPEN;
}

int case_unchanged(struct store *s, int64_t number, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_END_UNCHANGED, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	return stmt_run(s, q, "importing", err);
}

static bool is_among(const int64_t *numbers, size_t n, int64_t number)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (numbers[mid] == number)
			return true;
		if (numbers[mid] < number)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

int store_list(struct store *s, const char *find, bool (*each)(void *arg, const struct case_row *row),
               void *arg, struct err *err)
{
	AUTO_STMT q = NULL;
	int64_t *among = NULL;
	struct case_row row;
	size_t n = 0;
	int rc;

	if (find != NULL && search_cases(s, find, &among, &n, err) != 0)
		return -1;
	q = stmt_use(s, STMT_CASE_LIST, err);
	rc = q != NULL ? 1 : -1;
	while (rc > 0 && (rc = stmt_row(s, q, "listing cases", err)) > 0) {
		case_row_fill(q, &row);
		if ((find == NULL || is_among(among, n, row.number)) && !each(arg, &row))
			rc = 0;
	}
	free(among);
	return rc;
}

static int title_changes(struct store *s, int64_t number, const char *title, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_TITLE_CHANGES, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	bind_text(q, 2, title);
	return stmt_run(s, q, "marking the case", err);
}

int case_mark(struct store *s, int64_t number, const struct case_mark *m, struct err *err)
{
	AUTO_STMT q = NULL;

	if (check_text("title", m->title, err) != 0 || check_text("place", m->place, err) != 0 ||
	    title_changes(s, number, m->title, err) != 0)
		return -1;
	q = stmt_use(s, STMT_END_MARK, err);
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	bind_text(q, 2, m->title);
	bind_text(q, 3, m->place);
	sqlite3_bind_int(q, 4, (int)m->state);
	return stmt_run(s, q, "marking the case", err);
}

static int delete_in(struct store *s, const char *ref, struct err *err)
{
	int64_t number;

	{
		AUTO_STMT found = case_find(s, ref, err);

		if (found == NULL)
			return -1;
		number = sqlite3_column_int64(found, COL_NUMBER);
	}
	{
		AUTO_STMT q = stmt_use(s, STMT_CASE_DELETE, err);

		if (q == NULL)
			return -1;
		sqlite3_bind_int64(q, 1, number);
		if (stmt_run(s, q, "deleting the case", err) != 0)
			return -1;
	}
	AUTO_STMT sweep = stmt_use(s, STMT_BODIES_SWEEP, err);

	if (sweep == NULL || stmt_run(s, sweep, "deleting its evidence", err) != 0)
		return -1;
	return search_forget(s, number, err);
}

int store_delete(struct store *s, const char *ref, struct err *err)
{
	if (tx_begin_write(s, err) != 0)
		return -1;
	if (tx_end(s, delete_in(s, ref, err), err) != 0)
		return -1;
	/* What was deleted shall not stay readable in the write-ahead log. */
	sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return 0;
}
