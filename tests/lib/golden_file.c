/* Golden files.  Knows files; not what stands in them, but for the shape of JSON. */
#include "golden_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/buf.h>

#define SHOWN 4000u /* a longer text is left to diff */

static const char *program;
static bool update;

void golden_args(int argc, char **argv)
{
	program = argv[0];
	update = argc == 2 && strcmp(argv[1], "--update") == 0;
	if (argc > 1 && !update) {
		fprintf(stderr, "usage: %s [--update]\n", argv[0]);
		exit(2);
	}
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL)
		fail_msg("%s cannot be written", path);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static bool read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_put(out, part, n);
	fclose(f);
	return true;
}

static void differs(const char *path, bool there, const char *got)
{
	const char *name =
	        strncmp(path, PROJECT_DIR "/", sizeof(PROJECT_DIR)) == 0 ? path + sizeof(PROJECT_DIR) : path;
	char aside[600];

	snprintf(aside, sizeof(aside), "%s/%s.got", BUILD_DIR, name);
	for (char *p = aside + sizeof(BUILD_DIR); *p != '\0'; p++)
		if (*p == '/')
			*p = '_';
	write_file(aside, got);
	if (strlen(got) <= SHOWN)
		print_error("%s\n", got);
	fail_msg("%s %s; see: diff %s %s; when the new text is right: %s --update", name,
	         there ? "differs" : "is missing", there ? path : "/dev/null", aside, program);
}

void golden_file(const char *path, const char *got)
{
	struct buf want;
	bool there;

	assert_non_null(program); /* golden_args() comes first */
	buf_init(&want, BUF_MAX_TEXT);
	there = read_file(path, &want);
	if ((!there || strcmp(buf_cstr(&want), got) != 0) && update) {
		write_file(path, got);
		print_message("%s: written anew, read it\n", path);
	} else if (!there || strcmp(buf_cstr(&want), got) != 0) {
		buf_release(&want);
		differs(path, there, got);
	}
	buf_release(&want);
}

/* Line ends of ours are indented, those of the text are not: no two texts look the same. */
static void new_line(struct buf *out, unsigned depth, char next)
{
	if (next == '\n')
		return;
	buf_char(out, '\n');
	for (unsigned i = 0; i < depth; i++)
		buf_str(out, "  ");
}

static bool opens(char c)
{
	return c == '{' || c == '[';
}

static bool closes(char c)
{
	return c == '}' || c == ']';
}

void golden_json(const char *path, const char *got)
{
	bool string = false;
	unsigned depth = 0;
	struct buf lines;

	buf_init(&lines, BUF_MAX_TEXT);
	for (const char *p = got; *p != '\0'; p++) {
		if (!string && closes(*p) && depth-- > 0 && !opens(p[-1]))
			new_line(&lines, depth, *p);
		buf_char(&lines, *p);
		if (string && *p == '\\' && p[1] != '\0')
			buf_char(&lines, *++p);
		else if (*p == '"')
			string = !string;
		else if (!string && opens(*p) && depth++ < 100 && !closes(p[1]))
			new_line(&lines, depth, p[1]);
		else if (!string && *p == ',')
			new_line(&lines, depth, p[1]);
	}
	golden_file(path, buf_cstr(&lines));
	buf_release(&lines);
}
