/* What a line of the plain wizard does: a number, a letter, a field's value, a panel, a code. */
#include "plain_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/report.h>

#include "collected.h"
#include "path.h"
#include "plain_paste.h"

/* ---- a pasted text ---- */

/* Until a line with a dot alone, or the end of input. */
void plain_take_paste(struct plain *p, const char *field)
{
	struct plain_paste paste = {.open = false};
	const char *line;
	struct buf b;

	plain_say(p, "Paste the text now; a line with a dot alone ends it.");
	plain_paste_begin(&paste, field);
	while ((line = plain_next_line(p)) != NULL && !plain_paste_line(&paste, line))
		continue;
	buf_init(&b, BUF_MAX_LINE);
	plain_paste_end(&paste, p->d, p->opt->db, &b);
	plain_say(p, buf_cstr(&b));
	buf_release(&b);
	p->shown = false;
	plain_build(p); /* what it says may have filled a field */
}

/* ---- commands ---- */

static void show_help(struct plain *p)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	plain_help(&b);
	plain_put(p, &b);
	buf_release(&b);
}

static void show_trail(struct plain *p)
{
	struct buf b;

	buf_init(&b, BUF_MAX_TEXT);
	plain_trail(p->page, p->opt->ascii, &b);
	plain_put(p, &b);
	buf_release(&b);
}

static void go_to(struct plain *p, const char *text)
{
	const struct replay *now = session_now(p->s);
	unsigned long n = strtoul(text, NULL, 10);

	if (n < 1 || n > now->npath)
		plain_say(p, "There is no such step; l lists them.");
	else
		plain_send(p, intent_goto(now, n - 1, false));
}

static void export(struct plain *p, const char *path)
{
	const char *dot = strrchr(path, '.');
	const struct report_format *f = NULL;
	struct casefile loaded;
	char sum[CASE_HASH];
	const char *level;
	struct report *r;
	struct err err;
	bool copied, written;

	for (size_t i = 0; dot != NULL && report_formats[i] != NULL; i++)
		if (strcmp(report_formats[i]->ext, dot) == 0)
			f = report_formats[i];
	if (f == NULL) {
		plain_say(p, "e FILE, where FILE ends in .html, .md, .json or .txt");
		return;
	}
	r = report_new(session_flow(p->s), drive_case_to_report(p->d, &loaded, &copied), NULL);
	written = report_save(r, f, path, sum, &err) == 0;
	if (written)
		plain_say(p, arena_fmt(p->mem, "Written: %s", path));
	else
		plain_say(p, arena_fmt(p->mem, "Not written: %s", err.msg));
	level = redact_level_name(r->level);
	report_free(r);
	if (copied)
		casefile_release(&loaded);
	if (written)
		plain_send(p, (struct intent){
		                      .kind = IN_EXPORTED,
		                      .exported = &(struct rec_export){"report", f->name, level, sum, NULL}});
}

static bool wait_quietly(void *arg)
{
	struct plain *p = arg;

	jobs_wait(p->jobs, NULL, 0, -1);
	return true;
}

static void hear(void *arg, const char *text)
{
	plain_say(arg, text);
}

/* ---- files ---- */

/* It may be another file than the one asked for, or a folder with several. */
static void read_file(struct plain *p, const char *path, const char *field)
{
	const struct drive_reading how = {wait_quietly, p, field, hear};

	p->shown = false;
	(void)drive_read(p->d, path, &how);
}

/* "collect [USER@HOST]": without an address from where it was the last time. */
static bool collect_command(struct plain *p, const char *line)
{
	const char *address = line + 7 + strspn(line + 7, " "), *folder, *note;
	char last[COLLECTED_ADDRESS];
	struct arena *mem;

	if (strncmp(line, "collect", 7) != 0 || (line[7] != ' ' && line[7] != '\0'))
		return false;
	collected_from(session_case(p->s), last);
	if (address[0] == '\0')
		address = last;
	if (address[0] == '\0') {
		plain_say(p, "From where? collect USER@HOST");
		return true;
	}
	mem = arena_new();
	folder = collected_fetch(p->opt, p->s, address, mem, &note);
	if (folder == NULL) {
		plain_say(p, "Nothing was fetched.");
	} else {
		plain_send(p, (struct intent){.kind = IN_NOTE, .text = note, .by = BY_PERSON});
		read_file(p, folder, NULL);
	}
	arena_free(mem);
	return true;
}

