/* The file of options that a person sets once: found, read line by line, written.  Knows no command. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/buf.h>
#include <casebook/io.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define FILE_MAX 65536

static const char *const yes_no[] = {"yes", "no", NULL};
static const char *const when[] = {"auto", "always", "never", NULL};

const struct config_key config_keys[] = {
        {"person", "who works on a case: stands in its reports", NULL, {NULL}},
        {"role", "what as: service desk, server admin", NULL, {NULL}},
        {"db", "the case store", NULL, {NULL}},
        {"desk", "the book of cases shared with other consoles", NULL, {NULL}},
        {"color", "auto, always or never", when, {"NO_COLOR", NULL}},
        {"ascii", "yes: no characters beyond ASCII in marks and lines", yes_no, {NULL}},
        {"ca", "certificates to trust instead of the system's", NULL, {NULL}},
        {"proxy", "the proxy of checks", NULL, {"https_proxy", "all_proxy", NULL}},
        {"timeout", "seconds for one check", NULL, {NULL}},
        {NULL, NULL, NULL, {NULL}},
};

const struct config_key *config_key(const char *name)
{
	for (const struct config_key *k = config_keys; k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

const char *config_wrong(const struct config_key *k, const char *value)
{
	size_t n = strlen(value);

	if (n == 0)
		return "it has no value";
	if (n >= CONFIG_TEXT)
		return "its value is too long";
	if (!utf8_valid(value, n) || value[strcspn(value, "\r\n")] != '\0')
		return "its value is not one line of UTF-8";
	if (strcmp(k->name, "timeout") == 0 && strtod(value, NULL) < 0.1)
		return "it takes seconds, from 0.1";
	if (strcmp(k->name, "ca") == 0 && access(value, R_OK) != 0)
		return "its file cannot be read";
	for (size_t i = 0; k->words != NULL && k->words[i] != NULL; i++)
		if (strcmp(k->words[i], value) == 0)
			return NULL;
	return k->words == NULL   ? NULL
	       : k->words == when ? "it takes auto, always or never"
	                          : "it takes yes or no";
}

/* XDG Base Directory Specification: a relative path in the variable is to be ignored. */
bool config_path(char *out, size_t size)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n = -1;

	if (xdg != NULL && xdg[0] == '/')
		n = snprintf(out, size, "%s/casebook/config", xdg);
	else if (home != NULL && home[0] == '/')
		n = snprintf(out, size, "%s/.config/casebook/config", home);
	return n > 0 && (size_t)n < size;
}

/* ---- reading ---- */

struct held {
	char value[CONFIG_TEXT];
	unsigned line;
};
static struct held held[sizeof(config_keys) / sizeof(config_keys[0])];
static bool was_read;

static void say_wrong(const char *path, unsigned line, const char *what)
{
	struct buf shown;

	buf_init(&shown, 8000);
	utf8_clean(&shown, path, strlen(path), UTF8_ONE_LINE);
	fprintf(stderr, "casebook: %s line %u: %s; the line is passed over\n", buf_cstr(&shown), line, what);
	buf_release(&shown);
}

static char *trimmed(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	for (n = strlen(s); n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL;)
		s[--n] = '\0';
	return s;
}

/* "key = value": the key alone when it is one of the table's, and whether the line says anything. */
static const struct config_key *take_line(char *line, char **value, const char **wrong)
{
	char *eq = strchr(line, '=');
	const struct config_key *k;

	*value = NULL;
	*wrong = NULL;
	line = trimmed(line);
	if (line[0] == '\0' || line[0] == '#')
		return NULL;
	if (eq == NULL) {
		*wrong = "it is not \"key = value\"";
		return NULL;
	}
	*eq = '\0';
	k = config_key(trimmed(line));
	*value = trimmed(eq + 1);
	*wrong =
	        k == NULL ? "there is no such option; `casebook config` lists them" : config_wrong(k, *value);
	return k;
}

/* NULL: it was read, or there is none. */
static const char *read_whole(const char *path, struct buf *out)
{
	int sys = io_read_file(path, out);

	if (sys == 0)
		return strlen(buf_cstr(out)) == out->n ? NULL : "is no text";
	return sys == ENOENT || sys == ENOTDIR ? NULL : strerror(sys);
}

