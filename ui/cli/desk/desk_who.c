/* Which desk is in use, and whose rows go there. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <casebook/buf.h>
#include <casebook/io.h>

#include "case_cmd.h"
#include "config.h"
#include "desk_cmd.h"

#define CONSOLE_FILE "console"

const char *desk_named(struct cli *c)
{
	unsigned line;
	const char *where = cli_value(c, "desk") != NULL ? cli_value(c, "desk") : config_value("desk", &line);

	if (where == NULL || where[0] == '\0')
		fputs("casebook: no desk is in use; casebook desk use FOLDER names one, --desk FOLDER does so once\n",
		      stderr);
	return where != NULL && where[0] != '\0' ? where : NULL;
}

/* The name of this console: of the machine, and eight digits that no other has. */
static void new_console(char out[DESK_NAME])
{
	unsigned char random[4] = {0};
	char host[40] = "console";

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memcpy(random, &(uint32_t){(uint32_t)getpid()}, sizeof(random));
	if (gethostname(host, sizeof(host)) != 0)
		host[0] = '\0';
	host[sizeof(host) - 1] = '\0';
	host[strcspn(host, ".")] = '\0';
	snprintf(out, DESK_NAME, "%.30s-%02x%02x%02x%02x", host, random[0], random[1], random[2], random[3]);
}

static int console_path(char out[4096], struct err *err)
{
	char *slash;

	if (!config_path(out, 4096 - sizeof(CONSOLE_FILE)) || (slash = strrchr(out, '/')) == NULL)
		return err_set(err, FAIL_IO, 0, "neither XDG_CONFIG_HOME nor HOME names a folder");
	memcpy(slash + 1, CONSOLE_FILE, sizeof(CONSOLE_FILE));
	return 0;
}

/* Remembered beside the configuration: its rows of a case are one file of the folder, for good. */
static int console_name(char out[DESK_NAME], struct err *err)
{
	char path[4096];
	struct buf text;
	int fd, sys;

	if (console_path(path, err) != 0)
		return -1;
	buf_init(&text, DESK_NAME);
	sys = io_read_file(path, &text);
	snprintf(out, DESK_NAME, "%.*s", (int)strcspn(buf_cstr(&text), "\r\n"), buf_cstr(&text));
	buf_release(&text);
	if (sys == 0 && out[0] != '\0')
		return 0;
	new_console(out);
	if (config_folders(path, err) != 0)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	sys = fd < 0 ? errno : io_write_all(fd, out, strlen(out));
	if (fd >= 0)
		close(fd);
	return sys == 0 ? 0 : err_set(err, FAIL_IO, sys, "%s: %s", path, strerror(sys));
}

static void author_name(struct cli *c, char out[DESK_NAME])
{
	const char *person = cli_value(c, "person");
	const struct passwd *pw = person == NULL || person[0] == '\0' ? getpwuid(getuid()) : NULL;

	snprintf(out, DESK_NAME, "%s",
	         person != NULL && person[0] != '\0' ? person
	         : pw != NULL                        ? pw->pw_name
	                                             : "unknown");
}

int desk_fail(const struct err *err)
{
	int rc = cli_fail(err);

	return err->code == FAIL_NET || err->code == FAIL_LOCKED ? EXIT_INCONCLUSIVE : rc;
}

int desk_only(struct cli *c, struct desk **d)
{
	char author[DESK_NAME], console[DESK_NAME];
	const char *where = desk_named(c);
	struct err err;

	if (where == NULL)
		return EXIT_USAGE;
	author_name(c, author);
	if (console_name(console, &err) != 0 ||
	    desk_open(where, &(struct desk_who){author, console}, d, &err) != 0)
		return desk_fail(&err);
	return EXIT_DONE;
}

int desk_both(struct cli *c, bool make, struct desk **d, struct store **s)
{
	int rc = desk_only(c, d);
	struct err err;

	if (rc != EXIT_DONE)
		return rc;
	if ((make ? store_open(c->db, false, s, &err) : case_open_to_write(c, s, &err)) == 0)
		return EXIT_DONE;
	desk_close(*d);
	return cli_fail(&err);
}

void desk_case_words(struct buf *out, const char *id, uint32_t number)
{
	if (number != 0)
		buf_fmt(out, "#%-4" PRIu32 " ", number);
	else
		buf_str(out, "      ");
	case_text(out, id, "?");
}
