/*
 * The objects of a text that holds JSON: an array of them, one a line, or one after another, as
 * ConvertTo-Json, log shippers and converters of event logs write it. What stands between them is passed
 * over; an object that is no JSON is counted.
 */
#ifndef CASEBOOK_FILE_JSON_H
#define CASEBOOK_FILE_JSON_H

#include <casebook/value.h>

#include "file_text.h"

struct sample;

#define FILE_JSON_OBJECT (1u << 20) /* bytes of one object; an event holds at most 64 KB */

/* The text begins with an object, or with a list of objects. */
bool file_json_is(const struct sample *s);

/* Where one object ends: braces outside of strings, byte by byte. */
struct json_braces {
	unsigned depth; /* 0: outside of any object */
	bool in_string, escaped;
};
bool json_braces_end(struct json_braces *b, char c); /* c ends the outermost object */

struct file_json;
struct file_json *file_json_over(struct file_text *text); /* remains the caller's */
void file_json_free(struct file_json *j);
/* 1 an object, whose value and text live until the next call; 0 the end, -1 damaged from here on. Line and
 * offset are those of its beginning.  Fractions and numbers of 19 digits come as texts. */
int file_json_next(struct file_json *j, struct value *out, struct file_line *at, struct err *err) MUST_CHECK;
uint64_t file_json_bad(const struct file_json *j); /* objects that are no JSON, or too long */

/* A member by name, ASCII case folded; NULL when it is not there or v is no map. */
const struct value *file_json_find(const struct value *v, const char *key);

#endif
