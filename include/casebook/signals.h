/*
 * Signals as bytes in a pipe, so that one poll() waits for everything, and the
 * terminal given back when the program dies by a signal that nobody handles.
 * One pipe for the whole program: jobs_wait() watches it.
 */
#ifndef CASEBOOK_SIGNALS_H
#define CASEBOOK_SIGNALS_H

#include <stdbool.h>

#include <casebook/err.h>

enum signal_set {
	SIGNALS_STOP,   /* SIGINT and SIGTERM: what runs is ended, kept and said */
	SIGNALS_SCREEN, /* also SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT, and crashes */
};
/* `panic` (SIGNALS_SCREEN; else NULL) is called from the handler of a crash and may do only what is
 * safe there. */
int signals_open(enum signal_set set, void (*panic)(void), struct err *err) MUST_CHECK;
void signals_close(void); /* as it was before; may be called twice */
int signals_fd(void);     /* -1 while none are taken */
int signals_next(void);   /* a signal that came, 0 when there is none */
/* With SIGNALS_STOP: whether one came; it is forgotten. */
bool signals_stop_seen(void);
/* Stops this process as Ctrl-Z does; returns when it goes on. */
void signals_stop_self(void);

#endif
