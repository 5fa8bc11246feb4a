/* casebook analyze PATH...: recognise files by content, read them, say what they show. */
#include "analyze_say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/signals.h>

#include "flow_cmd.h"
#include "stdin_copy.h"

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

/* ---- the end ---- */

static int exit_code(const struct analysis *a)
{
	if (a->stopped)
		return EXIT_INTERRUPTED;
	switch (analyze_verdict(a)) {
	case ANALYZE_CLEAN:
		return EXIT_DONE;
	case ANALYZE_FAULT:
		return EXIT_FAULT;
	case ANALYZE_OPEN:
		break;
	}
	return EXIT_INCONCLUSIVE;
}

static int say(const struct cli *c, const struct analysis *a)
{
	struct buf out;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json"))
		analyze_json(a, &out);
	else
		analyze_text(a, &out);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc == EXIT_DONE ? exit_code(a) : rc;
}

/* The copy of standard input is shown as "-". */
static void name_stdin(struct analysis *a, const char *copy)
{
	size_t n = strlen(copy);

	for (size_t i = 0; n != 0 && i < a->n; i++)
		if (strncmp(a->files[i].path, copy, n) == 0)
			a->files[i].path = arena_fmt(a->mem, "-%s", a->files[i].path + n);
}

static void show(size_t i, size_t n, bool ended, uint64_t done, uint64_t total)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (ended)
		fprintf(stderr, "\r%*s\r", 40, "");
	else if (total != 0)
		fprintf(stderr, "\r%zu of %zu: %d %%  ", i + 1, n, (int)(done * 100 / total));
	fflush(stderr);
}

static int look(struct cli *c, struct analysis *a, const char *copy)
{
	const struct runner_options options = {.program = NULL};
	struct jobs *jobs;
	struct err err;
	int rc;

	if (signals_open(SIGNALS_STOP, NULL, &err) != 0)
		return cli_fail(&err);
	jobs = jobs_new(&options);
	rc = analyze_paths(a, jobs, c->args, c->nargs, &err);
	signals_close();
	jobs_free(jobs);
	if (rc != 0)
		return cli_fail(&err);
	name_stdin(a, copy);
	return say(c, a);
}

static int run(struct cli *c)
{
	struct analysis a = {.moves = show};
	struct flow_ref flow;
	char copy[STDIN_COPY_PATH] = "";
	int rc;

	if (c->nargs == 0)
		return cli_usage(c, "which file, folder or archive?");
	for (size_t i = 0; i < c->nargs; i++) {
		if (strcmp(c->args[i], "-") != 0 || copy[0] != '\0')
			continue;
		if (isatty(STDIN_FILENO))
			fputs("casebook: paste the text, then press Ctrl-D on a line of its own\n", stderr);
		rc = stdin_copy(copy);
		if (rc != EXIT_DONE)
			return rc;
		c->args[i] = copy;
	}
	a.mem = arena_new();
	a.flow = flow_ref_load(FLOW_DEFAULT, &flow) == 0 ? flow.flow : NULL;
	rc = look(c, &a, copy);
	if (copy[0] != '\0')
		unlink(copy);
	flow_ref_release(&flow);
	free(a.files);
	arena_free(a.mem);
	return rc;
}

const struct command cmd_analyze = {
        .name = "analyze",
        .usage = "PATH... [options]",
        .help = "recognise files by content, read them, say what they show",
        .opts = opts,
        .run = run,
        .more = "PATH is a file, a folder or a zip, cab or tar archive; gzip is unpacked; - is standard "
                "input.\n"
                "Files are recognised by content, not by name. The causes are those of the "
                "flow " FLOW_DEFAULT ".\n"
                "Exit code 0: all read, no fault; 3: they show a fault; 4: a file is unknown or cannot be "
                "read.",
};
