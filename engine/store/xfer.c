/*
 * Reads a case that came as a file, and proves it.  The file is from anywhere:
 * every size is bounded, every line is what it must be or a fault is reported.
 */
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

struct reader {
	struct xfer *x;
	struct store_check *check;
	struct arena *scratch;
	char hash[SHA256_HEX];   /* that the next record builds upon */
	char header[SHA256_HEX]; /* of the first line */
	uint32_t seen;           /* position of the last record read */
	unsigned line;
	bool chained, ended;
};

static void report(struct reader *r, uint32_t pos, const char *what)
{
	const struct store_fault f = {.pos = pos, .to = pos, .line = r->line, .what = what};

	check_fault(r->check, &f);
}

void xfer_release(struct xfer *x)
{
	free(x->records);
	x->records = NULL;
	if (x->cf.mem != NULL)
		casefile_release(&x->cf);
}

int xfer_give(struct xfer *x, int rc, struct casefile *out)
{
	if (rc == 0) {
		*out = x->cf;
		x->cf.mem = NULL;
	}
	xfer_release(x);
	return rc;
}

static bool int_of(const struct value *map, const char *key, int64_t most, uint32_t *out)
{
	const struct value *v = value_find(map, key);

	if (v == NULL || v->type != VAL_INT || v->u.i < 0 || v->u.i > most)
		return false;
	*out = (uint32_t)v->u.i;
	return true;
}

bool xfer_made_of(const char *s, const char *letters, size_t least, size_t most)
{
	size_t n = s != NULL ? strlen(s) : 0;

	return s != NULL && n >= least && n <= most && strspn(s, letters) == n;
}

bool xfer_is_hash(const char *s)
{
	return xfer_made_of(s, "0123456789abcdef", SHA256_HEX - 1, SHA256_HEX - 1);
}

bool xfer_fits(const char *s)
{
	return s != NULL && strlen(s) <= CASE_MAX_TEXT;
}

