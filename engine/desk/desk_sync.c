/*
 * Push and pull.  What one side lacks is what travels: the ends of the book's cases are compared with the
 * heads of the store's, and only where they differ is a case looked at.  Nothing is merged: what two consoles
 * went on with differently stays as two branches in the book, and as it is here.
 */
#include "book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/sha256.h>
#include <casebook/xalloc.h>

/* A case here: enough to know whether the book has it as it is. */
struct here {
	char id[CASE_ID], head[SHA256_HEX];
	uint32_t number;
};
struct end {
	char id[CASE_ID], hash[SHA256_HEX];
};
struct run {
	struct desk *d;
	struct store *s;
	struct desk_sync *sync;
	struct here *here;
	size_t nhere, here_cap;
	struct end *ends;
	size_t nends, ends_cap;
	bool over;
};

/* ---- the two lists ---- */

static bool keep_here(void *arg, const struct case_row *row)
{
	struct run *r = arg;
	struct here *h;

	if (r->nhere == r->here_cap) {
		r->here_cap = r->here_cap != 0 ? 2 * r->here_cap : 256;
		r->here = xrealloc(r->here, r->here_cap * sizeof(*r->here));
	}
	h = &r->here[r->nhere++];
	snprintf(h->id, sizeof(h->id), "%s", row->id);
	snprintf(h->head, sizeof(h->head), "%s", row->head);
	h->number = row->number;
	return true;
}

static bool keep_end(void *arg, const char *id, const char *hash)
{
	struct run *r = arg;
	struct end *e;

	if (r->nends == 2 * (size_t)DESK_MAX_CASES) {
		r->over = true;
		return false;
	}
	if (r->nends == r->ends_cap) {
		r->ends_cap = r->ends_cap != 0 ? 2 * r->ends_cap : 256;
		r->ends = xrealloc(r->ends, r->ends_cap * sizeof(*r->ends));
	}
	e = &r->ends[r->nends++];
	snprintf(e->id, sizeof(e->id), "%s", id);
	snprintf(e->hash, sizeof(e->hash), "%s", hash);
	return true;
}

/* Both begin with the id. */
static int by_id(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int gather(struct run *r, struct err *err)
{
	if (store_list(r->s, NULL, keep_here, r, err) != 0 ||
	    r->d->kind->heads(r->d->book, keep_end, r, err) != 0)
		return -1;
	if (r->over)
		return err_set(err, FAIL_LIMIT, 0, "the desk names more than %d cases", DESK_MAX_CASES);
	if (r->nhere != 0)
		qsort(r->here, r->nhere, sizeof(*r->here), by_id);
	if (r->nends != 0)
		qsort(r->ends, r->nends, sizeof(*r->ends), by_id);
	return 0;
}

/* ---- one case ---- */

struct ours {
	struct arena *mem;
	struct store_row *rows;
	size_t n, cap;
};

static bool keep_row(void *arg, const struct store_row *row)
{
	struct ours *o = arg;

	if (o->n == o->cap) {
		o->cap = o->cap != 0 ? 2 * o->cap : 64;
		o->rows = xrealloc(o->rows, o->cap * sizeof(*o->rows));
	}
	o->rows[o->n++] =
	        (struct store_row){row->pos, arena_strdup(o->mem, row->prev), arena_strdup(o->mem, row->hash),
	                           arena_strndup(o->mem, row->body, row->n), row->n};
	return true;
}

static void tell(struct run *r, const char *id, const struct desk_event *e)
{
	r->sync->n[e->news]++;
	if (r->sync->told != NULL)
		r->sync->told(r->sync->arg, id, e);
}

/* A case that a person marked as one that stays here: the newest such input counts. */
static bool stays(const struct ours *o)
{
	struct arena *mem = arena_new();
	const char *key = about_case_key(ABOUT_LOCAL);
	bool stay = false;

	for (size_t i = 1; i < o->n; i++) {
		struct record rec;

		if (strstr(o->rows[i].body, key) == NULL ||
		    record_from_json(mem, o->rows[i].body, o->rows[i].n, &rec, NULL) != 0)
			continue;
		if (rec.kind == REC_INPUT && strcmp(rec.u.input.key, key) == 0)
			stay = rec.u.input.value != NULL && strcmp(rec.u.input.value, "yes") == 0;
	}
	arena_free(mem);
	return stay;
}

static int push(struct run *r, const struct ours *o, const char *id, const struct desk_case *book,
                uint32_t *sent, struct err *err)
{
	size_t from = 0;

	/* The chain is one way: what comes behind a row that is there may be there too, never what is before
	 * it. */
	while (from < o->n && desk_case_find(book, o->rows[from].hash) != NULL)
		from++;
	*sent = (uint32_t)(o->n - from);
	if (*sent == 0 || r->sync->dry)
		return 0;
	return r->d->kind->put(r->d->book, id, o->rows + from, o->n - from, err);
}

/* The branch that goes on from what is here; NULL: none does, or several do. */
static const struct desk_branch *ahead(const struct desk_case *book, const struct ours *o, size_t *several)
{
	const struct desk_branch *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < book->nbranches; i++) {
		const struct desk_branch *b = &book->branches[i];

		if (b->left || b->rows + 1 < o->n ||
		    (o->n != 0 && strcmp(b->way[o->n - 1]->row.hash, o->rows[o->n - 1].hash) != 0))
			continue;
		found = b;
		n++;
	}
	*several = n;
	return n == 1 ? found : NULL;
}

