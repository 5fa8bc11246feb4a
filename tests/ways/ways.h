/*
 * One walk, taken as a person at a screen, line by line, and by the run that asks nobody.  The checks answer
 * from the walk, at once and in the order in which they were started; a key is sent when nothing moves any
 * more.
 */
#ifndef CASEBOOK_TEST_WAYS_H
#define CASEBOOK_TEST_WAYS_H

#include <casebook/auto.h>
#include <casebook/walk.h>

#include "app.h"

#define WAYS_MAX_KEYS 600 /* of one walk; more is a walk in circles */
#define WAYS_MAX_ANSWERS 100

/* The walk that is taken now, and by whom. */
struct ways_now {
	const struct walk *walk;
	const struct flow *flow;
	size_t phase;
	struct drive *drive;   /* as drive_new() gave it */
	const struct app *app; /* at a screen, as last drawn */
	bool screen;           /* else line by line */
	int keys;              /* written to it: what a person types */
	unsigned sent;         /* so far */
	bool stays;            /* with the fix that the path came to, as nobody chooses */
	bool chose;            /* among several causes, where the path's own fix was not to be had */
	bool unfolded;         /* all answers of this page were asked for */
	const char *gave;      /* the input that was given last */
	bool lost;             /* it went on and on */
	struct walk_pair answers[WAYS_MAX_ANSWERS]; /* that the person gave: step and answer */
	size_t nanswers;
};
extern struct ways_now ways_now;

/* What a person who follows the walk does at this page. */
enum ways_act { WAYS_LEAVE, WAYS_PICK, WAYS_UNFOLD, WAYS_FIELD, WAYS_FORM, WAYS_EMPTY };
struct ways_deed {
	enum ways_act act;
	size_t n;         /* WAYS_PICK, WAYS_FIELD: which of the page */
	const char *text; /* WAYS_FIELD, WAYS_FORM: what is typed */
};
struct ways_deed ways_deed(struct session *s, const struct page *p);
/* Types the next key, or line. */
void ways_type(void);

/* Whether checks have ended that nobody was told of yet (ways_runner.c). */
bool ways_checks_pending(void);

#endif
