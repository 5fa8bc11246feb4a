/*
 * Options, help, exit codes: everything that all commands share.  Knows the
 * command table and the common options; knows nothing of what a command does.
 */
#include "config.h"
#include "verbs.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/buf.h>
#include <casebook/escape.h>
#include <casebook/nearest.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define OPTS_MAX 48
#define LETTER_BASE 256 /* getopt values of long options start past every letter */

const struct opt_def cli_common[] = {
        {"db", 0, OPT_VALUE, "FILE", "the case store (default: $XDG_DATA_HOME/casebook/cases.db)"},
        {"color", 0, OPT_VALUE, "WHEN", "auto, always or never"},
        {"ascii", 0, OPT_FLAG, NULL, "no characters beyond ASCII in marks and lines"},
        {"help", 'h', OPT_FLAG, NULL, "this help"},
        {"version", 0, OPT_FLAG, NULL, "the version"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

const struct exit_meaning cli_exits[] = {
        {EXIT_DONE, "done, no fault found"},
        {EXIT_PROGRAM, "the program failed"},
        {EXIT_USAGE, "wrong usage or a flow that does not check"},
        {EXIT_FAULT, "a fault was found"},
        {EXIT_INCONCLUSIVE, "inconclusive"},
        {EXIT_INTERRUPTED, "interrupted"},
        {EXIT_DONE, NULL},
};

#define ROW(name) extern const struct command cmd_##name;
#include "commands.def"
#undef ROW

const struct command *const commands[] = {
#define ROW(name) &cmd_##name,
#include "commands.def"
#undef ROW
        NULL,
};

bool cli_flag(const struct cli *c, const char *name)
{
	for (size_t i = 0; i < c->nset; i++)
		if (strcmp(c->set[i].def->name, name) == 0)
			return true;
	return false;
}

const char *cli_value(const struct cli *c, const char *name)
{
	const char *last = NULL;

	for (size_t i = 0; i < c->nset; i++)
		if (strcmp(c->set[i].def->name, name) == 0)
			last = c->set[i].value;
	return last;
}

const char *cli_nth(const struct cli *c, const char *name, size_t nth)
{
	for (size_t i = 0; i < c->nset; i++)
		if (strcmp(c->set[i].def->name, name) == 0 && nth-- == 0)
			return c->set[i].value;
	return NULL;
}

static void say(const char *text)
{
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	utf8_clean(&b, text, strlen(text), UTF8_LINES);
	fprintf(stderr, "casebook: %s\n", buf_cstr(&b));
	buf_release(&b);
}

bool cli_digits(const char *text, char out[CLI_DIGITS])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (n == CLI_DIGITS - 1 || hex_digit(*text) < 0)
			return false;
		out[n++] = (char)tolower((unsigned char)*text);
	}
	out[n] = '\0';
	return n >= 16;
}

int cli_fail(const struct err *err)
{
	say(err->msg[0] != '\0' ? err->msg : err_str(err->code));
	switch (err->code) {
	case FAIL_USAGE:
	case FAIL_NOT_FOUND:
	case FAIL_FORMAT:
		return EXIT_USAGE;
	case FAIL_NONE:
	case FAIL_MEMORY:
	case FAIL_IO:
	case FAIL_LIMIT:
	case FAIL_NET:
	case FAIL_DB:
	case FAIL_LOCKED:
	case FAIL_READONLY:
	case FAIL_FULL:
	case FAIL_CHILD:
	case FAIL_CONFLICT:
	case FAIL__MAX:
		break;
	}
	return EXIT_PROGRAM;
}

int cli_usage(const struct cli *c, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(text);
	if (c->command != NULL && c->command->name[0] != '\0')
		fprintf(stderr, "`casebook %s --help` shows how.\n", c->command->name);
	else
		fputs("`casebook --help` shows how.\n", stderr);
	return EXIT_USAGE;
}

int cli_no_such(const struct cli *c, const char *kind, const char *lists, const struct nearest *near)
{
	const char *best = nearest_found(near);

	if (best != NULL)
		return cli_usage(c, "there is no %s '%s'; did you mean '%s'?", kind, near->word, best);
	if (lists == NULL)
		return cli_usage(c, "there is no %s '%s'", kind, near->word);
	return cli_usage(c, "there is no %s '%s'; `%s` lists what there is", kind, near->word, lists);
}

