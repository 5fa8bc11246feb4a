/*
 * What evidence is about: whose computer, site, store or device, which time it covers, who answered.
 * A source falls into parts (an event log of two computers has two), and what happened in it is kept
 * as rows, so that the case can ask for one time, one server, one platform.  Unknown is its own value
 * everywhere: NULL, ABOUT_NO_TIME, TRI_UNKNOWN.
 */
#ifndef CASEBOOK_ABOUT_H
#define CASEBOOK_ABOUT_H

#include <stddef.h>
#include <stdint.h>

#include <casebook/json.h>
#include <casebook/value.h>

#define ABOUT_NO_TIME INT64_MIN
#define ABOUT_TEXT 300         /* bytes of one name */
#define EVIDENCE_MAX_PARTS 64  /* of one source; what comes after them is not told apart */
#define EVIDENCE_MAX_ROWS 2000 /* of one source: the newest of each kind, and those near the attempt */
#define ROW_MAX_DATA 24        /* members of a row */
#define ROW_TEXT 400           /* bytes of one of its texts */

/* Yes, no, or not known: of conditions, and of what a source says about itself. */
enum tri { TRI_NO, TRI_YES, TRI_UNKNOWN };

/* Whose a computer is.  "server": another one than the NDES server. */
enum role { ROLE_UNKNOWN, ROLE_NDES, ROLE_SERVER, ROLE_DEVICE, ROLE_CONSOLE, ROLE__MAX };
/* Who made an answer. */
enum layer {
	LAYER_UNKNOWN,
	LAYER_HTTPSYS,
	LAYER_IIS,
	LAYER_NDES,
	LAYER_CONNECTOR,
	LAYER_APP_PROXY,
	LAYER_PROXY,
	LAYER__MAX
};
/* What only such a machine writes; found by the reader. */
enum { TRACE_NDES = 1, TRACE_DEVICE = 2 };

struct about {
	const char *computer; /* as the source names it: "NDES01.contoso.com" */
	const char *site;     /* of IIS: "W3SVC1" */
	const char *pool;
	const char *store;      /* of certificates: "root", "my", "ca" */
	const char *device;     /* name, address or user that tells one device from another */
	const char *platform;   /* "android", "ios", "windows" */
	const char *log;        /* of an event log: "application", "system", "capi2", "device", "connector" */
	unsigned traces;        /* TRACE_NDES, TRACE_DEVICE */
	int64_t from_ms, to_ms; /* what it covers */
	int64_t slack_ms;       /* times may be off by so much: local times without a zone */
	int64_t as_of_ms;       /* a snapshot: when it was taken, as the file or its archive says */
	int64_t written_ms; /* its file was written last then: a snapshot in it was taken then or earlier */
	enum tri complete;  /* a whole log or store; TRI_NO: an excerpt */
	enum layer layer;   /* who answered */
	enum role role;     /* said by the source itself (about.txt of collect-ndes.cmd) or by a person */
};
/* One thing that happened, or n alike without a change between. */
struct evrow {
	const char *kind; /* of the probe's closed set: "crash", "conversation" */
	uint16_t part;    /* whose: index of parts */
	int64_t first_ms, last_ms;
	uint32_t n;        /* at least 1 */
	struct value data; /* a map: code, process, url, subject, operation, status, client ... or null */
	uint64_t line;     /* of the file, or the record; 0 when none */
};
struct evpart {
	struct about about;
};

extern const struct about about_nothing; /* all unknown: begin with it */
extern const struct evrow evrow_nothing; /* n is 1, no times */

const char *role_name(enum role r); /* "unknown", "ndes", "server", "device", "console" */
int role_from(const char *name);    /* -1 when there is none of that name */
int layer_from(const char *name);

struct about about_copy(struct arena *mem, const struct about *a);
struct evrow evrow_copy(struct arena *mem, const struct evrow *r);
/* One object each; what is unknown is left out. */
void about_json(struct jsonw *j, const struct about *a);
void evrow_json(struct jsonw *j, const struct evrow *r);
/* Strings are borrowed from v. */
void about_from(const struct value *v, struct about *out);
/* False when it names no kind. */
bool evrow_from(const struct value *v, struct evrow *out);

#endif
