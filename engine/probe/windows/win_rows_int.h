/* One event as a row: its kind, and what is kept of it; shared by win_rows.c and win_row_of.c only. */
#ifndef CASEBOOK_WIN_ROWS_INT_H
#define CASEBOOK_WIN_ROWS_INT_H

#include "win_judge_int.h"

enum kind {
	KIND_CRASH,
	KIND_NDES_STARTED,
	KIND_NDES_FAILED,
	KIND_NDES_PASSWORD,
	KIND_NDES_SUBMIT,
	KIND_NDES_MESSAGE,
	KIND_POOL_DISABLED,
	KIND_POOL_IDENTITY,
	KIND_WORKER_FAILED,
	KIND_WORKER_DIED,
	KIND_OTHER_WORKER, /* a worker process that served another pool */
	KIND_LOGON,
	KIND_CAPI2,
	KIND_CONNECTOR,
	KIND_OLD_CONNECTOR, /* what it verified, its errors and its warnings */
	KIND_SETUP,
	KIND_CA_DENIED,
	KIND_DEVICE_REQUEST,
	KIND_DEVICE_SENT,
	KIND_DEVICE_RESPONSE,
	KIND_DEVICE_INSTALLED,
	KIND_DEVICE_FAILED,
	KIND_MESSAGE, /* an error or warning of another known source */
	KIND__MAX
};
struct kept {
	enum kind kind;
	unsigned part;
	uint32_t n, event, pid; /* pid: of the process that ended; 0: not said */
	int64_t first, last;
	uint64_t line;
	char code[24], name[120], url[300],
	        text[160]; /* name: process, module, pool or product; text: for whom */
};

/* The row of an event, without its part and its times; false when it is of no concern.  traces: what only
 * such a machine writes. */
bool win_row_of(const struct win_judge *j, const struct win_event *e, struct kept *k, unsigned *traces);

#endif
