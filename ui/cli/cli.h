/*
 * The command line as tables: one row per command in commands.def, one file
 * cmd_<name>.c each.  Parsing is getopt_long over the command's own option table.
 */
#ifndef CASEBOOK_CLI_H
#define CASEBOOK_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/err.h>

enum opt_kind { OPT_FLAG, OPT_VALUE, OPT_LIST /* repeatable */ };
struct opt_def {
	const char *name; /* "json"; the table ends with NULL */
	char letter;      /* 'f' or 0 */
	enum opt_kind kind;
	const char *arg; /* "FILE"; NULL for flags */
	const char *help;
};

struct cli {
	const struct command *command;
	struct cli_set {
		const struct opt_def *def;
		const char *value; /* NULL for flags */
	} * set;
	size_t nset;
	char **args; /* the remaining arguments */
	size_t nargs;
	bool ascii;     /* --ascii, or a locale that is not UTF-8 */
	bool color;     /* after --color, NO_COLOR, TERM and isatty(1) */
	const char *db; /* --db, NULL: the default place */
};

struct verb;
struct command {
	const char *name;
	const char *usage;          /* "[FLOW] [options]"; what follows the verbs */
	const char *help;           /* one line for the list */
	const struct opt_def *opts; /* besides the common ones; NULL when none */
	int (*run)(struct cli *c);  /* returns the exit code */
	const char *more;           /* paragraphs after the options in --help; NULL when none */
	const struct verb *verbs;   /* verbs.h; run is verbs_run then.  NULL when it has none */
};
/* A row ROW(name) in commands.def names cmd_<name>.c, which defines
 * `const struct command cmd_<name>`.  The command named "" runs when none is given. */
extern const struct command *const commands[]; /* ends with NULL */

enum exit_code {
	EXIT_DONE = 0,
	EXIT_PROGRAM = 1,
	EXIT_USAGE = 2,
	EXIT_FAULT = 3,
	EXIT_INCONCLUSIVE = 4,
	EXIT_INTERRUPTED = 130
};

int cli_main(int argc, char **argv); /* all of main() but the set-up of the process */

/* For help and manual page. */
extern const struct opt_def cli_common[]; /* options of every command; ends with a NULL name */
extern const struct exit_meaning {
	enum exit_code code;
	const char *means; /* NULL ends the table */
} cli_exits[];

bool cli_flag(const struct cli *c, const char *name);
const char *cli_value(const struct cli *c, const char *name); /* the last one given; NULL when none */
/* The i-th value of a repeatable option; NULL past the end. */
const char *cli_nth(const struct cli *c, const char *name, size_t i);
/* The digits of a hash that a person copied, 16 to 64 hexadecimal ones, blanks between them as a report has
 * them; in lower case. False for anything else. */
#define CLI_DIGITS 65
bool cli_digits(const char *text, char out[CLI_DIGITS]);
/* "casebook: MESSAGE" on stderr, cleaned; returns the error's exit code. */
int cli_fail(const struct err *err);
/* The same with its own words; always EXIT_USAGE, points at --help. */
int cli_usage(const struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* cli_usage() for a word that is none of its kind ("command", "check"), with the one that it was meant to be
 * when `near` was tried with those that are, else with the command that lists them, when there is one. */
struct nearest;
int cli_no_such(const struct cli *c, const char *kind, const char *lists, const struct nearest *near);
int cli_no_such_check(const struct cli *c, const char *word);
/* Reads the answer to a question that stands on stderr and ends with "[y/N] "; true for y. */
bool cli_yes(void);
/* Writes everything to stdout or fails with EXIT_PROGRAM: on a full disk, or silently when the reader has
 * left. */
int cli_out(const void *mem, size_t n);

#endif
