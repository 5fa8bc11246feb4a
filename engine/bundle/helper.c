/* Finds, starts and ends casebook-zip.  Knows no zip. */
#include "bundle_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_SIZE 4096

extern char **environ;

static int find_program(char *out, size_t size, struct err *err)
{
	/* Installed beside or in libexec; in a build tree under its module. */
	static const char *const places[] = {"casebook-zip", "../libexec/casebook/casebook-zip",
	                                     "../engine/bundle/casebook-zip"};
	const char *named = getenv("CASEBOOK_ZIP");
	char folder[PATH_SIZE];
	ssize_t n = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
	char *slash;

	if (named != NULL && named[0] != '\0' && (size_t)snprintf(out, size, "%s", named) < size &&
	    access(out, X_OK) == 0)
		return 0;
	folder[n > 0 ? n : 0] = '\0';
	slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if ((size_t)snprintf(out, size, "%s/%s", folder, places[i]) < size && access(out, X_OK) == 0)
			return 0;
	return err_set(
	        err, FAIL_CHILD, ENOENT,
	        "casebook-zip was not found beside casebook (%s) or in ../libexec/casebook: install both",
	        folder);
}

int zip_start(const char *verb, const char *argument, int in, int out, pid_t *pid, struct err *err)
{
	char path[PATH_SIZE];
	char *argv[] = {path, (char *)(uintptr_t)verb, (char *)(uintptr_t)argument, NULL};
	posix_spawn_file_actions_t acts;
	int rc;

	if (find_program(path, sizeof(path), err) != 0)
		return -1;
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&acts, out, STDOUT_FILENO);
	rc = posix_spawn(pid, path, &acts, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	if (rc != 0)
		return err_set(err, FAIL_CHILD, rc, "casebook-zip could not be started: %s", strerror(rc));
	return 0;
}

int zip_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

void zip_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	zip_wait(pid);
}
