/*
 * The parent's word on what the helper says.  A check runs foreign bytes through its readers; if one of them
 * takes it over, it still speaks only of its own facts, and only of what it was asked about.
 */
#include "believe.h"

#include <string.h>
#include <strings.h>

#include <casebook/url.h>

static const char *arg(const struct probe_arg *args, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(args[i].key, key) == 0)
			return args[i].value;
	return NULL;
}

/* The file itself, or what lies below it: a folder's file, an archive's member. */
static bool is_below(const char *target, const char *file)
{
	size_t n = strlen(file);

	while (n > 1 && file[n - 1] == '/')
		n--;
	return strncmp(target, file, n) == 0 && (target[n] == '\0' || strchr("/:!", target[n]) != NULL) &&
	       strstr(target + n, "/../") == NULL;
}

/* The host as a whole name, where a URL or HOST:PORT has it. */
static bool names_host(const char *target, const char *host)
{
	const char *scheme = strstr(target, "://"), *at = scheme != NULL ? scheme + 3 : target;
	size_t n = strlen(host);

	/* What stands before an @ is no host. */
	if (memchr(at, '@', strcspn(at, "/?#")) != NULL)
		return false;
	at += *at == '[';
	return strncasecmp(at, host, n) == 0 && (at[n] == '\0' || strchr("/:]?# ", at[n]) != NULL);
}

static bool target_fits(const struct probe *p, const struct probe_arg *args, size_t nargs, const char *target)
{
	const char *file = arg(args, nargs, "file"), *host = arg(args, nargs, "host"),
	           *url = arg(args, nargs, "url");
	struct url u;

	if (p->kind == PROBE_FILE)
		return file == NULL || is_below(target, file);
	if (host == NULL && url != NULL && url_parse(url, &u, NULL) == 0)
		host = u.host;
	return host == NULL || names_host(target, host);
}

bool believe(struct arena *mem, const char **why, const struct probe *p, const struct probe_arg *args,
             size_t nargs, const struct wire_message *m)
{
	const struct fact_def *def;

	switch (m->kind) {
	case WIRE_FACT:
		def = probe_fact(p, m->fact.key);
		if (def != NULL && fact_accepts(def, &m->fact.value))
			return true;
		*why = arena_fmt(mem, "it sent \"%.60s\", which this check does not measure%s", m->fact.key,
		                 def != NULL ? " so" : "");
		return false;
	case WIRE_PIN:
		if (m->pin.fact == NULL || probe_fact(p, m->pin.fact) != NULL)
			return true;
		*why = arena_fmt(mem, "it pointed to a line for \"%.60s\", which this check does not measure",
		                 m->pin.fact);
		return false;
	case WIRE_TARGET:
		if (target_fits(p, args, nargs, m->text))
			return true;
		*why = arena_fmt(mem, "it says that it looked at %.200s, which it was not asked to", m->text);
		return false;
	case WIRE_HELLO:
	case WIRE_PART:
	case WIRE_ROW:
	case WIRE_ROWS_FROM:
	case WIRE_PROGRESS:
	case WIRE_FAULT:
	case WIRE_END:
	case WIRE_PHASE:
	case WIRE_PROXY:
	case WIRE_NETWORK:
	case WIRE_SHA256:
	case WIRE_BY_HAND:
	case WIRE_WHY:
	case WIRE__MAX:
		break;
	}
	return true;
}
