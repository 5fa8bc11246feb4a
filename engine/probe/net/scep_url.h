/* The address of a SCEP operation (RFC 8894 section 4.1). */
#ifndef CASEBOOK_SCEP_URL_H
#define CASEBOOK_SCEP_URL_H

#include <casebook/arena.h>

#define SCEP_MESSAGE "casebook" /* the CA identifier of our requests: easy to find in the IIS log */

/* URL?operation=OP&message=MESSAGE; a query that is there stays in front, a fragment goes.  message is put as
 * it stands (percent-encode first); NULL leaves it out. */
const char *scep_url(struct arena *mem, const char *url, const char *operation, const char *message);

#endif
