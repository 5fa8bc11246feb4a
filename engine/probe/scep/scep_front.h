/*
 * What stands in front of a server, by its own marks: header fields that only caches, content networks,
 * firewalls and web filters write, their Server names, and the hosts to which web filters send.  A mark says
 * that something is in front, not that it made the page: it passes on pages as well. Sources: RFC 9110
 * section 7.6.3 (Via), RFC 9211 and the products' documentation of their headers.
 */
#ifndef CASEBOOK_SCEP_FRONT_H
#define CASEBOOK_SCEP_FRONT_H

#include <stdbool.h>

/* Whether a header field of that name, in lower case, is written by something in front alone. */
bool scep_front_header(const char *name);
/* Whether a Server field names a product that stands in front of web servers, or a web server that NDES never
 * is. */
bool scep_front_server(const char *server);

enum scep_sent { SCEP_SENT_NOWHERE, SCEP_SENT_SAME, SCEP_SENT_FILTER, SCEP_SENT_AWAY };
/* Where Location leads from `host`: to the same host (a path, or http to https), to a web filter's, to
 * another. host NULL: unknown, which is never another. */
enum scep_sent scep_sent_to(const char *host, const char *location);

#endif
