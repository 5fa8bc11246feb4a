/*
 * casebook-zip: parts to a zip and back, and nothing else.  It alone links
 * libarchive, so that casebook starts without it (2 ms), and so that a zip made to
 * harm its reader harms a process that holds nothing.
 *
 *   casebook-zip pack SECONDS   parts on standard input, a zip on standard output
 *   casebook-zip unpack         a zip on standard input, parts on standard output
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <casebook/bundle.h>
#include <casebook/confine.h>
#include <casebook/io.h>

#include <archive.h>
#include <archive_entry.h>

#include "stream.h"

/* A zip knows no time before this (APPNOTE.TXT 4.4.6). */
#define ZIP_EPOCH 315532800L

static int fail(const char *what, struct archive *a)
{
	char text[1024];
	const char *why = a != NULL ? archive_error_string(a) : NULL;
	int n = snprintf(text, sizeof(text), "FAIL %s%s%s\n", what, why != NULL ? ": " : "",
	                 why != NULL ? why : "");

	for (int i = 0; i < n && i < (int)sizeof(text) - 1; i++)
		if ((unsigned char)text[i] < 0x20 && text[i] != '\n')
			text[i] = ' ';
	if (n > 0)
		io_write_all(STDOUT_FILENO, text, strlen(text));
	return EXIT_FAILURE;
}

static void complain(const char *why)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "casebook-zip: %s\n",
	                 why != NULL ? why : "the parts ended early");

	if (n > 0)
		io_write_all(STDERR_FILENO, text, strlen(text));
}

/* ---- pack ---- */
static int pack_part(struct archive *a, struct stream *in, const struct stream_head *h, long seconds)
{
	struct archive_entry *e = archive_entry_new();
	char part[16384];
	size_t left = h->size, got;
	int rc;

	archive_entry_set_pathname(e, h->text);
	archive_entry_set_size(e, (la_int64_t)h->size);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, seconds, 0);
	rc = archive_write_header(a, e);
	archive_entry_free(e);
	while (rc == ARCHIVE_OK && left > 0) {
		got = stream_read(in, part, left < sizeof(part) ? left : sizeof(part));
		if (got == 0 || archive_write_data(a, part, got) != (la_ssize_t)got)
			return -1;
		left -= got;
	}
	return rc == ARCHIVE_OK ? 0 : -1;
}

static int pack(long seconds)
{
	static struct stream in;
	struct archive *a = archive_write_new();
	struct stream_head h;
	int rc = archive_write_set_format_zip(a) != ARCHIVE_OK ||
	         archive_write_set_options(a, "zip:compression=deflate") != ARCHIVE_OK ||
	         archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	         archive_write_open_fd(a, STDOUT_FILENO) != ARCHIVE_OK;

	stream_init(&in, STDIN_FILENO);
	while (rc == 0 && (h = stream_next(&in)).kind == STREAM_PART)
		rc = pack_part(a, &in, &h, seconds < ZIP_EPOCH ? ZIP_EPOCH : seconds);
	if (rc == 0 && h.kind != STREAM_END)
		rc = -1;
	if (rc == 0)
		rc = archive_write_close(a) != ARCHIVE_OK;
	if (rc != 0)
		complain(archive_error_string(a));
	archive_write_free(a);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- unpack ---- */
static int unpack_part(struct archive *a, struct archive_entry *e, size_t *total)
{
	const char *name = archive_entry_pathname(e);
	struct buf b;
	char part[16384];
	la_ssize_t got;
	int rc = 0;

	if (name == NULL || strlen(name) > BUNDLE_MAX_NAME || strpbrk(name, "\n\r") != NULL)
		return fail("a part has no usable name", NULL);
	if (archive_entry_filetype(e) == AE_IFDIR)
		return EXIT_SUCCESS;
	if (archive_entry_filetype(e) != AE_IFREG)
		return fail("a part is no plain file", NULL);
	buf_init(&b, BUNDLE_MAX_PART);
	while ((got = archive_read_data(a, part, sizeof(part))) > 0) {
		*total += (size_t)got;
		buf_put(&b, part, (size_t)got);
		if (*total > BUNDLE_MAX_BYTES || b.over)
			break;
	}
	if (*total > BUNDLE_MAX_BYTES || b.over)
		rc = fail("it unpacks to more than a bundle may hold", NULL);
	else if (got < 0)
		rc = fail(name, a);
	else if (stream_put_part(STDOUT_FILENO, name, buf_cstr(&b), b.n) != 0)
		rc = EXIT_FAILURE;
	buf_release(&b);
	return rc;
}

static int unpack(void)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	size_t total = 0, parts = 0;
	int rc, failed = EXIT_SUCCESS;

	if (a == NULL || archive_read_support_format_zip(a) != ARCHIVE_OK ||
	    archive_read_open_fd(a, STDIN_FILENO, 65536) != ARCHIVE_OK) {
		failed = fail("it cannot be read as a zip", a);
		archive_read_free(a);
		return failed;
	}
	while (failed == EXIT_SUCCESS && (rc = archive_read_next_header(a, &e)) != ARCHIVE_EOF) {
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			failed = fail("the zip is damaged", a);
		else if (++parts > BUNDLE_MAX_PARTS)
			failed = fail("it has more parts than a bundle may hold", NULL);
		else
			failed = unpack_part(a, e, &total);
	}
	if (failed == EXIT_SUCCESS && stream_put_end(STDOUT_FILENO) != 0)
		failed = EXIT_FAILURE;
	archive_read_free(a);
	return failed;
}

int main(int argc, char **argv)
{
	/* Zip stores local time: the zone must be the same everywhere; names are read as UTF-8. */
	setenv("TZ", "UTC0", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	confine_enter(CONFINE_ZIP, NULL, 0, 0);
	if (argc == 3 && strcmp(argv[1], "pack") == 0)
		return pack(strtol(argv[2], NULL, 10));
	if (argc == 2 && strcmp(argv[1], "unpack") == 0)
		return unpack();
	complain("casebook starts this program; see `casebook bundle --help`");
	return 2;
}
