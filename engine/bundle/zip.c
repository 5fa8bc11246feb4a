/* Starts and ends casebook-zip.  Knows no zip. */
#include "bundle_int.h"
#include "env.h"
#include "find.h"
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 4096

int zip_start(const char *verb, const char *argument, int in, int out, pid_t *pid, struct err *err)
{
	char path[PATH_SIZE];
	char *argv[] = {path, (char *)(uintptr_t)verb, (char *)(uintptr_t)argument, NULL};
	posix_spawn_file_actions_t acts;
	char **env;
	int rc;

	if (helper_find("casebook-zip", "CASEBOOK_ZIP", "engine/bundle", path, sizeof(path), err) != 0)
		return -1;
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&acts, out, STDOUT_FILENO);
	env = helper_env();
	rc = posix_spawn(pid, path, &acts, NULL, argv, env);
	free(env);
	posix_spawn_file_actions_destroy(&acts);
	if (rc != 0)
		return err_set(err, FAIL_CHILD, rc, "casebook-zip could not be started: %s", strerror(rc));
	return 0;
}

int zip_wait(pid_t pid)
{
	return helper_wait(pid);
}

void zip_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	zip_wait(pid);
}
