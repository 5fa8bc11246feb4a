/*
 * A connection to a domain controller, for reading alone.  In this order: the rootDSE without signing in
 * (MS-ADTS 3.1.1.3.2: clock, names), then Kerberos by the ticket that the person has (SASL GSSAPI, RFC 4752),
 * sealed; no connection that is not is used for anything more.  Referrals are not followed.  After signing
 * in, the process gives up files, libraries and new connections (call->seal).
 */
#ifndef CASEBOOK_AD_CONN_H
#define CASEBOOK_AD_CONN_H

#include <ldap.h>

#include "probe_int.h"

/* Where it ended: the words of the fact `error`. */
enum ad_error {
	AD_NONE,
	AD_DNS,
	AD_CONNECT,
	AD_REFUSED,
	AD_TIMEOUT,
	AD_PROTOCOL,  /* what answers is no domain controller, or says what makes no sense */
	AD_NO_TICKET, /* none, or an expired one */
	AD_CLOCK,     /* the clocks differ too much for Kerberos */
	AD_SIGN_IN,   /* refused, or not possible in this way */
	AD_UNSEALED,  /* signed in, and what follows would not be encrypted */
	AD_SEARCH,    /* signed in, and then it answered no question */
	AD__MAX
};
extern const char *const ad_errors[];

struct ad_conn {
	const struct probe_call *call;
	struct evidence_out *out;
	LDAP *ld;
	const char *host;
	/* Of the rootDSE; NULL where it has none.  They live in the call's arena. */
	const char *base, *config, *controller;
	bool down;       /* the connection broke: libldap would make another */
	int64_t time_ms; /* the domain's clock; this machine's, where it gives none */
};

/*
 * Sends the facts domain_time, skew_ms, controller, domain and error.  EV_MEASURED when it may be searched;
 * otherwise what the probe returns (ev_why() was called).  Close it either way.
 */
enum evidence_outcome ad_open(struct ad_conn *c, const struct probe_call *call, struct evidence_out *out);
void ad_close(struct ad_conn *c);
/* The end of a connection in a search: fact, sentence, outcome. */
enum evidence_outcome ad_broken(struct ad_conn *c, int rc);

#endif
