/* For everything that reads or writes files whole. */
#ifndef CASEBOOK_IO_H
#define CASEBOOK_IO_H

#include <stddef.h>

#include <casebook/buf.h>

/* Writes all n bytes; 0 or errno. */
int io_write_all(int fd, const void *mem, size_t n);

/* Adds what there is to read, up to out's ceiling; 0 or errno: EFBIG when there is more. */
int io_read_all(int fd, struct buf *out);
/* The same of a file; "-" is standard input. */
int io_read_file(const char *path, struct buf *out);

/* The name of a new or renamed file is durable only once its folder is (fsync(2), NOTES): syncs the folder
 * of `path`. Some file systems cannot sync a folder; the file's content is safe even then, so failures are
 * ignored. */
void io_sync_folder(const char *path);

#endif
