/*
 * SFTP version 3, reading only (draft-ietf-secsh-filexfer-02; version 3 is what OpenSSH speaks): a folder's
 * names, a file's size, and ranges of it. Over the pipes of `ssh -s HOST sftp`, so that the person's own
 * configuration, agent and jump hosts are in force.
 */
#ifndef CASEBOOK_FETCH_SFTP_H
#define CASEBOOK_FETCH_SFTP_H

#include <stdint.h>

#include <casebook/buf.h>

struct sftp {
	int to, from;
	int64_t until_ms; /* CLOCK_MONOTONIC: no call takes longer */
	uint32_t next_id;
	struct buf packet;
	char why[200]; /* of the last failure */
	bool broken;   /* the connection is of no use any more; else only this file */
	uint64_t read; /* bytes of files so far */
};
struct sftp_name {
	char name[256];
	uint64_t size;
	int64_t modified_s; /* seconds since 1970; 0 when not said */
	bool folder;
};
#define SFTP_HANDLE 256
struct sftp_file {
	char handle[SFTP_HANDLE];
	uint32_t n;
	uint64_t size;
};

/* Each returns -1 with `why` set. */
int sftp_begin(struct sftp *s, int to, int from, int64_t until_ms);
void sftp_end(struct sftp *s);
/* At most `most` names; *n says how many. */
int sftp_list(struct sftp *s, const char *folder, struct sftp_name *out, size_t most, size_t *n);
int sftp_open(struct sftp *s, const char *path, struct sftp_file *out);
/* Appends bytes [from, from+n) or what there is of them. */
int sftp_read(struct sftp *s, const struct sftp_file *f, uint64_t from, uint64_t n, struct buf *out);
void sftp_close(struct sftp *s, struct sftp_file *f);

#endif
