/* Starts and ends casebook-zip.  Knows no zip. */
#include "bundle_int.h"
#include "helper.h"

#include <signal.h>

int zip_start(const char *verb, const char *argument, int in, int out, pid_t *pid, struct err *err)
{
	static const struct helper_program zip = {"casebook-zip", "CASEBOOK_ZIP", "engine/bundle", NULL};
	const char *const args[] = {verb, argument, NULL};

	return helper_spawn(&zip, args, in, out, pid, err);
}

void zip_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	helper_wait(pid);
}
