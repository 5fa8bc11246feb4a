/*
 * When and who: the failures that the logs hold one by one.  "Since" is the first failure after the last
 * success, "at least" when the log begins with a failure.  Logs of local time without a zone join no order.
 */
#include "brief_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/explain.h>
#include <casebook/text_set.h>

enum went { WENT_NOWHERE, WENT_WELL, WENT_WRONG };
struct act {
	const struct evidence *e;
	const struct evrow *row;
	enum went went;
};
struct acts {
	struct act *all;
	size_t n;
};

static int64_t number(const struct evrow *r, const char *key)
{
	const struct value *v = value_find(&r->data, key);

	return v != NULL && v->type == VAL_INT ? v->u.i : 0;
}

static bool is_word(const struct evrow *r, const char *key, const char *word)
{
	const char *v = value_find_str(&r->data, key);

	return v != NULL && strcmp(v, word) == 0;
}

static enum went of_conversation(const struct evrow *r)
{
	const struct value *ended = value_find(&r->data, "ended");

	if (number(r, "code") >= 400)
		return WENT_WRONG;
	if (is_word(r, "answered", "pkioperation"))
		return WENT_WELL;
	return ended != NULL && ended->type == VAL_BOOL && ended->u.b ? WENT_WRONG : WENT_NOWHERE;
}

static enum went of_event(const struct evrow *r)
{
	static const char *const wrong[] = {"crash",         "ndes_failed",   "ndes_password", "ndes_submit",
	                                    "pool_disabled", "pool_identity", "worker_failed", "ca_denied",
	                                    "device_failed", "capi2"};
	int64_t event = number(r, "event");

	if (strcmp(r->kind, "connector") == 0)
		return event == 4005 || event == 4007 ? WENT_WRONG : event == 4006 ? WENT_WELL : WENT_NOWHERE;
	if (strcmp(r->kind, "old_connector") == 0)
		return event == 20500 ? WENT_NOWHERE : WENT_WRONG;
	if (strcmp(r->kind, "device_installed") == 0 || strcmp(r->kind, "ndes_started") == 0)
		return WENT_WELL;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (strcmp(r->kind, wrong[i]) == 0)
			return WENT_WRONG;
	return WENT_NOWHERE;
}

static enum went how_it_went(const struct evidence *e, const struct evrow *r)
{
	if (strcmp(r->kind, "conversation") == 0)
		return of_conversation(r);
	if (strcmp(r->kind, "refusal") == 0)
		return number(r, "code") >= 400 || value_find(&r->data, "code") == NULL ? WENT_WRONG
		                                                                        : WENT_NOWHERE;
	return strcmp(e->probe, "windows.events") == 0 ? of_event(r) : WENT_NOWHERE;
}

static int by_time(const void *a, const void *b)
{
	const struct act *x = a, *y = b;

	return (x->row->last_ms > y->row->last_ms) - (x->row->last_ms < y->row->last_ms);
}

static void add_rows(struct acts *out, const struct evidence *e)
{
	for (size_t i = 0; i < e->nrows; i++) {
		const struct evrow *r = &e->rows[i];
		enum went went = how_it_went(e, r);

		if (went != WENT_NOWHERE && r->last_ms != ABOUT_NO_TIME && r->first_ms != ABOUT_NO_TIME &&
		    evidence_about(e, r)->slack_ms == 0)
			out->all[out->n++] = (struct act){e, r, went};
	}
}

static const struct act *last_of(const struct acts *a, enum went went)
{
	for (size_t i = a->n; i > 0; i--)
		if (a->all[i - 1].went == went)
			return &a->all[i - 1];
	return NULL;
}

/* The rows of a record; those of a file that was read twice once. */
static void add_record(struct maker *m, struct acts *a, struct text_set *files, uint32_t pos)
{
	const struct record *rec = casefile_at(m->r->cf, pos);
	const struct evidence *e = &rec->u.evidence;

	if (rec->kind == REC_EVIDENCE && e->nrows != 0 && !m->r->retracted[pos - 1] &&
	    text_set_add(m->mem, files, e->sha256 != NULL ? e->sha256 : arena_fmt(m->mem, "%u", pos)))
		add_rows(a, e);
}

