/*
 * The wizard line by line: prints pages, reads lines.  Append-only, digits choose;
 * for screen readers, serial lines and scripts.
 */
#include "wizard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/drive.h>
#include <casebook/page.h>
#include <casebook/report.h>
#include <casebook/utf8.h>

#include "format_cards.h"
#include "plain_explain.h"
#include "plain_panel.h"
#include "plain_paste.h"

struct plain {
	const struct wizard_options *opt;
	struct jobs *jobs;
	struct drive *d;
	struct session *s; /* to look at */
	struct arena *mem; /* of the page */
	struct page *page;
	struct buf in; /* what was read and not yet used */
	bool eof, quit, tty, warmed;
	bool more;       /* the next page with why it asks, where from, by hand */
	bool all;        /* and with all answers */
	bool shown;      /* the page as it is now was printed */
	char asked[160]; /* the prompt that waits for a line */
	struct plain_panels panels;
};

#define LINE_BYTES 65536

/* ---- out ---- */

static void put(struct plain *p, const struct buf *b)
{
	p->quit = p->opt->print(buf_cstr(b), b->n) != 0 || p->quit;
}

static void say(struct plain *p, const char *text)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	utf8_clean(&b, text, strlen(text), UTF8_LINES);
	buf_char(&b, '\n');
	put(p, &b);
	buf_release(&b);
}

static void prompt(struct plain *p, const char *text)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	utf8_clean(&b, text, strlen(text), UTF8_ONE_LINE);
	put(p, &b);
	buf_release(&b);
}

static void build(struct plain *p)
{
	arena_reset(p->mem);
	p->page = page_build(p->s, p->mem);
	if (!p->all)
		page_fold(p->page, p->mem);
}

static void show_page(struct plain *p)
{
	struct buf b;

	build(p);
	p->page->more = p->more;
	p->more = false;
	buf_init(&b, BUF_MAX_TEXT);
	page_print(p->page, p->opt->ascii, &b);
	put(p, &b);
	buf_release(&b);
	if (!p->warmed && !p->opt->session.no_network)
		jobs_warm(p->jobs);
	p->warmed = true;
}

/* ---- in ---- */

static bool has_line(const struct plain *p)
{
	return p->in.n != 0 && memchr(p->in.p, '\n', p->in.n) != NULL;
}

