/*
 * Proves logs by their hash chain and finds what a damaged file still holds.
 * Reads position by position: one bad page costs the records on it, not the rest.
 */
#include "store_int.h"

#include <stdio.h>
#include <string.h>

/* More case numbers than anybody gives; a damaged counter must not make us count for ever. */
#define MAX_NUMBERS 1000000

void check_fault(struct store_check *c, const struct store_fault *f)
{
	c->faults++;
	if (c->fault != NULL)
		c->fault(c->arg, f);
}

void check_head(struct store_check *c, const char *hash, uint32_t pos)
{
	snprintf(c->head, sizeof(c->head), "%s", hash);
	if (c->want != NULL && strncmp(hash, c->want, strlen(c->want)) == 0)
		c->want_at = pos;
}

static void report(const struct walk *w, uint32_t pos, uint32_t to, const char *what)
{
	const struct store_fault f = {.number = (uint32_t)w->number, .pos = pos, .to = to, .what = what};

	check_fault(w->check, &f);
}

/* What the disk lost, as opposed to what stops us altogether. */
static bool is_damage(const struct store *s)
{
	int rc = sqlite3_extended_errcode(s->db) & 0xff;

	return rc == SQLITE_CORRUPT || rc == SQLITE_IOERR || rc == SQLITE_NOTADB || rc == SQLITE_FORMAT;
}

enum found { FOUND_NONE, FOUND_WHOLE, FOUND_PARTIAL, FOUND_UNREADABLE, FOUND_FAILED };

struct row {
	char hash[SHA256_HEX];
	struct buf text;
};

static enum found get(struct walk *w, enum stmt id, uint32_t pos, struct row *row, struct err *err)
{
	AUTO_STMT q = stmt_use(w->s, id, err);
	int rc = -1;

	if (q != NULL) {
		sqlite3_bind_int64(q, 1, w->number);
		sqlite3_bind_int64(q, 2, pos);
		rc = stmt_row(w->s, q, "reading a record", err);
	}
	if (rc < 0)
		return is_damage(w->s) ? FOUND_UNREADABLE : FOUND_FAILED;
	if (rc == 0)
		return FOUND_NONE;
	snprintf(row->hash, sizeof(row->hash), "%s", column_text(q, 1));
	return record_row_text(q, &row->text, NULL) == 0 ? FOUND_WHOLE : FOUND_PARTIAL;
}

static enum found get_record(struct walk *w, uint32_t pos, struct row *row, struct err *err)
{
	enum found f = get(w, STMT_RECORD_GET, pos, row, err);

	/* It may be the body that cannot be read. */
	return f == FOUND_UNREADABLE ? get(w, STMT_RECORD_GET_BARE, pos, row, err) : f;
}

/* Where the walk stands: the hash that the next record builds upon, and a run of missing ones; what the
 * newest mark says; how late it is by the last record and by the latest. */
struct state {
	char hash[SHA256_HEX];
	bool known;
	uint32_t gap, last;
	enum found why;
	struct arena *mem;
	const struct case_mark *mark;
	int64_t at_ms, latest_ms;
};

static void end_gap(const struct walk *w, struct state *st, uint32_t before)
{
	static const char *const lost = "cannot be read: the file is damaged there";
	static const char *const gone = "missing: the log has a gap";
	static const char *const cut = "missing at the end: the log was cut";

	if (st->gap == 0)
		return;
	if (st->why != FOUND_UNREADABLE && w->has_end && before > w->records)
		report(w, st->gap, before - 1, cut);
	else
		report(w, st->gap, before - 1, st->why == FOUND_UNREADABLE ? lost : gone);
	st->gap = 0;
}

static void note_gap(const struct walk *w, struct state *st, uint32_t pos, enum found why)
{
	if (st->gap != 0 && st->why != why)
		end_gap(w, st, pos);
	if (st->gap == 0) {
		st->gap = pos;
		st->why = why;
	}
	st->known = false;
}

static bool reads_as_record(struct state *st, const struct buf *text, uint32_t pos)
{
	struct arena *mem = arena_new();
	struct record r;
	bool good = record_from_json(mem, buf_cstr(text), text->n, &r, NULL) == 0 && r.pos == pos;

	if (good && r.mark != NULL) {
		arena_reset(st->mem);
		st->mark = case_mark_new(st->mem, arena_strdup(st->mem, r.mark->title),
		                         arena_strdup(st->mem, r.mark->place), r.mark->state);
	}
	if (good) {
		st->at_ms = r.at_ms;
		st->latest_ms = r.at_ms > st->latest_ms ? r.at_ms : st->latest_ms;
	}
	arena_free(mem);
	return good;
}

