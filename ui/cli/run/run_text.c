/* Where a case stands, for people: the verdict first, then why, the path and what is missing. */
#include "run.h"

#include <string.h>

#include <casebook/page.h>
#include <casebook/utf8.h>

struct text {
	struct session *s;
	const struct diagnosis *diag;
	bool ascii;
	struct buf *out;
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void put_pin(struct text *t, const struct pin *p)
{
	if (p->line != 0)
		buf_fmt(t->out, "       %s, line %llu: ", p->file != NULL ? last_part(p->file) : "",
		        (unsigned long long)p->line);
	else
		buf_str(t->out, "       ");
	buf_fmt(t->out, "%s\n", p->text != NULL ? p->text : "");
}

static void put_evidence(struct text *t, uint32_t pos)
{
	const struct record *r = casefile_at(session_case(t->s), pos);
	const struct evidence *e;

	if (r == NULL || r->kind != REC_EVIDENCE)
		return;
	e = &r->u.evidence;
	buf_fmt(t->out, "     seen by %s: %s\n", e->probe, e->target != NULL ? e->target : "");
	for (size_t i = 0; i < e->npins && i < 2; i++)
		put_pin(t, &e->pins[i]);
}

static void put_finding(struct text *t, const struct finding *f)
{
	static const enum mark marks[] = {MARK_BAD, MARK_WARN, MARK_OK};

	buf_fmt(t->out, " %s %s (%s)\n", mark_glyph(f->fixed ? MARK_OK : marks[f->severity], t->ascii),
	        f->title, f->id);
	buf_fmt(t->out, "     because %s\n", f->by);
	for (size_t i = 0; i < f->nevidence; i++)
		put_evidence(t, f->evidence[i]);
	if (f->by_person)
		buf_str(t->out, "     no check has confirmed this\n");
	if (f->remedy != NULL && !f->fixed)
		buf_fmt(t->out, "     do: %s\n", f->remedy);
}

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

static void put_path(struct text *t)
{
	struct replay *r = session_now(t->s);

	buf_str(t->out, "\nPath:\n");
	for (size_t i = 0; i < r->npath; i++) {
		const struct node *n = &r->flow->nodes[r->path[i].node];
		const struct rec_answer *a = r->path[i].answer != NULL ? &r->path[i].answer->u.answer : NULL;
		const struct answer_def *def =
		        a != NULL && n->kind == NODE_ASK ? node_answer(n, a->answer) : NULL;

		buf_fmt(t->out, a != NULL ? "  %-18s" : "  %s", n->id);
		if (a != NULL)
			buf_fmt(t->out, " %s (%s)", def != NULL ? def->label : a->answer,
			        answered_by_name(a->by));
		buf_char(t->out, '\n');
		if (replay_why(r, i) != NULL)
			buf_fmt(t->out, "                       %s\n", replay_why(r, i));
	}
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

/* Said once for all that is fetched there. */
static bool new_trip(const struct diagnosis *d, size_t i)
{
	const char *trip = d->needs[i].trip;

	for (size_t k = 0; trip != NULL && k < i; k++)
		if (d->needs[k].trip != NULL && strcmp(d->needs[k].trip, trip) == 0)
			return false;
	return trip != NULL;
}

static void put_needs(struct text *t)
{
	if (t->diag->nneeds != 0)
		buf_str(t->out, "\nWhat would decide:\n");
	for (size_t i = 0; i < t->diag->nneeds; i++) {
		buf_fmt(t->out, "  %s:\n", t->diag->needs[i].says);
		put_lines(t, "      ", t->diag->needs[i].how);
		if (new_trip(t->diag, i))
			buf_fmt(t->out, "      trip: %s\n", t->diag->needs[i].trip);
	}
}

static void put_next(struct text *t)
{
	const struct proposal *p = t->diag->next;

	if (t->diag->nnext == 0 || t->diag->verdict == VERDICT_HEALTHY || t->diag->proven)
		return;
	buf_fmt(t->out, "\nNext best check: %s\n", p->why);
	put_lines(t, "      ", p->how);
}

static bool said_before(const struct casefile *cf, uint32_t pos, const char *why)
{
	for (uint32_t i = 0; i < pos; i++) {
		const struct record *r = casefile_at(cf, i);

		if (r != NULL && r->kind == REC_EVIDENCE && r->u.evidence.outcome == EV_CRASHED &&
		    r->u.evidence.why != NULL && strcmp(r->u.evidence.why, why) == 0)
			return true;
	}
	return false;
}

/* A check that broke off is a fault of this machine or of casebook, never of what was looked at: say so, each
 * reason once, or everything after it reads as merely unknown. */
static void put_broken(struct text *t)
{
	const struct casefile *cf = session_case(t->s);
	bool any = false;

	for (uint32_t i = 0; i < cf->nlog; i++) {
		const struct record *r = casefile_at(cf, i);

		if (r == NULL || r->kind != REC_EVIDENCE || r->u.evidence.outcome != EV_CRASHED ||
		    r->u.evidence.why == NULL || said_before(cf, i, r->u.evidence.why))
			continue;
		buf_fmt(t->out, "%s  %s: %s\n", any ? "" : "\nChecks that could not run:\n",
		        r->u.evidence.probe, r->u.evidence.why);
		any = true;
	}
}

static void put_causes(struct text *t)
{
	size_t count[4] = {0};

	for (size_t i = 0; i < t->diag->nrows; i++)
		count[t->diag->rows[i].state]++;
	buf_fmt(t->out, "\nCauses: %zu supported, %zu excluded, %zu untested.\n", count[CAUSE_SUPPORTED],
	        count[CAUSE_EXCLUDED], count[CAUSE_UNTESTED]);
	if (count[CAUSE_CONTRADICTED] != 0)
		buf_fmt(t->out, "Contradicted: %zu.\n", count[CAUSE_CONTRADICTED]);
	for (size_t i = 0; i < t->diag->ncontradictions; i++)
		buf_fmt(t->out, "Contradiction: %s\n", t->diag->contradictions[i].text);
}

void run_text(struct session *s, bool ascii, struct buf *out)
{
	static const char *const verdicts[] = {
	        [VERDICT_INCONCLUSIVE] = "inconclusive",
	        [VERDICT_FAULT] = "a fault was found",
	        [VERDICT_HEALTHY] = "no fault was found",
	        [VERDICT_REFUSED_LATER] = "the device reached NDES and was refused later",
	        [VERDICT_FIXED] = "the fault was fixed; the device's own proof is still to come",
	};
	struct buf raw;
	const struct casefile *cf = session_case(s);
	struct text t = {s, diagnose(session_now(s)), ascii, &raw};

	buf_init(&raw, BUF_MAX_TEXT);
	buf_fmt(&raw, "Case #%u%s%s: %s.\n", (unsigned)cf->number, cf->title[0] != '\0' ? " " : "", cf->title,
	        verdicts[t.diag->verdict]);
	for (size_t i = 0; i < t.diag->nfindings; i++)
		put_finding(&t, &t.diag->findings[i]);
	put_unread(&t);
	put_path(&t);
	put_broken(&t);
	put_causes(&t);
	put_needs(&t);
	put_next(&t);
	buf_fmt(&raw, "\nThe whole report: casebook report %u -f html -o case-%u.html\n",
	        (unsigned)cf->number, (unsigned)cf->number);
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_LINES);
	buf_release(&raw);
}
