/*
 * Bytes of one file, wherever it lies: on the disk, gzipped, or a member of a zip, cab or tar archive.  A
 * member is named "evidence.zip!logs/u_ex240514.log"; nested archives add further '!'.
 *
 * How to write a file probe
 * -------------------------
 *     how = file_each_line(out, path, each, arg)    file_kind.h: opens, unpacks, decodes, sends the SHA-256
 *     if (how != EV_MEASURED)
 *             return how;                           why has been said
 * Binary formats use file_open() and file_read() here; file_load() takes a small file whole.  Each probe also
 * gives .recognise (file_kind.h): 0 to 100 from the first FILE_SAMPLE bytes, by content, never by name.
 * Folders and archives are walked with file_walk() (file_walk.h).  Lines that go into pins pass file_redact()
 * first (file_text.h). When the file cannot be opened or is something else:
 *     return file_refuse(out, &err);  or  return file_refuse_kind(out, src, "an IIS log", "a #Fields line");
 */
#ifndef CASEBOOK_FILE_SRC_H
#define CASEBOOK_FILE_SRC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <casebook/err.h>
#include <casebook/sha256.h>

#define FILE_SAMPLE 65536u             /* what recognition sees */
#define FILE_MAX_UNPACKED (8ull << 30) /* of one member or gzip file: a busy server's log of a year */
#define FILE_MAX_RATIO 400u            /* deflate reaches 1030; logs stay under 60 */
#define FILE_RATIO_FROM (64ull << 20)  /* small files may compress without limit */
#define FILE_MAX_NESTED 4u             /* archives in archives */
#define FILE_MAX_ARCHIVES 500u         /* opened in one walk; an archive bomb has more */
#define FILE_MAX_FOLDERS 64u           /* folders in folders */
#define FILE_MAX_FILES 50000u          /* of one walk; a year of daily logs of 100 sites is 36,500 */
#define FILE_PATH 4096u /* PATH_MAX; a shown name can be four times as long and is then refused */

struct file_src;

/* A regular file, or a member of an archive.  gzip is unpacked on the way.  With
 * `hash` the SHA-256 of the stored bytes is computed while reading.  Caller closes. */
int file_open(const char *path, bool hash, struct file_src **out, struct err *err) MUST_CHECK;
void file_close(struct file_src *s); /* accepts NULL */
/* Bytes read, 0 at the end, -1 when the file is damaged or refused from here on: earlier bytes stay good,
 * `err` names the place. */
ssize_t file_read(struct file_src *s, void *buf, size_t n, struct err *err) MUST_CHECK;
/* The first bytes (at most FILE_SAMPLE) without taking them.  Only before file_read;
 * an error shows at the first read. */
size_t file_peek(struct file_src *s, const unsigned char **bytes);
/* Damage met while peeking, so that the peeked bytes are incomplete; NULL when none. */
const char *file_peek_failed(const struct file_src *s);
/* The whole content, NUL-terminated, at most max bytes; caller frees. */
int file_load(struct file_src *s, size_t max, char **out, size_t *n, struct err *err) MUST_CHECK;

const char *file_path(const struct file_src *s);
int file_fd(const struct file_src *s); /* of a plain file for pread(); -1 when it is unpacked */
/* All of n bytes at an offset, fewer only at the end of the file; -1 on a disk error. */
ssize_t file_read_at(int fd, void *mem, size_t n, uint64_t at, struct err *err) MUST_CHECK;
uint64_t file_stored(const struct file_src *s);     /* bytes as stored; 0 when not known */
uint64_t file_taken(const struct file_src *s);      /* stored bytes taken so far, for progress */
const char *file_packing(const struct file_src *s); /* "none", "gzip" or "archive" */
/* Reads the rest and gives the SHA-256 of the stored file (a member: unpacked); false when it was opened
 * without `hash` or the rest is unreadable. */
bool file_sha256(struct file_src *s, char out[SHA256_HEX]);

bool file_is_folder(const char *path);
/* The real name for a shown one (casebook/file_name.h): itself when such a file exists, else its bytes in
 * buf. */
const char *file_real(const char *shown, char buf[FILE_PATH]);
/* zip, cab or tar by their first bytes; NULL when none. */
const char *file_archive_kind(const unsigned char *bytes, size_t n);

#endif
