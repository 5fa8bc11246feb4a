/*
 * What a forked probe may do: use the network and read files, with bounded
 * memory, time and descriptors, and nothing of its server but one pipe.  It
 * ends with _exit(): nothing of the server's state is written twice.
 */
#define _GNU_SOURCE /* close_range, pipe2 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "evout.h"

#define PIPE_FD 3
#define MAX_FILES 128 /* addresses tried at once, and the log of a folder */

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

static void limit(int what, rlim_t most)
{
	struct rlimit r;

	if (getrlimit((unsigned)what, &r) == 0 && (r.rlim_max == RLIM_INFINITY || r.rlim_max > most))
		r.rlim_max = most;
	r.rlim_cur = r.rlim_max;
	(void)setrlimit((unsigned)what, &r);
}

static void enter(int fd, pid_t server, unsigned timeout_ms)
{
	int null;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != server)
		_exit(0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
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
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, MAX_FILES);
	limit(RLIMIT_CPU, timeout_ms / 1000 * 4 + 10);
	/* A sanitizer reserves terabytes, and what it found must be written. */
	if (CHILD_MEMORY_MB != 0) {
		limit(RLIMIT_FSIZE, 0);
		limit(RLIMIT_AS, (rlim_t)CHILD_MEMORY_MB << 20);
	}
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
		enter(ends[1], server, r->timeout_ms);
		run_child(impl, r);
	}
	close(ends[1]);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*fd = ends[0];
	return 0;
}
