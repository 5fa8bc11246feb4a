/*
 * Numbers of events: behind a label ("Event ID: 31", <EventID>31</EventID>), beside the name of their source
 * (Schannel 36887, columns of a CSV or a copied list), or in a column before their level.  Which log an id
 * belongs to is said by the source that the same record names.
 */
#include "explain_int.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MENTIONS_MAX 2000u

/* Sources as logs write them; the first that fits counts.  full: nobody says it in passing. */
static const struct {
	const char *word, *dialect;
	bool full;
} sources[] = {
        {"NetworkDeviceEnrollmentService", "event:ndes", true},
        {"DeviceManagement-Enterprise-Diagnostics-Provider", "event:device", true},
        {"DeviceManagement-Enterprise-Diagnostic-Provider", "event:device", true},
        {"CertificateServicesClient-CertEnroll", "event:certenroll", true},
        {"CertificateServicesClient-AutoEnrollment", "event:autoenroll", true},
        {"AutoEnrollment", "event:autoenroll", false},
        {"CertEnroll", "event:certenroll", false},
        {"Intune-CertificateConnectors", "event:connector", true},
        {"CertificateConnectors", "event:connector", true},
        {"Microsoft Intune Connector", "event:connector", true},
        {"Microsoft-Windows-CertificationAuthority", "event:ca", true},
        {"CertificationAuthority", "event:ca", true},
        {"Microsoft-Windows-WAS", "event:was", true},
        {"Microsoft-Windows-IIS-W3SVC-WP", "event:w3wp", true},
        {"IIS-W3SVC-WP", "event:w3wp", true},
        {"W3SVC-WP", "event:w3wp", true},
        {"Microsoft-Windows-HttpEvent", "event:http", true},
        {"HttpEvent", "event:http", true},
        {"Microsoft-Windows-HttpService", "event:http", true},
        {"Schannel", "event:schannel", false},
        {"Microsoft-Windows-CAPI2", "event:capi2", true},
        {"CAPI2", "event:capi2", false},
        {"Microsoft-Windows-Security-Kerberos", "event:kerberos", true},
        {"Kerberos", "event:kerberos", false},
        {"Service Control Manager", "event:scm", true},
        {"Security-Auditing", "event:security", true},
        {"Application Error", "event:app", true},
        {"Windows Error Reporting", "event:app", true},
        {".NET Runtime", "event:app", true},
        {"MsiInstaller", "event:app", true},
        {"ASP.NET 4.0", "event:app", true},
        {"AadApplicationProxy", "event:appproxy", true},
        {"AAD Application Proxy Connector", "event:appproxy", true},
        {"Entra private network connector", "event:appproxy", true},
        {"application proxy connector", "event:appproxy", false},
        {"app proxy", "event:appproxy", false},
        {"private network connector", "event:appproxy", false},
        {"certificate connector", "event:connector", false},
        {"intune connector", "event:connector", false},
        {"connector", "event:connector", false},
        {"NDES", "event:ndes", false},
        {"WAS", "event:was", false},
        {"CA", "event:ca", false},
        {"SCM", "event:scm", false},
};

static bool wordy(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool source_at(const struct scan *s, size_t at, struct mention *m)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		size_t n = strlen(sources[i].word);
		bool exact = n <= 4; /* WAS, CA: "was" is a word of every sentence */

		if ((sources[i].word[0] | 0x20) != (s->text[at] | 0x20))
			continue;
		if (n > s->n - at || wordy(s->text[at + n - 1]) == (at + n < s->n && wordy(s->text[at + n])))
			continue;
		if (exact && strcmp(sources[i].word, "NDES") != 0
		            ? memcmp(s->text + at, sources[i].word, n) != 0
		            : strncasecmp(s->text + at, sources[i].word, n) != 0)
			continue;
		*m = (struct mention){at, at + n, sources[i].dialect, sources[i].full};
		return true;
	}
	return false;
}

void scan_mentions(struct scan *s)
{
	size_t most = s->n / 2 + 1 < MENTIONS_MAX ? s->n / 2 + 1 : MENTIONS_MAX; /* the shortest is "CA" */
	struct mention *list = arena_array(s->mem, most, sizeof(*list));

	for (size_t at = 0; at < s->n && s->nmentions < most; at++) {
		if (at != 0 && wordy(s->text[at - 1]))
			continue;
		if (!source_at(s, at, &list[s->nmentions]))
			continue;
		at = list[s->nmentions++].end - 1;
	}
	s->mentions = list;
}

