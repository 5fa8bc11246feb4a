/* The verbs of a command, `casebook COMMAND VERB ...`: one table for running, usage, help, manual and
 * completion. */
#ifndef CASEBOOK_VERBS_H
#define CASEBOOK_VERBS_H

#include <casebook/buf.h>

#include "cli.h"

struct verb {
	const char *name;          /* NULL ends the table */
	const char *args;          /* "CASE TEXT"; "" none */
	const char *opts;          /* "[--yes]", of its own; "" none */
	size_t least, most;        /* arguments */
	int (*run)(struct cli *c); /* c->args without the verb */
	const char *help;
};
#define VERB_ANY SIZE_MAX /* most: the verb counts itself */

/* Runs the verb that the first argument names. */
int verbs_run(struct cli *c);
/* "list|show ..." before the rest of the usage, as --help and the manual show it. */
void verbs_usage(const struct command *c, struct buf *out);
/* A line for each verb, then what else --help tells after the options; nothing when there is neither. */
void verbs_more(const struct command *c, struct buf *out);

#endif
