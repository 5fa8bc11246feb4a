/* Searching in what is read: a line of words, then n and N; and the codes of a page, explained. */
#include "app.h"

#include <stdio.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/utf8.h>

#include "wizard.h"

struct wish search_action(struct app *a, enum action act, struct key k)
{
	struct scroll *s = &a->own[panel_index(app_panel(a))].scroll;

	if (act == ACT_CLOSE) {
		a->searching = false;
	} else if (act == ACT_ENTER) {
		a->searching = false;
		snprintf(s->find, sizeof(s->find), "%s", a->typed.text);
		s->go = 0;
		s->seek = s->find[0] != '\0';
	} else {
		edit_key(&a->typed, k);
	}
	return (struct wish){.kind = WISH_NONE};
}

bool search_key(struct app *a, enum action act)
{
	struct scroll *s = &a->own[panel_index(app_panel(a))].scroll;

	if (act == ACT_FIND) {
		a->searching = true;
		edit_set(&a->typed, NULL);
		return true;
	}
	if (act != ACT_HIT_NEXT && act != ACT_HIT_PREV)
		return false;
	if (s->find[0] == '\0') {
		app_say(a, MARK_NONE, "Nothing was searched yet: / searches.");
		return true;
	}
	s->seek = true;
	s->go = act == ACT_HIT_NEXT ? 1 : -1;
	return true;
}

/* ---- codes ---- */

#define CODES_MOST 4

void code_in_words(struct buf *out, const struct code_row *r, const char *indent)
{
	buf_fmt(out, "%s %s%s%s\n", r->dialect, r->code, r->name[0] != '-' ? "  " : "",
	        r->name[0] != '-' ? r->name : "");
	if (strcmp(r->meaning, "-") != 0)
		buf_fmt(out, "%s%s\n", indent, r->meaning);
	if (strcmp(r->seen, "-") != 0)
		buf_fmt(out, "%sSeen: %s\n", indent, r->seen);
	if (strcmp(r->next, "-") != 0)
		buf_fmt(out, "%sNext: %s\n", indent, r->next);
}

static void add_code(struct buf *out, const struct explained *h)
{
	code_in_words(out, &h->rows[0], "    ");
	for (size_t i = 1; i < h->nrows && i < 3; i++)
		if (strcmp(h->rows[i].meaning, "-") != 0)
			buf_fmt(out, "    In general, %s %s: %s\n", h->rows[i].dialect, h->rows[i].code,
			        h->rows[i].meaning);
	buf_char(out, '\n');
}

static bool is_new(const struct explain_result *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(r->hits[k].code, r->hits[i].code) == 0 &&
		    strcmp(r->hits[k].dialect, r->hits[i].dialect) == 0)
			return false;
	return r->hits[i].known;
}

size_t codes_in_text(const char *text, struct buf *out)
{
	struct arena *mem = arena_new();
	const struct explain *x = explain_new(mem);
	struct explain_result r = explain_text(x, mem, text, strlen(text));
	size_t n = 0;

	for (size_t i = 0; i < r.n && n < CODES_MOST; i++)
		if (is_new(&r, i)) {
			add_code(out, &r.hits[i]);
			n++;
		}
	arena_free(mem);
	return n;
}

void words_on_page(const struct page *p, struct buf *out)
{
	buf_fmt(out, "%s\n", p->ask);
	for (size_t i = 0; i < p->nblocks; i++)
		buf_fmt(out, "%s\n%s\n", p->blocks[i].label != NULL ? p->blocks[i].label : "",
		        p->blocks[i].text != NULL ? p->blocks[i].text : "");
}

/* The marked line first, then what the page says. */
static void page_words_of(const struct app *a, struct buf *out)
{
	const struct page *p = a->page;
	const struct pick *k = item_pick(p, a->pv.sel);
	const struct tick *t = item_tick(p, a->pv.sel);

	if (k != NULL)
		buf_fmt(out, "%s\n%s\n", k->label, k->detail != NULL ? k->detail : "");
	if (t != NULL)
		buf_fmt(out, "%s\n", t->text);
	words_on_page(p, out);
}

static struct wish show_codes(struct app *a, const char *text)
{
	struct buf told;
	size_t n;

	buf_init(&told, sizeof(a->explained) - 1);
	n = codes_in_text(text, &told);
	snprintf(a->explained, sizeof(a->explained), "%s", buf_cstr(&told));
	buf_release(&told);
	a->in.explained = a->explained;
	return n != 0 ? panel_show(a, &panel_explain, false) : (struct wish){.kind = WISH_CLOSE};
}

struct wish explain_words(struct app *a, const char *text)
{
	struct wish w = show_codes(a, text);

	if (w.kind == WISH_CLOSE)
		app_say(a, MARK_NONE, "casebook knows no code in \"%.60s\".", text);
	return w;
}

struct wish explain_page(struct app *a)
{
	struct buf words;
	struct wish w;

	buf_init(&words, EXPLAIN_TEXT_MAX);
	page_words_of(a, &words);
	w = show_codes(a, buf_cstr(&words));
	buf_release(&words);
	if (w.kind == WISH_CLOSE)
		app_say(a, MARK_NONE,
		        "x: no code that casebook knows stands on this page; :explain CODE for another.");
	return w;
}
