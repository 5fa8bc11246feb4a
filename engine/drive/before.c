/*
 * "Seen before": earlier cases on the same server, their causes and what helped.  Reads cases and judges each
 * as its report would; knows words for people, and nothing of the case in hand but its server.  What it finds
 * enters neither log nor judgement.
 */
#include "drive_int.h"

#include <string.h>
#include <strings.h>

#include <casebook/say.h>
#include <casebook/url.h>

#define LOOK_AT 12 /* cases, the newest: each is loaded and judged */
#define CAUSES 3   /* that have a line */
#define NAMES 5    /* of cases in a list */

struct earlier {
	char id[CASE_ID];
	uint32_t number;
	int64_t opened_ms;
	const struct cause *cause; /* NULL: it came to none */
	const char *remedy;
	bool fixed, by_word;
};
struct look {
	struct arena *mem;
	const struct flow *flow;
	const char *self, *key, *host;
	struct earlier e[LOOK_AT + 2];
	size_t n, most;
};

/* ---- which cases ---- */

static bool is_this_machine(const char *host)
{
	return strcasecmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	       strcmp(host, "::1") == 0;
}

static bool host_of(const char *text, struct url *u)
{
	struct err err;

	return text != NULL && url_parse(text, u, &err) == 0 && !is_this_machine(u->host);
}

/* The first address that the flow asks for and that is known; this machine is a tunnel or a practice, and
 * never twice the same. */
static bool server_of(const struct replay *r, const char **key, struct url *u)
{
	for (size_t i = 0; i < r->flow->ninputs; i++) {
		*key = r->flow->inputs[i].key;
		if (r->flow->inputs[i].type == INPUT_URL && host_of(replay_input(r, *key), u))
			return true;
	}
	return false;
}

static bool note_case(void *arg, const struct case_row *row)
{
	struct look *l = arg;

	for (size_t i = 0; i < l->n; i++) /* asked for once with each scheme */
		if (l->e[i].number == row->number)
			return true;
	if (strcmp(row->id, l->self) == 0 || strcmp(row->flow_id, l->flow->id) != 0)
		return true;
	memcpy(l->e[l->n].id, row->id, CASE_ID);
	l->e[l->n].number = row->number;
	l->e[l->n].opened_ms = row->opened_ms;
	return ++l->n < l->most;
}

/* ---- what came of them ---- */

static void judge(struct look *l, struct earlier *e, struct replay *r)
{
	const struct diagnosis *d = diagnose_causes(r);
	const struct finding *f = d->nfindings != 0 ? &d->findings[0] : NULL;

	if (f == NULL || f->cause == NULL || f->severity == SEV_NOTE)
		return;
	/* What is mended stays a finding, whatever the case came to after it. */
	if (!f->fixed && !f->fixed_by_person &&
	    (d->verdict == VERDICT_HEALTHY || d->verdict == VERDICT_INCONCLUSIVE))
		return;
	e->cause = f->cause;
	e->remedy = arena_strdup(l->mem, f->remedy);
	e->fixed = f->fixed && !f->fixed_by_person;
	e->by_word = f->fixed_by_person;
}

/* False: it is not about this server after all, or cannot be read. */
static bool look_at(struct look *l, struct store *store, struct earlier *e)
{
	struct casefile cf;
	struct replay r;
	struct err err;
	struct url u;
	bool ours;

	if (store_load(store, e->id, &cf, &err) != 0)
		return false;
	replay_init(&r, l->flow, &cf, NULL);
	ours = casefile_copied(&cf) == NULL && host_of(replay_input(&r, l->key), &u) &&
	       strcasecmp(u.host, l->host) == 0;
	if (ours)
		judge(l, e, &r);
	replay_release(&r);
	casefile_release(&cf);
	return ours;
}

static int newest_first(const struct earlier *a, const struct earlier *b)
{
	return a->opened_ms > b->opened_ms || (a->opened_ms == b->opened_ms && a->number > b->number);
}

static void keep_newest_first(struct look *l, const struct earlier *e, size_t *kept)
{
	size_t at = *kept;

	for (; at > 0 && newest_first(e, &l->e[at - 1]); at--)
		l->e[at] = l->e[at - 1];
	l->e[at] = *e;
	(*kept)++;
}