static void read_some(struct plain *p)
{
	char block[4096];
	ssize_t n = read(STDIN_FILENO, block, sizeof(block));

	if (n > 0)
		buf_put(&p->in, block, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		p->eof = true;
	if (p->in.over)
		p->eof = true;
}

/* Waits for a line, or with `settle` for the checks to end; checks go on meanwhile. */
static void wait_for(struct plain *p, bool settle)
{
	while (!p->quit &&
	       !(settle ? session_settled(p->s) || session_asks_check(p->s) : has_line(p) || p->eof)) {
		struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

		/* A script's lines are for later questions; a person may answer at once. */
		bool listen = !p->eof && (!settle || p->tty);

		bool was = session_settled(p->s);

		jobs_wait(p->jobs, &in, listen ? 1 : 0, -1);
		if (!settle && !was && session_settled(p->s)) { /* ended while the person thinks */
			show_page(p);
			prompt(p, p->asked);
		}
		if (listen && (in.revents & (POLLIN | POLLHUP)) != 0)
			read_some(p);
		if (settle && p->tty && (has_line(p) || p->eof))
			return;
	}
}

/* The next line without its end, in p->mem; NULL at the end of input. */
static char *next_line(struct plain *p)
{
	size_t n;
	char *line;

	wait_for(p, false);
	if (p->quit || (!has_line(p) && p->in.n == 0))
		return NULL;
	n = has_line(p) ? (size_t)((char *)memchr(p->in.p, '\n', p->in.n) - p->in.p) : p->in.n;
	line = arena_strndup(p->mem, p->in.p, n);
	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	buf_shift(&p->in, n + 1 <= p->in.n ? n + 1 : n);
	return line;
}

static void send(struct plain *p, struct intent in)
{
	p->shown = in.kind == IN_NOTE;
	p->all = p->all && in.kind == IN_NOTE;
	drive_send(p->d, in);
	if (in.kind == IN_NOTE && session_message(p->s)[0] != '\0')
		say(p, session_message(p->s));
}

/* ---- a pasted text ---- */

/* Until a line with a dot alone, or the end of input. */
static void take_paste(struct plain *p, const char *field)
{
	struct plain_paste paste = {.open = false};
	const char *line;
	struct buf b;

	say(p, "Paste the text now; a line with a dot alone ends it.");
	plain_paste_begin(&paste, field);
	while ((line = next_line(p)) != NULL && !plain_paste_line(&paste, line))
		continue;
	buf_init(&b, BUF_MAX_LINE);
	plain_paste_end(&paste, p->d, p->opt->db, &b);
	say(p, buf_cstr(&b));
	buf_release(&b);
	p->shown = false;
	build(p); /* what it says may have filled a field */
}

/* ---- commands ---- */

static void show_help(struct plain *p)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	buf_str(&b, "\nA number chooses.  Enter takes what is proposed.\n"
	            "  <        one step back            g N      back to step N of the trail (l)\n"
	            "  m        why this is asked         o        all answers\n"
	            "  r        run the checks again     x        stop the checks, while they run\n"
	            "  u        take the last change back  U        bring it again\n"
	            "  a PATH   give field a (b, c ...)  a -      I do not have it\n"
	            "  t1       tick line 1 of a fix     l        the trail with what was kept\n"
	            "  q        leave; everything is saved\n"
	            "  explain TEXT, or a code alone: what the codes in it mean\n"
	            "  paste    a text instead of a file, ended by a dot alone; a paste for field a\n"
	            "Panels, by letter or by word; [N] is the number of one of their lines.\n");
	plain_panel_help(&b);
	put(p, &b);
	buf_release(&b);
}

static void show_trail(struct plain *p)
{
	for (size_t i = 0; i < p->page->ntrail; i++) {
		const struct trail_item *t = &p->page->trail[i];

		if (t->kept)
			say(p, arena_fmt(p->mem, "     kept  %s: %s", t->label, t->answer));
		else
			say(p, arena_fmt(p->mem, " %s %3zu  %s%s%s", mark_glyph(t->mark, p->opt->ascii),
			                 i + 1, t->label, t->answer != NULL ? ": " : "",
			                 t->answer != NULL ? t->answer : ""));
	}
}

static void go_to(struct plain *p, const char *text)
{
	const struct replay *now = session_now(p->s);
	unsigned long n = strtoul(text, NULL, 10);

	if (n < 1 || n > now->npath)
		say(p, "There is no such step; l lists them.");
	else
		send(p, (struct intent){.kind = IN_GOTO,
		                        .n = (uint32_t)n,
		                        .text = now->flow->nodes[now->path[n - 1].node].id});
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
		say(p, "e FILE, where FILE ends in .html, .md, .json or .txt");
		return;
	}
	r = report_new(session_flow(p->s), drive_case_to_report(p->d, &loaded, &copied), NULL);
	written = report_save(r, f, path, sum, &err) == 0;
	if (written)
		say(p, arena_fmt(p->mem, "Written: %s", path));
	else
		say(p, arena_fmt(p->mem, "Not written: %s", err.msg));
	level = redact_level_name(r->level);
	report_free(r);
	if (copied)
		casefile_release(&loaded);
	if (written)
		send(p,
		     (struct intent){.kind = IN_EXPORTED,
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
	say(arg, text);
}

/* It may be another file than the one asked for, or a folder with several. */
static void read_file(struct plain *p, const char *path, const char *field)
{
	const struct drive_reading how = {wait_quietly, p, field, hear};

	p->shown = false;
	(void)drive_read(p->d, path, &how);
}

static void give_field(struct plain *p, size_t i, const char *value)
{
	const struct input_def *def = p->page->fields[i].def;
	const char *key = def->key;
	uint32_t form = p->page->kind == PAGE_FORM; /* what else it asks is asked where it matters */

	if (def->type == INPUT_FILE && plain_paste_is(value))
		take_paste(p, key);
	else if (strcmp(value, "-") == 0)
		send(p, (struct intent){.kind = IN_SKIP, .key = key, .n = form});
	else if (def->type == INPUT_FILE && p->page->kind == PAGE_ASK && access(value, R_OK) == 0)
		read_file(p, value, key);
	else
		send(p, (struct intent){.kind = IN_SET, .key = key, .text = value, .n = form});
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
	put(p, &b);
	buf_release(&b);
	if (w.kind == WISH_INTENT)
		send(p, w.intent);
	else if (w.kind == WISH_EXPORT)
		export(p, w.text);
	return known;
}

static void open_panel(struct plain *p, const char *name)
{
	if (strcmp(name, "export") == 0)
		say(p, "e FILE writes it, where FILE ends in .html, .md, .json or .txt");
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
		send(p, p->page->picks[i].intent);
	else
		say(p, "There is no such number here; ? helps.");
}

/* What Enter takes, from 1: what is proposed, else what claims nothing; 0: neither. */
static size_t chosen(const struct plain *p)
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
	size_t n = chosen(p);

	if (n != 0)
		pick(p, n - 1);
	else
		say(p, "Nothing is proposed here; a number chooses, ? helps.");
}

