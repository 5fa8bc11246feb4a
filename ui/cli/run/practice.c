/* Starts casebook-practice and reads what it says. */
#include "practice.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "find.h"
#include "helper.h"

extern char **environ;

struct teller {
	pid_t pid;
	int to, from;
};

static int start(const char *verb, const char *name, struct teller *t, struct err *err)
{
	char path[4096];
	char *argv[] = {path, (char *)(uintptr_t)verb, (char *)(uintptr_t)name, NULL};
	posix_spawn_file_actions_t acts;
	int in[2], out[2], rc;

	if (helper_find("casebook-practice", "CASEBOOK_PRACTICE", "engine/practice", path, sizeof(path),
	                err) != 0)
		return -1;
	if (pipe(in) != 0)
		return err_set(err, FAIL_CHILD, errno, "no pipe: %s", strerror(errno));
	if (pipe(out) != 0) {
		rc = errno;
		close(in[0]);
		close(in[1]);
		return err_set(err, FAIL_CHILD, rc, "no pipe: %s", strerror(rc));
	}
	(void)fcntl(in[1], F_SETFD, FD_CLOEXEC); /* a check's process may not keep it alive */
	(void)fcntl(out[0], F_SETFD, FD_CLOEXEC);
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, in[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&acts, out[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&acts, in[0]);
	posix_spawn_file_actions_addclose(&acts, out[1]);
	rc = posix_spawn(&t->pid, path, &acts, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	close(in[0]);
	close(out[1]);
	t->to = in[1];
	t->from = out[0];
	if (rc == 0)
		return 0;
	close(t->to);
	close(t->from);
	return err_set(err, FAIL_CHILD, rc, "%s cannot be started: %s", path, strerror(rc));
}

/* One line; false at the end. */
static bool next_line(int fd, struct buf *line)
{
	char ch;
	ssize_t n;

	buf_clear(line);
	while ((n = read(fd, &ch, 1)) == 1 || (n < 0 && errno == EINTR)) {
		if (n == 1 && ch == '\n')
			return true;
		if (n == 1)
			buf_char(line, ch);
	}
	return false;
}

static void take(struct arena *mem, struct practice_case *c, const char *line)
{
	const char *tab = strchr(line, '\t'), *value;
	const struct {
		const char *key;
		const char **to;
	} plain[] = {{"name", &c->name},   {"kind", &c->kind},       {"story", &c->story},
	             {"truth", &c->truth}, {"verdict", &c->verdict}, {"url", &c->url},
	             {"ca", &c->ca},       {"files", &c->files},     {"folder", &c->folder}};

	if (tab == NULL)
		return;
	value = arena_strdup(mem, tab + 1);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strncmp(line, plain[i].key, (size_t)(tab - line)) == 0 &&
		    plain[i].key[tab - line] == '\0')
			*plain[i].to = value;
	if (strncmp(line, "cause\t", 6) == 0 && c->ncauses < PRACTICE_MAX)
		c->causes[c->ncauses++] = value;
	else if (strncmp(line, "input\t", 6) == 0 && c->ninputs < PRACTICE_MAX)
		c->inputs[c->ninputs++] = value;
}

int practice_list(struct arena *mem, struct practice_case **out, size_t *n, struct err *err)
{
	enum { MOST = 200 };
	struct teller t;
	struct buf line;

	*n = 0;
	if (start("list", NULL, &t, err) != 0)
		return -1;
	*out = arena_array(mem, MOST, sizeof(**out));
	buf_init(&line, BUF_MAX_LINE);
	while (next_line(t.from, &line) && *n < MOST) {
		if (line.n != 0)
			take(mem, &(*out)[*n], buf_cstr(&line));
		else
			++*n;
	}
	buf_release(&line);
	close(t.to);
	close(t.from);
	return helper_wait(t.pid) == 0
	               ? 0
	               : err_set(err, FAIL_CHILD, 0, "casebook-practice did not list its cases");
}

int practice_start(struct arena *mem, const char *name, struct practice_play *out, struct err *err)
{
	struct teller t;
	struct buf line;
	bool ready = false;

	*out = (struct practice_play){0};
	if (start("play", name, &t, err) != 0)
		return -1;
	buf_init(&line, BUF_MAX_LINE);
	while (!ready && next_line(t.from, &line)) {
		take(mem, &out->it, buf_cstr(&line));
		ready = strncmp(buf_cstr(&line), "ready\t", 6) == 0;
	}
	buf_release(&line);
	close(t.from);
	out->pid = t.pid;
	out->to = t.to;
	if (ready)
		return 0;
	close(t.to);
	helper_wait(t.pid);
	return err_set(err, FAIL_CHILD, 0, "the practice case %s could not be started", name);
}

void practice_end(struct practice_play *p)
{
	close(p->to);
	helper_wait(p->pid);
}
