/* The servers of practice: what each answers. */
#ifndef CASEBOOK_PRACTICE_FRONTS_H
#define CASEBOOK_PRACTICE_FRONTS_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/arena.h>
#include <casebook/buf.h>

#include "pki.h"

struct reply {
	unsigned status; /* 0: the connection is cut */
	struct {
		const char *name, *value;
	} head[16];
	size_t nhead;
	struct buf body;
};

struct request {
	const char *method, *path; /* without the query */
	const char *operation;     /* "" when there is none */
	const char *message;       /* PKIOperation by GET: base64; NULL */
	size_t query;              /* bytes of the query */
	size_t target;             /* of path and query */
	const void *body;
	size_t nbody;
};

/* One front that answers; files are raw answers (*.http) that come before it. */
struct front;

bool front_exists(const char *name); /* also "none", "raw", "raw+NAME" */
bool front_is_tls(const char *name);
/* What the certificates of a front need. */
struct pki_wish front_pki(const char *name);
/* `raw` is a folder of *.http files, or NULL.  Lives in mem; borrows pki. */
struct front *front_new(struct arena *mem, const char *name, const char *raw, const struct pki *pki,
                        struct err *err);
/* Fills *out, whose body is set up and empty. */
void front_answer(struct front *f, const struct request *q, struct reply *out);

#endif
