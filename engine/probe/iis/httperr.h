/*
 * HTTPERR logs of HTTP.sys: what was refused before IIS could log it (Microsoft: Error
 * logging in HTTP APIs).  The order of columns is fixed; a #Fields line, which newer
 * Windows writes, says which of the known orders it is.
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

/* What a reason says about the fault. */
enum err_class {
	CLASS_POOL_STOPPED, /* an administrator stopped the pool */
	CLASS_POOL_CRASHED, /* the worker died, or the pool was taken offline for it */
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
	bool is_scep; /* the URL is mscep.dll's or the queue is named SCEP */
	bool guessed; /* columns by their number: there is no #Fields */
};

enum httperr_line { HTTPERR_HEADER, HTTPERR_EMPTY, HTTPERR_BAD, HTTPERR_RECORD };
enum httperr_line httperr_line(struct httperr_layout *l, const char *p, size_t n, struct httperr_record *out);

#endif
