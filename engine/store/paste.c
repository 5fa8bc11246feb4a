/* Keeps pasted text in a file beside the store. */
#include <casebook/paste.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/io.h>
#include <casebook/sha256.h>

#include "store_int.h"

const char *store_folder(struct arena *mem, const char *db, const char *name, struct err *err)
{
	char *named = db == NULL ? store_default_path(true, err) : NULL;
	const char *path = db != NULL ? db : named, *slash, *folder = NULL;

	if (path != NULL) {
		slash = strrchr(path, '/');
		folder = arena_fmt(mem, "%.*s/%s", slash != NULL ? (int)(slash - path) : 1,
		                   slash != NULL ? path : ".", name);
	}
	free(named);
	if (folder != NULL && mkdir(folder, 0700) != 0 && errno != EEXIST) {
		err_set(err, FAIL_IO, errno, "%s: the folder for evidence cannot be created: %s", folder,
		        strerror(errno));
		return NULL;
	}
	return folder;
}

static const char *name_of(struct arena *mem, const char *folder, int64_t now_ms, const void *text, size_t n)
{
	char hex[SHA256_HEX], at[CLOCK_TEXT];

	clock_digits(now_ms, at);
	sha256_of(text, n, hex);
	return arena_fmt(mem, "%s/paste-%s-%.8s.txt", folder, at, hex);
}

const char *paste_keep(struct arena *mem, const char *db, int64_t now_ms, const void *text, size_t n,
                       struct secret_count *count, struct err *err)
{
	const char *folder, *path;
	int fd, failed;

	if (n == 0 || n > PASTE_MAX) {
		err_set(err, FAIL_LIMIT, 0,
		        n == 0 ? "the pasted text is empty"
		               : "the pasted text is larger than %u MB; save it and name the file",
		        PASTE_MAX >> 20);
		return NULL;
	}
	folder = store_folder(mem, db, "pastes", err);
	if (folder == NULL)
		return NULL;
	text = secret_mask_bytes(mem, text, n, count);
	path = name_of(mem, folder, now_ms, text, n);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	failed = fd < 0 ? errno : io_write_all(fd, text, n);
	if (fd >= 0 && failed == 0 && fsync(fd) != 0)
		failed = errno;
	if (fd >= 0)
		close(fd);
	if (failed != 0) {
		err_set(err, failed == ENOSPC ? FAIL_FULL : FAIL_IO, failed, "%s: cannot be written: %s",
		        path, strerror(failed));
		return NULL;
	}
	io_sync_folder(path);
	return path;
}
