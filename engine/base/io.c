/* Bytes and folders on the disk.  Knows no format and no error text. */
#include <casebook/io.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/xalloc.h>

int io_write_all(int fd, const void *mem, size_t n)
{
	const char *p = mem;

	while (n > 0) {
		ssize_t did = write(fd, p, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return errno;
		p += did;
		n -= (size_t)did;
	}
	return 0;
}

int io_read_all(int fd, struct buf *out)
{
	char block[65536];
	ssize_t got;

	while (!out->over && (got = read(fd, block, sizeof(block))) != 0) {
		if (got < 0 && errno != EINTR)
			return errno;
		if (got > 0)
			buf_put(out, block, (size_t)got);
	}
	return out->over ? EFBIG : 0;
}

int io_read_file(const char *path, struct buf *out)
{
	int fd, sys;

	if (strcmp(path, "-") == 0)
		return io_read_all(STDIN_FILENO, out);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	sys = io_read_all(fd, out);
	close(fd);
	return sys;
}

void io_sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL   ? xstrdup(".")
	               : slash == path ? xstrdup("/")
	                               : xstrndup(path, (size_t)(slash - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(folder);
	if (fd < 0)
		return;
	(void)!fsync(fd);
	close(fd);
}
