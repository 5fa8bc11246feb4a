/* A person who follows a walk: what they do at a page, and with which keys, at a screen and line by line. */
#include "ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session_int.h"

struct ways_now ways_now;

static const char *find(const struct walk_pair *pairs, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(pairs[i].key, key) == 0)
			return pairs[i].value;
	return NULL;
}

/* As this phase or an earlier one says. */
static const char *said_of_step(const char *id)
{
	const char *said = NULL;

	for (size_t i = ways_now.phase + 1; i > 0 && said == NULL; i--) {
		const struct walk_phase *p = &ways_now.walk->phases[i - 1];

		said = find(p->answers, p->nanswers, id);
	}
	return said;
}

static const char *said_of_input(const char *key)
{
	const char *said = NULL;

	for (size_t i = ways_now.phase + 1; i > 0 && said == NULL; i--)
		said = find(ways_now.walk->phases[i - 1].inputs, ways_now.walk->phases[i - 1].ninputs, key);
	return said;
}

static struct ways_deed pick(const struct page *p, enum intent_kind kind, uint32_t n)
{
	for (size_t i = 0; i < p->npicks; i++)
		if (!p->picks[i].unfolds && p->picks[i].intent.kind == kind && p->picks[i].intent.n == n)
			return (struct ways_deed){WAYS_PICK, i, NULL};
	for (size_t i = 0; i < p->npicks; i++)
		if (p->picks[i].unfolds)
			return (struct ways_deed){WAYS_UNFOLD, 0, NULL};
	return (struct ways_deed){WAYS_LEAVE, 0, NULL};
}

static struct ways_deed suggested(const struct page *p)
{
	for (size_t i = 0; i < p->npicks; i++)
		if (p->picks[i].suggested)
			return (struct ways_deed){WAYS_PICK, i, NULL};
	return (struct ways_deed){WAYS_LEAVE, 0, NULL};
}

static struct ways_deed asked_back(struct session *s, const struct page *p)
{
	struct ways_deed go_on = pick(p, IN_AFTER, AFTER_GO_ON);
	struct ways_deed stay = pick(p, IN_CONFIRM, 0);

	if (go_on.act == WAYS_PICK)
		return go_on;
	return s->pending >= 0 || (ways_now.stays && stay.act == WAYS_PICK) ? stay : suggested(p);
}

/* What the walk has of what the page asks for; after a fix the same files, fetched anew. */
static struct ways_deed field(const struct page *p)
{
	for (size_t i = 0; i < p->nfields; i++) {
		const struct field *f = &p->fields[i];
		const char *value = said_of_input(f->def->key);

		if (!f->given && !f->skipped && value != NULL && ways_now.gave != f->def->key)
			return (struct ways_deed){WAYS_FIELD, i, value};
	}
	return (struct ways_deed){WAYS_LEAVE, 0, NULL};
}

/* The first field of a form; the rest is asked where it matters. */
static struct ways_deed form(const struct page *p)
{
	const char *value = said_of_input(p->fields[0].def->key);

	if (value == NULL || p->fields[0].given || p->fields[0].def->type == INPUT_CHOICE)
		return (struct ways_deed){WAYS_EMPTY, 0, NULL};
	return (struct ways_deed){WAYS_FORM, 0, value};
}

static struct ways_deed asked(struct session *s, const struct page *p)
{
	const struct node *n = &s->flow->nodes[s->now.at];
	const char *said = said_of_step(n->id);
	const struct answer_def *answer = said != NULL ? node_answer(n, said) : NULL;
	struct ways_deed give = field(p);

	for (size_t i = 0; answer == NULL && i < n->nanswers; i++)
		if (n->answers[i].blank)
			answer = &n->answers[i];
	if (give.act != WAYS_LEAVE || answer == NULL)
		return give;
	return pick(p, IN_CHOOSE, (uint32_t)(answer - n->answers));
}

static struct ways_deed at_fix(const struct page *p)
{
	const struct walk_phase *next;

	if (ways_now.phase + 1 >= ways_now.walk->nphases)
		return (struct ways_deed){WAYS_LEAVE, 0, NULL};
	next = &ways_now.walk->phases[ways_now.phase + 1];
	for (uint32_t i = 0; i < FIX__MAX && next->say != NULL; i++)
		if (strcmp(fix_answer_name((enum fix_answer)i), next->say) == 0)
			return pick(p, IN_CHOOSE, i);
	return (struct ways_deed){WAYS_LEAVE, 0, NULL};
}