/* In the order of their positions; caller frees. */
static struct store_row *rows_of(const struct desk_branch *b)
{
	struct store_row *rows = xcalloc((size_t)b->rows + 1, sizeof(*rows));

	for (size_t i = 0; i <= b->rows; i++)
		rows[i] = b->way[i]->row;
	return rows;
}

int desk_branch_read(const struct desk_branch *b, struct casefile *out, struct err *err)
{
	struct store_row *rows = rows_of(b);
	int rc = store_read_rows("the desk", rows, (size_t)b->rows + 1, out, err);

	free(rows);
	return rc;
}

static int take_branch(struct store *s, const char *id, const struct desk_branch *b, bool instead,
                       struct store_import *out, struct err *err)
{
	struct store_row *rows = rows_of(b);
	char name[CASE_ID + 20];
	int rc;

	snprintf(name, sizeof(name), "case %s of the desk", id);
	rc = store_import_rows(s, name, rows, (size_t)b->rows + 1, instead, out, err);
	free(rows);
	return rc;
}

static void pull(struct run *r, const struct ours *o, const struct here *h, const struct desk_case *book)
{
	struct desk_event e = {.book = book, .number = h != NULL ? h->number : 0};
	struct store_import in;
	struct err err;
	size_t several;
	const struct desk_branch *b = ahead(book, o, &several);

	/* With rows missing, what there is may be less than the case was. */
	if (b == NULL || b->rows + 1 == o->n || book->loose != 0)
		return;
	e.news = DESK_TAKEN;
	e.n = b->rows + 1 - (uint32_t)o->n;
	if (!r->sync->dry && take_branch(r->s, book->id, b, false, &in, &err) != 0) {
		e.news = DESK_NOT_TAKEN;
		e.why = err.msg;
	} else if (!r->sync->dry) {
		e.number = in.number;
		e.n = in.added;
	}
	if (e.n != 0)
		tell(r, book->id, &e);
}

/* What is here is part of no branch that goes on: somebody chose another one. */
static bool left_behind(const struct desk_case *book, const struct ours *o)
{
	for (size_t i = 0; i < book->nbranches; i++) {
		const struct desk_branch *b = &book->branches[i];

		if (!b->left && b->rows + 1 >= o->n &&
		    strcmp(b->way[o->n - 1]->row.hash, o->rows[o->n - 1].hash) == 0)
			return false;
	}
	return desk_case_open_branches(book) != 0;
}

static void tell_of_book(struct run *r, const struct ours *o, const struct here *h,
                         const struct desk_case *book)
{
	bool ways =
	        desk_case_open_branches(book) > 1 ||
	        (o->n != 0 && desk_case_find(book, o->rows[o->n - 1].hash) != NULL && left_behind(book, o));
	const struct {
		enum desk_news news;
		uint32_t n;
	} all[] = {{DESK_TAMPERED, book->tampered},
	           {DESK_LOOSE, book->loose},
	           {DESK_BRANCHED, ways ? (uint32_t)book->nbranches : 0}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].n != 0)
			tell(r, book->id,
			     &(struct desk_event){.news = all[i].news,
			                          .book = book,
			                          .number = h != NULL ? h->number : 0,
			                          .n = all[i].n});
}

static int load_book(struct run *r, struct arena *mem, const char *id, struct desk_case *book,
                     struct err *err)
{
	if (desk_case_load(mem, r->d, id, book, err) == 0)
		return 0;
	if (err->code != FAIL_NOT_FOUND)
		return -1;
	memset(book, 0, sizeof(*book));
	memcpy(book->id, id, CASE_ID);
	return 0;
}

static int both_ways(struct run *r, struct ours *o, const struct here *h, const char *id, struct err *err)
{
	struct desk_case book;
	uint32_t sent = 0;

	if (load_book(r, o->mem, id, &book, err) != 0)
		return -1;
	if ((r->sync->ways & DESK_PUSH) != 0 && o->n != 0) {
		if (push(r, o, id, &book, &sent, err) != 0)
			return -1;
		/* What the others see from now on. */
		if (sent != 0 && !r->sync->dry && load_book(r, o->mem, id, &book, err) != 0)
			return -1;
		if (sent != 0)
			tell(r, id, &(struct desk_event){DESK_SENT, &book, h->number, sent, NULL});
	}
	if ((r->sync->ways & DESK_PULL) != 0)
		pull(r, o, h, &book);
	tell_of_book(r, o, h, &book);
	return 0;
}

