/* Golden frames. */
#include "test.h"

#include "golden.h"
#include "golden_file.h"

#include <stdio.h>

void golden(const struct frame *f, const char *name)
{
	char path[512];
	struct buf got;

	buf_init(&got, BUF_MAX_LINE);
	frame_dump(f, true, &got);
	snprintf(path, sizeof(path), "%s/%s.frame", TEST_DIR, name);
	golden_file(path, buf_cstr(&got));
	buf_release(&got);
}