bool cli_yes(void)
{
	char answer[16];

	fflush(stderr);
	return fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

int cli_out(const void *mem, size_t n)
{
	struct err err;

	if (fwrite(mem, 1, n, stdout) == n && fflush(stdout) == 0)
		return EXIT_DONE;
	if (errno == EPIPE)
		return EXIT_PROGRAM; /* a reader that has seen enough, as head does, is no news */
	err_set(&err, FAIL_IO, errno, "the output could not be written: %s", strerror(errno));
	return cli_fail(&err);
}

static void print_opts(const struct opt_def *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		char left[64];

		if (o->letter != 0)
			snprintf(left, sizeof(left), "-%c, --%s %s", o->letter, o->name,
			         o->arg != NULL ? o->arg : "");
		else
			snprintf(left, sizeof(left), "    --%s %s", o->name, o->arg != NULL ? o->arg : "");
		printf("  %-28s %s\n", left, o->help);
	}
}

static void print_command(const struct command *cmd)
{
	struct buf usage, more;

	buf_init(&usage, BUF_MAX_LINE);
	buf_init(&more, BUF_MAX_LINE);
	verbs_usage(cmd, &usage);
	verbs_more(cmd, &more);
	printf("Usage: casebook %s %s\n\n%c%s.\n\nOptions:\n", cmd->name, buf_cstr(&usage),
	       toupper((unsigned char)cmd->help[0]), cmd->help + 1);
	print_opts(cmd->opts);
	print_opts(cli_common);
	if (more.n != 0)
		printf("\n%s", buf_cstr(&more));
	buf_release(&usage);
	buf_release(&more);
}

static int print_help(const struct command *cmd)
{
	if (cmd == NULL || cmd->name[0] == '\0') {
		puts("casebook walks an admin through a fault, measures what can be measured and hands over "
		     "a case report.\n\nUsage: casebook [COMMAND] [options]\n\nCommands:");
		puts("  (none)     The wizard: open cases first, then the flows to start");
		for (size_t i = 0; commands[i] != NULL; i++)
			if (commands[i]->name[0] != '\0')
				printf("  %-10s %c%s\n", commands[i]->name,
				       toupper((unsigned char)commands[i]->help[0]), commands[i]->help + 1);
		puts("\nCommon options:");
		print_opts(cli_common);
		puts("\nExit codes:");
		for (size_t i = 0; cli_exits[i].means != NULL; i++)
			printf("  %-10d %s\n", (int)cli_exits[i].code, cli_exits[i].means);
		puts("\n`casebook COMMAND --help` explains each command.");
	} else {
		print_command(cmd);
	}
	return fflush(stdout) == 0 ? EXIT_DONE : EXIT_PROGRAM;
}

/* The option tables as getopt wants them; all[] keeps the row behind each value. */
static size_t build_table(const struct command *cmd, struct option *out, char *letters,
                          const struct opt_def **all)
{
	const struct opt_def *tables[] = {cmd != NULL ? cmd->opts : NULL, cli_common};
	size_t n = 0, l = 0;

	letters[l++] = ':'; /* a missing value is told apart from an unknown option */
	for (size_t t = 0; t < 2; t++) {
		for (const struct opt_def *o = tables[t]; o != NULL && o->name != NULL; o++, n++) {
			if (n + 1 >= OPTS_MAX)
				BUG("too many options");
			all[n] = o;
			out[n] = (struct option){o->name,
			                         o->kind == OPT_FLAG ? no_argument : required_argument, NULL,
			                         LETTER_BASE + (int)n};
			if (o->letter != 0) {
				letters[l++] = o->letter;
				if (o->kind != OPT_FLAG)
					letters[l++] = ':';
			}
		}
	}
	out[n] = (struct option){NULL, 0, NULL, 0};
	letters[l] = '\0';
	return n;
}

static const struct opt_def *opt_of(int got, const struct opt_def **all, size_t n)
{
	if (got >= LETTER_BASE)
		return all[got - LETTER_BASE];
	for (size_t i = 0; i < n; i++)
		if (all[i]->letter == got)
			return all[i];
	return NULL;
}

/*
 * -1202 is a code and no option, wherever it stands: getopt sees it without its minus.  Returns the
 * arguments that were cut so, NULL at the end; the caller frees.
 */
static char **hide_minus(int argc, char **argv)
{
	char **cut = xcalloc((size_t)argc + 1, sizeof(*cut));
	size_t n = 0;

	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && isdigit((unsigned char)argv[i][1]))
			cut[n++] = ++argv[i];
	return cut;
}

