/*
 * The wizard line by line: prints pages, reads lines.  Append-only, digits choose;
 * for screen readers, serial lines and scripts.
 */
#include "plain_int.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report_text.h"
#include "plain_paste.h"

#define LINE_BYTES 65536

/* ---- out ---- */

void plain_put(struct plain *p, const struct buf *b)
{
	p->quit = p->opt->print(buf_cstr(b), b->n) != 0 || p->quit;
}

void plain_say(struct plain *p, const char *text)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	utf8_clean(&b, text, strlen(text), UTF8_LINES);
	buf_char(&b, '\n');
	plain_put(p, &b);
	buf_release(&b);
}

static void prompt(struct plain *p, const char *text)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	utf8_clean(&b, text, strlen(text), UTF8_ONE_LINE);
	plain_put(p, &b);
	buf_release(&b);
}

void plain_build(struct plain *p)
{
	arena_reset(p->mem);
	p->page = page_build(p->s, p->mem);
	if (!p->all)
		page_fold(p->page, p->mem);
}

static void show_page(struct plain *p)
{
	struct buf b;

	(void)drive_look_back(p->d);
	plain_build(p);
	p->page->more = p->more;
	p->more = false;
	buf_init(&b, BUF_MAX_TEXT);
	page_print(p->page, p->opt->ascii, &b);
	plain_put(p, &b);
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
char *plain_next_line(struct plain *p)
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

void plain_send(struct plain *p, struct intent in)
{
	p->shown = in.kind == IN_NOTE;
	p->all = p->all && in.kind == IN_NOTE;
	drive_send(p->d, in);
	if (in.kind == IN_NOTE && session_message(p->s)[0] != '\0')
		plain_say(p, session_message(p->s));
}

/* ---- pages ---- */

/* "b value": another field of the form than the first. */
static bool other_field(struct plain *p, const char *line)
{
	size_t i = (size_t)(line[0] - 'a');

	if (line[0] <= 'a' || line[0] > 'z' || i >= p->page->nfields || line[1] != ' ')
		return false;
	if (p->page->fields[i].def->type == INPUT_FILE)
		plain_give_path(p, p->page->fields[i].def, plain_after(line), 0);
	else
		plain_send(p, (struct intent){.kind = IN_SET,
		                              .key = p->page->fields[i].def->key,
		                              .text = plain_after(line)});
	return true;
}

/* The first field alone; Enter keeps what is there, or says that there is nothing. */
static bool ask_form(struct plain *p)
{
	const struct field f = p->page->fields[0];
	const char *line;

	if (f.def->help != NULL)
		plain_say(p, f.def->help);
	for (size_t k = 0; k < f.def->nchoices; k++)
		plain_say(p, arena_fmt(p->mem, "  %s: %s", f.def->choices[k].id, f.def->choices[k].label));
	prompt(p, arena_fmt(p->mem, "%s [%s]%s: ", f.def->label, f.value != NULL ? f.value : "leave empty",
	                    p->page->nfields > 1 ? ", or b VALUE for the next" : ""));
	line = plain_next_line(p);
	if (line == NULL)
		return false;
	if (strcmp(line, "<") == 0 || strcmp(line, "q") == 0 || strcmp(line, "?") == 0)
		plain_obey(p, line);
	else if (plain_paste_is(line) && f.def->type != INPUT_FILE)
		plain_take_paste(p, NULL);
	else if (!other_field(p, line))
		plain_give_field(p, 0, line[0] != '\0' ? line : f.value != NULL ? f.value : "-");
	if (session_message(p->s)[0] != '\0')
		plain_say(p, session_message(p->s));
	return true;
}

static void ask_line(struct plain *p)
{
	size_t proposed = 0;
	const char *line;
	struct buf b;

	proposed = plain_chosen(p);
	buf_init(&b, 200);
	if (p->page->npicks != 0)
		buf_fmt(&b, "Answer 1-%zu, ", p->page->npicks);
	if (proposed != 0)
		buf_fmt(&b, "Enter for %zu, ", proposed);
	buf_str(&b, "< for back, ? for help: ");
	snprintf(p->asked, sizeof(p->asked), "%s", buf_cstr(&b));
	prompt(p, p->asked);
	buf_release(&b);
	line = plain_next_line(p);
	p->asked[0] = '\0';
	if (line != NULL)
		plain_obey(p, line);
	else
		p->quit = true;
}

static void say_waiting(struct plain *p)
{
	size_t n;
	const struct job *running = session_jobs(p->s, &n);

	plain_build(p);
	plain_say(p, arena_fmt(p->mem, "\nStep %u. %s", p->page->step_number, p->page->ask));
	for (size_t i = 0; i < n; i++)
		plain_say(p, arena_fmt(p->mem, "  running: %s", running[i].check->probe->title));
	if (p->tty)
		plain_say(p, "  (Enter: answer without waiting)");
}

static void step(struct plain *p)
{
	if (!session_settled(p->s) && !session_asks_check(p->s) && !p->shown) {
		say_waiting(p);
		wait_for(p, true);
		if (p->tty && has_line(p) && p->in.p[0] == '\n')
			plain_next_line(p);
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

static void say_good_bye(struct plain *p)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	buf_str(&b, "\nSaved. Go on with: ");
	resume_command(&b, session_case(p->s)->number, p->opt->db);
	plain_say(p, buf_cstr(&b));
	buf_release(&b);
}

static enum wizard_end drive_by_line(struct plain *p, struct err *err)
{
	struct arena *formats_mem = arena_new();

	buf_init(&p->in, LINE_BYTES);
	p->panels.ascii = p->opt->ascii;
	p->panels.made_ms = p->opt->made_ms;
	p->panels.drive = p->d;
	p->panels.in.formats = format_cards(formats_mem, &p->panels.in.nformats);
	plain_send(p, (struct intent){.kind = IN_START});
	while (!p->quit)
		step(p);
	plain_send(p, (struct intent){.kind = IN_CANCEL});
	if (drive_failed(p->d) == NULL)
		say_good_bye(p);
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
