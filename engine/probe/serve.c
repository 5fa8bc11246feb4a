/*
 * The server: one poll loop, a forked child per job, one way out.  However a
 * child ends, its job ends with exactly one message.  It stays single-threaded,
 * so that fork() is safe, and decodes nothing that a child says.
 */
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/confine.h>

#include "child.h"
#include "file_page.h"
#include "trust.h"

#define GRACE_MS 250 /* a probe ends itself at its deadline and says how far it got; then it is killed */
#define OUT_ENOUGH (1u << 20) /* with so much unread, children are not read either */
#define LINGER_MS 200         /* between a child's last byte and its end */

struct job {
	uint32_t id;
	pid_t pid; /* 0: the slot is free */
	int fd;    /* -1 once the child closed it */
	int64_t began_ms, kill_ms;
	struct buf in; /* a line not yet complete */
	size_t looked; /* bytes of `in` that hold no line end */
	size_t bytes;
	bool said_end; /* `end` holds what the child said */
	struct wire_message end;
	bool killed;   /* by us: `end` is ours */
	char why[160]; /* "" when the child's own words stand */
};

struct server {
	struct job jobs[WIRE_MAX_JOBS];
	struct buf in, out;
	bool closing;
};

static void put_job(struct server *s, uint32_t id, const struct wire_message *m)
{
	buf_fmt(&s->out, "%u ", id);
	wire_put(&s->out, m);
}

static void put_end(struct server *s, uint32_t id, enum evidence_outcome outcome, const char *why,
                    int64_t took)
{
	if (why != NULL && *why != '\0')
		put_job(s, id, &(struct wire_message){.kind = WIRE_WHY, .text = why});
	put_job(s, id,
	        &(struct wire_message){.kind = WIRE_END, .outcome = outcome, .took_ms = (uint32_t)took});
}

static struct job *job_find(struct server *s, uint32_t id)
{
	for (size_t i = 0; i < WIRE_MAX_JOBS; i++)
		if (s->jobs[i].pid != 0 && s->jobs[i].id == id)
			return &s->jobs[i];
	return NULL;
}

static struct job *job_slot(struct server *s)
{
	for (size_t i = 0; i < WIRE_MAX_JOBS; i++)
		if (s->jobs[i].pid == 0)
			return &s->jobs[i];
	return NULL;
}

static void job_kill(struct job *j, enum evidence_outcome outcome, const char *why)
{
	if (j->killed)
		return;
	kill(j->pid, SIGKILL);
	j->killed = true;
	j->end.outcome = outcome;
	snprintf(j->why, sizeof(j->why), "%s", why);
}

/* ---- requests ---- */

/* What a child may no longer load, and what is the same for all. */
static void warm(const struct probe_impl *impl, const struct wire_request *r)
{
	bool live = impl->desc.kind == PROBE_LIVE;

	confine_warm(impl->signs_in ? CONFINE_SIGN_IN : live ? CONFINE_LIVE : CONFINE_FILE);
	if (impl->signs_in)
		confine_warm(CONFINE_FILE); /* what is left once it has */
	if (impl->tls)
		trust_warm(r->ca_file);
	if (!live)
		file_page_warm();
}

static void start(struct server *s, const struct wire_request *r)
{
	const struct probe_impl *impl = probe_impl_find(r->probe);
	struct job *j = job_slot(s);
	struct wire_request full = *r;
	struct err err;

	if (impl == NULL || j == NULL || job_find(s, r->job) != NULL) {
		put_end(s, r->job, EV_CRASHED,
		        impl == NULL ? "casebook-probe does not know this check: both programs must be of "
		                       "one version"
		        : j == NULL  ? "too many checks at a time"
		                     : "a check with this number is running",
		        0);
		return;
	}
	if (full.timeout_ms == 0)
		full.timeout_ms = impl->desc.timeout_ms;
	warm(impl, r);
	memset(j, 0, sizeof(*j));
	buf_init(&j->in, BUF_MAX_LINE);
	j->id = r->job;
	j->began_ms = clock_monotonic_ms();
	j->kill_ms = j->began_ms + full.timeout_ms + GRACE_MS;
	if (child_start(impl, &full, &j->pid, &j->fd, &err) < 0) {
		j->pid = 0;
		put_end(s, r->job, EV_CRASHED, err.msg, 0);
	}
}

