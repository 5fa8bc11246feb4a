/* What the files that make a page share; nobody outside includes it. */
#ifndef CASEBOOK_PAGE_INT_H
#define CASEBOOK_PAGE_INT_H

#include <casebook/brief.h>
#include <casebook/page.h>
#include <casebook/words.h>

#include "session_int.h"

struct page_maker {
	struct session *s;
	struct replay *r;
	struct diagnosis *d;
	const struct node *n;
	struct arena *mem;
	struct page *p;
	size_t cap_blocks, cap_picks;
};

struct block *pm_block(struct page_maker *m, enum block_kind kind, enum mark mark, const char *text);
void pm_pick(struct page_maker *m, const char *label, const char *hint, bool suggested, struct intent in);

/* One readable line: "504, page gateway-timeout"; the facts that the step's conditions read come first. */
const char *evidence_line(struct page_maker *m, const struct evidence *e, const struct node *n);
/* "from NDES-ADMIN, no proxy, 14:02:11Z, 184 ms" */
const char *evidence_vantage(struct page_maker *m, const struct evidence *e);
/* Its sentence about what a condition reads, else its first; NULL when it has none. */
const char *evidence_said(struct page_maker *m, const struct evidence *e, const struct cond *when);
/* The step that measured it; NULL when none did. */
const struct node *evidence_step(const struct page_maker *m, const struct evidence *e);
/* Its sentence; where it has none, its line for that step. */
const char *evidence_told(struct page_maker *m, const struct evidence *e, const struct node *n,
                          const struct cond *when);
/* A run before or after a fix, with its time: "before 09:31   The URL answered 503." */
void pm_run(struct page_maker *m, const char *when, enum mark mark, const struct evidence *e,
            const struct node *n, const struct cond *why);
/* What was decided since the page before, a line each. */
void pm_decided(struct page_maker *m);
/* What was added to the page since it had n blocks is shown on demand. */
void pm_more(struct page_maker *m, size_t n);
/* The lines of a file that it rests on, as details. */
void evidence_pins(struct page_maker *m, const struct evidence *e, size_t most);
enum mark evidence_mark(const struct page_maker *m, const struct evidence *e);
/* A template with {url} {host} {port} {file} and the check's arguments. */
const char *fill_template(struct page_maker *m, const char *text, const struct probe_arg *args, size_t nargs);

/* The check that would tell the open causes apart best, why, and how to run it. */
void pm_proposal(struct page_maker *m);
void pm_ask(struct page_maker *m);
void pm_form(struct page_maker *m);
void pm_about(struct page_maker *m); /* after all else: what the help says of it */
/* What is missing at one place, as one block to hand over; false when nobody can say how to fetch it. */
bool pm_trip(struct page_maker *m, const struct input_def *const *missing, size_t n);
void pm_fix(struct page_maker *m);
void pm_end(struct page_maker *m);
/* What a ticket begins with, and the slots behind it. */
const struct brief *pm_brief(struct page_maker *m);
/* What can be done with a case that has ended. */
void pm_hand_over(struct page_maker *m);
enum mark pm_severity_mark(enum severity s);
void pm_confirm(struct page_maker *m);
/* The page that asks whose a computer is; false when nothing hangs on any. */
bool pm_whose(struct page_maker *m);
/* The page before a step: several causes that fit, or sources that disagree; false when there is none. */
bool pm_weigh(struct page_maker *m);
const struct cause_row *pm_row(const struct page_maker *m, const struct cause *c); /* page_fix.c */
/* Why one cause goes before another: "seen now, live". */
const char *pm_weight(struct page_maker *m, const struct cause_row *row);
/* The page that compares a fix with before; false when there is nothing to compare. */
bool pm_after(struct page_maker *m);
void pm_field(struct page_maker *m, const struct input_def *def);

#endif
