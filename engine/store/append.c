/*
 * Appending to a log that another process may append to as well.  The position
 * is the agreement: what is stored there first stays there.
 */
#include "store_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

/* The last position from `from` on up to which the store and cf hold the same. */
static int common_to(struct store *s, const struct casefile *cf, const struct case_head *h, uint32_t from,
                     uint32_t *out, struct err *err)
{
	uint32_t pos = from;
	bool same = true;

	while (pos < h->records && pos < cf->nlog) {
		if (record_is(s, h->number, &cf->log[pos], &same, err) != 0)
			return -1;
		if (!same)
			break;
		pos++;
	}
	*out = pos;
	return 0;
}

/* The store has fewer records than the caller saved: an older copy was put back.  Its log
 * may go on with ours only when ours begins with it. */
static int check_shorter(const struct casefile *cf, const struct case_head *h, struct err *err)
{
	char head[SHA256_HEX];
	struct buf text;
	int rc = 0;

	chain_begin(cf, head);
	buf_init(&text, STORE_MAX_RECORD);
	for (uint32_t i = 0; rc == 0 && i < h->records; i++) {
		rc = record_text(&text, &cf->log[i], err);
		chain_add(head, cf->id, buf_cstr(&text), text.n);
	}
	buf_release(&text);
	if (rc == 0 && strcmp(head, h->head) != 0)
		rc = err_set(err, FAIL_CONFLICT, 0,
		             "the store has a different beginning of this case than the screen");
	return rc;
}

/* Where the store and cf part: *common; h as it is in the store. */
static int compare(struct store *s, const struct casefile *cf, uint32_t from, struct case_head *h,
                   uint32_t *common, struct err *err)
{
	if (case_head_by_id(s, cf->id, h, err) != 0)
		return -1;
	if (h->records < from) {
		*common = h->records;
		return check_shorter(cf, h, err);
	}
	return common_to(s, cf, h, from, common, err);
}

static bool copy_ends_at(const struct casefile *cf, uint32_t records)
{
	struct casefile begin = *cf;

	begin.nlog = records;
	return casefile_copied(&begin) != NULL;
}

static int write_tail(struct store *s, const struct casefile *cf, struct case_head *h, struct err *err)
{
	const struct case_mark *m = NULL;
	uint32_t from;

	if (h->records >= cf->nlog)
		return 0;
	if (h->records != 0 && copy_ends_at(cf, h->records))
		return err_set(
		        err, FAIL_READONLY, 0,
		        "case #%lld is a redacted copy: it can be read, compared and replayed, not gone on with",
		        (long long)h->number);
	from = h->records;
	if (records_append(s, cf, h, err) != 0)
		return -1;
	for (size_t i = cf->nlog; i > from && m == NULL; i--)
		m = cf->log[i - 1].mark;
	if (m != NULL && case_mark(s, h->number, m, err) != 0)
		return -1;
	return case_set_head(s, h, cf->log[cf->nlog - 1].at_ms, err);
}

static int append_in(struct store *s, const struct casefile *cf, uint32_t from, struct err *err)
{
	struct case_head h;
	uint32_t common;

	if (compare(s, cf, from, &h, &common, err) != 0)
		return -1;
	if (common < h.records && common < cf->nlog)
		return err_set(err, FAIL_CONFLICT, 0,
		               "another casebook has written record %u of this case meanwhile", common + 1);
	return write_tail(s, cf, &h, err);
}

int store_append(struct store *s, const struct casefile *cf, uint32_t from, uint32_t *saved, struct err *err)
{
	if (tx_begin_write(s, err) != 0)
		return -1;
	if (tx_end(s, append_in(s, cf, from, err), err) != 0)
		return -1;
	*saved = (uint32_t)cf->nlog;
	wal_bound(s);
	return 0;
}

/* Our record moves back by `shift`; what it refers to moves with it, unless it was there before. */
static void renumber(struct record *r, uint32_t common, uint32_t shift)
{
	r->pos += shift;
	switch (r->kind) {
	case REC_EVIDENCE:
		r->u.evidence.id = r->pos;
		break;
	case REC_ANSWER:
		if (r->u.answer.evidence > common)
			r->u.answer.evidence += shift;
		break;
	case REC_RETRACT:
		if (r->u.retract.pos > common)
			r->u.retract.pos += shift;
		break;
	case REC_INPUT:
	case REC_NOTE:
	case REC_TICK:
	case REC_ABOUT:
	case REC_EXPORT:
	case REC_PUT_OFF:
	case REC_HAND:
	case REC__MAX:
		break;
	}
}

/* A log in its own array over the same arena: cf's up to `common`, then the store's, then ours. */
static int merged_log(struct store *s, const struct casefile *cf, const struct case_head *h, uint32_t common,
                      struct casefile *out, struct err *err)
{
	size_t ours = cf->nlog - common;

	*out = *cf;
	out->cap = h->records + ours + 1;
	out->log = xmalloc(out->cap * sizeof(*out->log));
	out->nlog = common;
	if (common != 0)
		memcpy(out->log, cf->log, common * sizeof(*out->log));
	if (records_load(s, h->number, out, err) != 0)
		return -1;
	for (size_t i = 0; i < ours; i++) {
		const struct record *mine = &cf->log[common + i];
		struct record r = *mine;

		renumber(&r, common, h->records - common);
		if (out->nlog == out->cap) {
			out->cap *= 2;
			out->log = xrealloc(out->log, out->cap * sizeof(*out->log));
		}
		out->log[out->nlog++] = r;
	}
	return 0;
}

static int merge_in(struct store *s, struct casefile *cf, uint32_t from, struct casefile *merged,
                    uint32_t *foreign, struct err *err)
{
	struct case_head h;
	uint32_t common;

	if (compare(s, cf, from, &h, &common, err) != 0)
		return -1;
	if (common >= h.records)
		return write_tail(s, cf, &h, err);
	if (merged_log(s, cf, &h, common, merged, err) != 0)
		return -1;
	*foreign = h.records - common;
	return write_tail(s, merged, &h, err);
}

int store_append_merge(struct store *s, struct casefile *cf, uint32_t from, uint32_t *saved,
                       uint32_t *foreign, struct err *err)
{
	struct casefile merged = {.log = NULL};
	int rc;

	*foreign = 0;
	if (tx_begin_write(s, err) != 0)
		return -1;
	rc = merge_in(s, cf, from, &merged, foreign, err);
	if (rc != 0)
		tx_rollback(s);
	else
		rc = tx_commit(s, err);
	if (rc != 0) {
		free(merged.log);
		*foreign = 0;
		return -1;
	}
	if (merged.log != NULL) {
		free(cf->log);
		*cf = merged;
	}
	*saved = (uint32_t)cf->nlog;
	wal_bound(s);
	return 0;
}