/* As at a screen: "~", quotes and file:// as a person drops them; kept whole, wherever the case is gone on
 * with. */
void plain_give_path(struct plain *p, const struct input_def *def, const char *value, uint32_t form)
{
	char *path = path_absolute(value);

	if (!path_exists(path))
		plain_say(p, arena_fmt(p->mem, "There is no file or folder %s.", path));
	else if (p->page->kind == PAGE_ASK)
		read_file(p, path, def->key);
	else
		plain_send(p, (struct intent){.kind = IN_SET, .key = def->key, .text = path, .n = form});
	free(path);
}

void plain_give_field(struct plain *p, size_t i, const char *value)
{
	const struct input_def *def = p->page->fields[i].def;
	const char *key = def->key;
	uint32_t form = p->page->kind == PAGE_FORM; /* what else it asks is asked where it matters */

	if (def->type == INPUT_FILE && plain_paste_is(value))
		plain_take_paste(p, key);
	else if (strcmp(value, "-") == 0)
		plain_send(p, (struct intent){.kind = IN_SKIP, .key = key, .n = form});
	else if (def->type == INPUT_FILE)
		plain_give_path(p, def, value, form);
	else
		plain_send(p, (struct intent){.kind = IN_SET, .key = key, .text = value, .n = form});
}

/* A line for one of the panels. */
static bool panel_command(struct plain *p, const char *line)
{
	struct wish w;
	struct buf b;
	bool known;

	p->panels.mem = p->mem;
	buf_init(&b, BUF_MAX_TEXT);
	known = plain_panel(&p->panels, p->s, line, &b, &w);
	plain_put(p, &b);
	buf_release(&b);
	if (w.kind == WISH_INTENT)
		plain_send(p, w.intent);
	else if (w.kind == WISH_EXPORT)
		export(p, w.text);
	return known;
}

static void open_panel(struct plain *p, const char *name)
{
	if (strcmp(name, "export") == 0)
		plain_say(p, "e FILE writes it, where FILE ends in .html, .md, .json or .txt");
	else
		(void)panel_command(p, name);
}

static void pick(struct plain *p, size_t i)
{
	if (i < p->page->npicks && p->page->picks[i].unfolds)
		p->all = !(p->shown = false);
	else if (i < p->page->npicks && p->page->picks[i].closes)
		p->quit = true;
	else if (i < p->page->npicks && p->page->picks[i].opens != NULL)
		open_panel(p, p->page->picks[i].opens);
	else if (i < p->page->npicks)
		plain_send(p, p->page->picks[i].intent);
	else
		plain_say(p, "There is no such number here; ? helps.");
}

/* What Enter takes, from 1: what is proposed, else what claims nothing; 0: neither. */
size_t plain_chosen(const struct plain *p)
{
	size_t blank = 0;

	for (size_t i = 0; i < p->page->npicks; i++) {
		if (p->page->picks[i].suggested)
			return i + 1;
		if (p->page->picks[i].blank && blank == 0)
			blank = i + 1;
	}
	return blank;
}

static void pick_suggested(struct plain *p)
{
	size_t n = plain_chosen(p);

	if (n != 0)
		pick(p, n - 1);
	else
		plain_say(p, "Nothing is proposed here; a number chooses, ? helps.");
}

const char *plain_after(const char *line)
{
	line++;
	while (*line == ' ')
		line++;
	return line;
}

/* What the codes on the page mean. */
static void explain_page(struct plain *p)
{
	struct buf words, told;

	buf_init(&words, EXPLAIN_TEXT_MAX);
	buf_init(&told, BUF_MAX_TEXT);
	words_on_page(p->page, &words);
	if (codes_in_text(buf_cstr(&words), &told) == 0)
		buf_str(&told, "No code that casebook knows stands on this page; explain CODE for another.");
	plain_say(p, buf_cstr(&told));
	buf_release(&told);
	buf_release(&words);
}