static void find_cases(struct look *l, struct store *store)
{
	static const char *const schemes[] = {"https", "http"};
	size_t kept = 0, n;

	for (size_t i = 0; i < 2; i++) {
		struct store_given ask = {l->key, arena_fmt(l->mem, "%s://%s", schemes[i], l->host),
		                          LOOK_AT + 2};
		struct err err;

		l->most = i == 0 ? LOOK_AT + 1 : LOOK_AT + 2;
		/* It informs: that it cannot be told is no failure of the case. */
		if (l->n < l->most && store_given(store, &ask, note_case, l, &err) != 0)
			break;
	}
	n = l->n;
	for (size_t i = 0; i < n; i++) {
		struct earlier e = l->e[i];

		if (look_at(l, store, &e))
			keep_newest_first(l, &e, &kept);
	}
	l->n = kept;
}

/* ---- in words ---- */

static bool is_of(const struct earlier *e, const struct cause *c)
{
	return c == NULL || e->cause == c;
}

/* "#9, #7 and 3 more"; cause NULL: all. */
static size_t put_numbers(struct buf *out, const struct look *l, const struct cause *c)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!is_of(&l->e[i], c))
			continue;
		if (n < NAMES)
			buf_fmt(out, "%s#%u", n != 0 ? ", " : "", (unsigned)l->e[i].number);
		n++;
	}
	if (n > NAMES)
		buf_fmt(out, " and %zu more", n - NAMES);
	return n;
}

/* The newest whose fix helped, and whether the cause came again after it. */
static void put_helped(struct buf *out, const struct look *l, const struct cause *c)
{
	const struct earlier *again = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct earlier *e = &l->e[i];

		if (e->cause != c)
			continue;
		if (!e->fixed && !e->by_word) {
			again = e;
			continue;
		}
		buf_fmt(out, ". What helped in #%u, %s: %s", (unsigned)e->number,
		        e->fixed ? "proved by the same checks" : "as a person says",
		        e->remedy != NULL ? e->remedy : c->title);
		if (again != NULL)
			buf_fmt(out, "%s It came back in #%u.",
			        out->n != 0 && out->p[out->n - 1] == '.' ? "" : ".", (unsigned)again->number);
		else if (out->p[out->n - 1] != '.')
			buf_char(out, '.');
		return;
	}
	buf_str(out, ". No fix is proved yet.");
}

static void put_cause(struct buf *out, const struct look *l, const struct cause *c)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->e[i].cause == c;
	buf_fmt(out, "%s (%s): ", c->title, c->id);
	if (n == l->n)
		buf_str(out, l->n == 1 ? "the cause then" : "the cause each time");
	else
		(void)put_numbers(out, l, c);
	put_helped(out, l, c);
	buf_char(out, '\n');
}

static bool named_before(const struct look *l, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (l->e[k].cause == l->e[i].cause)
			return true;
	return false;
}

static const char *in_words(const struct look *l)
{
	size_t n = l->n < LOOK_AT ? l->n : LOOK_AT, lines = 0;
	const char *text;
	struct buf b;

	if (l->n == 0)
		return NULL;
	buf_init(&b, BUF_MAX_LINE);
	buf_fmt(&b, "Seen before: %s%zu case%s on %s since %s (", l->n > LOOK_AT ? "more than " : "", n,
	        n == 1 ? "" : "s", l->host, say_when(l->mem, l->e[l->n - 1].opened_ms, SAY_DAY));
	(void)put_numbers(&b, l, NULL);
	buf_str(&b, "). It informs; no verdict rests on it.\n");
	for (size_t i = 0; i < l->n && lines < CAUSES; i++) {
		if (l->e[i].cause == NULL || named_before(l, i))
			continue;
		put_cause(&b, l, l->e[i].cause);
		lines++;
	}
	if (lines == 0)
		buf_str(&b, l->n == 1 ? "It came to no cause.\n" : "None of them came to a cause.\n");
	text = arena_strdup(l->mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

bool drive_look_back(struct drive *d)
{
	struct look l = {.flow = d->s.flow, .self = d->s.cf.id};
	const char *was = session_before(&d->s);
	struct url u;

	if (d->store == NULL || !server_of(&d->s.now, &l.key, &u) ||
	    (d->before != NULL && strcasecmp(d->before_of, u.host) == 0))
		return false;
	if (d->before == NULL)
		d->before = arena_new();
	arena_reset(d->before);
	l.mem = d->before;
	l.host = d->before_of = arena_strdup(d->before, u.host);
	find_cases(&l, d->store);
	session_set_before(&d->s, in_words(&l));
	return was != NULL || session_before(&d->s) != NULL;
}
