/*
 * The question of a case, found once: which time, whose computers, which platform.  A person's word comes
 * first, then the device's own log, then the newest day of the server's logs.
 */
#include "case_int.h"

#include <string.h>

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

/* The input that the checks take as that argument, NULL when the flow has none. */
static const char *input_of(const struct flow *f, const char *as)
{
	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			for (size_t a = 0; a < f->nodes[i].checks[k].nargs; a++) {
				const struct check_arg *arg = &f->nodes[i].checks[k].args[a];

				if (arg->input >= 0 && strcmp(arg->key, as) == 0)
					return f->inputs[arg->input].key;
			}
	return NULL;
}

bool evidence_counts(const struct replay *r, size_t i)
{
	return r->cf->log[i].kind == REC_EVIDENCE && !r->index->stale[i];
}

static bool is_try(const struct evrow *row)
{
	static const char *const tries[] = {"device_request", "device_sent", "device_failed", "try",
	                                    "sending",        NULL};

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

		for (size_t k = 0; evidence_counts(r, i) && k < e->nrows; k++) {
			const struct about *a = evidence_about(e, &e->rows[k]);

			if (is_try(&e->rows[k]) && a->slack_ms == 0 && question_role(q, a) == ROLE_DEVICE &&
			    e->rows[k].last_ms > found)
				found = e->rows[k].last_ms;
		}
	}
	return found;
}

/* May be the server's: neither a device's log nor another server's. */
static bool may_be_ours(const struct question *q, const struct about *a)
{
	enum role role = question_role(q, a);

	return (role == ROLE_NDES || role == ROLE_UNKNOWN) && a->platform == NULL &&
	       !(role == ROLE_UNKNOWN && q->named_ndes && a->computer != NULL);
}

/* When the server in question was last asked live and answered, or did not. */
static int64_t newest_answer(const struct replay *r)
{
	int64_t newest = ABOUT_NO_TIME;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;
		const struct probe *p = evidence_counts(r, i) ? flow_probe(r->flow, e->probe) : NULL;

		if (p != NULL && p->kind == PROBE_LIVE && e->outcome == EV_MEASURED && e->started_ms > newest)
			newest = e->started_ms;
	}
	return newest;
}

/* The newest record of the logs that may be the server's.  Where a device's log, whatever its zone, goes on
 * for days after them, they are of another time than what brought it here. */
static int64_t newest_record(const struct replay *r, const struct question *q)
{
	int64_t server = ABOUT_NO_TIME, device = ABOUT_NO_TIME;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		for (size_t k = 0; evidence_counts(r, i) && k < e->nparts; k++) {
			const struct about *a = &e->parts[k].about;
			bool theirs = a->platform != NULL || question_role(q, a) == ROLE_DEVICE;

			if (a->to_ms == ABOUT_NO_TIME)
				continue;
			if (may_be_ours(q, a) && a->to_ms > server)
				server = a->to_ms;
			if (theirs && a->to_ms > device)
				device = a->to_ms;
		}
	}
	if (server == ABOUT_NO_TIME)
		return server;
	if (device != ABOUT_NO_TIME && device - server > OTHER_TIME)
		return device;
	device = newest_answer(r);
	return device != ABOUT_NO_TIME && device - server > LONG_AGO ? device : server;
}

const char *question_url(const struct replay *r)
{
	const char *key = input_of(r->flow, "url");

	return key != NULL ? replay_input(r, key) : NULL;
}

static void find_time(struct replay *r, struct question *q)
{
	const char *key = input_of(r->flow, "attempt"), *said = key != NULL ? replay_input(r, key) : NULL;

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

	whose_build(r, q);
	q->platform = flow_input(r->flow, "platform") != NULL ? replay_input(r, "platform") : NULL;
	find_time(r, q);
}
