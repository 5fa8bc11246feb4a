/*
 * The lines by hand and the lines that fetch a file, as printed: what they name exists on that system, and
 * each tool reads the encoding of the file that it is given.  Encodings: Microsoft's pages on secedit, reg
 * export, msiexec logging and findstr; IIS and HTTP.sys write UTF-8, cmd's own redirection the console's code
 * page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/say.h>

enum { PLAIN = 1, UTF16 = 2 };
/* Written by Windows itself; a name within a line. */
static const struct {
	const char *file;
	unsigned encoding;
} files[] = {{"u_ex", PLAIN},         {"httperr", PLAIN}, {"rights.inf", UTF16},
             {"SetupMsi.log", UTF16}, {".reg", UTF16},    {"about.txt", PLAIN}};
/* findstr compares bytes; type and more turn UTF-16 with its mark into the console's page, also before a
 * pipe. */
static const struct {
	const char *tool;
	unsigned reads;
} tools[] = {{"findstr", PLAIN}, {"find ", PLAIN}, {"type", PLAIN | UTF16}, {"more", PLAIN | UTF16}};

static bool wrong;

static void complain(const struct probe *p, const char *line, const char *why)
{
	printf("%s: %s: %s\n", p->id, why, line);
	wrong = true;
}

/* One command between pipes and ampersands. */
static void check_command(const struct probe *p, const char *cmd)
{
	for (size_t t = 0; t < sizeof(tools) / sizeof(*tools); t++) {
		if (strncmp(cmd, tools[t].tool, strlen(tools[t].tool)) != 0)
			continue;
		for (size_t f = 0; f < sizeof(files) / sizeof(*files); f++)
			if (strstr(cmd, files[f].file) != NULL && (tools[t].reads & files[f].encoding) == 0)
				complain(p, cmd, "this tool does not read that encoding");
	}
	if (strncmp(cmd, "appcmd", 6) == 0)
		complain(p, cmd, "appcmd is on no search path");
}

static void check_line(const struct probe *p, const char *line, bool fetch)
{
	char copy[2000];
	const char *folder = strstr(line, "C:\\casebook");

	if (strstr(line, "{file}") != NULL && p->fetch != NULL && strchr(p->fetch, '\\') != NULL)
		complain(p, line, "a path of the console's disk");
	if (strstr(line, "ACCOUNT") != NULL || strstr(line, "certificate.cer") != NULL)
		complain(p, line, "names a thing that nobody has");
	if (fetch && folder != NULL && strncmp(line, "mkdir C:\\casebook 2>nul & ", 26) != 0 &&
	    strncmp(line, "collect-ndes.cmd", 16) != 0)
		complain(p, line, "its folder is not made first");
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *cmd = copy, *end; cmd != NULL; cmd = end) {
		end = strpbrk(cmd, "|&\n");
		if (end != NULL)
			*end++ = '\0';
		cmd += strspn(cmd, " ");
		check_command(p, cmd);
	}
}

static void every_line_works_as_printed(void **state)
{
	size_t lines = 0;

	(void)state;
	for (size_t i = 0; probe_table[i] != NULL; i++) {
		const struct probe *p = probe_table[i];

		if (p->by_hand != NULL)
			check_line(p, p->by_hand, false);
		if (p->fetch != NULL)
			check_line(p, p->fetch, true);
		lines += (p->by_hand != NULL) + (p->fetch != NULL);
	}
	assert_true(lines > 30);
	assert_false(wrong);
}

/* The rules themselves: what was printed once, and failed on the system that it was for. */
static void the_table_finds_what_fails(void **state)
{
	static const char *const bad[] = {"findstr SeImpersonatePrivilege C:\\casebook\\rights.inf",
	                                  "appcmd list apppool", "net user ACCOUNT /domain",
	                                  "copy x C:\\casebook\\"};
	struct probe p = {.id = "made.up", .fetch = "x"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		wrong = false;
		check_line(&p, bad[i], true);
		assert_true(wrong);
	}
	wrong = false;
	check_line(&p, "type %TEMP%\\rights.inf | findstr SeImpersonatePrivilege", false);
	assert_false(wrong);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_line_works_as_printed),
	                                   cmocka_unit_test(the_table_finds_what_fails)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
