/*
 * The question of a case, found once: which time, whose computers, which platform.  A person's word comes
 * first, then the device's own log, then the newest day of the server's logs.
 */
#include "case_int.h"

#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

const char *at_by_name(enum at_by by)
{
	static const char *const names[] = {"unknown", "said", "of the device's log", "newest day"};

	return names[by];
}

const struct question *replay_question(const struct replay *r)
{
	return &r->index->question;
}

/* NDES01 and ndes01.contoso.com are one computer. */
static bool same_computer(const char *a, const char *b)
{
	size_t n = strcspn(a, "."), m = strcspn(b, ".");

	return n == m && n != 0 && strncasecmp(a, b, n) == 0 &&
	       (a[n] == '\0' || b[m] == '\0' || strcasecmp(a, b) == 0);
}

static struct whose *computer_of(struct question *q, const char *name)
{
	for (size_t i = 0; i < q->ncomputers; i++)
		if (same_computer(q->computers[i].computer, name))
			return &q->computers[i];
	return NULL;
}

static void note_part(struct question *q, const struct about *a)
{
	struct whose *w = a->computer != NULL ? computer_of(q, a->computer) : NULL;

	if (a->computer == NULL || *a->computer == '\0')
		return;
	if (w == NULL && q->ncomputers < QUESTION_MAX_COMPUTERS) {
		w = &q->computers[q->ncomputers++];
		*w = (struct whose){.computer = a->computer};
	}
	if (w == NULL)
		return;
	w->traces |= a->traces;
	if (a->role != ROLE_UNKNOWN)
		w->said = a->role;
}

static enum role role_by_traces(unsigned traces)
{
	/* A server that is managed itself writes the device's log too; nobody but NDES writes NDES' events.
	 */
	if (traces & TRACE_NDES)
		return ROLE_NDES;
	return traces & TRACE_DEVICE ? ROLE_DEVICE : ROLE_UNKNOWN;
}

enum role question_role(const struct question *q, const struct about *a)
{
	const struct whose *w = a->computer != NULL ? computer_of((struct question *)q, a->computer) : NULL;

	if (a->role != ROLE_UNKNOWN)
		return a->role;
	if (w != NULL && w->said != ROLE_UNKNOWN)
		return w->said;
	return role_by_traces(w != NULL ? w->traces : a->traces);
}

static bool is_ndes(const struct whose *w)
{
	return w->said == ROLE_NDES || (w->said == ROLE_UNKNOWN && role_by_traces(w->traces) == ROLE_NDES);
}

/* The input that the checks take as the attempt, NULL when the flow has none. */
static const char *attempt_input(const struct flow *f)
{
	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			for (size_t a = 0; a < f->nodes[i].checks[k].nargs; a++) {
				const struct check_arg *arg = &f->nodes[i].checks[k].args[a];

				if (arg->input >= 0 && strcmp(arg->key, "attempt") == 0)
					return f->inputs[arg->input].key;
			}
	return NULL;
}

static bool counts(const struct replay *r, size_t i)
{
	return r->cf->log[i].kind == REC_EVIDENCE && !r->index->stale[i];
}

static bool is_try(const struct evrow *row)
{
	static const char *const tries[] = {"device_request", "device_sent", "device_failed", "try", NULL};

	for (size_t i = 0; tries[i] != NULL; i++)
		if (strcmp(row->kind, tries[i]) == 0)
			return row->last_ms != ABOUT_NO_TIME;
	return false;
}

/* The newest try in a device's log whose zone is known. */
static int64_t newest_try(const struct replay *r, const struct question *q)
{
	int64_t found = ABOUT_NO_TIME;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		for (size_t k = 0; counts(r, i) && k < e->nrows; k++) {
			const struct about *a = evidence_about(e, &e->rows[k]);

			if (is_try(&e->rows[k]) && a->slack_ms == 0 && question_role(q, a) == ROLE_DEVICE &&
			    e->rows[k].last_ms > found)
				found = e->rows[k].last_ms;
		}
	}
	return found;
}

/* The newest record of the logs that may be the server's: those of a device, or of another server, are not.
 */
static int64_t newest_record(const struct replay *r, const struct question *q)
{
	int64_t found = ABOUT_NO_TIME;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		for (size_t k = 0; counts(r, i) && k < e->nparts; k++) {
			const struct about *a = &e->parts[k].about;
			enum role role = question_role(q, a);

			if ((role == ROLE_NDES || role == ROLE_UNKNOWN) && a->platform == NULL &&
			    !(role == ROLE_UNKNOWN && q->named_ndes && a->computer != NULL) &&
			    a->to_ms != ABOUT_NO_TIME && a->to_ms > found)
				found = a->to_ms;
		}
	}
	return found;
}

static void find_time(struct replay *r, struct question *q)
{
	const char *key = attempt_input(r->flow), *said = key != NULL ? replay_input(r, key) : NULL;

	q->at_ms = ABOUT_NO_TIME;
	if (said != NULL && clock_parse_iso(said, &q->at_ms)) {
		q->by = AT_SAID;
		return;
	}
	q->at_ms = newest_try(r, q);
	q->by = AT_DEVICE_LOG;
	if (q->at_ms != ABOUT_NO_TIME)
		return;
	q->at_ms = newest_record(r, q);
	q->by = q->at_ms != ABOUT_NO_TIME ? AT_NEWEST_DAY : AT_UNKNOWN;
}

void question_build(struct replay *r)
{
	struct question *q = &r->index->question;

	for (size_t i = 0; i < r->cf->nlog; i++)
		for (size_t k = 0; counts(r, i) && k < r->cf->log[i].u.evidence.nparts; k++)
			note_part(q, &r->cf->log[i].u.evidence.parts[k].about);
	for (size_t i = 0; i < q->ncomputers; i++)
		q->named_ndes = q->named_ndes || is_ndes(&q->computers[i]);
	q->platform = flow_input(r->flow, "platform") != NULL ? replay_input(r, "platform") : NULL;
	find_time(r, q);
}
