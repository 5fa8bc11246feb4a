/* One piece of evidence, down to the very lines of the file that its facts rest on. */
#include "case_text.h"
#include "panel.h"

#include <inttypes.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/words.h>

#define PINS_SHOWN 64 /* of whose lines it is remembered that they stand there already */

static void row(struct doc *d, const char *label, enum style style, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	doc_line(d);
	doc_cell(d, 10, ST_DIM, label);
	doc_add(d, ST_TEXT, "  ");
	doc_wrap(d, 12, 12, style, text);
}

static void head(struct view *v, struct doc *d, const struct evidence *e)
{
	char iso[CLOCK_TEXT];

	row(d, "Read", ST_TEXT, e->target);
	if (e->outcome != EV_MEASURED)
		row(d, "Outcome", ST_TEXT, evidence_outcome_name(e->outcome));
	row(d, "Why", ST_TEXT, e->why);
	row(d, "When", ST_TEXT,
	    arena_fmt(v->mem, "%s, took %s", clock_iso(e->started_ms - e->started_ms % 1000, iso),
	              took_text(v->mem, e->took_ms)));
	if (e->host != NULL)
		row(d, "From", ST_TEXT,
		    arena_fmt(v->mem, "%s%s%s, %s%s", e->host, e->network != NULL ? ", " : "",
		              e->network != NULL ? arena_fmt(v->mem, "%s the server's network", e->network)
		                                 : "",
		              e->proxy != NULL ? "proxy " : "no proxy", e->proxy != NULL ? e->proxy : ""));
}

/* What a fact says in a sentence; NULL when it has none. */
static const char *sentence(struct view *v, struct replay *r, const struct evidence *e, size_t fact)
{
	const char *said = NULL;
	struct buf b;

	if (e->probe == NULL || e->facts[fact].value.type == VAL_NULL)
		return NULL;
	buf_init(&b, CASE_MAX_TEXT);
	buf_fmt(&b, "%s.%s = ", e->probe, e->facts[fact].key);
	if (e->facts[fact].value.type == VAL_BOOL) /* as reasons write it */
		buf_str(&b, e->facts[fact].value.u.b ? "true" : "false");
	else
		value_text(&b, &e->facts[fact].value);
	said = words_said(r, NULL, arena_strdup(v->mem, buf_cstr(&b)), v->mem); /* it may be said as it is */
	buf_release(&b);
	return said != NULL && strstr(said, " = ") == NULL && strchr(said, ' ') != NULL ? said : NULL;
}

static void pin_lines(struct view *v, struct doc *d, const struct pin *p)
{
	char iso[CLOCK_TEXT];
	const char *file = p->file != NULL ? strrchr(p->file, '/') : NULL;

	file = file != NULL ? file + 1 : p->file;
	doc_line(d);
	doc_tab(d, 4);
	if (file != NULL)
		doc_add(d, ST_CODE, text_middle(v->mem, file, 30, v->ascii));
	if (p->line != 0)
		doc_add(d, ST_TEXT, arena_fmt(v->mem, "%s line %" PRIu64, file != NULL ? "," : "", p->line));
	if (p->at_ms != PIN_NO_TIME) {
		doc_add(d, ST_TEXT, "  ");
		doc_add(d, ST_DIM, clock_iso(p->at_ms, iso) != NULL ? arena_strdup(v->mem, iso) : "");
	}
	if (p->text != NULL) {
		doc_line(d);
		doc_wrap(d, 4, 4, ST_PIN, p->text);
	}
}

static bool is_of(const struct pin *p, const struct fact *f)
{
	return p->fact != NULL && strcmp(p->fact, f->key) == 0;
}

static bool pinned(const struct evidence *e, size_t fact)
{
	for (size_t k = 0; k < e->npins; k++)
		if (is_of(&e->pins[k], &e->facts[fact]))
			return true;
	return false;
}

/* The very lines that a fact rests on; one that several rest on stands once. */
static void cited(struct view *v, struct doc *d, const struct evidence *e, size_t fact, bool shown[])
{
	for (size_t k = 0; k < e->npins; k++) {
		bool before = false;

		if (!is_of(&e->pins[k], &e->facts[fact]))
			continue;
		for (size_t i = 0; i < e->npins && i < PINS_SHOWN; i++)
			before = before || (shown[i] && pin_same_line(&e->pins[i], &e->pins[k]));
		if (!before)
			pin_lines(v, d, &e->pins[k]);
		if (k < PINS_SHOWN)
			shown[k] = true;
	}
}

