/* The certificates that a case has seen, by the day they end: what is over, what is due, what has time. */
#include "case_text.h"
#include "panel.h"

#include <string.h>

#include <casebook/clock.h>
#include <casebook/expiry.h>
#include <casebook/words.h>

#define DATE 10 /* "2026-11-28" */

static enum mark expiry_mark(const struct view *v, const struct expiry *x)
{
	if (x->at_ms <= v->now_ms)
		return MARK_BAD;
	return expiry_days(x, v->now_ms) < EXPIRY_SOON ? MARK_WARN : MARK_OK;
}

static const char *how_long(const struct view *v, const struct expiry *x)
{
	long long days = expiry_days(x, v->now_ms);
	bool over = x->at_ms <= v->now_ms;

	if (days == 0)
		return over ? "ended today" : "ends within a day";
	days = over ? -days : days;
	return arena_fmt(v->mem, over ? "ended %lld day%s ago" : "%lld day%s left", days,
	                 days == 1 ? "" : "s");
}

/* What the certificate is for, where its extensions tell (RFC 5280, 4.2.1.9 and 4.2.1.12; the templates of
 * NDES). */
static const char *role_words(const char *role)
{
	static const char *const words[][2] = {{"ca", "certification authority"},
	                                       {"ra-signing", "RA, signing (Enrollment Agent)"},
	                                       {"ra-encryption", "RA, encryption (CEP Encryption)"},
	                                       {"other", "neither CA nor RA"}};

	for (size_t i = 0; role != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], role) == 0)
			return words[i][1];
	return "role not known";
}

/* The day, how far it is and whose certificate; beneath its role, who saw it, and the thumbprint to compare.
 */
static void row(struct view *v, struct doc *d, const struct flow *f, const struct expiry *x)
{
	enum mark m = expiry_mark(v, x);
	int lead = v->ascii ? 5 : 2;
	bool wide = d->width >= 60;
	char iso[CLOCK_TEXT];

	doc_line(d);
	doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
	doc_tab(d, lead);
	doc_add(d, ST_STRONG, arena_strndup(v->mem, clock_iso(x->at_ms, iso), DATE));
	doc_add(d, ST_TEXT, "  ");
	doc_add(d, m == MARK_OK ? ST_DIM : mark_style(m), how_long(v, x));
	if (wide)
		doc_tab(d, lead + DATE + 22);
	else
		doc_line(d);
	doc_wrap(d, wide ? lead + DATE + 22 : lead + 2, wide ? lead + DATE + 22 : lead + 2, ST_TEXT,
	         x->subject);
	doc_line(d);
	doc_wrap(d, lead + 2, lead + 2, ST_DIM,
	         arena_fmt(v->mem, "%s %s %s, record %u", role_words(x->role), glyph(GL_DOT, v->ascii),
	                   page_words(f, x->e->probe, v->mem), x->e->id));
	if (x->sha256 == NULL)
		return;
	doc_line(d);
	doc_wrap(d, lead + 2, lead + 2, ST_DIM, x->sha256);
}

static void heading(struct view *v, struct doc *d, const struct expiry *all, size_t i)
{
	static const char *const words[] = {
	        [MARK_BAD] = "Ended", [MARK_WARN] = "Due for renewal", [MARK_OK] = "Later"};
	enum mark m = expiry_mark(v, &all[i]);

	if (i > 0 && m == expiry_mark(v, &all[i - 1]))
		return;
	doc_blank(d);
	doc_line(d);
	doc_add(d, ST_ACCENT, words[m]);
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct replay *r = at->in->now;
	const struct record **rec;
	size_t nrec = evidence_of(r->cf, v->mem, &rec), n = 0;
	const struct evidence **e = arena_array(v->mem, nrec, sizeof(*e));
	struct expiry *all;

	for (size_t i = 0; i < nrec; i++)
		if (r->retracted == NULL || !r->retracted[rec[i]->pos - 1])
			e[n++] = &rec[i]->u.evidence;
	n = expiries(v->mem, e, n, &all);
	for (size_t i = 0; i < n; i++) {
		d->item = (int)i;
		heading(v, d, all, i);
		row(v, d, r->flow, &all[i]);
	}
	if (n == 0)
		doc_wrap(d, 0, 0, ST_DIM,
		         "No certificate was seen yet. Checks of a server and certificate files bring them.");
}

const struct panel panel_expiry = {
        .name = "expiry",
        .title = "Certificates",
        .context = CX_READ,
        .key = KEY_CHAR('X'),
        .late = true,
        .foot = "expiry",
        .help = "the certificates that were seen, by the day they end",
        .lines = lines,
};
