/* What the programs that casebook starts are told of a person's environment: a token in there is none of
 * their business. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"

#include <cmocka.h>

extern char **environ;

static bool told(char **env, const char *entry)
{
	while (*env != NULL && strcmp(*env, entry) != 0)
		env++;
	return *env != NULL;
}

static void what_is_needed_passes_and_nothing_else(void **state)
{
	static const char *const all[] = {"HOME=/home/ana",           "PATH=/usr/bin",
	                                  "LC_TIME=C.UTF-8",          "https_proxy=http://proxy.example:3128",
	                                  "CASEBOOK_RESOLVER=::1",    "HOMEBREW_TOKEN=Hw9pLs2r",
	                                  "GITHUB_TOKEN=Vq7kTz3m",    "PATHS=/opt",
	                                  "MY_HTTPS_PROXY=http://x",  "HOME",
	                                  "AWS_SECRET_ACCESS_KEY=q",  "MAIL=/var/mail/ana",
	                                  "SSH_AUTH_SOCK=/tmp/agent", NULL};
	static const char *const also[] = {"SSH_AUTH_SOCK", "MAI*", NULL};
	char **kept = environ, **env;
	size_t n = 0;

	(void)state;
	environ = (char **)(uintptr_t)all;
	env = helper_env(NULL);
	while (env[n] != NULL)
		n++;
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++)
		assert_true(told(env, all[i]));
	free(env);
	env = helper_env(also);
	assert_true(told(env, "SSH_AUTH_SOCK=/tmp/agent"));
	assert_true(told(env, "MAIL=/var/mail/ana"));
	assert_false(told(env, "GITHUB_TOKEN=Vq7kTz3m"));
	free(env);
	environ = kept;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_is_needed_passes_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
