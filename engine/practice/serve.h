/* HTTP on loopback for a front, by libmicrohttpd. */
#ifndef CASEBOOK_PRACTICE_SERVE_H
#define CASEBOOK_PRACTICE_SERVE_H

#include "fronts.h"

struct server;

/* Answers on a free port of 127.0.0.1 until it is stopped.  Borrows front. */
struct server *serve_start(struct front *f, const struct pki *tls, unsigned short *port, struct err *err);
void serve_stop(struct server *s); /* accepts NULL */

#endif
