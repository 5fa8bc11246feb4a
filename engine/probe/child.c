/*
 * What a forked probe has: bounded memory, time, descriptors, files and calls
 * (engine/confine), and nothing of its server but one pipe.  It
 * ends with _exit(): nothing of the server's state is written twice.
 */
#define _GNU_SOURCE /* close_range, pipe2 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <casebook/confine.h>

#include "beside.h"
#include "evout.h"
#include "file_src.h"

#define PIPE_FD 3

static void write_line(void *arg, const char *line, size_t n)
{
	(void)arg;
	while (n != 0) {
		ssize_t done = write(PIPE_FD, line, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			_exit(0); /* nobody listens */
		line += done;
		n -= (size_t)done;
	}
}

/* A file's archive and the notes beside it: what file_src.h may open for one argument. */
#define MOST (1 + FILE_MAX_NESTED + BESIDE_NAMES * BESIDE_LEVELS + 1)

struct readable {
	char text[MOST][FILE_PATH];
	const char *path[MOST + 2];
	size_t n;
};

static void add(struct readable *r, const char *path, size_t n, const char *slash, const char *name)
{
	char shown[FILE_PATH], real[FILE_PATH];

	if (r->n == MOST || n + strlen(name) + 1 >= FILE_PATH)
		return;
	snprintf(shown, sizeof(shown), "%.*s%s%s", (int)n, path, slash, name);
	snprintf(r->text[r->n], FILE_PATH, "%s", file_real(shown, real));
	r->path[r->n] = r->text[r->n];
	r->n++;
}

static void may_read(struct readable *r, const char *path)
{
	const char *end = path + strlen(path);

	add(r, path, strlen(path), "", "");
	for (const char *bang = strchr(path, '!'); bang != NULL; bang = strchr(bang + 1, '!'))
		add(r, path, (size_t)(bang - path), "", "");
	for (int i = 0; i < BESIDE_LEVELS && end > path; i++) {
		while (end > path && *--end != '/')
			;
		for (int k = 0; k < BESIDE_NAMES; k++)
			add(r, path, (size_t)(end - path), end > path || *path == '/' ? "/" : "",
			    beside_names[k]);
	}
}

static unsigned cpu_seconds;

/* Signed in: from here on it reads what is open, and its answers, alone. */
static void seal(void)
{
	confine_enter(CONFINE_FILE, NULL, 0, cpu_seconds);
}

static void confine(const struct probe_impl *impl, const struct wire_request *q)
{
	static struct readable r;
	bool live = impl->desc.kind == PROBE_LIVE;

	for (size_t i = 0; i < q->nargs; i++)
		if (strcmp(q->args[i].key, "file") == 0)
			may_read(&r, q->args[i].value);
	if (live && q->ca_file != NULL)
		add(&r, q->ca_file, strlen(q->ca_file), "", "");
	cpu_seconds = q->timeout_ms / 1000 * 4 + 10;
	confine_enter(impl->signs_in ? CONFINE_SIGN_IN
	              : live         ? CONFINE_LIVE
	                             : CONFINE_FILE,
	              r.path, r.n, cpu_seconds);
}

static void enter(int fd, pid_t server)
{
	int null;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != server)
		_exit(0);
	/* SIGPIPE stays ignored: a server that resets must not end the probe. */
	signal(SIGINT, SIG_IGN);
	null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(null, 1);
	if (fd == PIPE_FD)
		(void)fcntl(fd, F_SETFD, 0);
	else
		dup2(fd, PIPE_FD);
	(void)fcntl(PIPE_FD, F_SETFL, 0); /* blocking: a slow reader slows the probe */
	close_range(PIPE_FD + 1, ~0U, 0);
}

static _Noreturn void run_child(const struct probe_impl *impl, const struct wire_request *r)
{
	struct probe_call call = {
	        .args = r->args,
	        .nargs = r->nargs,
	        .ca_file = r->ca_file,
	        .proxy = r->proxy,
	        .allow_external = r->allow_external,
	        .allow_side_effects = r->allow_side_effects,
	        .timeout_ms = r->timeout_ms,
	        .seal = impl->signs_in ? seal : NULL,
	};

	probe_call_run(impl, &call, write_line, NULL);
	_exit(0);
}

int child_start(const struct probe_impl *impl, const struct wire_request *r, pid_t *pid, int *fd,
                struct err *err)
{
	pid_t server = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(err, FAIL_CHILD, errno, "no pipe for %s: %s", impl->desc.id, strerror(errno));
	*pid = fork();
	if (*pid < 0) {
		err_set(err, FAIL_CHILD, errno, "no process for %s: %s", impl->desc.id, strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	if (*pid == 0) {
		enter(ends[1], server);
		confine(impl, r);
		run_child(impl, r);
	}
	close(ends[1]);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*fd = ends[0];
	return 0;
}
