/* Starts ssh and reads what it gives. */
#include "remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <casebook/clock.h>

#include "stop.h"

#define WORDS_MOST 8192
#define ARGS_MOST 40

extern char **environ;

/* ---- starting it ---- */

struct call {
	char *args[ARGS_MOST];
	size_t n;
};

static void add(struct call *c, const char *arg)
{
	if (c->n < ARGS_MOST - 1)
		c->args[c->n++] = (char *)(uintptr_t)arg;
}

/* What every call has: nothing is forwarded, nothing runs here, and the shared connection is ours. */
static struct call call_for(struct remote *r)
{
	static const char *const options[] = {
	        "ForwardAgent=no",       "ForwardX11=no",   "ClearAllForwardings=yes",
	        "PermitLocalCommand=no", "EscapeChar=none", "RequestTTY=no",
	        "RemoteCommand=none",    "SendEnv=-*",      "ControlPersist=no"};
	struct call c = {.n = 0};
	const char *named = getenv("CASEBOOK_SSH"); /* another program in its place, for tests */

	add(&c, named != NULL && *named != '\0' ? named : "ssh");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		add(&c, "-o");
		add(&c, options[i]);
	}
	add(&c, "-S");
	add(&c, r->control);
	if (r->target.user[0] != '\0') {
		add(&c, "-l");
		add(&c, r->target.user);
	}
	if (r->target.port != 0) {
		add(&c, "-p");
		add(&c, r->port);
	}
	return c;
}

/* Nobody is asked again, and nothing opens a second connection in its place. */
static void add_session(struct call *c)
{
	add(c, "-o");
	add(c, "BatchMode=yes");
	add(c, "-o");
	add(c, "ControlMaster=no");
}

struct ends {
	int ours, theirs;
};

static int make_pipe(struct ends *e, bool read_here)
{
	int p[2];

	if (pipe(p) != 0)
		return -1;
	(void)fcntl(p[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(p[1], F_SETFD, FD_CLOEXEC);
	*e = read_here ? (struct ends){p[0], p[1]} : (struct ends){p[1], p[0]};
	(void)fcntl(e->ours, F_SETFL, O_NONBLOCK);
	return 0;
}

static void close_ends(struct ends *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		close(e[i].ours);
		close(e[i].theirs);
	}
}

/* The second one is always read here. */
static int make_pipes(struct ends std[2], bool read_first, struct err *err)
{
	if (make_pipe(&std[0], read_first) == 0) {
		if (make_pipe(&std[1], true) == 0)
			return 0;
		close_ends(std, 1);
	}
	return err_set(err, FAIL_CHILD, errno, "no pipe: %s", strerror(errno));
}

/* std[i] < 0: /dev/null.  `group`: of its own, which the terminal's Ctrl-C does not reach. */
static int spawn(struct call *c, const int std[3], bool group, pid_t *pid, struct err *err)
{
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t attr;
	sigset_t none;
	int rc;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr,
	                         (short)(POSIX_SPAWN_SETSIGMASK | (group ? POSIX_SPAWN_SETPGROUP : 0)));
	posix_spawn_file_actions_init(&acts);
	for (int i = 0; i < 3; i++)
		if (std[i] >= 0)
			posix_spawn_file_actions_adddup2(&acts, std[i], i);
		else
			posix_spawn_file_actions_addopen(&acts, i, "/dev/null", i == 0 ? O_RDONLY : O_WRONLY,
			                                 0);
	c->args[c->n] = NULL;
	rc = posix_spawnp(pid, c->args[0], &acts, &attr, c->args, environ);
	posix_spawn_file_actions_destroy(&acts);
	posix_spawnattr_destroy(&attr);
	return rc == 0 ? 0
	               : err_set(err, FAIL_CHILD, rc,
	                         "ssh cannot be started: %s. It is part of openssh-client", strerror(rc));
}

/* ---- the connection ---- */

static void take_words(int *fd, struct buf *words, bool tell)
{
	char part[1024];
	ssize_t n = read(*fd, part, sizeof(part));

	if (n > 0) {
		buf_put(words, part, (size_t)n);
		if (tell)
			while (write(STDERR_FILENO, part, (size_t)n) < 0 && errno == EINTR)
				;
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		close(*fd);
		*fd = -1;
	}
}

/* What ssh said, as one of the outcomes that a person can do something about. */
static int say_why(const struct remote *r, struct err *err)
{
	static const struct {
		const char *said, *means;
	} known[] = {
	        {"REMOTE HOST IDENTIFICATION HAS CHANGED",
	         "its host key is not the one that is known. Somebody may stand between, or the server was set up "
	         "anew: ask its admin for the fingerprint, then `ssh-keygen -R HOST`"},
	        {"Host key verification failed",
	         "its host key is not known here and was not accepted. Log on once with ssh and compare the "
	         "fingerprint"},
	        {"Permission denied", "the login was refused"},
	        {"Too many authentication failures", "the login was refused"},
	        {"Could not resolve hostname", "its name is not found"},
	        {"Connection refused", "nothing listens there: is OpenSSH Server installed and started?"},
	        {"timed out", "it does not answer: a firewall, or it is off"},
	        {"No route to host", "no network leads there"},
	};
	const char *words = buf_cstr(&r->words);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(words, known[i].said) != NULL)
			return err_set(err, FAIL_NET, 0, "%s was not reached: %s", r->target.host,
			               known[i].means);
	return err_set(err, FAIL_NET, 0, "%s was not reached: ssh ended before it was logged in",
	               r->target.host);
}

