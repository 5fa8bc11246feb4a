/*
 * The one poll(): keys, signals, results of checks, and the few things that are due
 * at a time.  Draws when something changed; between two events nothing wakes it.
 */
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/signals.h>

/* ---- drawing ---- */

/* Should the program be ended by a signal or by want of memory, the shell's line says where the case is. */
static void prepare_last_words(struct loop *l)
{
	const struct session *s = l->drive != NULL ? drive_session(l->drive) : NULL;
	struct buf text;

	buf_init(&text, BUF_MAX_LINE);
	if (s != NULL && session_case(s)->number != 0) {
		buf_fmt(&text,
		        "casebook stopped. Case %u is saved%s. Go on: ", (unsigned)session_case(s)->number,
		        loop_all_saved(l) ? "" : " but for what the disk did not take");
		resume_command(&text, session_case(s)->number, l->opt.db);
		buf_char(&text, '\n');
	}
	display_curses_last_words(buf_cstr(&text));
	buf_release(&text);
}

static void draw(struct loop *l)
{
	int rows, cols;

	if (l->page_stale) {
		struct page *p;

		arena_reset(l->page_mem);
		l->app.session = l->drive != NULL ? drive_session(l->drive) : NULL;
		p = l->drive != NULL ? page_build(l->app.session, l->page_mem) : NULL;
		if (p != NULL && app_folds(&l->app, p))
			page_fold(p, l->page_mem);
		app_page(&l->app, p);
		l->page_stale = false;
	}
	prepare_last_words(l);
	l->d.ops->extent(l->d.self, &rows, &cols);
	if (rows != l->frame.rows || cols != l->frame.cols)
		frame_resize(&l->frame, rows, cols);
	l->app.now_ms = clock_now_ms();
	arena_reset(l->frame_mem);
	app_draw(&l->app, &l->frame, l->frame_mem);
	l->d.ops->present(l->d.self, &l->frame);
	l->frame_stale = false;
	l->draw_by = NEVER;
	l->drawn_at = clock_monotonic_ms();
}

/* Progress: soon, but not more often than an eye follows. */
static void draw_soon(struct loop *l)
{
	l->page_stale = true;
	if (l->draw_by == NEVER)
		l->draw_by = l->drawn_at + LOOP_FRAME_MS;
}

/* ---- the case ---- */

static int64_t retry_time(const struct loop *l)
{
	const struct err *why = drive_failed(l->drive);

	return clock_monotonic_ms() +
	       (why != NULL && why->code == FAIL_LOCKED ? LOOP_HELD_MS : LOOP_RETRY_MS);
}

void loop_send(struct loop *l, struct intent in)
{
	const struct session *s = drive_session(l->drive);
	bool failed_before = session_save_failed(s);
	uint32_t saved = session_saved(s);

	drive_send(l->drive, in);
	l->page_stale = l->frame_stale = true;
	if (session_save_failed(s) && (!failed_before || l->retry_at == NEVER))
		l->retry_at = retry_time(l);
	if (session_saved(s) != saved)
		l->idle_at = clock_monotonic_ms() + LOOP_IDLE_MS;
}

/* The store is opened and casebook-probe started when the first frame stands. */
static void begin(struct loop *l)
{
	if (!l->opt.session.no_network)
		jobs_warm(l->jobs);
	if (l->drive != NULL)
		loop_send(l, (struct intent){.kind = IN_START});
	else
		loop_list(l, NULL);
}

/* ---- what wakes us ---- */

static void take_keys(struct loop *l)
{
	struct key k;

	while (!l->quit && l->d.ops->next_key(l->d.self, &k)) {
		struct wish w;

		if (l->page_stale) /* a key means what stands on the page as it is now */
			draw(l);
		w = app_key(&l->app, k);
		l->frame_stale = true;
		if (w.kind != WISH_QUIT && w.kind != WISH_START)
			l->warned = false;
		loop_wish(l, &w);
	}
}

