/*
 * A case out of the rows that a book has of it.  The rows come from anybody: each is proven by its own hash
 * before anything builds upon it, and how many there may be is bounded.
 */
#include "book.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/sha256.h>
#include <casebook/xalloc.h>

#define MAX_BYTES (256u << 20) /* of one case, bodies and all */

struct gather {
	struct arena *mem;
	struct desk_case *c;
	size_t cap, bytes;
	bool over;
};

static bool gather_row(void *arg, const struct desk_row *r)
{
	struct gather *g = arg;
	struct desk_case *c = g->c;
	struct desk_row *slot;

	if (!store_row_fits(c->id, &r->row)) {
		c->tampered++;
		if (c->tampered_by == NULL)
			c->tampered_by = arena_strdup(g->mem, r->author);
		return true;
	}
	g->bytes += r->row.n + sizeof(*slot) + 2 * (size_t)SHA256_HEX + DESK_NAME;
	if (c->nrows == DESK_MAX_ROWS || g->bytes > MAX_BYTES) {
		g->over = true;
		return false;
	}
	if (c->nrows == g->cap) {
		g->cap = g->cap != 0 ? 2 * g->cap : 256;
		c->rows = xrealloc(c->rows, g->cap * sizeof(*c->rows));
	}
	slot = &c->rows[c->nrows++];
	slot->author = arena_strdup(g->mem, r->author);
	slot->row = (struct store_row){.pos = r->row.pos,
	                               .prev = arena_strdup(g->mem, r->row.prev),
	                               .hash = arena_strdup(g->mem, r->row.hash),
	                               .body = arena_strndup(g->mem, r->row.body, r->row.n),
	                               .n = r->row.n};
	return true;
}

static int by_hash(const void *a, const void *b)
{
	const struct desk_row *x = a, *y = b;
	int c = strcmp(x->row.hash, y->row.hash);

	/* Told twice, by two: the same author each time. */
	return c != 0 ? c : strcmp(x->author, y->author);
}

static void once_each(struct desk_case *c)
{
	size_t n = 0;

	qsort(c->rows, c->nrows, sizeof(*c->rows), by_hash);
	for (size_t i = 0; i < c->nrows; i++)
		if (n == 0 || strcmp(c->rows[n - 1].row.hash, c->rows[i].row.hash) != 0)
			c->rows[n++] = c->rows[i];
	c->nrows = n;
}

