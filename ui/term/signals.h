/*
 * Signals as bytes in a pipe, so that one poll() waits for everything, and the
 * terminal given back when the program dies by a signal that nobody handles.
 */
#ifndef CASEBOOK_UI_SIGNALS_H
#define CASEBOOK_UI_SIGNALS_H

#include <casebook/err.h>

/* Takes SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP and SIGCONT; `panic` is called from
 * the handler of a crash and may do only what is safe there. */
int signals_open(void (*panic)(void), struct err *err) MUST_CHECK;
void signals_close(void); /* as it was before; may be called twice */
int signals_fd(void);
int signals_next(void); /* a signal that came, 0 when there is none */
/* Stops this process as Ctrl-Z does; returns when it goes on. */
void signals_stop_self(void);

#endif
