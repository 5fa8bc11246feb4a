/*
 * The case store's front: open, close, append, load.  One transaction per
 * append; what returned 0 has reached the disk.
 */
#include "store_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

const char *store_path(const struct store *s)
{
	return s->path;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < STMT__MAX; i++)
		sqlite3_finalize(s->stmts[i]);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

/* SQLite gives ":memory:" and "file:" a meaning; a path with a folder in front is always a path. */
static char *plain_path(const char *path)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_fmt(&b, "%s%s", path[0] == '/' ? "" : "./", path);
	return buf_steal(&b);
}

static int open_file(struct store *s, const struct store_options *opt, struct err *err)
{
	int flags = (opt->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_EXRESCODE;

	if (sqlite3_open_v2(s->path, &s->db, flags, opt->vfs) != SQLITE_OK)
		return db_fail(s, "opening", err);
	sqlite3_busy_timeout(s->db, s->busy_ms);
	/* A database from elsewhere must not run anything of its own. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (!opt->read_only && sqlite3_db_readonly(s->db, "main") == 1)
		return err_set(
		        err, FAIL_READONLY, 0,
		        "%s: cannot be written; make the file writable, or name another file with --db",
		        s->path);
	return schema_ready(s, err);
}

int store_open_with(const struct store_options *opt, struct store **out, struct err *err)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int rc = -1;

	*out = NULL;
	s->read_only = opt->read_only;
	s->busy_ms = opt->busy_ms != 0 ? opt->busy_ms : STORE_BUSY_MS;
	s->path = opt->path != NULL ? plain_path(opt->path) : store_default_path(!opt->read_only, err);
	if (s->path != NULL)
		rc = opt->read_only ? store_have_file(s->path, err) : store_make_file(s->path, err);
	if (rc == 0)
		rc = open_file(s, opt, err);
	if (rc != 0) {
		store_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

int store_open(const char *path, bool read_only, struct store **out, struct err *err)
{
	const struct store_options opt = {.path = path, .read_only = read_only};

	return store_open_with(&opt, out, err);
}

/* Whether the record at pos is already stored with the same content. */
static int same_record(struct store *s, int64_t number, const struct record *r, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORD_GET, err);
	struct buf text;
	bool same;
	int rc;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, r->pos);
	rc = stmt_row(s, q, "reading a record", err);
	if (rc < 0)
		return -1;
	buf_init(&text, STORE_MAX_RECORD);
	record_json(&text, r);
	same = rc > 0 && strcmp(buf_cstr(&text), column_text(q, 2)) == 0;
	buf_release(&text);
	if (same)
		return 0;
	return err_set(err, FAIL_CONFLICT, 0, "another casebook has written record %u of this case meanwhile",
	               r->pos);
}

static int set_head(struct store *s, const struct case_head *h, int64_t changed_ms, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_CASE_SET_HEAD, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, h->number);
	sqlite3_bind_int64(q, 2, h->records);
	bind_text(q, 3, h->head);
	sqlite3_bind_int64(q, 4, changed_ms);
	return stmt_run(s, q, "saving", err);
}

static int append_in(struct store *s, const struct casefile *cf, uint32_t from, struct err *err)
{
	struct case_head h;
	uint32_t had;

	if (case_head_by_id(s, cf->id, &h, err) != 0)
		return -1;
	had = h.records;
	for (uint32_t pos = from + 1; pos <= had && pos <= cf->nlog; pos++)
		if (same_record(s, h.number, &cf->log[pos - 1], err) != 0)
			return -1;
	if (had >= cf->nlog)
		return 0;
	if (records_append(s, cf, &h, err) != 0)
		return -1;
	return set_head(s, &h, cf->log[cf->nlog - 1].at_ms, err);
}

int store_append(struct store *s, const struct casefile *cf, uint32_t from, uint32_t *saved, struct err *err)
{
	if (tx_begin_write(s, err) != 0)
		return -1;
	if (append_in(s, cf, from, err) != 0) {
		tx_rollback(s);
		return -1;
	}
	if (tx_commit(s, err) != 0)
		return -1;
	*saved = (uint32_t)cf->nlog;
	return 0;
}

static void fill_case(sqlite3_stmt *q, struct casefile *cf)
{
	casefile_init(cf, column_text(q, COL_ID), column_text(q, COL_FLOW), column_text(q, COL_FLOW_HASH),
	              sqlite3_column_int64(q, COL_OPENED));
	cf->number = (uint32_t)sqlite3_column_int64(q, COL_NUMBER);
	cf->title = arena_strdup(cf->mem, column_text(q, COL_TITLE));
	cf->host = arena_strdup(cf->mem, column_text(q, COL_HOST));
	cf->tool = arena_strdup(cf->mem, column_text(q, COL_TOOL));
}

static int load_in(struct store *s, const char *ref, struct casefile *out, struct err *err)
{
	uint32_t records;
	int64_t number;

	{
		AUTO_STMT q = case_find(s, ref, err);

		if (q == NULL)
			return -1;
		fill_case(q, out);
		number = sqlite3_column_int64(q, COL_NUMBER);
		records = (uint32_t)sqlite3_column_int64(q, COL_RECORDS);
	}
	if (records_load(s, number, out, err) != 0)
		return err_wrap(err, "%s: case #%u", s->path, out->number);
	if (out->nlog != records)
		return err_set(
		        err, FAIL_DB, 0,
		        "%s: case #%u has %zu records of %u; `casebook case verify` says what is missing",
		        s->path, out->number, out->nlog, records);
	return 0;
}

int store_load(struct store *s, const char *ref, struct casefile *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if (tx_begin_read(s, err) != 0)
		return -1;
	rc = load_in(s, ref, out, err);
	tx_rollback(s);
	if (rc != 0)
		casefile_release(out);
	return rc;
}
