/* Looks for a few values in what a server gave; each is held to a set of characters before it is used. */
#include "learn.h"

#include <string.h>
#include <strings.h>

#include <casebook/about.h>
#include <casebook/clock.h>

void learn_begin(struct learned *l, struct arena *mem)
{
	*l = (struct learned){.mem = mem, .utc_ms = ABOUT_NO_TIME};
	(void)learn_put(l, "MS", "604800000"); /* seven days of events */
}

const char *learn_get(const struct learned *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->fill[i].name, name) == 0)
			return l->fill[i].value;
	return NULL;
}

bool learn_put(struct learned *l, const char *name, const char *value)
{
	if (!collect_value_ok(name, value)) {
		l->refused = name;
		return false;
	}
	if (l->n < LEARN_MOST && learn_get(l, name) == NULL)
		l->fill[l->n++] = (struct collect_fill){name, value};
	return true;
}

/* ---- pieces of text ---- */

/* Beyond WHAT in [p, end), without regard to case; NULL when it is not there. */
static const char *after(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);

	for (; p != NULL && (size_t)(end - p) >= n; p++)
		if (strncasecmp(p, what, n) == 0)
			return p + n;
	return NULL;
}

static const char *cut(struct learned *l, const char *p, const char *end, const char *stops)
{
	const char *q = p;

	while (q < end && strchr(stops, *q) == NULL)
		q++;
	while (q > p && (q[-1] == ' ' || q[-1] == '\t'))
		q--;
	return arena_strndup(l->mem, p, (size_t)(q - p));
}

/* The value of NAME="..." in [p, end). */
static const char *attribute(struct learned *l, const char *p, const char *end, const char *name)
{
	const char *value = after(p, end, arena_fmt(l->mem, " %s=\"", name));

	return value != NULL ? cut(l, value, end, "\"") : NULL;
}

static const char *line_number(struct learned *l, const char *p, const char *end, size_t n)
{
	for (; n != 0 && p != NULL; n--) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p != NULL ? p + 1 : NULL;
	}
	return p != NULL && p < end ? cut(l, p, end, "\r\n") : NULL;
}

/* ---- the rows ---- */

static void from_places(struct learned *l, const char *p, const char *end)
{
	static const char *const names[] = {"WINDIR", "SYSTEMDRIVE", "TEMP"};

	for (size_t i = 0; i < 3; i++) {
		const char *value = line_number(l, p, end, i);

		if (value != NULL)
			(void)learn_put(l, names[i], value);
	}
}

/* `Default Web Site` is the name on a server in any language that nobody renamed. */
static void from_apps(struct learned *l, const char *p, const char *end)
{
	const char *site = NULL;

	while (site == NULL && (p = after(p, end, "<APP ")) != NULL) {
		const char *close = memchr(p, '>', (size_t)(end - p));
		const char *stop = close != NULL ? close : end, *path = attribute(l, p - 1, stop, "path");

		if (path != NULL && strcasecmp(path, "/CertSrv/mscep") == 0)
			site = attribute(l, p - 1, stop, "SITE.NAME");
	}
	(void)learn_put(l, "SITE", site != NULL ? site : "Default Web Site");
}

/* The logs of NDES' site: its own folder, else the one of all sites, else IIS's own. */
static void from_config(struct learned *l, const char *p, const char *end)
{
	const char *site = learn_get(l, "SITE"), *id = NULL, *folder = NULL, *at = p;

	while (id == NULL && (at = after(at, end, "<site ")) != NULL) {
		const char *close = after(at, end, "</site>"), *stop = close != NULL ? close : end;
		const char *name = attribute(l, at - 1, stop, "name"), *log = after(at, stop, "<logFile ");

		if (name == NULL || strcasecmp(name, site != NULL ? site : "Default Web Site") != 0)
			continue;
		id = attribute(l, at - 1, stop, "id");
		if (log != NULL)
			folder = attribute(l, log - 1, (const char *)memchr(log, '>', (size_t)(end - log)),
			                   "directory");
	}
	at = after(p, end, "<siteDefaults>");
	if (folder == NULL && at != NULL) {
		const char *log = after(at, end, "<logFile "), *close = after(at, end, "</siteDefaults>");
		const char *stop = log != NULL ? memchr(log, '>', (size_t)(end - log)) : NULL;

		if (stop != NULL && close != NULL && log < close)
			folder = attribute(l, log - 1, stop, "directory");
	}
	folder = learn_sftp_path(l, folder != NULL ? folder : "%SystemDrive%\\inetpub\\logs\\LogFiles");
	(void)learn_put(l, "SITEID", id != NULL ? id : "1");
	if (folder != NULL)
		(void)learn_put(l, "LOGDIR", folder);
}