const struct desk_row *desk_case_find(const struct desk_case *c, const char *hash)
{
	size_t low = 0, high = c->nrows;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = strcmp(c->rows[mid].row.hash, hash);

		if (cmp == 0)
			return &c->rows[mid];
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* The row that it builds upon, one position before; NULL: there is none. */
static const struct desk_row *before(const struct desk_case *c, const struct desk_row *r)
{
	const struct desk_row *b = r->row.pos != 0 ? desk_case_find(c, r->row.prev) : NULL;

	return b != NULL && b->row.pos + 1 == r->row.pos ? b : NULL;
}

static bool way_back(struct arena *mem, const struct desk_case *c, const struct desk_row *last,
                     struct desk_branch *out)
{
	const struct desk_row *r = last;

	out->rows = last->row.pos;
	out->head = last->row.hash;
	out->author = last->author;
	out->way = arena_array(mem, (size_t)out->rows + 1, sizeof(*out->way));
	for (uint32_t at = out->rows + 1; at > 0 && r != NULL; at--, r = before(c, r))
		out->way[at - 1] = r;
	return out->way[0] != NULL;
}

/* When a record was made, without reading all of it: what cannot be read has no time. */
static int64_t made_at(struct arena *scratch, const struct desk_row *r)
{
	struct record rec;

	return r->row.pos != 0 && record_from_json(scratch, r->row.body, r->row.n, &rec, NULL) == 0
	               ? rec.at_ms
	               : 0;
}

/* A record that names a branch's head as left, in another branch than that. */
static void mark_left(struct desk_case *c)
{
	struct arena *scratch = arena_new();

	for (size_t i = 0; i < c->nrows && c->nbranches > 1; i++) {
		struct record rec;

		if (c->rows[i].row.pos == 0 || strstr(c->rows[i].row.body, "\"left\"") == NULL ||
		    record_from_json(scratch, c->rows[i].row.body, c->rows[i].row.n, &rec, NULL) != 0 ||
		    rec.kind != REC_HAND || rec.u.hand.left == NULL)
			continue;
		for (size_t k = 0; k < c->nbranches; k++)
			c->branches[k].left =
			        c->branches[k].left || strstr(rec.u.hand.left, c->branches[k].head) != NULL;
	}
	arena_free(scratch);
}

static int longest_first(const void *a, const void *b)
{
	const struct desk_branch *x = a, *y = b;

	if (x->rows != y->rows)
		return x->rows < y->rows ? 1 : -1;
	return strcmp(x->head, y->head);
}

static void find_branches(struct arena *mem, struct desk_case *c)
{
	bool *built = arena_array(mem, c->nrows, sizeof(*built));
	struct arena *scratch = arena_new();
	size_t ends = 0;

	for (size_t i = 0; i < c->nrows; i++) {
		const struct desk_row *b = before(c, &c->rows[i]);

		if (b != NULL)
			built[b - c->rows] = true;
		c->loose += b == NULL && c->rows[i].row.pos != 0;
	}
	for (size_t i = 0; i < c->nrows; i++)
		ends += !built[i];
	c->branches = arena_array(mem, ends, sizeof(*c->branches));
	for (size_t i = 0; i < c->nrows; i++) {
		struct desk_branch *b = &c->branches[c->nbranches];

		if (built[i] || !way_back(mem, c, &c->rows[i], b))
			continue;
		b->at_ms = made_at(scratch, &c->rows[i]);
		arena_reset(scratch);
		c->nbranches++;
	}
	arena_free(scratch);
	mark_left(c);
	qsort(c->branches, c->nbranches, sizeof(*c->branches), longest_first);
}

int desk_case_load(struct arena *mem, struct desk *d, const char *id, struct desk_case *out, struct err *err)
{
	struct gather g = {.mem = mem, .c = out};
	struct desk_row *rows;
	int rc;

	memset(out, 0, sizeof(*out));
	if (strlen(id) != CASE_ID - 1)
		return err_set(err, FAIL_USAGE, 0, "%.40s is not the id of a case", id);
	memcpy(out->id, id, CASE_ID);
	rc = d->kind->rows(d->book, id, gather_row, &g, err);
	if (rc == 0 && g.over)
		rc = err_set(err, FAIL_LIMIT, 0, "the desk has more of case %s than a case can hold", id);
	if (rc == 0 && out->nrows == 0 && out->tampered == 0)
		rc = err_set(err, FAIL_NOT_FOUND, 0, "the desk has no case %s", id);
	if (rc == 0)
		once_each(out);
	rows = out->rows;
	out->rows = arena_array(mem, out->nrows, sizeof(*rows));
	if (rc == 0 && out->nrows != 0)
		memcpy(out->rows, rows, out->nrows * sizeof(*rows));
	free(rows);
	if (rc == 0)
		find_branches(mem, out);
	return rc;
}

uint32_t desk_case_open_branches(const struct desk_case *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->nbranches; i++)
		n += !c->branches[i].left;
	return n;
}

/* ---- which cases there are ---- */

struct ids {
	struct arena *mem;
	const char **ids;
	size_t n, cap;
	bool over;
};

static bool keep_id(void *arg, const char *id, const char *hash)
{
	struct ids *a = arg;

	(void)hash;
	if (a->n != 0 && strcmp(a->ids[a->n - 1], id) == 0)
		return true;
	if (a->n == 2 * (size_t)DESK_MAX_CASES) {
		a->over = true;
		return false;
	}
	if (a->n == a->cap) {
		a->cap = a->cap != 0 ? 2 * a->cap : 256;
		a->ids = xrealloc(a->ids, a->cap * sizeof(*a->ids));
	}
	a->ids[a->n++] = arena_strdup(a->mem, id);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int desk_cases(struct arena *mem, struct desk *d, const char *const **out, size_t *n, struct err *err)
{
	struct ids a = {.mem = mem};
	const char **once;
	int rc = d->kind->heads(d->book, keep_id, &a, err);

	if (rc == 0 && a.over)
		rc = err_set(err, FAIL_LIMIT, 0, "the desk names more than %d cases", DESK_MAX_CASES);
	if (a.n != 0)
		qsort(a.ids, a.n, sizeof(*a.ids), by_text);
	once = arena_array(mem, a.n, sizeof(*once));
	*n = 0;
	for (size_t i = 0; i < a.n; i++)
		if (*n == 0 || strcmp(once[*n - 1], a.ids[i]) != 0)
			once[(*n)++] = a.ids[i];
	*out = once;
	free(a.ids);
	return rc;
}
