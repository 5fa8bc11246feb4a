/* Finds the about.txt or metadata.txt beside a file and has it read; any other file of such a name says
 * nothing. */
#include "file_src_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "beside.h"

#define MOST 4096u
#define BESIDE_NAME_MAX 24u

/* True when it is one. */
static bool read_it(const char *path)
{
	struct file_src *src;
	char text[MOST + 1];
	ssize_t got;

	if (src_open(path, false, &src, NULL) != 0)
		return false;
	got = file_read(src, text, MOST, NULL);
	file_close(src);
	if (got <= 0)
		return false;
	text[got] = '\0';
	if (!beside_is(text, (size_t)got))
		return false;
	for (char *line = text, *nl; *line != '\0'; line = nl) {
		nl = line + strcspn(line, "\n");
		beside_line(line, (size_t)(nl - line));
		nl += *nl != '\0';
	}
	return true;
}

static bool is_zip(const char *path)
{
	char real[FILE_PATH];
	unsigned char head[4];
	FILE *f = fopen(file_real(path, real), "rbe");
	bool zip = f != NULL && fread(head, 1, sizeof(head), f) == sizeof(head) &&
	           memcmp(head, "PK\3\4", 4) == 0;

	if (f != NULL)
		fclose(f);
	return zip;
}

/* Cuts the last part off, at a '/' or at the '!' behind an archive; false when there is none. */
static bool shorten(char *path)
{
	char *slash = strrchr(path, '/'), *bang = strrchr(path, '!');

	if (slash == NULL && bang == NULL)
		return false;
	if (bang != NULL && (slash == NULL || bang > slash)) {
		if (bang[1] == '\0')
			return false;
		bang[1] = '\0';
		return true;
	}
	*slash = '\0';
	return true;
}

void file_beside(const char *path)
{
	char at[FILE_PATH], real[FILE_PATH];
	const char *bang = strchr(path, '!');
	struct stat st;

	if (beside_known() || strlen(path) + BESIDE_NAME_MAX + 1 >= FILE_PATH)
		return;
	snprintf(at, sizeof(at), "%s", path);
	if (stat(file_real(path, real), &st) == 0)
		bang = NULL;
	if (bang != NULL) {
		char archive[FILE_PATH];

		snprintf(archive, sizeof(archive), "%.*s", (int)(bang - path), path);
		if (strchr(bang + 1, '!') != NULL || !is_zip(archive))
			return;
	}
	for (int i = 0; i < BESIDE_LEVELS; i++) {
		char beside[FILE_PATH + BESIDE_NAME_MAX + 2];
		bool root = !shorten(at);

		if (root && bang != NULL)
			return;
		if (root)
			at[0] = '\0';
		for (int k = 0; k < BESIDE_NAMES; k++) {
			snprintf(beside, sizeof(beside), "%s%s%s", at,
			         at[0] == '\0' || at[strlen(at) - 1] == '!' ? "" : "/", beside_names[k]);
			if ((bang != NULL || stat(file_real(beside, real), &st) == 0) && read_it(beside))
				return;
		}
		if (root)
			return;
	}
}