/* Every field is what it must be, or the file is none that we can take. */
static bool read_header(struct reader *r, const struct value *v)
{
	const char *id = value_find_str(v, "id"), *flow = value_find_str(v, "flow"),
	           *flow_hash = value_find_str(v, "flow_hash");
	const char *opened = value_find_str(v, "opened"), *head = value_find_str(v, "head");
	int state = case_state_from(value_find_str(v, "state"));
	struct xfer *x = r->x;
	int64_t opened_ms;

	if (!xfer_made_of(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", CASE_ID - 1, CASE_ID - 1) ||
	    !xfer_fits(flow) || !(xfer_is_hash(flow_hash) || xfer_made_of(flow_hash, "", 0, 0)) ||
	    opened == NULL || !clock_parse_iso(opened, &opened_ms) || !xfer_fits(value_find_str(v, "host")) ||
	    !xfer_fits(value_find_str(v, "tool")) || !xfer_fits(value_find_str(v, "title")) ||
	    !xfer_fits(value_find_str(v, "at")) || state < 0 || !xfer_is_hash(head) ||
	    !int_of(v, "records", CASE_MAX_LOG, &x->claimed))
		return false;
	casefile_init(&x->cf, id, flow, flow_hash, opened_ms);
	x->cf.host = arena_strdup(x->cf.mem, value_find_str(v, "host"));
	x->cf.tool = arena_strdup(x->cf.mem, value_find_str(v, "tool"));
	x->cf.title = arena_strdup(x->cf.mem, value_find_str(v, "title"));
	x->at = arena_strdup(x->cf.mem, value_find_str(v, "at"));
	x->state = (enum case_state)state;
	snprintf(x->head, sizeof(x->head), "%s", head);
	x->has_header = true;
	return true;
}

static int take_header(struct reader *r, const char *line, size_t n, struct err *err)
{
	const char *kind;
	uint32_t version;
	struct value v;

	if (n > XFER_LINE || value_parse_json(r->scratch, line, n, &v, err) != 0)
		return err_set(err, FAIL_FORMAT, 0, "this is not a case exported by casebook");
	kind = value_find_str(&v, "kind");
	if (kind == NULL || strcmp(kind, XFER_KIND) != 0 ||
	    !int_of(&v, "schema_version", INT32_MAX, &version))
		return err_set(err, FAIL_FORMAT, 0, "this is not a case exported by casebook");
	if (version != 1)
		return err_set(err, FAIL_FORMAT, 0,
		               "this case was exported by a newer casebook (version %u of the file)",
		               version);
	sha256_of(line, n, r->header);
	if (read_header(r, &v)) {
		chain_begin(&r->x->cf, r->hash);
		r->chained = true;
	} else {
		report(r, 0, "what the case began with is missing or wrong");
	}
	return 0;
}

int xfer_keep(struct xfer *x, const struct record *rec, const char *text, size_t n, const char *hash,
              struct err *err)
{
	struct xfer_record *slot;

	if (casefile_restore(&x->cf, rec, err) == NULL)
		return -1;
	if (x->cf.nlog > x->cap) {
		x->cap = x->cap != 0 ? x->cap * 2 : 64;
		x->records = xrealloc(x->records, x->cap * sizeof(*x->records));
	}
	slot = &x->records[x->cf.nlog - 1];
	slot->text = text;
	slot->n = n;
	memcpy(slot->hash, hash, SHA256_HEX);
	return 0;
}

static void check_place(struct reader *r, uint32_t pos)
{
	char text[120];

	if (pos == r->seen + 1)
		return;
	if (pos <= r->seen)
		snprintf(text, sizeof(text), "out of order: record %u stands after record %u", pos, r->seen);
	else if (pos == r->seen + 2)
		snprintf(text, sizeof(text), "record %u is missing before this one", r->seen + 1);
	else
		snprintf(text, sizeof(text), "records %u to %u are missing before this one", r->seen + 1,
		         pos - 1);
	report(r, pos, text);
	r->chained = false;
}

static void check_chain(struct reader *r, uint32_t pos, const char *text, size_t n, const char *hash)
{
	char expect[SHA256_HEX];

	memcpy(expect, r->hash, sizeof(expect));
	if (r->chained)
		chain_add(expect, r->x->cf.id, text, n);
	if (r->chained && strcmp(expect, hash) != 0)
		report(r, pos,
		       pos == 1 ? "changed: the record, its hash, or what the case began with is not "
		                  "what was written"
		                : "changed: the record or its hash is not what was written");
	memcpy(r->hash, hash, SHA256_HEX);
	r->chained = r->x->has_header;
}

static void take_record(struct reader *r, const char *text, size_t n, const char *hash, bool partial)
{
	struct record rec;
	struct err why;

	if (record_from_json(r->scratch, text, n, &rec, &why) != 0 || rec.pos == 0 ||
	    record_check(&rec, &why) != 0) {
		report(r, r->seen + 1, "changed: this is not a record");
		r->chained = false;
		r->seen++;
		return;
	}
	check_place(r, rec.pos);
	if (partial)
		report(r, rec.pos, "incomplete: the measurement was already lost when this was exported");
	else
		check_chain(r, rec.pos, text, n, hash);
	check_head(r->check, hash, rec.pos);
	memcpy(r->hash, hash, SHA256_HEX);
	r->chained = r->x->has_header;
	if (rec.pos > r->seen)
		r->seen = rec.pos;
	r->check->records++;
	if (r->x->has_header && xfer_keep(r->x, &rec, text, n, hash, NULL) != 0)
		report(r, rec.pos, "beyond the end: a case holds no more records of its kind");
}

static bool starts(const char *line, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

/* {"hash":"...","record":{...}} to its parts; false when the line is none. */
static bool split(const char *line, size_t n, char hash[SHA256_HEX], bool *partial, const char **text,
                  size_t *len)
{
	size_t at = strlen(XFER_HASH);
	const char *between;

	if (n < at + SHA256_HEX || !starts(line, n, XFER_HASH) || line[n - 1] != '}')
		return false;
	memcpy(hash, line + at, SHA256_HEX - 1);
	hash[SHA256_HEX - 1] = '\0';
	at += SHA256_HEX - 1;
	*partial = starts(line + at, n - at, XFER_PARTIAL);
	between = *partial ? XFER_PARTIAL : XFER_RECORD;
	if (!xfer_is_hash(hash) || !starts(line + at, n - at, between))
		return false;
	at += strlen(between);
	if (at >= n - 1)
		return false;
	*text = line + at;
	*len = n - 1 - at;
	return true;
}

static void take_end(struct reader *r, const char *line, size_t n)
{
	const struct value *end, *faults;
	const char *header, *head;
	uint32_t records;
	struct value v;

	r->ended = true;
	if (value_parse_json(r->scratch, line, n, &v, NULL) != 0) {
		report(r, 0, "changed: this is not a line of a case");
		return;
	}
	end = value_find(&v, "end");
	header = value_find_str(end, "header");
	head = value_find_str(end, "head");
	faults = value_find(end, "faults");
	if (header == NULL || strcmp(header, r->header) != 0)
		report(r, 0, "the first line, or what this line says of it, was changed");
	if (!int_of(end, "records", CASE_MAX_LOG, &records) || records != r->check->records)
		report(r, 0,
		       "the number of records is not what the file says: lines are missing or were added");
	if (head == NULL || !xfer_is_hash(head) || (r->seen != 0 && strcmp(head, r->hash) != 0))
		report(r, r->seen, "the last record is not the one that the file names as its last");
	if (faults == NULL || faults->type != VAL_LIST || v.u.map.n != 1)
		report(r, 0, "changed: this is not the end of a case");
}

static void take_line(struct reader *r, const char *line, size_t n)
{
	char hash[SHA256_HEX];
	const char *text;
	bool partial;
	size_t len;

	if (r->ended)
		report(r, 0, "there is more text after the end");
	else if (n > XFER_LINE)
		report(r, r->seen + 1, "longer than a record may be");
	else if (starts(line, n, "{\"end\":"))
		take_end(r, line, n);
	else if (split(line, n, hash, &partial, &text, &len))
		take_record(r, text, len, hash, partial);
	else {
		report(r, r->seen + 1, "changed: this is not a line of a case");
		r->chained = false;
		r->seen++;
	}
	arena_reset(r->scratch);
}

static void check_whole(struct reader *r)
{
	const struct xfer *x = r->x;
	const struct case_mark *m;

	if (!r->ended)
		report(r, r->seen, "the file stops before its end: it was cut off");
	if (!x->has_header)
		return;
	if (x->claimed != r->seen)
		report(r, r->seen, "the first line announces another number of records");
	else if (strcmp(x->head, r->hash) != 0)
		report(r, r->seen, "the last record is not the one that the first line names");
	m = casefile_mark(&x->cf);
	if (m != NULL && !case_mark_same(m, &(struct case_mark){x->cf.title, x->at, x->state}))
		report(r, 0, "the title, step or state of the first line is not what the records say");
	r->check->unmarked += m == NULL && x->cf.nlog != 0;
}

int xfer_read(struct xfer *x, const char *text, size_t n, struct store_check *c, struct err *err)
{
	struct reader r = {.x = x, .check = c, .scratch = arena_new()};
	const char *end = text + n;
	int rc = 0;

	memset(x, 0, sizeof(*x));
	while (rc == 0 && text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((nl != NULL ? nl : end) - text);

		r.line++;
		if (r.line == 1)
			rc = take_header(&r, text, len, err);
		else
			take_line(&r, text, len);
		if (nl == NULL)
			report(&r, r.seen, "the last line is incomplete: the file was cut off");
		text += len + 1;
	}
	if (rc == 0 && r.line == 0)
		rc = err_set(err, FAIL_FORMAT, 0, "this is not a case exported by casebook");
	if (rc == 0)
		check_whole(&r);
	arena_free(r.scratch);
	if (rc != 0)
		xfer_release(x);
	return rc;
}

int store_verify_export(const char *text, size_t n, struct store_check *c, struct err *err)
{
	struct xfer x;

	if (xfer_read(&x, text, n, c, err) != 0)
		return -1;
	c->cases++;
	xfer_release(&x);
	return 0;
}
