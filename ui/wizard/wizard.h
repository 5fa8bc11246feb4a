/*
 * The wizard at a terminal: on a screen, or line by line for screen readers, serial
 * lines and scripts.  The first frame is drawn before the store is opened, so that
 * it is there at once.
 */
#ifndef CASEBOOK_UI_WIZARD_H
#define CASEBOOK_UI_WIZARD_H

#include <casebook/page.h>
#include <casebook/runner.h>
#include <casebook/session.h>
#include <casebook/store.h>

struct wizard_options {
	const char *db; /* NULL: the default place */
	bool ascii, color;
	int64_t made_ms;                /* of reports (struct report_options) */
	struct runner_options run;      /* --ca, --proxy, --timeout, --allow-... */
	struct session_options session; /* --no-network, --allow-side-effects */
	/* All of it to standard output; not 0: nobody reads on. */
	int (*print)(const void *mem, size_t n);
	/* Fetches what the case needs from a server, by its address "ssh://...", and tells on standard error;
	 * the terminal is as a shell has it.  The folder of what came, in mem; NULL: nothing, which was said.
	 */
	const char *(*collect)(void *arg, struct replay *now, const char *url, struct arena *mem);
	void *collect_arg;
};

enum wizard_end {
	WIZARD_LEFT,        /* by the person, or their input has ended */
	WIZARD_INTERRUPTED, /* by a signal, or the terminal is gone */
	WIZARD_UNSAVED,     /* left with records that are on no disk; it was said */
	WIZARD_FAILED       /* err says why */
};

/* Whether a screen can be drawn here: a terminal on both ends that is not dumb.  When not,
 * `why` (if not NULL) is one sentence; the caller goes on line by line. */
bool wizard_possible(const char **why);
/* The start screen. */
enum wizard_end wizard_start(const struct wizard_options *opt, struct err *err);
/* One case: takes over *cf, whatever happens.  Its records up to `saved` are durable; a case
 * that was never stored has number 0 and is begun with its first record.  Borrows flow. */
enum wizard_end wizard_case(const struct wizard_options *opt, const struct flow *flow, struct casefile *cf,
                            uint32_t saved, struct err *err);
/* The same line by line; begins the case in the store first. */
enum wizard_end plain_case(const struct wizard_options *opt, const struct flow *flow, struct casefile *cf,
                           uint32_t saved, struct err *err);

/* The command that goes on with a case, as a shell takes it; db NULL: the usual store. */
void resume_command(struct buf *out, uint32_t number, const char *db);

/* What a page says, and the codes of such a text, at most four: the likeliest meaning of each, where it is
 * seen and what to do next; uncleaned, appended to out.  How many. */
void words_on_page(const struct page *p, struct buf *out);
struct code_row; /* explain.h */
/* One code as a person reads it: name, meaning, where it is seen, what is next. */
void code_in_words(struct buf *out, const struct code_row *r, const char *indent);
size_t codes_in_text(const char *text, struct buf *out);

/* The start screen line by line: what was chosen. */
enum plain_choice { PLAIN_QUIT, PLAIN_CASE, PLAIN_FLOW, PLAIN_NOBODY /* the input has ended */ };
enum plain_choice plain_start(const struct wizard_options *opt,
                              char ref[256]); /* a case's number, a flow's id */

#endif