/* A line that is a letter, or a letter and a text. */
static bool letter_command(struct plain *p, const char *line)
{
	static const struct {
		char letter;
		enum intent_kind kind;
	} simple[] = {{'<', IN_BACK}, {'r', IN_AGAIN}, {'x', IN_CANCEL}, {'u', IN_UNDO}, {'U', IN_REDO}};
	bool alone = line[1] == '\0';

	for (size_t i = 0; alone && i < sizeof(simple) / sizeof(simple[0]); i++) {
		if (line[0] == simple[i].letter && (simple[i].kind != IN_CANCEL || session_busy(p->s))) {
			plain_send(p, (struct intent){.kind = simple[i].kind});
			return true;
		}
	}
	if (alone && line[0] == 'q')
		p->quit = true;
	else if (alone && line[0] == 'm')
		p->more = !(p->shown = false);
	else if (alone && line[0] == 'o')
		p->all = !(p->shown = false);
	else if (alone && line[0] == '?')
		show_help(p);
	else if (alone && line[0] == 'x')
		explain_page(p);
	else if (alone && line[0] == 'l')
		show_trail(p);
	else if (line[0] == 'g' && line[1] == ' ')
		go_to(p, plain_after(line));
	else
		return panel_command(p, line);
	return true;
}

/* "t1"; where there are lines to tick "t 1" as well, so that a blank goes nowhere. */
static bool ticks(const struct plain *p, const char *line)
{
	const char *digits = p->page->nticks > 0 ? line + 1 + strspn(line + 1, " ") : line + 1;

	return line[0] == 't' && digits[0] >= '1' && digits[0] <= '9';
}

/* ---- codes ---- */

#define MOST_CODES 6

/* "explain TEXT", or a line that holds a code: what its codes mean, uncleaned.  False when it does not begin
 * so and holds none that is known. */
static bool explain(const char *line, struct buf *out)
{
	bool asked = strncmp(line, "explain ", 8) == 0;
	struct arena *mem = arena_new();
	const struct code_row *rows;
	const char *text = asked ? line + 8 : line;
	const struct explain *x = explain_new(mem);
	struct explain_result r = explain_text(x, mem, text, strlen(text));
	bool known = false;
	size_t n;

	for (size_t i = 0; i < r.n; i++)
		known = known || r.hits[i].known;
	n = asked || known ? explain_query(x, mem, text, &rows) : 0;
	for (size_t i = 0; i < n && i < MOST_CODES; i++)
		code_in_words(out, &rows[i], "  ");
	if (n > MOST_CODES)
		buf_fmt(out, "and %zu more: casebook explain shows them\n", n - MOST_CODES);
	if (n == 0 && asked)
		buf_str(out, "No code in it is known here.\n");
	arena_free(mem);
	return asked || n != 0;
}

/* A code in the middle of a case: what it means. */
static bool code_command(struct plain *p, const char *line)
{
	struct buf b;
	bool said;

	buf_init(&b, BUF_MAX_LINE);
	said = explain(line, &b);
	if (said)
		plain_say(p, buf_cstr(&b));
	buf_release(&b);
	return said;
}

/* Where a file is asked for, a path alone is that file. */
static bool path_alone(struct plain *p, const char *line)
{
	char *path = path_absolute(line);
	bool there = path_exists(path);

	free(path);
	for (size_t i = 0; there && i < p->page->nfields; i++) {
		const struct field *f = &p->page->fields[i];

		if (f->def->type != INPUT_FILE || f->given || f->skipped)
			continue;
		plain_give_field(p, i, line);
		return true;
	}
	return false;
}

void plain_obey(struct plain *p, const char *line)
{
	size_t field = (size_t)(line[0] - 'a');
	unsigned long n = strtoul(line, NULL, 10);

	if (line[0] == '\0')
		pick_suggested(p);
	else if (line[0] >= '1' && line[0] <= '9' && n > p->page->npicks && n > 99 && code_command(p, line))
		return; /* 500.0.1346 chooses nothing */
	else if (line[0] >= '1' && line[0] <= '9')
		pick(p, n - 1);
	else if (ticks(p, line))
		plain_send(p,
		           (struct intent){.kind = IN_TICK, .n = (uint32_t)strtoul(line + 1, NULL, 10) - 1});
	else if (line[1] == ' ' && line[0] >= 'a' && field < p->page->nfields)
		plain_give_field(p, field, plain_after(line));
	else if (plain_paste_is(line))
		plain_take_paste(p, NULL);
	else if (collect_command(p, line))
		return;
	else if (!letter_command(p, line) && !path_alone(p, line) && !code_command(p, line))
		plain_say(p, "That is not understood; ? helps.");
}
