/*
 * Runs at build time and writes what shells and `man` read: the manual page and the completions.
 * Knows the tables of commands, options and keys; has no list of its own.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/flow.h>
#include <casebook/probe.h>
#include <casebook/report.h>

#include "cli.h"
#include "doc.h"
#include "keymap.h"
#include "verbs.h"

typedef void each_opt(const struct opt_def *o);

static void each(const struct opt_def *o, each_opt *put)
{
	for (; o != NULL && o->name != NULL; o++)
		put(o);
}

/* TEXT with a backslash before every character of SPECIAL, and what QUOTE is replaced by where a
 * shell's quoted string has no escape for it. */
static void escaped(const char *text, const char *special, const char *quote)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'' && quote != NULL) {
			fputs(quote, stdout);
			continue;
		}
		if (strchr(special, *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

static void verbs(const struct command *c)
{
	for (const struct verb *v = c->verbs; v->name != NULL; v++)
		printf("%s%s", v == c->verbs ? "" : " ", v->name);
}

static bool takes_path(const struct opt_def *o)
{
	return o->arg != NULL &&
	       (strcmp(o->arg, "FILE") == 0 || strcmp(o->arg, "PATH") == 0 || strcmp(o->arg, "FOLDER") == 0);
}

/* The i-th of the few values that an option takes; NULL past the last. */
static const char *value_at(const struct opt_def *o, size_t i)
{
	static const char *const when[] = {"auto", "always", "never"};
	const size_t levels = 3;

	if (strcmp(o->name, "format") == 0)
		return report_formats[i] != NULL ? report_formats[i]->name : NULL;
	if (strcmp(o->name, "redact") == 0)
		return i < levels ? redact_level_name((enum redact_level)i) : NULL;
	if (strcmp(o->name, "color") == 0)
		return i < sizeof(when) / sizeof(when[0]) ? when[i] : NULL;
	return NULL;
}

static void values(const struct opt_def *o, const char *between)
{
	for (size_t i = 0; value_at(o, i) != NULL; i++)
		printf("%s%s", i != 0 ? between : "", value_at(o, i));
}

/* The i-th word that may follow a command whose usage begins with ID or [FLOW]. */
static const char *word_at(const struct command *c, size_t i)
{
	if (strncmp(c->usage, "ID", 2) == 0 || strncmp(c->usage, "[ID", 3) == 0)
		return probe_table[i] != NULL ? probe_table[i]->id : NULL;
	return strncmp(c->usage, "[FLOW]", 6) == 0 ? builtin_flows[i].id : NULL;
}

/* What may stand second: verbs, checks or flows. */
static bool has_words(const struct command *c)
{
	return c->verbs != NULL || word_at(c, 0) != NULL;
}

static void words(const struct command *c)
{
	if (c->verbs != NULL)
		verbs(c);
	else
		for (size_t i = 0; word_at(c, i) != NULL; i++)
			printf("%s%s", i != 0 ? " " : "", word_at(c, i));
}

/* ---- man ---- */

void roff(const char *text)
{
	bool begin = true;

	for (; *text != '\0'; begin = *text == '\n', text++) {
		if (begin && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	}
}

static void man_opt(const struct opt_def *o)
{
	puts(".TP");
	fputs("\\fB", stdout);
	if (o->letter != 0)
		printf("\\-%c\\fR, \\fB", o->letter);
	fputs("\\-\\-", stdout);
	roff(o->name);
	fputs("\\fR", stdout);
	if (o->arg != NULL)
		printf(" \\fI%s\\fR", o->arg);
	putchar('\n');
	roff(o->help);
	putchar('\n');
}

static void man_command(const struct command *c)
{
	struct buf usage, more;

	buf_init(&usage, BUF_MAX_LINE);
	buf_init(&more, BUF_MAX_LINE);
	verbs_usage(c, &usage);
	verbs_more(c, &more);
	fputs(".SS casebook ", stdout);
	roff(c->name);
	putchar(' ');
	roff(buf_cstr(&usage));
	putchar('\n');
	putchar(toupper((unsigned char)c->help[0]));
	roff(c->help + 1);
	puts(".");
	each(c->opts, man_opt);
	if (more.n != 0)
		puts(".PP\n.nf");
	for (const char *line = buf_cstr(&more); *line != '\0';) {
		size_t n = strcspn(line, "\n");
		char *one = strndup(line, n);

		if (n == 0)
			puts(".sp");
		else
			roff(one);
		if (n != 0)
			putchar('\n');
		free(one);
		line += n + (line[n] != '\0');
	}
	if (more.n != 0)
		puts(".fi");
	buf_release(&usage);
	buf_release(&more);
}

static void man_keys(void)
{
	struct place at;

	for (size_t i = 0; place_nth(i, &at); i++) {
		fputs(".SS ", stdout);
		roff(place_title(at));
		putchar('\n');
		for (struct key_walk w = {.at = at}; keymap_next(&w);) {
			char label[24];

			if (w.b.help == NULL)
				continue;
			fputs(".TP\n\\fB", stdout);
			roff(key_label(w.b.key, label));
			puts("\\fR");
			roff(w.b.help);
			putchar('\n');
		}
	}
}

static void man(void)
{
	puts(".TH CASEBOOK 1 \"\" \"casebook " CASEBOOK_VERSION "\" \"User Commands\"\n.SH NAME\n"
	     "casebook \\- walk through a fault, measure it, hand over a case report\n.SH SYNOPSIS\n"
	     "\\fBcasebook\\fR [\\fICOMMAND\\fR] [\\fIoptions\\fR]\n.SH DESCRIPTION\n"
	     "Without a command the wizard starts: open cases first, then the flows to begin a case with.\n"
	     "Data goes to standard output, messages to standard error.\n.SH COMMANDS");
	for (size_t i = 0; commands[i] != NULL; i++)
		if (commands[i]->name[0] != '\0')
			man_command(commands[i]);
	puts(".SH OPTIONS OF EVERY COMMAND");
	each(cli_common, man_opt);
	puts(".SH KEYS");
	man_keys();
	puts(".SH EXIT STATUS");
	for (size_t i = 0; cli_exits[i].means != NULL; i++)
		printf(".TP\n\\fB%d\\fR\n%s\n", cli_exits[i].code, cli_exits[i].means);
	puts(".SH ENVIRONMENT\n.TP\n\\fBXDG_DATA_HOME\\fR\nwhere casebook/cases.db lies\n.TP\n"
	     "\\fBXDG_CONFIG_HOME\\fR\nwhere casebook/config lies, which `casebook config` shows and sets\n.TP\n"
	     "\\fBNO_COLOR\\fR\nwhen set to anything: no colours\n.TP\n\\fBTERM\\fR\n"
	     "\"dumb\": line by line, no screen control\n.TP\n\\fBSOURCE_DATE_EPOCH\\fR\n"
	     "the time of a report, for reproducible output\n.TP\n"
	     "\\fBhttps_proxy\\fR, \\fBhttp_proxy\\fR, \\fBall_proxy\\fR, \\fBno_proxy\\fR\n"
	     "the proxy of checks without --proxy, as curl reads them\n.TP\n"
	     "\\fBTMPDIR\\fR\nwhere temporary files go\n.TP\n"
	     "\\fBCASEBOOK_PROBE\\fR, \\fBCASEBOOK_ZIP\\fR, \\fBCASEBOOK_PRACTICE\\fR\n"
	     "the helper programs casebook-probe, casebook-zip and casebook-practice, when they lie neither beside casebook\n"
	     "nor in ../libexec/casebook\n.SH SEE ALSO\n.BR casebook\\-probes (7),\n.BR casebook\\-flow (5)");
}

/* ---- bash ---- */

static void bash_opt(const struct opt_def *o)
{
	printf(" --%s", o->name);
}

static void bash_path_opt(const struct opt_def *o)
{
	if (takes_path(o))
		printf("--%s|", o->name);
}

/* One option name has the same values wherever it stands. */
static void bash_value_opt(const struct opt_def *o)
{
	if (value_at(o, 0) == NULL)
		return;
	printf("\t--%s", o->name);
	if (o->letter != 0)
		printf("|-%c", o->letter);
	fputs(") COMPREPLY=($(compgen -W '", stdout);
	values(o, " ");
	puts("' -- \"$cur\")); return ;;");
}

static void bash(void)
{
	puts("# bash completion of casebook\n_casebook() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options "
	     "verbs\n\tCOMPREPLY=()");
	fputs("\tlocal common='", stdout);
	each(cli_common, bash_opt);
	puts("'\n\tcase ${COMP_WORDS[1]} in");
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (commands[i]->name[0] == '\0')
			continue;
		printf("\t%s) options='", commands[i]->name);
		each(commands[i]->opts, bash_opt);
		fputs("' verbs='", stdout);
		words(commands[i]);
		puts("' ;;");
	}
	puts("\tesac\n\tcase $prev in");
	for (size_t i = 0; commands[i] != NULL; i++)
		each(commands[i]->opts, bash_value_opt);
	each(cli_common, bash_value_opt);
	putchar('\t');
	for (size_t i = 0; commands[i] != NULL; i++)
		each(commands[i]->opts, bash_path_opt);
	fputs("--db) ;;\n\t*)\n\t\tif [[ $cur == -* ]]; then\n"
	      "\t\t\tCOMPREPLY=($(compgen -W \"$options $common\" -- \"$cur\"))\n\t\t\treturn\n"
	      "\t\telif ((COMP_CWORD == 1)); then\n\t\t\tCOMPREPLY=($(compgen -W '",
	      stdout);
	for (size_t i = 0; commands[i] != NULL; i++)
		printf("%s%s", commands[i]->name, commands[i]->name[0] != '\0' ? " " : "");
	puts("' -- \"$cur\"))\n\t\t\treturn\n\t\telif ((COMP_CWORD == 2)) && [[ -n $verbs ]]; then\n"
	     "\t\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n"
	     "\t\t\t[ ${#COMPREPLY[@]} = 0 ] || return\n\t\tfi ;;\n\tesac\n"
	     "\tcompopt -o filenames 2>/dev/null\n\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n}\n"
	     "complete -F _casebook casebook");
}

/* ---- zsh ---- */

static void zsh_spec(const struct opt_def *o, const char *before, const char *name)
{
	printf(" \\\n\t\t'%s%s%s[", o->kind == OPT_LIST ? "*" : "", before, name);
	escaped(o->help, "[]\\:", "'\\''");
	putchar(']');
	if (o->arg != NULL)
		printf(":%s:%s", o->arg, takes_path(o) ? "_files" : "");
	if (value_at(o, 0) != NULL) {
		putchar('(');
		values(o, " ");
		putchar(')');
	}
	putchar('\'');
}

static void zsh_opt(const struct opt_def *o)
{
	char letter[2] = {o->letter, '\0'};

	zsh_spec(o, "--", o->name);
	if (o->letter != 0)
		zsh_spec(o, "-", letter);
}

static void zsh(void)
{
	puts("#compdef casebook\n_casebook() {\n\tlocal -a commands=(");
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (commands[i]->name[0] == '\0')
			continue;
		printf("\t\t'%s:", commands[i]->name);
		escaped(commands[i]->help, "\\:", "'\\''");
		puts("'");
	}
	puts("\t)\n\tif ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n"
	     "\t\t_describe command commands\n\t\treturn\n\tfi\n\tcase $words[2] in");
	for (size_t i = 0; commands[i] != NULL; i++) {
		const struct command *c = commands[i];

		printf("\t%s)\n\t\t_arguments", c->name[0] != '\0' ? c->name : "*");
		if (c->name[0] != '\0')
			fputs(" \\\n\t\t'1:command:'", stdout);
		if (has_words(c)) {
			fputs(c->verbs != NULL ? " \\\n\t\t'2:verb:(" : " \\\n\t\t'2:name:(", stdout);
			words(c);
			fputs(")'", stdout);
		}
		each(c->opts, zsh_opt);
		each(cli_common, zsh_opt);
		puts(" \\\n\t\t'*:file:_files' ;;");
	}
	puts("\tesac\n}\n_casebook \"$@\"");
}

/* ---- fish ---- */

static const char *fish_command; /* whose options are being written */

static void fish_opt(const struct opt_def *o)
{
	fputs("complete -c casebook", stdout);
	if (fish_command != NULL)
		printf(" -n '__fish_seen_subcommand_from %s'", fish_command);
	if (o->letter != 0)
		printf(" -s %c", o->letter);
	printf(" -l %s%s", o->name, o->arg == NULL ? "" : takes_path(o) ? " -r -F" : " -x");
	if (value_at(o, 0) != NULL) {
		fputs(" -a '", stdout);
		values(o, " ");
		putchar('\'');
	}
	fputs(" -d '", stdout);
	escaped(o->help, "\\'", NULL);
	puts("'");
}

static void fish(void)
{
	puts("# fish completion of casebook");
	for (size_t i = 0; commands[i] != NULL; i++) {
		const struct command *c = commands[i];

		if (c->name[0] == '\0')
			continue;
		printf("complete -c casebook -n __fish_use_subcommand -f -a %s -d '", c->name);
		escaped(c->help, "\\'", NULL);
		puts("'");
		if (has_words(c)) {
			printf("complete -c casebook -n '__fish_seen_subcommand_from %s' -a '", c->name);
			words(c);
			puts("'");
		}
		fish_command = c->name;
		each(c->opts, fish_opt);
	}
	fish_command = NULL;
	each(cli_common, fish_opt);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*write)(void);
	} kinds[] = {{"man", man}, {"probes", man_probes}, {"bash", bash}, {"zsh", zsh}, {"fish", fish}};

	for (size_t i = 0; argc == 2 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) == 0) {
			kinds[i].write();
			return fflush(stdout) == 0 ? EXIT_DONE : EXIT_PROGRAM;
		}
	}
	fputs("casebook-doc: man, probes, bash, zsh or fish\n", stderr);
	return EXIT_USAGE;
}
