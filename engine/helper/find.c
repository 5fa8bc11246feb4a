/* Finds the programs that casebook starts.  Starts none. */
#include "find.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 4096

/* The folder of this executable, without a slash at its end; "" when it cannot be told. */
static void own_folder(char *out, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	out[n > 0 ? n : 0] = '\0';
	slash = strrchr(out, '/');
	*(slash != NULL ? slash : out) = '\0';
}

int helper_find(const char *name, const char *variable, const char *room, char *out, size_t size,
                struct err *err)
{
	const char *const places[][2] = {{".", ""}, {"../libexec/casebook", ""}, {"../", room}};
	const char *named = getenv(variable);
	char folder[PATH_SIZE];

	if (named != NULL && *named != '\0') {
		int n = snprintf(out, size, "%s", named);

		if (n > 0 && (size_t)n < size && access(out, X_OK) == 0)
			return 0;
		return err_set(err, FAIL_CHILD, errno, "the helper program %s cannot be run: %s", named,
		               strerror(errno));
	}
	own_folder(folder, sizeof(folder));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int n = snprintf(out, size, "%s/%s%s/%s", folder, places[i][0], places[i][1], name);

		if (n > 0 && (size_t)n < size && access(out, X_OK) == 0)
			return 0;
	}
	return err_set(err, FAIL_CHILD, ENOENT,
	               "%s was not found beside casebook (%s) or in ../libexec/casebook: install both", name,
	               folder);
}
