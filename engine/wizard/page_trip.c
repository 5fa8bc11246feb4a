/*
 * A trip: what is missing at one place.  One person, one place, one command that makes and fills one folder;
 * what other steps would ask for there comes along.
 */
#include "page_int.h"

#include <string.h>

#define MAKES "mkdir C:\\casebook 2>nul & " /* how a command that fills the folder begins */
#define MOST 4                              /* files of one trip, */
#define COMMAND_MOST 400 /* and bytes of its command: what stands on a screen beside the rest */

struct trip {
	const struct input_def *file[MOST];
	const char *how[MOST], *why[MOST];
	const struct proposal *along[MOST]; /* NULL: this step asks for it */
	size_t n;
};

static const char *how_to_fetch(const struct flow *f, const struct input_def *def)
{
	for (size_t i = 0; def->fetch == NULL && i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++) {
			const struct check *c = &f->nodes[i].checks[k];

			for (size_t a = 0; a < c->nargs; a++)
				if (c->args[a].input >= 0 && &f->inputs[c->args[a].input] == def &&
				    c->probe->fetch != NULL)
					return c->probe->fetch;
		}
	return def->fetch;
}

static bool at_one_place(const struct input_def *a, const struct input_def *b)
{
	return a->trip != NULL && b->trip != NULL && strcmp(a->trip, b->trip) == 0;
}

/* Whether one more command can be joined to those of the trip, and still be read at a glance. */
static bool joins(const struct trip *t, const char *how)
{
	size_t n = strlen(how);

	for (size_t i = 0; i < t->n; i++)
		n += strlen(t->how[i]);
	return t->n != 0 && strncmp(t->how[0], MAKES, strlen(MAKES)) == 0 &&
	       strncmp(how, MAKES, strlen(MAKES)) == 0 && n <= COMMAND_MOST;
}

/* `along`: nobody asks for it here; why it is worth the way. */
static void add(struct page_maker *m, struct trip *t, const struct input_def *def, const char *why,
                const struct proposal *along)
{
	const char *how = def->type == INPUT_FILE ? how_to_fetch(m->s->flow, def) : NULL;

	for (size_t i = 0; i < t->n; i++)
		if (t->file[i] == def)
			return;
	if (how == NULL || t->n == MOST || (t->n != 0 && !at_one_place(t->file[0], def)) ||
	    (along != NULL && !joins(t, how)))
		return;
	t->file[t->n] = def;
	t->how[t->n] = how;
	t->along[t->n] = along;
	t->why[t->n++] = why;
}

/* What this step lacks, then what else would decide at the same place. */
static struct trip trip_of(struct page_maker *m, const struct input_def *const *missing, size_t n)
{
	struct trip t = {.n = 0};

	for (size_t i = 0; i < n; i++)
		add(m, &t, missing[i], "needed here", NULL);
	for (size_t i = 0; t.n != 0 && i < m->d->nnext; i++) {
		const struct proposal *p = &m->d->next[i];
		const struct input_def *def = p->missing;

		if (def != NULL && replay_input(m->r, def->key) == NULL &&
		    !replay_input_skipped(m->r, def->key))
			add(m, &t, def, "comes along", p);
	}
	return t;
}

/* One command: the folder is made once. */
static const char *command_of(struct page_maker *m, const struct trip *t)
{
	const char *text = t->how[0];

	for (size_t i = 1; i < t->n; i++) {
		const char *how = t->how[i];

		if (strncmp(how, MAKES, strlen(MAKES)) == 0)
			how += strlen(MAKES);
		if (strstr(text, how) == NULL)
			text = arena_fmt(m->mem, "%s & %s", text, how);
	}
	return text;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* In a file of commands the variable of a loop has two signs: %A is %%A there, %windir% stays. */
static void in_a_file(struct buf *out, const char *command)
{
	for (const char *s = command; *s != '\0'; s++) {
		size_t word = 0;

		if (*s == '%')
			word = strspn(s + 1,
			              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_()");
		if (*s == '%' && word != 0 && s[1 + word] == '%') {
			buf_put(out, s, word + 2);
			s += word + 1;
			continue;
		}
		if (*s == '%' && (is_letter(s[1]) || s[1] == '~'))
			buf_char(out, '%');
		buf_char(out, *s);
	}
}

/* For whoever runs it: what it is, what it does, where it leaves its files. */
static const char *script_of(struct page_maker *m, const char *who, const char *command, const struct trip *t)
{
	const char *text;
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	buf_fmt(&b, "@echo off\r\nrem For a case of casebook. To run by: %s.\r\n", who);
	buf_str(&b, "rem It reads, changes nothing, and writes into C:\\casebook:\r\n");
	for (size_t i = 0; i < t->n; i++)
		buf_fmt(&b, "rem   %s\r\n", t->file[i]->label);
	in_a_file(&b, command);
	buf_str(&b, "\r\necho Done. Send back the folder C:\\casebook.\r\n");
	text = arena_strdup(m->mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

/* "server admin, on the NDES server; ..." as "Server admin, on the NDES server" */
static const char *place_of(struct page_maker *m, const char *trip)
{
	char *text = arena_strndup(m->mem, trip, strcspn(trip, ";"));

	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	return text;
}

bool pm_trip(struct page_maker *m, const struct input_def *const *missing, size_t n)
{
	struct trip t = trip_of(m, missing, n);
	const char *where, *command;
	bool fills;

	if (t.n == 0 || t.file[0]->trip == NULL)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		pm_block(m, BLOCK_CHECK, MARK_OPEN, t.why[i])->label = t.file[i]->label;
		if (t.along[i] != NULL)
			pm_block(m, BLOCK_DETAIL, MARK_NONE,
			         arena_fmt(m->mem, "it may decide %zu of the %zu open causes",
			                   t.along[i]->decides, t.along[i]->open))
			        ->more = true;
		if (t.file[i]->help != NULL)
			pm_block(m, BLOCK_DETAIL, MARK_NONE, t.file[i]->help)->more = true;
	}
	command = command_of(m, &t);
	where = place_of(m, t.file[0]->trip);
	fills = strncmp(command, MAKES, strlen(MAKES)) == 0;
	pm_block(m, BLOCK_HINT, MARK_NONE,
	         fills ? arena_fmt(m->mem,
	                           "%s, in a Command Prompt as administrator. It only reads, and "
	                           "writes into C:\\casebook; bring that folder here.",
	                           where)
	               : arena_fmt(m->mem, "%s:", where));
	pm_block(m, BLOCK_COMMAND, MARK_NONE, command);
	m->p->copy = command;
	if (fills) {
		m->p->script = script_of(m, where, command, &t);
		m->p->script_name =
		        m->s->cf.number != 0 ? arena_fmt(m->mem, "get-%u", (unsigned)m->s->cf.number) : "get";
	}
	return true;
}