/* Whether it may be shown: a record that was changed may, something that is none may not. */
static bool check_record(const struct walk *w, struct state *st, uint32_t pos, const struct row *row)
{
	bool good = reads_as_record(st, &row->text, pos);
	char expect[SHA256_HEX];

	memcpy(expect, st->hash, sizeof(expect));
	if (st->known)
		chain_add(expect, w->begun->id, buf_cstr(&row->text), row->text.n);
	if (st->known && strcmp(expect, row->hash) != 0)
		report(w, pos, pos,
		       pos == 1 ? "changed: it, its hash, or what the case began with is not what was "
		                  "written"
		                : "changed: it or its hash is not what was written");
	else if (!good)
		report(w, pos, pos, "not a record");
	if (w->has_end && pos > w->records)
		report(w, pos, pos, "beyond the end: the case says that it has fewer");
	return good;
}

static int step(struct walk *w, struct state *st, uint32_t pos, struct row *row, struct err *err)
{
	enum found f = get_record(w, pos, row, err);
	bool good;

	if (f == FOUND_FAILED)
		return -1;
	if (f == FOUND_NONE || f == FOUND_UNREADABLE) {
		note_gap(w, st, pos, f);
		return 0;
	}
	end_gap(w, st, pos);
	good = f == FOUND_WHOLE ? check_record(w, st, pos, row) : reads_as_record(st, &row->text, pos);
	if (f == FOUND_PARTIAL)
		report(w, pos, pos,
		       "only in part: what was measured cannot be read, the file is damaged there");
	memcpy(st->hash, row->hash, sizeof(st->hash));
	check_head(w->check, row->hash, pos);
	st->known = w->begun != NULL;
	st->last = pos;
	if (!good)
		return 0;
	w->check->records++;
	return w->record != NULL ? w->record(w->arg, row->hash, f == FOUND_PARTIAL, &row->text, err) : 0;
}

/* The highest number that a statement names, 0 for none; -1 when it cannot be read. */
static int64_t highest(struct store *s, enum stmt id, int64_t number)
{
	AUTO_STMT q = stmt_use(s, id, NULL);

	if (q == NULL)
		return -1;
	if (number != 0)
		sqlite3_bind_int64(q, 1, number);
	switch (stmt_row(s, q, "reading", NULL)) {
	case 1:
		return sqlite3_column_int64(q, 0);
	case 0:
		return 0;
	default:
		return -1;
	}
}

void walk_end(struct walk *w, sqlite3_stmt *q)
{
	w->has_end = sqlite3_column_type(q, COL_RECORDS) != SQLITE_NULL;
	w->records = column_count(q, COL_RECORDS);
	snprintf(w->head, sizeof(w->head), "%s", column_text(q, COL_HEAD));
	w->changed_ms = sqlite3_column_int64(q, COL_CHANGED);
	w->shown = (struct case_mark){arena_strdup(w->begun->mem, column_text(q, COL_TITLE)),
	                              arena_strdup(w->begun->mem, column_text(q, COL_AT)),
	                              (enum case_state)sqlite3_column_int(q, COL_STATE)};
}

/* How far to look: to the last record there is, or must be; as far as can be when neither is known. */
static uint32_t walk_to(const struct walk *w, int64_t last)
{
	int64_t end = last;

	if (w->told)
		return w->records;
	if (w->has_end && w->records <= CASE_MAX_LOG && end < w->records)
		end = w->records;
	if (end > CASE_MAX_LOG || (last < 0 && !w->has_end))
		end = CASE_MAX_LOG;
	return end > 0 ? (uint32_t)end : 0;
}

/* What the list shows is what the log says, or somebody changed it. */
static void check_shown(const struct walk *w, const struct state *st)
{
	const struct case_mark *m = st->mark;

	if (!w->has_end || st->last == 0 || st->last != w->records)
		return;
	if (m == NULL)
		w->check->unmarked++;
	else if (strcmp(m->title, w->shown.title) != 0)
		report(w, 0, 0, "changed: its title is not the one that its log has");
	else if (strcmp(m->place, w->shown.place) != 0)
		report(w, 0, 0, "changed: the step that the list shows is not the one that its log has");
	else if (m->state != w->shown.state)
		report(w, 0, 0, "changed: open, waiting or closed is not what its log has");
	if (w->told)
		return;
	if (w->changed_ms < st->at_ms || w->changed_ms > st->latest_ms)
		report(w, 0, 0, "changed: the time of its last change is not one that its log has");
}

static void check_end(const struct walk *w, const struct state *st)
{
	if (!w->has_end)
		report(w, st->last, st->last,
		       "where the log ends cannot be read: more may be missing after this one");
	else if (w->records > CASE_MAX_LOG)
		report(w, 0, 0, "the case says that it has more records than one may have");
	else if (st->last == w->records && (st->known || st->last == 0) && strcmp(st->hash, w->head) != 0)
		report(w, st->last, st->last, "not the one that the case names as its last");
	if (w->begun != NULL)
		check_shown(w, st);
}