/* "Event ID", "EventID", "Ereignis-ID", "ID evento": the label before token i, and where it begins. */
static bool label_before(const struct scan *s, size_t i, size_t *from)
{
	static const char *const event[] = {
	        "event",   "events",    "eventid",     "ereignis",  "evento",    "evenement",  "événement",
	        "evt",     "eventcode", "gebeurtenis", "zdarzenie", "zdarzenia", "instanceid", "eventids",
	        "событие", "события",   "事件",        "イベント",  NULL};
	static const char *const id[] = {"id",   "ids",           "no",      "nr", "number", "nummer",
	                                 "code", "идентификатор", "kennung", NULL};
	size_t k = i, words = 0;

	while (k > 0 && words < 3) {
		k--;
		if (tok_in(s, k, event)) {
			*from = k;
			while (*from > 0 && (tok_in(s, *from - 1, id) || tok_punct(s, *from - 1, "-'")))
				(*from)--;
			return true;
		}
		if (s->t[k].kind == TOK_WORD &&
		    (tok_in(s, k, id) || tok_is(s, k, "Qualifiers") || tok_is(s, k, "de") ||
		     tok_is(s, k, "l") || tok_is(s, k, "ИД"))) {
			words++;
			if (k == 0) { /* "ID 4005" and nothing before it */
				*from = 0;
				return s->t[i].len == 4;
			}
			continue;
		}
		if (s->t[k].kind == TOK_INT && k > 2 && tok_punct(s, k - 1, "\"'")) /* Qualifiers="49152" */
			continue;
		if (!tok_punct(s, k, ":=>#\"'-.([|"))
			return false;
	}
	return false;
}

/* A list of events by PowerShell: "Id : 31" on its own line, in a text that names a source. */
static bool id_line(const struct scan *s, size_t i)
{
	return s->nmentions != 0 && i >= 2 && tok_punct(s, i - 1, ":") && tok_is(s, i - 2, "id") &&
	       (i == 2 || s->t[i - 3].kind == TOK_LINE || tok_punct(s, i - 3, "\"{,")) &&
	       (s->t[i + 1].kind == TOK_LINE || s->t[i + 1].kind == TOK_END || tok_punct(s, i + 1, ",}"));
}

/* JSON: "Id": 31 */
static bool id_json(const struct scan *s, size_t i)
{
	return s->nmentions != 0 && i >= 4 && tok_punct(s, i - 1, ":") && tok_punct(s, i - 2, "\"") &&
	       tok_is(s, i - 3, "id") && tok_punct(s, i - 4, "\"");
}

/* A table of events by PowerShell: "14/03/2026 09:12:44   31 Error  The Network ..." */
static bool id_column(const struct scan *s, size_t i)
{
	static const char *const levels[] = {
	        "Error",   "Warning",       "Information", "Critical",      "Fehler",
	        "Warnung", "Informationen", "Erreur",      "Avertissement", "Errore",
	        "Avviso",  "Erro",          "Aviso",       "Advertencia",   NULL};

	return s->nmentions != 0 && i != 0 && tok_in(s, i + 1, levels) && s->t[i].gap != 0 &&
	       (tok_is(s, i - 1, "AM") || tok_is(s, i - 1, "PM") || s->t[i - 1].kind == TOK_INT);
}

/* The source that speaks of the event at byte `at`: of its record, else the nearest before. */
static const struct mention *source_of(const struct scan *s, const size_t *ids, size_t nids, size_t me,
                                       bool *same)
{
	size_t at = ids[me];
	size_t from = me != 0 ? ids[me - 1] : 0, to = me + 1 < nids ? ids[me + 1] : s->n;
	const struct mention *before = NULL, *after = NULL, *any = NULL;

	for (size_t i = 0; i < s->nmentions; i++) {
		const struct mention *m = &s->mentions[i];

		if (m->at < at) {
			if (any == NULL || m->full || !any->full)
				any = m;
			if (m->at >= from && (before == NULL || m->full || !before->full))
				before = m;
		} else if (m->at < to && m->at - at < 800 && (after == NULL || (m->full && !after->full))) {
			after = m;
		}
	}
	*same = before != NULL || after != NULL;
	if (before != NULL && (before->full || after == NULL || !after->full))
		return before;
	return after != NULL ? after : any;
}

static void event_hit(struct scan *s, const struct mention *m, bool same, size_t a, size_t i, bool sure)
{
	const char *code = arena_fmt(s->mem, "%lld", tok_int(s, i));
	struct found f;

	found_start(&f, s->x, s->mem);
	if (m != NULL)
		take(&f, m->dialect, code);
	if (f.n == 0 && m != NULL && m->full && same && sure) {
		take_made(&f, m->dialect, code, "-",
		          "Not in the table: an event of this source whose text says what happened.");
	} else if (f.n == 0 && sure) {
		take(&f, "event:*", code);
		found_rank(&f);
	}
	if (f.n != 0)
		hit_add(s, &f, a, i);
}

