/* cJSON with its memory in an arena. */
#ifndef CASEBOOK_MODEL_CJSON_H
#define CASEBOOK_MODEL_CJSON_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include <casebook/arena.h>
#include <casebook/err.h>

enum cjson_how {
	CJSON_STRICT, /* strings with NUL, which would be cut there, are refused */
	CJSON_CUT,    /* they are cut */
	CJSON_MARKED  /* a text that was read strictly, with control characters put in since */
};
/* Reads one text, nodes and strings in `mem`: nothing of it is to be freed.  Refuses what is not UTF-8,
 * control characters, and a text with something after it: NULL and *err then. */
cJSON *cjson_read(struct arena *mem, const char *text, size_t n, enum cjson_how how, struct err *err);

#endif
