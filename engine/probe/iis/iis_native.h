/*
 * A line of the format that IIS has of its own, separated by commas, without header lines.
 */
#ifndef CASEBOOK_IIS_NATIVE_H
#define CASEBOOK_IIS_NATIVE_H

#include "iis.h"

/* False: it is none.  Times are the server's own. */
bool iis_native(const char *p, size_t n, struct iis_request *out, bool *is_scep);

#endif
