/* Asks the rows, several at a time, in the order in which their texts can be filled. */
#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <casebook/about.h>
#include <casebook/clock.h>
#include <casebook/io.h>
#include <casebook/utf8.h>

#include "stop.h"

void fetch_choose(struct fetch *f, char *const *ids, size_t nids)
{
	const struct collector *table;

	f->nrows = collectors(f->mem, &table);
	for (size_t i = 0; i < f->nrows; i++) {
		f->rows[i] = (struct row){.c = &table[i], .state = ROW_OUT};
		for (size_t k = 0; k < nids; k++)
			if (strcmp(ids[k], table[i].id) == 0)
				f->rows[i].state = ROW_WAITS;
	}
}

/* ---- one after the other ---- */

void fetch_tell(int fd, const char *fmt, ...)
{
	char text[2048];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (n > 0 && io_write_all(fd, text, n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1) == EPIPE)
		stop_now();
}

static void say(const struct row *r)
{
	fetch_tell(STDOUT_FILENO, "row\t%s\t%s\t%s\t%ld\t%zu\t%" PRId64 "\t%s\n", r->c->id, r->c->file,
	           outcome_name(r->outcome), r->code, r->bytes, r->took_ms, r->words != NULL ? r->words : "");
}

static void finish(struct row *r)
{
	r->state = ROW_DONE;
	say(r);
}

static void give_up(struct fetch *f, struct row *r, enum outcome outcome, const char *words)
{
	r->outcome = outcome;
	r->words = arena_strdup(f->mem, words);
	learn_from(&f->learned, r->c->id, "", 0);
	finish(r);
}

static int start_command(struct fetch *f, struct row *r, const char *text, struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, 32768); /* a command line of Windows */
	shell_wrap(f->shell, text, &b);
	rc = remote_start(&f->remote, buf_cstr(&b), r->c->seconds, r->c->bytes + 400, &r->job, err);
	buf_release(&b);
	return rc;
}

static int start(struct fetch *f, struct row *r, struct err *err)
{
	struct collect_fill fill[LEARN_MOST + 1];
	struct buf text;
	int rc;

	r->began_ms = clock_monotonic_ms();
	r->state = ROW_RUNS;
	if (r->c->form == FORM_LOG)
		return row_logs(f, r, err);
	memcpy(fill, f->learned.fill, f->learned.n * sizeof(fill[0]));
	snprintf(r->temp, sizeof(r->temp), "casebook-%ld-%s", (long)getpid(), r->c->file);
	fill[f->learned.n] = (struct collect_fill){"TN", r->temp};
	buf_init(&text, 16384);
	collector_text(r->c, f->shell, fill, f->learned.n + 1, &text);
	rc = start_command(f, r, buf_cstr(&text), err);
	buf_release(&text);
	return rc;
}

/* The name of what its text still lacks; NULL: it can be asked. */
static const char *lacks(struct fetch *f, const struct row *r)
{
	struct collect_fill fill[LEARN_MOST + 1];

	memcpy(fill, f->learned.fill, f->learned.n * sizeof(fill[0]));
	fill[f->learned.n] = (struct collect_fill){"TN", learn_get(&f->learned, "TEMP") != NULL ? "T" : NULL};
	return collector_lacks(f->mem, r->c, fill, f->learned.n + (fill[f->learned.n].value != NULL));
}

static int remove_temp(struct fetch *f, struct row *r, struct err *err)
{
	char text[400];

	collect_removal(f->shell, r->temp, text, sizeof(text));
	return start_command(f, r, text, err);
}

static void settle_removal(struct fetch *f, struct row *r)
{
	struct shell_output o = shell_unwrap(buf_cstr(&r->job.output), r->job.output.n);

	if (!o.ended || (o.n >= 5 && memcmp(o.p, "#left", 5) == 0)) {
		r->words = arena_fmt(f->mem, "%%TEMP%%\\%s could not be deleted there: delete it by hand",
		                     r->temp);
		r->outcome = OUTCOME_LEFT_FILE;
	}
	remote_release(&r->job);
	finish(r);
}