static char *with_minus(char *const *cut, char *arg)
{
	for (; *cut != NULL; cut++)
		if (*cut == arg)
			return arg - 1;
	return arg;
}

static int no_such_option(const struct cli *c, const struct opt_def *const *all, size_t n, const char *arg)
{
	char word[32];
	struct nearest near = {.word = word};
	const char *best;

	/* A letter may stand among others, and then getopt is not past their argument yet. */
	if (optopt != 0 && optopt < LETTER_BASE)
		return cli_usage(c, "unknown option -%c", optopt);
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(arg + 2, "="), arg + 2);
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, all[i]->name);
	best = nearest_found(&near);
	return cli_usage(c, "unknown option %s%s%s%s", arg, best != NULL ? "; did you mean --" : "",
	                 best != NULL ? best : "", best != NULL ? "?" : "");
}

static int parse_hidden(struct cli *c, int argc, char **argv, char *const *cut)
{
	const struct opt_def *all[OPTS_MAX];
	struct option table[OPTS_MAX];
	char letters[2 * OPTS_MAX + 2];
	size_t n = build_table(c->command, table, letters, all);
	int got;

	opterr = 0;
	optind = 1;
	c->set = xcalloc((size_t)argc + 1, sizeof(*c->set));
	while ((got = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		const struct opt_def *o = opt_of(got, all, n);

		if (got == ':')
			return cli_usage(c, "%s needs a value", argv[optind - 1]);
		if (got == '?' || o == NULL)
			return no_such_option(c, all, n, argv[optind - 1]);
		c->set[c->nset++] = (struct cli_set){o, with_minus(cut, optarg)};
	}
	c->args = argv + optind;
	c->nargs = (size_t)(argc - optind);
	for (size_t i = 0; i < c->nargs; i++)
		c->args[i] = with_minus(cut, c->args[i]);
	return EXIT_DONE;
}

static int parse(struct cli *c, int argc, char **argv)
{
	char **cut = hide_minus(argc, argv);
	int rc = parse_hidden(c, argc, argv, cut);

	free(cut);
	return rc;
}

static int common_options(struct cli *c)
{
	const char *when = cli_value(c, "color");
	const char *term = getenv("TERM");
	const char *off = getenv("NO_COLOR");

	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		/* Widths and cleaning need UTF-8 inside whatever the terminal speaks. */
		c->ascii = true;
		if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
			setlocale(LC_CTYPE, "en_US.UTF-8");
	}
	c->ascii = c->ascii || cli_flag(c, "ascii");
	c->db = cli_value(c, "db");
	if (when != NULL && strcmp(when, "auto") != 0 && strcmp(when, "always") != 0 &&
	    strcmp(when, "never") != 0)
		return cli_usage(c, "--color is auto, always or never, not '%s'", when);
	c->color = isatty(STDOUT_FILENO) && (off == NULL || off[0] == '\0') && term != NULL &&
	           strcmp(term, "dumb") != 0;
	if (when != NULL && strcmp(when, "auto") != 0)
		c->color = strcmp(when, "always") == 0;
	return EXIT_DONE;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int no_such_command(const struct cli *c, const char *name)
{
	struct nearest near = {.word = name};

	for (size_t i = 0; commands[i] != NULL; i++)
		if (commands[i]->name[0] != '\0')
			nearest_try(&near, commands[i]->name);
	return cli_no_such(c, "command", NULL, &near);
}

int cli_main(int argc, char **argv)
{
	bool named = argc > 1 && argv[1][0] != '-';
	struct cli c = {.command = find_command(named ? argv[1] : "")};
	int rc;

	if (named && c.command == NULL)
		return no_such_command(&c, argv[1]);
	rc = parse(&c, named ? argc - 1 : argc, named ? argv + 1 : argv);
	if (rc == EXIT_DONE && !cli_flag(&c, "help") && !cli_flag(&c, "version"))
		config_apply(&c);
	if (rc == EXIT_DONE)
		rc = common_options(&c);
	if (rc == EXIT_DONE) {
		if (cli_flag(&c, "help"))
			rc = print_help(c.command);
		else if (cli_flag(&c, "version"))
			rc = cli_out("casebook " CASEBOOK_VERSION "\n",
			             sizeof("casebook " CASEBOOK_VERSION "\n") - 1);
		else if (c.command == NULL)
			rc = print_help(NULL);
		else
			rc = c.command->run(&c);
	}
	free(c.set);
	return rc;
}