/* Of the sources that the finding rests on; of every log where those hold no failure. */
static struct acts gather(struct maker *m)
{
	const struct casefile *cf = m->r->cf;
	struct text_set files = {0}, every = {0};
	struct acts a = {NULL, 0};
	size_t most = 0;

	for (size_t i = 0; i < cf->nlog; i++)
		most += cf->log[i].kind == REC_EVIDENCE ? cf->log[i].u.evidence.nrows : 0;
	a.all = arena_array(m->mem, most, sizeof(*a.all));
	for (size_t i = 0; i < m->b->nproofs; i++)
		add_record(m, &a, &files, m->b->proofs[i].evidence);
	qsort(a.all, a.n, sizeof(*a.all), by_time);
	if (last_of(&a, WENT_WRONG) != NULL)
		return a;
	a.n = 0;
	for (uint32_t pos = 1; pos <= cf->nlog; pos++)
		add_record(m, &a, &every, pos);
	qsort(a.all, a.n, sizeof(*a.all), by_time);
	return a;
}

/* ---- words ---- */

/* "0x80094012 CERTSRV_E_TEMPLATE_DENIED: The template does not let ..." */
static const char *code_words(const struct maker *m, const char *code)
{
	const struct code_row *row;
	size_t n = explain_find(m->mem, code, &row);
	bool named = n != 0 && strcmp(row->name, "-") != 0;
	const char *more = n != 0 ? strstr(row->meaning, ". ") : NULL;

	if (n == 0)
		return code;
	return arena_fmt(m->mem, "%s%s%s: %s", code, named ? " " : "", named ? row->name : "",
	                 more != NULL ? arena_strndup(m->mem, row->meaning, (size_t)(more - row->meaning))
	                              : without_stop(m->mem, row->meaning));
}