static int one_case(struct run *r, const struct here *h, const char *id, struct err *err)
{
	struct ours o = {.mem = arena_new()};
	struct err mine;
	int rc = 0;

	if (h != NULL && store_rows(r->s, h->id, keep_row, &o, &mine) != 0)
		/* Damaged here: it neither goes nor comes, and the others go on. */
		tell(r, id,
		     &(struct desk_event){.news = DESK_NOT_TAKEN, .number = h->number, .why = mine.msg});
	else if (!stays(&o))
		rc = both_ways(r, &o, h, id, err);
	free(o.rows);
	arena_free(o.mem);
	return rc;
}

/* Whether the book has the case as it is here, and no other way of it. */
static bool same(const struct here *h, const struct end *ends, size_t n)
{
	return n == 1 && strcmp(ends[0].hash, h->head) == 0;
}

int desk_sync(struct desk *d, struct store *s, struct desk_sync *sync, struct err *err)
{
	struct run r = {.d = d, .s = s, .sync = sync};
	size_t i = 0, k = 0;
	int rc = gather(&r, err);

	while (rc == 0 && (i < r.nhere || k < r.nends)) {
		int c = i == r.nhere ? 1 : k == r.nends ? -1 : strcmp(r.here[i].id, r.ends[k].id);
		const struct here *h = c <= 0 ? &r.here[i++] : NULL;
		size_t from = k;
		const char *id = h != NULL ? h->id : r.ends[k].id;

		while (c >= 0 && k < r.nends && strcmp(r.ends[k].id, r.ends[from].id) == 0)
			k++;
		sync->here += h != NULL;
		sync->there += c >= 0;
		if ((h == NULL || !same(h, r.ends + from, k - from)) &&
		    (h != NULL || (sync->ways & DESK_PULL) != 0))
			rc = one_case(&r, h, id, err);
	}
	free(r.here);
	free(r.ends);
	return rc;
}

/* ---- choosing ---- */

static const struct desk_branch *branch_of(const struct desk_case *book, const char *head, size_t *n)
{
	const struct desk_branch *found = NULL;

	*n = 0;
	for (size_t i = 0; i < book->nbranches; i++)
		if (strncmp(book->branches[i].head, head, strlen(head)) == 0) {
			found = &book->branches[i];
			++*n;
		}
	return *n == 1 ? found : NULL;
}

/* All that is here is in the book: taking another branch loses nothing. */
static int all_there(struct store *s, struct ours *o, const struct desk_case *book, struct err *err)
{
	if (store_rows(s, book->id, keep_row, o, err) != 0)
		return err->code == FAIL_NOT_FOUND ? 0 : -1;
	if (desk_case_find(book, o->rows[o->n - 1].hash) == NULL)
		return err_set(
		        err, FAIL_CONFLICT, 0,
		        "case %s went on here with what the desk does not have; casebook desk push first",
		        book->id);
	return 0;
}

/* So that the others see which one goes on: a record of the branch that does. */
static int say_left(struct store *s, const struct desk_case *book, const struct desk_branch *b,
                    const char *author, int64_t now_ms, struct err *err)
{
	struct record r = {.kind = REC_HAND, .at_ms = now_ms, .u.hand.to = author};
	uint32_t saved, foreign;
	struct casefile cf;
	struct buf left;
	int rc;

	buf_init(&left, CASE_MAX_TEXT / 2);
	for (size_t i = 0; i < book->nbranches; i++)
		if (&book->branches[i] != b && !book->branches[i].left)
			buf_fmt(&left, "%s%s", left.n != 0 ? " " : "", book->branches[i].head);
	r.u.hand.left = buf_cstr(&left);
	rc = left.n == 0 ? 0 : store_load(s, book->id, &cf, err);
	if (rc == 0 && left.n != 0) {
		rc = casefile_append(&cf, &r, err) == NULL
		             ? -1
		             : store_append_merge(s, &cf, (uint32_t)cf.nlog - 1, &saved, &foreign, err);
		casefile_release(&cf);
	}
	buf_release(&left);
	return rc;
}

int desk_take(struct desk *d, struct store *s, const char *id, const char *head, int64_t now_ms,
              struct store_import *out, struct err *err)
{
	struct ours o = {.mem = arena_new()};
	const struct desk_branch *b = NULL;
	struct desk_case book;
	size_t n = 0;
	int rc = desk_case_load(o.mem, d, id, &book, err);

	if (rc == 0 && strlen(head) < 8)
		rc = err_set(err, FAIL_USAGE, 0, "give at least 8 digits of the branch's head");
	if (rc == 0 && (b = branch_of(&book, head, &n)) == NULL)
		rc = err_set(err, FAIL_NOT_FOUND, 0, "case %s has %s branch whose head begins with %.64s", id,
		             n == 0 ? "no" : "more than one", head);
	if (rc == 0)
		rc = all_there(s, &o, &book, err);
	if (rc == 0)
		rc = take_branch(s, id, b, true, out, err);
	if (rc == 0)
		rc = say_left(s, &book, b, d->who.author, now_ms, err);
	free(o.rows);
	arena_free(o.mem);
	return rc;
}
