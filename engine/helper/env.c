/* What a helper is told of this person's environment: a token in there is nothing to a reader of foreign
 * bytes. */
#include "env.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

extern char **environ;

/* Names, and with '*' beginnings of names: language and zone, proxies, whom to trust, where Kerberos' tickets
 * lie, the resolver, the loader, sanitizers, and what is ours. */
static const char *const passed[] = {
        "ALL_PROXY",   "ASAN_OPTIONS", "CASEBOOK_*",  "CURL_*",        "GCONV_PATH",   "HOME",
        "HTTPS_PROXY", "HTTP_PROXY",   "KRB5CCNAME",  "KRB5_CONFIG",   "LANG",         "LANGUAGE",
        "LC_*",        "LD_*",         "LOCALDOMAIN", "LOCPATH",       "LSAN_OPTIONS", "MALLOC_*",
        "NO_PROXY",    "OPENSSL_*",    "PATH",        "RES_OPTIONS",   "SSL_CERT_DIR", "SSL_CERT_FILE",
        "TMPDIR",      "TZ",           "TZDIR",       "UBSAN_OPTIONS", "all_proxy",    "http_proxy",
        "https_proxy", "no_proxy"};

static bool named(const char *entry, const char *name)
{
	size_t n = strlen(name);

	if (name[n - 1] == '*')
		return strncmp(entry, name, n - 1) == 0;
	return strncmp(entry, name, n) == 0 && entry[n] == '=';
}

static bool passes(const char *entry, const char *const *also)
{
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (named(entry, passed[i]))
			return true;
	for (; also != NULL && *also != NULL; also++)
		if (named(entry, *also))
			return true;
	return false;
}

char **helper_env(const char *const *also)
{
	size_t n = 0, kept = 0;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = xcalloc(n + 1, sizeof(*env));
	for (size_t i = 0; i < n; i++)
		if (passes(environ[i], also))
			env[kept++] = environ[i];
	return env;
}
