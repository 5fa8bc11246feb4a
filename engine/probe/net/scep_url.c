/* The address of a SCEP operation.  Knows nothing of what comes back. */
#include "scep_url.h"

#include <string.h>

const char *scep_url(struct arena *mem, const char *url, const char *operation, const char *message)
{
	size_t n = strcspn(url, "#");
	const char *base = arena_strndup(mem, url, n);
	const char *join = strchr(base, '?') == NULL ? "?" : "&";

	return message != NULL ? arena_fmt(mem, "%s%soperation=%s&message=%s", base, join, operation, message)
	                       : arena_fmt(mem, "%s%soperation=%s", base, join, operation);
}
