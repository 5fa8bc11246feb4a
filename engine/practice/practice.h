/* A practice case: a faulty server on loopback and the files that belong to its fault, from a scenario's
 * folder. */
#ifndef CASEBOOK_PRACTICE_H
#define CASEBOOK_PRACTICE_H

#include <stdbool.h>
#include <stdint.h>

#include <casebook/arena.h>
#include <casebook/buf.h>

struct pair {
	const char *key, *value;
};
/* A list of pairs; key "" where the YAML is a list of words. */
struct pairs {
	struct pair *at;
	size_t n;
};

/* scenario.yaml. */
struct scenario {
	const char *name, *folder;
	const char *story;   /* what is known at the start */
	const char *truth;   /* what is the matter, in words */
	const char *front;   /* "none", a row of fronts.def, "raw" or "raw+" and a row */
	struct pairs inputs; /* what the caller said */
	struct pairs bytes;  /* file: "utf-16 crlf" */
	struct pairs mtimes; /* file: "-3d" */
	struct pairs causes; /* what is to be found; alternatives with | between them */
	const char *verdict; /* the first one that is right */
	bool playable;       /* all of it is something that practice can show */
};
/* NULL, with a message that names file and line, when it is no scenario.  Lives in mem. */
struct scenario *scenario_load(struct arena *mem, const char *folder, struct err *err);

/* TEXT, which ends with NUL after its n bytes, with each {{OFFSET FORMAT}} replaced by that time, relative to
 * now_ms; -1 and a message for a placeholder that names no time. */
int moment_expand(struct buf *out, const char *text, size_t n, int64_t now_ms, struct err *err) MUST_CHECK;
/* now_ms moved by signed terms: "-3d", "-2h30m". */
bool moment_move(const char *offset, size_t n, int64_t now_ms, int64_t *out_ms);

/* TEXT as the field sends it: words of crlf, bom, and a character set of iconv; -1 when it cannot be written
 * so. */
int bytes_encode(struct buf *out, const char *text, size_t n, const char *words, struct err *err) MUST_CHECK;

/* Writes every file below SOURCE into TARGET, which it makes, times and encodings put in. */
int layout_write(const struct scenario *s, const char *source, const char *target, int64_t now_ms,
                 struct err *err) MUST_CHECK;
#define FILE_MOST (8u << 20)
/* A whole file, or an error when out cannot hold it. */
int file_read(const char *path, struct buf *out, struct err *err) MUST_CHECK;

#endif
