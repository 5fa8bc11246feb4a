/* The ticket: plain text that stands by itself wherever it is pasted. */
#include "brief_int.h"

#include <string.h>

#include <casebook/utf8.h>

#define LINE_LONGEST 340

/* A line, and how much it is missed: the least goes first when all is too long. */
struct line {
	const char *text;
	unsigned worth;
};
struct lines {
	struct arena *mem;
	struct line all[24];
	size_t n;
};

/* Cut between words, never within a character. */
static const char *cut(struct arena *mem, const char *text, size_t max)
{
	size_t n = strlen(text);

	if (n <= max)
		return text;
	for (n = max - 3; n > max / 2 && text[n] != ' ';)
		n--;
	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return arena_fmt(mem, "%.*s...", (int)n, text);
}

static void put(struct lines *l, unsigned worth, const char *text)
{
	if (text != NULL && l->n < sizeof(l->all) / sizeof(l->all[0]))
		l->all[l->n++] = (struct line){text, worth};
}

const char *brief_first_line(struct arena *mem, const struct brief *b)
{
	struct buf t;
	const char *what = b->what, *out;
	size_t n;

	buf_init(&t, 1000);
	buf_str(&t, b->headline);
	if (b->lead != NULL)
		buf_fmt(&t, ", %s", b->lead);
	else if (b->confidence != CONFIDENCE_NONE)
		buf_fmt(&t, ", confidence %s", confidence_name(b->confidence));
	/* "... contradict each other on whether the pool is started" */
	if (b->contradicted && strncmp(what, "Unclear whether ", 16) == 0)
		buf_fmt(&t, " on %s", what + 8);
	else
		buf_fmt(&t, ": %s", what);
	buf_fmt(&t, "%s%s", b->host != NULL && strstr(what, b->host) == NULL ? ", at " : "",
	        b->host != NULL && strstr(what, b->host) == NULL ? b->host : "");
	out = arena_strdup(mem, buf_cstr(&t));
	buf_release(&t);
	n = utf8_fit(out, strlen(out), BRIEF_FIRST_MAX - 3);
	return cut(mem, out, n);
}

const char *brief_sources(struct arena *mem, const struct brief *b)
{
	return arena_fmt(mem, "%zu %s%s", b->nsources, b->nsources == 1 ? "source" : "independent sources",
	                 b->nproofs > b->nsources ? ", live answers count as one" : "");
}

