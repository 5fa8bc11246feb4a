/*
 * The screen's content in words: a complete value computed from a session, without coordinates.  The curses
 * wizard and --plain both draw this.
 */
#ifndef CASEBOOK_PAGE_H
#define CASEBOOK_PAGE_H

#include <casebook/session.h>

/* Meaning, never a colour: ok, bad, attention, unknown/open. */
enum mark { MARK_NONE, MARK_OK, MARK_BAD, MARK_WARN, MARK_OPEN };

enum block_kind {
	BLOCK_TEXT,    /* prose; may contain '**bold**' and '`code`' */
	BLOCK_SOURCE,  /* the step's source */
	BLOCK_CHECK,   /* a live check: label, text (result or phase), mark, done/total when running */
	BLOCK_DETAIL,  /* a line under the block before: vantage, timing */
	BLOCK_CAUSE,   /* the cause of a fix page */
	BLOCK_BECAUSE, /* what supports it */
	BLOCK_COMMAND, /* a line to type elsewhere */
	BLOCK_WARNING,
	BLOCK_ERROR,
	BLOCK_HINT,
};
struct block {
	enum block_kind kind;
	enum mark mark;
	const char *label, *text;
	uint64_t done, total;
	bool more; /* why it is asked, where from, by hand: shown when somebody wants to know */
};

struct pick {
	const char *label;
	const char *hint;   /* "what the check saw" */
	const char *detail; /* beneath it: what it rests on; or NULL */
	bool suggested;
	bool blank;   /* it claims nothing */
	bool unfolds; /* not an answer: shows those that were left out (page_fold) */
	/* At the end of a case: the panel that it opens, by name, or that it leaves the case. */
	const char *opens;
	bool closes;
	struct intent intent;
};
struct field {
	const struct input_def *def;
	const char *value; /* NULL when unset; after going back, the earlier value */
	bool given;        /* in force now */
	bool skipped;      /* "I do not have it" */
	bool before_fix;   /* a file that was given before the fix: to be read again */
};
struct tick {
	const char *text;
	const char
	        *group; /* "Server admin, NDES server": said once for those that follow each other; or NULL */
	const char *effect; /* "restarts the server", "only looks"; or NULL */
	const char *run;    /* the command that does it; or NULL */
	bool done;
};
struct trail_item {
	enum mark mark;
	const char *label, *answer; /* answer: short text, NULL at the present step */
	node_id node;
	bool contradicts;
	bool kept; /* answered before, now off the path; counts again when the path returns to it */
};

/* How far the case is; always in this order. */
enum station { STATION_CASE, STATION_CHECKS, STATION_FILES, STATION_FIX, STATION_PROOF, STATION__MAX };
const char *station_name(enum station s); /* "Files" */

enum page_kind { PAGE_ASK, PAGE_FORM, PAGE_FIX, PAGE_END, PAGE_CONFIRM };
struct page {
	enum page_kind kind;
	const char *case_title; /* "#14 NDES01" */
	const char *status;     /* "saved", "saving", "NOT SAVED: disk full" */
	enum mark status_mark;
	const char *unsaved; /* until it is saved again: why not; else NULL */
	unsigned step_number;
	enum station station;
	const char *label, *ask;
	struct block *blocks;
	size_t nblocks;
	struct field *fields; /* PAGE_FORM */
	size_t nfields;
	struct tick *ticks; /* PAGE_FIX */
	size_t nticks;
	struct pick *picks;
	size_t npicks;
	struct trail_item *trail;
	size_t ntrail;
	size_t supported, excluded, untested; /* number of causes in each state */
	bool busy;
	const char *about; /* what the page is, what it needs, what without, then its terms: a line each */
	const char *copy;  /* what can be handed over as text: a command, the steps of a fix; NULL: nothing */
	const char *script; /* the same as a file of commands for Windows, and its name without an ending; */
	const char *script_name; /* NULL */
	bool more;               /* page_print: also what is shown on demand */
	const char *message;
};

/* The page lives in `mem` and borrows from the session; both must outlive it. */
struct page *page_build(struct session *s, struct arena *mem);
/* Where checks have decided or a file would, leaves one answer and a line for the others. */
void page_fold(struct page *p, struct arena *mem);
/* The line-by-line form for --plain. */
void page_print(const struct page *p, bool ascii, struct buf *out);
const char *mark_glyph(enum mark m, bool ascii); /* "✓" or "[ok]" */

#endif