static bool list_mark(const struct scan *s, size_t i)
{
	static const char *const words[] = {"and", "or", "und",  "oder", "et", "ou",
	                                    "y",   "e",  "then", "dann", NULL};

	return tok_punct(s, i, ",/+&") || tok_in(s, i, words);
}

/* "events 2 and 10", "29/31": the ids that follow in a list. */
static void event_list(struct scan *s, const struct mention *m, size_t i)
{
	static const char *const counted[] = {"minutes", "hours",   "seconds", "days",  "times",
	                                      "devices", "laptops", "phones",  "users", "servers",
	                                      "of",      "PCs",     NULL};

	while (list_mark(s, i + 1)) {
		size_t k = i + 2;

		while (list_mark(s, k))
			k++;
		if (s->t[k].kind != TOK_INT || s->t[k].neg != 0 || s->t[k].len > 5 ||
		    tok_in(s, k + 1, counted) ||
		    (tok_punct(s, k + 1, ".:/") && s->t[k + 1].gap == 0 && s->t[k + 2].kind == TOK_INT))
			return;
		if (s->used[k])
			return;
		event_hit(s, m, false, k, k, true);
		if (!s->used[k])
			return;
		i = k;
	}
}

/* Beside a source's name: "ndes 31", "Schannel event 36887", "...Provider,28,None". */
static void beside_sources(struct scan *s)
{
	size_t i = 0;

	for (size_t m = 0; m < s->nmentions; m++) {
		const struct mention *at = &s->mentions[m];
		size_t k, a;

		while (i < s->nt && s->t[i].at < at->end)
			i++;
		a = i;
		while (a > 0 && s->t[a].at > at->at)
			a--;
		for (k = i; k < i + 6 && k < s->nt; k++)
			if (!(tok_punct(s, k, ",;|\"':=-/(.") || tok_is(s, k, "Admin") ||
			      tok_is(s, k, "Operational") || tok_is(s, k, "event") ||
			      tok_is(s, k, "events") || tok_is(s, k, "id") || tok_is(s, k, "eventid")))
				break;
		if (k >= s->nt || s->t[k].kind != TOK_INT || s->t[k].neg != 0 || s->used[k] ||
		    s->t[k].len > 5 ||
		    (tok_punct(s, k + 1, ".:/") && s->t[k + 1].gap == 0 && s->t[k + 2].kind == TOK_INT))
			continue;
		event_hit(s, at, true, at->full ? k : a, k, at->full && k != i);
		if (s->used[k])
			event_list(s, at, k);
	}
}

/* "the connector shows nothing in 4003": a number of four digits that the source named before it has. */
static void near_sources(struct scan *s)
{
	size_t m = 0;

	for (size_t i = 0; i < s->nt && s->nmentions != 0; i++) {
		const struct token *t = &s->t[i];
		long long v = tok_int(s, i);

		while (m + 1 < s->nmentions && s->mentions[m + 1].at < t->at)
			m++;
		if (t->kind != TOK_INT || t->neg != 0 || t->len < 4 || t->len > 5 || s->used[i] ||
		    (v >= 1900 && v <= 2099) || t->gap == 0 || s->mentions[m].at > t->at ||
		    t->at - s->mentions[m].at > 120 ||
		    (tok_punct(s, i + 1, ".:/-") && s->t[i + 2].kind == TOK_INT))
			continue;
		event_hit(s, &s->mentions[m], false, i, i, false);
	}
}

static bool is_id(const struct scan *s, size_t i, size_t *from)
{
	const struct token *t = &s->t[i];

	if (t->kind != TOK_INT || t->neg != 0 || t->len > 5 || s->used[i])
		return false;
	*from = i;
	if (label_before(s, i, from))
		return !(tok_punct(s, i + 1, "\"'") && tok_punct(s, i + 2, ">")); /* Qualifiers */
	return id_line(s, i) || id_json(s, i) || id_column(s, i);
}

void scan_events(struct scan *s)
{
	size_t *ids = arena_array(s->mem, s->nt + 1, sizeof(*ids)),
	       *tok = arena_array(s->mem, s->nt + 1, sizeof(*tok));
	size_t n = 0, from;

	for (size_t i = 0; i < s->nt; i++)
		if (is_id(s, i, &from)) {
			tok[n] = i;
			ids[n++] = s->t[i].at;
		}
	for (size_t k = 0; k < n; k++) {
		bool same;
		const struct mention *m = source_of(s, ids, n, k, &same);

		(void)is_id(s, tok[k], &from);
		event_hit(s, m, same, from, tok[k], true);
		event_list(s, m, tok[k]);
	}
	beside_sources(s);
	near_sources(s);
}
