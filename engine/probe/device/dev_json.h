/*
 * What `log show --style json` and `--style ndjson` of macOS write, entry by entry, as the lines that
 * the other styles have: time, kind, process, message.  An entry that is no JSON is left out and named.
 */
#ifndef CASEBOOK_DEV_JSON_H
#define CASEBOOK_DEV_JSON_H

#include "file_text.h"

struct sample;
bool dev_json_is(const struct sample *s);

struct dev_json;
struct dev_json *dev_json_over(struct file_text *text); /* which stays the caller's */
void dev_json_free(struct dev_json *j);
/* As file_text_next(): 1 an entry, 0 the end, -1 the end and something was damaged.  The line's number and
 * offset are those where the entry begins. */
int dev_json_next(struct dev_json *j, struct file_line *line, struct err *err) MUST_CHECK;

#endif
