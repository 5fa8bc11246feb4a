/* Copies standard input to a file, and leaves none behind whatever ends it. */
#include "stdin_copy.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/io.h>

#include "cli.h"

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDS (sizeof(ends) / sizeof(ends[0]))

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/* Without SA_RESTART: a read that waits comes back. */
static void catch_ends(struct sigaction was[ENDS])
{
	struct sigaction now;

	memset(&now, 0, sizeof(now));
	now.sa_handler = stop;
	stopped = 0;
	for (size_t i = 0; i < ENDS; i++)
		if (sigaction(ends[i], &now, &was[i]) == 0 && was[i].sa_handler == SIG_IGN)
			sigaction(ends[i], &was[i], NULL);
}

static int copy(int fd, struct err *err)
{
	static char piece[65536];
	long long all = 0;
	ssize_t n;

	while (!stopped && (n = read(STDIN_FILENO, piece, sizeof(piece))) != 0) {
		int sys = n < 0 ? errno : 0;

		all += n > 0 ? n : 0;
		if (sys == EINTR)
			continue;
		if (all > STDIN_COPY_MAX)
			return err_set(err, FAIL_LIMIT, 0,
			               "standard input is larger than %lld MiB; give it as a file",
			               STDIN_COPY_MAX >> 20);
		if (sys == 0)
			sys = io_write_all(fd, piece, (size_t)n);
		if (sys != 0)
			return err_set(err, sys == ENOSPC ? FAIL_FULL : FAIL_IO, sys,
			               "standard input could not be copied: %s", strerror(sys));
	}
	return 0;
}

int stdin_copy(char path[STDIN_COPY_PATH])
{
	const char *tmp = getenv("TMPDIR");
	struct sigaction was[ENDS];
	struct err err;
	int fd, rc;

	if (tmp == NULL || *tmp == '\0' || strlen(tmp) > STDIN_COPY_PATH - 24)
		tmp = "/tmp";
	snprintf(path, STDIN_COPY_PATH, "%s/casebook-XXXXXX", tmp);
	catch_ends(was);
	fd = mkstemp(path);
	rc = fd >= 0 ? copy(fd, &err)
	             : err_set(&err, FAIL_IO, errno, "standard input cannot be kept in %s: %s", tmp,
	                       strerror(errno));
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && (rc != 0 || stopped))
		unlink(path);
	for (size_t i = 0; i < ENDS; i++)
		sigaction(ends[i], &was[i], NULL);
	if (rc == 0 && !stopped)
		return EXIT_DONE;
	path[0] = '\0';
	return stopped ? EXIT_INTERRUPTED : cli_fail(&err);
}
