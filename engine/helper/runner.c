/*
 * Jobs in the helper process, as evidence.  Whatever becomes of a job, of the
 * helper or of the socket between, the job ends with one piece of evidence.
 * The clock is read here because a measurement bears the time it was begun.
 */
#include <casebook/runner.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/host.h>
#include <casebook/utf8.h>
#include <casebook/wire.h>
#include <casebook/xalloc.h>

#include "believe.h"
#include "helper.h"

#define LATE_MS 5000 /* beyond a job's own time the helper itself hangs */

struct run_job {
	uint32_t id;
	const struct probe *probe;
	const struct probe_arg *args;
	size_t nargs;
	const char *step;
	struct arena *mem;
	struct wire_collect got;
	uint64_t done, total;
	size_t bytes;
	unsigned timeout_ms;
	int64_t started_ms, began, late;
	const char *lost; /* how the helper failed it; NULL while all is well */
};

struct runner {
	struct runner_options opt;
	struct arena *mem, *scratch;
	char host[HOST_SIZE];
	pid_t pid;
	int fd; /* -1: no helper runs */
	struct buf in, out;
	size_t from; /* what of `in` is read */
	struct run_job *jobs[WIRE_MAX_JOBS];
	size_t njobs;
	struct run_job *told; /* delivered; freed by the next take */
	struct evidence evidence;
};

struct runner *runner_new(const struct runner_options *opt)
{
	struct runner *r = xcalloc(1, sizeof(*r));

	r->mem = arena_new();
	r->scratch = arena_new();
	r->opt = *opt;
	r->opt.program = arena_strdup(r->mem, opt->program);
	r->opt.ca_file = arena_strdup(r->mem, opt->ca_file);
	r->opt.proxy = arena_strdup(r->mem, opt->proxy);
	r->fd = -1;
	host_name(r->host);
	buf_init(&r->in, 2 * BUF_MAX_LINE);
	buf_init(&r->out, BUF_MAX_TEXT);
	return r;
}

static void job_free(struct run_job *j)
{
	if (j == NULL)
		return;
	arena_free(j->mem);
	free(j);
}

static void helper_stop(struct runner *r)
{
	if (r->fd >= 0)
		helper_end(r->pid, r->fd);
	r->fd = -1;
	buf_clear(&r->in);
	buf_clear(&r->out);
	r->from = 0;
}

/* The helper is of no more use: its jobs end as crashed, the next start makes a new one. */
static void helper_lose(struct runner *r, const char *why)
{
	for (size_t i = 0; i < r->njobs; i++)
		r->jobs[i]->lost = why;
	helper_stop(r);
}

void runner_free(struct runner *r)
{
	if (r == NULL)
		return;
	helper_stop(r);
	for (size_t i = 0; i < r->njobs; i++)
		job_free(r->jobs[i]);
	job_free(r->told);
	buf_release(&r->in);
	buf_release(&r->out);
	arena_free(r->scratch);
	arena_free(r->mem);
	free(r);
}

int runner_fd(const struct runner *r)
{
	return r->fd;
}

/* ---- towards the helper ---- */

