/* The inside of a source, shared by file_src.c and file_archive.c only. */
#ifndef CASEBOOK_FILE_SRC_INT_H
#define CASEBOOK_FILE_SRC_INT_H

#include "file_src.h"

struct file_src {
	char path[FILE_PATH];
	ssize_t (*take)(struct file_src *s, void *buf, size_t n, struct err *err);
	void (*release)(struct file_src *s);
	struct file_src *lower; /* the packed source; owned when `owns` */
	bool owns;
	int fd;              /* plain files; else -1 */
	void *impl;          /* z_stream or struct archive */
	struct sha256 *hash; /* of the bytes read at this level; NULL when not wanted */
	uint64_t taken, given, stored;
	unsigned char *head; /* the peeked bytes */
	size_t head_n, head_at;
	bool over;       /* end seen or failed */
	struct err late; /* an error met while peeking */
};

struct file_src *src_new(const char *path);
/* Wraps `lower` when it is gzip; else returns it. */
struct file_src *src_gunzip(struct file_src *lower);
/* Refuses bombs: `given` unpacked from `from` stored bytes. */
int src_check_size(const struct file_src *s, uint64_t from, struct err *err);
/* A member named by the rest of a path after '!'; takes over `lower`. */
int src_open_member(struct file_src *lower, const char *member, const char *path, bool hash,
                    struct file_src **out, struct err *err) MUST_CHECK;
/* `shown` is the file's displayed name, `real` its bytes. */
int src_open_plain(const char *real, const char *shown, bool hash, struct file_src **out,
                   struct err *err) MUST_CHECK;
/* file_open() without looking for a neighbouring about.txt. */
int src_open(const char *path, bool hash, struct file_src **out, struct err *err) MUST_CHECK;
/* Reads the about.txt (beside.h) of the file's folder or of one of three above it; in a seekable archive,
 * of the members' folders first. */
void file_beside(const char *path);
/* Whether the reading time is over; err then says so. */
bool src_late(const struct file_src *s, struct err *err);
struct file_walk;
bool walk_archive(struct file_walk *w, struct file_src *s, unsigned depth);

#endif
