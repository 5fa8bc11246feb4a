/*
 * Takes a case over from a file: all of it or nothing.  A case that is here already
 * may only grow; where the two differ is said, and nothing is written.
 */
#include "xfer.h"

#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

/* Keeps the first fault for the message. */
static void first_fault(void *arg, const struct store_fault *f)
{
	struct err *err = arg;

	if (err->code != FAIL_NONE)
		return;
	err_set(err, FAIL_FORMAT, 0, "%s", f->what);
	err->line = f->line;
}

static int read_proven(struct xfer *x, const char *name, const char *text, size_t n, struct err *err)
{
	struct err first = {.code = FAIL_NONE};
	struct store_check c = {.fault = first_fault, .arg = &first};

	if (xfer_read(x, text, n, &c, err) != 0)
		return err_wrap(err, "%s", name);
	if (c.faults == 0)
		return 0;
	xfer_release(x);
	err_set(err, FAIL_FORMAT, 0,
	        "%s:%u: %s. Nothing was imported; `casebook case verify %s` lists all faults", name,
	        first.line, first.msg, name);
	if (err != NULL)
		err->line = first.line;
	return -1;
}

/* The text of a record that the gate changed, and its hash upon the one before. */
static int write_anew(struct xfer *x, size_t i, const char *before, struct err *err)
{
	struct xfer_record *rec = &x->records[i];
	struct buf text;
	int rc;

	buf_init(&text, STORE_MAX_RECORD);
	rc = record_text(&text, &x->cf.log[i], err);
	rec->text = arena_strndup(x->cf.mem, buf_cstr(&text), text.n);
	rec->n = text.n;
	memcpy(rec->hash, before, SHA256_HEX);
	chain_add(rec->hash, x->cf.id, rec->text, rec->n);
	buf_release(&text);
	return rc;
}

/* What comes from elsewhere passes the gate for secrets as what is measured here does. From the first record
 * that it changes on, the log has hashes of its own. */
static int gate(struct xfer *x, struct secret_count *count, struct err *err)
{
	struct arena *scratch = arena_new();
	char before[SHA256_HEX];
	bool changed;
	int rc = 0;

	x->cf.host = secret_clean(x->cf.mem, x->cf.host, count);
	changed = count->n != 0; /* the host is in the first link */
	x->cf.title = secret_clean(x->cf.mem, x->cf.title, count);
	x->at = secret_clean(x->cf.mem, x->at, count);
	chain_begin(&x->cf, before);
	memcpy(x->cf.told_head, before, sizeof(before));
	for (size_t i = 0; rc == 0 && i < x->cf.nlog; i++) {
		struct record *r = &x->cf.log[i];
		struct secret_count here = {0, NULL};

		record_clean(scratch, r, &here);
		arena_reset(scratch);
		changed = changed || here.n != 0;
		if (here.n != 0)
			*r = record_clean(x->cf.mem, r, count);
		if (changed)
			rc = write_anew(x, i, before, err);
		memcpy(before, x->records[i].hash, sizeof(before));
		if (r->kind != REC_EXPORT)
			memcpy(x->cf.told_head, before, sizeof(before));
	}
	memcpy(x->cf.head, before, sizeof(before));
	arena_free(scratch);
	return rc;
}

int store_read_export(const char *name, const char *text, size_t n, struct casefile *out, struct err *err)
{
	struct err mine;
	struct xfer x;
	int rc;

	memset(out, 0, sizeof(*out));
	if (read_proven(&x, name, text, n, err != NULL ? err : &mine) != 0)
		return -1;
	rc = gate(&x, &x.cf.left_out, err);
	return xfer_give(&x, rc, out);
}

/* One record in a few words: `answer server-url: refused, 2026-11-22T10:52:17Z`. */
static void say_record(struct buf *out, const struct record *r)
{
	char when[CLOCK_TEXT];
	const char *a = "", *b = "";

	switch (r->kind) {
	case REC_INPUT:
		a = r->u.input.key;
		b = r->u.input.value != NULL ? r->u.input.value : "(none)";
		break;
	case REC_ANSWER:
		a = r->u.answer.step;
		b = r->u.answer.answer;
		break;
	case REC_EVIDENCE:
		a = r->u.evidence.probe;
		b = r->u.evidence.target;
		break;
	case REC_NOTE:
		b = r->u.note.text;
		break;
	case REC_TICK:
		a = r->u.tick.cause;
		break;
	case REC_ABOUT:
		a = r->u.about.computer != NULL ? r->u.about.computer : r->u.about.target;
		b = role_name(r->u.about.role);
		break;
	case REC_EXPORT:
		a = r->u.export.what;
		b = r->u.export.format;
		break;
	case REC_PUT_OFF:
		a = r->u.put_off.step;
		b = r->u.put_off.wanted;
		break;
	case REC_HAND:
		b = r->u.hand.to;
		break;
	case REC_RETRACT:
	case REC__MAX:
		break;
	}
	buf_fmt(out, "%s %s%s", record_kind_name(r->kind), a != NULL ? a : "",
	        a != NULL && *a != '\0' ? ": " : "");
	if (b != NULL)
		utf8_clean(out, b, utf8_fit(b, strlen(b), 40), UTF8_ONE_LINE);
	buf_fmt(out, ", %s", clock_iso(r->at_ms, when));
}

