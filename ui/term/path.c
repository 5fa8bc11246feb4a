/* The folders of the machine in front of the person.  Knows names and sizes only. */
#include "path.h"

#include <dirent.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/buf.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define PATH_BYTES 8192

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* file://host/path%20with -> /path with */
static void put_url(struct buf *out, const char *s)
{
	if (*s != '/') {
		s = strchr(s, '/');
		if (s == NULL)
			return;
	}
	for (; *s != '\0'; s++) {
		if (*s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
			buf_char(out, (char)(hex(s[1]) * 16 + hex(s[2])));
			s += 2;
		} else {
			buf_char(out, *s);
		}
	}
}

static void put_unescaped(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0' && strchr(" '\"()&;\\[]$`!*?<>|#~", s[1]) != NULL)
			s++;
		buf_char(out, *s);
	}
}

static void put_home(struct buf *out, const char **s)
{
	const char *home = getenv("HOME");

	if (**s != '~' || ((*s)[1] != '\0' && (*s)[1] != '/'))
		return;
	if (home == NULL || home[0] == '\0') {
		const struct passwd *pw = getpwuid(getuid());

		home = pw != NULL ? pw->pw_dir : NULL;
	}
	if (home == NULL)
		return;
	buf_str(out, home);
	(*s)++;
}

/* The text without blanks and a pair of quotes around it; caller frees. */
static char *bare(const char *typed)
{
	size_t n;

	while (*typed == ' ')
		typed++;
	n = strlen(typed);
	while (n > 0 && (typed[n - 1] == ' ' || typed[n - 1] == '\n'))
		n--;
	if (n >= 2 && (typed[0] == '\'' || typed[0] == '"') && typed[n - 1] == typed[0])
		return xstrndup(typed + 1, n - 2);
	return xstrndup(typed, n);
}

char *path_clean(const char *typed)
{
	char *text = bare(typed);
	bool quoted = strchr("'\"", typed[strspn(typed, " ")]) != NULL;
	const char *s = text;
	struct buf out;

	buf_init(&out, PATH_BYTES);
	if (strncmp(s, "file://", 7) == 0) {
		put_url(&out, s + 7);
	} else if (quoted && typed[strspn(typed, " ")] != '\0') {
		buf_str(&out, s);
	} else {
		put_home(&out, &s);
		put_unescaped(&out, s);
	}
	free(text);
	return buf_steal(&out);
}

char *path_absolute(const char *typed)
{
	char *path = path_clean(typed);
	char here[PATH_BYTES];
	struct buf out;

	if (path[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		return path;
	buf_init(&out, 2 * PATH_BYTES);
	buf_fmt(&out, "%s/%s", here, path[0] == '.' && path[1] == '/' ? path + 2 : path);
	free(path);
	return buf_steal(&out);
}

bool path_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool path_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int by_name(const void *a, const void *b)
{
	const struct path_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void look_at(struct path_entry *e, const char *folder, const char *name)
{
	char *full = xmalloc(strlen(folder) + strlen(name) + 2);
	struct stat st;

	memcpy(full, folder, strlen(folder));
	memcpy(full + strlen(folder), name, strlen(name) + 1);
	*e = (struct path_entry){.size = 0};
	memcpy(e->name, name, strnlen(name, sizeof(e->name) - 1));
	if (stat(full, &st) == 0) {
		e->folder = S_ISDIR(st.st_mode);
		e->size = (uint64_t)st.st_size;
	}
	free(full);
}

/* How far a and b agree, in whole characters. */
static size_t agree(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	while (n > 0 && ((unsigned char)a[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* Reads `folder` ("" is here); common receives what all candidates begin with. */
static void scan(const char *folder, const char *prefix, struct path_list *out, char common[256])
{
	DIR *dir = opendir(folder[0] != '\0' ? folder : ".");
	const struct dirent *ent;
	size_t seen = 0;

	out->n = out->total = 0;
	common[0] = '\0';
	if (dir == NULL)
		return;
	while ((ent = readdir(dir)) != NULL && seen++ < PATH_SCAN_MAX) {
		const char *name = ent->d_name;

		if (strncmp(name, prefix, strlen(prefix)) != 0 || strcmp(name, ".") == 0 ||
		    strcmp(name, "..") == 0 || (name[0] == '.' && prefix[0] != '.') ||
		    !utf8_valid(name, strlen(name)))
			continue;
		if (out->total == 0)
			memcpy(common, name, strnlen(name, 255) + 1);
		else
			common[agree(common, name)] = '\0';
		if (out->n < PATH_SHOW_MAX)
			look_at(&out->entry[out->n++], folder, name);
		out->total++;
	}
	closedir(dir);
	qsort(out->entry, out->n, sizeof(out->entry[0]), by_name);
}

char *path_complete(const char *typed, struct path_list *out)
{
	char *path = path_clean(typed);
	const char *slash = strrchr(path, '/');
	size_t dir_len = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	char *folder = xstrndup(path, dir_len);
	char common[256];
	struct buf text;

	scan(folder, path + dir_len, out, common);
	buf_init(&text, PATH_BYTES);
	buf_str(&text, folder);
	buf_str(&text, out->total > 0 ? common : path + dir_len);
	if (out->total == 1 && out->entry[0].folder) {
		buf_char(&text, '/');
		out->n = out->total = 0;
	} else if (out->total == 1) {
		out->n = out->total = 0;
	}
	free(folder);
	free(path);
	return buf_steal(&text);
}
