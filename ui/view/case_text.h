/* Case texts shared by panels: its evidence in order, an answer, how long a check took. */
#ifndef CASEBOOK_UI_CASE_TEXT_H
#define CASEBOOK_UI_CASE_TEXT_H

#include <casebook/replay.h>

/* The evidence of a case, newest last; `out` in mem. */
size_t evidence_of(const struct casefile *cf, struct arena *mem, const struct record ***out);
/* "184 ms", "12 s"; in mem. */
const char *took_text(struct arena *mem, uint32_t ms);
/* The answer given at a step, as it is labelled; NULL when none was. */
const char *visit_answer(const struct replay *r, const struct visit *p);

#endif