static void take_signals(struct loop *l)
{
	int sig;

	while ((sig = signals_next()) != 0) {
		if (sig == SIGWINCH) {
			l->d.ops->resized(l->d.self);
		} else if (sig == SIGTSTP) {
			l->d.ops->suspend(l->d.self);
			signals_stop_self();
			l->d.ops->resume(l->d.self);
		} else if (sig == SIGCONT) { /* after a stop that was not ours */
			l->d.ops->resume(l->d.self);
		} else {
			l->quit = true;
			l->end = WIZARD_INTERRUPTED;
		}
		l->frame_stale = true;
	}
}

static void take_time(struct loop *l, int64_t now)
{
	if (now >= l->draw_by)
		l->frame_stale = true;
	if (now >= l->retry_at) {
		l->retry_at = NEVER;
		if (l->drive != NULL && session_save_failed(drive_session(l->drive)))
			loop_send(l, (struct intent){.kind = IN_SAVE_AGAIN});
	}
	if (now >= l->idle_at && l->drive != NULL && session_busy(drive_session(l->drive))) {
		l->idle_at =
		        now + LOOP_IDLE_MS; /* it waits for the disk: no time for that while Esc may come */
	} else if (now >= l->idle_at) {
		l->idle_at = NEVER;
		if (l->store != NULL)
			store_idle(l->store);
		if (l->drive != NULL && drive_look_back(l->drive))
			l->page_stale = l->frame_stale = true;
	}
}

static int wait_ms(const struct loop *l)
{
	int64_t next = l->draw_by, now;

	next = l->retry_at < next ? l->retry_at : next;
	next = l->idle_at < next ? l->idle_at : next;
	if (next == NEVER)
		return -1;
	now = clock_monotonic_ms();
	return next <= now ? 0 : (int)(next - now);
}

/* Checks go on while we wait; what ended is shown at once, what goes on soon. */
static void wait_in_case(struct loop *l, struct pollfd *keys)
{
	const struct session *s = drive_session(l->drive);
	size_t records = session_case(s)->nlog, running, now_running;
	uint32_t saved = session_saved(s);

	session_jobs(s, &running);
	if (!jobs_wait(l->jobs, keys, 1, wait_ms(l)))
		return;
	session_jobs(s, &now_running);
	if (session_case(s)->nlog == records && now_running == running) {
		draw_soon(l);
		return;
	}
	l->page_stale = l->frame_stale = true;
	if (session_saved(s) != saved)
		l->idle_at = clock_monotonic_ms() + LOOP_IDLE_MS;
	if (session_save_failed(s) && l->retry_at == NEVER)
		l->retry_at = retry_time(l);
}

static void wait_and_take(struct loop *l)
{
	struct pollfd fds[] = {{l->d.ops->fd(l->d.self), POLLIN, 0}};

	if (l->drive != NULL)
		wait_in_case(l, fds);
	else
		jobs_wait(l->jobs, fds, 1, wait_ms(l));
	take_signals(l);
	if ((fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		l->quit = true; /* the terminal is gone */
		l->end = WIZARD_INTERRUPTED;
	}
	if (!l->quit && fds[0].revents != 0)
		take_keys(l);
	take_time(l, clock_monotonic_ms());
}

/* Nothing that is typed blind counts as an answer. */
static bool stops_reading(struct loop *l)
{
	bool stop = false;
	struct key k;

	while (l->d.ops->next_key(l->d.self, &k))
		stop = stop || k.kind == K_ESC;
	return stop;
}

bool loop_turn_reading(struct loop *l)
{
	struct pollfd fds[] = {{l->d.ops->fd(l->d.self), POLLIN, 0}};
	bool stop = false;

	if (l->frame_stale)
		draw(l);
	jobs_wait(l->jobs, fds, 1, 1000);
	take_signals(l);
	if ((fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		l->quit = true;
		l->end = WIZARD_INTERRUPTED;
	} else if (fds[0].revents != 0) {
		stop = stops_reading(l);
	}
	l->page_stale = l->frame_stale = true;
	return !stop && !l->quit;
}

void loop_run(struct loop *l)
{
	l->draw_by = l->retry_at = l->idle_at = NEVER;
	l->page_stale = true;
	draw(l);
	begin(l);
	while (!l->quit) {
		if (l->frame_stale)
			draw(l);
		wait_and_take(l);
	}
}
