/*
 * Full-text search over all cases.  The index is made from the log when somebody
 * searches or nobody waits, never while an answer is being saved, and it can be
 * thrown away and made again.  Knows which words of a record are worth finding.
 */
#include "store_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#define RECORD_TEXT (64u << 10) /* words of one record: more is data, not something to search for */
#define PIECE 500               /* records indexed in one transaction, so that others can write between */
#define MAX_WORDS 16

static void add(struct buf *out, const char *text)
{
	buf_str(out, text);
	buf_char(out, '\n');
}

static void evidence_words(struct buf *out, const struct evidence *e)
{
	add(out, e->probe);
	add(out, e->target);
	add(out, e->step);
	add(out, e->why);
	add(out, e->host);
	for (size_t i = 0; i < e->nfacts; i++) {
		add(out, e->facts[i].key);
		value_text(out, &e->facts[i].value);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < e->npins; i++) {
		add(out, e->pins[i].file);
		add(out, e->pins[i].text);
	}
}

static void record_words(struct buf *out, const struct record *r)
{
	switch (r->kind) {
	case REC_RETRACT:
	case REC_EXPORT:
	case REC__MAX:
		break;
	case REC_INPUT:
		add(out, r->u.input.key);
		add(out, r->u.input.value);
		break;
	case REC_ANSWER:
		add(out, r->u.answer.step);
		add(out, r->u.answer.answer);
		break;
	case REC_EVIDENCE:
		evidence_words(out, &r->u.evidence);
		break;
	case REC_NOTE:
		add(out, r->u.note.text);
		break;
	case REC_TICK:
		add(out, r->u.tick.cause);
		break;
	case REC_PUT_OFF:
		add(out, r->u.put_off.step);
		add(out, r->u.put_off.wanted);
		break;
	case REC_HAND:
		add(out, r->u.hand.to);
		break;
	case REC_ABOUT:
		add(out, r->u.about.target);
		add(out, r->u.about.computer);
		break;
	}
}

struct stale {
	int64_t number;
	uint32_t records, indexed;
	bool title_indexed;
	struct buf title;
};

static int put_words(struct store *s, int64_t number, uint32_t pos, const struct buf *words, struct err *err)
{
	AUTO_STMT q = stmt_use(s, s->read_only ? STMT_TAIL_INSERT : STMT_SEARCH_INSERT, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, (number << SEARCH_SHIFT) + pos);
	sqlite3_bind_text(q, 2, buf_cstr(words), (int)words->n, SQLITE_STATIC);
	return stmt_run(s, q, "making the index", err);
}

static int index_row(struct store *s, int64_t number, sqlite3_stmt *q, struct buf *text, struct buf *words,
                     struct err *err)
{
	struct arena *mem = arena_new();
	struct record r;
	uint32_t pos = column_count(q, 0);
	int rc = record_row_text(q, text, err);

	if (rc == 0 && pos > CASE_MAX_LOG)
		rc = err_set(err, FAIL_DB, 0, "%s: is damaged: a case has a record %u", s->path, pos);
	if (rc == 0)
		rc = record_from_json(mem, buf_cstr(text), text->n, &r, err);
	if (rc == 0) {
		buf_clear(words);
		record_words(words, &r);
		rc = put_words(s, number, pos, words, err);
	}
	arena_free(mem);
	return rc;
}

/* Index at most `most` records of a case; *to is how far it came. */
static int index_records(struct store *s, const struct stale *c, uint32_t most, uint32_t *to, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_RECORDS_FROM, err);
	struct buf text, words;
	int rc = 1;

	*to = c->indexed;
	if (q == NULL)
		return -1;
	buf_init(&text, 2 * STORE_MAX_RECORD);
	buf_init(&words, RECORD_TEXT);
	sqlite3_bind_int64(q, 1, c->number);
	sqlite3_bind_int64(q, 2, c->indexed);
	while (*to - c->indexed < most && (rc = stmt_row(s, q, "making the index", err)) > 0) {
		rc = index_row(s, c->number, q, &text, &words, err);
		if (rc != 0)
			break;
		*to = column_count(q, 0);
	}
	buf_release(&text);
	buf_release(&words);
	return rc < 0 ? -1 : 0;
}

/* `to`: the last one indexed; -1: there are no more. */
static int index_done(struct store *s, int64_t number, int64_t to, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_SEARCH_DONE, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, to);
	return stmt_run(s, q, "making the index", err);
}

/* Index what is left of a case, at most `most` records; *did is how many, *whole whether that was all. */
static int index_case(struct store *s, const struct stale *c, uint32_t most, uint32_t *did, bool *whole,
                      struct err *err)
{
	uint32_t to;

