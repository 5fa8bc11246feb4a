/*
 * HTTPERR logs of HTTP.sys: requests refused before IIS could log them (Microsoft: Error logging in HTTP
 * APIs). The column order is fixed; the #Fields line of newer Windows tells which of the known orders
 * applies.
 */
#ifndef CASEBOOK_HTTPERR_H
#define CASEBOOK_HTTPERR_H

#include "iis.h"

enum err_col {
	ERR_DATE,
	ERR_TIME,
	ERR_C_IP,
	ERR_METHOD,
	ERR_URI,
	ERR_STATUS,
	ERR_SITE,
	ERR_REASON,
	ERR_QUEUE,
	ERR__MAX
};

struct httperr_layout {
	int8_t col[ERR__MAX]; /* -1 when absent */
	uint8_t n;            /* 0: no #Fields seen */
};

/* Classes of reasons. */
enum err_class {
	CLASS_POOL_STOPPED, /* an administrator stopped the pool */
	CLASS_POOL_CRASHED, /* the worker died, or its pool was taken offline */
	CLASS_POOL_BUSY,
	CLASS_LIMIT, /* a length limit of HTTP.sys */
	CLASS_CLIENT_GONE,
	CLASS_TIMEOUT,
	CLASS_TLS,
	CLASS_REFUSED, /* malformed, or bound nowhere */
	CLASS_IDLE,    /* idle connections closed: noise */
	CLASS_OTHER,
	CLASS__MAX
};
extern const char *const httperr_class_names[CLASS__MAX];
enum err_class httperr_class(const char *reason, size_t n);

struct httperr_record {
	int64_t at_s;
	int status; /* -1 when none */
	struct iis_slice client, method, uri, reason, queue;
	bool is_scep; /* the URL is mscep.dll's or the queue is called SCEP */
	bool guessed; /* columns by number, for want of #Fields */
};

enum httperr_line { HTTPERR_HEADER, HTTPERR_EMPTY, HTTPERR_BAD, HTTPERR_RECORD };
enum httperr_line httperr_line(struct httperr_layout *l, const char *p, size_t n, struct httperr_record *out);

#endif
