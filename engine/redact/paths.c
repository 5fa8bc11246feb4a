/*
 * Folders: whose home it is, and names that no system gives its folders, such as a customer's.  Files keep
 * their names, which tell what they are.
 */
#include "redact_int.h"

#include <string.h>

#define PATH_LONG 1024

/* Parts of paths and of keys of the registry, which stand between strokes as accounts do. */
static const char *const parts[] = {
        "system32",      "windows",        "inetpub",      "logs",        "logfiles",   "software",
        "microsoft",     "certsrv",        "mscep",        "mscep_admin", "scep",       "inetsrv",
        "winevt",        "currentversion", "services",     "http",        "parameters", "localmachine",
        "currentuser",   "localsystem",    "my",           "ca",          "machine",    "user",
        "program files", "httperr",        "cryptography", "modules",     "system",     "currentcontrolset",
        "config",        "temp",           "bin",          NULL};
/* Folders of systems, servers, logs and collections of them. */
static const char *const folders[] = {"syswow64",
                                      "sysnative",
                                      "log",
                                      "tmp",
                                      "program files (x86)",
                                      "programdata",
                                      "users",
                                      "public",
                                      "default",
                                      "all users",
                                      "administrator",
                                      "appdata",
                                      "local",
                                      "locallow",
                                      "roaming",
                                      "documents",
                                      "desktop",
                                      "downloads",
                                      "pictures",
                                      "onedrive",
                                      "wwwroot",
                                      "history",
                                      "custerr",
                                      "ftproot",
                                      "certenroll",
                                      "certlog",
                                      "pki",
                                      "crl",
                                      "aia",
                                      "cdp",
                                      "drivers",
                                      "etc",
                                      "schema",
                                      "assembly",
                                      "windowspowershell",
                                      "library",
                                      "application support",
                                      "companyportal",
                                      "company portal",
                                      "var",
                                      "opt",
                                      "usr",
                                      "home",
                                      "private",
                                      "share",
                                      "shares",
                                      "data",
                                      "backup",
                                      "backups",
                                      "collect",
                                      "collected",
                                      "evidence",
                                      "export",
                                      "exports",
                                      "iis",
                                      "root",
                                      "volumes",
                                      "applications",
                                      "containers",
                                      "mdm",
                                      "device",
                                      "devices",
                                      "server",
                                      "servers",
                                      "certificates",
                                      "certs",
                                      "crypto",
                                      "rsa",
                                      "machinekeys",
                                      "diagnostics",
                                      "diagnostic logs",
                                      "apppools",
                                      "sites",
                                      "dfs",
                                      "netlogon",
                                      "sysvol",
                                      "admin$",
                                      "ipc$",
                                      "print$",
                                      "ndes",
                                      "connector",
                                      "work",
                                      "lab",
                                      "test",
                                      "files",
                                      "archive",
                                      "old",
                                      "new",
                                      "certificaterequests",
                                      "connectorui",
                                      "storage",
                                      "emulated",
                                      "sdcard",
                                      "android",
                                      "ms dm server",
                                      NULL};

bool path_part(const char *s, size_t n)
{
	return in_list(parts, s, n) || (n > 3 && same_text(s, "hkey", 4)) ||
	       (n == 4 && same_text(s, "hk", 2)) || (n > 4 && same_text(s, "w3svc", 5));
}

static bool standard_folder(const char *s, size_t n)
{
	static const char *const heads[] = {"microsoft", "intune", "ndes",     "framework", "com.", "v1.",
	                                    "v2.",       "v4.",    "casebook", "collect-",  NULL};
	size_t figures = 0;

	for (size_t i = 0; heads[i] != NULL; i++)
		if (n >= strlen(heads[i]) && same_text(s, heads[i], strlen(heads[i])))
			return true;
	for (size_t i = 0; i < n; i++)
		figures += (s[i] >= '0' && s[i] <= '9') || strchr("-_. ", s[i]) != NULL;
	return n < SECRET_MIN || figures == n || path_part(s, n) || in_list(folders, s, n) ||
	       memchr(s, '.', n) != NULL || memchr(s, '%', n) != NULL;
}

static bool ends_folder(char c)
{
	return c == '\0' || strchr("\"<>|:*?\n\t", c) != NULL;
}

/* A small letter: "and" of a sentence, "du" within a name. */
static bool small_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* A name of several words begins and ends with one in capitals or of another script; else a sentence has
 * begun. */
static bool reads_as_name(const char *s, size_t n)
{
	size_t last = n;

	while (last > 0 && s[last - 1] != ' ')
		last--;
	return n != 0 && n < 80 && s[0] != ' ' && s[n - 1] != ' ' &&
	       (last == 0 || (!small_letter(s[0]) && !small_letter(s[last])));
}

/* "OneDrive - Contoso": the customer's part. */
static void learn_folder(struct redaction *r, const char *s, size_t n)
{
	static const char *const synced[] = {"onedrive - ", "sharepoint - ", NULL};

	for (size_t i = 0; synced[i] != NULL; i++) {
		size_t m = strlen(synced[i]);

		if (n <= m || !same_text(s, synced[i], m))
			continue;
		s += m;
		n -= m;
	}
	if (!standard_folder(s, n) && reads_as_name(s, n))
		secret_add(r, S_NAME, s, n, NULL);
}

