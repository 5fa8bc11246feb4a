/*
 * Turns entries from macOS `log show --style json` or `ndjson` into the lines of the other styles: time,
 * kind, process, message. An entry that is not JSON is left out and named.
 */
#ifndef CASEBOOK_DEV_JSON_H
#define CASEBOOK_DEV_JSON_H

#include "file_text.h"

struct sample;
bool dev_json_is(const struct sample *s);

struct dev_json;
struct dev_json *dev_json_over(struct file_text *text); /* remains the caller's */
void dev_json_free(struct dev_json *j);
/* As file_text_next(): 1 an entry, 0 the end, -1 the end with some damage on the way. Line number and
 * offset are those of the entry's start. */
int dev_json_next(struct dev_json *j, struct file_line *line, struct err *err) MUST_CHECK;

#endif
