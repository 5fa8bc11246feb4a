/*
 * Records in and out of the database.  Knows the text of a record and its place
 * in the chain; knows nothing of what a record means.
 */
#include "store_int.h"

#include <string.h>

static size_t text_size(const char *s)
{
	return s != NULL ? strlen(s) : 0;
}

static size_t longest_text(const struct record *r)
{
	switch (r->kind) {
	case REC_INPUT:
		return text_size(r->u.input.value);
	case REC_ANSWER:
		return text_size(r->u.answer.answer);
	case REC_NOTE:
		return text_size(r->u.note.text);
	case REC_RETRACT:
	case REC_EVIDENCE:
	case REC_TICK:
	case REC__MAX:
		break;
	}
	return 0;
}

static int record_text(struct buf *out, const struct record *r, struct err *err)
{
	if (longest_text(r) > CASE_MAX_TEXT)
		return err_set(err, FAIL_LIMIT, 0,
		               "record %u (%s) is longer than the %d bytes that one may have; shorten it, or "
		               "attach a file",
		               r->pos, record_kind_name(r->kind), CASE_MAX_TEXT);
	buf_clear(out);
	record_json(out, r);
	if (out->over)
		return err_set(err, FAIL_LIMIT, 0,
		               "record %u (%s) is larger than the %u bytes that one may have", r->pos,
		               record_kind_name(r->kind), STORE_MAX_RECORD);
	return 0;
}

static int insert(struct store *s, struct case_head *h, const char *id, const struct record *r,
                  const struct buf *text, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORD_INSERT, err);

	if (q == NULL)
		return -1;
	chain_add(h->head, id, buf_cstr(text), text->n);
	sqlite3_bind_int64(q, 1, h->number);
	sqlite3_bind_int64(q, 2, r->pos);
	bind_text(q, 3, h->head);
	sqlite3_bind_text(q, 4, buf_cstr(text), (int)text->n, SQLITE_STATIC);
	if (stmt_run(s, q, "saving a record", err) != 0)
		return -1;
	h->records = r->pos;
	return 0;
}

int records_append(struct store *s, const struct casefile *cf, struct case_head *h, struct err *err)
{
	struct buf text;
	int rc = 0;

	buf_init(&text, STORE_MAX_RECORD);
	for (uint32_t pos = h->records + 1; rc == 0 && pos <= cf->nlog; pos++) {
		const struct record *r = &cf->log[pos - 1];

		rc = record_text(&text, r, err);
		if (rc == 0)
			rc = insert(s, h, cf->id, r, &text, err);
	}
	buf_release(&text);
	return rc;
}

static int take_row(sqlite3_stmt *q, struct arena *scratch, struct casefile *cf, struct err *err)
{
	struct record r;
	uint32_t pos = (uint32_t)sqlite3_column_int64(q, 0);

	if (pos != cf->nlog + 1)
		return err_set(err, FAIL_DB, 0, "record %zu is missing", cf->nlog + 1);
	if (record_from_json(scratch, column_text(q, 2), (size_t)sqlite3_column_bytes(q, 2), &r, err) != 0)
		return err_wrap(err, "record %u", pos);
	return casefile_append(cf, &r, err) != NULL ? 0 : -1;
}

int records_load(struct store *s, int64_t number, struct casefile *cf, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORDS_FROM, err);
	struct arena *scratch;
	int rc;

	if (q == NULL)
		return -1;
	scratch = arena_new();
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, (int64_t)cf->nlog);
	while ((rc = stmt_row(s, q, "reading records", err)) > 0) {
		if (take_row(q, scratch, cf, err) != 0) {
			rc = -1;
			break;
		}
		arena_reset(scratch);
	}
	arena_free(scratch);
	return rc;
}
