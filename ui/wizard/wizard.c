/* From a command to a screen and back: what is made before the loop and put away after it. */
#include "wizard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/escape.h>
#include <casebook/report.h>
#include <casebook/signals.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include "report_text.h"
#include "loop.h"

bool wizard_possible(const char **why)
{
	const char *term = getenv("TERM"), *said = NULL;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		said = "there is no terminal";
	else if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0)
		said = "this terminal cannot be drawn on";
	if (why != NULL)
		*why = said;
	return said == NULL;
}

/* ---- the command that goes on ---- */

void resume_command(struct buf *out, uint32_t number, const char *db)
{
	struct buf raw;

	buf_init(&raw, BUF_MAX_LINE);
	buf_fmt(&raw, "casebook resume %u", (unsigned)number);
	if (db != NULL) {
		buf_str(&raw, " --db ");
		shell_word(&raw, db);
	}
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_ONE_LINE);
	buf_release(&raw);
}

/* Without curses: what memory it lacked half-way through a change of size, it would free twice. */
static void die_close(void *arg)
{
	(void)arg;
	display_curses_panic();
}

static void set_up(struct loop *l, const struct wizard_options *opt)
{
	static char folder[4096];

	*l = (struct loop){.opt = *opt, .jobs = jobs_new(&opt->run)};
	l->frame_mem = arena_new();
	l->page_mem = arena_new();
	l->list_mem = arena_new();
	l->card_mem = arena_new();
	l->app.ascii = opt->ascii;
	l->app.start = &l->start;
	l->app.in.formats = format_cards(l->card_mem, &l->app.in.nformats);
	l->app.in.folder = getcwd(folder, sizeof(folder)) != NULL ? folder : NULL;
	loop_cards(l);
}

/* What the person should know once the screen is gone. */
static void say_good_bye(const struct loop *l)
{
	const struct casefile *cf = l->drive != NULL ? session_case(drive_session(l->drive)) : NULL;

	if (cf == NULL || cf->nlog == 0)
		return;
	if (!loop_all_saved(l))
		fprintf(stderr, "casebook: %zu records of this case are NOT saved: %s\n", loop_unsaved(l),
		        loop_why_unsaved(l));
	if (cf->number != 0) {
		struct buf how;

		buf_init(&how, BUF_MAX_LINE);
		resume_command(&how, cf->number, l->opt.db);
		fprintf(stderr, "Case #%u is saved. To go on with it:  %s\n", cf->number, buf_cstr(&how));
		buf_release(&how);
	}
}

static enum wizard_end put_away(struct loop *l)
{
	enum wizard_end end = l->end;

	if (!loop_all_saved(l))
		loop_send(l, (struct intent){.kind = IN_SAVE_AGAIN}); /* one more try */
	if (!loop_all_saved(l))
		end = WIZARD_UNSAVED;
	say_good_bye(l);
	loop_leave(l);
	jobs_free(l->jobs);
	store_close(l->store);
	loop_cards_free(l);
	report_read_release(&l->report);
	frame_release(&l->frame);
	arena_free(l->lines_mem);
	arena_free(l->frame_mem);
	arena_free(l->page_mem);
	arena_free(l->list_mem);
	arena_free(l->card_mem);
	return end;
}

static enum wizard_end show(struct loop *l, struct err *err)
{
	struct display_curses *screen = display_curses_new(l->opt.color);
	enum wizard_end end;

	l->d = display_curses(screen);
	if (signals_open(SIGNALS_SCREEN, display_curses_panic, err) != 0 ||
	    l->d.ops->open(l->d.self, err) != 0) {
		signals_close();
		display_curses_free(screen);
		(void)put_away(l);
		return WIZARD_FAILED;
	}
	die_hook(die_close, NULL);
	loop_run(l);
	l->d.ops->close(l->d.self);
	die_hook(NULL, NULL);
	signals_close();
	end = put_away(l);
	display_curses_free(screen);
	return end;
}

enum wizard_end wizard_start(const struct wizard_options *opt, struct err *err)
{
	struct loop *l = xcalloc(1, sizeof(*l));
	enum wizard_end end;

	set_up(l, opt);
	end = show(l, err);
	free(l);
	return end;
}

enum wizard_end wizard_case(const struct wizard_options *opt, const struct flow *flow, struct casefile *cf,
                            uint32_t saved, struct err *err)
{
	struct loop *l = xcalloc(1, sizeof(*l));
	enum wizard_end end;

	set_up(l, opt);
	l->given = flow;
	loop_enter(l, flow, cf, saved);
	end = show(l, err);
	free(l);
	return end;
}