static void from_account(struct learned *l, const char *p, const char *end)
{
	const char *kind = line_number(l, p, end, 0), *user = line_number(l, p, end, 1), *at;

	if (kind == NULL || user == NULL || *user == '\0' || strcasecmp(kind, "SpecificUser") != 0)
		return; /* an identity of its own has no account in the directory */
	at = strchr(user, '\\');
	if (at != NULL)
		user = at + 1;
	at = strchr(user, '@');
	if (at != NULL)
		user = arena_strndup(l->mem, user, (size_t)(at - user));
	(void)learn_put(l, "SAM", user);
}

static void from_about(struct learned *l, const char *p, const char *end)
{
	const char *name = after(p, end, "computer="), *whole = after(p, end, "fqdn="),
	           *utc = after(p, end, "\nutc="), *zone = after(p, end, "\nzone="),
	           *mscep = after(p, end, "\nmscep=");

	if (name != NULL)
		l->computer = cut(l, name, end, "\r\n");
	if (whole != NULL) {
		whole = cut(l, whole, end, "\r\n");
		if (strlen(whole) > 2 && whole[strlen(whole) - 1] != '.' && whole[0] != '.')
			l->computer = whole;
	}
	if (utc != NULL && !clock_parse_iso(cut(l, utc, end, "\r\n"), &l->utc_ms))
		l->utc_ms = ABOUT_NO_TIME;
	if (zone != NULL)
		l->zone = cut(l, zone, end, "\r\n");
	l->mscep = mscep != NULL && strncasecmp(mscep, "True", 4) == 0;
}

static void from_ca(struct learned *l, const char *p, const char *end)
{
	const char *value = after(p, end, "Configuration"), *type = after(value, end, "REG_SZ");

	if (type == NULL)
		return;
	while (type < end && (*type == ' ' || *type == '\t'))
		type++;
	(void)learn_put(l, "CA", cut(l, type, end, "\r\n"));
}

/* Which site it is comes from another row, and either may be first. */
static void take_site(struct learned *l, const char *id, const char *text, size_t n)
{
	if (strcmp(id, "iis-config") == 0) {
		l->config = arena_strndup(l->mem, text, n);
		l->nconfig = n;
	}
	if (strcmp(id, "iis-apps") == 0) {
		from_apps(l, text, text + n);
		l->site_asked = true;
	}
	if (l->site_asked && l->config != NULL)
		from_config(l, l->config, l->config + l->nconfig);
}

void learn_from(struct learned *l, const char *id, const char *text, size_t n)
{
	static const struct {
		const char *id;
		void (*take)(struct learned *l, const char *p, const char *end);
	} rows[] = {{"places", from_places},
	            {"apppool-scep", from_account},
	            {"about", from_about},
	            {"mscep-ca", from_ca}};

	take_site(l, id, text, n);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].id, id) == 0)
			rows[i].take(l, text, text + n);
}

const char *learn_sftp_path(const struct learned *l, const char *windows)
{
	static const char variable[] = "%SystemDrive%";
	const char *drive = learn_get(l, "SYSTEMDRIVE");
	char *path;

	if (strncasecmp(windows, variable, sizeof(variable) - 1) == 0)
		path = arena_fmt(l->mem, "/%s%s",
		                 drive != NULL ? drive : "C:", windows + sizeof(variable) - 1);
	else
		path = arena_fmt(l->mem, "/%s", windows);
	for (char *p = path; *p != '\0'; p++)
		if (*p == '\\')
			*p = '/';
	return strchr(path, '%') == NULL && path[1] != '/' ? path : NULL;
}