	if (!c->title_indexed && put_words(s, c->number, 0, &c->title, err) != 0)
		return -1;
	if (index_records(s, c, most, &to, err) != 0)
		return -1;
	*did = to - c->indexed;
	*whole = *did < most; /* or fewer are to be had than the case says */
	if (s->read_only)
		return 0;
	return index_done(s, c->number, *whole ? -1 : (int64_t)to, err);
}

static void fill_stale(sqlite3_stmt *q, struct stale *c)
{
	c->number = sqlite3_column_int64(q, 0);
	c->records = column_count(q, 1);
	c->indexed = column_count(q, 2);
	c->title_indexed = sqlite3_column_int(q, 3) != 0;
	buf_init(&c->title, RECORD_TEXT);
	buf_str(&c->title, column_text(q, 4));
}

/* 1: the next case from `from` on that has something left to index, 0: none, -1: err. */
static int next_stale(struct store *s, int64_t from, struct stale *c, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_SEARCH_STALE, err);
	int rc;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, from);
	rc = stmt_row(s, q, "making the index", err);
	if (rc > 0)
		fill_stale(q, c);
	return rc;
}

/* A piece of work from *from on; *from moves on. 1: there may be more, 0: there is not, -1: err. */
static int index_piece(struct store *s, int64_t *from, struct err *err)
{
	uint32_t left = PIECE, did;
	struct stale c;
	int rc = 1;

	while (left > 0 && (rc = next_stale(s, *from, &c, err)) > 0) {
		bool whole;

		rc = index_case(s, &c, left, &did, &whole, err) == 0 ? 1 : -1;
		buf_release(&c.title);
		if (rc < 0)
			return -1;
		*from = c.number + whole;
		left = did + 1 < left ? left - did - 1 : 0;
	}
	return rc;
}

static int index_in_tx(struct store *s, int64_t *from, struct err *err)
{
	int rc;

	if (tx_begin_write(s, err) != 0)
		return -1;
	rc = index_piece(s, from, err);
	if (rc < 0) {
		tx_rollback(s);
		return -1;
	}
	return tx_commit(s, err) == 0 ? rc : -1;
}

/* 1: there may be more to do from *from on, 0: there is not, -1: err. */
static int index_some(struct store *s, int64_t *from, struct err *err)
{
	struct stale c;
	int rc = next_stale(s, *from, &c, err);

	if (rc <= 0)
		return rc; /* without the write lock */
	buf_release(&c.title);
	tx_relax(s, true); /* the index is no truth: it may be lost with the power */
	rc = index_in_tx(s, from, err);
	tx_relax(s, false);
	return rc;
}

void search_idle(struct store *s)
{
	int64_t from = s->index_from;

	/* Nothing more, or nothing that can be done: until something changes. */
	s->index_from = index_some(s, &from, NULL) > 0 ? from : INT64_MAX;
}

void search_changed(struct store *s, int64_t number)
{
	if (number < s->index_from)
		s->index_from = number;
}

/* Others may have changed any case, so this looks at all. */
static int index_all(struct store *s, struct err *err)
{
	int64_t from = 0;
	int rc;

	do
		rc = index_some(s, &from, err);
	while (rc > 0);
	return rc;
}

static int run(struct store *s, enum stmt id, struct err *err)
{
	AUTO_STMT q = stmt_use(s, id, err);

	return q != NULL ? stmt_run(s, q, "searching", err) : -1;
}

/* We may not write the index: what is missing in it goes into a table that dies with us. */
static int index_tail(struct store *s, struct err *err)
{
	AUTO_STMT q = NULL;
	int rc;

	if (run(s, STMT_TAIL_CREATE, err) != 0 || run(s, STMT_TAIL_CLEAR, err) != 0)
		return -1;
	q = stmt_use(s, STMT_SEARCH_STALE, err);
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, 0);
	while ((rc = stmt_row(s, q, "searching", err)) > 0) {
		struct stale c;
		uint32_t did;
		bool whole;

		fill_stale(q, &c);
		rc = index_case(s, &c, UINT32_MAX, &did, &whole, err);
		buf_release(&c.title);
		if (rc != 0)
			break;
	}
	return rc;
}

struct numbers {
	int64_t *p;
	size_t n, cap;
};

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int matches(struct store *s, enum stmt id, const char *phrase, struct numbers *out, struct err *err)
{
	AUTO_STMT q = stmt_use(s, id, err);
	int rc;

	if (q == NULL)
		return -1;
	bind_text(q, 1, phrase);
	while ((rc = stmt_row(s, q, "searching", err)) > 0) {
		if (out->n == out->cap) {
			out->cap = out->cap != 0 ? out->cap * 2 : 64;
			out->p = xrealloc(out->p, out->cap * sizeof(*out->p));
		}
		out->p[out->n++] = sqlite3_column_int64(q, 0);
	}
	return rc;
}

