/* cJSON with its memory in an arena. */
#ifndef CASEBOOK_MODEL_CJSON_H
#define CASEBOOK_MODEL_CJSON_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include <casebook/arena.h>
#include <casebook/err.h>

/* Reads one text, nodes and strings in `mem`: nothing of it is to be freed.  Refuses what is not UTF-8, and a
 * text with something after it.  Strings with NUL are cut there when `cut`, else refused.  NULL and *err
 * then. */
cJSON *cjson_read(struct arena *mem, const char *text, size_t n, bool cut, struct err *err);

#endif
