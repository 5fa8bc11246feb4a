/* Connects, reads the rootDSE, signs in.  Knows nothing of accounts and templates. */
#include "ad_conn.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openldap.h>
#include <poll.h>
#include <sasl/sasl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <casebook/clock.h>

#include "ad_search.h"
#include "net.h"

#define LDAP_PORT_TEXT "389"
#define LARGEST (4u << 20) /* bytes of one message: hundreds of times a template or a CA */
#define SSF_SEALED 56      /* the least that cyrus-sasl calls encrypted by GSSAPI (DES); 1 is signed alone */

static enum evidence_outcome ended(struct ad_conn *c, enum ad_error error, enum evidence_outcome how)
{
	ev_str(c->out, "error", ad_errors[error]);
	return how;
}

/* ---- the connection ---- */

static int wait_for(int fd, unsigned ms)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int err = 0, n = poll(&p, 1, (int)ms);
	socklen_t len = sizeof(err);

	if (n <= 0)
		return n == 0 ? ETIMEDOUT : errno;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) == 0 ? err : errno;
}

/* One address; the socket, or -1 with the reason. */
static int try_one(const struct addrinfo *ai, unsigned ms, int *err)
{
	int fd = socket(ai->ai_family, SOCK_STREAM, 0);

	*err = fd < 0 ? errno : 0;
	if (fd < 0)
		return -1;
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0)
		*err = errno == EINPROGRESS ? wait_for(fd, ms) : errno;
	if (*err == 0) {
		(void)fcntl(fd, F_SETFL, 0);
		return fd;
	}
	close(fd);
	return -1;
}

static enum evidence_outcome not_connected(struct ad_conn *c, int err, const char *port)
{
	if (err == ECONNREFUSED) {
		ev_why(c->out, "%s refused the connection to port %s: is it a domain controller?", c->host,
		       port);
		return ended(c, AD_REFUSED, EV_UNREACHED);
	}
	if (err == ETIMEDOUT) {
		ev_why(c->out, "no address of %s answered on port %s in time", c->host, port);
		return ended(c, AD_TIMEOUT, EV_UNREACHED);
	}
	ev_why(c->out, "no address of %s can be reached on port %s: %s", c->host, port, strerror(err));
	return ended(c, AD_CONNECT, EV_UNREACHED);
}

static enum evidence_outcome connect_to(struct ad_conn *c, const char *port, int *fd)
{
	struct addrinfo *list = NULL;
	int gai, err = EHOSTUNREACH;
	size_t n = 0;

	ev_phase(c->out, "name resolution");
	gai = net_resolve(c->host, port, call_left(c->call), &list);
	if (gai != 0) {
		ev_why(c->out, "the name %s gave no address: %s", c->host, net_gai_text(gai));
		return ended(c, AD_DNS, EV_UNREACHED);
	}
	ev_phase(c->out, "TCP connection");
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next)
		n++;
	*fd = -1;
	/* What is left of the time is shared among the addresses that are left, with half for the answers. */
	for (const struct addrinfo *ai = list; ai != NULL && *fd < 0; ai = ai->ai_next, n--) {
		char text[64];

		*fd = try_one(ai, (unsigned)(call_left(c->call) / (n + 1)), &err);
		net_address_text(ai->ai_addr, text, sizeof(text));
		if (*fd >= 0)
			ev_vantage(c->out, NULL, text);
	}
	freeaddrinfo(list);
	return *fd >= 0 ? EV_MEASURED : not_connected(c, err, port);
}

static int options(LDAP *ld, unsigned ms)
{
	struct timeval t = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
	int version = LDAP_VERSION3;
	ber_len_t largest = LARGEST;
	Sockbuf *sb = NULL;

	if (ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &t) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_TIMEOUT, &t) != LDAP_OPT_SUCCESS ||
	    ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) != LDAP_OPT_SUCCESS || sb == NULL)
		return -1;
	return ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &largest) == 1 ? 0 : -1;
}

