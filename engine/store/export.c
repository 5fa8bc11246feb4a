/*
 * Writes a case as one file.  What cannot be read is left out, and the last line
 * says what that was: a damaged case travels as far as it goes, and says so.
 */
#include "xfer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <casebook/json.h>

struct writer {
	store_put *put;
	void *arg;
	uint32_t written;
	char head[SHA256_HEX]; /* hash of the last record written */
	char header[SHA256_HEX];
	struct buf faults;
	struct jsonw list;
	struct store_check *outer;
};

static int put(struct writer *w, const struct buf *line, struct err *err)
{
	if (w->put(w->arg, buf_cstr(line), line->n) == 0)
		return 0;
	return err_set(err, errno == ENOSPC ? FAIL_FULL : FAIL_IO, errno,
	               "the export could not be written: %s", strerror(errno));
}

static int put_record(void *arg, const char *hash, bool partial, const struct buf *text, struct err *err)
{
	struct writer *w = arg;
	struct buf line;
	int rc;

	buf_init(&line, XFER_LINE + 256);
	buf_str(&line, XFER_HASH);
	buf_str(&line, hash);
	buf_str(&line, partial ? XFER_PARTIAL : XFER_RECORD);
	buf_put(&line, text->p, text->n);
	buf_str(&line, "}\n");
	rc = put(w, &line, err);
	buf_release(&line);
	w->written++;
	snprintf(w->head, sizeof(w->head), "%s", hash);
	return rc;
}

static void keep_fault(void *arg, const struct store_fault *f)
{
	struct writer *w = arg;

	jsonw_open(&w->list, '{');
	jsonw_kint(&w->list, "from", f->pos);
	jsonw_kint(&w->list, "to", f->to);
	jsonw_kstr(&w->list, "what", f->what);
	jsonw_close(&w->list, '}');
	check_fault(w->outer, f);
}

/* q: the row of the case, or NULL when it cannot be read. */
static int put_header(struct writer *w, sqlite3_stmt *q, const struct walk *walk, struct err *err)
{
	const struct casefile *begun = walk->begun;
	struct buf line;
	struct jsonw j;
	int rc;

	buf_init(&line, BUF_MAX_LINE);
	jsonw_init(&j, &line);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "kind", XFER_KIND);
	jsonw_kstr(&j, "id", q != NULL ? begun->id : NULL);
	jsonw_kstr(&j, "flow", q != NULL ? begun->flow_id : NULL);
	jsonw_kstr(&j, "flow_hash", q != NULL ? begun->flow_hash : NULL);
	jsonw_key(&j, "opened");
	if (q != NULL)
		jsonw_time(&j, begun->opened_ms);
	else
		jsonw_null(&j);
	jsonw_kstr(&j, "host", q != NULL ? begun->host : NULL);
	jsonw_kstr(&j, "tool", q != NULL ? begun->tool : NULL);
	jsonw_kstr(&j, "title", q != NULL ? begun->title : NULL);
	jsonw_kstr(&j, "at", q != NULL ? column_text(q, COL_AT) : NULL);
	jsonw_kstr(&j, "state",
	           q != NULL ? case_state_name((enum case_state)sqlite3_column_int(q, COL_STATE)) : NULL);
	jsonw_key(&j, "records");
	if (walk->has_end)
		jsonw_int(&j, walk->records);
	else
		jsonw_null(&j);
	jsonw_kstr(&j, "head", walk->has_end ? walk->head : NULL);
	jsonw_close(&j, '}');
	sha256_of(buf_cstr(&line), line.n, w->header);
	buf_char(&line, '\n');
	rc = put(w, &line, err);
	buf_release(&line);
	return rc;
}

static int put_end(struct writer *w, struct err *err)
{
	struct buf line;
	struct jsonw j;
	int rc;

	jsonw_close(&w->list, ']');
	buf_init(&line, BUF_MAX_LINE);
	jsonw_init(&j, &line);
	jsonw_open(&j, '{');
	jsonw_key(&j, "end");
	jsonw_open(&j, '{');
	jsonw_kstr(&j, "header", w->header);
	jsonw_kint(&j, "records", w->written);
	jsonw_kstr(&j, "head", w->head);
	buf_str(&line, ",\"faults\":");
	buf_str(&line, buf_cstr(&w->faults));
	jsonw_close(&j, '}');
	jsonw_close(&j, '}');
	buf_char(&line, '\n');
	rc = put(w, &line, err);
	buf_release(&line);
	return rc;
}

static int export_case(struct writer *w, struct walk *walk, sqlite3_stmt *q, struct err *err)
{
	struct casefile begun = {.log = NULL};
	int rc;

	if (q != NULL) {
		case_fill(q, &begun);
		walk->begun = &begun;
		walk->number = sqlite3_column_int64(q, COL_NUMBER);
		walk_end(walk, q);
		chain_begin(&begun, w->head);
	}
	rc = put_header(w, q, walk, err);
	if (q != NULL)
		sqlite3_reset(q);
	if (rc == 0)
		rc = walk_records(walk, err);
	if (rc == 0)
		rc = put_end(w, err);
	casefile_release(&begun);
	return rc;
}

/* The case's own row cannot be read, but the person named its number: the log may still be there. */
static int export_headless(struct writer *w, struct walk *walk, const char *ref, struct err *err)
{
	const struct store_fault f = {
	        .what = "what the case began with cannot be read: the file is damaged there"};

	if (err->code != FAIL_DB || !case_ref_number(ref, &walk->number))
		return -1;
	keep_fault(w, &f);
	return export_case(w, walk, NULL, err);
}

int store_export(struct store *s, const char *ref, struct store_check *c, store_put *out, void *arg,
                 struct err *err)
{
	struct writer w = {.put = out, .arg = arg, .outer = c};
	struct store_check inner = {.fault = keep_fault, .arg = &w};
	struct walk walk = {.s = s, .check = &inner, .record = put_record, .arg = &w};
	int rc = -1;

	if (tx_begin_read(s, err) != 0)
		return -1;
	buf_init(&w.faults, BUF_MAX_LINE);
	jsonw_init(&w.list, &w.faults);
	jsonw_open(&w.list, '[');
	{
		AUTO_STMT q = case_find_damaged(s, ref, err);

		rc = q != NULL ? export_case(&w, &walk, q, err) : export_headless(&w, &walk, ref, err);
	}
	tx_rollback(s);
	buf_release(&w.faults);
	c->cases++;
	c->records += inner.records;
	return rc;
}
