/*
 * How a command is handed to the shell that Windows' sshd starts, and how its output is told from what a
 * profile or cmd's AutoRun prints: a line before it and one with its exit code behind it. ssh itself gives
 * back 8 bits of an exit code, and PowerShell's -c makes every failure 1.
 */
#ifndef CASEBOOK_FETCH_SHELL_H
#define CASEBOOK_FETCH_SHELL_H

#include <casebook/collect.h>

/* From the answer to collect_first. */
enum shell_kind shell_from(const char *answer, size_t n);
const char *shell_name(enum shell_kind shell);

void shell_wrap(enum shell_kind shell, const char *text, struct buf *out);
struct shell_output {
	const char *p; /* in the output that was given */
	size_t n;
	bool begun, ended; /* its first line was there; its last one, with the code */
	long code;
};
struct shell_output shell_unwrap(const char *out, size_t n);

#endif
