/* casebook analyze PATH...: recognise files by content, read them, say what they show. */
#include "analyze.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow_cmd.h"
#include "run.h"

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

/* ---- standard input: copied to a file, because files are read more than once ---- */

static int copy_stdin(int fd)
{
	static char piece[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0)
		for (ssize_t done = 0; done < n;) {
			ssize_t put = write(fd, piece + done, (size_t)(n - done));

			if (put < 0)
				return -1;
			done += put;
		}
	return n < 0 ? -1 : 0;
}

static int keep_stdin(char path[256], struct err *err)
{
	const char *folder = getenv("TMPDIR");
	int fd, rc;

	if (snprintf(path, 256, "%s/casebook-XXXXXX", folder != NULL && *folder ? folder : "/tmp") >= 256)
		return err_set(err, FAIL_LIMIT, 0, "TMPDIR is too long");
	fd = mkstemp(path);
	if (fd < 0)
		return err_set(err, FAIL_IO, errno, "no temporary file in %s: %s", folder, strerror(errno));
	rc = copy_stdin(fd);
	if (rc != 0)
		err_set(err, FAIL_IO, errno, "standard input could not be copied: %s", strerror(errno));
	close(fd);
	if (rc != 0)
		unlink(path);
	return rc;
}

/* ---- the end ---- */

static bool count_fault(void *arg, const struct cause *c)
{
	*(bool *)arg |= c->severity == SEV_FAULT;
	return true;
}

static int exit_code(const struct analysis *a)
{
	bool fault = false, open = a->n == 0;

	analyze_findings(a, SIZE_MAX, count_fault, &fault);
	for (size_t i = 0; i < a->n; i++) {
		const struct analyzed *f = &a->files[i];

		analyze_findings(a, i, count_fault, &fault);
		fault |= f->fault == 1;
		open |= f->kind == NULL || !f->looked || f->e.outcome != EV_MEASURED;
	}
	return a->stopped ? EXIT_INTERRUPTED : fault ? EXIT_FAULT : open ? EXIT_INCONCLUSIVE : EXIT_DONE;
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

static int run(struct cli *c)
{
	struct analysis a = {.mem = NULL};
	struct flow_ref flow;
	char copy[256] = "";
	struct err err = {0};
	int rc;

	if (c->nargs == 0)
		return cli_usage(c, "which file, folder or archive?");
	for (size_t i = 0; i < c->nargs; i++) {
		if (strcmp(c->args[i], "-") != 0 || copy[0] != '\0')
			continue;
		if (keep_stdin(copy, &err) != 0)
			return cli_fail(&err);
		c->args[i] = copy;
	}
	a.mem = arena_new();
	a.flow = flow_ref_load(ANALYZE_FLOW, &flow) == 0 ? flow.flow : NULL;
	if (analyze_paths(&a, c->args, c->nargs, &err) != 0) {
		rc = cli_fail(&err);
	} else {
		name_stdin(&a, copy);
		rc = say(c, &a);
	}
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
                "Files are known by what they hold, not by their names. The causes are those of the "
                "flow " ANALYZE_FLOW ".\n"
                "Exit code 0: all read, no fault; 3: they show a fault; 4: a file is not known or cannot be "
                "read.",
};
