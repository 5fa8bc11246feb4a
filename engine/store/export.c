/*
 * Writes a case as one file.  What cannot be read is left out, and the last line
 * says what that was: a damaged case travels as far as it goes, and says so.
 */
#include "xfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/escape.h>
#include <casebook/json.h>
#include <casebook/xalloc.h>

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

/* The first line of the file; begun NULL: what the case began with cannot be read. */
struct opening {
	const struct casefile *begun;
	struct case_mark shown;
	bool has_end;
	uint32_t records;
	const char *head;
};

static int put_header(struct writer *w, const struct opening *o, struct err *err)
{
	const struct casefile *begun = o->begun;
	struct buf line;
	struct jsonw j;
	int rc;

	buf_init(&line, BUF_MAX_LINE);
	jsonw_init(&j, &line);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "kind", XFER_KIND);
	jsonw_kstr(&j, "id", begun != NULL ? begun->id : NULL);
	jsonw_kstr(&j, "flow", begun != NULL ? begun->flow_id : NULL);
	jsonw_kstr(&j, "flow_hash", begun != NULL ? begun->flow_hash : NULL);
	jsonw_key(&j, "opened");
	if (begun != NULL)
		jsonw_time(&j, begun->opened_ms);
	else
		jsonw_null(&j);
	jsonw_kstr(&j, "host", begun != NULL ? begun->host : NULL);
	jsonw_kstr(&j, "tool", begun != NULL ? begun->tool : NULL);
	jsonw_kstr(&j, "title", begun != NULL ? o->shown.title : NULL);
	jsonw_kstr(&j, "at", begun != NULL ? o->shown.place : NULL);
	jsonw_kstr(&j, "state", begun != NULL ? case_state_name(o->shown.state) : NULL);
	jsonw_key(&j, "records");
	if (o->has_end)
		jsonw_int(&j, o->records);
	else
		jsonw_null(&j);
	jsonw_kstr(&j, "head", o->has_end ? o->head : NULL);
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

/* told: only what reports tell of it; NULL: all. */
static int export_case(struct writer *w, struct walk *walk, sqlite3_stmt *q, const struct casefile *told,
                       struct err *err)
{
	struct casefile begun = {.log = NULL};
	struct opening o = {.begun = NULL};
	int rc;

	if (q != NULL) {
		case_fill(q, &begun);
		walk->begun = &begun;
		walk->number = sqlite3_column_int64(q, COL_NUMBER);
		walk_end(walk, q);
		chain_begin(&begun, w->head);
		o.begun = &begun;
	}
	if (told != NULL) {
		walk->told = true;
		walk->records = casefile_told(told);
		snprintf(walk->head, sizeof(walk->head), "%s", told->told_head);
	}
	o.shown = walk->shown;
	o.has_end = walk->has_end;
	o.records = walk->records;
	o.head = walk->head;
	rc = put_header(w, &o, err);
	if (q != NULL)
		sqlite3_reset(q);
	if (rc == 0)
		rc = walk_records(walk, err);
	if (rc == 0)
		rc = put_end(w, err);
	casefile_release(&begun);
	return rc;
}

static void faults_begin(struct writer *w)
{
	buf_init(&w->faults, BUF_MAX_LINE);
	jsonw_init(&w->list, &w->faults);
	jsonw_open(&w->list, '[');
}

/* The case's own row cannot be read, but the person named its number: the log may still be there. */
static int export_headless(struct writer *w, struct walk *walk, const char *ref, struct err *err)
{
	const struct store_fault f = {
	        .what = "what the case began with cannot be read: the file is damaged there"};

	if (err->code != FAIL_DB || !case_ref_number(ref, &walk->number))
		return -1;
	keep_fault(w, &f);
	return export_case(w, walk, NULL, NULL, err);
}

