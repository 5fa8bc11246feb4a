/* Base64 (RFC 4648 section 4). */
#ifndef CASEBOOK_BASE64_H
#define CASEBOOK_BASE64_H

#include <casebook/buf.h>

void base64(struct buf *out, const void *mem, size_t n);

#endif