/* The socket of the shared connection appears once the person is logged in. */
static int wait_for_login(struct remote *r, struct err *err)
{
	struct stat st;

	for (;;) {
		struct pollfd p = {r->said, POLLIN, 0};
		int status;

		if (lstat(r->control, &st) == 0)
			return 0;
		if (stop_asked())
			return err_set(err, FAIL_NET, EINTR, "stopped");
		if (poll(&p, r->said >= 0 ? 1 : 0, 30) > 0)
			take_words(&r->said, &r->words, true);
		if (waitpid(r->master, &status, WNOHANG) == r->master) {
			r->master = 0;
			while (r->said >= 0)
				take_words(&r->said, &r->words, true);
			return say_why(r, err);
		}
	}
}

/* In the foreground, since it asks on the terminal; but ssh leaves an interrupt ignored that it finds
 * ignored, and so outlives a Ctrl-C until what must be deleted is.  Blocked meanwhile, the interrupt still
 * reaches us. */
static int spawn_master(struct call *c, int said, pid_t *pid, struct err *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, ours;
	sigset_t interrupt, before;
	int rc;

	sigemptyset(&ignore.sa_mask);
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &before);
	sigaction(SIGINT, &ignore, &ours);
	rc = spawn(c, (const int[3]){-1, -1, said}, false, pid, err);
	sigaction(SIGINT, &ours, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int remote_open(struct remote *r, const struct ssh_target *target, struct err *err)
{
	const char *tmp = getenv("XDG_RUNTIME_DIR");
	struct ends said;
	struct call c;

	*r = (struct remote){.target = *target, .said = -1};
	buf_init(&r->words, WORDS_MOST);
	snprintf(r->port, sizeof(r->port), "%u", target->port);
	/* A socket's path is short: 104 bytes. */
	if (tmp == NULL || *tmp != '/' || strlen(tmp) > 30 || access(tmp, W_OK) != 0)
		tmp = "/tmp";
	snprintf(r->folder, sizeof(r->folder), "%s/casebook-XXXXXX", tmp);
	if (mkdtemp(r->folder) == NULL) {
		r->folder[0] = '\0';
		return err_set(err, FAIL_IO, errno, "no folder for the connection in %s: %s", tmp,
		               strerror(errno));
	}
	snprintf(r->control, sizeof(r->control), "%s/ssh", r->folder);
	if (make_pipe(&said, true) != 0)
		return err_set(err, FAIL_CHILD, errno, "no pipe: %s", strerror(errno));
	c = call_for(r);
	add(&c, "-M");
	add(&c, "-N");
	add(&c, "--");
	add(&c, r->target.host);
	if (spawn_master(&c, said.theirs, &r->master, err) != 0) {
		close_ends(&said, 1);
		return -1;
	}
	close(said.theirs);
	r->said = said.ours;
	return wait_for_login(r, err);
}

bool remote_stands(struct remote *r)
{
	int status;

	if (r->master == 0 || waitpid(r->master, &status, WNOHANG) != r->master)
		return r->master != 0;
	r->master = 0;
	return false;
}

/* Ends a process, or a group of which it is the first, in bounded time. */
static int reap(pid_t pid, bool group)
{
	const struct timespec moment = {0, 10000000};
	int status = 0;

	kill(group ? -pid : pid, SIGTERM);
	for (int i = 0; i < 200; i++) {
		pid_t done = waitpid(pid, &status, WNOHANG);

		if (done == pid || (done < 0 && errno != EINTR))
			return status;
		nanosleep(&moment, NULL);
	}
	kill(group ? -pid : pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void remote_close(struct remote *r)
{
	if (r->master != 0)
		(void)reap(r->master, false);
	if (r->said >= 0)
		close(r->said);
	if (r->folder[0] != '\0') {
		(void)unlink(r->control);
		(void)rmdir(r->folder);
	}
	buf_release(&r->words);
}

/* ---- commands ---- */

int remote_start(struct remote *r, const char *command, unsigned seconds, size_t bytes,
                 struct remote_job *job, struct err *err)
{
	struct ends std[2];
	struct call c = call_for(r);

	*job = (struct remote_job){.out = -1, .err = -1, .began_ms = clock_monotonic_ms()};
	job->until_ms = job->began_ms + seconds * 1000LL;
	buf_init(&job->output, bytes + 1);
	buf_init(&job->words, WORDS_MOST);
	if (make_pipes(std, true, err) != 0)
		return -1;
	add_session(&c);
	add(&c, "-T");
	add(&c, "--");
	add(&c, r->target.host);
	add(&c, command);
	if (spawn(&c, (const int[3]){-1, std[0].theirs, std[1].theirs}, true, &job->pid, err) != 0) {
		close_ends(std, 2);
		return -1;
	}
	close(std[0].theirs);
	close(std[1].theirs);
	job->out = std[0].ours;
	job->err = std[1].ours;
	return 0;
}

int remote_fork(void (*work)(void *arg), void *arg, unsigned seconds, struct remote_job *job, struct err *err)
{
	struct ends out;

	*job = (struct remote_job){.out = -1, .err = -1, .began_ms = clock_monotonic_ms()};
	job->until_ms = job->began_ms + seconds * 1000LL;
	buf_init(&job->output, WORDS_MOST);
	buf_init(&job->words, WORDS_MOST);
	if (make_pipe(&out, true) != 0)
		return err_set(err, FAIL_CHILD, errno, "no pipe: %s", strerror(errno));
	job->pid = fork();
	if (job->pid == 0) {
		(void)setpgid(0, 0); /* its ssh ends with it */
		stop_end();
		if (dup2(out.theirs, STDOUT_FILENO) >= 0)
			work(arg);
		_exit(0);
	}
	close(out.theirs);
	if (job->pid < 0) {
		job->pid = 0;
		close(out.ours);
		return err_set(err, FAIL_CHILD, errno, "no process: %s", strerror(errno));
	}
	job->own_group = true;
	job->out = out.ours;
	return 0;
}

static void end_job(struct remote_job *job, enum remote_end how)
{
	int status = 0;

	if (how != REMOTE_ENDED)
		status = reap(job->pid, job->own_group);
	else
		while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
			;
	if (job->out >= 0)
		close(job->out);
	if (job->err >= 0)
		close(job->err);
	job->out = job->err = -1;
	job->end = how;
	job->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	job->pid = 0;
}

static void take_output(struct remote_job *job)
{
	char part[65536];
	ssize_t n = read(job->out, part, sizeof(part));

	if (n > 0) {
		buf_put(&job->output, part, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		close(job->out);
		job->out = -1;
	}
}

static bool settle(struct remote_job *job)
{
	if (job->output.over)
		end_job(job, REMOTE_CUT);
	else if (job->out < 0 && job->err < 0)
		end_job(job, REMOTE_ENDED);
	else if (clock_monotonic_ms() >= job->until_ms)
		end_job(job, REMOTE_LATE);
	return job->end != REMOTE_RUNS;
}

bool remote_wait(struct remote *r, struct remote_job *const *jobs, size_t n)
{
	struct pollfd p[2 * REMOTE_AT_ONCE + 1];
	bool runs = false, ended = false;

	while (!ended) {
		nfds_t k = 0;

		runs = false;
		p[k++] = (struct pollfd){r->said, POLLIN, 0};
		for (size_t i = 0; i < n && i < REMOTE_AT_ONCE; i++) {
			bool on = jobs[i] != NULL && jobs[i]->pid != 0;

			runs |= on;
			p[k++] = (struct pollfd){on ? jobs[i]->out : -1, POLLIN, 0};
			p[k++] = (struct pollfd){on ? jobs[i]->err : -1, POLLIN, 0};
		}
		if (!runs)
			return false;
		if ((poll(p, k, 200) < 0 && errno != EINTR) || (stop_asked() && !r->stopping))
			return false;
		if (p[0].revents != 0)
			take_words(&r->said, &r->words, true);
		for (size_t i = 0; i < n && i < REMOTE_AT_ONCE; i++) {
			if (jobs[i] == NULL || jobs[i]->pid == 0)
				continue;
			if (p[1 + 2 * i].revents != 0)
				take_output(jobs[i]);
			if (p[2 + 2 * i].revents != 0)
				take_words(&jobs[i]->err, &jobs[i]->words, false);
			ended |= settle(jobs[i]);
		}
	}
	return true;
}

void remote_release(struct remote_job *job)
{
	if (job->pid != 0)
		end_job(job, REMOTE_LATE);
	buf_release(&job->output);
	buf_release(&job->words);
}

/* ---- files ---- */

int remote_sftp_open(struct remote *r, unsigned seconds, struct remote_sftp *out, struct err *err)
{
	struct ends std[2];
	struct call c = call_for(r);

	*out = (struct remote_sftp){.pid = 0};
	if (make_pipes(std, false, err) != 0)
		return -1;
	add_session(&c);
	add(&c, "-s");
	add(&c, "--");
	add(&c, r->target.host);
	add(&c, "sftp");
	if (spawn(&c, (const int[3]){std[0].theirs, std[1].theirs, -1}, false, &out->pid, err) != 0) {
		close_ends(std, 2);
		return -1;
	}
	close(std[0].theirs);
	close(std[1].theirs);
	if (sftp_begin(&out->s, std[0].ours, std[1].ours, clock_monotonic_ms() + seconds * 1000LL) == 0)
		return 0;
	err_set(err, FAIL_NET, 0, "no files can be read there by SFTP: %s", out->s.why);
	remote_sftp_close(out);
	return -1;
}

void remote_sftp_close(struct remote_sftp *f)
{
	close(f->s.to);
	close(f->s.from);
	(void)reap(f->pid, false);
	sftp_end(&f->s);
}
