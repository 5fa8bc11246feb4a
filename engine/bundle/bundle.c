/* Puts a bundle together: parts, manifest, and the zip that the helper makes of them. */
#include "bundle_int.h"
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/io.h>
#include <casebook/json.h>
#include <casebook/redacted.h>
#include <casebook/xalloc.h>

#include "stream.h"

/* No way out of the folder that it is unpacked in, and nothing that one system spells otherwise. */
bool bundle_name_ok(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > BUNDLE_MAX_NAME || name[0] == '/' || name[0] == '.' || name[n - 1] == '/')
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = name[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      strchr("._-/", c) != NULL))
			return false;
		if ((c == '/' && (name[i + 1] == '/' || name[i + 1] == '.')))
			return false;
	}
	return true;
}

int bundle_add(struct bundle *b, const char *name, const void *bytes, size_t n, struct err *err)
{
	struct part *p;

	if (!bundle_name_ok(name))
		return err_set(err, FAIL_USAGE, 0, "'%s' cannot be the name of a part of a bundle", name);
	if (b->n >= BUNDLE_MAX_PARTS || n > BUNDLE_MAX_PART || n > BUNDLE_MAX_BYTES - b->bytes)
		return err_set(err, FAIL_LIMIT, 0,
		               "the bundle would be larger than %u MB or have more than %d parts",
		               BUNDLE_MAX_BYTES >> 20, BUNDLE_MAX_PARTS);
	if (b->n == b->cap) {
		b->cap = b->cap != 0 ? b->cap * 2 : 32;
		b->parts = xrealloc(b->parts, b->cap * sizeof(*b->parts));
	}
	p = &b->parts[b->n++];
	p->name = xstrdup(name);
	p->bytes = xmalloc(n + 1);
	if (n != 0)
		memcpy(p->bytes, bytes, n);
	p->n = n;
	b->bytes += n;
	sha256_of(bytes, n, p->sha256);
	return 0;
}

void bundle_free(struct bundle *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n; i++) {
		free(b->parts[i].name);
		free(b->parts[i].bytes);
	}
	free(b->parts);
	free(b);
}

static int add_reports(struct bundle *b, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && report_formats[i] != NULL; i++) {
		const struct report_format *f = report_formats[i];
		char name[64];
		struct buf out;

		if (strcmp(f->name, "tree") == 0)
			continue; /* for us, not for whoever gets the bundle */
		snprintf(name, sizeof(name), "report%s", f->ext);
		buf_init(&out, BUF_MAX_TEXT);
		rc = report_render(b->report, f, &out, err);
		if (rc == 0)
			rc = bundle_add(b, name, buf_cstr(&out), out.n, err);
		buf_release(&out);
	}
	return rc;
}

static int add_evidence(struct bundle *b, const struct evidence *e, struct err *err)
{
	struct jsonw j;
	struct buf out;
	char name[BUNDLE_MAX_NAME], probe[64];
	size_t n = 0;
	int rc;

	for (const char *p = e->probe; *p != '\0' && n + 1 < sizeof(probe); p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '.')
			probe[n++] = *p;
	probe[n] = '\0';
	snprintf(name, sizeof(name), "evidence/E%05u-%s.json", e->id, probe);
	buf_init(&out, BUF_MAX_TEXT);
	jsonw_init(&j, &out);
	evidence_json(&j, e, false);
	buf_char(&out, '\n');
	rc = redaction_check(b->report, name, buf_cstr(&out), out.n, err);
	if (rc == 0)
		rc = bundle_add(b, name, buf_cstr(&out), out.n, err);
	buf_release(&out);
	return rc;
}

static int add_readme(struct bundle *b, struct err *err)
{
	static const char text[] =
	        "A casebook case, to be read by whoever goes on with it.\n"
	        "\n"
	        "report.html     begin here; any browser, no network\n"
	        "report.md       to paste into a ticket\n"
	        "report.txt      to read in a terminal or a mail\n"
	        "report.json     the whole case for programs\n"
	        "evidence/       what each check measured, one file each; E00012 is E12 in the report\n"
	        "case.jsonl      the log itself: `casebook case import FILE.zip`, or FILE.zip as CASE of report, show, diff\n"
	        "manifest.json   SHA-256 and size of every part\n"
	        "\n"
	        "Is it complete and unchanged?   casebook verify FILE.zip\n"
	        "Or by hand: compare the output of sha256sum with manifest.json.\n";

	return bundle_add(b, "README.txt", text, sizeof(text) - 1, err);
}

