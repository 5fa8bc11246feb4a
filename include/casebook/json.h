/* A JSON writer: commas, nesting and escaping in one place. */
#ifndef CASEBOOK_JSON_H
#define CASEBOOK_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <casebook/buf.h>
#include <casebook/value.h>

#define JSONW_DEPTH 40

struct jsonw {
	struct buf *out;
	unsigned depth;
	bool some[JSONW_DEPTH]; /* this depth already has an item */
	bool keyed;             /* a key was just written */
};

void jsonw_init(struct jsonw *j, struct buf *out);
void jsonw_open(struct jsonw *j, char bracket); /* '{' or '[' */
void jsonw_close(struct jsonw *j, char bracket);
void jsonw_key(struct jsonw *j, const char *key);
void jsonw_str(struct jsonw *j, const char *s); /* NULL writes null */
void jsonw_int(struct jsonw *j, int64_t i);
void jsonw_bool(struct jsonw *j, bool b);
void jsonw_null(struct jsonw *j);
void jsonw_value(struct jsonw *j, const struct value *v); /* NULL writes null */
void jsonw_time(struct jsonw *j, int64_t ms);
/* key and value in one call */
void jsonw_kstr(struct jsonw *j, const char *key, const char *s);
void jsonw_kint(struct jsonw *j, const char *key, int64_t i);
void jsonw_kbool(struct jsonw *j, const char *key, bool b);
void jsonw_kint_if(struct jsonw *j, const char *key, int64_t i, bool known); /* else null */
void jsonw_ktime_if(struct jsonw *j, const char *key, int64_t ms, bool known);
/* Opens an object on its own line, item i of the open list: for diff and grep. */
void jsonw_open_line(struct jsonw *j, size_t i);
/* Ends a document: closes the list and the object around it, and ends the line. */
void jsonw_end_list(struct jsonw *j);
/* Texts of some members (keys ends with NULL) of a foreign JSON object, in mem; NULL when absent. Integers
 * come as decimal text; other members are ignored. 0 or -1. */
int json_pick(struct arena *mem, const char *text, size_t n, const char *const keys[], const char *out[],
              struct err *err) MUST_CHECK;
/* The escaped text between the quotes, foreign bytes cleaned. */
void json_escape(struct buf *out, const char *s, size_t n);

#endif