static int export_some(struct store *s, const char *ref, const struct casefile *told, struct store_check *c,
                       store_put *out, void *arg, struct err *err)
{
	struct writer w = {.put = out, .arg = arg, .outer = c};
	struct store_check inner = {.fault = keep_fault, .arg = &w};
	struct walk walk = {.s = s, .check = &inner, .record = put_record, .arg = &w};
	int rc = -1;

	if (tx_begin_read(s, err) != 0)
		return -1;
	faults_begin(&w);
	{
		AUTO_STMT q = case_find_damaged(s, ref, err);

		rc = q != NULL ? export_case(&w, &walk, q, told, err) : export_headless(&w, &walk, ref, err);
	}
	tx_rollback(s);
	buf_release(&w.faults);
	c->cases++;
	c->records += inner.records;
	return rc;
}

int store_export(struct store *s, const char *ref, struct store_check *c, store_put *out, void *arg,
                 struct err *err)
{
	return export_some(s, ref, NULL, c, out, arg, err);
}

int store_export_told(struct store *s, const struct casefile *cf, struct store_check *c, store_put *out,
                      void *arg, struct err *err)
{
	return export_some(s, cf->id, cf, c, out, arg, err);
}

/* The time of the original, so that copies sort like it; the rest from what it is a copy of. */
static void copy_id(const struct casefile *cf, const char *level, const char *head, char out[CASE_ID])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char sum[SHA256_HEX];
	struct sha256 *s = sha256_new();

	sha256_add(s, cf->id, strlen(cf->id));
	sha256_add(s, level, strlen(level));
	sha256_add(s, head, strlen(head));
	sha256_finish(s, sum);
	memcpy(out, cf->id, CASE_ID);
	for (size_t i = 10; i + 1 < CASE_ID; i++)
		out[i] = digits[((size_t)hex_digit(sum[2 * (i - 10)]) << 4 |
		                 (size_t)hex_digit(sum[2 * (i - 10) + 1])) &
		                31];
}

static int put_all(struct writer *w, const struct casefile *cf, uint32_t n, bool send, struct err *err)
{
	struct buf text;
	int rc = 0;

	chain_begin(cf, w->head);
	buf_init(&text, STORE_MAX_RECORD);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		char hash[SHA256_HEX];

		rc = record_text(&text, &cf->log[i], err);
		memcpy(hash, w->head, sizeof(hash));
		chain_add(hash, cf->id, buf_cstr(&text), text.n);
		if (rc == 0 && send)
			rc = put_record(w, hash, false, &text, err);
		memcpy(w->head, hash, sizeof(hash));
	}
	buf_release(&text);
	return rc;
}

int store_export_copy(const struct casefile *redacted, const char *level, const char *head, store_put *out,
                      void *arg, struct err *err)
{
	struct casefile cf = *redacted;
	uint32_t told = casefile_told(redacted), n = told + 1;
	struct record *log = xmalloc(n * sizeof(*log));
	struct store_check none = {.fault = NULL};
	struct writer w = {.put = out, .arg = arg, .outer = &none};
	const struct case_mark *m = casefile_mark(redacted);
	int rc;

	if (told != 0)
		memcpy(log, redacted->log, told * sizeof(*log));
	log[told] = (struct record){.pos = n,
	                            .kind = REC_EXPORT,
	                            .at_ms = told != 0 ? log[told - 1].at_ms : cf.opened_ms,
	                            .u.export = {"case", "jsonl", level, head, NULL}};
	cf.log = log;
	cf.nlog = n;
	copy_id(redacted, level, head, cf.id);
	faults_begin(&w);
	rc = put_all(&w, &cf, n, false, err);
	if (rc == 0)
		rc = put_header(
		        &w,
		        &(struct opening){&cf, m != NULL ? *m : (struct case_mark){cf.title, "", CASE_OPEN},
		                          true, n, w.head},
		        err);
	if (rc == 0)
		rc = put_all(&w, &cf, n, true, err);
	if (rc == 0)
		rc = put_end(&w, err);
	buf_release(&w.faults);
	free(log);
	return rc;
}
