/*
 * Paths as people give them: quoted and file:// paths of drag-and-drop, "~", and
 * completion with the candidates and their sizes.  Reads folders, never files.
 */
#ifndef CASEBOOK_UI_PATH_H
#define CASEBOOK_UI_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_SHOW_MAX 64    /* candidates kept; the rest are counted */
#define PATH_SCAN_MAX 20000 /* folder entries looked at */

struct path_entry {
	char name[256];
	uint64_t size;
	bool folder;
};
struct path_list {
	struct path_entry entry[PATH_SHOW_MAX];
	size_t n;
	size_t total; /* candidates in all */
};

/* Quotes, file://, %20 and backslash escapes undone, "~" expanded, blanks around cut.
 * Caller frees. */
char *path_clean(const char *typed);
/* The same, from the root on.  Caller frees. */
char *path_absolute(const char *typed);
bool path_exists(const char *path);
bool path_is_folder(const char *path);
/* Completes as far as all candidates agree; lists them when there are several.
 * Returns the new text (caller frees), never NULL; a folder ends with '/'. */
char *path_complete(const char *typed, struct path_list *out);

#endif