static void request(struct server *s, const char *line, size_t n)
{
	struct arena *mem = arena_new();
	struct wire_request r;
	struct err err;

	if (wire_get_request(mem, line, n, &r, &err) == 0) {
		struct job *j = r.cancel ? job_find(s, r.job) : NULL;

		if (r.warm)
			trust_warm(r.ca_file);
		else if (!r.cancel)
			start(s, &r);
		else if (j != NULL)
			job_kill(j, EV_CANCELLED, "");
	}
	arena_free(mem);
}

static void read_requests(struct server *s)
{
	char chunk[65536];
	ssize_t n = read(0, chunk, sizeof(chunk));
	size_t from = 0;

	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		s->closing = true;
	if (n <= 0)
		return;
	buf_put(&s->in, chunk, (size_t)n);
	for (;;) {
		const char *nl = memchr(s->in.p + from, '\n', s->in.n - from);

		if (nl == NULL)
			break;
		request(s, s->in.p + from, (size_t)(nl - s->in.p) - from);
		from = (size_t)(nl - s->in.p) + 1;
	}
	buf_shift(&s->in, from);
	if (s->in.over || s->in.n >= BUF_MAX_LINE)
		s->closing = true; /* not our parent */
}

/* ---- children ---- */

static void child_end(struct job *j, const char *line, size_t n)
{
	struct arena *mem = arena_new();

	if (!j->said_end && !j->killed && wire_get(mem, line, n, &j->end, NULL) == 0 &&
	    j->end.kind == WIRE_END)
		j->said_end = true;
	arena_free(mem);
}

static void relay(struct server *s, struct job *j)
{
	size_t from = 0;

	for (;;) {
		size_t at = from > j->looked ? from : j->looked;
		const char *nl = memchr(j->in.p + at, '\n', j->in.n - at);
		size_t n;

		if (nl == NULL)
			break;
		n = (size_t)(nl - j->in.p) - from;
		if (wire_is_end(j->in.p + from, n)) {
			child_end(j, j->in.p + from, n);
		} else if (!j->said_end) {
			buf_fmt(&s->out, "%u ", j->id);
			buf_put(&s->out, j->in.p + from, n + 1);
		}
		from += n + 1;
	}
	if (from != 0)
		buf_shift(&j->in, from);
	j->looked = j->in.n;
}