/* A command ended, or a child: on to the row's next step. */
static void go_on(struct fetch *f, struct row *r)
{
	struct err err;

	if (r->c->form == FORM_LOG) {
		row_logs_settle(r, f->mem);
		finish(r);
	} else if (r->c->form != FORM_TEMP) {
		row_settle(f, r);
		finish(r);
	} else if (r->state == ROW_RUNS) {
		row_settle(f, r);
		r->state = ROW_FILE;
		if (row_temp(f, r, &err) != 0)
			give_up(f, r, OUTCOME_NOT_ASKED, err.msg);
	} else if (r->state == ROW_FILE) {
		row_logs_settle(r, f->mem);
		r->state = ROW_REMOVED;
		if (remove_temp(f, r, &err) != 0)
			give_up(f, r, OUTCOME_LEFT_FILE, err.msg);
	} else {
		settle_removal(f, r);
	}
}

static bool runs(const struct row *r)
{
	return r->state == ROW_RUNS || r->state == ROW_FILE || r->state == ROW_REMOVED;
}

/* What fills another's text goes first, then what may take longest: the whole takes little longer than that.
 */
static unsigned urgency(const struct fetch *f, const struct row *r)
{
	for (size_t i = 0; i < f->nrows; i++)
		if (f->rows[i].state == ROW_WAITS && &f->rows[i] != r && collector_fills(r->c, f->rows[i].c))
			return 1000;
	return r->c->seconds;
}

static struct row *next_row(struct fetch *f)
{
	struct row *best = NULL;

	for (size_t i = 0; i < f->nrows; i++) {
		struct row *r = &f->rows[i];

		if (r->state == ROW_WAITS && lacks(f, r) == NULL &&
		    (best == NULL || urgency(f, r) > urgency(f, best)))
			best = r;
	}
	return best;
}

static size_t start_some(struct fetch *f, struct row *running[REMOTE_AT_ONCE])
{
	size_t n = 0, started = 0;
	struct err err;

	for (size_t i = 0; i < f->nrows; i++)
		if (runs(&f->rows[i]))
			running[n++] = &f->rows[i];
	for (struct row *r; n < REMOTE_AT_ONCE && (r = next_row(f)) != NULL;) {
		if (start(f, r, &err) != 0) {
			give_up(f, r, OUTCOME_FAILED, err.msg);
			started++;
			continue; /* it is done */
		}
		running[n++] = r;
	}
	return n + started;
}

/* What nothing can fill any more is not asked. */
static void leave_the_rest(struct fetch *f)
{
	for (size_t i = 0; i < f->nrows; i++) {
		struct row *r = &f->rows[i];
		const char *name = r->state == ROW_WAITS ? lacks(f, r) : NULL;
		char why[160];

		if (name == NULL)
			continue;
		if (f->learned.refused != NULL && strcmp(f->learned.refused, name) == 0)
			snprintf(why, sizeof(why),
			         "its %s has characters that are not passed on to a command", name);
		else
			snprintf(why, sizeof(why), "its %s is not known from there", name);
		give_up(f, r, OUTCOME_NOT_ASKED, why);
	}
}

/* ---- stopped ---- */

#define STOP_SECONDS 5 /* for what must end, and again for what must be deleted */

static bool has_temp(const struct row *r)
{
	return r->c->form == FORM_TEMP && runs(r);
}

/* Lets the jobs that run come to their end until then, in whatever way. */
static void wait_until(struct fetch *f, struct remote_job *const *jobs, size_t n, int64_t until_ms)
{
	for (size_t i = 0; i < n; i++)
		if (jobs[i]->until_ms > until_ms)
			jobs[i]->until_ms = until_ms;
	while (!stop_at_once() && remote_wait(&f->remote, jobs, n))
		;
}

