/*
 * Entries of a log in the form of CMTrace (<![LOG[text]LOG]!><time="..." date="..." ...>), which may span
 * lines, and of .svclog (E2ETraceEvent, one XML element an entry), which WCF writes.  Pure readers of lines.
 */
#ifndef CASEBOOK_CMTRACE_H
#define CASEBOOK_CMTRACE_H

#include "tool_read.h"

struct cmtrace_entry {
	struct slice text, component;
	int64_t time_ms; /* UTC when the zone is said; PIN_NO_TIME without a time */
	bool local;      /* the zone is not said: local time, read as UTC */
	int type;        /* 1 information, 2 warning, 3 error; 0 not said */
	uint64_t line, offset;
};

struct cmtrace;
struct cmtrace *cmtrace_new(void (*each)(void *arg, const struct cmtrace_entry *e), void *arg);
void cmtrace_free(struct cmtrace *c);
void cmtrace_line(struct cmtrace *c, const struct file_line *line);

bool cmtrace_is(const struct sample *s);
bool svclog_is(const struct sample *s);

#endif