static const char *after(const char *line)
{
	line++;
	while (*line == ' ')
		line++;
	return line;
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
			send(p, (struct intent){.kind = simple[i].kind});
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
	else if (alone && line[0] == 'l')
		show_trail(p);
	else if (line[0] == 'g' && line[1] == ' ')
		go_to(p, after(line));
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

/* A code in the middle of a case: what it means. */
static bool code_command(struct plain *p, const char *line)
{
	struct buf b;
	bool said;

	buf_init(&b, BUF_MAX_LINE);
	said = plain_explain(line, &b);
	if (said)
		say(p, buf_cstr(&b));
	buf_release(&b);
	return said;
}

static void obey(struct plain *p, const char *line)
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
		send(p, (struct intent){.kind = IN_TICK, .n = (uint32_t)strtoul(line + 1, NULL, 10) - 1});
	else if (line[1] == ' ' && line[0] >= 'a' && field < p->page->nfields)
		give_field(p, field, after(line));
	else if (plain_paste_is(line))
		take_paste(p, NULL);
	else if (!letter_command(p, line) && !code_command(p, line))
		say(p, "That is not understood; ? helps.");
}

/* ---- pages ---- */

/* "b value": another field of the form than the first. */
static bool other_field(struct plain *p, const char *line)
{
	size_t i = (size_t)(line[0] - 'a');

	if (line[0] <= 'a' || line[0] > 'z' || i >= p->page->nfields || line[1] != ' ')
		return false;
	send(p, (struct intent){.kind = IN_SET, .key = p->page->fields[i].def->key, .text = after(line)});
	return true;
}

/* The first field alone; Enter keeps what is there, or says that there is nothing. */
static bool ask_form(struct plain *p)
{
	const struct field f = p->page->fields[0];
	const char *line;

	if (f.def->help != NULL)
		say(p, f.def->help);
	for (size_t k = 0; k < f.def->nchoices; k++)
		say(p, arena_fmt(p->mem, "  %s: %s", f.def->choices[k].id, f.def->choices[k].label));
	prompt(p, arena_fmt(p->mem, "%s [%s]%s: ", f.def->label, f.value != NULL ? f.value : "leave empty",
	                    p->page->nfields > 1 ? ", or b VALUE for the next" : ""));
	line = next_line(p);
	if (line == NULL)
		return false;
	if (strcmp(line, "<") == 0 || strcmp(line, "q") == 0 || strcmp(line, "?") == 0)
		obey(p, line);
	else if (plain_paste_is(line) && f.def->type != INPUT_FILE)
		take_paste(p, NULL);
	else if (!other_field(p, line))
		give_field(p, 0, line[0] != '\0' ? line : f.value != NULL ? f.value : "-");
	if (session_message(p->s)[0] != '\0')
		say(p, session_message(p->s));
	return true;
}

