/* A file or folder that a person gave on a step: read whole, and said what it was.  And the way back: what a
 * page hands over, copied to the terminal's clipboard or written as a file to send. */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/io.h>

#include "clipboard.h"
#include "collected.h"

struct reading {
	struct loop *l;
	const char *path;
	int64_t since;
	size_t unused; /* files that no check reads */
	char last[300];
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool turn(void *arg)
{
	struct reading *r = arg;
	int64_t s = (clock_monotonic_ms() - r->since) / 1000;

	app_say(&r->l->app, MARK_OPEN, "Reading %s, %lld s. Esc stops.", name_of(r->path), (long long)s);
	return loop_turn_reading(r->l);
}

static void hear(void *arg, const char *text)
{
	struct reading *r = arg;

	r->unused++;
	snprintf(r->last, sizeof(r->last), "%s", text);
}

/* The sources read since then, by name, each once. */
static size_t list_read(const struct session *s, size_t from, struct buf *out)
{
	const struct casefile *cf = session_case(s);
	const struct flow *flow = session_flow(s);
	size_t n = 0;

	for (size_t i = from; i < cf->nlog; i++) {
		const struct record *rec = &cf->log[i];
		const struct input_def *def = NULL;
		const struct probe *p = NULL;
		const char *path = NULL;

		if (rec->kind == REC_INPUT && rec->u.input.by == BY_FILE) {
			def = flow_input(flow, rec->u.input.key);
			path = rec->u.input.value;
		} else if (rec->kind == REC_EVIDENCE && rec->u.evidence.sha256 != NULL &&
		           rec->u.evidence.step == NULL && rec->u.evidence.outcome == EV_MEASURED) {
			p = flow_probe(flow, rec->u.evidence.probe);
			path = rec->u.evidence.target;
		}
		if (path == NULL || (def == NULL && p == NULL))
			continue;
		if (n++ < 4)
			buf_fmt(out, "%s%s (%s)", n > 1 ? ", " : "", def != NULL ? def->label : p->title,
			        name_of(path));
	}
	if (n > 4)
		buf_fmt(out, " and %zu more", n - 4);
	return n;
}

/* What it was, and whether what was asked for is still wanted. */
static void say_read(struct reading *r, const char *field, size_t from)
{
	const struct session *s = drive_session(r->l->drive);
	const struct input_def *def = field != NULL ? flow_input(session_flow(s), field) : NULL;
	bool got = def == NULL || replay_input(session_now(drive_session(r->l->drive)), field) != NULL;
	struct buf b;
	size_t n;

	buf_init(&b, 2000);
	n = list_read(s, from, &b);
	if (n == 0)
		app_say(&r->l->app, MARK_BAD, "%s: %s", name_of(r->path),
		        r->unused != 0 ? r->last : "nothing in it is known to casebook");
	else if (!got)
		app_say(&r->l->app, MARK_WARN, "Read: %s. Still wanted: %s.", buf_cstr(&b), def->label);
	else
		app_say(&r->l->app, MARK_OK, "Read: %s.%s", buf_cstr(&b),
		        r->unused != 0 ? " Others are not logs that casebook reads." : "");
	buf_release(&b);
}

void loop_read(struct loop *l, const struct wish *w)
{
	struct reading r = {.l = l, .path = w->text, .since = clock_monotonic_ms()};
	const struct drive_reading how = {turn, &r, w->intent.key, hear};
	size_t from = session_case(drive_session(l->drive))->nlog;
	bool done = drive_read(l->drive, w->text, &how);

	l->page_stale = l->frame_stale = true;
	if (done)
		say_read(&r, w->intent.key, from);
	else
		app_say(&l->app, MARK_OPEN, "Stopped. What was read so far is kept.");
}

/* The screen is left for ssh's own questions; what came goes in as if it had been given. */
void loop_collect(struct loop *l, const char *address)
{
	struct arena *mem = arena_new();
	const char *folder, *note;

	l->d.ops->suspend(l->d.self);
	folder = collected_fetch(&l->opt, drive_session(l->drive), address, mem, &note);
	l->d.ops->resume(l->d.self);
	l->page_stale = l->frame_stale = true;
	if (folder == NULL) {
		app_say(&l->app, MARK_WARN, "Nothing was fetched from %s.", address);
	} else {
		loop_send(l, (struct intent){.kind = IN_NOTE, .text = note, .by = BY_PERSON});
		loop_read(l, &(struct wish){.kind = WISH_FILES, .text = folder});
	}
	arena_free(mem);
}

/* ---- handed over ---- */

void loop_copy(struct loop *l, const char *text)
{
	const char *why = clipboard_copy(text);

	if (why != NULL)
		app_say(&l->app, MARK_WARN, "Not copied: %s. y again shows it alone, for the mouse.", why);
	else
		app_say(&l->app, MARK_OK,
		        "Sent to the clipboard (%zu characters). If it does not arrive, y again shows it alone.",
		        strlen(text));
}

/* Never over a file that is there: get-14.cmd, get-14-2.cmd, ... */
void loop_script(struct loop *l, const char *name, const char *text)
{
	char path[200];
	int fd = -1, wrong;

	for (int i = 1; i < 100 && fd < 0; i++) {
		if (i == 1)
			snprintf(path, sizeof(path), "%s.cmd", name);
		else
			snprintf(path, sizeof(path), "%s-%d.cmd", name, i);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	wrong = fd < 0 ? errno : io_write_all(fd, text, strlen(text));
	if (fd >= 0 && close(fd) != 0 && wrong == 0)
		wrong = errno;
	if (wrong != 0 && fd >= 0)
		unlink(path); /* half a file of commands would run half of them */
	if (wrong != 0)
		app_say(&l->app, MARK_BAD, "%s was not written: %s", path, strerror(wrong));
	else
		app_say(&l->app, MARK_OK, "Written: %s/%s, to send to whoever runs it.",
		        l->app.in.folder != NULL ? l->app.in.folder : ".", path);
}
