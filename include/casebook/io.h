/* What every writer of files needs of the disk. */
#ifndef CASEBOOK_IO_H
#define CASEBOOK_IO_H

#include <stddef.h>

/* All of it, or the errno of what stopped it. */
int io_write_all(int fd, const void *mem, size_t n);

/* The name of a new or renamed file is durable only once its folder is (fsync(2), NOTES): syncs the folder of
 * `path`. Some file systems cannot sync a folder; what is in the file is safe then, so that no failure is
 * told. */
void io_sync_folder(const char *path);

#endif
