/* One collection: rows of the table that are asked, what came of each, and the folder where it goes. */
#ifndef CASEBOOK_FETCH_H
#define CASEBOOK_FETCH_H

#include "learn.h"
#include "outcome.h"
#include "remote.h"
#include "shell.h"

enum row_state { ROW_OUT, ROW_WAITS, ROW_RUNS, ROW_FILE, ROW_REMOVED, ROW_DONE };
struct row {
	const struct collector *c;
	enum row_state state;
	struct remote_job job;
	char temp[64]; /* FORM_TEMP: its file's bare name */
	enum outcome outcome;
	const char *words;
	int64_t began_ms, took_ms;
	size_t bytes;
	long code;
	bool kept;
};
struct fetch {
	struct arena *mem;
	struct remote remote;
	enum shell_kind shell;
	struct learned learned;
	struct row rows[COLLECT_MOST];
	size_t nrows;
	int folder;
};

/* Which rows are asked: these and no others, since the person was shown these. */
void fetch_choose(struct fetch *f, char *const *ids, size_t nids);
/* Asks them, tells each on standard output. False when one that should be there is missing. */
bool fetch_run(struct fetch *f);
/* about.txt: whose the folder is, when, and a line for each row. 0 or errno. */
int fetch_about(struct fetch *f);

/* Formatted text to a descriptor, at most 2 KB. */
void fetch_tell(int fd, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* row.c: what came of a command. */
void row_settle(struct fetch *f, struct row *r);
/* row_file.c: starts reading the row's logs, or its temporary file, by SFTP in a child. */
int row_logs(struct fetch *f, struct row *r, struct err *err) MUST_CHECK;
int row_temp(struct fetch *f, struct row *r, struct err *err) MUST_CHECK;
void row_logs_settle(struct row *r, struct arena *mem);

#endif
