/*
 * Being told to stop (Ctrl-C, SIGTERM, a closed terminal, nobody reads any more): nothing new is asked, and
 * what lies on the server or here is taken away first, in bounded time. A second word ends that as well.
 */
#ifndef CASEBOOK_FETCH_STOP_H
#define CASEBOOK_FETCH_STOP_H

#include <stdbool.h>

void stop_begin(void);
void stop_end(void); /* in a child: signals end it again */
bool stop_asked(void);
bool stop_at_once(void);
void stop_now(void);

#endif
