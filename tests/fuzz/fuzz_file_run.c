/* A file in memory for fuzz targets, and a probe over it. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <casebook/wire.h>

#include "evout.h"

static int fd = -1;

const char *fuzz_file(const uint8_t *data, size_t n)
{
	static char path[64];

	if (fd < 0)
		fd = memfd_create("fuzz", 0);
	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, n, 0) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static void take(void *arg, const char *line, size_t n)
{
	struct wire_message m;
	struct err err;

	if (n == 0 || line[n - 1] != '\n' || wire_get(arg, line, n - 1, &m, &err) != 0)
		abort();
}

void fuzz_probe(const char *id, const uint8_t *data, size_t n)
{
	struct probe_arg args[] = {{"file", fuzz_file(data, n)}, {"hash", "no"}};
	const struct probe_impl *impl = probe_impl_find(id);
	struct probe_call call = {.args = args, .nargs = 1};
	struct arena *mem = arena_new();
	struct buf why;

	if (probe_param(&impl->desc, "hash") != NULL)
		call.nargs = 2;
	buf_init(&why, 200);
	if (call_problem(&impl->desc, call.args, call.nargs, &why) != NULL)
		abort(); /* a call that is refused would try nothing */
	buf_release(&why);
	probe_call_run(impl, &call, take, mem);
	arena_free(mem);
}
