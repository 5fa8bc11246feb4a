/* casebook config: which options hold without being given, where each comes from, and setting one. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/arena.h>
#include <casebook/buf.h>
#include <casebook/nearest.h>
#include <casebook/store.h>
#include <casebook/utf8.h>

/* The options that a key may stand for, so that this command shows them as given. */
static const struct opt_def opts[] = {
        {"person", 0, OPT_VALUE, "NAME", "shown as given"},
        {"role", 0, OPT_VALUE, "ROLE", "shown as given"},
        {"ca", 0, OPT_VALUE, "FILE", "shown as given"},
        {"proxy", 0, OPT_VALUE, "URL", "shown as given"},
        {"timeout", 0, OPT_VALUE, "S", "shown as given"},
        {"desk", 0, OPT_VALUE, "WHERE", "shown as given"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

/* "NO_COLOR says: never"; NULL: no variable says anything. */
static const char *from_environment(struct arena *mem, const struct config_key *k, const char **from)
{
	for (size_t i = 0; k->env[i] != NULL; i++) {
		const char *value = getenv(k->env[i]);

		if (value == NULL || value[0] == '\0')
			continue;
		*from = arena_fmt(mem, "environment, %s", k->env[i]);
		return strcmp(k->env[i], "NO_COLOR") == 0 ? "never" : value;
	}
	return NULL;
}

static const char *by_default(struct arena *mem, const char *name)
{
	struct err err;
	char *path;
	const char *out;

	if (strcmp(name, "color") == 0)
		return "auto";
	if (strcmp(name, "ascii") == 0)
		return "no";
	if (strcmp(name, "db") != 0)
		return NULL;
	path = store_default_path(false, &err);
	out = arena_strdup(mem, path);
	free(path);
	return out;
}

/* The command line was filled up from the file: what is there and is not the file's was given. */
static const char *in_force(struct cli *c, struct arena *mem, const struct config_key *k, const char *path,
                            const char **from)
{
	unsigned line = 0;
	const char *file = config_value(k->name, &line), *given = cli_value(c, k->name), *value;

	if (cli_flag(c, k->name) && (given == NULL ? file == NULL : given != file)) {
		*from = "command line";
		return given != NULL ? given : "yes";
	}
	if (file != NULL) {
		*from = arena_fmt(mem, "%s line %u", path, line);
		return file;
	}
	value = from_environment(mem, k, from);
	if (value != NULL)
		return value;
	*from = "default";
	return by_default(mem, k->name);
}

static void put_row(struct buf *out, struct cli *c, struct arena *mem, const struct config_key *k,
                    const char *path)
{
	const char *from, *value = in_force(c, mem, k, path, &from);
	size_t n = value != NULL ? utf8_width(value, strlen(value)) : 1;

	buf_fmt(out, "%-8s  ", k->name);
	if (value != NULL)
		utf8_clean(out, value, strlen(value), UTF8_ONE_LINE);
	else
		buf_char(out, '-');
	buf_fmt(out, "%*s  ", n < 32 ? (int)(32 - n) : 0, "");
	utf8_clean(out, from, strlen(from), UTF8_ONE_LINE);
	buf_char(out, '\n');
}

static int show(struct cli *c, const struct config_key *only)
{
	struct arena *mem = arena_new();
	char path[4096];
	struct buf out;
	int rc;

	if (!config_path(path, sizeof(path)))
		path[0] = '\0';
	buf_init(&out, BUF_MAX_TEXT);
	for (const struct config_key *k = config_keys; k->name != NULL; k++)
		if (only == NULL || only == k)
			put_row(&out, c, mem, k, path);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	arena_free(mem);
	return rc;
}

static int set(struct cli *c, const struct config_key *k, const char *value)
{
	const char *wrong = value[0] != '\0' ? config_wrong(k, value) : NULL;
	struct err err;

	if (wrong != NULL)
		return cli_usage(c, "%s: %s", k->name, wrong);
	return config_write(k->name, value[0] != '\0' ? value : NULL, &err) == 0 ? EXIT_DONE : cli_fail(&err);
}

/* Once, where somebody is there and nothing was set: Enter leaves it open, and is remembered as well. */
static int ask(void)
{
	static const char *const asked[][2] = {
	        {"person", "Your name, as reports shall show it (Enter: none): "},
	        {"role", "What as, such as service desk (Enter: none): "}};
	char path[4096], line[CONFIG_TEXT];
	struct err err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !config_path(path, sizeof(path)) ||
	    access(path, F_OK) == 0)
		return EXIT_DONE;
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		fputs(asked[i][1], stdout);
		if (fflush(stdout) != 0 || fgets(line, sizeof(line), stdin) == NULL)
			return EXIT_DONE;
		line[strcspn(line, "\r\n")] = '\0';
		if (config_write(asked[i][0],
		                 line[0] != '\0' && config_wrong(config_key(asked[i][0]), line) == NULL
		                         ? line
		                         : NULL,
		                 &err) != 0)
			return cli_fail(&err);
	}
	return EXIT_DONE;
}

static int no_such_key(const struct cli *c)
{
	struct nearest near = {.word = c->args[0]};

	for (const struct config_key *k = config_keys; k->name != NULL; k++)
		nearest_try(&near, k->name);
	return cli_no_such(c, "key", "casebook config", &near);
}

static int run(struct cli *c)
{
	const struct config_key *k = c->nargs != 0 ? config_key(c->args[0]) : NULL;
	int rc;

	if (c->nargs > 2)
		return cli_usage(c, "`config` takes a key and a value; a value with blanks stands in quotes");
	if (c->nargs != 0 && k == NULL)
		return no_such_key(c);
	if (c->nargs == 2)
		return set(c, k, c->args[1]);
	rc = c->nargs == 0 ? ask() : EXIT_DONE;
	return rc == EXIT_DONE ? show(c, k) : rc;
}

const struct command cmd_config = {
        .name = "config",
        .usage = "[KEY [VALUE]]",
        .help = "what holds without being given, and where it comes from; with a value: set it",
        .opts = opts,
        .run = run,
        .more = "Each key is an option of the same name; what the command line says holds over the file\n"
                "$XDG_CONFIG_HOME/casebook/config (else ~/.config/casebook/config). An empty VALUE takes\n"
                "the key out. person and role stand in the reports of cases that you begin or go on with.",
};
