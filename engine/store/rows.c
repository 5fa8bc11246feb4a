/*
 * A case as the rows of its chain, for a book that keeps cases of many consoles: what the case began with,
 * then a row a record, each with the hash that it builds upon.  A row proves itself.
 */
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/json.h>

/* ---- out ---- */

struct giver {
	bool (*each)(void *arg, const struct store_row *row);
	void *arg;
	uint32_t pos;
	char prev[SHA256_HEX];
	bool stopped, partial;
};

static void give(struct giver *g, const char *hash, const struct buf *text)
{
	const struct store_row row = {
	        .pos = g->pos++, .prev = g->prev, .hash = hash, .body = buf_cstr(text), .n = text->n};

	g->stopped = g->stopped || !g->each(g->arg, &row);
	snprintf(g->prev, sizeof(g->prev), "%s", hash);
}

static int give_record(void *arg, const char *hash, bool partial, const struct buf *text, struct err *err)
{
	struct giver *g = arg;

	(void)err;
	if (partial)
		g->partial = true;
	else if (!g->stopped)
		give(g, hash, text);
	return 0;
}

static void give_opening(struct giver *g, const struct casefile *cf)
{
	char hash[SHA256_HEX];
	struct buf text;

	buf_init(&text, BUF_MAX_LINE);
	chain_opening(cf, &text);
	sha256_of(buf_cstr(&text), text.n, hash);
	give(g, hash, &text);
	buf_release(&text);
}

int store_rows(struct store *s, const char *ref, bool (*each)(void *arg, const struct store_row *row),
               void *arg, struct err *err)
{
	struct giver g = {.each = each, .arg = arg, .prev = ""};
	struct store_check c = {.fault = NULL};
	struct walk walk = {.s = s, .check = &c, .record = give_record, .arg = &g, .told = true};
	struct casefile cf;
	int rc;

	if (store_load(s, ref, &cf, err) != 0)
		return -1;
	walk.begun = &cf;
	walk.number = cf.number;
	walk.records = casefile_told(&cf);
	walk.has_end = true;
	snprintf(walk.head, sizeof(walk.head), "%s", cf.told_head);
	walk.shown = casefile_mark(&cf) != NULL ? *casefile_mark(&cf)
	                                        : (struct case_mark){cf.title, "", CASE_OPEN};
	give_opening(&g, &cf);
	rc = tx_begin_read(s, err);
	if (rc == 0) {
		rc = walk_records(&walk, err);
		tx_rollback(s);
	}
	casefile_release(&cf);
	if (rc == 0 && (g.partial || c.faults != 0))
		rc = err_set(
		        err, FAIL_FORMAT, 0,
		        "case %s is damaged here and is not given away; casebook case verify lists where",
		        ref);
	return rc;
}

/* ---- what a row proves ---- */

bool store_row_fits(const char *case_id, const struct store_row *r)
{
	char hash[SHA256_HEX];

	if (!xfer_is_hash(r->hash) || (r->pos != 0 && !xfer_is_hash(r->prev)) || r->n > STORE_MAX_RECORD ||
	    r->pos > CASE_MAX_LOG)
		return false;
	if (r->pos == 0) {
		sha256_of(r->body, r->n, hash);
		return r->prev[0] == '\0' && strcmp(hash, r->hash) == 0;
	}
	memcpy(hash, r->prev, sizeof(hash));
	chain_add(hash, case_id, r->body, r->n);
	return strcmp(hash, r->hash) == 0;
}

/* ---- in ---- */

