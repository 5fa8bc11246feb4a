/* Signals that end a collection, counted. */
#include "stop.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t asked;

static void count(int number)
{
	(void)number;
	if (asked < 2)
		asked++;
}

void stop_begin(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction act = {.sa_handler = count};

	asked = 0;
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		(void)sigaction(ends[i], &act, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

void stop_end(void)
{
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
}

bool stop_asked(void)
{
	return asked != 0;
}

bool stop_at_once(void)
{
	return asked > 1;
}

void stop_now(void)
{
	count(0);
}