struct ways_deed ways_deed(struct session *s, const struct page *p)
{
	switch (p->kind) {
	case PAGE_FORM:
		return form(p);
	case PAGE_CONFIRM:
		return asked_back(s, p);
	case PAGE_ASK:
		return asked(s, p);
	case PAGE_FIX:
		return at_fix(p);
	case PAGE_END:
		break;
	}
	return (struct ways_deed){WAYS_LEAVE, 0, NULL};
}

/* ---- typing ---- */

static void type(const char *text)
{
	if (write(ways_now.keys, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	ways_now.sent++;
}

static void note_answer(const struct page *p, const struct pick *k)
{
	const struct replay *now = session_now(drive_session(ways_now.drive));
	const struct node *n = &now->flow->nodes[now->at];

	if (p->kind == PAGE_ASK && k->intent.kind == IN_CHOOSE && ways_now.nanswers < WAYS_MAX_ANSWERS)
		ways_now.answers[ways_now.nanswers++] = (struct walk_pair){n->id, n->answers[k->intent.n].id};
}

/* What was just typed goes off: the next page is another one. */
static void decided(const struct page *p, const struct ways_deed *d)
{
	if (d->act == WAYS_PICK)
		note_answer(p, &p->picks[d->n]);
	ways_now.chose |= d->act == WAYS_PICK && p->picks[d->n].intent.kind == IN_INSTEAD;
	ways_now.unfolded = false;
	ways_now.gave = d->act == WAYS_FIELD ? p->fields[d->n].def->key : NULL;
	ways_now.phase += d->act == WAYS_PICK && p->kind == PAGE_FIX;
}

/* One key towards the deed: the mark is moved, a field opened, filled and taken. */
static void type_at_screen(const struct page *p, const struct ways_deed *d)
{
	const struct page_view *v = &ways_now.app->pv;
	int want = d->act == WAYS_FIELD ? item_of_field(p, p->fields[d->n].def->key)
	                                : item_first_pick(p) + (int)d->n;

	if (d->act == WAYS_LEAVE || d->act == WAYS_UNFOLD) {
		type(v->editing ? "\033" : d->act == WAYS_LEAVE ? "q" : "o");
	} else if (d->act == WAYS_EMPTY || (d->act == WAYS_FORM && v->edit.n != 0)) {
		type("\r");
	} else if (d->act == WAYS_FORM) {
		type(d->text);
	} else if (v->sel != want) {
		type(v->sel < want ? "\033OB" : "\033OA");
	} else if (d->act == WAYS_FIELD && v->editing && v->edit.n == 0) {
		type(d->text);
	} else {
		if (d->act == WAYS_PICK || v->editing)
			decided(p, d);
		type("\r");
	}
}

static void type_a_line(const struct page *p, const struct ways_deed *d)
{
	char line[600] = "\n";

	if (d->act == WAYS_LEAVE)
		snprintf(line, sizeof(line), "q\n");
	else if (d->act == WAYS_UNFOLD)
		snprintf(line, sizeof(line), "o\n");
	else if (d->act == WAYS_PICK)
		snprintf(line, sizeof(line), "%zu\n", d->n + 1);
	else if (d->act == WAYS_FIELD)
		snprintf(line, sizeof(line), "%c %s\n", (char)('a' + d->n), d->text);
	else if (d->act == WAYS_FORM)
		snprintf(line, sizeof(line), "%s\n", d->text);
	decided(p, d);
	ways_now.unfolded = d->act == WAYS_UNFOLD;
	type(line);
}

void ways_type(void)
{
	struct session *s = drive_session(ways_now.drive);
	struct arena *mem = arena_new();
	struct page *p;
	struct ways_deed d;

	if (ways_now.screen) {
		d = ways_deed(s, ways_now.app->page);
	} else {
		p = page_build(s, mem);
		if (!ways_now.unfolded)
			page_fold(p, mem);
		d = ways_deed(s, p);
	}
	if (ways_now.sent > WAYS_MAX_KEYS) {
		ways_now.lost = true;
		d.act = WAYS_LEAVE;
	}
	if (ways_now.screen)
		type_at_screen(ways_now.app->page, &d);
	else
		type_a_line(p, &d);
	arena_free(mem);
}