/* The hash stored at a position; "" when it is not there. */
static int stored_hash(struct store *s, int64_t number, uint32_t pos, char out[SHA256_HEX], struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORD_GET_BARE, err);
	int rc;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, pos);
	rc = stmt_row(s, q, "reading a record", err);
	snprintf(out, SHA256_HEX, "%s", rc > 0 ? column_text(q, 1) : "");
	return rc < 0 ? -1 : 0;
}

static void stored_words(struct store *s, int64_t number, uint32_t pos, struct buf *out)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORD_GET, NULL);
	struct arena *mem = arena_new();
	struct record r;
	struct buf text;

	buf_init(&text, 2 * STORE_MAX_RECORD);
	if (q != NULL) {
		sqlite3_bind_int64(q, 1, number);
		sqlite3_bind_int64(q, 2, pos);
	}
	if (q != NULL && stmt_row(s, q, "reading a record", NULL) > 0 &&
	    record_row_text(q, &text, NULL) == 0 &&
	    record_from_json(mem, buf_cstr(&text), text.n, &r, NULL) == 0)
		say_record(out, &r);
	else
		buf_str(out, "something that cannot be read");
	buf_release(&text);
	arena_free(mem);
}

/* Each record's hash covers all before it: the first that differs is found by halving. */
static int first_difference(struct store *s, const struct xfer *x, int64_t number, uint32_t known,
                            uint32_t *out, struct err *err)
{
	uint32_t low = 1, high = known;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		char hash[SHA256_HEX];

		if (stored_hash(s, number, mid, hash, err) != 0)
			return -1;
		if (strcmp(hash, x->records[mid - 1].hash) == 0)
			low = mid + 1;
		else
			high = mid;
	}
	*out = low;
	return 0;
}

static int say_conflict(struct store *s, const struct xfer *x, const char *name, int64_t number, uint32_t pos,
                        struct err *err)
{
	struct buf here, there;

	buf_init(&here, 160);
	buf_init(&there, 160);
	stored_words(s, number, pos, &here);
	say_record(&there, &x->cf.log[pos - 1]);
	err_set(err, FAIL_CONFLICT, 0,
	        "%s: case #%lld here differs from record %u on: here \"%s\", in the file \"%s\". "
	        "Nothing was"
	        " changed",
	        name, (long long)number, pos, buf_cstr(&here), buf_cstr(&there));
	buf_release(&here);
	buf_release(&there);
	return -1;
}

static bool only_exports(const struct casefile *cf, uint32_t from)
{
	for (size_t i = from; i <= cf->nlog; i++)
		if (cf->log[i - 1].kind != REC_EXPORT)
			return false;
	return true;
}

static int cut(struct store *s, struct case_head *h, const struct casefile *cf, uint32_t from,
               struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORDS_CUT, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, h->number);
	sqlite3_bind_int64(q, 2, from);
	if (stmt_run(s, q, "importing", err) != 0 || search_cut(s, h->number, from, err) != 0)
		return -1;
	h->records = from - 1;
	chain_begin(cf, h->head);
	return from > 1 ? stored_hash(s, h->number, from - 1, h->head, err) : 0;
}

/* Two logs that part at `pos`.  What was only exported here moves behind what the file has; what was only
 * exported there is left there. Anything else is a conflict. `kept`: the case as it is here. */
static int part(struct store *s, struct xfer *x, const char *name, struct case_head *h, uint32_t known,
                struct casefile *kept, struct err *err)
{
	uint32_t pos;

	if (first_difference(s, x, h->number, known, &pos, err) != 0 ||
	    records_load(s, h->number, kept, err) != 0)
		return -1;
	if (x->instead) {
		kept->nlog = 0;
		return cut(s, h, &x->cf, pos, err) == 0 ? case_unchanged(s, h->number, err) : -1;
	}
	if (only_exports(&x->cf, pos)) {
		x->cf.nlog = pos - 1;
		kept->nlog = 0;
		return 0;
	}
	if (!only_exports(kept, pos))
		return say_conflict(s, x, name, h->number, pos, err);
	if (cut(s, h, &x->cf, pos, err) != 0)
		return -1;
	memmove(kept->log, kept->log + pos - 1, (kept->nlog - pos + 1) * sizeof(*kept->log));
	kept->nlog -= pos - 1;
	return 0;
}

