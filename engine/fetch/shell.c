/* Commands for cmd.exe and PowerShell, and what comes back. */
#include "shell.h"

#include <stdlib.h>
#include <string.h>

static const char begin_mark[] = "#begin", end_mark[] = "#exit=";

static const char *find(const char *p, size_t n, const char *what, size_t len)
{
	for (size_t i = 0; len <= n && i <= n - len; i++)
		if (memcmp(p + i, what, len) == 0)
			return p + i;
	return NULL;
}

static bool has(const char *p, size_t n, const char *what)
{
	return find(p, n, what, strlen(what)) != NULL;
}

enum shell_kind shell_from(const char *answer, size_t n)
{
	const char *p = find(answer, n, "casebook", 8);

	if (p == NULL)
		return SHELL_UNKNOWN;
	n -= (size_t)(p - answer);
	if (!has(p, n, "%ComSpec%"))
		return has(p, n, "$PSHOME") ? SHELL_CMD : SHELL_OTHER;
	return has(p, n, "PowerShell") || has(p, n, "powershell") ? SHELL_POWERSHELL : SHELL_OTHER;
}

const char *shell_name(enum shell_kind shell)
{
	static const char *const names[] = {"unknown", "cmd", "PowerShell", "no shell of Windows"};

	return names[shell];
}

void shell_wrap(enum shell_kind shell, const char *text, struct buf *out)
{
	if (shell == SHELL_POWERSHELL)
		buf_fmt(out, "'%s';%s;'%s'+$LASTEXITCODE", begin_mark, text, end_mark);
	else
		buf_fmt(out, "echo %s& %s & call echo %s%%^ERRORLEVEL%%", begin_mark, text, end_mark);
}

static bool is_end(char c)
{
	return c == '\r' || c == '\n' || c == ' ';
}

struct shell_output shell_unwrap(const char *out, size_t n)
{
	struct shell_output o = {.p = out, .n = n};
	const char *first = find(out, n, begin_mark, sizeof(begin_mark) - 1);
	size_t back;

	if (first != NULL) {
		o.begun = true;
		o.p = first + sizeof(begin_mark) - 1;
		o.n = n - (size_t)(o.p - out);
		while (o.n != 0 && is_end(*o.p) && (o.p[-1] != '\n')) {
			o.p++;
			o.n--;
		}
	}
	back = o.n < 40 ? o.n : 40; /* the code is the last thing */
	for (const char *p = o.p + o.n - back, *e;
	     (e = find(p, (size_t)(o.p + o.n - p), end_mark, 6)) != NULL;) {
		char number[40] = "", *stop;
		size_t len = (size_t)(o.p + o.n - e) - 6;

		memcpy(number, e + 6, len);
		o.code = strtol(number, &stop, 10);
		o.ended = stop == number ? is_end(*number) || *number == '\0' : true;
		o.n = (size_t)(e - o.p);
		break;
	}
	return o;
}
