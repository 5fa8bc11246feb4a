/* Pages, cases and flows made by hand, as the engine would give them to a view. */
#ifndef TESTS_UI_PAGES_H
#define TESTS_UI_PAGES_H

#include "view.h"

const struct page *page_question(void);  /* checks done, an answer proposed */
const struct page *page_measuring(void); /* the same while checks run */
const struct page *page_form(void);
const struct page *page_file(void); /* a question that lacks a file */
const struct page *page_fix(void);
const struct page *page_end(void);
const struct page *page_confirm(void);
const struct page *page_long(void); /* more text and answers than any screen holds */

const struct start_data *start_full(void);
const struct start_data *start_empty(void);

const struct diagnosis *some_causes(void);
const struct replay *some_replay(void);
const struct replay *some_certificates(struct arena *mem);
const struct evidence *some_evidence(void);

#define PAGES_NOW_MS 1795356131000 /* 2026-11-22T14:02:11Z */

#endif
