/*
 * IIS W3C logs, read into a tally: requests to mscep.dll, their clients, their answers, the progress of each
 * conversation.  iis_line() judges one line exactly; iis_scan() reads a plain file with several threads and
 * yields the same tally. Facts about the format: the latest "#Fields" defines the columns and may change
 * mid-file; columns are separated by blanks, empty is "-", a field over 4096 bytes is "..." (Microsoft: IIS
 * logs contain dots).  Times are UTC unless the column's name says local.
 */
#ifndef CASEBOOK_IIS_H
#define CASEBOOK_IIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "file_text.h"

#define IIS_MAX_COLS 64
#define IIS_NO_TIME INT64_MIN

enum iis_col {
	COL_DATE,
	COL_TIME,
	COL_SITE,
	COL_COMPUTER,
	COL_S_IP,
	COL_METHOD,
	COL_STEM,
	COL_QUERY,
	COL_USER,
	COL_C_IP,
	COL_AGENT,
	COL_COOKIE,
	COL_STATUS,
	COL_SUB,
	COL_WIN32,
	COL_FORWARDED, /* X-Forwarded-For and the like: the device behind a proxy */
	COL__MAX
};

struct iis_layout {
	int8_t col[COL__MAX]; /* column number, -1 when absent */
	uint8_t n;            /* columns of a line; 0: no #Fields seen yet */
	bool quoted;          /* Advanced Logging: values in quotes may hold blanks */
	bool local;           /* date-local, time-local */
	bool tabs;            /* #Fields itself has tabs: they part columns too */
};
/* The header lines above a line, which decide its meaning. */
struct iis_state {
	struct iis_layout layout;
	char date[11];     /* of the last #Date, for layouts without a date column */
	char software[80]; /* of the last #Software */
	bool advanced;     /* that software is the Advanced Logging module */
};
/* The text after "#Fields:". */
void iis_layout_parse(struct iis_layout *l, const char *p, size_t n);
bool iis_layout_equal(const struct iis_layout *a, const struct iis_layout *b);
/* Applies a line that begins with '#'; true when it was #Fields. */
bool iis_header(struct iis_state *s, const char *p, size_t n);

struct iis_slice {
	const char *p;
	size_t n;
};
/* Columns at runs of blanks; returns their number, IIS_MAX_COLS + 1 when there are more. */
size_t iis_split(const char *p, size_t n, bool quoted, bool tabs, struct iis_slice f[IIS_MAX_COLS]);

enum iis_op { OP_NONE, OP_CAPS, OP_CACERT, OP_PKI, OP_NEXTCA, OP_OTHER, OP__MAX };
enum iis_stage { STAGE_NONE, STAGE_CAPS, STAGE_CACERT, STAGE_PKI };
/* How far an operation (enum iis_op) takes an enrolment: enum iis_stage. */
static inline uint8_t iis_stage_of(uint8_t op)
{
	return op == OP_CAPS     ? STAGE_CAPS
	       : op == OP_CACERT ? STAGE_CACERT
	       : op == OP_PKI    ? STAGE_PKI
	                         : STAGE_NONE;
}
enum iis_platform {
	PLAT_ANDROID,
	PLAT_IOS,
	PLAT_MACOS,
	PLAT_WINDOWS,
	PLAT_OTHER,
	PLAT_BROWSER,
	PLAT_VALIDATOR,
	PLAT_MONITOR, /* probes for life: a load balancer, a monitoring system, curl, an empty agent */
	PLAT_CASEBOOK,
	PLAT__MAX
};
extern const char *const iis_op_names[OP__MAX];
extern const char *const iis_stage_names[]; /* ends with NULL */
extern const char *const iis_time_bases[];  /* utc, local, NULL */
extern const char *const iis_platform_names[PLAT__MAX];
static inline bool iis_is_device(enum iis_platform p)
{
	return p <= PLAT_OTHER;
}
enum iis_platform iis_platform_of(const char *agent, size_t n);
/* *validator: the message is filler from Microsoft's Validate-NDESUrl. */
enum iis_op iis_op_of(const char *query, size_t n, bool *validator);

struct iis_status {
	uint16_t status, sub;
	uint32_t win32;
	uint8_t parts; /* how many of the three the layout has, 1 to 3 */
};
static inline bool iis_status_equal(struct iis_status a, struct iis_status b)
{
	return a.win32 == b.win32 && a.status == b.status && a.sub == b.sub && a.parts == b.parts;
}
void iis_status_text(struct iis_status s, char out[32]); /* "500.0.1346" */

/* The last date seen, cached. */
struct iis_day {
	char text[10];
	int64_t s; /* its midnight */
};

/* One request for mscep.dll. */
struct iis_request {
	int64_t at_s; /* seconds since 1970, IIS_NO_TIME when the line has none */
	struct iis_status status;
	enum iis_op op;
	bool dotted;    /* the query was over 4096 bytes: op is inferred */
	bool validator; /* the query is a validator's filler */
	bool get;
	bool glued; /* joined from lines that were cut inside words */
	bool blank; /* the log has agents, and this one is empty: devices always send one */
	bool local; /* the time is the server's own */
	bool sound; /* iis_guess(): a port and a client address are in their columns */
	struct iis_slice client, agent, query, server;
};
/* False when a numeric or time column does not parse. */
bool iis_request_of(const struct iis_layout *l, const char *date, const struct iis_slice *f,
                    struct iis_day *day, struct iis_request *out);
/* A line without #Fields, from its shape: a method and a path in the middle, three to six whole numbers at
 * the end (3: status, sub-status, win32; 4: and time-taken; 5: sc-bytes before it; 6: sc-bytes and
 * cs-bytes).  GUESS_HEAD: a line wrapped by a mail client, its numbers are on the next. */
enum iis_guess { GUESS_NO, GUESS_HEAD, GUESS_WHOLE };
enum iis_guess iis_guess(const char *p, size_t n, struct iis_request *out, bool *is_scep);
/* Strips what mail and documents add around a line: "> ", bullets, backticks, a full stop. */
void iis_trim(const char **p, size_t *n);
/* Appends a line cut at a fixed width: blanks at its ends belong to the text. */
void iis_glue(struct buf *out, const char *line, size_t n);
/* Whether mscep.dll is a segment of the path. Not mscep.dllx: for IIS that is a missing file. */
bool iis_stem_is_scep(const char *p, size_t n);
/* Whether a query begins as a device asks first, operation=GetCACaps or GetCACert; whatever the path. */
bool iis_asks(const char *query, size_t n);
/* Eight bytes with ASCII letters in lower case, to compare with eight of a word. */
static inline uint64_t iis_lower8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v | 0x2020202020202020u;
}
/* Whether the dot at `dot`, with five bytes before it and three after it, is the one in mscep.dll. */
static inline bool iis_is_mscep(const char *dot)
{
	return iis_lower8(dot - 5) == iis_lower8("mscep.dl") && (dot[3] | 0x20) == 'l';
}

bool iis_parse_time(const char *date, const char *time, int64_t *s); /* "2026-11-22", "10:52:17" */

#endif