/* The case is here: the shorter log must be the beginning of the longer. */
static int check_same(struct store *s, struct xfer *x, const char *name, struct case_head *h,
                      struct casefile *kept, struct err *err)
{
	uint32_t known = h->records < x->cf.nlog ? h->records : (uint32_t)x->cf.nlog;
	char hash[SHA256_HEX], ours[SHA256_HEX], theirs[SHA256_HEX];
	AUTO_STMT q = case_find(s, x->cf.id, err);

	if (q == NULL)
		return -1;
	case_fill(q, kept);
	sqlite3_reset(q);
	chain_begin(kept, ours);
	chain_begin(&x->cf, theirs);
	if (strcmp(ours, theirs) != 0)
		return err_set(err, FAIL_CONFLICT, 0,
		               "%s: case #%lld here has the same id but began otherwise (flow, "
		               "time, machine or"
		               " tool). Nothing was changed",
		               name, (long long)h->number);
	if (known == 0)
		return 0;
	if (stored_hash(s, h->number, known, hash, err) != 0)
		return -1;
	return strcmp(hash, x->records[known - 1].hash) == 0 ? 0 : part(s, x, name, h, known, kept, err);
}

static int begin_or_check(struct store *s, struct xfer *x, const char *name, struct case_head *h,
                          struct casefile *kept, struct err *err)
{
	if (case_head_by_id(s, x->cf.id, h, err) == 0)
		return check_same(s, x, name, h, kept, err);
	if (err->code != FAIL_NOT_FOUND)
		return -1;
	if (case_insert(s, &x->cf, h, err) != 0)
		return -1;
	return case_mark(s, h->number, &(struct case_mark){x->cf.title, x->at, x->state}, err);
}

static int insert_text(struct store *s, struct case_head *h, const struct xfer *x, const struct record *r,
                       const char *bytes, size_t n, struct err *err)
{
	struct buf text;
	int rc = 0;

	buf_init(&text, XFER_LINE);
	if (bytes != NULL)
		buf_put(&text, bytes, n);
	else
		rc = record_text(&text, r, err);
	if (rc == 0)
		rc = record_insert(s, h, x->cf.id, r, &text, err);
	buf_release(&text);
	return rc;
}

static int import_in(struct store *s, struct xfer *x, const char *name, struct store_import *out,
                     struct casefile *kept, struct err *err)
{
	const struct case_mark *m;
	struct case_head h;

	if (begin_or_check(s, x, name, &h, kept, err) != 0)
		return -1;
	out->number = (uint32_t)h.number;
	out->had = h.records;
	for (; h.records < x->cf.nlog; out->added++) {
		const struct xfer_record *rec = &x->records[h.records];

		if (insert_text(s, &h, x, &x->cf.log[h.records], rec->text, rec->n, err) != 0)
			return -1;
	}
	if (out->added == 0)
		return 0;
	for (size_t i = 0; i < kept->nlog; i++) {
		kept->log[i].pos = h.records + 1;
		if (insert_text(s, &h, x, &kept->log[i], NULL, 0, err) != 0)
			return -1;
	}
	m = casefile_mark(&x->cf);
	if (m != NULL && case_mark(s, h.number, m, err) != 0)
		return -1;
	return case_set_head(s, &h, x->cf.log[x->cf.nlog - 1].at_ms, err);
}

int xfer_import(struct store *s, struct xfer *x, const char *name, struct store_import *out, struct err *err)
{
	struct casefile kept = {.log = NULL};
	int rc;

	memset(out, 0, sizeof(*out));
	memcpy(out->id, x->cf.id, sizeof(out->id));
	rc = gate(x, &out->left_out, err);
	if (rc == 0)
		rc = tx_begin_write(s, err);
	if (rc == 0)
		rc = tx_end(s, import_in(s, x, name, out, &kept, err), err);
	if (kept.mem != NULL)
		casefile_release(&kept);
	return rc;
}

int store_import(struct store *s, const char *name, const char *text, size_t n, struct store_import *out,
                 struct err *err)
{
	struct err mine;
	struct xfer x;
	int rc;

	memset(out, 0, sizeof(*out));
	if (err == NULL)
		err = &mine;
	if (read_proven(&x, name, text, n, err) != 0)
		return -1;
	rc = xfer_import(s, &x, name, out, err);
	xfer_release(&x);
	return rc;
}