/* Whose event it is: a number alone is three different ones. */
static const char *log_name(const struct evrow *r)
{
	static const char *const names[][2] = {
	        {"connector", "connector event"}, {"old_connector", "old connector's event"},
	        {"ca_denied", "CA event"},        {"capi2", "CAPI2 event"},
	        {"crash", "Application event"},   {"device_failed", "the device's event"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(r->kind, names[i][0]) == 0)
			return names[i][1];
	return strncmp(r->kind, "ndes_", 5) == 0 ? "NDES event" : "event";
}

static const char *failure_words(const struct maker *m, const struct act *a)
{
	const struct evrow *r = a->row;
	const char *reason = value_find_str(&r->data, "reason"), *op = value_find_str(&r->data, "operation");
	const char *code = value_find_str(&r->data, "code"), *request = value_find_str(&r->data, "request");
	const char *subject = value_find_str(&r->data, "subject");
	const struct value *win32 = value_find(&r->data, "win32");

	if (reason != NULL)
		return number(r, "code") != 0 ? arena_fmt(m->mem, "%lld, HTTPERR reason %s",
		                                          (long long)number(r, "code"), reason)
		                              : arena_fmt(m->mem, "HTTPERR reason %s", reason);
	if (strcmp(r->kind, "conversation") == 0 && number(r, "code") < 400)
		return arena_fmt(m->mem, "%s was the last of the conversation",
		                 op != NULL ? op : "a request");
	if (strcmp(r->kind, "conversation") == 0)
		return arena_fmt(m->mem, "%s got %lld.%lld%s",
		                 op != NULL && strcmp(op, "none") != 0 ? op : "the request",
		                 (long long)number(r, "code"), (long long)number(r, "sub"),
		                 win32 != NULL
		                         ? arena_fmt(m->mem, ", Win32 %lld", (long long)number(r, "win32"))
		                         : "");
	/* As the CA's log names it: the subject, or the account. */
	if (subject != NULL && strcmp(r->kind, "ca_denied") != 0)
		subject = NULL;
	return arena_fmt(m->mem, "%s %lld%s%s%s%s%s%s", log_name(r), (long long)number(r, "event"),
	                 request != NULL ? ", request " : "", request != NULL ? request : "",
	                 subject != NULL ? " for " : "", subject != NULL ? text_of(m, subject) : "",
	                 code != NULL ? ", " : "", code != NULL ? code_words(m, code) : "");
}

static void last(struct maker *m, const struct act *a)
{
	struct evidence shown = *a->e;
	int64_t age = m->o->made_ms - a->row->last_ms;

	m->b->last = arena_fmt(m->mem, "%s%s%s%s%s: %s", say_when(m->mem, a->row->last_ms, SAY_FULL),
	                       a->row->last_ms < brief_fixed_ms(m) ? ", before the fix" : "",
	                       age >= 0 ? ", " : "", age >= 0 ? say_age(m->mem, age) : "",
	                       age >= 0 ? " before this report" : "", failure_words(m, a));
	shown.target = name_of(m, a->e->target);
	shown.npins = 0;
	m->b->last_place = say_place(m->mem, &shown, a->row->line);
	for (size_t i = 0; i < a->e->npins; i++)
		if (a->e->pins[i].line == a->row->line && a->row->line != 0 && a->e->pins[i].text != NULL)
			m->b->last_line = text_of(m, a->e->pins[i].text);
}

/* The first failure after the last success; false when the log begins with a failure. */
static bool since(const struct acts *a, int64_t *first)
{
	const struct act *good = last_of(a, WENT_WELL);

	*first = INT64_MAX;
	for (size_t i = 0; i < a->n; i++)
		if (a->all[i].went == WENT_WRONG &&
		    (good == NULL || a->all[i].row->last_ms > good->row->last_ms)) {
			int64_t at = a->all[i].row->first_ms;

			if (good != NULL && at < good->row->last_ms)
				at = a->all[i].row->last_ms;
			if (at < *first)
				*first = at;
		}
	return good != NULL;
}

static const char *platform_name(const char *id)
{
	return strcmp(id, "windows") == 0   ? "Windows"
	       : strcmp(id, "android") == 0 ? "Android"
	       : strcmp(id, "ios") == 0     ? "iOS"
	       : strcmp(id, "macos") == 0   ? "macOS"
	                                    : NULL;
}

/* Of events alone: a connector's name the device or nobody, a CA's the subject that the request is for. */
static const char *events_name(struct arena *mem, size_t ndevices, size_t nsubjects, unsigned long long count)
{
	const char *noun = count == 1 ? "event" : "events";

	if (ndevices != 0)
		return arena_fmt(mem, "%zu %s, %llu %s", ndevices, ndevices == 1 ? "device" : "devices",
		                 count, noun);
	if (nsubjects != 0)
		return arena_fmt(mem, "%zu %s named by the CA, %llu %s", nsubjects,
		                 nsubjects == 1 ? "subject" : "subjects", count, noun);
	return arena_fmt(mem, "not recorded, %llu %s no device", count,
	                 count == 1 ? "event names" : "events name");
}

static void who(struct maker *m, const struct acts *a, int64_t from)
{
	struct text_set clients = {0}, devices = {0}, subjects = {0};
	size_t nclients = 0, ndevices = 0, nsubjects = 0;
	unsigned long long count = 0;
	bool httperr = false, events = true;
	struct joined platforms;
	const char *list;

	join_begin(&platforms, ", ");
	for (size_t i = 0; i < a->n; i++) {
		const struct evrow *r = a->all[i].row;
		const char *platform = value_find_str(&r->data, "platform");
		const char *client = value_find_str(&r->data, "client");
		const char *device = value_find_str(&r->data, "device");
		const char *subject = value_find_str(&r->data, "subject");

		if (a->all[i].went != WENT_WRONG || r->last_ms < from)
			continue;
		count += r->n;
		nclients += client != NULL && client[0] != '\0' && text_set_add(m->mem, &clients, client);
		ndevices += device != NULL && device[0] != '\0' && text_set_add(m->mem, &devices, device);
		nsubjects +=
		        subject != NULL && subject[0] != '\0' && text_set_add(m->mem, &subjects, subject);
		httperr = httperr || strcmp(r->kind, "refusal") == 0;
		events = events && strcmp(a->all[i].e->probe, "windows.events") == 0;
		join_add(&platforms, platform != NULL ? platform_name(platform) : NULL);
	}
	list = join_end(&platforms, m->mem);
	if (count == 0)
		return;
	if (events && nclients == 0) {
		m->b->who = events_name(m->mem, ndevices, nsubjects, count);
		return;
	}
	m->b->who = arena_fmt(m->mem, "%llu %s%s", count,
	                      events       ? (count == 1 ? "event" : "events")
	                      : httperr    ? (count == 1 ? "request" : "requests")
	                      : count == 1 ? "attempt"
	                                   : "attempts",
	                      nclients != 0 ? arena_fmt(m->mem, " from %zu %s", nclients,
	                                                nclients == 1 ? "address" : "addresses")
	                                    : "");
	if (list != NULL)
		m->b->who = arena_fmt(m->mem, "%s, %s", m->b->who, list);
	else if (httperr)
		m->b->who = arena_fmt(m->mem, "%s; HTTPERR names no platform", m->b->who);
}

/* A certificate fails from its end on. */
static const char *certificate_end(struct maker *m)
{
	static const char *const facts[] = {"ra_not_after", "not_after"};
	const struct proof *p;
	size_t n = m->cause != NULL ? replay_proofs(m->r, m->cause, PROOF_FOR, &p) : 0;
	int64_t end;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < 2 && (strstr(p[i].fact, "days_left") != NULL ||
		                             strstr(p[i].fact, "expired") != NULL);
		     k++) {
			const struct value *v = evidence_fact(p[i].e, facts[k]);

			if (v != NULL && v->type == VAL_STR && clock_parse_iso(v->u.s, &end) &&
			    end <= m->o->made_ms)
				return arena_fmt(m->mem, "%s, when it ended",
				                 say_when(m->mem, end, SAY_MINUTE));
		}
	}
	return NULL;
}