static void flush_out(struct runner *r)
{
	while (r->out.n != 0 && r->fd >= 0) {
		ssize_t n = send(r->fd, r->out.p, r->out.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* full: the next take; gone: reading tells */
		buf_shift(&r->out, (size_t)n);
	}
}

static struct run_job *job_new(struct runner *r, uint32_t id, const struct probe *p,
                               const struct probe_arg *args, size_t nargs, const char *step)
{
	struct run_job *j = xcalloc(1, sizeof(*j));
	struct probe_arg *copy;

	j->mem = arena_new();
	copy = arena_array(j->mem, nargs, sizeof(*copy));
	for (size_t i = 0; i < nargs; i++) {
		copy[i].key = arena_strdup(j->mem, args[i].key);
		copy[i].value = arena_strdup(j->mem, args[i].value);
	}
	j->id = id;
	j->probe = p;
	j->args = copy;
	j->nargs = nargs;
	j->step = arena_strdup(j->mem, step);
	j->timeout_ms = r->opt.timeout_ms != 0 ? r->opt.timeout_ms : p->timeout_ms;
	j->started_ms = clock_now_ms();
	j->began = clock_monotonic_ms();
	j->late = j->began + j->timeout_ms + LATE_MS;
	wire_collect_init(&j->got, j->mem);
	return j;
}

int runner_start(struct runner *r, uint32_t job, const struct probe *p, const struct probe_arg *args,
                 size_t nargs, const char *step, struct err *err)
{
	struct run_job *j;

	if (r->njobs == WIRE_MAX_JOBS || nargs > WIRE_MAX_ARGS)
		return err_set(err, FAIL_LIMIT, 0, "more than %d checks at a time, or more than %d arguments",
		               WIRE_MAX_JOBS, WIRE_MAX_ARGS);
	if (r->fd < 0 && helper_start(r->opt.program, &r->pid, &r->fd, err) < 0)
		return -1;
	j = job_new(r, job, p, args, nargs, step);
	r->jobs[r->njobs++] = j;
	wire_put_request(&r->out, &(struct wire_request){
	                                  .job = job,
	                                  .probe = p->id,
	                                  .args = j->args,
	                                  .nargs = nargs,
	                                  .ca_file = r->opt.ca_file,
	                                  .proxy = r->opt.proxy,
	                                  .allow_external = r->opt.allow_external,
	                                  .allow_side_effects = r->opt.allow_side_effects,
	                                  .timeout_ms = j->timeout_ms,
	                          });
	flush_out(r);
	return 0;
}

void runner_warm(struct runner *r)
{
	if (r->fd < 0 && helper_start(r->opt.program, &r->pid, &r->fd, NULL) < 0)
		return;
	wire_put_request(&r->out, &(struct wire_request){.warm = true, .ca_file = r->opt.ca_file});
	flush_out(r);
}

void runner_cancel(struct runner *r, uint32_t job)
{
	wire_put_request(&r->out, &(struct wire_request){.job = job, .cancel = true});
	flush_out(r);
}

/* ---- back ---- */

static size_t job_index(const struct runner *r, uint32_t id)
{
	size_t i = 0;

	while (i < r->njobs && r->jobs[i]->id != id)
		i++;
	return i;
}

static const char *why_stopped(struct run_job *j)
{
	const char *phase = j->got.phase;

	switch (j->got.outcome) {
	case EV_CANCELLED:
		return phase != NULL ? arena_fmt(j->mem, "stopped by hand during: %s", phase)
		                     : "stopped by hand";
	case EV_TIMEOUT:
		if (j->got.why != NULL)
			return j->got.why;
		return arena_fmt(j->mem, "no result within %u.%u s%s%s", j->timeout_ms / 1000,
		                 j->timeout_ms / 100 % 10, phase != NULL ? ", during: " : "",
		                 phase != NULL ? phase : "");
	case EV_MEASURED:
		return NULL;
	case EV_UNREACHED:
	case EV_CRASHED:
	case EV_UNREADABLE:
	case EV__MAX:
		break;
	}
	if (j->lost != NULL)
		return j->lost;
	return j->got.why != NULL ? j->got.why : "the check gave no reason";
}

/* The line to copy, with the certificates and the proxy that were asked for. */
static const char *by_hand(const struct runner *r, struct run_job *j)
{
	struct probe_arg args[WIRE_MAX_ARGS + 2];
	struct buf text, proxy;
	const char *line = NULL;
	size_t n = j->nargs;

	buf_init(&text, BUF_MAX_LINE);
	buf_init(&proxy, BUF_MAX_LINE);
	memcpy(args, j->args, n * sizeof(*args));
	if (r->opt.ca_file != NULL)
		args[n++] = (struct probe_arg){.key = BY_HAND_CA, .value = r->opt.ca_file};
	if (r->opt.proxy != NULL && *r->opt.proxy != '\0') {
		proxy_shown(&proxy, r->opt.proxy);
		args[n++] = (struct probe_arg){.key = BY_HAND_PROXY, .value = buf_cstr(&proxy)};
	}
	by_hand_fill(&text, j->probe->by_hand, args, n);
	if (text.n != 0)
		line = arena_strdup(j->mem, buf_cstr(&text));
	buf_release(&text);
	buf_release(&proxy);
	return line;
}

static void tell_done(struct runner *r, size_t at, struct runner_event *out)
{
	struct run_job *j = r->jobs[at];
	struct evidence *e = &r->evidence;
	struct buf text;

	r->jobs[at] = r->jobs[--r->njobs];
	r->told = j;
	if (j->lost != NULL) {
		j->got.outcome = EV_CRASHED;
		j->got.took_ms = (uint32_t)(clock_monotonic_ms() - j->began);
	}
	memset(e, 0, sizeof(*e));
	e->probe = j->probe->id;
	e->step = j->step;
	e->started_ms = j->started_ms;
	e->host = r->host;
	buf_init(&text, BUF_MAX_LINE);
	target_of(&text, j->probe->kind == PROBE_FILE, j->args, j->nargs);
	e->target = arena_strdup(j->mem, buf_cstr(&text));
	buf_release(&text);
	e->by_hand = by_hand(r, j);
	wire_evidence(&j->got, e);
	e->why = why_stopped(j);
	*e = evidence_clean(j->mem, e, NULL);
	out->kind = RUNNER_DONE;
	out->job = j->id;
	out->evidence = e;
	out->fault = j->got.fault;
}

/* One message as an event; false when there is nothing to tell. */
static bool tell(struct runner *r, size_t at, const struct wire_message *m, struct runner_event *out)
{
	struct run_job *j = r->jobs[at];

	if (j->lost == NULL && !believe(j->mem, &j->lost, j->probe, j->args, j->nargs, m)) {
		runner_cancel(r, j->id);
		tell_done(r, at, out);
		return true;
	}
	wire_collect(&j->got, m);
	out->job = j->id;
	if (m->kind == WIRE_END) {
		tell_done(r, at, out);
		return true;
	}
	if (m->kind == WIRE_PROGRESS) {
		j->done = m->done;
		j->total = m->total;
	} else if (m->kind != WIRE_PHASE) {
		return false;
	}
	out->kind = RUNNER_PROGRESS;
	out->phase = j->got.phase;
	out->done = j->done;
	out->total = j->total;
	return true;
}

static bool take_line(struct runner *r, const char *line, size_t n, struct runner_event *out)
{
	struct wire_message m;
	uint32_t id;
	size_t at, whole = n;

	if (!wire_take_job(&line, &n, &id)) {
		helper_lose(r, "the helper program does not speak as casebook-probe does");
		return false;
	}
	at = job_index(r, id);
	if (at < r->njobs && (r->jobs[at]->bytes += whole) > 2 * WIRE_MAX_JOB_BYTES) {
		r->jobs[at]->lost = "the check sent more than it may";
		runner_cancel(r, id);
		tell_done(r, at, out);
		return true;
	}
	if (wire_get(r->scratch, line, n, &m, NULL) < 0)
		return false; /* a child may say anything; its end is the server's word */
	if (m.kind == WIRE_HELLO && m.n != WIRE_VERSION)
		helper_lose(r,
		            "casebook-probe is of another version: install both programs from one release");
	return at < r->njobs && tell(r, at, &m, out);
}

/* Lines that have arrived, until one makes an event. */
static bool take_lines(struct runner *r, struct runner_event *out)
{
	while (r->from < r->in.n) {
		const char *line = r->in.p + r->from;
		const char *nl = memchr(line, '\n', r->in.n - r->from);

		if (nl == NULL)
			break;
		r->from += (size_t)(nl - line) + 1;
		if (take_line(r, line, (size_t)(nl - line), out))
			return true;
	}
	return false;
}

/* True when something new is there or the helper was lost. */
static bool read_more(struct runner *r)
{
	char chunk[65536];
	ssize_t n;

	if (r->from != 0)
		buf_shift(&r->in, r->from);
	r->from = 0;
	n = recv(r->fd, chunk, sizeof(chunk), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n > 0)
		buf_put(&r->in, chunk, (size_t)n);
	if (n <= 0)
		helper_lose(r, "the helper program casebook-probe ended unexpectedly");
	else if (r->in.over)
		helper_lose(r, "the helper program casebook-probe sent a line that does not end");
	return true;
}

static bool look_late(struct runner *r)
{
	int64_t now = clock_monotonic_ms();

	for (size_t i = 0; i < r->njobs; i++)
		if (now >= r->jobs[i]->late) {
			helper_lose(r, "the helper program casebook-probe does not answer");
			return true;
		}
	return false;
}

static bool take_lost(struct runner *r, struct runner_event *out)
{
	for (size_t i = 0; i < r->njobs; i++)
		if (r->jobs[i]->lost != NULL) {
			tell_done(r, i, out);
			return true;
		}
	return false;
}

bool runner_take(struct runner *r, struct runner_event *out)
{
	job_free(r->told);
	r->told = NULL;
	arena_reset(r->scratch);
	memset(out, 0, sizeof(*out));
	/* Bounded, so that a flood of lines that say nothing leaves the caller its turn. */
	for (int turn = 0; turn < 64; turn++) {
		if (take_lost(r, out))
			return true;
		if (r->fd < 0)
			return false;
		if (take_lines(r, out))
			return true;
		flush_out(r);
		if (r->fd >= 0 && !read_more(r) && !look_late(r))
			return false;
	}
	return false;
}

int runner_wait_ms(const struct runner *r)
{
	int64_t now = clock_monotonic_ms(), next = -1;

	if (r->from < r->in.n && memchr(r->in.p + r->from, '\n', r->in.n - r->from) != NULL)
		return 0;
	for (size_t i = 0; i < r->njobs; i++) {
		int64_t wait = r->jobs[i]->late > now ? r->jobs[i]->late - now : 0;

		if (r->jobs[i]->lost != NULL)
			return 0;
		if (next < 0 || wait < next)
			next = wait;
	}
	if (r->out.n != 0)
		return 10;
	return next > 60000 ? 60000 : (int)next;
}
