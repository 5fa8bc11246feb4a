/*
 * casebook-fetch: asks a server over SSH what a table says, and puts the answers into a new folder.
 *
 *   casebook-fetch ssh://[user@]host[:port] FOLDER ROW,ROW...
 *
 * A program of its own, so that what starts ssh is not what reads foreign files: it looks only for the few
 * values that other commands need. On standard output a line for each row: row, its id, file, outcome, exit
 * code, bytes, milliseconds and words, parted by tabs. Exit codes: 0 all is there, 4 some is missing, 1 the
 * server was not reached, 130 it was told to stop.
 */
#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stop.h"

enum { DONE = 0, NOT_REACHED = 1, USAGE = 2, SOME_MISSING = 4, STOPPED = 130 };

struct options {
	const char *url, *folder;
	char *ids[COLLECT_MOST];
	size_t nids;
};

static bool take_options(int argc, char **argv, struct options *o)
{
	char *p;

	if (argc != 4)
		return false;
	o->url = argv[1];
	o->folder = argv[2];
	for (p = argv[3]; p != NULL && o->nids < COLLECT_MOST;) {
		o->ids[o->nids++] = p;
		p = strchr(p, ',');
		if (p != NULL)
			*p++ = '\0';
	}
	return true;
}

static int fail(const struct err *err)
{
	if (stop_asked())
		return STOPPED; /* who stopped it knows */
	fetch_tell(STDERR_FILENO, "casebook-fetch: %s\n", err->msg);
	return NOT_REACHED;
}

static int find_shell(struct fetch *f, struct err *err)
{
	struct remote_job job, *const one[] = {&job};
	enum shell_kind shell;

	if (remote_start(&f->remote, collect_first, 60, 65536, &job, err) != 0)
		return -1;
	while (job.end == REMOTE_RUNS && remote_wait(&f->remote, one, 1))
		;
	shell = shell_from(buf_cstr(&job.output), job.output.n);
	f->shell = shell;
	remote_release(&job);
	if (shell == SHELL_CMD || shell == SHELL_POWERSHELL)
		return 0;
	return err_set(err, FAIL_NET, 0,
	               shell == SHELL_OTHER
	                       ? "%s is no Windows server: what answers a command there is neither cmd.exe "
	                         "nor PowerShell"
	                       : "%s did not answer the first command",
	               f->remote.target.host);
}

static int collect(struct fetch *f, const struct options *o)
{
	struct err err;
	bool whole;
	int sys;

	if (find_shell(f, &err) != 0)
		return fail(&err);
	fetch_tell(STDOUT_FILENO, "reached\t%s\t%s\n", f->remote.target.host, shell_name(f->shell));
	fetch_choose(f, o->ids, o->nids);
	whole = fetch_run(f);
	sys = fetch_about(f);
	if (sys != 0) {
		fetch_tell(STDERR_FILENO, "casebook-fetch: %s/about.txt: %s\n", o->folder, strerror(sys));
		return NOT_REACHED;
	}
	return stop_asked() ? STOPPED : whole ? DONE : SOME_MISSING;
}

int main(int argc, char **argv)
{
	struct options o = {.nids = 0};
	struct fetch f = {.folder = -1};
	struct ssh_target target;
	struct err err;
	int rc;

	setlocale(LC_CTYPE, ""); /* the words and numbers are English everywhere */
	if (!take_options(argc, argv, &o)) {
		fetch_tell(STDERR_FILENO, "casebook-fetch is started by casebook collect\n");
		return USAGE;
	}
	if (ssh_target_parse(o.url, &target, &err) != 0) {
		fail(&err);
		return USAGE;
	}
	if (mkdir(o.folder, 0700) != 0) {
		fetch_tell(STDERR_FILENO, "casebook-fetch: %s: %s\n", o.folder, strerror(errno));
		return USAGE;
	}
	stop_begin();
	f.folder = open(o.folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	f.mem = arena_new();
	learn_begin(&f.learned, f.mem);
	rc = remote_open(&f.remote, &target, &err) == 0 ? collect(&f, &o) : fail(&err);
	remote_close(&f.remote);
	if (rc == NOT_REACHED || rc == STOPPED)
		(void)rmdir(o.folder); /* when nothing is in it */
	arena_free(f.mem);
	close(f.folder);
	return rc;
}