int64_t brief_fixed_ms(const struct maker *m)
{
	int64_t first = ABOUT_NO_TIME;

	for (size_t i = 0; m->f != NULL && i < m->f->nafter; i++) {
		int64_t at = casefile_at(m->r->cf, m->f->after[i])->u.evidence.started_ms;

		if (first == ABOUT_NO_TIME || at < first)
			first = at;
	}
	return first;
}

/* "...; still so at 30 Nov 2026 18:43 UTC": a live answer is one of the proofs. */
static void still_so(struct maker *m)
{
	struct brief *b = m->b;

	for (size_t i = 0; i < b->nproofs && b->verdict == VERDICT_FAULT; i++) {
		if (!b->proofs[i].live)
			continue;
		b->since = arena_fmt(m->mem, "%s at %s",
		                     b->since != NULL ? arena_fmt(m->mem, "%s, still so", b->since)
		                                      : "unknown; so",
		                     say_when(m->mem, b->proofs[i].at_ms, SAY_MINUTE));
		return;
	}
}

static void find_course(struct maker *m)
{
	struct acts a = {NULL, 0};
	const struct act *bad;
	int64_t first;

	if (m->d->verdict == VERDICT_HEALTHY && m->b->lead == NULL)
		return;
	a = gather(m);
	bad = last_of(&a, WENT_WRONG);
	m->b->since = certificate_end(m);
	if (bad == NULL)
		return;
	last(m, bad);
	if (since(&a, &first)) {
		if (first == INT64_MAX) {
			const struct act *good = last_of(&a, WENT_WELL);

			m->b->since = arena_fmt(m->mem, "no longer: answered well at %s",
			                        say_when(m->mem, good->row->last_ms, SAY_FULL));
			first = bad->row->first_ms;
		} else if (m->b->since == NULL) {
			m->b->since = arena_fmt(m->mem, "%s, the first failure after a success",
			                        say_when(m->mem, first, SAY_MINUTE));
		}
	} else if (m->b->since == NULL) {
		m->b->since = arena_fmt(m->mem, "at least %s", say_when(m->mem, first, SAY_MINUTE));
	}
	who(m, &a, first);
}

void brief_course(struct maker *m)
{
	find_course(m);
	still_so(m);
}
