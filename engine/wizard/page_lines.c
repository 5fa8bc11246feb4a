/*
 * Evidence in one readable line each: what was seen, from where, when, and the
 * lines of a file that it rests on.
 */
#include "page_int.h"

#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

#define LINE_MAX_FACTS 5
#define FACT_COLS 48 /* a list or a subject does not fill the screen */

struct line {
	const struct evidence *e;
	struct buf out;
	bool read[EVIDENCE_MAX_FACTS]; /* a condition of the step reads it */
	size_t nsaid;
};

/* Rows of many columns belong to the evidence viewer. */
static bool is_table(const struct value *v)
{
	return v->type == VAL_MAP ||
	       (v->type == VAL_LIST && v->u.list.n != 0 && v->u.list.items[0].type == VAL_MAP);
}

/* What is for people; how long it took stands beside it. */
static bool is_plain(const struct fact *f)
{
	const char *end = strrchr(f->key, '_');

	return f->value.type != VAL_NULL && !is_table(&f->value) && (end == NULL || strcmp(end, "_ms") != 0);
}

static void add_fact(struct line *l, const struct fact *f)
{
	struct buf text;
	size_t fit;

	l->nsaid++;
	buf_init(&text, 4096);
	value_text(&text, &f->value);
	fit = utf8_fit(buf_cstr(&text), text.n, FACT_COLS);
	buf_str(&l->out, l->out.n != 0 ? ", " : "");
	put_fact_words(&l->out, f->key, strlen(f->key));
	buf_char(&l->out, ' ');
	buf_put(&l->out, buf_cstr(&text), fit);
	if (fit < text.n)
		buf_str(&l->out, "...");
	buf_release(&text);
}

static bool mark_read(void *arg, const char *probe, const char *fact)
{
	struct line *l = arg;

	for (size_t i = 0; i < l->e->nfacts && i < EVIDENCE_MAX_FACTS && strcmp(probe, l->e->probe) == 0; i++)
		if (strcmp(l->e->facts[i].key, fact) == 0)
			l->read[i] = true;
	return true;
}

static size_t fact_at(const struct evidence *e, const char *key)
{
	size_t i = 0;

	while (i < e->nfacts && strcmp(e->facts[i].key, key) != 0)
		i++;
	return i;
}

/* A probe lists first what matters most: its first two facts, and what the step's conditions read. */
static void add_facts(struct line *l, const struct probe *p)
{
	size_t plain = 0;

	for (const struct fact_def *d = p != NULL ? p->facts : NULL; d != NULL && d->key != NULL; d++) {
		size_t at = fact_at(l->e, d->key);

		if (at >= l->e->nfacts || at >= EVIDENCE_MAX_FACTS || !is_plain(&l->e->facts[at]))
			continue;
		if ((plain++ < 2 || l->read[at]) && l->nsaid < LINE_MAX_FACTS)
			add_fact(l, &l->e->facts[at]);
	}
	/* A probe that no step of this flow runs: as it sent them. */
	for (size_t i = 0; p == NULL && i < l->e->nfacts && l->nsaid < 3; i++)
		if (is_plain(&l->e->facts[i]))
			add_fact(l, &l->e->facts[i]);
}

const char *evidence_line(struct page_maker *m, const struct evidence *e, const struct node *n)
{
	struct line l = {.e = e};
	const char *text;

	buf_init(&l.out, 2000);
	for (size_t i = 0; n != NULL && i < n->nanswers; i++)
		if (n->answers[i].when != NULL)
			cond_reads(n->answers[i].when, mark_read, &l);
	add_facts(&l, flow_probe(m->s->flow, e->probe));
	if (e->outcome != EV_MEASURED) {
		static const char *const words[] = {"",
		                                    "not reached",
		                                    "no answer in time",
		                                    "stopped",
		                                    "the check itself failed",
		                                    "not readable"};
		/* "stopped by hand" says that it was stopped. */
		bool said = e->why != NULL && e->outcome == EV_CANCELLED;

		text = arena_fmt(m->mem, "%s%s%s%s%s", said ? "" : words[e->outcome],
		                 e->why != NULL && !said ? ": " : "", e->why != NULL ? e->why : "",
		                 l.out.n != 0 ? "; seen until then: " : "", buf_cstr(&l.out));
	} else {
		text = l.out.n != 0 ? arena_strdup(m->mem, buf_cstr(&l.out)) : "nothing was found";
	}
	buf_release(&l.out);
	return text;
}

static const char *short_hash(struct page_maker *m, const struct evidence *e)
{
	return e->sha256 != NULL ? arena_fmt(m->mem, ", SHA-256 %.12s...", e->sha256) : "";
}

