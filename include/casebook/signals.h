/*
 * Signals as bytes in a pipe, so that one poll() waits for everything; restores the terminal when an
 * unhandled signal kills the program. One pipe for the whole program: jobs_wait() watches it.
 */
#ifndef CASEBOOK_SIGNALS_H
#define CASEBOOK_SIGNALS_H

#include <stdbool.h>

#include <casebook/err.h>

enum signal_set {
	SIGNALS_STOP,   /* SIGINT and SIGTERM: running checks end, results are kept and reported */
	SIGNALS_SCREEN, /* also SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT, and crashes */
};
/* `panic` (SIGNALS_SCREEN; else NULL) runs in the crash handler and must be async-signal-safe. */
int signals_open(enum signal_set set, void (*panic)(void), struct err *err) MUST_CHECK;
void signals_close(void); /* restores the previous handlers; may be called twice */
int signals_fd(void);     /* -1 while closed */
int signals_next(void);   /* the next signal, 0 when there is none */
/* With SIGNALS_STOP: whether one came; clears it. */
bool signals_stop_seen(void);
/* Stops this process as Ctrl-Z does; returns when resumed. */
void signals_stop_self(void);

#endif
