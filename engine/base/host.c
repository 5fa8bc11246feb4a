/* The name of this machine, and names that are the same. */
#include <casebook/host.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <casebook/buf.h>
#include <casebook/utf8.h>

void host_name(char out[HOST_SIZE])
{
	char name[HOST_SIZE] = "";
	struct buf b;

	(void)gethostname(name, sizeof(name) - 1);
	buf_init(&b, HOST_SIZE - 1);
	utf8_clean(&b, name, strlen(name), UTF8_ONE_LINE);
	snprintf(out, HOST_SIZE, "%s", buf_cstr(&b));
	buf_release(&b);
}

bool host_same(const char *a, const char *b)
{
	size_t n = strcspn(a, "."), m = strcspn(b, ".");

	return n == m && n != 0 && strncasecmp(a, b, n) == 0 &&
	       (a[n] == '\0' || b[m] == '\0' || strcasecmp(a, b) == 0);
}
