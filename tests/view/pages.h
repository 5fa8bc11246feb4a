/* Pages, cases and flows made by hand, as the engine would give them to a view. */
#ifndef TESTS_UI_PAGES_H
#define TESTS_UI_PAGES_H

#include "panel.h"

const struct page *page_question(void);  /* checks done, an answer proposed */
const struct page *page_measuring(void); /* the same while checks run */
const struct page *page_form(void);
const struct page *page_file(void); /* a question that lacks a file */
const struct page *page_fix(void);
const struct page *page_end(void);
const struct page *page_confirm(void);
const struct page *page_dispute(void); /* of two files; a third settles it */
const struct page *page_trip(void);    /* two files are fetched by one command */
const struct page *page_long(void);    /* more text and answers than any screen holds */

const struct start_data *start_full(void);
const struct start_data *start_empty(void);

struct replay *some_replay(void);
/* The case that the golden of a panel shows; some_replay() unless that has nothing of the kind. */
struct replay *replay_for(const struct panel *p, struct arena *mem);
const char *some_report(void);
const char *some_replaced(void);
const char *some_copy(void);
const char *some_explained(void);
const char *some_about(void);

#define PAGES_NOW_MS 1795356131000 /* 2026-11-22T14:02:11Z */

#endif
