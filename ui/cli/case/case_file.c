/* A case that comes as a file: a bundle, or what `casebook case export` wrote.  Needs no store. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <casebook/bundle.h>
#include <casebook/clock.h>
#include <casebook/store.h>

#include "case_cmd.h"
#include "case_ref.h"

#define IMPORT_MAX BUF_MAX_TEXT /* an export of the largest case */

bool case_names_file(const char *arg)
{
	return arg[strspn(arg, "#0123456789")] != '\0' && (strcmp(arg, "-") == 0 || access(arg, F_OK) == 0);
}

static bool is_zip(const char *path)
{
	char first[4] = "";
	int fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	bool yes = fd >= 0 && read(fd, first, sizeof(first)) == 4 && memcmp(first, "PK\003\004", 4) == 0;

	if (fd >= 0)
		close(fd);
	return yes;
}

/* The first fault, for the message. */
static void first_fault(void *arg, const struct bundle_fault *f)
{
	struct buf *b = arg;

	if (b->n == 0)
		buf_fmt(b, "%.200s%s%s", f->part != NULL ? f->part : "", f->part != NULL ? " " : "", f->what);
}

static int from_bundle(const char *path, struct buf *text, struct err *err)
{
	struct buf fault, clean;
	struct bundle_check check = {.fault = first_fault, .arg = &fault, .want = BUNDLE_CASE, .part = text};
	int rc;

	buf_init(text, IMPORT_MAX);
	buf_init(&fault, 2000);
	buf_init(&clean, 4000);
	rc = bundle_verify(path, &check, err);
	case_text(&clean, buf_cstr(&fault), "?");
	if (rc == 0 && check.faults != 0)
		rc = err_set(err, FAIL_FORMAT, 0,
		             "%s: %s. It is not as its manifest says; `casebook verify` lists all faults",
		             path, buf_cstr(&clean));
	else if (rc == 0 && text->n == 0)
		rc = err_set(err, FAIL_FORMAT, 0,
		             "%s holds no " BUNDLE_CASE
		             ": an older casebook made it, and only its report can be read",
		             path);
	else if (rc == 0 && text->over)
		rc = err_set(err, FAIL_LIMIT, 0, "%s: its case is larger than %u MB", path, IMPORT_MAX >> 20);
	buf_release(&fault);
	buf_release(&clean);
	return rc;
}

int case_file_text(const char *path, struct buf *out, struct err *err)
{
	return is_zip(path) ? from_bundle(path, out, err) : case_read_file(path, IMPORT_MAX, out, err);
}

int case_file_load(const char *path, struct casefile *out, struct err *err)
{
	struct buf text;
	int rc = case_file_text(path, &text, err);

	if (rc == 0)
		rc = store_read_export(strcmp(path, "-") == 0 ? "standard input" : path, buf_cstr(&text),
		                       text.n, out, err);
	buf_release(&text);
	if (rc == 0 && out->left_out.n != 0)
		fprintf(stderr,
		        "casebook: %s: values that look like secrets were left out: %u, the first like %s\n",
		        path, out->left_out.n, out->left_out.what);
	return rc;
}

void case_exported(const struct cli *c, const char *ref, const struct rec_export *e)
{
	struct store *store;
	struct err err;
	int rc = store_open(c->db, false, &store, &err);

	if (rc == 0)
		rc = store_exported(store, ref, e, clock_now_ms(), &err);
	store_close(store);
	if (rc != 0)
		fprintf(stderr, "casebook: it was written, but not put on record: %s\n", err.msg);
}
