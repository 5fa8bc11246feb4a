/* The name of this machine. */
#include <casebook/host.h>

#include <stdio.h>
#include <string.h>
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