static void read_child(struct server *s, struct job *j)
{
	char chunk[65536];
	ssize_t n = read(j->fd, chunk, sizeof(chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close(j->fd);
		j->fd = -1;
		if (j->kill_ms > clock_monotonic_ms() + LINGER_MS)
			j->kill_ms = clock_monotonic_ms() + LINGER_MS;
		return;
	}
	j->bytes += (size_t)n;
	/* Room for the rest of a line and one chunk: what is longer is no line of ours. */
	buf_put(&j->in, chunk, (size_t)n);
	relay(s, j);
	if (j->in.over || j->in.n >= BUF_MAX_LINE)
		job_kill(j, EV_CRASHED, "the check sent a line that does not end");
	if (j->bytes > WIRE_MAX_JOB_BYTES)
		job_kill(j, EV_CRASHED, "the check sent more than 16 MB");
}

static void how_it_died(struct job *j, int status)
{
	j->end.outcome = EV_CRASHED;
	if (WIFSIGNALED(status))
		snprintf(j->why, sizeof(j->why), "the check's process was ended by signal %d (%s)",
		         WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == 1)
		snprintf(j->why, sizeof(j->why), "the check ran out of memory");
	else if (WEXITSTATUS(status) != 0)
		snprintf(j->why, sizeof(j->why), "the check's process ended with status %d",
		         WEXITSTATUS(status));
	else
		snprintf(j->why, sizeof(j->why), "the check's process ended without a result");
	/* Nobody sees this but who asked to (CASEBOOK_PROBE_STDERR). */
	fprintf(stderr, "casebook-probe: %s\n", j->why);
}

/* Ends the job when its child is gone; true while it still lingers. */
static bool reap(struct server *s, struct job *j)
{
	int status;
	pid_t got = waitpid(j->pid, &status, WNOHANG);

	if (got == 0)
		return true;
	if (!j->killed && (got < 0 || !j->said_end || status != 0))
		how_it_died(j, got < 0 ? 0 : status);
	put_end(s, j->id, j->end.outcome, j->why, clock_monotonic_ms() - j->began_ms);
	buf_release(&j->in);
	j->pid = 0;
	return false;
}

/* ---- the loop ---- */

static void flush_out(struct server *s)
{
	ssize_t n;

	if (s->out.n == 0)
		return;
	n = write(1, s->out.p, s->out.n);
	if (n > 0)
		buf_shift(&s->out, (size_t)n);
	else if (n < 0 && errno != EINTR && errno != EAGAIN)
		s->closing = true;
}

/* Kills what is late, reaps what is gone; milliseconds to the next thing to do, -1 for none. */
static int tend(struct server *s)
{
	int64_t now = clock_monotonic_ms(), next = -1;

	for (size_t i = 0; i < WIRE_MAX_JOBS; i++) {
		struct job *j = &s->jobs[i];
		int64_t wait;

		if (j->pid == 0 || (j->fd < 0 && !reap(s, j)))
			continue;
		if (now >= j->kill_ms && !j->killed) {
			bool late = j->fd >= 0 || !j->said_end;

			job_kill(j, late ? EV_TIMEOUT : j->end.outcome, "");
		}
		wait = j->fd < 0 ? 1 : j->killed ? -1 : j->kill_ms - now;
		if (wait >= 0 && (next < 0 || wait < next))
			next = wait;
	}
	return next > 60000 ? 60000 : (int)next;
}

static void turn(struct server *s, int wait)
{
	struct pollfd fds[WIRE_MAX_JOBS + 2];
	struct job *of[WIRE_MAX_JOBS + 2];
	nfds_t n = 2;

	fds[0] = (struct pollfd){.fd = 0, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = s->out.n != 0 ? 1 : -1, .events = POLLOUT};
	for (size_t i = 0; s->out.n < OUT_ENOUGH && i < WIRE_MAX_JOBS; i++) {
		struct job *j = &s->jobs[i];

		if (j->pid == 0 || j->fd < 0)
			continue;
		of[n] = j;
		fds[n++] = (struct pollfd){.fd = j->fd, .events = POLLIN};
	}
	if (poll(fds, n, wait) < 0)
		return;
	for (nfds_t i = 2; i < n; i++)
		if (fds[i].revents != 0)
			read_child(s, of[i]);
	if (fds[0].revents != 0)
		read_requests(s);
}

int serve(void)
{
	static struct server s;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	(void)fcntl(0, F_SETFL, O_NONBLOCK);
	(void)fcntl(1, F_SETFL, O_NONBLOCK);
	buf_init(&s.in, BUF_MAX_LINE);
	buf_init(&s.out, BUF_MAX_TEXT);
	put_job(&s, 0, &(struct wire_message){.kind = WIRE_HELLO, .n = WIRE_VERSION});
	while (!s.closing) {
		int wait = tend(&s);

		flush_out(&s);
		if (!s.closing)
			turn(&s, wait);
	}
	for (size_t i = 0; i < WIRE_MAX_JOBS; i++)
		if (s.jobs[i].pid != 0)
			kill(s.jobs[i].pid, SIGKILL);
	return 0;
}
