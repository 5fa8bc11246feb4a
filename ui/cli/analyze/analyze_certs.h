/* Certificates of files. */
#ifndef CASEBOOK_UI_ANALYZE_CERTS_H
#define CASEBOOK_UI_ANALYZE_CERTS_H

#include <casebook/analyze.h>
#include <casebook/buf.h>

/* A line for each certificate of file i, and for each recipient of a SCEP message in it. */
void analyze_certs(const struct analysis *a, size_t i, struct buf *out);

#endif