/* Sentences, those with lines of a file first: what decides is met at the top. */
static void shows(struct view *v, struct doc *d, struct replay *r, const struct evidence *e)
{
	bool any = false, shown[PINS_SHOWN] = {false};
	const char *last = "";

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < e->nfacts; i++) {
			const char *said = pinned(e, i) == (round == 0) ? sentence(v, r, e, i) : NULL;

			if (said == NULL || strcmp(said, last) == 0)
				continue;
			if (!any) {
				doc_blank(d);
				d->item++;
				doc_line(d);
				doc_add(d, ST_ACCENT, "What it shows");
			}
			any = true;
			last = said;
			doc_line(d);
			doc_wrap(d, 2, 4, ST_STRONG, said);
			cited(v, d, e, i, shown);
		}
}

static void fact_lines(struct view *v, struct doc *d, struct replay *r, const struct evidence *e)
{
	for (size_t i = 0; i < e->nfacts; i++) {
		struct buf b;
		int cols = d->width >= 60 ? 24 : 16;

		buf_init(&b, CASE_MAX_TEXT);
		value_text(&b, &e->facts[i].value);
		doc_line(d);
		doc_tab(d, 2);
		doc_cell(d, cols, ST_STRONG, e->facts[i].key);
		doc_add(d, ST_TEXT, "  ");
		doc_wrap(d, 4 + cols, 4 + cols, e->facts[i].value.type == VAL_NULL ? ST_DIM : ST_TEXT,
		         arena_strdup(v->mem, buf_cstr(&b)));
		buf_release(&b);
		if (!pinned(e, i) || sentence(v, r, e, i) != NULL)
			continue; /* no lines, or they stand above */
		for (size_t k = 0; k < e->npins; k++)
			if (is_of(&e->pins[k], &e->facts[i]))
				pin_lines(v, d, &e->pins[k]);
	}
}

static void loose_pins(struct view *v, struct doc *d, const struct evidence *e)
{
	bool any = false;

	for (size_t k = 0; k < e->npins; k++) {
		bool tied = false;

		for (size_t i = 0; i < e->nfacts; i++)
			tied = tied || is_of(&e->pins[k], &e->facts[i]);
		if (tied)
			continue;
		if (!any) {
			doc_blank(d);
			doc_line(d);
			doc_add(d, ST_ACCENT, "Lines");
		}
		any = true;
		pin_lines(v, d, &e->pins[k]);
	}
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct record **rec;
	size_t n = evidence_of(at->in->now->cf, v->mem, &rec);
	const struct evidence *e;

	if (at->own->n >= n)
		return;
	e = &rec[at->own->n]->u.evidence;
	d->item = 0;
	head(v, d, e);
	shows(v, d, at->in->now, e);
	if (e->nfacts > 0) {
		doc_blank(d);
		d->item++;
		doc_line(d);
		doc_add(d, ST_ACCENT, "All that was measured");
		fact_lines(v, d, at->in->now, e);
	}
	loose_pins(v, d, e);
	if (e->by_hand != NULL) {
		doc_blank(d);
		d->item++;
		doc_line(d);
		doc_add(d, ST_ACCENT, "The same by hand");
		doc_lines(d, 2, 4, ST_CODE, e->by_hand);
	}
	row(d, "SHA-256", ST_DIM, e->sha256);
}

static struct wish look_around(struct panel_at *at, const char *text)
{
	(void)text;
	return panel_lines_of(at, at->own->n);
}

static const struct binding keys[] = {
        {.key = KEY(K_ENTER),
         .act = ACT_ENTER,
         .foot = "lines around",
         .help = "the lines of the file around those that it rests on"},
        {.act = ACT_NONE},
};

const struct panel panel_piece = {
        .name = "piece",
        .title = "Evidence",
        .heading = "A piece of evidence",
        .context = CX_READ | CX_PARTS,
        .over = true,
        .keys = keys,
        .lines = lines,
        .take = look_around,
};
