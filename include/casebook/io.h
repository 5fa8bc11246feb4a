/* For everything that writes files. */
#ifndef CASEBOOK_IO_H
#define CASEBOOK_IO_H

#include <stddef.h>

/* Writes all n bytes; 0 or errno. */
int io_write_all(int fd, const void *mem, size_t n);

/* The name of a new or renamed file is durable only once its folder is (fsync(2), NOTES): syncs the folder
 * of `path`. Some file systems cannot sync a folder; the file's content is safe even then, so failures are
 * ignored. */
void io_sync_folder(const char *path);

#endif
