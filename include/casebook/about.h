/*
 * The subject of evidence: computer, site, store or device, the time covered, who answered.  A source
 * splits into parts (an event log of two computers has two) and keeps its events as rows, so that a case
 * can ask about one time, one server, one platform.  Unknown is always its own value: NULL,
 * ABOUT_NO_TIME, TRI_UNKNOWN.
 */
#ifndef CASEBOOK_ABOUT_H
#define CASEBOOK_ABOUT_H

#include <stddef.h>
#include <stdint.h>

#include <casebook/json.h>
#include <casebook/value.h>

#define ABOUT_NO_TIME INT64_MIN
#define ABOUT_TEXT 300         /* bytes of one name */
#define EVIDENCE_MAX_PARTS 64  /* per source; further ones are lumped together */
#define EVIDENCE_MAX_ROWS 2000 /* per source: the newest of each kind, and those near the attempt */
#define ROW_MAX_DATA 24        /* members of a row */
#define ROW_TEXT 400           /* bytes of one of its texts */

/* Yes, no or unknown, for conditions and for claims of a source about itself. */
enum tri { TRI_NO, TRI_YES, TRI_UNKNOWN };

/* Role of a computer.  "server": any server but NDES. */
enum role { ROLE_UNKNOWN, ROLE_NDES, ROLE_SERVER, ROLE_DEVICE, ROLE_CONSOLE, ROLE__MAX };
/* Which component produced an answer. */
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
/* Traces that only such a machine leaves; set by the reader. */
enum { TRACE_NDES = 1, TRACE_DEVICE = 2 };

struct about {
	const char *computer; /* as the source names it: "NDES01.contoso.com" */
	const char *site;     /* of IIS: "W3SVC1" */
	const char *pool;
	const char *store;      /* of certificates: "root", "my", "ca" */
	const char *device;     /* name, address or user that identifies the device */
	const char *platform;   /* "android", "ios", "windows" */
	const char *log;        /* of an event log: "application", "system", "capi2", "device", "connector" */
	unsigned traces;        /* TRACE_NDES, TRACE_DEVICE */
	int64_t from_ms, to_ms; /* the time covered */
	int64_t slack_ms;       /* uncertainty of its times: local, without a zone */
	int64_t as_of_ms;       /* a snapshot: when it was taken, per file or archive */
	int64_t written_ms;     /* file modification time: a snapshot is at most this new */
	enum tri complete;      /* a whole log or store; TRI_NO: an excerpt */
	enum layer layer;       /* which component answered */
	enum role role;         /* stated by the source (about.txt of collect-ndes.cmd) or by a person */
};
/* One event, or n identical ones in a row. */
struct evrow {
	const char *kind; /* from the probe's closed set: "crash", "conversation" */
	uint16_t part;    /* index into parts */
	int64_t first_ms, last_ms;
	uint32_t n;        /* at least 1 */
	struct value data; /* a map: code, process, url, subject, operation, status, client ... or null */
	uint64_t line;     /* line in the file, or record number; 0: none */
};
struct evpart {
	struct about about;
};

extern const struct about about_nothing; /* all unknown: the initial value */
extern const struct evrow evrow_nothing; /* n is 1, no times */

const char *role_name(enum role r); /* "unknown", "ndes", "server", "device", "console" */
int role_from(const char *name);    /* -1 when unknown */
int layer_from(const char *name);

struct about about_copy(struct arena *mem, const struct about *a);
struct evrow evrow_copy(struct arena *mem, const struct evrow *r);
/* One object each; unknown members are omitted. */
void about_json(struct jsonw *j, const struct about *a);
void evrow_json(struct jsonw *j, const struct evrow *r);
/* Strings are borrowed from v. */
void about_from(const struct value *v, struct about *out);
/* False without a kind. */
bool evrow_from(const struct value *v, struct evrow *out);

#endif
