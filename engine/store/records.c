/*
 * Records in and out of the database.  Knows the text of a record and its place
 * in the chain; knows nothing of what a record means.
 *
 * The text is kept byte for byte as it was hashed.  Only the facts, pins, parts and rows of a
 * large measurement are cut out of it and kept once, by their hash, so that the
 * same file read five times is stored once; reading puts the text together again.
 */
#include "store_int.h"

#include <stdio.h>
#include <string.h>

/* Below this the row in another table costs more than it saves. */
#define BODY_MIN 512
/* Stands in a measurement's text where its facts and pins were.  It cannot occur within a
 * JSON string, where quotes are escaped. */
static const char hole[] = "\"facts\":{},\"pins\":[]";
#define HOLE (sizeof(hole) - 1)

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
	case REC_HAND:
		return text_size(r->u.hand.to) + text_size(r->u.hand.left);
	case REC_EXPORT:
	case REC_PUT_OFF:
	case REC_ABOUT:
	case REC_TICK:
	case REC_EVIDENCE:
	case REC_RETRACT:
	case REC__MAX:
		break;
	}
	return 0;
}

int record_check(const struct record *r, struct err *err)
{
	if (longest_text(r) <= CASE_MAX_TEXT &&
	    (r->mark == NULL ||
	     (text_size(r->mark->title) <= CASE_MAX_TEXT && text_size(r->mark->place) <= CASE_MAX_TEXT)))
		return 0;
	return err_set(err, FAIL_LIMIT, 0,
	               "record %u (%s) is longer than %d bytes, the maximum; shorten it, or attach a file",
	               r->pos, record_kind_name(r->kind), CASE_MAX_TEXT);
}

int record_text(struct buf *out, const struct record *r, struct err *err)
{
	if (record_check(r, err) != 0)
		return -1;
	buf_clear(out);
	record_json(out, r);
	if (out->over)
		return err_set(err, FAIL_LIMIT, 0, "record %u (%s) is larger than %u bytes, the maximum",
		               r->pos, record_kind_name(r->kind), STORE_MAX_RECORD);
	return 0;
}

/* Where the middle of a text lies that the hole stands for; false when it is not worth it. */
static bool cut_out(const struct record *r, const struct buf *text, struct buf *shell, size_t *at, size_t *n)
{
	struct record bare = *r;
	const char *found;
	size_t tail;

	if (r->kind != REC_EVIDENCE || text->n < BODY_MIN)
		return false;
	bare.u.evidence.nfacts = bare.u.evidence.npins = 0;
	bare.u.evidence.nparts = bare.u.evidence.nrows = 0;
	record_json(shell, &bare);
	found = strstr(buf_cstr(shell), hole);
	if (found == NULL || text->n < shell->n)
		return false;
	*at = (size_t)(found - shell->p);
	tail = shell->n - *at - HOLE;
	*n = text->n - *at - tail;
	return *n >= BODY_MIN && memcmp(text->p, shell->p, *at) == 0 &&
	       memcmp(text->p + text->n - tail, shell->p + shell->n - tail, tail) == 0;
}

/* The id of the body with this text; 0 when its hash is taken by something else (damage). */
static int body_id(struct store *s, const char *text, size_t n, int64_t *id, struct err *err)
{
	char hash[SHA256_HEX];
	int rc;

	sha256_of(text, n, hash);
	{
		AUTO_STMT q = stmt_use(s, STMT_BODY_FIND, err);

		if (q == NULL)
			return -1;
		bind_text(q, 1, hash);
		rc = stmt_row(s, q, "saving evidence", err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			bool same = (size_t)sqlite3_column_bytes(q, 1) == n &&
			            memcmp(column_text(q, 1), text, n) == 0;

			*id = same ? sqlite3_column_int64(q, 0) : 0;
			return 0;
		}
	}
	AUTO_STMT q = stmt_use(s, STMT_BODY_INSERT, err);

	if (q == NULL)
		return -1;
	bind_text(q, 1, hash);
	sqlite3_bind_text(q, 2, text, (int)n, SQLITE_STATIC);
	if (stmt_run(s, q, "saving evidence", err) != 0)
		return -1;
	*id = sqlite3_last_insert_rowid(s->db);
	return 0;
}

static int insert(struct store *s, const struct case_head *h, uint32_t pos, const struct buf *text,
                  int64_t body, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORD_INSERT, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, h->number);
	sqlite3_bind_int64(q, 2, pos);
	bind_text(q, 3, h->head);
	sqlite3_bind_text(q, 4, buf_cstr(text), (int)text->n, SQLITE_STATIC);
	if (body != 0)
		sqlite3_bind_int64(q, 5, body);
	return stmt_run(s, q, "saving a record", err);
}

int record_insert(struct store *s, struct case_head *h, const char *case_id, const struct record *r,
                  const struct buf *text, struct err *err)
{
	struct buf shell;
	int64_t body = 0;
	size_t at, n;
	int rc = 0;

	if (casefile_room(h->records, r->kind, err) != 0)
		return -1;
	buf_init(&shell, STORE_MAX_RECORD);
	if (cut_out(r, text, &shell, &at, &n))
		rc = body_id(s, text->p + at, n, &body, err);
	chain_add(h->head, case_id, buf_cstr(text), text->n);
	if (rc == 0)
		rc = insert(s, h, h->records + 1, body != 0 ? &shell : text, body, err);
	if (rc == 0)
		h->records++;
	buf_release(&shell);
	return rc;
}

