/* Top-level domains, looked up in the list line by line. */
#include <casebook/tld.h>

#include <string.h>
#include <strings.h>

extern const unsigned char tlds[];
extern const size_t tlds_size;

bool tld_known(const char *label, size_t n)
{
	const char *p = (const char *)tlds, *end = p + tlds_size;

	while (p < end) {
		const char *line = memchr(p, '\n', (size_t)(end - p));
		size_t m = line != NULL ? (size_t)(line - p) : (size_t)(end - p);

		if (m == n && strncasecmp(p, label, n) == 0)
			return true;
		p += m + 1;
	}
	return false;
}
