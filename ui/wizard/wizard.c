/* From a command to a screen and back: what is made before the loop and put away after it. */
#include "wizard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/report.h>
#include <casebook/xalloc.h>

#include "format_cards.h"
#include "loop.h"
#include "signals.h"

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

static void die_close(void *arg)
{
	struct loop *l = arg;

	l->d.ops->close(l->d.self);
}

static void set_up(struct loop *l, struct cli *c, const struct wizard_options *opt)
{
	static char folder[4096];

	*l = (struct loop){.cli = c};
	if (opt != NULL)
		l->opt = *opt;
	else
		l->opt.run.allow_side_effects = true; /* the session asks the person first */
	l->frame_mem = arena_new();
	l->page_mem = arena_new();
	l->list_mem = arena_new();
	l->card_mem = arena_new();
	l->app.ascii = c->ascii;
	l->app.start = &l->start;
	l->app.in.formats = format_cards(l->card_mem, &l->app.in.nformats);
	l->app.in.folder = getcwd(folder, sizeof(folder)) != NULL ? folder : NULL;
	loop_cards(l);
}

/* What the person should know once the screen is gone. */
static void say_good_bye(const struct loop *l)
{
	const struct session *s = &l->drive.s;

	if (!l->in_case || s->cf.nlog == 0)
		return;
	if (s->saved < s->cf.nlog)
		fprintf(stderr, "casebook: %zu records of this case are NOT saved: %s\n",
		        s->cf.nlog - s->saved, l->drive.failed.msg);
	if (s->cf.number != 0)
		fprintf(stderr, "Case #%u is saved. To go on with it:  casebook resume %u\n", s->cf.number,
		        s->cf.number);
}

static int put_away(struct loop *l)
{
	int rc = l->exit_code;

	if (!loop_all_saved(l))
		loop_send(l, (struct intent){.kind = IN_SAVE_AGAIN}); /* one more try */
	if (!loop_all_saved(l))
		rc = EXIT_PROGRAM;
	say_good_bye(l);
	loop_leave(l);
	store_close(l->store);
	loop_cards_free(l);
	free(l->report);
	frame_release(&l->frame);
	arena_free(l->frame_mem);
	arena_free(l->page_mem);
	arena_free(l->list_mem);
	arena_free(l->card_mem);
	return rc;
}

static int show(struct loop *l)
{
	struct display_curses *screen = display_curses_new(l->cli->color);
	struct err err;
	int rc;

	l->d = display_curses(screen);
	if (signals_open(display_curses_panic, &err) != 0 || l->d.ops->open(l->d.self, &err) != 0) {
		signals_close();
		display_curses_free(screen);
		(void)put_away(l);
		return cli_fail(&err);
	}
	die_hook(die_close, l);
	loop_run(l);
	l->d.ops->close(l->d.self);
	die_hook(NULL, NULL);
	signals_close();
	rc = put_away(l);
	display_curses_free(screen);
	return rc;
}

int wizard_start(struct cli *c, const struct wizard_options *opt)
{
	struct loop *l = xcalloc(1, sizeof(*l));
	int rc;

	set_up(l, c, opt);
	rc = show(l);
	free(l);
	return rc;
}

int wizard_case(struct cli *c, const struct wizard_options *opt, const struct flow *flow, struct casefile *cf,
                uint32_t saved)
{
	struct loop *l = xcalloc(1, sizeof(*l));
	int rc;

	set_up(l, c, opt);
	l->given = flow;
	loop_enter(l, flow, cf, saved);
	rc = show(l);
	free(l);
	return rc;
}