static void read_once(void)
{
	const char *bad = NULL;
	char path[4096], *text, *line, *end;
	struct buf whole;

	if (was_read)
		return;
	was_read = true;
	buf_init(&whole, FILE_MAX);
	if (config_path(path, sizeof(path)))
		bad = read_whole(path, &whole);
	if (bad != NULL) {
		fprintf(stderr, "casebook: %s: %s; the defaults hold\n", path, bad);
		buf_clear(&whole);
	}
	line = text = buf_steal(&whole);
	for (unsigned no = 1; line != NULL; no++, line = end) {
		const char *wrong;
		char *value;
		const struct config_key *k;

		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		k = take_line(line, &value, &wrong);
		if (wrong != NULL) {
			say_wrong(path, no, wrong);
		} else if (k != NULL) {
			snprintf(held[k - config_keys].value, CONFIG_TEXT, "%s", value);
			held[k - config_keys].line = no;
		}
	}
	free(text);
}

const char *config_value(const char *key, unsigned *line)
{
	const struct config_key *k = config_key(key);

	read_once();
	if (k == NULL || held[k - config_keys].line == 0)
		return NULL;
	*line = held[k - config_keys].line;
	return held[k - config_keys].value;
}

/* ---- into a command ---- */

static const struct opt_def *option_of(const struct cli *c, const char *name)
{
	const struct opt_def *tables[] = {c->command != NULL ? c->command->opts : NULL, cli_common};

	for (size_t t = 0; t < 2; t++)
		for (const struct opt_def *o = tables[t]; o != NULL && o->name != NULL; o++)
			if (strcmp(o->name, name) == 0)
				return o;
	return NULL;
}

void config_apply(struct cli *c)
{
	size_t more = sizeof(config_keys) / sizeof(config_keys[0]);
	struct cli_set *set = xcalloc(c->nset + more, sizeof(*set));

	if (c->nset != 0)
		memcpy(set, c->set, c->nset * sizeof(*set));
	free(c->set);
	c->set = set;
	for (const struct config_key *k = config_keys; k->name != NULL; k++) {
		const struct opt_def *o = option_of(c, k->name);
		unsigned line;
		const char *value = o != NULL ? config_value(k->name, &line) : NULL;

		if (value == NULL || cli_flag(c, k->name) ||
		    (o->kind == OPT_FLAG && strcmp(value, "yes") != 0))
			continue;
		c->set[c->nset++] = (struct cli_set){o, o->kind == OPT_FLAG ? NULL : value};
	}
}

/* ---- writing ---- */

static void without_key(const char *text, const char *key, struct buf *out)
{
	size_t n = strlen(key);

	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), at = strspn(text, " \t");
		bool its = strncmp(text + at, key, n) == 0 && strchr(" \t=", text[at + n]) != NULL;

		if (!its && len != 0) {
			buf_put(out, text, len);
			buf_char(out, '\n');
		}
		text += len + (text[len] == '\n');
	}
}

int config_folders(const char *path, struct err *err)
{
	char *folder = xstrndup(path, strlen(path));
	int rc = 0;

	for (char *p = folder + 1; rc == 0 && (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST)
			rc = err_set(err, FAIL_IO, errno, "%s: cannot be created: %s", folder,
			             strerror(errno));
		*p = '/';
	}
	free(folder);
	return rc;
}

int config_write(const char *key, const char *value, struct err *err)
{
	char path[4096], fresh[4104];
	const char *bad;
	struct buf was, out;
	FILE *f;
	bool ok;

	if (!config_path(path, sizeof(path)))
		return err_set(err, FAIL_IO, 0, "neither XDG_CONFIG_HOME nor HOME names a folder");
	if (config_folders(path, err) != 0)
		return -1;
	buf_init(&was, FILE_MAX);
	bad = read_whole(path, &was);
	if (bad != NULL) {
		buf_release(&was);
		return err_set(err, FAIL_IO, 0, "%s: %s; it was left as it is", path, bad);
	}
	buf_init(&out, (size_t)2 * FILE_MAX);
	without_key(buf_cstr(&was), key, &out);
	buf_release(&was);
	if (value != NULL)
		buf_fmt(&out, "%s = %s\n", key, value);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	f = fopen(fresh, "we");
	ok = f != NULL && fchmod(fileno(f), 0600) == 0 && fwrite(buf_cstr(&out), 1, out.n, f) == out.n;
	ok = (f == NULL || fclose(f) == 0) && ok && rename(fresh, path) == 0;
	if (!ok)
		err_set(err, FAIL_IO, errno, "%s: cannot be written: %s", path, strerror(errno));
	buf_release(&out);
	was_read = false;
	memset(held, 0, sizeof(held));
	return ok ? 0 : -1;
}
