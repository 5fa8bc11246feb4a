/* Where a case stands, for people: its first look, then what was not looked at and how to go on. */
#include "run.h"

#include <string.h>

#include <casebook/brief.h>
#include <casebook/clock.h>
#include <casebook/utf8.h>

struct text {
	struct session *s;
	const struct diagnosis *diag;
	const struct brief *b;
	struct arena *mem;
	struct buf *out;
};

static void put_unread(struct text *t)
{
	if (t->diag->nunread != 0)
		buf_str(t->out, "\nNot read, and so not looked at:\n");
	for (size_t i = 0; i < t->diag->nunread; i++) {
		const struct evidence *e = &casefile_at(session_case(t->s), t->diag->unread[i])->u.evidence;

		buf_fmt(t->out, "  %s: %s\n", e->target != NULL ? e->target : e->probe, unread_why(e));
	}
	if (t->diag->held_back)
		buf_str(t->out, "  Without that it would be: no fault found.\n");
}

static void put_lines(struct text *t, const char *before, const char *lines)
{
	while (lines != NULL && *lines != '\0') {
		size_t n = strcspn(lines, "\n");

		buf_str(t->out, before);
		buf_put(t->out, lines, n);
		buf_char(t->out, '\n');
		lines += n + (lines[n] == '\n');
	}
}

/* The box has no room for a command, which is whole or not there. */
static void put_commands(struct text *t)
{
	const char *get = t->b->verdict == VERDICT_INCONCLUSIVE ? t->b->get_how : NULL;

	if (get != NULL)
		buf_str(t->out, "\nTo get it:\n");
	put_lines(t, "  ", get);
	if (t->b->next_run != NULL)
		buf_str(t->out, "\nNext, by command:\n");
	put_lines(t, "  ", t->b->next_run);
}

static void put_others(struct text *t)
{
	bool any = false;

	for (size_t i = 0; i < t->diag->nfindings; i++) {
		const struct finding *f = &t->diag->findings[i];

		if (i == t->b->main)
			continue;
		buf_fmt(t->out, "%s  %s: %s%s\n", any ? "" : "\nFound besides:\n", severity_name(f->severity),
		        f->title, f->fixed || f->fixed_by_person ? " (fixed)" : "");
		any = true;
	}
	for (size_t i = 0; i < t->diag->ncontradictions && !t->b->contradicted; i++)
		buf_fmt(t->out, "\nContradiction: %s\n", t->diag->contradictions[i].text);
}

static bool said_before(const struct casefile *cf, uint32_t pos, const char *why)
{
	for (uint32_t i = 1; i < pos; i++) {
		const struct record *r = casefile_at(cf, i);

		if (r != NULL && r->kind == REC_EVIDENCE && r->u.evidence.outcome == EV_CRASHED &&
		    r->u.evidence.why != NULL && strcmp(r->u.evidence.why, why) == 0)
			return true;
	}
	return false;
}

static void put_before(struct text *t)
{
	const char *before = session_before(t->s);

	if (before != NULL)
		buf_char(t->out, '\n');
	put_lines(t, "", before);
}

/* A check that broke off is a fault of this machine or of casebook, never of what was looked at: say so, each
 * reason once, or everything after it reads as merely unknown. */
static void put_broken(struct text *t)
{
	const struct casefile *cf = session_case(t->s);
	bool any = false;

	for (uint32_t i = 1; i <= cf->nlog; i++) {
		const struct record *r = casefile_at(cf, i);

		if (r == NULL || r->kind != REC_EVIDENCE || r->u.evidence.outcome != EV_CRASHED ||
		    r->u.evidence.why == NULL || said_before(cf, i, r->u.evidence.why))
			continue;
		buf_fmt(t->out, "%s  %s: %s\n", any ? "" : "\nChecks that could not run:\n",
		        r->u.evidence.probe, r->u.evidence.why);
		any = true;
	}
}

void run_text(struct session *s, bool ascii, struct buf *out)
{
	const struct casefile *cf = session_case(s);
	struct brief_options o = {.made_ms = clock_now_ms(), .ascii = ascii};
	struct arena *mem = arena_new();
	struct buf raw;
	struct text t = {.s = s, .diag = diagnose(session_now(s)), .mem = mem, .out = &raw};

	buf_init(&raw, BUF_MAX_TEXT);
	t.b = brief_new(mem, session_now(s), &o);
	brief_box(t.b, &raw);
	put_commands(&t);
	put_others(&t);
	put_unread(&t);
	put_broken(&t);
	put_before(&t);
	buf_fmt(&raw, "\nThe whole report: casebook report %u -f html -o case-%u.html\n",
	        (unsigned)cf->number, (unsigned)cf->number);
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_LINES);
	buf_release(&raw);
	arena_free(mem);
}