/* The cases that hold one word, ascending and without doubles. */
static int word_cases(struct store *s, const char *phrase, struct numbers *out, struct err *err)
{
	size_t kept = 0;

	if (matches(s, STMT_SEARCH_MATCH, phrase, out, err) != 0)
		return -1;
	if (s->read_only && matches(s, STMT_TAIL_MATCH, phrase, out, err) != 0)
		return -1;
	if (out->n != 0)
		qsort(out->p, out->n, sizeof(*out->p), by_number);
	for (size_t i = 0; i < out->n; i++)
		if (kept == 0 || out->p[kept - 1] != out->p[i])
			out->p[kept++] = out->p[i];
	out->n = kept;
	return 0;
}

static void keep_common(struct numbers *all, const struct numbers *word)
{
	size_t kept = 0;

	for (size_t i = 0, j = 0; i < all->n; i++) {
		while (j < word->n && word->p[j] < all->p[i])
			j++;
		if (j < word->n && word->p[j] == all->p[i])
			all->p[kept++] = all->p[i];
	}
	all->n = kept;
}

/* The next word of what the person wrote as an FTS5 phrase: quoted, so that nothing in it is an
 * operator, and with a star, so that the beginning of a word is enough.  False at the end. */
static bool next_phrase(const char **at, struct buf *phrase)
{
	bool letters = false;

	while (!letters) {
		buf_clear(phrase);
		while (**at == ' ' || **at == '\t' || **at == '\n')
			(*at)++;
		if (**at == '\0')
			return false;
		buf_char(phrase, '"');
		for (; **at != '\0' && strchr(" \t\n", **at) == NULL; (*at)++) {
			letters = letters || isalnum((unsigned char)**at) || (unsigned char)**at >= 0x80;
			buf_str(phrase, **at == '"' ? "\"\"" : (char[]){**at, '\0'});
		}
		buf_str(phrase, "\"*");
	}
	return true;
}

static int match_words(struct store *s, const char *find, struct numbers *all, struct err *err)
{
	struct numbers word = {NULL, 0, 0};
	struct buf phrase;
	int words = 0, rc = 0;

	buf_init(&phrase, 2 * CASE_MAX_TEXT);
	while (rc == 0 && next_phrase(&find, &phrase)) {
		word.n = 0;
		if (phrase.over || ++words > MAX_WORDS)
			rc = err_set(err, FAIL_USAGE, 0, "search for at most %d words", MAX_WORDS);
		else if (words == 1)
			rc = word_cases(s, buf_cstr(&phrase), all, err);
		else
			rc = word_cases(s, buf_cstr(&phrase), &word, err);
		if (rc == 0 && words > 1)
			keep_common(all, &word);
	}
	buf_release(&phrase);
	free(word.p);
	if (rc == 0 && words == 0)
		rc = err_set(err, FAIL_USAGE, 0, "there is no letter or digit to search for");
	return rc;
}

static int search_once(struct store *s, const char *find, struct numbers *all, struct err *err)
{
	all->n = 0;
	if ((s->read_only ? index_tail(s, err) : index_all(s, err)) != 0)
		return -1;
	return match_words(s, find, all, err);
}

int search_cases(struct store *s, const char *find, int64_t **out, size_t *n, struct err *err)
{
	struct numbers all = {NULL, 0, 0};
	struct err mine;
	int rc;

	if (err == NULL)
		err = &mine;
	rc = search_once(s, find, &all, err);
	/* A damaged index is made again from the words that it was made of. */
	if (rc != 0 && err->code == FAIL_DB && !s->read_only && run(s, STMT_SEARCH_REBUILD, NULL) == 0)
		rc = search_once(s, find, &all, err);
	if (rc != 0) {
		free(all.p);
		return -1;
	}
	*out = all.p;
	*n = all.n;
	return 0;
}

int search_cut(struct store *s, int64_t number, uint32_t from, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_SEARCH_CUT, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number);
	sqlite3_bind_int64(q, 2, from);
	return stmt_run(s, q, "making the index", err);
}

int search_forget(struct store *s, int64_t number, struct err *err)
{
	AUTO_STMT q = stmt_use(s, STMT_SEARCH_DROP, err);

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, number << SEARCH_SHIFT);
	sqlite3_bind_int64(q, 2, ((number + 1) << SEARCH_SHIFT) - 1);
	if (stmt_run(s, q, "deleting from the index", err) != 0)
		return -1;
	/* Without this the words would stay readable in the index. */
	return run(s, STMT_SEARCH_OPTIMIZE, err);
}