int bundle_new(const struct report *r, struct bundle **out, struct err *err)
{
	struct bundle *b = xcalloc(1, sizeof(*b));
	int rc;

	b->report = r;
	rc = add_readme(b, err);
	if (rc == 0)
		rc = add_reports(b, err);
	for (size_t i = 0; rc == 0 && i < r->cf->nlog; i++)
		if (r->cf->log[i].kind == REC_EVIDENCE)
			rc = add_evidence(b, &r->cf->log[i].u.evidence, err);
	if (rc != 0) {
		bundle_free(b);
		return -1;
	}
	*out = b;
	return 0;
}

/* ---- manifest ---- */
static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct part *)a)->name, ((const struct part *)b)->name);
}

static void manifest(const struct bundle *b, struct buf *out)
{
	const struct report *r = b->report;
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "case", r->cf->id);
	jsonw_kstr(&j, "tool", r->cf->tool);
	jsonw_kstr(&j, "flow", r->flow->id);
	jsonw_kstr(&j, "flow_hash", r->flow->hash);
	jsonw_key(&j, "made");
	jsonw_time(&j, r->made_ms);
	jsonw_kstr(&j, "redaction", redact_level_name(r->level));
	jsonw_key(&j, "parts");
	jsonw_open(&j, '[');
	for (size_t i = 0; i < b->n; i++) {
		jsonw_open_line(&j, i);
		jsonw_kstr(&j, "name", b->parts[i].name);
		jsonw_kint(&j, "bytes", (int64_t)b->parts[i].n);
		jsonw_kstr(&j, "sha256", b->parts[i].sha256);
		jsonw_close(&j, '}');
	}
	jsonw_end_list(&j);
}

/* ---- zip ---- */
static int send_parts(const struct bundle *b, const struct buf *first, int fd)
{
	int sys = stream_put_part(fd, MANIFEST, buf_cstr(first), first->n);

	for (size_t i = 0; sys == 0 && i < b->n; i++)
		sys = stream_put_part(fd, b->parts[i].name, b->parts[i].bytes, b->parts[i].n);
	return sys != 0 ? sys : stream_put_end(fd);
}

/* A file that has no name: the zip grows there until it is whole. */
int scratch_file(struct err *err)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/casebook.XXXXXX",
	         folder != NULL && folder[0] == '/' ? folder : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return err_set(err, FAIL_IO, errno, "cannot create a temporary file in %s: %s", path,
		               strerror(errno));
	unlink(path);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

static int read_back(int fd, struct buf *out, struct err *err)
{
	int sys = lseek(fd, 0, SEEK_SET) < 0 ? errno : io_read_all(fd, out);

	return sys == 0 ? 0 : err_set(err, FAIL_IO, sys, "the zip cannot be read back: %s", strerror(sys));
}

static int make_zip(const struct bundle *b, const struct buf *first, struct buf *zip, struct err *err)
{
	int ends[2], out = scratch_file(err), sys;
	char seconds[32];
	pid_t pid;

	if (out < 0)
		return -1;
	snprintf(seconds, sizeof(seconds), "%lld", (long long)(b->report->made_ms / 1000));
	if (pipe(ends) != 0) {
		close(out);
		return err_set(err, FAIL_CHILD, errno, "no pipe can be made: %s", strerror(errno));
	}
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	if (zip_start("pack", seconds, ends[0], out, &pid, err) != 0) {
		close(ends[0]);
		close(ends[1]);
		close(out);
		return -1;
	}
	close(ends[0]);
	sys = send_parts(b, first, ends[1]);
	close(ends[1]);
	if (helper_wait(pid) != 0 || sys != 0) {
		close(out);
		return err_set(
		        err, FAIL_CHILD, sys,
		        "the zip was not made: casebook-zip ended early (is the disk of $TMPDIR full?)");
	}
	sys = read_back(out, zip, err);
	close(out);
	return sys;
}

int bundle_save(struct bundle *b, const char *path, char seal[SHA256_HEX], char sha256[SHA256_HEX],
                struct err *err)
{
	struct buf first, zip;
	int rc;

	qsort(b->parts, b->n, sizeof(*b->parts), by_name);
	buf_init(&first, BUF_MAX_TEXT);
	manifest(b, &first);
	sha256_of(buf_cstr(&first), first.n, seal);
	buf_init(&zip, BUNDLE_MAX_BYTES);
	rc = redaction_check(b->report, MANIFEST, buf_cstr(&first), first.n, err);
	if (rc == 0)
		rc = make_zip(b, &first, &zip, err);
	sha256_of(buf_cstr(&zip), zip.n, sha256);
	if (rc == 0)
		rc = report_save_bytes(buf_cstr(&zip), zip.n, path, 0600, err);
	buf_release(&first);
	buf_release(&zip);
	return rc;
}
