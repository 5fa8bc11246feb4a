/*
 * What curl -v, openssl s_client and the HAR file of a browser tell of one attempt: connected, trusted,
 * answered. Their words are English everywhere.
 */
#ifndef CASEBOOK_NET_TRIED_H
#define CASEBOOK_NET_TRIED_H

#include "tool_read.h"

struct tried {
	const char *host, *server, *location, *problem; /* kept; NULL: not said */
	int64_t port, status;                           /* 0: not said */
	int open, known, trusted;                       /* -1: not said */
	bool at_ndes;                                   /* of a HAR: the status is of a URL of NDES */
	bool of_ndes, any_url;                          /* of a HAR: the URL that is being read */
};

/* Takes what the line says; the fact that it stands for, or NULL. */
const char *tried_line(struct tried *t, struct evidence_out *out, struct slice w);
/* Which of the three the text is of: 0 none, to 100. */
unsigned tried_recognise(const struct sample *s);
/* The same for PowerShell's Invoke-WebRequest, wget and a copied exchange. */
const char *shell_line(struct tried *t, struct evidence_out *out, struct slice w);
unsigned shell_recognise(const struct sample *s);

#endif