/* What makes a file there is let end first: deleted before it is written, it would stay. */
static void stop(struct fetch *f)
{
	struct remote_job *jobs[REMOTE_AT_ONCE];
	struct row *temps[REMOTE_AT_ONCE];
	struct err err;
	size_t n = 0, removed = 0;

	f->remote.stopping = true;
	for (size_t i = 0; i < f->nrows; i++) {
		struct row *r = &f->rows[i];

		if (has_temp(r) && n < REMOTE_AT_ONCE) {
			temps[n] = r;
			jobs[n++] = &r->job;
		} else if (runs(r)) {
			remote_release(&r->job);
		}
	}
	wait_until(f, jobs, n, clock_monotonic_ms() + STOP_SECONDS * 1000LL);
	for (size_t i = 0; i < n; i++) {
		remote_release(jobs[i]);
		if (remove_temp(f, temps[i], &err) == 0)
			jobs[removed++] = &temps[i]->job;
	}
	wait_until(f, jobs, removed, clock_monotonic_ms() + STOP_SECONDS * 1000LL);
	for (size_t i = 0; i < removed; i++)
		remote_release(jobs[i]);
	for (size_t i = 0; i < f->nrows; i++)
		if (f->rows[i].state != ROW_OUT && f->rows[i].state != ROW_DONE)
			give_up(f, &f->rows[i], OUTCOME_STOPPED, "");
}

bool fetch_run(struct fetch *f)
{
	struct row *running[REMOTE_AT_ONCE];
	bool whole = true;
	size_t n;

	for (;;) {
		struct remote_job *jobs[REMOTE_AT_ONCE] = {NULL};
		size_t k = 0;

		memset(running, 0, sizeof(running));
		n = stop_asked() ? 0 : start_some(f, running);
		if (n == 0)
			break;
		for (; k < REMOTE_AT_ONCE && running[k] != NULL; k++)
			jobs[k] = &running[k]->job;
		if (k != 0 && !remote_wait(&f->remote, jobs, k))
			break;
		for (size_t i = 0; i < k; i++)
			if (running[i]->job.end != REMOTE_RUNS)
				go_on(f, running[i]);
	}
	if (stop_asked())
		stop(f);
	else
		leave_the_rest(f);
	for (size_t i = 0; i < f->nrows; i++)
		whole &= f->rows[i].state == ROW_OUT || outcome_fine(f->rows[i].outcome);
	return whole;
}

/* ---- about.txt ---- */

int fetch_about(struct fetch *f)
{
	const struct learned *l = &f->learned;
	char at[CLOCK_TEXT];
	struct buf b;
	int fd, sys;

	buf_init(&b, 256u * 1024);
	buf_fmt(&b, "casebook collection\ncomputer: %s\n",
	        l->computer != NULL ? l->computer : f->remote.target.host);
	if (l->utc_ms != ABOUT_NO_TIME)
		buf_fmt(&b, "time: %s\n", clock_iso(l->utc_ms, at));
	if (l->zone != NULL)
		buf_fmt(&b, "zone: %s\n", l->zone);
	buf_fmt(&b, "role: %s\n", l->mscep ? "ndes" : "server");
	buf_fmt(&b, "over=ssh\n");
	for (size_t i = 0; i < f->nrows; i++) {
		const struct row *r = &f->rows[i];

		if (r->state == ROW_DONE)
			buf_fmt(&b, "row=%s file=%s outcome=%s code=%ld bytes=%zu ms=%" PRId64 "\n", r->c->id,
			        r->c->file, outcome_name(r->outcome), r->code, r->bytes, r->took_ms);
	}
	(void)unlinkat(f->folder, "about.txt", 0); /* the row's own, which this one replaces */
	fd = openat(f->folder, "about.txt", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	sys = fd >= 0 ? io_write_all(fd, b.p, b.n) : errno;
	if (fd >= 0)
		close(fd);
	buf_release(&b);
	return sys;
}
