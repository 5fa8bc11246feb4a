/* What must not leave a line that becomes evidence.  Thumbprints stay: they are needed for matching.  Names
 * of people and machines are the report's business. */
#include "file_text.h"

#include <string.h>

#include <casebook/secret.h>

void file_redact(struct buf *out, const char *p, size_t n)
{
	struct arena *mem = arena_new();

	buf_str(out, secret_clean_bytes(mem, p, n, NULL));
	arena_free(mem);
}