int records_append(struct store *s, const struct casefile *cf, struct case_head *h, struct err *err)
{
	struct buf text;
	int rc = 0;

	buf_init(&text, STORE_MAX_RECORD);
	while (rc == 0 && h->records < cf->nlog) {
		const struct record *r = &cf->log[h->records];

		rc = record_text(&text, r, err);
		if (rc == 0)
			rc = record_insert(s, h, cf->id, r, &text, err);
	}
	buf_release(&text);
	return rc;
}

int record_row_text(sqlite3_stmt *q, struct buf *out, struct err *err)
{
	const char *json = column_text(q, 2);
	bool divided = sqlite3_column_type(q, 4) != SQLITE_NULL;
	const char *at = divided && sqlite3_column_type(q, 3) != SQLITE_NULL ? strstr(json, hole) : NULL;

	buf_clear(out);
	if (at == NULL) {
		buf_put(out, json, (size_t)sqlite3_column_bytes(q, 2));
		if (!divided)
			return 0;
		return err_set(err, FAIL_DB, 0, "the measurement of record %lld is missing",
		               (long long)sqlite3_column_int64(q, 0));
	}
	buf_put(out, json, (size_t)(at - json));
	buf_put(out, column_text(q, 3), (size_t)sqlite3_column_bytes(q, 3));
	buf_str(out, at + HOLE);
	return 0;
}

/* head: its hash; told: the same, unless it is an export. */
static int take_row(sqlite3_stmt *q, struct arena *scratch, struct buf *text, struct casefile *cf,
                    char head[SHA256_HEX], char told[SHA256_HEX], struct err *err)
{
	int64_t pos = sqlite3_column_int64(q, 0);
	struct record r;

	if (pos != (int64_t)cf->nlog + 1)
		return err_set(err, FAIL_DB, 0, "record %zu is missing", cf->nlog + 1);
	if (record_row_text(q, text, err) != 0)
		return -1;
	if (record_from_json(scratch, buf_cstr(text), text->n, &r, err) != 0)
		return err_wrap(err, "record %lld", (long long)pos);
	if (casefile_restore(cf, &r, err) == NULL)
		return -1;
	snprintf(head, SHA256_HEX, "%s", column_text(q, 1));
	if (r.kind != REC_EXPORT)
		memcpy(told, head, SHA256_HEX);
	return 0;
}

int records_load(struct store *s, int64_t number, struct casefile *cf, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORDS_FROM, err);
	size_t from = cf->nlog;
	char head[SHA256_HEX] = "", told[SHA256_HEX] = "";
	struct arena *scratch;
	struct buf text;
	int rc;

	if (q == NULL)
		return -1;
	chain_begin(cf, told);
	memcpy(head, told, sizeof(head));
	scratch = arena_new();
	buf_init(&text, 2 * STORE_MAX_RECORD);
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, (int64_t)cf->nlog);
	while ((rc = stmt_row(s, q, "reading records", err)) > 0) {
		if (take_row(q, scratch, &text, cf, head, told, err) != 0) {
			rc = -1;
			break;
		}
		arena_reset(scratch);
	}
	buf_release(&text);
	arena_free(scratch);
	if (rc == 0 && from == 0) {
		memcpy(cf->head, head, sizeof(head));
		memcpy(cf->told_head, told, sizeof(told));
	}
	return rc;
}

/* A casebook of another version may have written the same record in other words. */
static bool same_meaning(const struct buf *stored, const struct buf *ours)
{
	struct arena *mem = arena_new();
	struct record r;
	struct buf text;
	bool same = false;

	buf_init(&text, STORE_MAX_RECORD);
	if (record_from_json(mem, buf_cstr(stored), stored->n, &r, NULL) == 0) {
		record_json(&text, &r);
		same = strcmp(buf_cstr(&text), buf_cstr(ours)) == 0;
	}
	buf_release(&text);
	arena_free(mem);
	return same;
}

int record_is(struct store *s, int64_t number, const struct record *r, bool *same, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORD_GET, err);
	struct buf stored, ours;
	int rc;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, r->pos);
	buf_init(&stored, 2 * STORE_MAX_RECORD);
	buf_init(&ours, STORE_MAX_RECORD);
	rc = stmt_row(s, q, "reading a record", err);
	if (rc == 0)
		rc = err_set(err, FAIL_DB, 0, "%s: record %u of this case is missing", s->path, r->pos);
	else if (rc > 0)
		rc = record_row_text(q, &stored, err);
	if (rc == 0) {
		record_json(&ours, r);
		*same = strcmp(buf_cstr(&stored), buf_cstr(&ours)) == 0 || same_meaning(&stored, &ours);
	}
	buf_release(&stored);
	buf_release(&ours);
	return rc;
}