static void ask_line(struct plain *p)
{
	size_t proposed = 0;
	const char *line;
	struct buf b;

	proposed = chosen(p);
	buf_init(&b, 200);
	if (p->page->npicks != 0)
		buf_fmt(&b, "Answer 1-%zu, ", p->page->npicks);
	if (proposed != 0)
		buf_fmt(&b, "Enter for %zu, ", proposed);
	buf_str(&b, "< for back, ? for help: ");
	snprintf(p->asked, sizeof(p->asked), "%s", buf_cstr(&b));
	prompt(p, p->asked);
	buf_release(&b);
	line = next_line(p);
	p->asked[0] = '\0';
	if (line != NULL)
		obey(p, line);
	else
		p->quit = true;
}

static void say_waiting(struct plain *p)
{
	size_t n;
	const struct job *running = session_jobs(p->s, &n);

	build(p);
	say(p, arena_fmt(p->mem, "\nStep %u. %s", p->page->step_number, p->page->ask));
	for (size_t i = 0; i < n; i++)
		say(p, arena_fmt(p->mem, "  running: %s", running[i].check->probe->title));
	if (p->tty)
		say(p, "  (Enter: answer without waiting)");
}

static void step(struct plain *p)
{
	if (!session_settled(p->s) && !session_asks_check(p->s) && !p->shown) {
		say_waiting(p);
		wait_for(p, true);
		if (p->tty && has_line(p) && p->in.p[0] == '\n')
			next_line(p);
	}
	if (p->quit)
		return;
	if (!p->shown)
		show_page(p);
	p->shown = true;
	if (p->page->kind != PAGE_FORM)
		ask_line(p);
	else if (!ask_form(p))
		p->quit = true;
}

static enum wizard_end drive_by_line(struct plain *p, struct err *err)
{
	struct arena *formats_mem = arena_new();

	buf_init(&p->in, LINE_BYTES);
	p->panels.ascii = p->opt->ascii;
	p->panels.made_ms = p->opt->made_ms;
	p->panels.drive = p->d;
	p->panels.in.formats = format_cards(formats_mem, &p->panels.in.nformats);
	send(p, (struct intent){.kind = IN_START});
	while (!p->quit)
		step(p);
	send(p, (struct intent){.kind = IN_CANCEL});
	if (drive_failed(p->d) == NULL)
		say(p, arena_fmt(p->mem, "\nSaved. Go on with: casebook resume %u",
		                 (unsigned)session_case(p->s)->number));
	else
		*err = *drive_failed(p->d);
	buf_release(&p->in);
	plain_panels_release(&p->panels);
	arena_free(formats_mem);
	return drive_failed(p->d) != NULL ? WIZARD_FAILED : WIZARD_LEFT;
}

enum wizard_end plain_case(const struct wizard_options *opt, const struct flow *flow, struct casefile *cf,
                           uint32_t saved, struct err *err)
{
	struct plain p = {.opt = opt, .tty = isatty(STDIN_FILENO) != 0};
	struct drive_options o = {.session = opt->session, .ahead = true};
	enum wizard_end end;

	o.session.ask_secrets = true;

	if (store_open(opt->db, false, &o.store, err) != 0 ||
	    (cf->number == 0 && store_begin(o.store, cf, err) != 0)) {
		store_close(o.store);
		casefile_release(cf);
		return WIZARD_FAILED;
	}
	p.mem = arena_new();
	o.jobs = p.jobs = jobs_new(&opt->run);
	p.d = drive_new(&o, flow, cf, saved);
	p.s = drive_session(p.d);
	end = drive_by_line(&p, err);
	drive_free(p.d);
	jobs_free(p.jobs);
	store_close(o.store);
	arena_free(p.mem);
	return end;
}