const char *evidence_vantage(struct page_maker *m, const struct evidence *e)
{
	char when[CLOCK_TEXT];
	int64_t second = e->started_ms - e->started_ms % 1000;
	const char *host = e->host != NULL && e->host[0] != '\0' ? e->host : "this machine";

	clock_iso(second, when);
	if (e->sha256 != NULL || e->npins != 0)
		return arena_fmt(m->mem, "%s, read on %s at %s%s", e->target != NULL ? e->target : "", host,
		                 when, short_hash(m, e));
	return arena_fmt(m->mem, "%s, from %s%s%s%s, %s%s, %s, %u ms", e->target != NULL ? e->target : "",
	                 host, e->network != NULL ? " (" : "", e->network != NULL ? e->network : "",
	                 e->network != NULL ? ")" : "", e->proxy != NULL ? "through " : "no proxy",
	                 e->proxy != NULL ? e->proxy : "", when, (unsigned)e->took_ms);
}

/* Several facts may rest on one line: it is shown once. */
static bool shown_before(const struct evidence *e, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (pin_same_line(&e->pins[k], &e->pins[i]))
			return true;
	return false;
}

void evidence_pins(struct page_maker *m, const struct evidence *e, size_t most)
{
	for (size_t i = 0; i < e->npins && most > 0; i++) {
		const struct pin *p = &e->pins[i];

		if (shown_before(e, i))
			continue;
		most--;
		if (p->line != 0)
			pm_block(m, BLOCK_DETAIL, MARK_NONE,
			         arena_fmt(m->mem, "line %llu: %s", (unsigned long long)p->line,
			                   p->text != NULL ? p->text : ""));
		else if (p->text != NULL)
			pm_block(m, BLOCK_DETAIL, MARK_NONE, p->text);
	}
}

static bool rests_on(const struct cause_row *row, uint32_t id)
{
	for (size_t j = 0; j < row->nevidence; j++)
		if (row->evidence[j] == id)
			return true;
	return false;
}

/* Bad when it speaks for a fault, good when it rules one out or proves the healthy end; open when nothing
 * rests on it: what was seen is then no news, neither good nor bad. */
enum mark evidence_mark(const struct page_maker *m, const struct evidence *e)
{
	bool good = false, warns = false;

	if (e->outcome == EV_CANCELLED)
		return MARK_OPEN;
	if (e->outcome == EV_UNREADABLE || e->outcome == EV_CRASHED)
		return MARK_BAD;
	for (size_t i = 0; i < m->d->nrows; i++) {
		const struct cause_row *row = &m->d->rows[i];

		if (row->state == CAUSE_UNTESTED || !rests_on(row, e->id))
			continue;
		if (row->state == CAUSE_EXCLUDED || row->cause->severity == SEV_NOTE)
			good = true;
		else if (row->cause->severity == SEV_FAULT)
			return MARK_BAD;
		else
			warns = true;
	}
	if (e->outcome != EV_MEASURED || warns)
		return MARK_WARN;
	return good ? MARK_OK : MARK_OPEN;
}

const char *fill_template(struct page_maker *m, const char *text, const struct probe_arg *args, size_t nargs)
{
	struct buf b;
	const char *out;

	buf_init(&b, 8000);
	while (*text != '\0') {
		size_t used = 0;

		for (size_t i = 0; *text == '{' && i < nargs && used == 0; i++) {
			size_t n = strlen(args[i].key);

			if (strncmp(text + 1, args[i].key, n) == 0 && text[n + 1] == '}') {
				buf_str(&b, args[i].value);
				used = n + 2;
			}
		}
		if (used == 0)
			buf_char(&b, *text);
		text += used != 0 ? used : 1;
	}
	out = arena_strdup(m->mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

void pm_proposal(struct page_maker *m)
{
	const struct proposal *p = m->d->next;

	if (m->d->nnext == 0)
		return;
	pm_block(m, BLOCK_HINT, MARK_OPEN,
	         arena_fmt(m->mem, "Best to get next: %s. It may decide %zu of %zu open causes.",
	                   p->missing != NULL ? p->missing->label : p->check->probe->title, p->decides,
	                   p->open));
	pm_block(m, BLOCK_DETAIL, MARK_NONE, page_words(m->s->flow, p->why, m->mem))->more = true;
	if (p->missing != NULL && p->missing->trip != NULL)
		pm_block(m, BLOCK_DETAIL, MARK_NONE, p->missing->trip);
	pm_block(m, BLOCK_COMMAND, MARK_NONE, p->how);
}