const char *brief_verdict(struct arena *mem, const struct brief *b)
{
	char *out = arena_fmt(mem, "%s%s%s", b->headline, b->lead != NULL ? ", " : "",
	                      b->lead != NULL ? b->lead : "");

	for (size_t i = 1; i < strlen(b->headline); i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
	return out;
}

/* The newest live answer stands in a line of its own. */
static bool is_now(struct arena *mem, const struct brief *b, const struct brief_proof *p)
{
	const char *says = without_stop(mem, p->says);

	return p->live && b->now != NULL && strncmp(b->now, says, strlen(says)) == 0;
}

static const char *proof_line(struct arena *mem, const struct brief *b)
{
	bool now_said = b->before == NULL;
	struct joined j;
	const char *all;

	join_begin(&j, "; ");
	for (size_t i = 0; i < b->nproofs && i < 4; i++)
		join_add(&j, arena_fmt(mem, "%s%s (%s)", b->nproofs > 1 ? arena_fmt(mem, "%zu) ", i + 1) : "",
		                       now_said && is_now(mem, b, &b->proofs[i])
		                               ? "what the URL answers now, as above"
		                               : cut(mem, without_stop(mem, b->proofs[i].says), 170),
		                       b->proofs[i].place));
	all = join_end(&j, mem);
	return all != NULL ? arena_fmt(mem, "Proof%s, %s: %s.", b->before != NULL ? " before the fix" : "",
	                               brief_sources(mem, b), all)
	                   : NULL;
}

static const char *side_line(struct arena *mem, const struct brief *b, const char *name,
                             const struct brief_proof *p, size_t n)
{
	struct joined j;
	const char *all;

	join_begin(&j, " ");
	for (size_t i = 0; i < n && i < 2; i++)
		join_add(&j, is_now(mem, b, &p[i])
		                     ? arena_fmt(mem, "%s, %s.", b->now, p[i].place)
		                     : arena_fmt(mem, "%s (%s).", without_stop(mem, p[i].says), p[i].place));
	all = join_end(&j, mem);
	return all != NULL ? arena_fmt(mem, "%s: %s", name, all) : NULL;
}

const char *next_words(struct arena *mem, const struct brief *b)
{
	if (b->next == NULL || b->next_who == NULL)
		return b->next;
	return arena_fmt(mem, "%s%s%s%s: %s", b->next_who, b->next_where != NULL ? " (" : "",
	                 b->next_where != NULL ? b->next_where : "", b->next_where != NULL ? ")" : "",
	                 b->next);
}

static const char *next_line(struct arena *mem, const struct brief *b)
{
	return b->next != NULL
	               ? arena_fmt(mem, "Next%s %s", b->next_who != NULL ? "," : ":", next_words(mem, b))
	               : NULL;
}

static const char *labelled(struct arena *mem, const char *label, const char *text)
{
	return text != NULL
	               ? arena_fmt(mem, "%s: %s%s", label, text,
	                           text[0] != '\0' && strchr(".?!", text[strlen(text) - 1]) != NULL ? ""
	                                                                                            : ".")
	               : NULL;
}

static const char *case_line(struct arena *mem, const struct brief *b)
{
	const char *head = b->head != NULL ? arena_fmt(mem, ", head %.16s", b->head) : "";

	return arena_fmt(mem, "Case %s, %zu records%s%s%s", b->id, b->records, head,
	                 b->person != NULL ? ", " : "", b->person != NULL ? b->person : "");
}

static const char *out_line(struct arena *mem, const struct brief *b)
{
	const char *not = labelled(mem, "Excluded", b->not );
	const char *told = b->told != NULL ? arena_fmt(mem, "Does not apply, as told: %s.", b->told) : NULL;

	return not == NULL ? told : told == NULL ? not : arena_fmt(mem, "%s %s", not, told);
}

static bool said_by_a_side(struct arena *mem, const struct brief *b)
{
	if (b->contradicted && b->nproofs != 0 && is_now(mem, b, &b->proofs[0]))
		return true;
	return b->contradicted && b->nagainst != 0 && is_now(mem, b, &b->against[0]);
}

static void fill(struct lines *l, const struct brief *b)
{
	struct arena *mem = l->mem;
	bool fixed = b->before != NULL;

	put(l, 100, brief_first_line(mem, b));
	put(l, 80,
	    fixed ? arena_fmt(mem, "Before: %s", b->before)
	          : labelled(mem, "Now", said_by_a_side(mem, b) ? NULL : b->now));
	put(l, 80, fixed ? arena_fmt(mem, "After: %s", b->after) : NULL);
	put(l, 82, fixed ? labelled(mem, "Done", b->done) : NULL);
	if (b->contradicted) {
		put(l, 90, side_line(mem, b, b->turned ? "Says no" : "Says yes", b->proofs, b->nproofs));
		put(l, 90, side_line(mem, b, b->turned ? "Says yes" : "Says no", b->against, b->nagainst));
	}
	put(l, 85,
	    b->last != NULL ? arena_fmt(mem, "Last failure: %s (%s).", b->last, b->last_place)
	    : b->verdict == VERDICT_HEALTHY
	            ? NULL
	            : "Last failure: not known: no log shows a failing request of a device.");
	put(l, 20, b->last_line != NULL && strlen(b->last_line) < 220 ? b->last_line : NULL);
	put(l, 65,
	    b->who != NULL ? arena_fmt(mem, "Affected: %s%s%s.", b->who, b->since != NULL ? "; since " : "",
	                               b->since != NULL ? b->since : "")
	                   : labelled(mem, "Since", b->since));
	if (!b->contradicted)
		put(l, 90, proof_line(mem, b));
	put(l, 50, out_line(mem, b));
	if (b->verdict != VERDICT_HEALTHY && (b->verdict == VERDICT_INCONCLUSIVE ||
	                                      b->verdict == VERDICT_FIXED || b->confidence < CONFIDENCE_HIGH))
		put(l, 88, labelled(mem, "One thing to get", b->get));
	put(l, 70,
	    b->verdict == VERDICT_INCONCLUSIVE && b->get_how != NULL && strchr(b->get_how, '\n') == NULL
	            ? b->get_how
	            : NULL);
	put(l, 40, b->outcome != NULL ? arena_fmt(mem, "What it decides: %s.", b->outcome) : NULL);
	put(l, 95, next_line(mem, b));
	put(l, 75, b->next_run);
	put(l, 92, b->then != NULL ? arena_fmt(mem, "Then: %s", b->then) : NULL);
	put(l, 99, case_line(mem, b));
}

static size_t size_of(const struct lines *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += strlen(l->all[i].text) + 1;
	return n;
}

static void drop_least(struct lines *l)
{
	size_t least = 0;

	for (size_t i = 1; i < l->n; i++)
		if (l->all[i].worth < l->all[least].worth)
			least = i;
	memmove(&l->all[least], &l->all[least + 1], (l->n - least - 1) * sizeof(l->all[0]));
	l->n--;
}

void brief_ticket(const struct brief *b, struct buf *out)
{
	struct lines l = {.mem = arena_new()};

	fill(&l, b);
	/* A command is whole or not there; sentences may be shortened. */
	for (size_t i = 1; i + 1 < l.n; i++)
		if (l.all[i].text != b->next_run && l.all[i].text != b->get_how)
			l.all[i].text = cut(l.mem, l.all[i].text, l.all[i].worth == 90 ? 620 : LINE_LONGEST);
	while (l.n > BRIEF_TICKET_LINES || size_of(&l) > BRIEF_TICKET_MAX)
		drop_least(&l);
	for (size_t i = 0; i < l.n; i++)
		buf_fmt(out, "%s\n", l.all[i].text);
	arena_free(l.mem);
}
