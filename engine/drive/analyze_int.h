/* Shared by the parts of analyze: the judgement of files. */
#ifndef CASEBOOK_ANALYZE_INT_H
#define CASEBOOK_ANALYZE_INT_H

#include <casebook/analyze.h>

/* The causes that these measurements show, by the judgement of a case; `symptoms`: also those that rest on
 * symptoms alone.  In mem; returns how many. */
size_t analyze_judge(const struct flow *flow, struct arena *mem, const struct evidence *const *files,
                     size_t n, bool symptoms, const struct cause *const **out);
/* Fills in what each file shows, and all together. */
void analyze_judge_all(struct analysis *a);

#endif