static int open_case(struct xfer *x, struct arena *scratch, const struct store_row *r, struct err *err)
{
	const char *id, *flow, *flow_hash, *host, *tool;
	const struct value *opened;
	struct value v;

	if (value_parse_json(scratch, r->body, r->n, &v, err) != 0)
		return -1;
	id = value_find_str(&v, "id");
	flow = value_find_str(&v, "flow");
	flow_hash = value_find_str(&v, "flow_hash");
	host = value_find_str(&v, "host");
	tool = value_find_str(&v, "tool");
	opened = value_find(&v, "opened_ms");
	if (!xfer_made_of(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", CASE_ID - 1, CASE_ID - 1) ||
	    !xfer_fits(flow) || !xfer_fits(host) || !xfer_fits(tool) || opened == NULL ||
	    opened->type != VAL_INT || !(xfer_is_hash(flow_hash) || xfer_made_of(flow_hash, "", 0, 0)))
		return err_set(err, FAIL_FORMAT, 0, "what the case began with is missing or wrong");
	casefile_init(&x->cf, id, flow, flow_hash, opened->u.i);
	x->cf.host = arena_strdup(x->cf.mem, host);
	x->cf.tool = arena_strdup(x->cf.mem, tool);
	x->cf.title = x->at = "";
	x->has_header = true;
	return 0;
}

static int take(struct xfer *x, struct arena *scratch, const struct store_row *r, struct err *err)
{
	struct record rec;

	if (record_from_json(scratch, r->body, r->n, &rec, err) != 0 || record_check(&rec, err) != 0)
		return -1;
	if (rec.pos != r->pos)
		return err_set(err, FAIL_FORMAT, 0, "record %u says that it is record %u", r->pos, rec.pos);
	return xfer_keep(x, &rec, r->body, r->n, r->hash, err);
}

static int take_all(struct xfer *x, struct arena *scratch, const struct store_row *rows, size_t n,
                    struct err *err)
{
	const char *prev = "";

	for (size_t i = 0; i < n; i++) {
		int rc;

		if (rows[i].pos != i || strcmp(rows[i].prev, prev) != 0)
			return err_set(err, FAIL_FORMAT, 0, "record %zu is missing", i);
		rc = i == 0 ? open_case(x, scratch, &rows[0], err) : 0;
		if (rc == 0 && !store_row_fits(x->cf.id, &rows[i]))
			rc = err_set(err, FAIL_FORMAT, 0,
			             "record %zu was changed: it is not what its hash was made of", i);
		if (rc == 0 && i != 0)
			rc = take(x, scratch, &rows[i], err);
		arena_reset(scratch);
		if (rc != 0)
			return -1;
		prev = rows[i].hash;
	}
	return n != 0 ? 0 : err_set(err, FAIL_FORMAT, 0, "there is nothing of this case");
}

/* The list's line of a case that is not here yet. */
static void mark(struct xfer *x)
{
	const struct case_mark *m = casefile_mark(&x->cf);

	if (m == NULL)
		return;
	x->cf.title = m->title;
	x->at = m->place;
	x->state = m->state;
}

static int read_rows(struct xfer *x, const char *name, const struct store_row *rows, size_t n,
                     struct err *err)
{
	struct arena *scratch = arena_new();
	int rc = take_all(x, scratch, rows, n, err);

	if (rc == 0)
		mark(x);
	else
		err_wrap(err, "%s", name);
	arena_free(scratch);
	return rc;
}

int store_read_rows(const char *name, const struct store_row *rows, size_t n, struct casefile *out,
                    struct err *err)
{
	struct xfer x = {.records = NULL};
	struct err mine;

	memset(out, 0, sizeof(*out));
	return xfer_give(&x, read_rows(&x, name, rows, n, err != NULL ? err : &mine), out);
}

int store_import_rows(struct store *s, const char *name, const struct store_row *rows, size_t n, bool instead,
                      struct store_import *out, struct err *err)
{
	struct xfer x = {.records = NULL};
	struct err mine;
	int rc;

	memset(out, 0, sizeof(*out));
	if (err == NULL)
		err = &mine;
	rc = read_rows(&x, name, rows, n, err);
	x.instead = instead;
	if (rc == 0)
		rc = xfer_import(s, &x, name, out, err);
	xfer_release(&x);
	return rc;
}