int walk_records(struct walk *w, struct err *err)
{
	struct state st = {.known = w->begun != NULL, .mem = arena_new()};
	int64_t last = highest(w->s, STMT_RECORD_LAST, w->number);
	uint32_t end = walk_to(w, last);
	struct row row;
	int rc = 0;

	if (w->begun != NULL)
		chain_begin(w->begun, st.hash);
	st.at_ms = st.latest_ms = w->begun != NULL ? w->begun->opened_ms : 0;
	buf_init(&row.text, 2 * STORE_MAX_RECORD);
	for (uint32_t pos = 1; rc == 0 && pos <= end; pos++)
		rc = step(w, &st, pos, &row, err);
	buf_release(&row.text);
	if (rc == 0 && (w->has_end || last >= 0))
		end_gap(w, &st, end + 1);
	if (rc == 0)
		check_end(w, &st);
	arena_free(st.mem);
	return rc;
}

static int verify_row(struct store *s, sqlite3_stmt *q, struct store_check *c, struct err *err)
{
	struct casefile begun;
	struct walk w = {.s = s, .check = c, .begun = &begun};
	int rc;

	case_fill(q, &begun);
	w.number = sqlite3_column_int64(q, COL_NUMBER);
	walk_end(&w, q);
	sqlite3_reset(q);
	c->cases++;
	rc = walk_records(&w, err);
	casefile_release(&begun);
	return rc;
}

/* One number of all: a case, nothing, or something damaged. */
static int verify_number(struct store *s, int64_t number, struct store_check *c, struct err *err)
{
	struct walk w = {.s = s, .check = c, .number = number};
	AUTO_STMT q = NULL;
	char ref[24];
	struct err why;

	snprintf(ref, sizeof(ref), "#%lld", (long long)number);
	q = case_find_damaged(s, ref, &why);
	if (q != NULL)
		return verify_row(s, q, c, err);
	if (why.code != FAIL_NOT_FOUND && why.code != FAIL_DB && why.code != FAIL_IO) {
		*err = why;
		return -1;
	}
	if (why.code != FAIL_NOT_FOUND)
		report(&w, 0, 0, "what the case began with cannot be read: the file is damaged there");
	else if (highest(s, STMT_RECORD_LAST, number) > 0)
		report(&w, 0, 0, "there are records, but no case that they belong to");
	return 0;
}

/* Code that would run when somebody reads or writes. */
static int verify_schema(struct store *s, struct store_check *c, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_FOREIGN_SCHEMA, err);
	struct walk w = {.s = s, .check = c};
	char what[200];
	int rc = q != NULL ? 1 : -1;

	while (rc > 0 && (rc = stmt_row(s, q, "checking the file", err)) > 0) {
		snprintf(what, sizeof(what), "casebook made no %.150s: it was planted", column_text(q, 0));
		report(&w, 0, 0, what);
	}
	return rc < 0 && is_damage(s) ? 0 : rc;
}

/* SQLite's own opinion of the pages, indexes and constraints. */
static int verify_file(struct store *s, struct store_check *c, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_INTEGRITY, err);
	struct walk w = {.s = s, .check = c};
	int rc = q != NULL ? 1 : -1;

	while (rc > 0 && (rc = stmt_row(s, q, "checking the file", err)) > 0)
		if (strcmp(column_text(q, 0), "ok") != 0)
			report(&w, 0, 0, column_text(q, 0));
	if (rc < 0 && is_damage(s)) {
		report(&w, 0, 0, "the file is damaged");
		rc = 0;
	}
	return rc;
}

static int verify_all(struct store *s, struct store_check *c, struct err *err)
{
	static const enum stmt counters[] = {STMT_LAST_NUMBER, STMT_LAST_CASE_NUMBER,
	                                     STMT_LAST_RECORD_NUMBER};
	int64_t last = 0;

	if (verify_file(s, c, err) != 0 || verify_schema(s, c, err) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		int64_t n = highest(s, counters[i], 0);

		if (n > last)
			last = n;
	}
	for (int64_t n = 1; n <= last && n <= MAX_NUMBERS; n++)
		if (verify_number(s, n, c, err) != 0)
			return -1;
	return 0;
}

static int verify_one(struct store *s, const char *ref, struct store_check *c, struct err *err)
{
	AUTO_STMT q = case_find_damaged(s, ref, err);

	if (q == NULL || verify_schema(s, c, err) != 0)
		return -1;
	return verify_row(s, q, c, err);
}

int store_verify(struct store *s, const char *ref, struct store_check *c, struct err *err)
{
	int rc;

	if (tx_begin_read(s, err) != 0)
		return -1;
	rc = ref != NULL ? verify_one(s, ref, c, err) : verify_all(s, c, err);
	tx_rollback(s);
	return rc;
}