static enum evidence_outcome start(struct ad_conn *c, const char *port)
{
	int fd = -1;
	enum evidence_outcome how = connect_to(c, port, &fd);
	const char *url;

	if (how != EV_MEASURED)
		return how;
	url = arena_fmt(ev_mem(c->out), strchr(c->host, ':') != NULL ? "ldap://[%s]:%s" : "ldap://%s:%s",
	                c->host, port);
	/* Whatever this machine's ldap.conf says: it is not what is looked at. */
	(void)setenv("LDAPNOINIT", "1", 1);
	if (ldap_init_fd(fd, LDAP_PROTO_TCP, url, &c->ld) != LDAP_SUCCESS) {
		close(fd);
		ev_why(c->out, "no LDAP connection can be made to %s", c->host);
		return ended(c, AD_PROTOCOL, EV_UNREACHED);
	}
	if (options(c->ld, call_left(c->call)) < 0) {
		ev_why(c->out, "libldap does not take the limits of this check");
		return ended(c, AD_PROTOCOL, EV_UNREACHED);
	}
	return EV_MEASURED;
}

/* ---- the rootDSE ---- */

static void clocks(struct ad_conn *c, LDAPMessage *root, int64_t asked, int64_t answered)
{
	const char *text = ad_text(c, root, "currentTime");
	int64_t ms;

	c->time_ms = answered;
	if (text == NULL || !ad_generalized(text, strlen(text), &ms))
		return;
	c->time_ms = ms;
	ev_time(c->out, "domain_time", ms);
	/* It has whole seconds. */
	ev_int(c->out, "skew_ms", (asked + answered) / 2 - (ms + 500));
}

static enum evidence_outcome root_dse(struct ad_conn *c)
{
	static const char *const attrs[] = {"currentTime", "defaultNamingContext",
	                                    "configurationNamingContext", "dnsHostName", NULL};
	int64_t asked = clock_now_ms();
	struct ad_answer a = ad_search(c, "", LDAP_SCOPE_BASE, "(objectClass=*)", attrs, 1, false);
	LDAPMessage *root = ad_first(c, &a);
	enum evidence_outcome how = EV_MEASURED;

	if (a.rc != LDAP_SUCCESS) {
		how = ad_broken(c, a.rc);
	} else if (root != NULL) {
		c->base = ad_text(c, root, "defaultNamingContext");
		c->config = ad_text(c, root, "configurationNamingContext");
		c->controller = ad_text(c, root, "dnsHostName");
		ev_str(c->out, "domain", c->base);
		ev_str(c->out, "controller", c->controller);
		clocks(c, root, asked, clock_now_ms());
	}
	if (how == EV_MEASURED && (c->base == NULL || c->config == NULL)) {
		ev_why(c->out, "%s speaks LDAP and is no domain controller", c->host);
		how = ended(c, AD_PROTOCOL, EV_UNREACHED);
	}
	ad_answer_free(&a);
	return how;
}

/* ---- signing in ---- */

/* A ticket answers for itself: whom to act for is left empty, and nothing else is asked. */
static int answers(LDAP *ld, unsigned flags, void *defaults, void *interact)
{
	(void)ld;
	(void)flags;
	(void)defaults;
	for (sasl_interact_t *i = interact; i->id != SASL_CB_LIST_END; i++) {
		if (i->id != SASL_CB_USER && i->id != SASL_CB_AUTHNAME)
			return LDAP_LOCAL_ERROR;
		i->result = "";
		i->len = 0;
	}
	return LDAP_SUCCESS;
}

static bool says(const char *text, const char *what)
{
	return text != NULL && strstr(text, what) != NULL;
}

static enum evidence_outcome not_signed_in(struct ad_conn *c, int rc)
{
	char *text = NULL;
	enum ad_error error = AD_SIGN_IN;