static bool holds_homes(const char *s, size_t n)
{
	static const char *const homes[] = {"users",
	                                    "user",
	                                    "home",
	                                    "homes",
	                                    "homedirs",
	                                    "documents and settings",
	                                    "profiles",
	                                    "profile",
	                                    "userdata",
	                                    "redirected",
	                                    "folderredirection",
	                                    "roamingprofiles",
	                                    NULL};

	/* "\\srv\users$\name": a hidden share. */
	return in_list(homes, s, n - (n > 1 && s[n - 1] == '$'));
}

/* A person's home; at the path's end a blank ends it, too. */
static void learn_home(struct redaction *r, const char *s, size_t n, bool last)
{
	const char *blank = last ? memchr(s, ' ', n) : NULL;

	static const char *const shared[] = {"public", "default", "all users", "administrator", NULL};

	n = blank != NULL ? (size_t)(blank - s) : n;
	while (last && n > 0 && strchr("'.,;)", s[n - 1]) != NULL)
		n--;
	if (n != 0 && !in_list(shared, s, n) && strchr("%$<{", s[0]) == NULL)
		learn_user(r, s, n);
}

/* The folders from s on, up to the file. */
static void learn_folders(struct redaction *r, const char *s, size_t n)
{
	size_t from = 0, end = 0;
	bool home = false; /* the next one is somebody's */

	for (; end < n && end < PATH_LONG && !ends_folder(s[end]); end++) {
		if (s[end] != '\\' && s[end] != '/')
			continue;
		if (home)
			learn_home(r, s + from, end - from, false);
		else if (end > from && !holds_homes(s + from, end - from))
			learn_folder(r, s + from, end - from);
		home = !home && holds_homes(s + from, end - from);
		from = end + 1;
	}
	if (home)
		learn_home(r, s + from, end - from, true);
	reading_took(r, end);
}

/* "https://ndes.contoso.zip/": the ending of a host. */
static bool in_url(const char *text, size_t i)
{
	while (i > 2 && (unsigned char)text[i - 1] > ' ' && memcmp(text + i - 2, "//", 2) != 0)
		i--;
	return i > 2 && memcmp(text + i - 2, "//", 2) == 0;
}

/* Where a path begins at text[i], which is a "/", "\", "." or ":"; its length up to the first folder, else 0.
 */
static size_t path_head(const char *text, size_t i, size_t n)
{
	static const char *const heads[] = {".zip/",
	                                    ".cab/",
	                                    ".zip\\",
	                                    ".cab\\",
	                                    "/users/",
	                                    "/users$/",
	                                    "/home$/",
	                                    "/profiles$/",
	                                    "\\users\\",
	                                    "/home/",
	                                    "/volumes/",
	                                    "/downloads/",
	                                    "\\downloads\\",
	                                    "/desktop/",
	                                    "\\desktop\\",
	                                    "\\documents and settings\\",
	                                    NULL};
	size_t m;

	/* "C:\..." and "D:/..." */
	if (text[i] == ':')
		return i > 0 && i + 1 < n && strchr("\\/", text[i + 1]) != NULL && fold(text[i - 1]) >= 'a' &&
		                       fold(text[i - 1]) <= 'z' && (i < 2 || !word_char(text[i - 2])) &&
		                       !(i + 2 < n && text[i + 1] == '/' && text[i + 2] == '/')
		               ? 2
		               : 0;
	/* "\\server\share\..." */
	if (text[i] == '\\' && i + 2 < n && text[i + 1] == '\\' && word_char(text[i + 2]) &&
	    (i == 0 || !word_char(text[i - 1]))) {
		for (m = 2; i + m < n && text[i + m] != '\\'; m++)
			if (ends_folder(text[i + m]) || text[i + m] == ' ')
				return 0;
		return m + 1;
	}
	for (size_t k = 0; heads[k] != NULL; k++) {
		m = heads[k][0] == text[i] ? strlen(heads[k]) : n;
		if (n - i > m && same_text(text + i, heads[k], m))
			return text[i] != '.' ? 1 : in_url(text, i) ? 0 : m;
	}
	return 0;
}

/* "//server/c$", as Samba's tools write a share. */
static void learn_server(struct redaction *r, const char *text, size_t i, size_t n)
{
	size_t from = i + 2, host = from, end;

	if (i + 5 > n || text[i] != '/' || text[i + 1] != '/' ||
	    (i > 0 && strchr(" \t\n\"'(=", text[i - 1]) == NULL))
		return;
	while (host < n && (word_char(text[host]) || text[host] == '-' || text[host] == '.'))
		host++;
	for (end = host + 1; end < n && word_char(text[end]); end++)
		;
	if (host > from && host < n && text[host] == '/' && end < n && text[end] == '$')
		learn_host(r, text + from, host - from);
}

void learn_path(struct redaction *r, const char *text, size_t i, size_t n)
{
	size_t m = path_head(text, i, n);

	if (text[i] == '/')
		learn_server(r, text, i, n);
	if (m != 0 && i + m < n)
		learn_folders(r, text + i + m, n - i - m);
}
