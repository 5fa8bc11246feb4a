/*
 * Puts on record that something of a case was written.  Reads the end of its log,
 * not the case: a report of a long one need not load it twice.
 */
#include "store_int.h"

#include <stdio.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_export(const struct rec_export *a, const struct rec_export *b)
{
	return strcmp(a->what, b->what) == 0 && strcmp(a->format, b->format) == 0 &&
	       strcmp(a->level, b->level) == 0 && strcmp(a->sha256, b->sha256) == 0 &&
	       same_text(a->seal, b->seal);
}

static int record_at(struct store *s, int64_t number, uint32_t pos, struct arena *mem, struct record *out,
                     struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORD_GET, err);
	struct buf text;
	int rc;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, pos);
	buf_init(&text, 2 * STORE_MAX_RECORD);
	rc = stmt_row(s, q, "reading a record", err);
	if (rc == 0)
		rc = err_set(err, FAIL_DB, 0, "%s: record %u of this case is missing", s->path, pos);
	else if (rc > 0)
		rc = record_row_text(q, &text, err);
	if (rc == 0)
		rc = record_from_json(mem, buf_cstr(&text), text.n, out, err);
	buf_release(&text);
	return rc;
}

/* Whether the exports at the end of the log have the same among them, or make it one that ends here. */
static int needless(struct store *s, const struct case_head *h, const struct rec_export *e, bool *out,
                    struct err *err)
{
	struct arena *mem = arena_new();
	struct record r = {.kind = REC_EXPORT};
	const struct casefile end = {.log = &r, .nlog = 1};
	int rc = 0;

	*out = false;
	for (uint32_t pos = h->records; rc == 0 && pos > 0 && r.kind == REC_EXPORT && !*out; pos--) {
		rc = record_at(s, h->number, pos, mem, &r, err);
		if (rc == 0 && r.kind == REC_EXPORT)
			*out = same_export(&r.u.export, e) ||
			       (pos == h->records && casefile_copied(&end) != NULL);
		arena_reset(mem);
	}
	arena_free(mem);
	return rc;
}

static int find_head(struct store *s, const char *ref, char id[CASE_ID], struct case_head *h, struct err *err)
{
	{
		AUTO_STMT q = case_find(s, ref, err);

		if (q == NULL)
			return -1;
		snprintf(id, CASE_ID, "%s", column_text(q, COL_ID));
	}
	return case_head_by_id(s, id, h, err);
}

static int exported_in(struct store *s, const char *ref, const struct rec_export *e, int64_t now_ms,
                       struct err *err)
{
	struct record r = {.kind = REC_EXPORT, .at_ms = now_ms, .u.export = *e};
	char id[CASE_ID];
	struct case_head h;
	struct buf text;
	bool done;
	int rc;

	if (find_head(s, ref, id, &h, err) != 0 || needless(s, &h, e, &done, err) != 0)
		return -1;
	if (done)
		return 0;
	r.pos = h.records + 1;
	buf_init(&text, STORE_MAX_RECORD);
	rc = record_text(&text, &r, err);
	if (rc == 0)
		rc = record_insert(s, &h, id, &r, &text, err);
	buf_release(&text);
	return rc == 0 ? case_set_head(s, &h, now_ms, err) : -1;
}

int store_exported(struct store *s, const char *ref, const struct rec_export *e, int64_t now_ms,
                   struct err *err)
{
	if (tx_begin_write(s, err) != 0)
		return -1;
	if (tx_end(s, exported_in(s, ref, e, now_ms, err), err) != 0)
		return -1;
	wal_bound(s);
	return 0;
}
