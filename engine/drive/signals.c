/* The self-pipe.  Knows no screen; file-level state because handlers have no argument. */
#include <casebook/signals.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int taken[] = {SIGINT,  SIGTERM, /* so far SIGNALS_STOP */ SIGHUP, SIGQUIT, SIGWINCH,
                            SIGTSTP, SIGCONT};
/* Whatever else would end the program, too: the terminal is given back first. */
static const int crashes[] = {SIGSEGV, SIGBUS,  SIGFPE,    SIGILL,  SIGABRT, SIGUSR1,
                              SIGUSR2, SIGALRM, SIGVTALRM, SIGXCPU, SIGSYS};
#define NSTOP 2
#define N(a) (sizeof(a) / sizeof((a)[0]))

static int ends[2] = {-1, -1};
static struct sigaction before[N(taken)], before_crash[N(crashes)], before_full;
static void (*give_back)(void);
static size_t ntaken; /* of taken[] */
static bool crashes_taken;

static void note(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int saved = errno;

	if (write(ends[1], &byte, 1) < 0) {
		/* Full: as many signals wait already as anybody could send. */
	}
	errno = saved;
}

static void crash(int sig)
{
	void (*fn)(void) = give_back;

	give_back = NULL;
	if (fn != NULL)
		fn();
	for (size_t i = 0; i < N(crashes); i++)
		if (crashes[i] == sig)
			sigaction(sig, &before_crash[i], NULL);
	raise(sig);
}

static int make_pipe(struct err *err)
{
	if (pipe(ends) != 0)
		return err_set(err, FAIL_IO, errno, "cannot create the signal pipe: %s", strerror(errno));
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

int signals_open(enum signal_set set, void (*panic)(void), struct err *err)
{
	struct sigaction on = {.sa_handler = note, .sa_flags = SA_RESTART};
	struct sigaction dying = {.sa_handler = crash};

	if (make_pipe(err) != 0)
		return -1;
	give_back = panic;
	sigemptyset(&on.sa_mask);
	sigemptyset(&dying.sa_mask);
	ntaken = set == SIGNALS_STOP ? NSTOP : N(taken);
	for (size_t i = 0; i < ntaken; i++)
		sigaction(taken[i], &on, &before[i]);
	crashes_taken = panic != NULL;
	if (crashes_taken) /* a file that may not grow is a disk that is full: said, not died of */
		sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, &before_full);
	for (size_t i = 0; crashes_taken && i < N(crashes); i++)
		sigaction(crashes[i], &dying, &before_crash[i]);
	return 0;
}

void signals_close(void)
{
	if (ends[0] < 0)
		return;
	give_back = NULL;
	for (size_t i = 0; i < ntaken; i++)
		sigaction(taken[i], &before[i], NULL);
	for (size_t i = 0; crashes_taken && i < N(crashes); i++)
		sigaction(crashes[i], &before_crash[i], NULL);
	if (crashes_taken)
		sigaction(SIGXFSZ, &before_full, NULL);
	for (int i = 0; i < 2; i++) {
		close(ends[i]);
		ends[i] = -1;
	}
}

int signals_fd(void)
{
	return ends[0];
}

int signals_next(void)
{
	unsigned char byte;

	return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

bool signals_stop_seen(void)
{
	bool seen = false;

	while (signals_next() != 0)
		seen = true;
	return seen;
}

void signals_stop_self(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL}, ours;

	sigemptyset(&plain.sa_mask);
	sigaction(SIGTSTP, &plain, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
}
