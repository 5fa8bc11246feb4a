/* Asks the name servers directly, as a check on the system's resolver. */
#ifndef CASEBOOK_DNS_H
#define CASEBOOK_DNS_H

#include "probe_int.h"

#define DNS_MAX_CHAIN 16 /* a resolver gives up at about that many aliases */
#define DNS_MAX_ADDRESSES 64

struct dns_answer {
	bool answered; /* a name server gave a valid answer */
	bool refused;  /* a name server's port was closed */
	bool odd;      /* something came that is no well-formed answer: what it seems to say is no proof */
	int rcode;     /* of the answer: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN (RFC 1035 4.1.1) */
	const char *server;               /* address of the name server that answered */
	const char *chain[DNS_MAX_CHAIN]; /* aliases, from the requested name to the last one */
	size_t nchain;
	const char *addresses[DNS_MAX_ADDRESSES];
	size_t naddresses;
	uint32_t ttl; /* smallest of the records used, in seconds */
};

/* Asks for A (out[0]) and AAAA (out[1]) at the same time, server after server, for at most `ms`. */
void dns_ask(struct arena *mem, const char *name, unsigned ms, struct dns_answer out[2]);

/* Parses a name server's message as the answer to a question for `name` and `type` (1 A, 28 AAAA) with
 * that id; false when it answers something else or cannot be read. */
bool dns_read(struct arena *mem, const char *name, int type, uint16_t id, const unsigned char *bytes,
              size_t n, struct dns_answer *out);

#endif
