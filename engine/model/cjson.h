/* cJSON with its memory in an arena. */
#ifndef CASEBOOK_MODEL_CJSON_H
#define CASEBOOK_MODEL_CJSON_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include <casebook/arena.h>
#include <casebook/err.h>

enum cjson_how {
	CJSON_STRICT, /* refuses strings with NUL, which would be truncated */
	CJSON_CUT,    /* truncates them */
	CJSON_MARKED  /* a strictly read text with control characters added since */
};
/* Reads one text; nodes and strings live in `mem`, so free nothing. Refuses invalid UTF-8, control
 * characters and trailing text: NULL and *err then. */
cJSON *cjson_read(struct arena *mem, const char *text, size_t n, enum cjson_how how, struct err *err);

#endif
