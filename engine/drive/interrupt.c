/* Ctrl-C and a polite kill as a readable descriptor: the loops end what runs, save, and go. */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int ends[2] = {-1, -1};
static struct sigaction was_int, was_term;

static void on_signal(int sig)
{
	int was = errno;

	(void)sig;
	(void)!write(ends[1], "", 1);
	errno = was;
}

int interrupt_begin(void)
{
	struct sigaction on = {.sa_handler = on_signal};

	if (pipe(ends) != 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	}
	sigaction(SIGINT, &on, &was_int);
	sigaction(SIGTERM, &on, &was_term);
	return ends[0];
}

void interrupt_end(void)
{
	if (ends[0] < 0)
		return;
	sigaction(SIGINT, &was_int, NULL);
	sigaction(SIGTERM, &was_term, NULL);
	close(ends[0]);
	close(ends[1]);
	ends[0] = ends[1] = -1;
}

bool interrupt_seen(void)
{
	char byte;
	bool seen = false;

	while (ends[0] >= 0 && read(ends[0], &byte, 1) == 1)
		seen = true;
	return seen;
}