	(void)ldap_get_option(c->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
	if (says(text, "No Kerberos credentials") || says(text, "No credentials") ||
	    says(text, "Ticket expired") || says(text, "credentials cache")) {
		error = AD_NO_TICKET;
		ev_why(c->out, "there is no Kerberos ticket to sign in with: kinit NAME@DOMAIN gets one (%s)",
		       text);
	} else if (says(text, "Clock skew")) {
		error = AD_CLOCK;
		ev_why(c->out, "the clocks of this machine and %s differ too much for Kerberos", c->host);
	} else if (says(text, "not found in Kerberos database")) {
		ev_why(c->out,
		       "Kerberos knows no service ldap/%s: name the controller as it names itself%s%s",
		       c->host, c->controller != NULL ? ", " : "",
		       c->controller != NULL ? c->controller : "");
	} else {
		ev_why(c->out, "signing in to %s by Kerberos failed: %s%s%s", c->host, ldap_err2string(rc),
		       text != NULL ? ": " : "", text != NULL ? text : "");
	}
	ldap_memfree(text);
	return ended(c, error, EV_UNREACHED);
}

static enum evidence_outcome sign_in(struct ad_conn *c)
{
	ber_len_t ssf = 0;
	int rc;

	ev_phase(c->out, "Kerberos");
	if (ldap_set_option(c->ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(c->ld, LDAP_OPT_X_SASL_SECPROPS, "noanonymous,noplain,minssf=56") !=
	            LDAP_OPT_SUCCESS) {
		ev_why(c->out, "this libldap has no SASL");
		return ended(c, AD_SIGN_IN, EV_UNREACHED);
	}
	rc = ldap_sasl_interactive_bind_s(c->ld, NULL, "GSSAPI", NULL, NULL, LDAP_SASL_QUIET, answers, NULL);
	if (rc != LDAP_SUCCESS)
		return not_signed_in(c, rc);
	if (ldap_get_option(c->ld, LDAP_OPT_X_SASL_SSF, &ssf) != LDAP_OPT_SUCCESS || ssf < SSF_SEALED) {
		ev_why(c->out, "%s would answer unencrypted: it was asked nothing", c->host);
		return ended(c, AD_UNSEALED, EV_UNREACHED);
	}
	if (c->call->seal != NULL)
		c->call->seal();
	return EV_MEASURED;
}

/* ---- whole ---- */

enum evidence_outcome ad_open(struct ad_conn *c, const struct probe_call *call, struct evidence_out *out)
{
	const char *port = call_arg(call, "port");
	enum evidence_outcome how;

	*c = (struct ad_conn){.call = call, .out = out, .host = call_arg(call, "host")};
	if (port == NULL)
		port = LDAP_PORT_TEXT;
	if (strspn(port, "0123456789") != strlen(port) || strlen(port) > 5 || c->host[0] == '\0' ||
	    strlen(c->host) > 255 || strpbrk(c->host, "/?#@ \"<>\\^`{|}%") != NULL) {
		ev_why(out, "host= is a domain controller's name, port= a number");
		return EV_UNREADABLE;
	}
	ev_target(out,
	          arena_fmt(ev_mem(out), strchr(c->host, ':') != NULL ? "[%s]:%s" : "%s:%s", c->host, port));
	how = start(c, port);
	if (how == EV_MEASURED)
		how = root_dse(c);
	if (how == EV_MEASURED)
		how = sign_in(c);
	return how;
}

enum evidence_outcome ad_broken(struct ad_conn *c, int rc)
{
	bool late = rc == LDAP_TIMEOUT || rc == LDAP_TIMELIMIT_EXCEEDED;

	ev_why(c->out, "%s did not answer as a directory: %s", c->host, ldap_err2string(rc));
	return ended(c,
	             late                     ? AD_TIMEOUT
	             : rc == LDAP_SERVER_DOWN ? AD_PROTOCOL
	                                      : AD_SEARCH,
	             late ? EV_TIMEOUT : EV_UNREACHED);
}

void ad_close(struct ad_conn *c)
{
	if (c->ld != NULL)
		(void)ldap_unbind_ext_s(c->ld, NULL, NULL);
	c->ld = NULL;
}
