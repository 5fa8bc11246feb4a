/* Golden frames.  Knows files and text. */
#include "test.h"

#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b;
	char part[4096];
	size_t n;

	if (f == NULL)
		return NULL;
	buf_init(&b, BUF_MAX_LINE);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_put(&b, part, n);
	fclose(f);
	return buf_steal(&b);
}

void golden(const struct frame *f, const char *name)
{
	const char *mode = getenv("CASEBOOK_GOLDENS");
	char path[512];
	struct buf got;
	char *want;

	buf_init(&got, BUF_MAX_LINE);
	frame_dump(f, true, &got);
	snprintf(path, sizeof(path), "%s/%s.frame", TEST_DIR, name);
	if (mode != NULL && strcmp(mode, "update") == 0) {
		FILE *out = fopen(path, "wb");

		assert_non_null(out);
		assert_int_equal(fwrite(buf_cstr(&got), 1, got.n, out), got.n);
		fclose(out);
		buf_release(&got);
		return;
	}
	want = slurp(path);
	if (want == NULL || strcmp(want, buf_cstr(&got)) != 0) {
		print_error("--- %s.frame\n%s\n--- drawn\n%s\n", name, want != NULL ? want : "(missing)",
		            buf_cstr(&got));
		fail_msg("%s: the screen is not the golden one", name);
	}
	free(want);
	buf_release(&got);
}
