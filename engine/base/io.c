/* Folders on the disk.  Knows no format and no error text. */
#include <casebook/io.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/xalloc.h>

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
