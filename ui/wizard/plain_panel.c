/* Panels line by line.  Knows their table, no terminal; each panel says itself what it has to say. */
#include "plain_panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

#include "report_text.h"

#define COLS 78

/* What follows `word` on the line; NULL when the line does not begin with it. */
static const char *after_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	if (n == 0 || strncmp(line, word, n) != 0 || (line[n] != '\0' && line[n] != ' '))
		return NULL;
	return line + n + strspn(line + n, " ");
}

static const struct panel *find(const char *line, const char **rest)
{
	for (size_t i = 0; panels[i] != NULL; i++) {
		char label[24];

		if (panels[i]->key.kind == K_NONE)
			continue;
		*rest = after_word(line, key_label(panels[i]->key, label));
		if (*rest == NULL)
			*rest = after_word(line, panels[i]->foot);
		if (*rest != NULL)
			return panels[i];
	}
	return NULL;
}

/* How the key and what may follow it are written: "f [N]". */
static const char *usage(const struct panel *p, char out[48])
{
	const char *more = p->takes != NULL                                 ? p->takes
	                   : (p->context & CX_LIST) != 0 && p->take != NULL ? "[N]"
	                                                                    : "";
	char label[24];

	snprintf(out, 48, "%s%s%s", key_label(p->key, label), more[0] != '\0' ? " " : "", more);
	return out;
}

void plain_help(struct buf *out)
{
	char how[48];

	buf_str(out, "\nA number chooses. Enter takes what is proposed.\n"
	             "  <        one step back\n"
	             "  g N      back to step N of the trail (l)\n"
	             "  m        why this is asked\n"
	             "  o        all answers\n"
	             "  r        run the checks again\n"
	             "  x        stop the checks, while they run; else what the codes on the page mean\n"
	             "  u        take the last change back\n"
	             "  U        bring it again\n"
	             "  a PATH   give field a (b, c and so on); where a file is asked for, a path alone\n"
	             "  a -      I do not have it\n"
	             "  t1       tick line 1 of a fix\n"
	             "  l        the trail with what was kept\n"
	             "  q        leave; everything is saved\n"
	             "  explain TEXT, or a code alone: what the codes in it mean\n"
	             "  paste    a text instead of a file, ended by a dot alone; a paste for field a\n"
	             "  collect USER@HOST  fetch what the case needs from that server, over SSH\n"
	             "Panels, by letter or by word; [N] is the number of one of their lines.\n");
	for (size_t i = 0; panels[i] != NULL; i++)
		if (panels[i]->key.kind != K_NONE)
			buf_fmt(out, "  %-8s %-9s %s\n", usage(panels[i], how), panels[i]->foot,
			        panels[i]->help);
}

void plain_trail(const struct page *p, bool ascii, struct buf *out)
{
	struct buf raw;

	buf_init(&raw, BUF_MAX_TEXT);
	for (size_t i = 0; i < p->ntrail; i++) {
		const struct trail_item *t = &p->trail[i];
		const char *answer = t->answer != NULL ? t->answer : "";

		if (t->kept)
			buf_fmt(&raw, "     kept  %s: %s\n", t->label, answer);
		else
			buf_fmt(&raw, " %s %3zu  %s%s%s\n", mark_glyph(t->mark, ascii), i + 1, t->label,
			        *answer != '\0' ? ": " : "", answer);
	}
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_LINES);
	buf_release(&raw);
}

static struct panel_at at_panel(struct plain_panels *p, struct session *s, const struct panel *panel)
{
	p->in.now = session_now(s);
	return (struct panel_at){
	        .panel = panel, .in = &p->in, .own = &p->own[panel_index(panel)], .typed = &p->typed};
}

static void print(struct plain_panels *p, struct panel_at *at, struct buf *out)
{
	struct view v = {.mem = p->mem, .ascii = p->ascii, .plain = true, .now_ms = clock_now_ms()};

	panel_text(&v, at, COLS, out);
}

/* Opens a panel and prints it. */
static void look(struct plain_panels *p, struct session *s, const struct panel *panel, struct buf *out)
{
	struct panel_at at = at_panel(p, s, panel);
	char how[48];

	if (panel_begin(&at).kind == WISH_REPORT)
		report_read(&p->report, p->drive, p->made_ms, export_level(p->own), &p->in);
	buf_char(out, '\n');
	print(p, &at, out);
	if (panel->takes != NULL)
		buf_fmt(out, "%s: %s\n", usage(panel, how), panel->help);
}

/* Takes the line that `text` numbers. */
static struct wish take_line(struct plain_panels *p, struct panel_at *at, const char *text, struct buf *out)
{
	struct buf unseen; /* printing counts the lines */
	char *end, label[24];
	unsigned long n = strtoul(text, &end, 10);

	buf_init(&unseen, BUF_MAX_TEXT);
	print(p, at, &unseen);
	buf_release(&unseen);
	if (*end != '\0' || end == text || n < 1 || n > at->own->list.n) {
		buf_fmt(out, "There is no such line; %s lists them.\n", key_label(at->panel->key, label));
		return (struct wish){.kind = WISH_NONE};
	}
	at->own->list.sel = n - 1;
	return at->panel->take(at, NULL);
}

/* What of a wish concerns panels is done here; the rest is for the caller. */
static struct wish carry_out(struct plain_panels *p, struct session *s, struct wish w, struct buf *out)
{
	if (w.kind == WISH_INTENT || w.kind == WISH_EXPORT)
		return w;
	if (w.kind == WISH_PANEL) {
		p->own[panel_index(w.panel)].n = w.n;
		look(p, s, w.panel, out);
	} else if (w.kind == WISH_SAY) {
		buf_fmt(out, "%s\n", w.text);
	}
	return (struct wish){.kind = WISH_NONE};
}

bool plain_panel(struct plain_panels *p, struct session *s, const char *line, struct buf *out, struct wish *w)
{
	const char *rest;
	const struct panel *panel = find(line, &rest);
	struct panel_at at;

	*w = (struct wish){.kind = WISH_NONE};
	if (panel == NULL)
		return false;
	if (rest[0] == '\0') {
		look(p, s, panel, out);
		return true;
	}
	at = at_panel(p, s, panel);
	if (panel->take == NULL)
		return false;
	(void)panel_begin(&at);
	if (panel->takes != NULL) {
		edit_set(&p->typed, rest);
		*w = carry_out(p, s, panel->take(&at, p->typed.text), out);
	} else {
		*w = carry_out(p, s, take_line(p, &at, rest, out), out);
	}
	return true;
}

void plain_panels_release(struct plain_panels *p)
{
	report_read_release(&p->report);
}
