/* Starts and ends casebook-probe.  Knows no probe and no message. */
#include "helper.h"
#include "env.h"
#include "find.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_SIZE 4096

static int spawn(const char *path, int theirs, pid_t *pid)
{
	char *argv[] = {(char *)(uintptr_t)path, (char *)(uintptr_t) "--serve", NULL};
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t attr;
	char **env = helper_env(NULL);
	const char *said = getenv("CASEBOOK_PROBE_STDERR"); /* a file, or anything: ours */
	sigset_t all, none;
	int rc;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, theirs, 0);
	posix_spawn_file_actions_adddup2(&acts, theirs, 1);
	/* What a library might say must not land on the wizard's screen. */
	if (said == NULL)
		posix_spawn_file_actions_addopen(&acts, 2, "/dev/null", O_WRONLY, 0);
	else if (said[0] == '/')
		posix_spawn_file_actions_addopen(&acts, 2, said, O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawnattr_init(&attr);
	/* A group of its own: Ctrl-C and Ctrl-Z at the terminal are for the wizard. */
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr,
	                         POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	rc = posix_spawn(pid, path, &acts, &attr, argv, env);
	free(env);
	posix_spawn_file_actions_destroy(&acts);
	posix_spawnattr_destroy(&attr);
	return rc;
}

int helper_start(const char *program, pid_t *pid, int *fd, struct err *err)
{
	char path[PATH_SIZE];
	int ends[2], rc;

	if (program != NULL)
		snprintf(path, sizeof(path), "%s", program);
	else if (helper_find("casebook-probe", "CASEBOOK_PROBE", "engine/probe", path, sizeof(path), err) < 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return err_set(err, FAIL_CHILD, errno, "cannot create the helper's socket: %s",
		               strerror(errno));
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	rc = spawn(path, ends[1], pid);
	close(ends[1]);
	if (rc != 0) {
		close(ends[0]);
		return err_set(err, FAIL_CHILD, rc, "%s cannot be started: %s", path, strerror(rc));
	}
	*fd = ends[0];
	return 0;
}

int helper_spawn(const struct helper_program *program, const char *const *args, int in, int out, pid_t *pid,
                 struct err *err)
{
	char path[PATH_SIZE];
	char *argv[8] = {path};
	posix_spawn_file_actions_t acts;
	char **env;
	int rc;

	if (helper_find(program->name, program->variable, program->room, path, sizeof(path), err) != 0)
		return -1;
	for (size_t i = 0; args[i] != NULL && i < 6; i++)
		argv[i + 1] = (char *)(uintptr_t)args[i];
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&acts, out, STDOUT_FILENO);
	env = helper_env(program->also);
	rc = posix_spawn(pid, path, &acts, NULL, argv, env);
	free(env);
	posix_spawn_file_actions_destroy(&acts);
	return rc == 0 ? 0 : err_set(err, FAIL_CHILD, rc, "%s cannot be started: %s", path, strerror(rc));
}

int helper_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void helper_end(pid_t pid, int fd)
{
	close(fd);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
