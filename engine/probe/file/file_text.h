/*
 * Lines of a text file, whatever its encoding, line ends or wrapping in RTF. Lines are bytes: UTF-8 from
 * UTF-16, RTF or UTF-8 files, else unchanged (a log may hold Latin-1 in one field); file_utf8() makes them
 * displayable.
 */
#ifndef CASEBOOK_FILE_TEXT_H
#define CASEBOOK_FILE_TEXT_H

#include <casebook/buf.h>

#include "file_src.h"

#define FILE_LINE_MAX (256u << 10) /* bytes kept of a line; a SyncML document on one line is under 200 KB */

struct evidence_out;
struct file_text;

struct file_line {
	const char *p; /* valid until the next call; not NUL-terminated */
	size_t n;
	uint64_t number; /* from 1 */
	uint64_t offset; /* of its first byte in the decoded text */
	bool cut;        /* longer than FILE_LINE_MAX; only its head is here */
	bool ended;      /* a line end stands behind it; a file that was cut off stops without one */
};

enum file_encoding { FILE_UTF8, FILE_8BIT, FILE_UTF16LE, FILE_UTF16BE, FILE_BINARY };

/* Opens the path and sends the file's name as target.  `out` gets progress; may be
 * NULL in tests.  Caller closes. */
int file_text_open(const char *path, struct evidence_out *out, struct file_text **text,
                   struct err *err) MUST_CHECK;
/* Over an open source, which remains the caller's; sends no SHA-256. */
struct file_text *file_text_over(struct file_src *src, struct evidence_out *out);
/* Decodes lines to UTF-8 from any code page (file_page.h). file_text_open() turns it on, since exports and
 * command output use one; logs stay unchanged. Before the first line only. */
void file_text_decode(struct file_text *t);
/* 1 a line, 0 the end, -1 damaged from here on (err names the place; earlier lines stand). */
int file_text_next(struct file_text *t, struct file_line *line, struct err *err) MUST_CHECK;
/* Sends the SHA-256 when `out` was given and the rest of the file can be read. */
void file_text_close(struct file_text *t);
/* Lines of quoted mail are given without its marks, unless the reader joins what they tore. */
void file_text_keep_quotes(struct file_text *t);
struct file_src *file_text_src(struct file_text *t);

const char *file_encoding_name(enum file_encoding e); /* "UTF-8", "UTF-16LE", ... */
bool file_text_was_rtf(const struct file_text *t);

/* The encoding of a file's first bytes, with or without BOM. FILE_BINARY: not text. */
enum file_encoding file_guess_encoding(const unsigned char *p, size_t n);
/* Length of the file's byte order mark; 0 without one. */
size_t file_bom(const unsigned char *p, size_t n);
/* Appends UTF-16 as UTF-8 and returns the bytes consumed; an incomplete character is left for the next
 * piece, unless this is the last. Only a file's first piece can begin with a byte order mark. */
size_t file_from_utf16(struct buf *out, const unsigned char *p, size_t n, bool little, bool last);
/* The sample as UTF-8, RTF stripped; false when it is not text. */
bool file_sample_text(const unsigned char *p, size_t n, struct buf *out);

/* Appends as UTF-8: itself when valid, else in the code page that the file at hand reads best in
 * (file_page.h). */
void file_utf8(struct buf *out, const char *p, size_t n);
/* Appends the line as a pin may show it: challenges, PKIOperation messages, tokens,
 * passwords, cookies and authorisation values removed ("<removed, 4032 bytes>"). */
void file_redact(struct buf *out, const char *p, size_t n);
/* What RTF leaves in copied text: backslashes at the end, \'93 and the like. Appends. */
void file_rtf_leftovers(struct buf *out, const char *p, size_t n);

/* RTF to UTF-8, in pieces (RTF 1.9.1). */
struct rtf {
	int depth, skip; /* group depth; depth at which a dropped group began, 0 none */
	int state;
	char word[24];
	unsigned nword, nnum, hex;
	char num[12];
	int uc; /* characters to drop after \u */
	int drop;
};
void rtf_init(struct rtf *r);
bool rtf_is(const unsigned char *p, size_t n);
void rtf_feed(struct rtf *r, const char *p, size_t n, struct buf *out);

#endif
