/* Files by SFTP, read in a child: logs of which the last days travel, and the one file that a command made.
 */
#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/about.h>
#include <casebook/clock.h>
#include <casebook/io.h>

#include "span.h"

#define LOG_DAYS 3

struct work {
	struct fetch *f;
	const struct row *r;
	char path[1024];
};

static void tell(enum outcome how, const char *why)
{
	fetch_tell(STDOUT_FILENO, "%s\t%s\n", outcome_name(how), why);
}

static void tell_bytes(uint64_t n)
{
	fetch_tell(STDOUT_FILENO, "bytes\t%llu\n", (unsigned long long)n);
}

static enum outcome why_not(const struct sftp *s)
{
	return strcmp(s->why, "no such file") == 0        ? OUTCOME_ABSENT
	       : strcmp(s->why, "permission denied") == 0 ? OUTCOME_REFUSED
	                                                  : OUTCOME_FAILED;
}

static void read_logs(void *arg)
{
	const struct work *w = arg;
	struct fetch *f = w->f;
	int64_t now = f->learned.utc_ms != ABOUT_NO_TIME ? f->learned.utc_ms : clock_now_ms();
	struct span span = {.since_ms = now - LOG_DAYS * 86400000LL, .budget = w->r->c->bytes};
	struct remote_sftp sftp;
	struct err err;
	char text[200];
	int folder;

	if (mkdirat(f->folder, w->r->c->file, 0700) != 0 && errno != EEXIST) {
		tell(OUTCOME_FAILED, strerror(errno));
		return;
	}
	folder = openat(f->folder, w->r->c->file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0 || remote_sftp_open(&f->remote, w->r->c->seconds, &sftp, &err) != 0) {
		tell(OUTCOME_FAILED, folder < 0 ? strerror(errno) : err.msg);
		return;
	}
	if (span_fetch(&sftp.s, w->path, folder, &span) != 0) {
		tell(why_not(&sftp.s), sftp.s.why);
	} else {
		snprintf(text, sizeof(text), "%zu files%s", span.files,
		         span.cut ? ", of one only the end: it is larger than what travels" : "");
		tell(span.files != 0 ? OUTCOME_GOT : OUTCOME_ABSENT, text);
	}
	if (span.files == 0)
		(void)unlinkat(f->folder, w->r->c->file, AT_REMOVEDIR);
	tell_bytes(sftp.s.read);
	remote_sftp_close(&sftp);
}

static int copy_file(struct sftp *s, const char *path, int folder, const struct collector *c)
{
	struct sftp_file file;
	struct buf b;
	int fd, rc;

	if (sftp_open(s, path, &file) != 0)
		return -1;
	buf_init(&b, c->bytes);
	rc = sftp_read(s, &file, 0, file.size, &b);
	sftp_close(s, &file);
	fd = rc == 0 ? openat(folder, c->file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
	             : -1;
	if (rc == 0 && (fd < 0 || io_write_all(fd, b.p, b.n) != 0)) {
		snprintf(s->why, sizeof(s->why), "it cannot be written here: %s", strerror(errno));
		rc = -1;
	}
	if (fd >= 0)
		close(fd);
	buf_release(&b);
	return rc;
}

static void read_temp(void *arg)
{
	const struct work *w = arg;
	struct remote_sftp sftp;
	struct err err;

	if (remote_sftp_open(&w->f->remote, w->r->c->seconds, &sftp, &err) != 0) {
		tell(OUTCOME_FAILED, err.msg);
		return;
	}
	if (copy_file(&sftp.s, w->path, w->f->folder, w->r->c) != 0)
		tell(why_not(&sftp.s), sftp.s.why);
	else
		tell(OUTCOME_GOT, "");
	tell_bytes(sftp.s.read);
	remote_sftp_close(&sftp);
}

int row_logs(struct fetch *f, struct row *r, struct err *err)
{
	struct work w = {.f = f, .r = r}; /* the child has its own copy */
	struct buf text;

	buf_init(&text, sizeof(w.path) - 1);
	collector_text(r->c, f->shell, f->learned.fill, f->learned.n, &text);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\\')
			text.p[i] = '/';
	snprintf(w.path, sizeof(w.path), "%s", buf_cstr(&text));
	buf_release(&text);
	return remote_fork(read_logs, &w, r->c->seconds, &r->job, err);
}

int row_temp(struct fetch *f, struct row *r, struct err *err)
{
	struct work w = {.f = f, .r = r};
	const char *folder = learn_get(&f->learned, "TEMP"),
	           *path = folder != NULL ? learn_sftp_path(&f->learned, folder) : NULL;

	if (path == NULL)
		return err_set(err, FAIL_NOT_FOUND, 0,
		               "the path of its temporary files has characters that are not passed on");
	snprintf(w.path, sizeof(w.path), "%s/%s", path, r->temp);
	return remote_fork(read_temp, &w, r->c->seconds, &r->job, err);
}

/* "got\t2 files\nbytes\t123\n" */
void row_logs_settle(struct row *r, struct arena *mem)
{
	const char *p = buf_cstr(&r->job.output), *tab = strchr(p, '\t'), *nl = strchr(p, '\n'),
	           *bytes = strstr(p, "bytes\t");

	r->took_ms = clock_monotonic_ms() - r->began_ms;
	if (r->job.end == REMOTE_LATE) {
		r->outcome = OUTCOME_LATE;
	} else if (tab == NULL || nl == NULL || nl < tab) {
		r->outcome = OUTCOME_FAILED;
	} else {
		r->outcome = outcome_from(p, (size_t)(tab - p));
		r->words = arena_strndup(mem, tab + 1, (size_t)(nl - tab) - 1);
		r->kept = r->outcome == OUTCOME_GOT;
	}
	r->bytes = bytes != NULL ? strtoul(bytes + 6, NULL, 10) : 0;
	remote_release(&r->job);
}
