/* Frames compared with files: text lines, then style lines. */
#ifndef TESTS_UI_GOLDEN_H
#define TESTS_UI_GOLDEN_H

#include "frame.h"

/* Compares with TEST_DIR/<name>.frame (golden_file.h). */
void golden(const struct frame *f, const char *name);

#endif
